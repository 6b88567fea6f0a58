//! What lies between nodes and their PostgreSQL, and cuts connections in the middle of a commit.
//!
//! It understands as much of the protocol (version 3) as it takes to see a commit come by and its answer go back: a `COMMIT` as a
//! simple query, or prepared and executed.

use std::collections::HashSet;
use std::io::{BufReader, ErrorKind, Read, Result, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// When a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The commit does not arrive.
    Unsent,
    /// It arrives and is made, and nobody hears of it.
    Unanswered,
    /// It is heard of, and the connection is gone when it is used next.
    Answered,
    /// Long before a commit, or where none will ever be: a statement does not arrive, of a write or of a read.
    Midway,
}

pub(crate) const CUTS: [Cut; 3] = [Cut::Unsent, Cut::Unanswered, Cut::Answered];

/// Of so many statements for each commit that is cut, one is.
const STATEMENTS: usize = 60;

/// What is asked before a connection begins: whether it may be encrypted.
const ASKS_FOR_TLS: u32 = 80_877_103;
const ASKS_FOR_GSS: u32 = 80_877_104;

/// The cutter, for as long as the process lives.
pub(crate) struct Cutter {
    /// The database as it is reached through the cutter.
    pub(crate) url: String,
    plan: Arc<Plan>,
}

/// Where a connection stands.
#[derive(Clone, Copy)]
enum Standing {
    Carried,
    /// A commit is on its way, and will be cut so.
    Committing(Cut),
    /// It was made and is heard of, and what follows the answer is all that still goes on.
    Made,
    /// Nothing goes on.
    Over,
}

type Stands = Mutex<Standing>;

fn standing(stands: &Stands) -> MutexGuard<'_, Standing> {
    stands.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Which commits are cut.
#[derive(Default)]
struct Plan {
    next: Mutex<Option<Cut>>,
    /// One in so many; none where it is zero.
    every: AtomicUsize,
    commits: AtomicUsize,
    statements: AtomicUsize,
    made: [AtomicUsize; CUTS.len() + 1],
}

impl Cutter {
    /// Between whoever uses its URL and the database at `url`, a server's on a Unix socket.
    pub(crate) fn open(url: &str) -> Self {
        let (user, rest) = url.split_once('@').expect("a user");
        let (place, database) = rest.split_once('/').expect("a database");
        let (folder, port) = place.split_once(':').expect("a port");
        let socket = format!("{}/.s.PGSQL.{port}", folder.replace("%2F", "/"));
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = listener.local_addr().expect("it listens");
        let plan = Arc::new(Plan::default());
        let to_follow = Arc::clone(&plan);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (socket, plan) = (socket.clone(), Arc::clone(&to_follow));
                thread::spawn(move || {
                    let client = client.expect("nodes arrive");
                    // Where the database is down, a node's connection ends as soon as it has begun.
                    if let Ok(database) = UnixStream::connect(socket) {
                        carry(&client, &database, &plan);
                    }
                });
            }
        });
        Self { url: format!("{user}@{address}/{database}?sslmode=disable"), plan }
    }

    /// Cuts the next commit.
    pub(crate) fn cut_next(&self, cut: Cut) {
        *self.plan.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(cut);
    }

    /// From now on cuts one in so many commits, in each way by turns, and now and then another statement; none where it is zero.
    pub(crate) fn cut_every(&self, commits: usize) {
        self.plan.every.store(commits, Ordering::SeqCst);
    }

    /// How often it has cut in this way.
    pub(crate) fn count(&self, cut: Cut) -> usize {
        self.plan.made[cut as usize].load(Ordering::SeqCst)
    }
}

impl Plan {
    /// What becomes of the commit that comes by.
    fn judge(&self) -> Option<Cut> {
        let every = self.every.load(Ordering::SeqCst);
        let number = self.commits.fetch_add(1, Ordering::SeqCst);
        let is_due = every > 0 && number.is_multiple_of(every);
        let in_turn = is_due.then(|| CUTS[number / every.max(1) % CUTS.len()]);
        self.next.lock().unwrap_or_else(PoisonError::into_inner).take().or(in_turn)
    }

