//! Whether something built is still what its sources say, by content: a step that is fresh is skipped.
//!
//! Content and not time: switching branches or cloning anew changes times without changing anything.

use std::{
    fs,
    hash::{DefaultHasher, Hasher},
    path::{Path, PathBuf},
};

use crate::{places::Places, shell::Outcome};

/// What a step reads and writes.
#[derive(Debug)]
pub(crate) struct Stamp<'a> {
    root: &'a Path,
    file: PathBuf,
    /// Files and folders, relative to the checkout.
    inputs: &'a [&'a str],
    /// The file or folder that the step writes.
    output: &'a str,
    /// Whatever else decides the result, such as a tool's version.
    recipe: &'a str,
}

impl<'a> Stamp<'a> {
    /// The stamp of the step called `name`; it lies in the checkout's own `target/fresh`, because so does the output.
    pub(crate) fn new(places: &'a Places, name: &str, inputs: &'a [&'a str], output: &'a str, recipe: &'a str) -> Self {
        let file = places.root.join("target/fresh").join(name);
        Self { root: &places.root, file, inputs, output, recipe }
    }

    /// Whether the step may be skipped.
    pub(crate) fn is_fresh(&self) -> Outcome<bool> {
        let Ok(recorded) = fs::read_to_string(&self.file) else {
            return Ok(false);
        };
        Ok(recorded == self.digest()?)
    }

    /// Runs `step` unless nothing changed since it last succeeded.
    pub(crate) fn unless_fresh(&self, step: impl FnOnce() -> Outcome) -> Outcome {
        if self.is_fresh()? {
            return Ok(());
        }
        step()?;
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.file, self.digest()?)?;
        Ok(())
    }

    fn digest(&self) -> Outcome<String> {
        let mut hasher = DefaultHasher::new();
        hasher.write(self.recipe.as_bytes());
        for path in self.inputs.iter().chain([&self.output]) {
            add(&mut hasher, &self.root.join(path))?;
        }
        Ok(format!("{:016x}", hasher.finish()))
    }
}

/// Adds a file's name and content, or a folder's, in order of names; an absent one adds its name only.
fn add(hasher: &mut DefaultHasher, path: &Path) -> Outcome {
    hasher.write(path.as_os_str().as_encoded_bytes());
    if path.is_dir() {
        let mut entries =
            fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
        entries.sort();
        for entry in entries {
            add(hasher, &entry)?;
        }
    } else if path.is_file() {
        let content = fs::read(path)?;
        hasher.write_usize(content.len());
        hasher.write(&content);
    }
    Ok(())
}
