//! Several processes on one database, and a database that goes away.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};

use backend::store::postgres::Options;
use backend::store::records::Claimed;
use backend::store::{Outcome, StoreError, Tx};
use shared::id::VendorId;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::database::{Database, begin, occupy};
use crate::server::Server;
use crate::world::{World, claim};
use crate::writes::{add_vendor, count_vendors, vendor};

/// Several stores on one database, as several processes have them.
fn nodes(count: usize) -> Vec<Database> {
    let url = Server::shared().new_database();
    (0..count).map(|_| Database::at(url.clone(), Options::for_tests())).collect()
}

#[tokio::test]
async fn events_of_many_nodes_have_numbers_without_gaps_and_are_never_passed_over() {
    let nodes = Arc::new(nodes(3));
    let world = World::create(&nodes[0], "acme").await;
    let vendor_id = world.vendor.vendor_id;
    let before = last_number(&nodes[0], vendor_id).await;
    let writing: Vec<_> = (0..90_usize)
        .map(|n| {
            let (event, store) = (world.event("thing.happened"), nodes[n % 3].store.clone());
            tokio::spawn(async move { store.write(move |tx| tx.append_event(&event)).await })
        })
        .collect();
    // Whoever goes on from the last number seen sees each of them.
    let mut seen = before;
    while seen < before + 90 {
        for (number, _) in nodes[1].read(move |tx| tx.events(vendor_id, seen, 100)).await {
            assert_eq!(number, seen + 1, "numbers have no gaps, and appear in order");
            seen = number;
        }
    }
    for written in writing {
        written.await.expect("no panic").expect("written");
    }
    assert_eq!(nodes[2].faults().await, Vec::<String>::new());
}

async fn last_number(node: &Database, vendor_id: VendorId) -> u64 {
    node.read(move |tx| tx.last_event(vendor_id)).await
}

#[tokio::test]
async fn places_of_many_nodes_are_given_once() {
    let nodes = nodes(3);
    let world = World::create(&nodes[0], "acme").await;
    let vendor_id = world.vendor.vendor_id;
    let asking: Vec<_> = (0..60_usize)
        .map(|n| {
            let store = nodes[n % 3].store.clone();
            tokio::spawn(async move { store.write(move |tx| tx.next_status_place(vendor_id)).await })
        })
        .collect();
    let mut places = Vec::new();
    for asked in asking {
        places.push(asked.await.expect("no panic").expect("a place"));
    }
    places.sort_unstable();
    assert_eq!(places, (0..60).map(|index| (1, index)).collect::<Vec<_>>());
}

#[tokio::test]
async fn of_many_nodes_claims_one_is_the_first_and_runs_once() {
    let nodes = nodes(3);
    let world = World::create(&nodes[0], "acme").await;
    let vendor_id = world.vendor.vendor_id;
    let before = last_number(&nodes[0], vendor_id).await;
    let asking: Vec<_> = (0..30_usize)
        .map(|n| {
            let (store, event) = (nodes[n % 3].store.clone(), world.event("thing.happened"));
            let run = move |tx: &mut dyn Tx| {
                let claim = claim("k", "request");
                let claimed = tx.claim(&claim)?;
                if claimed == Claimed::First {
                    tx.append_event(&event)?;
                    let answer = backend::store::records::StoredAnswer {
                        status: 200,
                        body: n.to_string().into_bytes(),
                        unsigned: None,
                    };
                    tx.keep_answer(&claim, &answer)?;
                }
                Ok(claimed)
            };
            tokio::spawn(async move { store.write(run).await })
        })
        .collect();
    let mut firsts = 0;
    for asked in asking {
        firsts += usize::from(asked.await.expect("no panic").expect("claimed") == Claimed::First);
    }
    assert_eq!(firsts, 1);
    assert_eq!(last_number(&nodes[0], vendor_id).await, before + 1, "its effect came to be once");
}

#[tokio::test]
async fn one_node_is_on_duty_and_another_takes_over() {
    let mut nodes = nodes(2);
    let on_duty = |nodes: &[Database]| nodes.iter().filter(|node| node.store.engine().is_on_duty()).count();
    until(|| on_duty(&nodes) == 1).await;
    nodes.retain(|node| !node.store.engine().is_on_duty());
    assert_eq!(nodes.len(), 1);
    until(|| on_duty(&nodes) == 1).await;
}

#[tokio::test]
async fn nodes_hear_of_each_other_s_changes_and_not_of_their_own() {
    let nodes = nodes(2);
    let heard: Vec<_> = nodes
        .iter()
        .map(|node| {
            let (sender, receiver) = channel();
            node.store.engine().hear(Box::new(move |note| {
                let _ = sender.send(note.map(str::to_owned));
            }));
            receiver
        })
        .collect();
    until(|| {
        nodes[0].store.engine().tell(&"first");
        heard[1].try_iter().any(|note| note.as_deref() == Some("first"))
    })
    .await;
    assert!(!heard[0].try_iter().any(|note| note.as_deref() == Some("first")));
}

#[tokio::test]
async fn a_database_that_goes_away_is_unavailable_and_the_store_recovers_by_itself() {
    let server = Server::start("-c fsync=off");
    let database = Database::at(server.new_database(), Options::default());
    add_vendor(database.store.clone(), "before".to_owned()).await.expect("before");
    server.stop();
    for n in 0..3 {
        let refused = add_vendor(database.store.clone(), format!("v{n}")).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
        let refused = database.store.read(|tx| tx.count_vendors()).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    }
    server.go_on();
    add_vendor(database.store.clone(), "after".to_owned()).await.expect("after");
    assert_eq!(count_vendors(&database).await, 2);
}