    /// Whether the statement that comes by, which is no commit, is cut.
    fn cuts_statement(&self) -> bool {
        let every = self.every.load(Ordering::SeqCst) * STATEMENTS;
        let number = self.statements.fetch_add(1, Ordering::SeqCst) + 1;
        every > 0 && number.is_multiple_of(every)
    }

    fn note(&self, cut: Cut) {
        self.made[cut as usize].fetch_add(1, Ordering::SeqCst);
    }
}

/// Carries what comes from either side to the other until one of them ends, or the connection is cut.
fn carry(client: &TcpStream, database: &UnixStream, plan: &Plan) {
    client.set_nodelay(true).expect("a connection can be told to hurry");
    let stands = Mutex::new(Standing::Carried);
    thread::scope(|scope| {
        scope.spawn(|| {
            // A side that has gone is its own affair.
            let _ = carry_answers(database, client, &stands, plan);
            end(client, database);
        });
        let _ = carry_questions(client, database, &stands, plan);
        end(client, database);
    });
}

/// Ends the connection on both sides; one of them may have gone already.
fn end(client: &TcpStream, database: &UnixStream) {
    let _ = client.shutdown(Shutdown::Both);
    let _ = database.shutdown(Shutdown::Both);
}

fn carry_questions(mut client: &TcpStream, mut database: &UnixStream, stands: &Stands, plan: &Plan) -> Result<()> {
    let mut from = BufReader::new(client);
    loop {
        let first = read_body(&mut from)?;
        let asks = first.first_chunk().map_or(0, |code| u32::from_be_bytes(*code));
        if asks != ASKS_FOR_TLS && asks != ASKS_FOR_GSS {
            database.write_all(&with_length(&first))?;
            break;
        }
        client.write_all(b"N")?;
    }
    let mut watch = Watch::default();
    loop {
        let (kind, body) = read_message(&mut from)?;
        if matches!(*standing(stands), Standing::Over) {
            return Ok(());
        }
        let is_commit = watch.is_commit(kind, &body);
        let cut = match kind {
            _ if is_commit => plan.judge(),
            b'Q' | b'E' => plan.cuts_statement().then_some(Cut::Midway),
            _ => None,
        };
        match cut {
            Some(cut @ (Cut::Unsent | Cut::Midway)) => {
                plan.note(cut);
                return Ok(());
            }
            Some(cut) => *standing(stands) = Standing::Committing(cut),
            None => {}
        }
        database.write_all(&[&[kind][..], &with_length(&body)].concat())?;
    }
}

fn carry_answers(database: &UnixStream, mut client: &TcpStream, stands: &Stands, plan: &Plan) -> Result<()> {
    let (mut from, mut withheld) = (BufReader::new(database), Vec::new());
    loop {
        let (kind, body) = read_message(&mut from)?;
        let is_made = kind == b'C' && body.starts_with(b"COMMIT");
        let is_refused = kind == b'E' || (kind == b'C' && !is_made);
        let stood = *standing(stands);
        match stood {
            Standing::Committing(cut) if is_made => {
                plan.note(cut);
                *standing(stands) = Standing::Made;
            }
            // Whoever's commit is refused hears of it.
            Standing::Committing(_) if is_refused => *standing(stands) = Standing::Carried,
            // Not before: a client that prepares its commit asks on without waiting for the end of the answer to that.
            Standing::Made if kind == b'Z' => *standing(stands) = Standing::Over,
            _ => {}
        }
        withheld.extend([&[kind][..], &with_length(&body)].concat());
        match stood {
            Standing::Committing(Cut::Unanswered) if is_made => return Ok(()),
            Standing::Committing(Cut::Unanswered) if !is_refused => {}
            _ => client.write_all(&core::mem::take(&mut withheld))?,
        }
    }
}

/// What a connection has prepared that commits.
#[derive(Default)]
struct Watch {
    statements: HashSet<Vec<u8>>,
    portals: HashSet<Vec<u8>>,
}

