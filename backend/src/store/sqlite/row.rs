//! Values on their way into and out of rows.

use std::fmt::Display;
use std::str::FromStr;

use rusqlite::types::{FromSql, ToSql, ToSqlOutput, Type, Value};
use rusqlite::{Error, Result, Row};
use serde::de::DeserializeOwned;
use shared::time::Timestamp;

use super::words::Word;

/// A value that is stored as the text that `Display` writes: ids, slugs, periods.
pub(super) struct Text<T>(pub(super) T);

impl<T: Display> ToSql for Text<T> {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(Value::Text(self.0.to_string())))
    }
}

/// The same, for what may be absent.
pub(super) fn text<T: Display>(value: Option<T>) -> Option<Text<T>> {
    value.map(Text)
}

/// Seconds since the Unix epoch, for what may be absent.
pub(super) fn unix(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_unix)
}

/// Reads a row's columns from left to right.
pub(super) struct Columns<'r> {
    row: &'r Row<'r>,
    next: usize,
}

impl<'r> Columns<'r> {
    pub(super) const fn of(row: &'r Row<'r>) -> Self {
        Self { row, next: 0 }
    }

    /// The next column as SQLite has it.
    pub(super) fn get<T: FromSql>(&mut self) -> Result<T> {
        let index = self.advance();
        self.row.get(index)
    }

    /// The next column, read from its text.
    pub(super) fn parse<T: FromStr>(&mut self) -> Result<T> {
        self.parse_optional()?.ok_or_else(|| self.unreadable())
    }

    /// The next column, read from its text unless it is null.
    pub(super) fn parse_optional<T: FromStr>(&mut self) -> Result<Option<T>> {
        let index = self.advance();
        let text = self.row.get_ref(index)?.as_str_or_null()?;
        text.map(|text| text.parse().map_err(|_| self.unreadable())).transpose()
    }

    /// The next column as one of a list of words.
    pub(super) fn word<T: Word>(&mut self) -> Result<T> {
        self.word_optional()?.ok_or_else(|| self.unreadable())
    }

    /// The next column as one of a list of words, unless it is null.
    pub(super) fn word_optional<T: Word>(&mut self) -> Result<Option<T>> {
        let index = self.advance();
        let text = self.row.get_ref(index)?.as_str_or_null()?;
        text.map(|text| T::read(text).ok_or_else(|| self.unreadable())).transpose()
    }

    /// The next column as a time.
    pub(super) fn time(&mut self) -> Result<Timestamp> {
        self.get().map(Timestamp::from_unix)
    }

    /// The next column as a time, unless it is null.
    pub(super) fn time_optional(&mut self) -> Result<Option<Timestamp>> {
        Ok(self.get::<Option<i64>>()?.map(Timestamp::from_unix))
    }

    /// The next column, read from its JSON.
    pub(super) fn json<T: DeserializeOwned>(&mut self) -> Result<T> {
        let index = self.advance();
        let text = self.row.get_ref(index)?.as_str()?;
        serde_json::from_str(text).map_err(|error| Error::FromSqlConversionFailure(index, Type::Text, Box::new(error)))
    }

    /// The next column as a whole number that fits.
    pub(super) fn number<T: TryFrom<i64>>(&mut self) -> Result<T> {
        let number: i64 = self.get()?;
        T::try_from(number).map_err(|_| self.unreadable())
    }

    /// The next column as a whole number that fits, unless it is null.
    pub(super) fn number_optional<T: TryFrom<i64>>(&mut self) -> Result<Option<T>> {
        let number: Option<i64> = self.get()?;
        number.map(|number| T::try_from(number).map_err(|_| self.unreadable())).transpose()
    }

    fn advance(&mut self) -> usize {
        let index = self.next;
        self.next += 1;
        index
    }

    /// The column that was read last holds what we never write.
    pub(super) fn unreadable(&self) -> Error {
        let index = self.next.saturating_sub(1);
        let name = self.row.as_ref().column_name(index).unwrap_or_default().to_owned();
        let stored = self.row.get_ref(index).map_or(Type::Null, |value| value.data_type());
        Error::InvalidColumnType(index, name, stored)
    }
}
