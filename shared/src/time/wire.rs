//! How times cross HTTP: as the text that `Display` writes.

use crate::wire_as_text;

wire_as_text!(
    super::Timestamp,
    "An RFC 3339 time in UTC, whole seconds",
    "2026-11-22T02:00:00Z",
    pattern = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
);
wire_as_text!(super::Date, "A calendar date, UTC", "2027-12-31", pattern = r"^\d{4}-\d\d-\d\d$");
wire_as_text!(super::Period, "An ISO 8601 period of years, months, weeks or days", "P1M");