impl Watch {
    /// Whether this message makes a commit.
    fn is_commit(&mut self, kind: u8, body: &[u8]) -> bool {
        let mut texts = body.split(|byte| *byte == 0);
        let mut next = || texts.next().unwrap_or_default();
        let says_commit = |sql: &[u8]| sql.trim_ascii().eq_ignore_ascii_case(b"COMMIT");
        match kind {
            b'Q' => says_commit(next()),
            b'P' => {
                let (name, sql) = (next(), next());
                note(&mut self.statements, name, says_commit(sql));
                false
            }
            b'B' => {
                let (portal, statement) = (next(), next());
                note(&mut self.portals, portal, self.statements.contains(statement));
                false
            }
            b'E' => self.portals.contains(next()),
            _ => false,
        }
    }
}

fn note(names: &mut HashSet<Vec<u8>>, name: &[u8], is_one: bool) {
    if is_one {
        names.insert(name.to_vec());
    } else {
        names.remove(name);
    }
}

fn read_message(from: &mut impl Read) -> Result<(u8, Vec<u8>)> {
    let mut kind = [0];
    from.read_exact(&mut kind)?;
    Ok((kind[0], read_body(from)?))
}

/// What follows a length, which counts itself.
fn read_body(from: &mut impl Read) -> Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length).checked_sub(4).ok_or(ErrorKind::InvalidData)?;
    let mut body = vec![0; length as usize];
    from.read_exact(&mut body)?;
    Ok(body)
}

fn with_length(body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).expect("it came with a length");
    [&length.to_be_bytes()[..], body].concat()
}

mod tests {
    use postgres::{Client, NoTls};

    use super::{CUTS, Cut, Cutter};
    use crate::postgres_server::Server;

    /// Every way to cut, for either way to commit: what was made is there, whatever was heard of it.
    #[test]
    fn a_commit_that_is_cut_is_made_or_not_as_it_says() {
        let url = Server::shared().new_empty_database();
        let cutter = Cutter::open(&url);
        let connect = || Client::connect(&cutter.url, NoTls).expect("through the cutter");
        connect().batch_execute("CREATE TABLE cuts (cut TEXT)").expect("a table");
        let simple: fn(&mut Client) -> bool = |client| client.batch_execute("COMMIT").is_ok();
        let prepared: fn(&mut Client) -> bool = |client| client.execute("COMMIT", &[]).is_ok();
        for (cut, commit) in CUTS.iter().flat_map(|cut| [(*cut, simple), (*cut, prepared)]) {
            let (mut client, before) = (connect(), cutter.count(cut));
            client.batch_execute("BEGIN; DELETE FROM cuts; INSERT INTO cuts VALUES ('made')").expect("not cut yet");
            cutter.cut_next(cut);
            assert_eq!(commit(&mut client), cut == Cut::Answered, "{cut:?}");
            assert!(client.batch_execute("SELECT 1").is_err(), "{cut:?}");
            assert_eq!(cutter.count(cut), before + 1, "{cut:?}");
            let mut client = connect();
            let made = client.execute("DELETE FROM cuts WHERE cut = 'made'", &[]).expect("the cutter goes on");
            assert_eq!(made == 1, cut != Cut::Unsent, "{cut:?}");
        }
    }

    #[test]
    fn commits_are_cut_in_each_way_by_turns_and_one_that_fails_is_heard_of() {
        let url = Server::shared().new_empty_database();
        let cutter = Cutter::open(&url);
        let mut client = Client::connect(&cutter.url, NoTls).expect("through the cutter");
        cutter.cut_next(Cut::Unanswered);
        client.batch_execute("BEGIN").expect("not a commit");
        assert!(client.batch_execute("no such thing").is_err());
        client.batch_execute("COMMIT").expect("the answer is a rollback, and is heard");
        cutter.cut_every(1);
        for _ in CUTS {
            let mut client = Client::connect(&cutter.url, NoTls).expect("through the cutter");
            let _ = client.batch_execute("BEGIN").and_then(|()| client.batch_execute("COMMIT"));
            assert!(client.batch_execute("SELECT 1").is_err());
        }
        assert_eq!(CUTS.map(|cut| cutter.count(cut)), [1, 1, 1]);
    }
}
