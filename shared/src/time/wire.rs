//! How times cross HTTP: as the text that `Display` writes.

use crate::wire_as_text;

wire_as_text!(super::Timestamp, "An RFC 3339 time in UTC, whole seconds", "2026-11-22T02:00:00Z");
wire_as_text!(super::Date, "A calendar date, UTC", "2027-12-31");
wire_as_text!(super::Period, "An ISO 8601 period of years, months, weeks or days", "P1M");
