//! Lists as CSV (RFC 4180): sent as they are read, a few hundred rows at a time, so that the longest takes no more memory
//! than the shortest.

use std::io;

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use futures_util::stream::unfold;

use crate::error::Failure;

/// How many rows are read at a time.
pub(super) const ROWS: u32 = 500;

/// A part of a list: its rows' cells, and where the next part begins, if there is one.
pub(super) type Part<P> = (Vec<Vec<String>>, Option<P>);

/// Answers with a file `name` of these columns. `first` has been read already, so that whatever is wrong was refused;
/// `read` gives what follows.
pub(super) fn answer_csv<P: 'static, R>(
    name: &str,
    columns: &[&str],
    first: Part<P>,
    read: impl Fn(P) -> R + 'static,
) -> HttpResponse
where
    R: Future<Output = Result<Part<P>, Failure>> + 'static,
{
    let heading = write_line(&columns.iter().map(|column| (*column).to_owned()).collect::<Vec<_>>());
    let parts = unfold((Step::First(heading, first), read), |(step, read)| async {
        let (mut text, (rows, next)) = match step {
            Step::First(heading, part) => (heading, part),
            Step::Next(place) => match read(place).await {
                Ok(part) => (String::new(), part),
                Err(failure) => {
                    // The answer has begun: that it breaks off is all that can be said.
                    tracing::error!(%failure, "a list could not be sent in full");
                    return Some((Err(io::Error::other("the list could not be read")), (Step::End, read)));
                }
            },
            Step::End => return None,
        };
        for cells in rows {
            text.push_str(&write_line(&cells));
        }
        Some((Ok(Bytes::from(text)), (next.map_or(Step::End, Step::Next), read)))
    });
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .streaming(parts)
}

/// How far the file has come.
enum Step<P> {
    First(String, Part<P>),
    Next(P),
    End,
}

fn write_line(cells: &[String]) -> String {
    let mut line = cells.iter().map(|cell| write_cell(cell)).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

/// A cell in quotes. What a spreadsheet would take for a formula, and run, gets an apostrophe before it.
fn write_cell(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let mark = if is_formula { "'" } else { "" };
    format!("\"{mark}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::write_cell;

    #[test]
    fn a_cell_is_no_formula_and_ends_where_it_ends() {
        for (cell, written) in [
            ("Anna", "\"Anna\""),
            ("a \"b\", c\r\nd", "\"a \"\"b\"\", c\r\nd\""),
            ("=1+1", "\"'=1+1\""),
            ("+49", "\"'+49\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("", "\"\""),
            ("1=1", "\"1=1\""),
        ] {
            assert_eq!(write_cell(cell), written);
        }
    }
}
