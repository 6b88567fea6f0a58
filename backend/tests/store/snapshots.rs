//! Reads: consistent, and only reads.

use std::sync::mpsc;

use backend::store::records::Vendor;
use backend::store::{Outcome, Store, StoreError};
use shared::id::VendorId;

use crate::database::{Database, begin};
use crate::world::{NOW, fresh};

fn vendor() -> Vendor {
    let number = fresh();
    Vendor {
        vendor_id: VendorId::new(number, 1),
        slug: format!("v{number}").parse().expect("a slug"),
        name: String::new(),
        created_at: NOW,
    }
}

/// Occupies a reader until something is sent or the sender is dropped.
pub(crate) async fn occupy_reader(store: Store) -> (mpsc::Sender<()>, impl Future<Output = Outcome<()>>) {
    let (release, released) = mpsc::channel();
    let (started, mut has_started) = tokio::sync::mpsc::unbounded_channel();
    let occupied = begin(async move {
        store
            .read(move |_| {
                let _ = started.send(());
                let _ = released.recv();
                Ok(())
            })
            .await
    });
    has_started.recv().await.expect("a reader takes it up");
    (release, occupied)
}

#[tokio::test]
async fn a_read_sees_one_state_whatever_is_written_meanwhile() {
    let database = Database::new();
    database.write(|tx| tx.add_vendor(&vendor())).await;
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let (started, mut has_started) = tokio::sync::mpsc::unbounded_channel();
    let reading = begin(database.store.read(move |tx| {
        let before = tx.count_vendors()?;
        let _ = started.send(());
        let _ = may_go_on.recv();
        Ok((before, tx.count_vendors()?))
    }));
    has_started.recv().await.expect("a reader takes it up");
    database.write(|tx| tx.add_vendor(&vendor())).await;
    drop(go_on);
    assert_eq!(reading.await.expect("read"), (1, 1));
    assert_eq!(database.read(|tx| tx.count_vendors()).await, 2, "what was answered is read");
}

#[tokio::test]
async fn a_read_cannot_write() {
    let database = Database::new();
    let refused = database.store.read(|tx| tx.add_vendor(&vendor())).await;
    assert!(matches!(refused, Err(StoreError::Fault(_))), "{refused:?}");
    assert_eq!(database.read(|tx| tx.count_vendors()).await, 0);
}

#[tokio::test]
async fn a_panicking_read_leaves_its_thread_working() {
    let database = Database::with_queues(10, 10);
    let panicked = database.store.read(|_| -> Outcome<()> { panic!("a planted bug") }).await;
    assert!(matches!(panicked, Err(StoreError::Fault(_))), "{panicked:?}");
    assert_eq!(database.read(|tx| tx.count_vendors()).await, 0);
}

#[tokio::test]
async fn a_full_queue_of_reads_refuses_instead_of_waiting() {
    let database = Database::with_queues(10, 1);
    let (go_on, reading) = occupy_reader(database.store.clone()).await;
    let waiting = begin(database.store.read(|tx| tx.count_vendors()));
    assert!(matches!(database.store.read(|tx| tx.count_vendors()).await, Err(StoreError::Busy)));
    drop(go_on);
    reading.await.expect("the first");
    assert_eq!(waiting.await.expect("the second"), 0);
}

#[tokio::test]
async fn a_glance_sees_what_was_answered_and_cannot_write() {
    let database = Database::new();
    for answered in 1..4 {
        database.write(|tx| tx.add_vendor(&vendor())).await;
        assert_eq!(database.store.glance(|tx| tx.count_vendors()).await.expect("glanced"), answered);
    }
    let refused = database.store.glance(|tx| tx.add_vendor(&vendor())).await;
    assert!(matches!(refused, Err(StoreError::Fault(_))), "{refused:?}");
    let panicked = database.store.glance(|_| -> Outcome<()> { panic!("a planted bug") }).await;
    assert!(matches!(panicked, Err(StoreError::Fault(_))), "{panicked:?}");
    assert_eq!(database.store.glance(|tx| tx.count_vendors()).await.expect("glanced"), 3);
    database.store.engine().close();
    assert!(matches!(database.store.glance(|tx| tx.count_vendors()).await, Err(StoreError::Unavailable(_))));
}
