//! Writes that PostgreSQL gives up in favour of others are run again, by the store; their callers hear nothing of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use backend::store::postgres::Options;
use backend::store::records::Event;
use backend::store::{StoreError, Tx};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::database::{Database, begin, occupy};
use crate::server::Server;
use crate::world::World;

/// From now on so many events are refused as what could not be serialized, when they are written or when they are committed.
fn refuse_events(database: &Database, count: u32, is_deferred: bool) {
    // What a sequence has given stays given, whatever becomes of the transaction.
    let trigger = if is_deferred {
        "CONSTRAINT TRIGGER conflict AFTER INSERT ON events DEFERRABLE INITIALLY DEFERRED"
    } else {
        "TRIGGER conflict BEFORE INSERT ON events"
    };
    let sql = format!(
        "CREATE SEQUENCE refused;
        CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('refused') <= {count} THEN RAISE 'could not serialize' USING ERRCODE = '40001'; END IF;
            RETURN NEW;
        END $$;
        CREATE {trigger} FOR EACH ROW EXECUTE FUNCTION conflict();"
    );
    database.raw(&sql).expect("the trigger is there");
}

/// Writes an event, and counts how often it is run.
fn writing(world: &World, runs: &Arc<AtomicU32>) -> impl FnMut(&mut dyn Tx) -> Result<(), StoreError> + Send + 'static {
    let (event, runs) = (world.event("thing.happened"), Arc::clone(runs));
    move |tx| {
        runs.fetch_add(1, Ordering::Relaxed);
        tx.append_event(&event)
    }
}

#[tokio::test]
async fn what_cannot_be_serialized_is_run_again() {
    for is_deferred in [false, true] {
        let database = Database::with(Options { writers: 1, ..Options::for_tests() });
        let world = World::create(&database, "acme").await;
        let vendor_id = world.vendor.vendor_id;
        let before = database.read(move |tx| tx.last_event(vendor_id)).await;
        refuse_events(&database, 2, is_deferred);
        let runs = Arc::default();
        database.write(writing(&world, &runs)).await;
        assert_eq!(runs.load(Ordering::Relaxed), 3, "deferred: {is_deferred}");
        assert_eq!(database.read(move |tx| tx.last_event(vendor_id)).await, before + 1, "and written once");
    }
}

#[tokio::test]
async fn those_that_are_committed_together_are_run_again_together_and_each_is_written_once() {
    let database = Database::with(Options { writers: 1, ..Options::for_tests() });
    let world = World::create(&database, "acme").await;
    let vendor_id = world.vendor.vendor_id;
    let before = database.read(move |tx| tx.last_event(vendor_id)).await;
    refuse_events(&database, 1, true);
    let runs = Arc::default();
    let (release, occupied) = occupy(database.store.clone()).await;
    let waiting: Vec<_> = (0..10).map(|_| begin(database.store.write(writing(&world, &runs)))).collect();
    drop(release);
    occupied.await.expect("the first");
    for write in waiting {
        write.await.expect("written");
    }
    assert_eq!(database.read(move |tx| tx.last_event(vendor_id)).await, before + 10);
    assert_eq!(database.faults().await, Vec::<String>::new());
}

#[tokio::test]
async fn who_is_never_let_through_is_told_to_come_back() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    refuse_events(&database, 1000, false);
    let runs = Arc::default();
    let refused = database.store.write(writing(&world, &runs)).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert_eq!(runs.load(Ordering::Relaxed), 8);
    database.raw("DROP TRIGGER conflict ON events").expect("the way is free");
    database.write(writing(&world, &runs)).await;
}

/// Two writes hold a vendor each, and then want the other's: PostgreSQL ends one of them.
#[tokio::test]
async fn of_two_that_wait_for_each_other_one_is_run_again() {
    let server = Server::start("-c fsync=off -c deadlock_timeout=20ms");
    let url = server.new_database();
    let nodes = [0, 1].map(|_| Database::at(url.clone(), Options { writers: 1, ..Options::for_tests() }));
    let (acme, other) = (World::create(&nodes[0], "acme").await, World::create(&nodes[0], "other").await);
    let runs = Arc::new(AtomicU32::new(0));
    let both = |first: &World, second: &World, tell: UnboundedSender<()>, mut hear: UnboundedReceiver<()>| {
        let (one, two) = (first.event("thing.happened"), second.event("thing.happened"));
        let runs = Arc::clone(&runs);
        let mut is_first = true;
        move |tx: &mut dyn Tx| {
            runs.fetch_add(1, Ordering::Relaxed);
            tx.append_event(&one)?;
            if std::mem::take(&mut is_first) {
                let _ = tell.send(());
                let _ = hear.blocking_recv();
            }
            tx.append_event(&two)
        }
    };
    let ((tell_one, hear_one), (tell_two, hear_two)) = (unbounded_channel(), unbounded_channel());
    let one = nodes[0].store.write(both(&acme, &other, tell_one, hear_two));
    let two = nodes[1].store.write(both(&other, &acme, tell_two, hear_one));
    let (one, two) = futures_util::future::join(one, two).await;
    one.expect("written");
    two.expect("written");
    assert_eq!(runs.load(Ordering::Relaxed), 3, "one of them was run again");
    assert_eq!(nodes[0].faults().await, Vec::<String>::new());
}

/// A write that wants two vendors meets others that want them the other way round, each time it is run, and always waits longer
/// than they: it is the one that PostgreSQL ends. Once it is known what it wants, nobody gets in between.
#[tokio::test]
async fn who_was_ended_is_not_ended_by_everybody_who_comes_along() {
    /// Somebody holds each of the two.
    const HELD: &str = "SELECT count(*) / 2 FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND granted AND xact_start IS NOT NULL";
    const WAITS: &str =
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'one' AND wait_event_type = 'Lock'";
    let server = Server::start("-c fsync=off -c deadlock_timeout=20ms");
    let url = server.new_database();
    let node = |name: &str, writers| {
        let url = format!("{url}{}application_name={name}", if url.contains('?') { '&' } else { '?' });
        Arc::new(Database::at(url, Options { writers, ..Options::for_tests() }))
    };
    let (node, nodes) = (node("one", 1), node("others", 12));
    let (acme, other) = (World::create(&node, "acme").await, World::create(&node, "other").await);
    let (one, two) = (acme.event("thing.happened"), other.event("thing.happened"));
    let both = |first: &Event, second: &Event, until: &'static str, runs: &Arc<AtomicU32>| {
        let (runs, looking) = (Arc::clone(runs), Arc::clone(&node));
        let (first, second) = (first.clone(), second.clone());
        move |tx: &mut dyn Tx| {
            runs.fetch_add(1, Ordering::Relaxed);
            tx.append_event(&first)?;
            // Not for ever: those may be waiting that are waited for.
            let _ = (0..20).find(|_| looking.count(until) > 0);
            tx.append_event(&second)
        }
    };
    let (runs, runs_of_others) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let others: Vec<_> = (0..12).map(|_| begin(nodes.store.write(both(&two, &one, WAITS, &runs_of_others)))).collect();
    node.store.write(both(&one, &two, HELD, &runs)).await.expect("written");
    for other in others {
        other.await.expect("written");
    }
    assert!(runs.load(Ordering::Relaxed) <= 2, "{runs:?}");
}
