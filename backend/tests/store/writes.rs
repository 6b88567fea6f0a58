//! Writes: all or nothing, and never without bound.

use backend::store::records::Vendor;
use backend::store::{Outcome, Store, StoreError, not_found};
use shared::id::VendorId;

use crate::database::{Database, begin, occupy};
use crate::world::{NOW, assert_duplicate, fresh};

pub(crate) fn vendor(slug: &str) -> Vendor {
    Vendor {
        vendor_id: VendorId::new(fresh(), 1),
        slug: slug.parse().expect("a slug"),
        name: slug.to_owned(),
        created_at: NOW,
    }
}

/// Adds a vendor by a handle of its own, so that the future can outlive the one it is called on.
pub(crate) async fn add_vendor(store: Store, slug: String) -> Outcome<()> {
    store.write(move |tx| tx.add_vendor(&vendor(&slug))).await
}

pub(crate) async fn count_vendors(database: &Database) -> u64 {
    database.read(|tx| tx.count_vendors()).await
}

#[tokio::test]
async fn a_write_that_fails_disturbs_none_of_its_group() {
    let database = Database::with_queues(10, 10);
    // The group that is spoiled first is run again; the next one is prepared for it.
    for round in 1..=3 {
        let (release, occupied) = occupy(database.store.clone()).await;
        let add = |name: &str| begin(add_vendor(database.store.clone(), format!("{name}{round}")));
        let before = add("before");
        let refused = begin(database.store.write(|tx| {
            tx.add_vendor(&vendor("refused"))?;
            Err::<(), _>(not_found())
        }));
        let panicked = begin(database.store.write(|tx| -> Outcome<()> {
            tx.add_vendor(&vendor("panicked"))?;
            panic!("a planted bug");
        }));
        let duplicate = add("before");
        let after = add("after");
        drop(release);
        occupied.await.expect("the first");

        before.await.expect("before");
        assert!(matches!(refused.await, Err(StoreError::Refused(_))));
        assert!(matches!(panicked.await, Err(StoreError::Fault(fault)) if fault.contains("a planted bug")));
        assert_duplicate(duplicate.await, "vendors.slug");
        after.await.expect("after");
        assert_eq!(count_vendors(&database).await, 2 * round);
        assert!(database.faults().await.is_empty());
    }
}

#[tokio::test]
async fn a_duplicate_that_is_expected_does_not_undo_the_rest() {
    let database = Database::new();
    database
        .write(|tx| {
            tx.add_vendor(&vendor("acme"))?;
            assert_duplicate(tx.add_vendor(&vendor("acme")), "vendors.slug");
            tx.add_vendor(&vendor("other"))
        })
        .await;
    assert_eq!(count_vendors(&database).await, 2);
}

#[tokio::test]
async fn a_full_queue_refuses_instead_of_waiting() {
    let database = Database::with_queues(3, 3);
    let (release, occupied) = occupy(database.store.clone()).await;
    let waiting: Vec<_> = (0..3).map(|n| begin(add_vendor(database.store.clone(), format!("v{n}")))).collect();
    let refused = add_vendor(database.store.clone(), "late".to_owned()).await;
    assert!(matches!(refused, Err(StoreError::Busy)), "{refused:?}");
    drop(release);
    occupied.await.expect("the first");
    for write in waiting {
        write.await.expect("those that waited are written");
    }
    add_vendor(database.store.clone(), "late".to_owned()).await.expect("there is room again");
}

#[tokio::test]
async fn what_was_answered_is_there_after_reopening() {
    let database = Database::new();
    for n in 0..20 {
        add_vendor(database.store.clone(), format!("v{n}")).await.expect("a vendor");
    }
    let database = database.reopen();
    assert_eq!(count_vendors(&database).await, 20);
    assert!(database.faults().await.is_empty());
}

#[tokio::test]
async fn what_waits_is_finished_when_the_store_is_closed() {
    let database = Database::new();
    let (release, occupied) = occupy(database.store.clone()).await;
    let waiting: Vec<_> = (0..10).map(|n| begin(add_vendor(database.store.clone(), format!("v{n}")))).collect();
    // The callers go away; their writes do not.
    drop(waiting);
    drop(occupied);
    drop(release);
    let database = database.reopen();
    assert_eq!(count_vendors(&database).await, 10);
}
