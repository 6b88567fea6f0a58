//! The limits that `docs/operations.md` tells operators of are those of the code: each number is read where it stands, and must be
//! found in the document in these words.

use std::{fs, path::Path};

use crate::shell::{Failure, Outcome};

const DOCUMENT: &str = "docs/operations.md";

/// A limit: the file, what its number stands behind, how many of them make what the document counts, and the document's words.
type Limit = (&'static str, &'static str, u64, &'static str);

const LIMITS: [Limit; 21] = [
    ("backend/src/store/sqlite.rs", "write_queue: ", 1, "{} writes"),
    ("backend/src/store/sqlite.rs", "read_queue: ", 1, "{} reads"),
    ("backend/src/store/sqlite.rs", "group: ", 1, "{} writes in a commit"),
    ("backend/src/store/postgres/writer.rs", "const GROUP: usize = ", 1, "up to {} that wait share a flush"),
    ("backend/src/http/server.rs", "const MAX_CONNECTIONS: usize = ", 1, "{} connections a worker"),
    ("backend/src/http/server.rs", "const HEAD_TIMEOUT: Duration = ", 1, "{} s for the head of a request"),
    ("backend/src/http/body.rs", "const BODY_TIMEOUT: Duration = ", 1, "{} s for its body"),
    ("backend/src/http/body.rs", "const MAX_BODY_BYTES: usize = ", 1024, "{} KiB a request"),
    ("backend/src/http/body.rs", "const MAX_LONG_BODY_BYTES: usize = ", 1024, "{} KiB a menu"),
    ("backend/src/http/admin/logo.rs", "const MAX_BYTES: usize = ", 1024, "{} KiB a logo"),
    ("backend/src/http/stream/open.rs", "const MAX_STREAMS: usize = ", 1, "{} event streams"),
    ("backend/src/http/stream/open.rs", "const MAX_STREAMS_EACH: usize = ", 1, "{} of one pass or session"),
    ("backend/src/waiting.rs", "const MOST_WAITING: usize = ", 1, "{} that wait for one license's seats"),
    ("backend/src/http/leases/check_out.rs", "const MOST_WAIT_SECONDS: u32 = ", 1, "for {} s at most"),
    ("backend/src/http/leases/ending.rs", "const SWEPT_AT_ONCE: u32 = ", 1, "{} leases in a transaction"),
    ("backend/src/auth/passwords.rs", "const MAX_WAITING: usize = ", 1, "{} passwords that wait"),
    ("backend/src/auth/passwords.rs", "const AT_ONCE: usize = ", 1, "{} at once"),
    ("backend/src/store/records.rs", "const STATUS_LIST_CAPACITY: u32 = ", 1, "{} passes in a status list"),
    ("backend/src/outbox/webhooks.rs", "const AT_ONCE: u32 = ", 1, "{} webhooks told at once"),
    ("backend/src/outbox/mail.rs", "const AT_ONCE: u32 = ", 1, "{} mails handed over at once"),
    ("backend/src/traces.rs", "const MOST_SPANS: usize = ", 1, "{} spans"),
];

/// What the document says otherwise than the code, or does not say.
pub(super) fn check(root: &Path) -> Outcome<Vec<String>> {
    let read = |path: &str| {
        fs::read_to_string(root.join(path)).map_err(|error| Failure::new(format!("Cannot read {path}: {error}.")))
    };
    let document = read(DOCUMENT)?;
    let mut complaints = Vec::new();
    for (path, before, unit, words) in LIMITS {
        match find_number(&read(path)?, before) {
            None => complaints
                .push(format!("{path}: no number stands behind `{before}`, as xtask/src/tidy/limits.rs has it")),
            Some(number) => {
                let words = words.replace("{}", &write_number(number / unit));
                if !document.contains(&words) {
                    complaints.push(format!("{DOCUMENT}: does not say `{words}`, as {path} has it"));
                }
            }
        }
    }
    Ok(complaints)
}

/// The number behind the last such words: `64 * 1024`, `1 << 20`, `10_000` or `Duration::from_secs(10)`.
fn find_number(source: &str, before: &str) -> Option<u64> {
    let rest = source.lines().rev().find_map(|line| Some(line.split_once(before)?.1))?;
    let rest = rest.strip_prefix("Duration::from_secs(").unwrap_or(rest);
    let text = rest.split([';', ',', ')']).next()?.replace('_', "");
    if let Some((number, places)) = text.split_once(" << ") {
        return number.parse::<u64>().ok()?.checked_shl(places.parse().ok()?);
    }
    text.split(" * ").try_fold(1_u64, |product, factor| product.checked_mul(factor.parse().ok()?))
}

/// With commas between the thousands.
fn write_number(number: u64) -> String {
    let digits = number.to_string();
    let mut written = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::{find_number, write_number};

    #[test]
    fn numbers_are_read_as_sources_write_them() {
        for (line, wanted) in [
            ("const X: usize = 10_000;", Some(10_000)),
            ("pub const X: usize = 64 * 1024;", Some(65_536)),
            ("pub const X: usize = 1 << 20;", Some(1 << 20)),
            ("const X: usize = Duration::from_secs(10);", Some(10)),
            ("const X: usize = OTHER;", None),
            ("const Y: usize = 1;", None),
        ] {
            assert_eq!(find_number(line, "const X: usize = "), wanted, "{line}");
        }
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1000, 1_048_576].map(write_number), ["0", "999", "1,000", "1,048,576"]);
    }
}
