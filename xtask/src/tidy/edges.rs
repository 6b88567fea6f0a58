//! The edges between the rooms: which crate of the workspace may use which. There are no others.

use std::{collections::BTreeMap, fs, path::Path};

use crate::shell::Outcome;

/// Each room and the rooms it may use.
const EDGES: [(&str, &[&str]); 9] = [
    ("shared", &[]),
    ("backend", &["shared", "demo/render"]),
    ("client", &["shared"]),
    ("demo/render", &["client"]),
    ("sdk", &["shared"]),
    ("frontend", &["shared", "sdk"]),
    ("tests", &["backend", "client", "shared", "sdk"]),
    ("bench", &["backend", "shared", "sdk"]),
    ("xtask", &[]),
];

/// Reads every room's Cargo.toml and complains about edges that are not in the list.
pub(crate) fn check(root: &Path) -> Outcome<Vec<String>> {
    let rooms = read_rooms(&fs::read_to_string(root.join("Cargo.toml"))?);
    let mut complaints = Vec::new();
    for (room, allowed) in EDGES {
        let manifest = fs::read_to_string(root.join(room).join("Cargo.toml"))?;
        for used in uses(&manifest, &rooms) {
            if used != room && !allowed.contains(&used.as_str()) {
                complaints.push(format!("{room}/Cargo.toml: {room} must not use {used}"));
            }
        }
    }
    Ok(complaints)
}

/// The workspace's own dependencies: name to folder.
fn read_rooms(manifest: &str) -> BTreeMap<String, String> {
    let lines = manifest.lines().filter_map(|line| {
        let (name, value) = line.split_once('=')?;
        let (_, path) = value.split_once("path = \"")?;
        let (folder, _) = path.split_once('"')?;
        Some((name.trim().to_owned(), folder.to_owned()))
    });
    lines.collect()
}

/// The rooms that a manifest names in any of its tables of dependencies, by workspace or by path.
fn uses(manifest: &str, rooms: &BTreeMap<String, String>) -> Vec<String> {
    let mut in_dependencies = false;
    let mut used = Vec::new();
    for line in manifest.lines() {
        if let Some(table) = line.strip_prefix('[') {
            in_dependencies = table.contains("dependencies");
            if let Some((_, name)) = table.split_once("dependencies.") {
                used.extend(rooms.get(name.trim_end_matches(']')).cloned());
            }
        } else if in_dependencies {
            let name = line.split(['=', '.']).next().unwrap_or_default().trim();
            used.extend(rooms.get(name).cloned());
            if let Some((folder, _)) = line.split_once("path = \"../").and_then(|(_, rest)| rest.split_once('"')) {
                used.push(folder.to_owned());
            }
        }
    }
    used
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(manifest: &str, rooms: &BTreeMap<String, String>, expected: &[&str]) {
        assert_eq!(uses(manifest, rooms), expected, "{manifest}");
    }

    #[test]
    fn an_edge_is_seen_however_it_is_written() {
        let rooms = read_rooms("shared = { path = \"shared\", package = \"passgate-shared\" }\nserde = \"1\"");
        check("[dependencies]\nshared.workspace = true\nserde.workspace = true", &rooms, &["shared"]);
        check("[dev-dependencies]\nshared = { workspace = true }", &rooms, &["shared"]);
        check("[dependencies.shared]\nworkspace = true", &rooms, &["shared"]);
        check("[target.'cfg(unix)'.dependencies]\nx = { path = \"../backend\" }", &rooms, &["backend"]);
        check("[features]\nshared = []", &rooms, &[]);
    }
}
