//! What a vendor's team edits: products, drafts, the history of menus, and what keys signed.

use backend::store::StoreError;
use backend::store::catalog::{DraftRecord, SavedDraft};
use backend::store::records::{KeyState, Pass, Product};
use shared::verdict::PassStatus;

use crate::database::Database;
use crate::world::{NOW, World, menu};

fn draft(world: &World, revision: u64) -> DraftRecord {
    let saved = SavedDraft { content: world.menu.content(), at: NOW, by: world.account.account_id.to_string() };
    DraftRecord { revision, base: 1, saved: Some(saved) }
}

#[tokio::test]
async fn a_draft_is_kept_as_it_is_and_its_revision_never_comes_twice() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let product = world.product.clone();
    assert_eq!(database.read(move |tx| tx.draft(&product)).await, None);
    let set = |record: DraftRecord| {
        let (store, product) = (database.store.clone(), world.product.clone());
        async move { store.write(move |tx| tx.set_draft(&product, &record)).await }
    };
    let discarded = DraftRecord { saved: None, revision: 2, base: 1 };
    for record in [draft(&world, 1), discarded, draft(&world, 3)] {
        set(record.clone()).await.expect("it is the next");
        let product = world.product.clone();
        assert_eq!(database.read(move |tx| tx.draft(&product)).await, Some(record.clone()));
        let (vendor_id, slug) = (world.vendor.vendor_id, world.product.slug.clone());
        let found = database.read(move |tx| tx.product_record(vendor_id, &slug)).await.expect("it is there");
        assert_eq!((found.has_draft, found.menu, found.revision), (record.saved.is_some(), Some(1), 1));
    }
    for stale in [1, 3, 5] {
        assert!(matches!(set(draft(&world, stale)).await, Err(StoreError::Fault(_))), "revision {stale} after 3");
    }
    assert_eq!(database.faults().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_product_is_edited_and_deleted_before_it_has_a_menu() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let (vendor_id, slug) = (world.vendor.vendor_id, world.product.slug.clone());
    let edited = Product {
        name: "Other".to_owned(),
        origins: vec!["https://other.example".to_owned()],
        ..world.product.clone()
    };
    let after = edited.clone();
    database.write(move |tx| tx.update_product(&after)).await;
    let found = database.read(move |tx| tx.product_record(vendor_id, &slug)).await.expect("it is there");
    assert_eq!((found.product, found.revision), (edited, 2));
    assert!(!database.read(|tx| tx.is_app_origin("https://acme.example")).await);
    let sold = world.product.clone();
    let refused = database.store.write(move |tx| tx.delete_product(&sold)).await;
    assert!(matches!(refused, Err(StoreError::Fault(_))), "menus refer to it: {refused:?}");

    let mut bare = world.product.clone();
    bare.slug = "bare".parse().expect("a slug");
    bare.product_id = shared::id::ProductId::new(crate::world::fresh(), 1);
    let record = draft(&world, 1);
    let gone = bare.clone();
    database
        .write(move |tx| {
            tx.add_product(&bare)?;
            tx.set_draft(&bare, &DraftRecord { base: 0, ..record.clone() })?;
            tx.delete_product(&gone)
        })
        .await;
    let found = database.read(move |tx| tx.product_records(vendor_id, "", None, 10)).await;
    assert_eq!(found.len(), 1);
}

#[tokio::test]
async fn the_history_counts_orders_and_names_whoever_published() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    world.buy(&database).await;
    world.buy(&database).await;
    let (product, next) = (world.product.clone(), menu(&world.vendor, &world.agreement, 2));
    database.write(move |tx| tx.publish_menu_by(&product, &next, "acc_1", NOW)).await;
    let product = world.product.clone();
    let history = database.read(move |tx| tx.menu_records(&product, None, 10)).await;
    let shown: Vec<_> =
        history.iter().map(|menu| (menu.version, menu.orders, menu.offers, menu.published_by.as_deref())).collect();
    assert_eq!(shown, [(2, 0, 1, Some("acc_1")), (1, 2, 1, None)]);
    let product = world.product.clone();
    let older = database.read(move |tx| tx.menu_records(&product, Some(2), 10)).await;
    assert_eq!(older, history[1..]);

    let other = World::create(&database, "other").await;
    for (world, named) in [(&world, 1), (&other, 1)] {
        let vendor_id = world.vendor.vendor_id;
        let texts = database.read(move |tx| tx.agreements(vendor_id, None, 10)).await;
        assert_eq!((texts.len(), texts[0].1.len()), (1, named), "each vendor has its own");
        assert_eq!(database.read(move |tx| tx.agreement_version(vendor_id, "Terms")).await, 1);
        assert_eq!(database.read(move |tx| tx.agreement_version(vendor_id, "terms")).await, 0);
    }
}

#[tokio::test]
async fn what_a_key_signed_is_counted_as_long_as_it_lives() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let license = world.buy(&database).await;
    let (laptop, phone) =
        (world.connect(&database, &license, "laptop").await, world.connect(&database, &license, "phone").await);
    let keys = [world.signing_key('a', KeyState::Active), world.signing_key('b', KeyState::Next)];
    let [old, new] = [keys[0].kid.clone(), keys[1].kid.clone()];
    let signed = [(laptop.clone(), old.clone()), (phone.clone(), old.clone()), (phone, new.clone())];
    database
        .write(move |tx| {
            keys.iter().try_for_each(|key| tx.add_signing_key(key))?;
            signed.iter().try_for_each(|(pass, kid)| tx.note_signed(pass, kid))
        })
        .await;
    let vendor_id = world.vendor.vendor_id;
    let count = async |kid: &str| {
        let kid = kid.to_owned();
        database.read(move |tx| tx.count_signed(vendor_id, &kid)).await
    };
    assert_eq!((count(&old).await, count(&new).await, count("nobody").await), (1, 1, 0));
    let ended = Pass { status: PassStatus::Invalid, ended_at: Some(NOW), ..laptop };
    database.write(move |tx| tx.update_pass(&ended)).await;
    assert_eq!((count(&old).await, count(&new).await), (0, 1), "who has no pass needs no refreshing");
    assert_eq!(database.faults().await, Vec::<String>::new());
}
