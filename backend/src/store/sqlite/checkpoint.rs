//! The thread that brings what the log holds into the file, while the writer goes on.
//!
//! It takes pass after pass, each over what was committed since the one before, until little is left. That the writer brings in
//! itself, between two commits: the log begins anew only where nothing is left. After each pass the file is flushed, so that the
//! writer waits for next to nothing of it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::connection::{PAGE, Source};
use super::fault::execute;
use super::flush::Flush;
use crate::store::measures::Measures;

/// The most passes before the writer's: where so many do not catch up with it, it has to wait.
const PASSES: usize = 8;

/// So few pages the writer brings in itself.
const FEW: u64 = 512;

/// What the log begins with, and each page in it, in bytes.
const LOG_HEAD: usize = 32;
const PAGE_HEAD: usize = 24;

/// What an operator is told when something fails.
pub(super) const KEPT: &str = "what the log holds could not be brought into the database's file, and stays in the log";

/// How far the file is behind the log.
pub(super) struct Checkpoint {
    source: Source,
    flush: Arc<Flush>,
    measures: Measures,
    /// The file, kept open: the system tells of a write that failed only who had it open by then; and whoever closes it takes the
    /// locks of every connection in this process with it. None where nobody waits for the disk.
    file: Option<File>,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    step: Step,
    /// How many pages are enough to begin; more than usual after it came to nothing.
    enough: u64,
    in_doubt: Option<Doubt>,
}

/// A flush of the file has failed: so many pages of the log that has this salt are in it, and of none of them it is known that the
/// disk has it.
#[derive(Clone, Copy)]
struct Doubt {
    salt: Salt,
    brought: u64,
}

/// What tells a log from the one before it.
type Salt = [u8; 8];

/// Whose turn it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Little is in the log.
    Idle,
    /// Enough is.
    Due,
    AtWork,
    /// Little is left, or too much came meanwhile.
    WritersTurn,
    Closing,
    Over,
}

/// How many pages the log holds, and how many of those are in the file.
struct Pages {
    logged: u64,
    brought: u64,
}

impl Pages {
    const fn left(&self) -> u64 {
        self.logged.saturating_sub(self.brought)
    }
}

impl Checkpoint {
    /// For a file that is there.
    pub(super) fn new(source: Source, flush: Arc<Flush>, measures: Measures) -> io::Result<Self> {
        let file = source.open_file_to_flush()?;
        let state = State { step: Step::Idle, enough: source.log_pages(), in_doubt: None };
        Ok(Self { source, flush, measures, file, state: Mutex::new(state), changed: Condvar::new() })
    }

    /// Brings in what the log holds whenever that is enough, until [`Checkpoint::close`].
    pub(super) fn run(&self) {
        let mut connection = None;
        let usual = self.source.log_pages();
        while self.wait() {
            let next = self.bring(&mut connection).unwrap_or_else(|reason| {
                tracing::warn!(reason, "{KEPT}");
                self.let_go(connection.take());
                Step::Idle
            });
            let mut state = self.lock();
            state.enough = if next == Step::WritersTurn { usual } else { state.enough + usual };
            drop(state);
            self.turn(Step::AtWork, next);
        }
        self.let_go(connection);
        self.lock().step = Step::Over;
        self.changed.notify_all();
    }

    /// After a commit, on the connection that made it: brings in what is left, where it is little, and sees how much there is.
    pub(super) fn follow(&self, connection: &Connection) -> rusqlite::Result<()> {
        if self.turn(Step::WritersTurn, Step::Idle) && !self.flush.is_in_doubt() {
            ask(connection, "PRAGMA wal_checkpoint(PASSIVE)")?;
        }
        let pages = look(connection)?;
        self.measures.log_bytes.set(i64::try_from(pages.logged * PAGE as u64).unwrap_or(i64::MAX));
        if pages.left() >= self.lock().enough {
            self.turn(Step::Idle, Step::Due);
        }
        Ok(())
    }

    /// Closes a connection. The last one brings the log into the file and removes it, which it must not where either is in doubt.
    pub(super) fn let_go(&self, connection: Option<Connection>) {
        if let Some(connection) = connection
            && self.is_in_doubt()
        {
            let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        }
    }

    /// Ends [`Checkpoint::run`], and waits until it has.
    pub(super) fn close(&self) {
        self.lock().step = Step::Closing;
        self.changed.notify_all();
        drop(self.changed.wait_while(self.lock(), |state| state.step != Step::Over));
        let _ = self.mend();
    }

    /// Waits until enough is in the log; no more at the end.
    fn wait(&self) -> bool {
        let is_waited_for = |state: &mut State| !matches!(state.step, Step::Due | Step::Closing);
        drop(self.changed.wait_while(self.lock(), is_waited_for));
        self.turn(Step::Due, Step::AtWork)
    }

    /// Goes on from one step to the next, if it is at that step.
    fn turn(&self, from: Step, to: Step) -> bool {
        let mut state = self.lock();
        let turns = state.step == from;
        if turns {
            state.step = to;
            self.changed.notify_all();
        }
        turns
    }

