//! What no compiler checks: the size and header of files, who may talk to whom, and words that do not
//! belong in the sources.
//!
//! Each rule is a function from one file to its complaints; the edges between crates are in [`edges`].

mod edges;
mod limits;

use std::{fs, path::Path};

use crate::{
    places::Places,
    shell::{Failure, Outcome, Run},
};

/// A file longer than this is two files.
const LONGEST: usize = 500;

/// Sources that count as code.
const CODE: [&str; 6] = ["rs", "js", "mjs", "ts", "css", "html"];

/// A file of the checkout.
struct Source<'a> {
    /// Relative to the checkout, with `/`.
    path: &'a str,
    text: &'a str,
}

/// Runs every rule on every file that git knows or would add.
pub(crate) fn check(places: &Places) -> Outcome {
    let listing =
        Run::new("git", &places.root).args(["ls-files", "--cached", "--others", "--exclude-standard"]).read()?;
    let mut complaints = edges::check(&places.root)?;
    complaints.extend(limits::check(&places.root)?);
    for path in listing.lines() {
        // A file that is not text has no words; one that was deleted is no file.
        let Ok(text) = fs::read_to_string(places.root.join(path)) else {
            continue;
        };
        let source = Source { path, text: &text };
        for rule in [check_length, check_header, check_sql, check_signing, check_http, check_hosts, check_words] {
            complaints.extend(rule(&source).into_iter().map(|complaint| format!("{path}: {complaint}")));
        }
    }
    if complaints.is_empty() {
        return Ok(());
    }
    for complaint in &complaints {
        println!("   {complaint}");
    }
    Err(Failure::new(format!("{} complaints.", complaints.len())))
}

impl Source<'_> {
    fn is(&self, extensions: &[&str]) -> bool {
        Path::new(self.path)
            .extension()
            .and_then(|extension| extension.to_str())
            .is_some_and(|extension| extensions.contains(&extension))
    }

    /// Whether the file is `folder.rs` or lies in `folder/`, for one of `folders`.
    fn is_in(&self, folders: &[&str]) -> bool {
        folders
            .iter()
            .any(|folder| self.path.strip_prefix(folder).is_some_and(|rest| rest == ".rs" || rest.starts_with('/')))
    }

    /// The numbers of the lines that hold one of `words`.
    fn lines_with(&self, words: &[&str]) -> Vec<usize> {
        let numbered = self.text.lines().enumerate();
        numbered
            .filter(|(_, line)| words.iter().any(|word| line.contains(word)))
            .map(|(number, _)| number + 1)
            .collect()
    }

    fn complain(&self, words: &[&str], complaint: &str) -> Vec<String> {
        self.lines_with(words).into_iter().map(|line| format!("line {line}: {complaint}")).collect()
    }
}

fn check_length(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    if source.is(&CODE) && lines > LONGEST {
        return vec![format!("{lines} lines; split it, {LONGEST} is the most")];
    }
    Vec::new()
}

fn check_header(source: &Source) -> Vec<String> {
    if source.is(&["rs"]) && !source.text.starts_with("//! ") {
        return vec!["begins without `//!`: say what lives here and what does not".to_owned()];
    }
    Vec::new()
}

fn check_sql(source: &Source) -> Vec<String> {
    // A story is another program that has the store open.
    let doors = [
        "backend/src/store",
        "backend/tests/store",
        "tests/postgres_server",
        "tests/crash/cutter",
        "tests/crash/trouble",
        "xtask/src/tidy",
        "bench/src",
    ];
    if !source.is(&["rs"]) || source.is_in(&doors) {
        return Vec::new();
    }
    let words = ["\"SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE ", "rusqlite::", "tokio_postgres::"];
    source.complain(&words, "only backend/src/store sees a database")
}

fn check_signing(source: &Source) -> Vec<String> {
    // What the documentation shows, and tests run, verifies only.
    let verifying = ["tests/verification", "tests/api/verification"];
    if !source.is(&["rs"]) || source.is_in(&["backend/src/keys", "xtask/src/tidy"]) || source.is_in(&verifying) {
        return Vec::new();
    }
    source.complain(&["jsonwebtoken::"], "only backend/src/keys signs")
}

