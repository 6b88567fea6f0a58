//! Passes, and the status lists they stand in.

use backend::store::StoreError;
use backend::store::records::{Pass, STATUS_LIST_CAPACITY, StatusList};
use shared::id::PassId;
use shared::time::Timestamp;
use shared::verdict::PassStatus;

use crate::database::Database;
use crate::world::{NOW, World, assert_duplicate, fresh, pass, thumbprint};

#[tokio::test]
async fn a_pass_comes_back_as_it_was_and_only_to_its_vendor() {
    let database = Database::new();
    let (acme, other) = (World::create(&database, "acme").await, World::create(&database, "other").await);
    let license = acme.buy(&database).await;
    let pass = acme.connect(&database, &license, "laptop").await;
    let (own, foreign, pass_id, license_id) =
        (acme.vendor.vendor_id, other.vendor.vendor_id, pass.pass_id, license.license_id);
    assert_eq!(database.read(move |tx| tx.pass(own, pass_id)).await, Some(pass.clone()));
    assert_eq!(database.read(move |tx| tx.pass(foreign, pass_id)).await, None);
    assert_eq!(database.read(move |tx| tx.passes(foreign, license_id)).await, []);
    let mut stolen = pass;
    stolen.vendor_id = foreign;
    let refused = database.store.write(move |tx| tx.update_pass(&stolen)).await;
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn live_passes_are_those_not_invalid_newest_first() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let license = world.buy(&database).await;
    let (vendor_id, license_id) = (license.vendor_id, license.license_id);
    let mut first = world.connect(&database, &license, "laptop").await;
    let second = world.connect(&database, &license, "phone").await;
    assert_eq!(database.read(move |tx| tx.passes(vendor_id, license_id)).await, [second.clone(), first.clone()]);
    for status in [PassStatus::Moving, PassStatus::Suspended] {
        first.status = status;
        let updated = first.clone();
        database.write(move |tx| tx.update_pass(&updated)).await;
        assert_eq!(database.read(move |tx| tx.live_passes(vendor_id, license_id)).await.len(), 2, "{status}");
    }
    first.status = PassStatus::Invalid;
    let retired = first.clone();
    database.write(move |tx| tx.update_pass(&retired)).await;
    assert_eq!(database.read(move |tx| tx.passes(vendor_id, license_id)).await, [second]);
}

#[tokio::test]
async fn a_refreshed_pass_keeps_its_new_times_and_name() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let license = world.buy(&database).await;
    let mut pass = world.connect(&database, &license, "laptop").await;
    pass.last_seen_at = Timestamp::from_unix(NOW.as_unix() + 10);
    pass.expires_at = Timestamp::from_unix(NOW.as_unix() + 20);
    pass.name = "My laptop".to_owned();
    let (vendor_id, pass_id, refreshed) = (pass.vendor_id, pass.pass_id, pass.clone());
    database.write(move |tx| tx.update_pass(&refreshed)).await;
    assert_eq!(database.read(move |tx| tx.pass(vendor_id, pass_id)).await, Some(pass));
    assert_eq!(database.read(move |tx| tx.status_list_version(vendor_id, 1)).await, Some(0));
}

#[tokio::test]
async fn a_device_has_one_live_pass_of_a_license_and_a_license_no_more_than_its_devices() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let license = world.buy(&database).await;
    let first = world.connect(&database, &license, "laptop").await;
    let add = |pass: Pass| {
        let store = database.store.clone();
        async move {
            let add = move |tx: &mut dyn backend::store::Tx| {
                let mut pass = pass.clone();
                (pass.status_list, pass.status_index) = tx.next_status_place(pass.vendor_id)?;
                tx.add_pass(&pass, None)
            };
            store.write(add).await
        }
    };
    assert_duplicate(add(pass(&license, "laptop")).await, "passes.jkt");
    add(pass(&license, "phone")).await.expect("the second device of two");
    let refused = add(pass(&license, "tablet")).await;
    assert!(matches!(&refused, Err(StoreError::Fault(fault)) if fault.contains("every device")), "{refused:?}");

    let mut retired = first;
    retired.status = PassStatus::Invalid;
    database.write(move |tx| tx.update_pass(&retired)).await;
    add(pass(&license, "tablet")).await.expect("a device has become free");
    assert!(database.faults().await.is_empty());
}

