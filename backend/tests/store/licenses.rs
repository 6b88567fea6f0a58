//! Orders and the licenses they grant.

use backend::store::records::{LicenseRecord, OrderRecord};
use backend::store::{Store, StoreError};
use shared::api::order::{OrderState, PaymentError};
use shared::id::LicenseId;
use shared::license::{LicenseState, LicenseTerm};
use shared::time::Timestamp;

use crate::database::Database;
use crate::world::{NOW, World, assert_duplicate, fresh};

async fn add(store: &Store, order: OrderRecord, license: LicenseRecord) -> Result<(), StoreError> {
    let add = move |tx: &mut dyn backend::store::Tx| {
        tx.add_order(&order)?;
        tx.add_license(&license)
    };
    store.write(add).await
}

/// A paid order and its license.
fn bought(world: &World, term: &str) -> (OrderRecord, LicenseRecord) {
    let mut order = world.order(term);
    (order.state, order.settled_at) = (OrderState::Fulfilled, Some(NOW));
    let license = world.license(&order);
    order.license_id = Some(license.license_id);
    (order, license)
}

#[tokio::test]
async fn an_order_comes_back_as_it_was_and_names_the_license_it_granted() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let mut order = world.order("P1M");
    order.payment_error = Some(PaymentError::Declined);
    let (account_id, order_id, placed) = (world.account.account_id, order.order_id, order.clone());
    database.write(move |tx| tx.add_order(&placed)).await;
    assert_eq!(database.read(move |tx| tx.order(account_id, order_id)).await, Some(order.clone()));

    let license = world.license(&order);
    (order.state, order.settled_at, order.payment_error) = (OrderState::Fulfilled, Some(NOW), None);
    order.license_id = Some(license.license_id);
    let paid = order.clone();
    database
        .write(move |tx| {
            tx.add_license(&license)?;
            tx.update_order(&paid)
        })
        .await;
    assert_eq!(database.read(move |tx| tx.order(account_id, order_id)).await, Some(order));
    assert!(database.faults().await.is_empty());
}

#[tokio::test]
async fn every_kind_of_license_comes_back_as_it_was() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    for term in ["P1M", "perpetual", "first_use:P14D"] {
        let (order, license) = bought(&world, term);
        let (account_id, license_id, vendor_id) = (world.account.account_id, license.license_id, license.vendor_id);
        add(&database.store, order, license.clone()).await.expect("added");
        assert_eq!(database.read(move |tx| tx.license(account_id, license_id)).await, Some(license.clone()), "{term}");
        assert_eq!(database.read(move |tx| tx.license_at(vendor_id, license_id)).await, Some(license), "{term}");
    }
}

#[tokio::test]
async fn a_license_keeps_what_it_was_updated_to() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let (order, mut license) = bought(&world, "first_use:P14D");
    add(&database.store, order, license.clone()).await.expect("added");
    let ends_at = Timestamp::from_unix(NOW.as_unix() + 14 * 86_400);
    license.license.term = LicenseTerm::Fixed { starts_at: NOW, ends_at };
    license.license.epoch = 3;
    license.license.state = LicenseState::Suspended;
    let counted = license.license.features.values_mut().find_map(Option::as_mut).expect("a counted feature");
    counted.left = Some(0);
    let (account_id, license_id, updated) = (world.account.account_id, license.license_id, license.clone());
    database.write(move |tx| tx.update_license(&updated)).await;
    assert_eq!(database.read(move |tx| tx.license(account_id, license_id)).await, Some(license));
}

#[tokio::test]
async fn orders_and_licenses_are_their_account_s_and_their_vendor_s_alone() {
    let database = Database::new();
    let (acme, other) = (World::create(&database, "acme").await, World::create(&database, "other").await);
    let (order, license) = bought(&acme, "P1M");
    let (order_id, license_id) = (order.order_id, license.license_id);
    add(&database.store, order.clone(), license.clone()).await.expect("added");
    let (stranger, elsewhere) = (other.account.account_id, other.vendor.vendor_id);
    assert_eq!(database.read(move |tx| tx.order(stranger, order_id)).await, None);
    assert_eq!(database.read(move |tx| tx.license(stranger, license_id)).await, None);
    assert_eq!(database.read(move |tx| tx.license_at(elsewhere, license_id)).await, None);
    assert_eq!(database.read(move |tx| tx.orders(stranger, None, 10)).await, []);
    assert_eq!(database.read(move |tx| tx.licenses(stranger, None, 10)).await, []);

    let (mut order, mut license) = (order, license);
    (order.vendor_id, license.vendor_id) = (elsewhere, elsewhere);
    let refused = database.store.write(move |tx| tx.update_order(&order)).await;
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    let refused = database.store.write(move |tx| tx.update_license(&license)).await;
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn lists_have_the_newest_first_in_pages_across_vendors() {
    let database = Database::new();
    let (acme, mut other) = (World::create(&database, "acme").await, World::create(&database, "other").await);
    let (account_id, vendor_id, new) = (acme.account.account_id, other.vendor.vendor_id, other.customer_id);
    other.customer_id = database
        .write(move |tx| {
            let other = shared::id::CustomerId::new(fresh(), u128::from(new.to_string().len() as u64));
            tx.ensure_customer(vendor_id, account_id, other, NOW)
        })
        .await;
    let mut placed = Vec::new();
    for world in [&acme, &other, &acme, &other, &acme] {
        let (order, license) = bought(world, "perpetual");
        placed.insert(0, (order.order_id, license.license_id));
        add(&database.store, order, license).await.expect("added");
    }
    let (mut orders, mut licenses) = (Vec::new(), Vec::new());
    loop {
        let (last_order, last_license) = (orders.last().copied(), licenses.last().copied());
        let page = database.read(move |tx| tx.orders(account_id, last_order, 2)).await;
        orders.extend(page.iter().map(|order| order.order_id));
        let page = database.read(move |tx| tx.licenses(account_id, last_license, 2)).await;
        assert!(page.iter().all(|license| license.license.features.len() == 2));
        licenses.extend(page.iter().map(|license| license.license_id));
        if page.is_empty() {
            break;
        }
    }
    assert_eq!(orders, placed.iter().map(|(order, _)| *order).collect::<Vec<_>>());
    assert_eq!(licenses, placed.iter().map(|(_, license)| *license).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_customer_has_one_trial_of_a_product() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let had = |store: &Store| {
        let (store, product, customer_id) = (store.clone(), world.product.clone(), world.customer_id);
        async move { store.read(move |tx| tx.has_had_trial(&product, customer_id)).await.expect("read") }
    };
    assert!(!had(&database.store).await);
    let (order, license) = bought(&world, "first_use:P14D");
    add(&database.store, order, license).await.expect("the first");
    assert!(had(&database.store).await);
    let (order, license) = bought(&world, "first_use:P14D");
    assert_duplicate(add(&database.store, order, license).await, "licenses.trial");
    let (order, license) = bought(&world, "P1M");
    add(&database.store, order, license).await.expect("what is paid for is not a trial");
}

#[tokio::test]
async fn an_order_grants_one_license() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let mut license = world.buy(&database).await;
    license.license_id = LicenseId::new(fresh(), 1);
    assert_duplicate(database.store.write(move |tx| tx.add_license(&license)).await, "licenses.order_id");
}
