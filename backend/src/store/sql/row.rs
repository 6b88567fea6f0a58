//! Values on their way into and out of rows, whichever database they lie in.
//!
//! What both databases keep are numbers, texts and bytes; the words for them are rusqlite's ([`Value`], [`ToSql`],
//! [`FromSql`]), and `postgres/values.rs` translates.

use std::fmt::Display;
use std::str::FromStr;

use rusqlite::Error;
pub(in crate::store) use rusqlite::types::{FromSql, ToSql, Value};
use rusqlite::types::{FromSqlError, ToSqlOutput, Type, ValueRef};
pub(in crate::store) use rusqlite::{Result, params};
use serde::de::DeserializeOwned;
use shared::time::Timestamp;

use super::words::Word;
use crate::store::postgres::values as postgres;

/// What is bound to a statement, from left to right.
pub(in crate::store) trait Params {
    /// Hands over each with its place, counted from 1.
    fn each(self, bind: impl FnMut(usize, &dyn ToSql) -> Result<()>) -> Result<()>;
}

impl Params for () {
    fn each(self, _: impl FnMut(usize, &dyn ToSql) -> Result<()>) -> Result<()> {
        Ok(())
    }
}

impl<T: ToSql, const N: usize> Params for [T; N] {
    fn each(self, mut bind: impl FnMut(usize, &dyn ToSql) -> Result<()>) -> Result<()> {
        (1..).zip(&self).try_for_each(|(place, value)| bind(place, value))
    }
}

impl Params for &[&dyn ToSql] {
    fn each(self, mut bind: impl FnMut(usize, &dyn ToSql) -> Result<()>) -> Result<()> {
        (1..).zip(self.iter()).try_for_each(|(place, value)| bind(place, *value))
    }
}

impl Params for &[Value] {
    fn each(self, mut bind: impl FnMut(usize, &dyn ToSql) -> Result<()>) -> Result<()> {
        (1..).zip(self.iter()).try_for_each(|(place, value)| bind(place, value))
    }
}

impl Params for Vec<Value> {
    fn each(self, bind: impl FnMut(usize, &dyn ToSql) -> Result<()>) -> Result<()> {
        self.as_slice().each(bind)
    }
}

macro_rules! tuples {
    ($($kind:ident $place:tt),+) => {
        impl<$($kind: ToSql),+> Params for ($($kind,)+) {
            fn each(self, mut bind: impl FnMut(usize, &dyn ToSql) -> Result<()>) -> Result<()> {
                $(bind($place + 1, &self.$place)?;)+
                Ok(())
            }
        }
    };
}

tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
tuples!(A 0, B 1, C 2, D 3, E 4);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14, P 15);

/// A value that is stored as the text that `Display` writes: ids, slugs, periods.
pub(in crate::store) struct Text<T>(pub(in crate::store) T);

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

/// A row of one of the databases.
#[derive(Clone, Copy)]
pub(in crate::store) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r ::postgres::Row),
}

/// Reads a row's columns from left to right.
pub(in crate::store) struct Columns<'r> {
    row: Row<'r>,
    next: usize,
}

impl<'r> Columns<'r> {
    pub(in crate::store) const fn of(row: Row<'r>) -> Self {
        Self { row, next: 0 }
    }

    /// The next column as the database has it.
    pub(in crate::store) fn get<T: FromSql>(&mut self) -> Result<T> {
        let value = self.value()?;
        T::column_result(value).map_err(|error| match error {
            FromSqlError::Other(error) => {
                Error::FromSqlConversionFailure(self.next.saturating_sub(1), value.data_type(), error)
            }
            _ => self.unreadable(),
        })
    }

    /// The next column, read from its text.
    pub(in crate::store) fn parse<T: FromStr>(&mut self) -> Result<T> {
        self.parse_optional()?.ok_or_else(|| self.unreadable())
    }

    /// The next column, read from its text unless it is null.
    pub(super) fn parse_optional<T: FromStr>(&mut self) -> Result<Option<T>> {
        let text = self.value()?.as_str_or_null()?;
        text.map(|text| text.parse().map_err(|_| self.unreadable())).transpose()
    }

    /// The next column as one of a list of words.
    pub(super) fn word<T: Word>(&mut self) -> Result<T> {
        self.word_optional()?.ok_or_else(|| self.unreadable())
    }

    /// The next column as one of a list of words, unless it is null.
    pub(super) fn word_optional<T: Word>(&mut self) -> Result<Option<T>> {
        let text = self.value()?.as_str_or_null()?;
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
        let text = self.value()?.as_str()?;
        let index = self.next.saturating_sub(1);
        serde_json::from_str(text).map_err(|error| Error::FromSqlConversionFailure(index, Type::Text, Box::new(error)))
    }

    /// The next column, read from its JSON unless it is null.
    pub(super) fn json_optional<T: DeserializeOwned>(&mut self) -> Result<Option<T>> {
        let text = self.value()?.as_str_or_null()?;
        let (index, read) = (self.next.saturating_sub(1), |text| serde_json::from_str(text));
        text.map(read).transpose().map_err(|error| Error::FromSqlConversionFailure(index, Type::Text, Box::new(error)))
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

    /// The next column's value, which lives as long as the row.
    fn value(&mut self) -> Result<ValueRef<'r>> {
        let index = self.next;
        self.next += 1;
        value_at(self.row, index)
    }

    /// The column that was read last holds what we never write.
    pub(super) fn unreadable(&self) -> Error {
        let index = self.next.saturating_sub(1);
        let name = match self.row {
            Row::Sqlite(row) => row.as_ref().column_name(index).unwrap_or_default().to_owned(),
            Row::Postgres(row) => row.columns().get(index).map_or_else(String::new, |column| column.name().to_owned()),
        };
        let stored = value_at(self.row, index).map_or(Type::Null, |value| value.data_type());
        Error::InvalidColumnType(index, name, stored)
    }
}

fn value_at(row: Row<'_>, index: usize) -> Result<ValueRef<'_>> {
    match row {
        Row::Sqlite(row) => row.get_ref(index),
        Row::Postgres(row) => postgres::value_at(row, index),
    }
}
