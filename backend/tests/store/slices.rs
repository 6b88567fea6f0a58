//! Slices: one open per pass and feature, settled once.

use backend::store::StoreError;
use backend::store::records::SliceRecord;
use shared::id::SliceId;

use crate::acts::{later, open_slice, render};
use crate::database::Database;
use crate::world::{World, assert_duplicate, fresh};

#[tokio::test]
async fn a_slice_comes_back_as_it_was_and_only_to_its_vendor() {
    let database = Database::new();
    let (acme, other) = (World::create(&database, "acme").await, World::create(&database, "other").await);
    let license = acme.buy(&database).await;
    let pass = acme.connect(&database, &license, "laptop").await;
    let slice = open_slice(&pass, 20);
    let added = slice.clone();
    database.write(move |tx| tx.add_slice(&added)).await;
    let (own, foreign) = (slice.vendor_id, other.vendor.vendor_id);
    let (slice_id, pass_id, license_id) = (slice.slice_id, slice.pass_id, slice.license_id);
    assert_eq!(database.read(move |tx| tx.slice(own, slice_id)).await, Some(slice.clone()));
    assert_eq!(database.read(move |tx| tx.slice(foreign, slice_id)).await, None);
    assert_eq!(database.read(move |tx| tx.open_slice(own, pass_id, &render())).await, Some(slice.clone()));
    assert_eq!(database.read(move |tx| tx.open_slices(own, license_id)).await, std::slice::from_ref(&slice));

    let settled = SliceRecord { spent: Some(7), settled_at: Some(later(5)), ..slice };
    let written = settled.clone();
    database.write(move |tx| tx.settle_slice(&written)).await;
    assert_eq!(database.read(move |tx| tx.slice(own, slice_id)).await, Some(settled.clone()));
    assert_eq!(database.read(move |tx| tx.open_slice(own, pass_id, &render())).await, None);
    assert_eq!(database.read(move |tx| tx.open_slices(own, license_id)).await, []);
    let again = SliceRecord { spent: Some(8), ..settled };
    let refused = database.store.write(move |tx| tx.settle_slice(&again)).await;
    assert!(matches!(&refused, Err(StoreError::Fault(fault)) if fault.contains("settled once")), "{refused:?}");
}

#[tokio::test]
async fn a_pass_has_one_open_slice_of_a_feature() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let license = world.buy(&database).await;
    let (laptop, phone) =
        (world.connect(&database, &license, "laptop").await, world.connect(&database, &license, "phone").await);
    let (first, second, others) = (open_slice(&laptop, 5), open_slice(&laptop, 6), open_slice(&phone, 7));
    let added = first.clone();
    database.write(move |tx| tx.add_slice(&added)).await;
    database.write(move |tx| tx.add_slice(&others)).await;
    let wanted = second.clone();
    assert_duplicate(database.store.write(move |tx| tx.add_slice(&wanted)).await, "slices.open");
    let settled = SliceRecord { spent: Some(5), settled_at: Some(later(1)), ..first };
    database
        .write(move |tx| {
            tx.settle_slice(&settled)?;
            tx.add_slice(&second)
        })
        .await;
    let missing = SliceRecord {
        slice_id: SliceId::new(fresh(), 1),
        spent: Some(0),
        settled_at: Some(later(1)),
        ..open_slice(&laptop, 5)
    };
    let refused = database.store.write(move |tx| tx.settle_slice(&missing)).await;
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
}
