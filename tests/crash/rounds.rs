//! Killed again and again under a mixed load: clients on threads of their own buy, count, lend, name and move, each sure of what
//! it must be told next, since nobody else touches its licenses. Whoever gets no answer asks again once the server is back. An
//! answer that was given and then forgotten, or a write that was done twice, shows in the next number.
//!
//! `PASSGATE_CRASH_ROUNDS` says how often it is killed.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::Request;
use crate::postgres_server;
use crate::world::World;
use actor::Actor;

mod actor;
mod load;

/// How often the suite kills it, on SQLite and on PostgreSQL.
const ROUNDS: usize = 300;
const ROUNDS_ON_POSTGRES: usize = 24;

/// Longer than any start takes.
const LONG: Duration = Duration::from_mins(1);

/// What clients know of the server: where it is, and how often it was started.
#[derive(Default)]
struct Standing {
    address: Option<String>,
    starts: usize,
}

/// What everybody shares.
pub(super) struct Stage {
    standing: Mutex<Standing>,
    changed: Condvar,
    is_over: AtomicBool,
    keys: AtomicUsize,
    pub(super) url: String,
    pub(super) customer: String,
    /// A service's token.
    pub(super) token: String,
    /// What orders say: 500 renders on devices, and 5000 for services with five seats.
    pub(super) orders: [Value; 2],
}

/// What clients tell the story: an answer came, or they are at their wits' end.
enum News {
    Answered,
    Failed(String),
}

impl Stage {
    fn new(world: &World) -> Self {
        let body = json!({"name": "Farm", "scopes": ["leases:write"]});
        let new = Request::new("POST", "/api/v1/admin/vendors/acme/tokens").body(body).by(&world.owner);
        let own = json!({
            "offer": "pro", "term": "P1Y", "features": ["ai.render"], "uses": {"ai.render": 500}, "terminals": 3,
        });
        let lent = json!({"offer": "studio", "term": "P1Y", "uses": {"ai.render": 5000}, "terminals": 5, "seats": 5});
        Self {
            standing: Mutex::default(),
            changed: Condvar::new(),
            is_over: AtomicBool::new(false),
            keys: AtomicUsize::new(0),
            url: world.url.clone(),
            customer: world.customer.clone(),
            token: world.done(&new.once(world.key())).text("secret"),
            orders: [world.order_body(&own), world.order_body(&lent)],
        }
    }

    /// Where the server is, as soon as it was started more often than `starts` times.
    pub(super) fn wait(&self, starts: usize) -> (String, usize) {
        let standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        let is_down = |standing: &mut Standing| standing.address.is_none() || standing.starts <= starts;
        let (standing, waited) =
            self.changed.wait_timeout_while(standing, LONG, is_down).unwrap_or_else(PoisonError::into_inner);
        assert!(!waited.timed_out(), "a connection broke, and nobody had killed the server");
        (standing.address.clone().expect("it is up"), standing.starts)
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    /// An idempotency key that no other request has.
    pub(super) fn key(&self) -> String {
        format!("round {}", self.keys.fetch_add(1, Ordering::SeqCst))
    }

    fn set(&self, address: Option<String>) {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        standing.starts += usize::from(address.is_some());
        standing.address = address;
        drop(standing);
        self.changed.notify_all();
    }
}

/// What a client does for as long as the story lasts.
type Part = fn(&mut Actor<'_>);

const PARTS: [Part; 6] =
    [load::count_uses, load::count_uses, load::lend, load::name, load::buy_and_move, load::buy_and_move];

#[test]
fn killed_again_and_again_it_forgets_nothing_and_does_nothing_twice() {
    let world = World::open();
    live_through(&world, rounds(ROUNDS), |_| world.server.kill());
    assert!(world.server.stop(), "it stops in order");
    world.server.check_store();
}

/// A node is killed, and its database by turns, in the middle of whatever it does: alone, and both at once.
#[test]
fn on_postgres_killed_again_and_again_with_and_without_its_database_it_forgets_nothing() {
    let database = postgres_server::Server::start("-c fsync=off");
    let world = World::on_database(&database.new_database());
    live_through(&world, rounds(ROUNDS_ON_POSTGRES), |round| {
        if round % 4 != 1 {
            world.server.kill();
        }
        if round % 4 != 0 {
            database.stop();
            database.go_on();
        }
    });
    assert!(world.server.stop(), "it stops in order");
    world.server.check_store();
}

/// Ends the server, or what it needs, by `interrupt` so many times under load, looks at the store, and starts it again.
pub(crate) fn live_through(world: &World, rounds: usize, interrupt: impl Fn(usize)) {
    let stage = Stage::new(world);
    let (sender, news) = channel();
    thread::scope(|scope| {
        for (number, part) in PARTS.into_iter().enumerate() {
            let (stage, sender) = (&stage, sender.clone());
            scope.spawn(move || play(stage, number, part, &sender));
        }
        drop(sender);
        let lived = catch_unwind(AssertUnwindSafe(|| {
            stage.set(Some(world.server.address()));
            for round in 0..rounds {
                wait_for_answers(&news, round);
                stage.set(None);
                interrupt(round);
                world.server.check_store();
                if !world.server.is_running() {
                    world.server.start();
                }
                stage.set(Some(world.server.address()));
            }
        }));
        stage.is_over.store(true, Ordering::SeqCst);
        // Clients end what they have begun, and look at it once more.
        let failed = news.iter().find_map(|news| if let News::Failed(why) = news { Some(why) } else { None });
        if let Err(panic) = lived {
            std::panic::resume_unwind(panic);
        }
        assert_eq!(failed, None);
    });
}

/// Waits for so many answers, each round for another number.
fn wait_for_answers(news: &Receiver<News>, round: usize) {
    for _ in 0..=(round * 37 + 11) % 53 {
        match news.recv_timeout(LONG).expect("clients ask and ask") {
            News::Answered => {}
            News::Failed(why) => unreachable!("round {round}: {why}"),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "whoever wants more rounds says so in the environment")]
fn rounds(usual: usize) -> usize {
    let wanted = std::env::var("PASSGATE_CRASH_ROUNDS").ok();
    wanted.map_or(usual, |wanted| wanted.parse().expect("PASSGATE_CRASH_ROUNDS is a number"))
}

fn play(stage: &Stage, number: usize, part: Part, news: &Sender<News>) {
    let told = || {
        // The story may have failed already.
        let _ = news.send(News::Answered);
    };
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| part(&mut Actor::new(stage, number, &told)))) {
        let _ = news.send(News::Failed(format!("client {number}: {}", words(panic.as_ref()))));
    }
}

fn words(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<&str>().map(|said| (*said).to_owned());
    said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}
