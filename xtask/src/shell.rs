//! Running other programs, and saying in one sentence what went wrong.

use std::{
    ffi::OsStr,
    fmt,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

/// Why a command of xtask stopped: a sentence for the person who called it.
#[derive(Debug, Clone)]
pub(crate) struct Failure(String);

/// What every step returns.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// A failure that says `sentence`.
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(format!("The file system refused: {error}."))
    }
}

/// A program about to run, in a folder, with its output shown as it comes.
#[derive(Debug)]
pub(crate) struct Run {
    command: Command,
    shown: String,
}

impl Run {
    /// `program` in `folder`, with neither arguments nor standard input.
    pub(crate) fn new(program: impl AsRef<OsStr>, folder: &Path) -> Self {
        let shown = program.as_ref().to_string_lossy().into_owned();
        let mut command = Command::new(program);
        command.current_dir(folder).stdin(Stdio::null());
        Self { command, shown }
    }

    /// Cargo, as it runs this very program.
    pub(crate) fn cargo(folder: &Path, target: &Path) -> Self {
        Self::new("cargo", folder).env("CARGO_TARGET_DIR", target)
    }

    /// Adds arguments.
    pub(crate) fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        for arg in args {
            self.shown.push(' ');
            self.shown.push_str(&arg.as_ref().to_string_lossy());
            self.command.arg(arg);
        }
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Removes an environment variable.
    pub(crate) fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Runs it to its end; anything but success is a failure that names the command.
    pub(crate) fn go(mut self) -> Outcome {
        let status = self.command.status().map_err(|error| self.cannot_start(&error))?;
        if status.success() {
            return Ok(());
        }
        Err(Failure::new(format!("`{}` failed ({status}).", self.shown)))
    }

    /// Runs it to its end and returns what it wrote to standard output.
    pub(crate) fn read(mut self) -> Outcome<String> {
        self.command.stderr(Stdio::inherit());
        let output = self.command.output().map_err(|error| self.cannot_start(&error))?;
        if !output.status.success() {
            return Err(Failure::new(format!("`{}` failed ({}).", self.shown, output.status)));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Whether it runs and succeeds; says nothing.
    pub(crate) fn succeeds(mut self) -> bool {
        self.command.stdout(Stdio::null()).stderr(Stdio::null());
        self.command.status().is_ok_and(|status| status.success())
    }

    /// Hands over the command, for callers that need more than an exit status.
    pub(crate) fn into_command(self) -> Command {
        self.command
    }

    fn cannot_start(&self, error: &std::io::Error) -> Failure {
        let program = self.command.get_program().to_string_lossy().into_owned();
        Failure::new(format!("Cannot run {program}: {error}."))
    }
}

/// Runs `step` and prints its name before and its time after.
pub(crate) fn timed<T>(name: &str, step: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    println!("── {name}");
    let start = Instant::now();
    let result = step();
    let seconds = start.elapsed().as_secs_f64();
    match &result {
        Ok(_) => println!("   {name}: {seconds:.1} s"),
        Err(_) => println!("   {name}: FAILED after {seconds:.1} s"),
    }
    result
}
