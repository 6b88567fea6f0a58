//! The event log.

use crate::database::Database;
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
