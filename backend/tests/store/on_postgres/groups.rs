//! Writes together: what waits behind a write is committed with it, as far as nobody else's turn is in the way.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use backend::store::postgres::Options;
use backend::store::{Store, Tx};

use crate::database::{Database, begin, occupy};
use crate::server::Server;
use crate::world::World;

/// How many commits there were, and how many writes in them.
fn counted(store: &Store) -> (u64, u64) {
    let measures = store.measures();
    let writes = measures.group_size.get_sample_sum();
    (measures.commit_seconds.get_sample_count(), format!("{writes:.0}").parse().expect("a whole number"))
}

#[tokio::test]
async fn a_vendor_s_writes_that_wait_share_commits() {
    let database = Database::with(Options { writers: 1, ..Options::for_tests() });
    let world = World::create(&database, "acme").await;
    let (commits, writes) = counted(&database.store);
    let (release, occupied) = occupy(database.store.clone()).await;
    let write = || {
        let event = world.event("thing.happened");
        begin(database.store.write(move |tx| tx.append_event(&event)))
    };
    let waiting: Vec<_> = (0..100).map(|_| write()).collect();
    drop(release);
    occupied.await.expect("the first");
    for write in waiting {
        write.await.expect("written");
    }
    let (more_commits, more_writes) = counted(&database.store);
    assert_eq!((more_commits - commits, more_writes - writes), (3, 101), "48 of them each");
    assert_eq!(database.faults().await, Vec::<String>::new());
}

/// Its vendor's turn is another node's: what holds one turn already waits for no second one, so nobody waits in a circle.
#[tokio::test]
async fn who_waits_for_another_s_turn_waits_in_a_transaction_of_its_own() {
    let url = Server::shared().new_database();
    let at = |writers| Database::at(url.clone(), Options { writers, ..Options::for_tests() });
    let (node, other) = (at(1), at(1));
    let (acme, theirs) = (World::create(&node, "acme").await, World::create(&node, "other").await);
    let (taken, mut has_taken) = tokio::sync::mpsc::unbounded_channel();
    let (let_go, waits) = std::sync::mpsc::channel::<()>();
    let event = theirs.event("thing.happened");
    let holding = begin(other.store.write(move |tx| {
        tx.append_event(&event)?;
        let _ = taken.send(());
        let _ = waits.recv();
        Ok(())
    }));
    has_taken.recv().await.expect("the other node has the turn");

    let (release, occupied) = occupy(node.store.clone()).await;
    let tries = Arc::new(AtomicU32::new(0));
    let write = |world: &World| {
        let (event, tries) = (world.event("thing.happened"), Arc::clone(&tries));
        let run = move |tx: &mut dyn Tx| {
            tries.fetch_add(1, Ordering::Relaxed);
            tx.append_event(&event)
        };
        begin(node.store.write(run))
    };
    let (before, between, after) = (write(&acme), write(&theirs), write(&acme));
    drop(release);
    occupied.await.expect("the first");
    before.await.expect("it does not wait for the one behind it");
    drop(let_go);
    holding.await.expect("the other node's");
    between.await.expect("its turn came");
    after.await.expect("and the next one's");
    assert_eq!(tries.load(Ordering::Relaxed), 4, "one of the three was taken back and run again");
    assert_eq!(node.faults().await, Vec::<String>::new());
}
