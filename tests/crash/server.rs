//! The program, started and killed as often as a story wants, always on the same folder.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// The bug that is awake, where bugs are planted (`cargo xtask test --planted`).
#[expect(clippy::disallowed_methods, reason = "what is planted is told by the environment alone")]
fn planted() -> Option<(&'static str, std::ffi::OsString)> {
    std::env::var_os("PASSGATE_PLANTED").map(|bug| ("PASSGATE_PLANTED", bug))
}

/// Everybody in the demo data signs in with it.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// The program; clones are the same one.
#[derive(Clone)]
pub(crate) struct Server {
    folder: PathBuf,
    url: String,
    smtp_url: String,
    /// PostgreSQL, where the store is not in the folder.
    database_url: Option<String>,
    running: Arc<Mutex<Option<Running>>>,
}

struct Running {
    child: Child,
    address: String,
    /// Kept, since a program whose output nobody reads is ended by its first word.
    _output: BufReader<ChildStdout>,
}

impl Drop for Running {
    /// A story that failed leaves no server behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// The program on `folder`, reached by others at `url`, whose mail goes to `smtp_url`; not started yet.
    pub(crate) fn new(folder: &Path, url: &str, smtp_url: &str) -> Self {
        let (folder, url, smtp_url) = (folder.to_owned(), url.to_owned(), smtp_url.to_owned());
        Self { folder, url, smtp_url, database_url: None, running: Arc::default() }
    }

    /// The same with its store in PostgreSQL.
    pub(crate) fn on_database(self, url: &str) -> Self {
        Self { database_url: Some(url.to_owned()), ..self }
    }

    /// Another node beside it, on the same store; not started yet.
    pub(crate) fn another(&self) -> Self {
        Self { running: Arc::default(), ..self.clone() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_passgate"));
        command.args(arguments).env_clear().env("PASSGATE_DATA_DIR", &self.folder).env("RUST_LOG", "error");
        command.env("PASSGATE_DEMO_PASSWORD", PASSWORD).stdin(Stdio::null()).stdout(Stdio::piped());
        command.env("PASSGATE_SMTP_URL", &self.smtp_url).env("PASSGATE_MAIL_FROM", "licenses@example.com");
        command.envs(self.database_url.iter().map(|url| ("PASSGATE_DATABASE_URL", url))).envs(planted());
        command
    }

    /// Starts it, and waits until it listens.
    pub(crate) fn start(&self) {
        let arguments = ["demo", "--listen", "127.0.0.1:0", "--public-url", &self.url, "--rate-limits", "off"];
        let mut child = self.command(&arguments).spawn().expect("the program starts");
        let mut output = BufReader::new(child.stdout.take().expect("its output is ours"));
        let mut first = String::new();
        output.read_line(&mut first).expect("it says where it listens");
        let address = first.trim().strip_prefix("listening on http://").unwrap_or_default().to_owned();
        assert!(!address.is_empty(), "{first:?}");
        let before = self.lock().replace(Running { child, address, _output: output });
        assert!(before.is_none(), "one at a time");
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> String {
        self.lock().as_ref().expect("it runs").address.clone()
    }

    pub(crate) fn is_running(&self) -> bool {
        self.lock().is_some()
    }

    /// Kills it with a signal that no program can handle, as a power cut would.
    pub(crate) fn kill(&self) {
        if let Some(mut running) = self.lock().take() {
            running.child.kill().expect("it can be killed");
            running.child.wait().expect("it has gone");
        }
    }

    /// Stops it as an operator would; whether it went in order.
    pub(crate) fn stop(&self) -> bool {
        let mut running = self.lock().take().expect("it runs");
        let told = Command::new("kill").arg(running.child.id().to_string()).status().expect("there is kill");
        told.success() && running.child.wait().expect("it has gone").success()
    }

    /// How much memory it has now.
    pub(crate) fn memory_kilobytes(&self) -> u64 {
        let number = self.lock().as_ref().expect("it runs").child.id();
        let status = std::fs::read_to_string(format!("/proc/{number}/status")).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it has memory");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// How the store's log is now: its length and age. It changes with every commit.
    pub(crate) fn log(&self) -> Option<(u64, SystemTime)> {
        let log = std::fs::metadata(self.folder.join("passgate.db-wal")).ok()?;
        Some((log.len(), log.modified().ok()?))
    }

    /// While it does not run: its store must be consistent.
    #[track_caller]
    pub(crate) fn check_store(&self) {
        let output = self.command(&["check", "--json"]).output().expect("the program runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }

    fn lock(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
