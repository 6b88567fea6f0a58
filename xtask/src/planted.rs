//! `cargo xtask test --planted`: each harness is shown to fail. A copy of the checkout gets all the bugs of [`bugs`] planted at
//! once, each asleep until `PASSGATE_PLANTED` names it; it is built once, and each bug must be found by the test that it is for.
//!
//! What is shipped knows nothing of it: bugs are texts here, and the copy lies in the cache.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Instant,
};

use crate::{
    places::Places,
    shell::{Failure, Outcome, Run, timed},
};

use bugs::{BUGS, Bug};

mod bugs;

/// Whose tests find bugs; compiled together, so that all agree on features.
const CRATES: [&str; 4] = ["passgate-shared", "passgate", "passgate-tests", "passgate-bench"];

/// What stands in a planted text for "this bug is awake".
const AWAKE: &str = "PLANTED";

/// Plants the bugs named in `names`, or all, and demands that each is found.
pub(crate) fn run(places: &Places, names: &[String]) -> Outcome {
    if let Some(unknown) = names.iter().find(|name| !BUGS.iter().any(|bug| bug.name == **name)) {
        let known: Vec<_> = BUGS.iter().map(|bug| bug.name).collect();
        return Err(Failure::new(format!("There is no bug `{unknown}` to plant; there are {}.", known.join(", "))));
    }
    let home = places.cache.join("planted");
    let copy = Copy { root: home.join("src"), target: home.join("target") };
    timed("Planting", || copy.plant(places))?;
    timed("Building what is planted", || copy.cargo().args(["--no-run", "--quiet"]).go())?;
    let bugs: Vec<_> =
        BUGS.iter().filter(|bug| names.is_empty() || names.iter().any(|name| name == bug.name)).collect();
    let tests: BTreeSet<_> = bugs.iter().map(|bug| bug.found_by).collect();
    for test in tests {
        if !copy.passes(test, "")? {
            return Err(Failure::new(format!("{test} fails without any bug: see to that first.")));
        }
    }
    let mut missed = Vec::new();
    for bug in bugs {
        let start = Instant::now();
        let is_found = !copy.passes(bug.found_by, bug.name)?;
        let word = if is_found { "found" } else { "MISSED" };
        println!("  {word:6}  {:28} {}  ({:.1} s)", bug.name, bug.what, start.elapsed().as_secs_f64());
        if !is_found {
            missed.push(bug.name);
        }
    }
    if missed.is_empty() { Ok(()) } else { Err(Failure::new(format!("Not found: {}.", missed.join(", ")))) }
}

/// The checkout's copy.
struct Copy {
    root: PathBuf,
    target: PathBuf,
}

impl Copy {
    /// Makes the copy what the checkout is, with the bugs. What has not changed is left alone, so that building is quick.
    fn plant(&self, places: &Places) -> Outcome {
        let list = Run::new("git", &places.root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let listed = list.read()?;
        let names: BTreeSet<&Path> = listed.split('\0').filter(|name| !name.is_empty()).map(Path::new).collect();
        fs::create_dir_all(&self.root)?;
        self.remove_others(&self.root, &names)?;
        for name in names {
            // A file that is listed may be deleted already.
            let Ok(mut content) = fs::read(places.root.join(name)) else { continue };
            for bug in BUGS {
                content = plant(bug, name, content)?;
            }
            let file = self.root.join(name);
            if fs::read(&file).is_ok_and(|there| there == content) {
                continue;
            }
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(file, content)?;
        }
        Ok(())
    }

    /// Removes what the checkout has not.
    fn remove_others(&self, folder: &Path, names: &BTreeSet<&Path>) -> Outcome {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                self.remove_others(&path, names)?;
            } else if path.strip_prefix(&self.root).is_ok_and(|name| !names.contains(name)) {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    fn cargo(&self) -> Run {
        let packages = CRATES.iter().flat_map(|name| ["--package", *name]);
        Run::cargo(&self.root, &self.target).args(["test", "--locked", "--lib", "--bins", "--tests"]).args(packages)
    }

    /// Whether the test passes while `bug` is awake.
    fn passes(&self, test: &str, bug: &str) -> Outcome<bool> {
        let run = self.cargo().args(["--quiet", "--no-fail-fast", "--", test]).env("PASSGATE_PLANTED", bug);
        let mut command = run.into_command();
        let output = command.stdin(Stdio::null()).output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        let is_run = |line: &str| line.starts_with("test result: FAILED") || !line.contains("ok. 0 passed");
        if !said.lines().any(|line| line.starts_with("test result:") && is_run(line)) {
            return Err(Failure::new(format!("There is no test {test}:\n{}", String::from_utf8_lossy(&output.stderr))));
        }
        Ok(output.status.success())
    }
}

/// `content` of the file `name` with the bug in it.
fn plant(bug: &Bug, name: &Path, content: Vec<u8>) -> Outcome<Vec<u8>> {
    let changes = bug.changes.iter().filter(|change| Path::new(change.file) == name);
    changes.into_iter().try_fold(content, |content, change| {
        let text = String::from_utf8_lossy(&content);
        let count = text.matches(change.is).count();
        if count != 1 {
            let file = change.file;
            return Err(Failure::new(format!(
                "{} is to be planted in {file}, where {:?} stands {count} times.",
                bug.name, change.is
            )));
        }
        // The crates without the standard library are tested with it.
        let awake = format!(
            "core::convert::identity({{ extern crate std; std::env::var_os(\"PASSGATE_PLANTED\").is_some_and(|bug| bug == \"{}\") }})",
            bug.name
        );
        Ok(text.replace(change.is, &change.becomes.replace(AWAKE, &awake)).into_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::{BUGS, plant};
    use std::fs;
    use std::path::Path;

    /// What the Rust files of these folders say.
    fn read(folder: &Path, said: &mut String) {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("it can be looked at").path();
            if path.is_dir() {
                read(&path, said);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                said.push_str(&fs::read_to_string(path).expect("a Rust file is text"));
            }
        }
    }

    /// A bug whose place or test has changed would be found by nobody; this is told at once.
    #[test]
    fn every_bug_has_its_place_and_its_test() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut tests = String::new();
        for folder in ["backend", "bench", "shared", "tests"] {
            read(&root.join(folder), &mut tests);
        }
        for bug in BUGS {
            assert!(tests.contains(&format!("fn {}(", bug.found_by)), "{}: no test {}", bug.name, bug.found_by);
            assert!(!bug.changes.is_empty() && !bug.what.is_empty());
            for change in bug.changes {
                let content = std::fs::read(root.join(change.file)).expect("the file is there");
                assert!(plant(bug, Path::new(change.file), content).is_ok(), "{} in {}", bug.name, change.file);
                assert!(change.becomes.contains(super::AWAKE), "{} sleeps until it is named", bug.name);
            }
        }
    }
}