fn check_http(source: &Source) -> Vec<String> {
    let doors = ["http", "auth", "error", "app", "main", "cli"].map(|door| format!("backend/src/{door}"));
    let doors: Vec<_> = doors.iter().map(String::as_str).collect();
    if !source.is(&["rs"]) || !source.is_in(&["backend/src"]) || source.is_in(&doors) {
        return Vec::new();
    }
    source.complain(&["actix_web::"], "only http, auth and error see actix")
}

/// Pages, SDK and demo load from their own origin only; other addresses are examples or names of formats.
fn check_hosts(source: &Source) -> Vec<String> {
    if !source.is(&CODE) || !source.is_in(&["frontend", "demo", "sdk/js", "style"]) {
        return Vec::new();
    }
    let harmless = ["www.w3.org", "example.com", "127.0.0.1", "localhost"];
    let is_foreign = |line: &str| {
        let code = !line.trim_start().starts_with("//") && !line.trim_start().starts_with('*');
        code && line.split("://").skip(1).any(|rest| {
            rest.starts_with(|c: char| c.is_ascii_alphanumeric())
                && !harmless.iter().any(|host| rest.split('/').next().is_some_and(|name| name.contains(host)))
        })
    };
    let numbered = source.text.lines().enumerate();
    numbered
        .filter(|(_, line)| is_foreign(line))
        .map(|(number, _)| format!("line {}: names another host; everything comes from our own", number + 1))
        .collect()
}

/// Where packages come from and where a checkout lies is each machine's own affair.
fn check_words(source: &Source) -> Vec<String> {
    let hosts = [
        concat!("index.crates", ".io"),
        concat!("static.crates", ".io"),
        concat!("registry.npm", "js.org"),
        concat!("pythonhosted", ".org"),
        concat!("deb.debian", ".org"),
    ];
    let folders = [concat!("\"/ro", "ot/"), concat!(" /ro", "ot/"), concat!("\"/wo", "rk/"), concat!(" /wo", "rk/")];
    let mut complaints = source.complain(&hosts, "names a registry's host");
    complaints.extend(source.complain(&folders, "names a folder of one machine"));
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: fn(&Source) -> Vec<String>, path: &str, text: &str, complaints: usize) {
        assert_eq!(rule(&Source { path, text }).len(), complaints, "{path}: {text}");
    }

    #[test]
    fn a_file_has_a_header_and_at_most_500_lines() {
        check(check_header, "shared/src/a.rs", "//! What.\n", 0);
        check(check_header, "shared/src/a.rs", "fn a() {}\n", 1);
        check(check_length, "shared/src/a.rs", &"\n".repeat(500), 0);
        check(check_length, "shared/src/a.rs", &"\n".repeat(501), 1);
        check(check_length, "docs/a.md", &"\n".repeat(501), 0);
    }

    #[test]
    fn only_the_store_speaks_sql() {
        let text = "let sql = \"SELECT 1\";";
        check(check_sql, "backend/src/http/orders.rs", text, 1);
        check(check_sql, "backend/src/storefront.rs", text, 1);
        check(check_sql, "backend/src/store.rs", text, 0);
        check(check_sql, "backend/src/store/sqlite.rs", text, 0);
    }

    #[test]
    fn only_the_keys_sign_and_only_the_edge_sees_actix() {
        check(check_signing, "backend/src/http.rs", "use jsonwebtoken::encode;", 1);
        check(check_signing, "backend/src/keys/sign.rs", "use jsonwebtoken::encode;", 0);
        check(check_http, "backend/src/clock.rs", "use actix_web::web;", 1);
        check(check_http, "backend/src/http/menus.rs", "use actix_web::web;", 0);
    }

    #[test]
    fn pages_load_from_their_own_host() {
        let foreign = format!("<script src=\"https{}cdn.test/x.js\">", "://");
        check(check_hosts, "demo/index.html", &foreign, 1);
        check(check_hosts, "docs/index.html", &foreign, 0);
        check(check_hosts, "demo/icon.html", "<svg xmlns=\"http://www.w3.org/2000/svg\">", 0);
    }

    #[test]
    fn machines_are_not_named() {
        check(check_words, "docs/a.md", &format!("see {}me/x", "/ro".to_owned() + "ot/"), 1);
        check(check_words, "docs/a.md", "GET /work and /rooted", 0);
    }
}
