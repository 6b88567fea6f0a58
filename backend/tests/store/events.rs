//! The event log.

use backend::store::{Outcome, not_found};

use crate::database::{Database, begin, occupy};
use crate::world::World;

#[tokio::test]
async fn events_come_back_in_order_and_by_vendor() {
    let database = Database::new();
    let (acme, other) = (World::create(&database, "acme").await, World::create(&database, "other").await);
    let (own, foreign) = (acme.vendor.vendor_id, other.vendor.vendor_id);
    let written: Vec<_> = (0..5).map(|n| acme.event(&format!("thing.happened_{n}"))).collect();
    let (events, elsewhere) = (written.clone(), other.event("other.happened"));
    let kept = elsewhere.clone();
    database
        .write(move |tx| {
            for event in &events {
                tx.append_event(event)?;
                if event.kind.ends_with('2') {
                    tx.append_event(&elsewhere)?;
                }
            }
            Ok(())
        })
        .await;
    let numbered: Vec<_> = (1..).zip(written).collect();
    assert_eq!(database.read(move |tx| tx.events(own, 0, 100)).await, numbered);
    assert_eq!(database.read(move |tx| tx.events(own, 2, 2)).await, numbered[2..4]);
    assert_eq!(database.read(move |tx| tx.events(own, 5, 100)).await, []);
    assert_eq!(database.read(move |tx| tx.events(own, u64::MAX, 100)).await, []);
    assert_eq!(database.read(move |tx| tx.events(foreign, 0, 100)).await, [(1, kept)]);
    assert!(database.faults().await.is_empty());
}

#[tokio::test]
async fn an_event_that_is_not_json_is_refused() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let mut event = world.event("thing.happened");
    event.body = "{".to_owned();
    database.store.write(move |tx| tx.append_event(&event)).await.expect_err("the body is not JSON");
}

#[tokio::test]
async fn an_event_that_is_taken_back_leaves_no_gap_in_its_group() {
    let database = Database::with_queues(10, 10);
    let world = World::create(&database, "acme").await;
    let vendor_id = world.vendor.vendor_id;
    let mut kept = Vec::new();
    // The group that is spoiled first is run again; in the next one, each write is taken back by itself.
    for round in 1..=3 {
        let event = |name: &str| world.event(&format!("thing.{name}_{round}"));
        let (release, occupied) = occupy(database.store.clone()).await;
        let append = |event, comes_to: fn() -> Outcome<()>| {
            begin(database.store.write(move |tx| {
                tx.append_event(&event)?;
                comes_to()
            }))
        };
        let (before, after) = (event("before"), event("after"));
        let first = append(before.clone(), || Ok(()));
        let refused = append(event("refused"), || Err(not_found()));
        let second = append(after.clone(), || Ok(()));
        drop(release);
        occupied.await.expect("the first");
        first.await.expect("before");
        refused.await.expect_err("refused");
        second.await.expect("after");
        kept.extend([before, after]);
    }
    let (numbers, mut found): (Vec<_>, Vec<_>) =
        database.read(move |tx| tx.events(vendor_id, 0, 100)).await.into_iter().unzip();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
    // Where several connections write, their order is their own.
    found.sort_by_key(|event| event.event_id);
    kept.sort_by_key(|event| event.event_id);
    assert_eq!(found, kept);
    assert!(database.faults().await.is_empty());
}