#[tokio::test]
async fn a_database_that_was_restarted_while_nobody_asked_is_not_noticed() {
    let server = Server::start("-c fsync=off");
    let database = Database::at(server.new_database(), Options { writers: 1, readers: 1, ..Options::default() });
    add_vendor(database.store.clone(), "before".to_owned()).await.expect("before");
    assert_eq!(count_vendors(&database).await, 1);
    server.stop();
    server.go_on();
    add_vendor(database.store.clone(), "after".to_owned()).await.expect("after");
    assert_eq!(count_vendors(&database).await, 2);
}

/// Only who has said COMMIT and heard nothing does not know.
#[tokio::test]
async fn a_connection_that_breaks_before_a_commit_costs_nobody_anything() {
    let database = Database::with_queues(10, 10);
    let runs = Arc::new(AtomicU32::new(0));
    let (run, mut has_taken, release) = stopping(&runs);
    let first = begin(database.store.write(run));
    has_taken.recv().await.expect("it is under way");
    let waiting = begin(add_vendor(database.store.clone(), "waiting".to_owned()));
    cut(&database);
    drop(release);
    first.await.expect("it is run on another connection");
    waiting.await.expect("the database is there");
    assert_eq!((runs.load(Ordering::Relaxed), count_vendors(&database).await), (2, 3));

    // Between one write of a group and the next.
    let (release, occupied) = occupy(database.store.clone()).await;
    let waiting = begin(add_vendor(database.store.clone(), "late".to_owned()));
    cut(&database);
    drop(release);
    occupied.await.expect("it is run on another connection");
    waiting.await.expect("and the next one too");
    assert_eq!(count_vendors(&database).await, 4);
}

/// One that breaks whenever the write is run is not tried for ever.
#[tokio::test]
async fn a_write_under_which_every_connection_breaks_is_refused() {
    let database = Database::with_queues(10, 10);
    let runs = Arc::new(AtomicU32::new(0));
    let (run, mut has_taken, release) = stopping(&runs);
    let refused = begin(database.store.write(run));
    for _ in 0..3 {
        has_taken.recv().await.expect("it is under way");
        cut(&database);
        release.send(()).expect("it waits");
    }
    let refused = refused.await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert_eq!((runs.load(Ordering::Relaxed), count_vendors(&database).await), (3, 0));
}

/// What is read when its connection breaks is read on another.
#[tokio::test]
async fn a_connection_that_breaks_under_a_reader_is_not_noticed() {
    let database = Database::with_queues(10, 10);
    let (taken, mut has_taken) = unbounded_channel();
    let (release, released) = channel::<()>();
    let read = begin(database.store.read(move |tx| {
        let before = tx.count_vendors()?;
        let _ = taken.send(());
        let _ = released.recv();
        Ok((before, tx.count_vendors()?))
    }));
    has_taken.recv().await.expect("it is under way");
    cut(&database);
    drop(release);
    assert_eq!(read.await.expect("it is read again"), (0, 0));
}

/// A write that stops half-way, each time it is run: what tells that it has stopped, and what lets it go on.
fn stopping(
    runs: &Arc<AtomicU32>,
) -> (impl FnMut(&mut dyn Tx) -> Outcome<()> + Send + 'static, UnboundedReceiver<()>, Sender<()>) {
    let ((stopped, has_stopped), (release, released)) = (unbounded_channel(), channel());
    let runs = Arc::clone(runs);
    let run = move |tx: &mut dyn Tx| {
        runs.fetch_add(1, Ordering::Relaxed);
        tx.add_vendor(&vendor("first"))?;
        let _ = stopped.send(());
        let _ = released.recv();
        tx.add_vendor(&vendor("second"))
    };
    (run, has_stopped, release)
}

/// Ends the connection that is in a transaction.
fn cut(database: &Database) {
    let sql = "
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND state = 'idle in transaction'";
    assert_eq!(database.count(sql), 1);
}

/// What others in a row of writes are in each other's way for: each of two vendors' writes holds both, in either order.
#[tokio::test]
async fn writes_that_hold_each_other_up_are_run_again() {
    let server = Server::start("-c fsync=off -c deadlock_timeout=20ms");
    let url = server.new_database();
    let nodes = [0, 1].map(|_| Database::at(url.clone(), Options::for_tests()));
    let (acme, other) = (World::create(&nodes[0], "acme").await, World::create(&nodes[0], "other").await);
    let runs = Arc::new(AtomicU32::new(0));
    let both = |first: &World, second: &World| {
        let (one, two) = (first.event("thing.happened"), second.event("thing.happened"));
        let runs = Arc::clone(&runs);
        move |tx: &mut dyn Tx| {
            runs.fetch_add(1, Ordering::Relaxed);
            tx.append_event(&one)?;
            // Somebody else has time to begin.
            std::thread::yield_now();
            tx.append_event(&two)
        }
    };
    let writing: Vec<_> = (0..32_usize)
        .map(|n| {
            let store = nodes[n % 2].store.clone();
            let run = if n / 2 % 2 == 0 { both(&acme, &other) } else { both(&other, &acme) };
            tokio::spawn(async move { store.write(run).await })
        })
        .collect();
    for written in writing {
        written.await.expect("no panic").expect("written");
    }
    assert!(runs.load(Ordering::Relaxed) >= 32);
    assert_eq!(nodes[0].faults().await, Vec::<String>::new());
}

/// Waits for what another thread does.
async fn until(mut is: impl FnMut() -> bool) {
    while !is() {
        tokio::task::yield_now().await;
    }
}
