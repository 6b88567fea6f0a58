//! How statements that are written for SQLite are said to PostgreSQL.
//!
//! Rules, not a parser: our statements are known, and each is said to both databases in the tests.

/// How PostgreSQL reads `sql`; `writes` opens what is to be locked.
///
/// - `?` and `?N` are `$N`: one without a number has the number after the highest before it.
/// - `INDEXED BY name` is left out, and `CROSS JOIN … ON`, which fixes SQLite's order, is a `JOIN`.
/// - `->> '$.a.b'` is `#>> '{a,b}'`, and `->` likewise.
/// - `/*pg … */` is said, `/*lock … */` is said in transactions that write.
pub(super) fn translate(sql: &str, writes: bool) -> String {
    let mut out = String::with_capacity(sql.len() + 32);
    let (mut rest, mut highest) = (sql, 0_usize);
    while let Some(at) = rest.find(['?', '\'', '/', 'I', 'C', '-', '*']) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        rest = if let Some(after) = found.strip_prefix('?') {
            let digits = after.len() - after.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
            let (number, after) = after.split_at(digits);
            let number = number.parse().unwrap_or(highest + 1);
            highest = highest.max(number);
            out.push('$');
            out.push_str(&number.to_string());
            after
        } else if let Some((operator, path, after)) = json_path(found) {
            let path = path.replace(['.', '['], ",").replace(']', "");
            out.extend([operator, " '{", &path, "}'"]);
            after
        } else if let Some((said, after)) = comment(found, writes) {
            // What is said may hold places too.
            rest = after;
            let said = translate(said, writes);
            out.push_str(&said);
            continue;
        } else if let Some(after) = found.strip_prefix("INDEXED BY ") {
            after.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || letter == '_')
        } else if let Some(after) = found.strip_prefix("CROSS JOIN ") {
            out.push_str("JOIN ");
            after
        } else if found.starts_with('\'') {
            let end = found.get(1..).and_then(|inside| inside.find('\'')).map_or(found.len(), |end| end + 2);
            let (text, after) = found.split_at(end);
            out.push_str(text);
            after
        } else {
            let (letter, after) = found.split_at(1);
            out.push_str(letter);
            after
        };
    }
    out.push_str(rest);
    out
}

/// `->> '$.…'` and `-> '$.…'`: PostgreSQL's operator, the path, and what comes after it.
fn json_path(sql: &str) -> Option<(&str, &str, &str)> {
    let text = sql.strip_prefix("->> '$.").map(|path| ("#>>", path));
    let (operator, path) = text.or_else(|| Some(("#>", sql.strip_prefix("-> '$.")?)))?;
    let (path, after) = path.split_once('\'')?;
    Some((operator, path, after))
}

/// A comment: what is said of it, and what comes after it.
fn comment(sql: &str, writes: bool) -> Option<(&str, &str)> {
    let (text, after) = sql.strip_prefix("/*")?.split_once("*/")?;
    let said = match text.strip_prefix("lock ") {
        Some(said) if writes => said,
        Some(_) => "",
        None => text.strip_prefix("pg ").unwrap_or(""),
    };
    Some((said, after))
}

#[cfg(test)]
mod tests {
    use super::translate;

    #[track_caller]
    fn check(sqlite: &str, postgres: &str) {
        assert_eq!(translate(sqlite, true), postgres);
    }

    #[test]
    fn places_have_numbers() {
        check("SELECT ?, ?", "SELECT $1, $2");
        check("VALUES (?1, ?2, ?3, ?, ?, ?1)", "VALUES ($1, $2, $3, $4, $5, $1)");
        check("SELECT 'what?', ?", "SELECT 'what?', $1");
        check("SELECT 'it''s ?', ?", "SELECT 'it''s ?', $1");
    }

    #[test]
    fn what_only_sqlite_is_told_is_left_out() {
        check("FROM a INDEXED BY b_c WHERE", "FROM a  WHERE");
        check("FROM a CROSS JOIN b ON x", "FROM a JOIN b ON x");
        check("/* why */ SELECT 1", " SELECT 1");
    }

    #[test]
    fn what_only_postgres_is_told_is_said() {
        check("LIMIT 2 /*pg FOR UPDATE SKIP LOCKED*/)", "LIMIT 2 FOR UPDATE SKIP LOCKED)");
        check("SELECT 1 /*lock FOR UPDATE*/", "SELECT 1 FOR UPDATE");
        assert_eq!(translate("SELECT 1 /*lock FOR UPDATE*/", false), "SELECT 1 ");
    }

    #[test]
    fn paths_into_json_are_said_in_another_way() {
        check("body ->> '$.a' = ?", "body #>> '{a}' = $1");
        check("body ->> '$.counted[0].feature'", "body #>> '{counted,0,feature}'");
        check("content -> '$.tax'", "content #> '{tax}'");
        check("o.value ->> '$.agreement.digest'", "o.value #>> '{agreement,digest}'");
    }
}
