//! Where clients act: nodes that come and go, and the order of all that is asked and heard.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use backend::rng::Rng;

use super::checker::{Deed, State, check};
use crate::client::{Answer, Request};

/// Longer than any start and any answer takes.
const LONG: Duration = Duration::from_mins(1);

/// How long to wait before asking a node again that has no database.
const SHORT: Duration = Duration::from_millis(50);

/// A client that is told to come back more often than this is told so for ever.
const MOST_TRIES: usize = 1000;

/// One in so many clients that are left without an answer gives up, and will never know.
const GIVES_UP: u64 = 8;

/// Of those who are told to come back, fewer do: a database that is down tells everybody so, and the checker tries out whether and
/// when that happened of which nobody knows.
const GIVES_UP_REFUSED: u64 = 64;

/// What everybody shares.
pub(super) struct Stage {
    nodes: Mutex<Vec<Option<String>>>,
    changed: Condvar,
    time: AtomicU64,
    keys: AtomicUsize,
    url: String,
}

/// What has become of a request.
pub(super) enum Told {
    Answer(Heard),
    /// Nobody will ever know.
    Nothing {
        asked: u64,
    },
}

/// An answer, and when things were.
pub(super) struct Heard {
    pub(super) answer: Answer,
    /// When the request was sent first, and when it was sent last.
    asked: [u64; 2],
    at: u64,
    /// It was sent before, and not answered: what was sent then may arrive yet.
    in_doubt: bool,
}

/// What an answer says.
pub(super) enum Says<A> {
    /// It is done, whenever that was.
    Did(A),
    /// How things were when it was asked last.
    Saw(A),
}

impl Stage {
    /// A stage for nodes that call themselves `url`; none is up yet.
    pub(super) fn new(url: &str, nodes: usize) -> Self {
        Self {
            nodes: Mutex::new(vec![None; nodes]),
            changed: Condvar::new(),
            time: AtomicU64::new(0),
            keys: AtomicUsize::new(0),
            url: url.to_owned(),
        }
    }

    /// Says where a node is; `None` before it is killed.
    pub(super) fn set(&self, node: usize, address: Option<String>) {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner)[node] = address;
        self.changed.notify_all();
    }

    /// The address of a node that is up: of the one that `draw` says, or of the next.
    fn find(&self, draw: u64) -> String {
        let nodes = self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
        let is_down = |nodes: &mut Vec<Option<String>>| nodes.iter().all(Option::is_none);
        let (nodes, waited) =
            self.changed.wait_timeout_while(nodes, LONG, is_down).unwrap_or_else(PoisonError::into_inner);
        assert!(!waited.timed_out(), "no node is up, and none comes up");
        let first = usize::try_from(draw).unwrap_or_default() % nodes.len();
        let up = nodes.iter().cycle().skip(first).flatten().next();
        up.expect("one is up").clone()
    }

    fn now(&self) -> u64 {
        self.time.fetch_add(1, Ordering::SeqCst)
    }

    /// An idempotency key that no other request has.
    pub(super) fn key(&self) -> String {
        format!("act {}", self.keys.fetch_add(1, Ordering::SeqCst))
    }
}

/// One of many clients.
pub(super) struct Client<'a> {
    pub(super) stage: &'a Stage,
    pub(super) number: usize,
    rng: Rng,
}

impl<'a> Client<'a> {
    pub(super) fn new(stage: &'a Stage, number: usize) -> Self {
        Self { stage, number, rng: Rng::seeded(number as u64) }
    }

    /// A number below `end`.
    pub(super) fn draw(&self, end: u64) -> u64 {
        u64::from_be_bytes(self.rng.bytes()) % end
    }

    /// One of these.
    pub(super) fn pick<'t, T>(&self, things: &'t [T]) -> Option<&'t T> {
        let number = usize::try_from(self.draw(things.len().max(1) as u64)).unwrap_or_default();
        things.get(number)
    }

    /// Asks nodes until one answers, or gives up; writes down what became of it.
    pub(super) fn act<A>(
        &self,
        history: &History<A>,
        request: &Request,
        lost: Option<A>,
        read: impl FnOnce(&Answer) -> Says<A>,
    ) -> Option<Answer> {
        let by = self.number;
        match self.ask(request) {
            Told::Nothing { asked } => {
                history.extend(lost.map(|act| Deed { by, act, asked, told: None }));
                None
            }
            Told::Answer(heard) => {
                let [first, again] = heard.asked;
                let (act, asked) = match read(&heard.answer) {
                    Says::Did(act) => (act, first),
                    Says::Saw(act) => {
                        // What was sent before has not happened, but may arrive yet.
                        let lost = lost.filter(|_| heard.in_doubt);
                        history.extend(lost.map(|act| Deed { by, act, asked: first, told: None }));
                        (act, again)
                    }
                };
                history.extend([Deed { by, act, asked, told: Some(heard.at) }]);
                Some(heard.answer)
            }
        }
    }

    fn ask(&self, request: &Request) -> Told {
        let (mut first, mut in_doubt) = (None, false);
        for _ in 0..MOST_TRIES {
            let address = self.stage.find(self.draw(u64::MAX));
            let bytes = request.bytes(&self.stage.url);
            let last = self.stage.now();
            let first = *first.get_or_insert(last);
            // Nobody listens any more: it was killed just now.
            let Ok(connection) = TcpStream::connect(&address) else { continue };
            let answer = send(connection, &bytes).and_then(|bytes| Answer::read(&bytes));
            let is_refused = answer.as_ref().is_some_and(|answer| answer.status == 503);
            if is_refused {
                thread::sleep(SHORT);
            } else if let Some(answer) = answer {
                assert!(answer.status < 500, "{} {}: {answer:?}", request.method, request.path);
                return Told::Answer(Heard { answer, asked: [first, last], at: self.stage.now(), in_doubt });
            }
            in_doubt = true;
            if self.draw(if is_refused { GIVES_UP_REFUSED } else { GIVES_UP }) == 0 {
                return Told::Nothing { asked: first };
            }
        }
        unreachable!("{} {} is never answered", request.method, request.path)
    }
}

/// Sends `bytes` and reads what comes; nothing where the other side went away.
fn send(mut connection: TcpStream, bytes: &[u8]) -> Option<Vec<u8>> {
    connection.set_read_timeout(Some(LONG)).expect("a time-out can be set");
    let mut answer = Vec::new();
    let sent = connection.write_all(bytes).and_then(|()| connection.read_to_end(&mut answer));
    if let Err(error) = &sent {
        assert_ne!(error.kind(), ErrorKind::WouldBlock, "no answer, and no end of the connection");
    }
    sent.is_ok().then_some(answer)
}

/// What is known of one thing.
pub(super) struct History<A>(Mutex<Vec<Deed<A>>>);

impl<A> History<A> {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    fn extend(&self, deeds: impl IntoIterator<Item = Deed<A>>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(deeds);
    }

    /// Whether it is linearizable; how many acts it has, and of how many nobody heard.
    #[track_caller]
    pub(super) fn check<S: State<Act = A>>(&self, what: &str, start: S) -> (usize, usize) {
        let deeds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(why) = check(start, &deeds) {
            unreachable!("{what}: {why}");
        }
        (deeds.len(), deeds.iter().filter(|deed| deed.told.is_none()).count())
    }
}

/// Says that an act is over, or that its client is at its wits' end.
pub(super) type Ended = Sender<()>;
