//! Values on their way to PostgreSQL and back. Integers, texts (JSON among them) and bytes are all that is kept; a yes or no
//! is 0 or 1, as in SQLite.

use std::error::Error as StdError;

use postgres::Row;
use postgres::types::private::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};

type Fault = Box<dyn StdError + Sync + Send>;

/// A value to be bound. What the statement wants there decides how it is written.
#[derive(Debug)]
pub(super) struct Bound(Value);

impl Bound {
    pub(super) fn of(value: &dyn rusqlite::ToSql) -> rusqlite::Result<Self> {
        Ok(Self(match value.to_sql()? {
            ToSqlOutput::Borrowed(value) => value.try_into().map_err(|_| unsayable())?,
            ToSqlOutput::Owned(value) => value,
            _ => return Err(unsayable()),
        }))
    }

    /// The text, where it is one.
    pub(super) fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.0 { Some(text) } else { None }
    }
}

fn unsayable() -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure("neither number, text nor bytes".into())
}

impl ToSql for Bound {
    fn to_sql(&self, wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Fault> {
        match (&self.0, wanted) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Integer(number), &Type::INT8) => number.to_sql(wanted, out),
            (Value::Integer(number), &Type::INT4) => i32::try_from(*number)?.to_sql(wanted, out),
            (Value::Integer(number), &Type::INT2) => i16::try_from(*number)?.to_sql(wanted, out),
            (Value::Integer(number), &Type::BOOL) => (*number != 0).to_sql(wanted, out),
            (Value::Text(text), &Type::TEXT | &Type::VARCHAR | &Type::NAME | &Type::JSON | &Type::UNKNOWN) => {
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
            (Value::Blob(bytes), &Type::BYTEA) => bytes.as_slice().to_sql(wanted, out),
            (value, wanted) => Err(format!("{:?} where {wanted} is wanted", value.data_type()).into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A value as it was read.
struct Read<'r>(ValueRef<'r>);

impl<'r> FromSql<'r> for Read<'r> {
    fn from_sql(kind: &Type, raw: &'r [u8]) -> Result<Self, Fault> {
        Ok(Self(match *kind {
            Type::INT8 => ValueRef::Integer(i64::from_sql(kind, raw)?),
            Type::INT4 => ValueRef::Integer(i32::from_sql(kind, raw)?.into()),
            Type::INT2 => ValueRef::Integer(i16::from_sql(kind, raw)?.into()),
            Type::BOOL => ValueRef::Integer(bool::from_sql(kind, raw)?.into()),
            Type::TEXT | Type::VARCHAR | Type::NAME | Type::JSON | Type::UNKNOWN => ValueRef::Text(raw),
            Type::BYTEA => ValueRef::Blob(raw),
            ref other => return Err(format!("a column of type {other}").into()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Fault> {
        Ok(Self(ValueRef::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// The row's value in this column.
pub(in crate::store) fn value_at(row: &Row, index: usize) -> rusqlite::Result<ValueRef<'_>> {
    let value: Read<'_> = row.try_get(index).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(index, rusqlite::types::Type::Null, Box::new(error))
    })?;
    Ok(value.0)
}
