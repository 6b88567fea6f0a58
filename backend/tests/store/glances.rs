//! Reads of a few rows, which SQLite does where they are asked for.

use std::thread;
use std::time::Duration;

use backend::store::StoreError;

use crate::database::Database;
use crate::snapshots::occupy_reader;

#[tokio::test]
async fn a_glance_waits_for_no_thread() {
    let database = Database::with_queues(10, 1);
    let (go_on, reading) = occupy_reader(database.store.clone()).await;
    assert_eq!(database.store.glance(|tx| tx.count_vendors()).await.expect("glanced"), 0);
    drop(go_on);
    reading.await.expect("the one that held the reader up");
}

#[tokio::test]
async fn after_a_slow_glance_the_next_are_taken_by_the_threads_that_read() {
    let database = Database::new();
    let here = thread::current().id();
    let by = async || database.store.glance(|_| Ok(thread::current().id())).await.expect("glanced");
    assert_eq!(by().await, here, "handing it over would take longer");
    let slow = database.store.glance(|_| {
        thread::sleep(Duration::from_millis(60));
        Ok(())
    });
    slow.await.expect("glanced");
    assert_ne!(by().await, here, "nobody else is kept waiting");
}

#[tokio::test]
async fn a_glance_that_fails_is_taken_again_by_the_threads_that_read_and_so_are_the_next() {
    let database = Database::new();
    let here = thread::current().id();
    let by = database.store.glance(move |_| match thread::current().id() {
        by if by == here => Err(StoreError::Unavailable("locked".to_owned())),
        by => Ok(by),
    });
    assert_ne!(by.await.expect("another asks again"), here);
    let next = database.store.glance(|_| Ok(thread::current().id()));
    assert_ne!(next.await.expect("glanced"), here);
}