#[tokio::test]
async fn a_pass_has_one_successor() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let license = world.buy(&database).await;
    let mut old = world.connect(&database, &license, "laptop").await;
    let succeed = |old: PassId, key: &str| {
        let (store, mut pass) = (database.store.clone(), pass(&license, key));
        pass.predecessor = Some(old);
        async move {
            let add = move |tx: &mut dyn backend::store::Tx| {
                (pass.status_list, pass.status_index) = tx.next_status_place(pass.vendor_id)?;
                tx.add_pass(&pass, None)
            };
            store.write(add).await
        }
    };
    let early = succeed(old.pass_id, "phone").await;
    assert!(matches!(early, Err(StoreError::Fault(_))), "the old pass is still valid: {early:?}");
    old.status = PassStatus::Invalid;
    let moved = old.clone();
    database.write(move |tx| tx.update_pass(&moved)).await;
    succeed(old.pass_id, "phone").await.expect("the successor");
    assert_duplicate(succeed(old.pass_id, "tablet").await, "passes.predecessor");
    let stranger = succeed(PassId::new(fresh(), 1), "tablet").await;
    assert!(matches!(stranger, Err(StoreError::Fault(_))), "{stranger:?}");
}

#[tokio::test]
async fn places_in_status_lists_follow_each_other_and_are_given_once() {
    let database = Database::new();
    let (acme, other) = (World::create(&database, "acme").await, World::create(&database, "other").await);
    let next = |world: &World| {
        let (store, vendor_id) = (database.store.clone(), world.vendor.vendor_id);
        async move { store.write(move |tx| tx.next_status_place(vendor_id)).await.expect("a place") }
    };
    assert_eq!([next(&acme).await, next(&acme).await, next(&acme).await], [(1, 0), (1, 1), (1, 2)]);
    assert_eq!(next(&other).await, (1, 0), "each vendor has its own lists");
    database
        .raw(&format!("UPDATE status_lists SET size = {} WHERE size = 3", STATUS_LIST_CAPACITY - 1))
        .expect("filled");
    assert_eq!([next(&acme).await, next(&acme).await], [(1, STATUS_LIST_CAPACITY - 1), (2, 0)]);
    let refused = database
        .store
        .write(|tx| {
            let vendor_id = shared::id::VendorId::new(fresh(), 1);
            tx.next_status_place(vendor_id)
        })
        .await;
    assert!(matches!(refused, Err(StoreError::Fault(_))), "no such vendor: {refused:?}");
}

#[tokio::test]
async fn a_refused_issue_gives_its_place_back() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let vendor_id = world.vendor.vendor_id;
    let refused = database
        .store
        .write(move |tx| {
            tx.next_status_place(vendor_id)?;
            Err::<(), _>(backend::store::not_found())
        })
        .await;
    refused.expect_err("refused");
    assert_eq!(database.write(move |tx| tx.next_status_place(vendor_id)).await, (1, 0));
}

#[tokio::test]
async fn a_status_list_names_what_is_not_valid_and_counts_changes() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let (one, two) = (world.buy(&database).await, world.buy(&database).await);
    let vendor_id = world.vendor.vendor_id;
    let mut passes = Vec::new();
    for (license, key) in [(&one, "a"), (&one, "b"), (&two, "c"), (&two, "d")] {
        passes.push(world.connect(&database, license, key).await);
    }
    for (place, status) in [(1, PassStatus::Suspended), (3, PassStatus::Moving), (3, PassStatus::Invalid)] {
        let pass = &mut passes[place];
        pass.status = status;
        let changed = pass.clone();
        database.write(move |tx| tx.update_pass(&changed)).await;
        assert_eq!(
            database.read(move |tx| tx.pass_status_at(vendor_id, 1, u32::try_from(place).expect("small"))).await,
            Some(status)
        );
    }
    let entries = vec![(1, PassStatus::Suspended), (3, PassStatus::Invalid)];
    let list = StatusList { version: 3, size: 4, entries };
    assert_eq!(database.read(move |tx| tx.status_list(vendor_id, 1)).await, Some(list));
    assert_eq!(database.read(move |tx| tx.status_list_version(vendor_id, 1)).await, Some(3));
    assert_eq!(database.read(move |tx| tx.status_list(vendor_id, 2)).await, None);
    assert_eq!(database.read(move |tx| tx.pass_status_at(vendor_id, 1, 4)).await, None);
}

#[tokio::test]
async fn two_passes_never_share_a_place() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let license = world.buy(&database).await;
    let first = world.connect(&database, &license, "laptop").await;
    let mut second = pass(&license, "phone");
    (second.status_list, second.status_index) = (first.status_list, first.status_index);
    assert_eq!(first.jkt, thumbprint("laptop"));
    assert_duplicate(database.store.write(move |tx| tx.add_pass(&second, None)).await, "passes.status_place");
}