    /// Brings in what the log holds, but for what comes meanwhile.
    fn bring(&self, kept: &mut Option<Connection>) -> Result<Step, String> {
        self.mend()?;
        let connection = match kept {
            Some(connection) => connection,
            none => none.insert(self.source.open_writer().map_err(|error| error.to_string())?),
        };
        for _ in 0..PASSES {
            // What may not be on the disk stays where it is.
            if self.is_in_doubt() || self.lock().step != Step::AtWork {
                return Ok(Step::Idle);
            }
            let salt = read_salt(&self.source).map_err(|error| error.to_string())?;
            let pages = ask(connection, "PRAGMA wal_checkpoint(PASSIVE)").map_err(|error| error.to_string())?;
            self.sync(Doubt { salt, brought: pages.brought }).map_err(|error| error.to_string())?;
            if pages.left() > pages.brought {
                // Somebody still reads what was there before most of it.
                return Ok(Step::Idle);
            }
            if look(connection).map_err(|error| error.to_string())?.left() <= FEW {
                break;
            }
        }
        Ok(Step::WritersTurn)
    }

    /// Whether it is unknown if the disk has what the log holds, or what was brought into the file.
    fn is_in_doubt(&self) -> bool {
        self.lock().in_doubt.is_some() || self.flush.is_in_doubt()
    }

    /// Has the disk keep the file; what is in doubt if that fails.
    fn sync(&self, doubt: Doubt) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        file.sync_data().inspect_err(|_| self.lock().in_doubt = Some(doubt))
    }

    /// Where a flush has failed, the system may take for written what is not: writes again what was brought in. It is still in the
    /// log, but where that has begun anew: then SQLite had flushed the file itself.
    fn mend(&self) -> Result<(), String> {
        let doubt = self.lock().in_doubt;
        if let (Some(doubt), Some(file)) = (doubt, &self.file)
            && !self.flush.is_in_doubt()
        {
            // Nobody writes meanwhile, so that the log stays as it is.
            let connection = self.source.open_writer().map_err(|error| error.to_string())?;
            let held = execute(&connection, "BEGIN IMMEDIATE").map_err(|error| error.to_string());
            let written = held.and_then(|()| {
                if read_salt(&self.source).is_ok_and(|salt| salt != doubt.salt) {
                    return Ok(());
                }
                let log = File::open(self.source.log()).map_err(|error| error.to_string())?;
                write_again(&log, file, doubt).map_err(|error| error.to_string())
            });
            self.let_go(Some(connection));
            written?;
            self.lock().in_doubt = None;
        }
        Ok(())
    }

    /// No code of ours can panic while it holds the lock, so a poisoned one is as good.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn look(connection: &Connection) -> rusqlite::Result<Pages> {
    ask(connection, "PRAGMA wal_checkpoint(NOOP)")
}

fn ask(connection: &Connection, sql: &str) -> rusqlite::Result<Pages> {
    connection.prepare_cached(sql)?.query_row([], |row| {
        let [logged, brought] = [row.get::<_, i64>(1)?, row.get::<_, i64>(2)?];
        // Negative where another connection is at it.
        Ok(Pages { logged: u64::try_from(logged).unwrap_or(0), brought: u64::try_from(brought).unwrap_or(0) })
    })
}

/// The log's salt. The log's form is SQLite's (`walformat.html`): a head, then pages, each behind a head of its own that names the
/// page and repeats the salt.
fn read_salt(source: &Source) -> io::Result<Salt> {
    let mut head = [0; LOG_HEAD];
    File::open(source.log())?.read_exact(&mut head)?;
    let [_, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, salt @ .., _, _, _, _, _, _, _, _] = head;
    Ok(salt)
}

/// Writes pages of the log into the file, each as it is the last time, and flushes it.
fn write_again(mut log: &File, mut file: &File, Doubt { salt: wanted, brought }: Doubt) -> io::Result<()> {
    let mut last = BTreeMap::new();
    let mut page_head = [0; PAGE_HEAD];
    for place in (0..brought).map(|number| LOG_HEAD as u64 + number * (PAGE_HEAD + PAGE) as u64) {
        log.seek(SeekFrom::Start(place))?;
        log.read_exact(&mut page_head)?;
        let [n0, n1, n2, n3, _, _, _, _, salt @ .., _, _, _, _, _, _, _, _] = page_head;
        if salt != wanted {
            return Err(io::Error::other("the log holds less than was brought in"));
        }
        last.insert(u32::from_be_bytes([n0, n1, n2, n3]), place + PAGE_HEAD as u64);
    }
    let mut page = [0; PAGE];
    for (number, place) in last {
        log.seek(SeekFrom::Start(place))?;
        log.read_exact(&mut page)?;
        file.seek(SeekFrom::Start(u64::from(number).saturating_sub(1) * PAGE as u64))?;
        file.write_all(&page)?;
    }
    file.sync_data()
}
