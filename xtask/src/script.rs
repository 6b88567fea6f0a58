//! One script from the SDK's modules: what a web app loads is one request, without comments and indentation.
//!
//! Knows just enough JavaScript for our own modules: imports stand on one line each and come from `./`, and nothing is
//! renamed. Two modules with the same name at their top level make a script that no browser loads, which the SDK's tests
//! would see.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::shell::{Failure, Outcome};

/// The modules that `entry` imports, and itself, as one.
pub(crate) fn join(entry: &Path) -> Outcome<String> {
    let mut script = Script::default();
    script.add(entry, &entry.with_file_name(""))?;
    Ok(script.text)
}

#[derive(Default)]
struct Script {
    text: String,
    /// Every module added.
    added: Vec<PathBuf>,
}

impl Script {
    /// Adds the module at `path` after the modules it imports; the one that nobody imports keeps its exports.
    fn add(&mut self, path: &Path, folder: &Path) -> Outcome {
        let source = fs::read_to_string(path).map_err(|error| Failure::new(format!("{}: {error}.", path.display())))?;
        let is_entry = self.added.is_empty();
        self.added.push(path.to_owned());
        let mut own = String::new();
        for line in strip(&source).lines() {
            if let Some(module) = read_import(line) {
                let module = folder.join(module);
                if !self.added.contains(&module) {
                    self.add(&module, folder)?;
                }
            } else {
                own.push_str(if is_entry { line } else { line.strip_prefix("export ").unwrap_or(line) });
                own.push('\n');
            }
        }
        self.text.push_str(&own);
        Ok(())
    }
}

/// From which file is imported, for a line like `import { ask } from './core.js';`.
fn read_import(line: &str) -> Option<&str> {
    let (_, module) = line.strip_prefix("import {")?.split_once("} from './")?;
    module.strip_suffix("';")
}

/// `source` without comments, indentation and empty lines; texts, templates and regular expressions stay as they are.
pub(crate) fn strip(source: &str) -> String {
    let mut stripped = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(letter) = rest.chars().next() {
        let length = match letter {
            '/' if rest.starts_with("//") => {
                rest = rest.find('\n').map_or("", |end| &rest[end..]);
                continue;
            }
            '/' if rest.starts_with("/*") => {
                rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
                continue;
            }
            '\'' | '"' | '`' => quoted(rest, letter),
            '/' if stripped.trim_end().ends_with(['(', ',', '=', ':', '[', '!', '&', '|', '?', '{', '}', ';']) => {
                quoted(rest, '/')
            }
            ' ' | '\t' if stripped.is_empty() || stripped.ends_with('\n') => {
                rest = rest.trim_start_matches([' ', '\t']);
                continue;
            }
            '\n' => {
                stripped.truncate(stripped.trim_end().len());
                stripped.push('\n');
                rest = &rest[1..];
                continue;
            }
            other => other.len_utf8(),
        };
        let (taken, left) = rest.split_at(length);
        stripped.push_str(taken);
        rest = left;
    }
    stripped.trim_start().to_owned()
}

/// The length of what begins and ends with `mark`. A template with a template inside is not one of ours.
fn quoted(text: &str, mark: char) -> usize {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|(_, letter)| {
        let is_end = *letter == mark && !escaped;
        escaped = *letter == '\\' && !escaped;
        is_end
    });
    end.map_or(text.len(), |(end, _)| end + mark.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::{read_import, strip};

    #[track_caller]
    fn check(source: &str, wanted: &str) {
        assert_eq!(strip(source), wanted);
    }

    #[test]
    fn comments_indentation_and_empty_lines_go() {
        check("// a\nlet b; // c\n\n  /** d\n   * e */\n  f();\n", "let b;\n\nf();\n".replace("\n\n", "\n").as_str());
        check("a = 1 /* b */ + 2;", "a = 1  + 2;");
    }

    #[test]
    fn what_looks_like_a_comment_in_a_text_stays() {
        check("a = 'http://b';", "a = 'http://b';");
        check("a = \"/* b */ \\\" // c\";", "a = \"/* b */ \\\" // c\";");
        check("a = `${b}//c`;", "a = `${b}//c`;");
        check("a = /^(https?:\\/\\/[^?#]+)/.exec(b) / 2;", "a = /^(https?:\\/\\/[^?#]+)/.exec(b) / 2;");
    }

    #[test]
    fn imports_of_our_own_are_read() {
        assert_eq!(read_import("import { a } from './b.js';"), Some("b.js"));
        assert_eq!(read_import("import fs from 'node:fs';"), None);
        assert_eq!(read_import("imported();"), None);
    }
}
