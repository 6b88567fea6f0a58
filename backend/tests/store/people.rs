//! Accounts, sessions, customers, members and signing keys.

use backend::store::records::{KeyState, email_key};
use backend::store::{Store, StoreError};
use shared::id::{AccountId, CustomerId, VendorId};
use shared::team::Role;
use shared::time::Timestamp;

use crate::database::Database;
use crate::world::{NOW, World, account, assert_duplicate, fresh, session};

#[tokio::test]
async fn an_address_has_one_account_however_it_is_written() {
    let database = Database::new();
    let first = account(AccountId::new(fresh(), 1), "acme");
    let kept = first.clone();
    database.write(move |tx| tx.add_account(&kept)).await;
    let mut second = account(AccountId::new(fresh(), 2), "acme");
    second.email = format!("  {}", second.email.to_uppercase());
    assert_duplicate(database.store.write(move |tx| tx.add_account(&second)).await, "accounts.email");

    let found = database.read(|tx| tx.account_by_email(&email_key("CUSTOMER@acme.example "))).await;
    assert!(found.is_some_and(|found| found == first), "as it was written at first");
    assert!(database.read(|tx| tx.account_by_email("customer@other.example")).await.is_none());
}

#[tokio::test]
async fn a_password_is_replaced() {
    let database = Database::new();
    let account_id = AccountId::new(fresh(), 1);
    database.write(move |tx| tx.add_account(&account(account_id, "acme"))).await;
    database.write(move |tx| tx.set_password_hash(account_id, "$new$")).await;
    let found = database.read(move |tx| tx.account(account_id)).await;
    assert_eq!(found.map(|account| account.password_hash).as_deref(), Some("$new$"));
    let stranger = AccountId::new(fresh(), 2);
    let refused = database.store.write(move |tx| tx.set_password_hash(stranger, "$new$")).await;
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn a_session_lasts_until_it_ends() {
    let database = Database::new();
    let account_id = AccountId::new(fresh(), 1);
    let ends_at = NOW.as_unix() + 60;
    let kept = session(account_id, "secret", ends_at);
    let hash = kept.secret_hash.clone();
    let stored = kept.clone();
    database
        .write(move |tx| {
            tx.add_account(&account(account_id, "acme"))?;
            tx.add_session(&stored)
        })
        .await;
    let at = |seconds: i64, hash: &str, store: &Store| {
        let (hash, store) = (hash.to_owned(), store.clone());
        let now = Timestamp::from_unix(seconds);
        async move {
            let found = store.read(move |tx| Ok((tx.session(&hash, now)?, tx.is_session_good(&hash, now)?)));
            let (session, is_good) = found.await.expect("read");
            assert_eq!(session.is_some(), is_good);
            session
        }
    };
    assert_eq!(at(ends_at - 1, &hash, &database.store).await, Some(kept));
    assert_eq!(at(ends_at, &hash, &database.store).await, None);
    assert_eq!(at(ends_at - 1, "another", &database.store).await, None);

    let ended = hash.clone();
    assert!(database.write(move |tx| tx.end_session(&ended)).await);
    assert_eq!(at(ends_at - 1, &hash, &database.store).await, None);
    assert!(!database.write(move |tx| tx.end_session(&hash)).await, "it has ended before");
}

#[tokio::test]
async fn sessions_that_have_ended_are_forgotten() {
    let database = Database::new();
    let account_id = AccountId::new(fresh(), 1);
    database.write(move |tx| tx.add_account(&account(account_id, "acme"))).await;
    for n in 0..20 {
        let mut old = session(account_id, &n.to_string(), NOW.as_unix() - 1);
        old.created_at = Timestamp::from_unix(0);
        database.write(move |tx| tx.add_session(&old)).await;
    }
    for n in 0..3 {
        let new = session(account_id, &format!("new {n}"), NOW.as_unix() + 60);
        database.write(move |tx| tx.add_session(&new)).await;
    }
    assert_eq!(database.count("SELECT count(*) FROM sessions"), 3);
}

#[tokio::test]
async fn an_account_is_one_customer_of_each_vendor() {
    let database = Database::new();
    let (acme, other) = (World::create(&database, "acme").await, World::create(&database, "other").await);
    let account_id = acme.account.account_id;
    let ensure = |vendor_id: VendorId| {
        let new = CustomerId::new(fresh(), 9);
        let store = database.store.clone();
        async move { (new, store.write(move |tx| tx.ensure_customer(vendor_id, account_id, new, NOW)).await) }
    };
    let (_, again) = ensure(acme.vendor.vendor_id).await;
    assert_eq!(again.expect("known"), acme.customer_id);
    let (new, elsewhere) = ensure(other.vendor.vendor_id).await;
    assert_eq!(elsewhere.expect("new"), new);
    assert_ne!(new, acme.customer_id);
}

#[tokio::test]
async fn a_member_joins_a_team_once() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let (vendor_id, account_id) = (world.vendor.vendor_id, world.account.account_id);
    database.write(move |tx| tx.add_member(vendor_id, account_id, Role::Owner, NOW)).await;
    let again = database.store.write(move |tx| tx.add_member(vendor_id, account_id, Role::Admin, NOW)).await;
    assert_duplicate(again, "members.account_id");
}

#[tokio::test]
async fn signing_keys_come_back_oldest_first_and_one_signs() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let vendor_id = world.vendor.vendor_id;
    let mut first = world.signing_key('a', KeyState::Active);
    let mut second = world.signing_key('b', KeyState::Next);
    second.created_at = Timestamp::from_unix(NOW.as_unix() + 1);
    let (one, two) = (first.clone(), second.clone());
    database
        .write(move |tx| {
            tx.add_signing_key(&two)?;
            tx.add_signing_key(&one)
        })
        .await;
    assert_eq!(database.read(move |tx| tx.signing_keys(vendor_id)).await, [first.clone(), second.clone()]);

    (second.state, second.activated_at) = (KeyState::Active, Some(NOW));
    let both = second.clone();
    let refused = database.store.write(move |tx| tx.update_signing_key(&both)).await;
    assert_duplicate(refused, "signing_keys.active");

    (first.state, first.retired_at) = (KeyState::Retired, Some(NOW));
    let (one, two) = (first.clone(), second.clone());
    database
        .write(move |tx| {
            tx.update_signing_key(&one)?;
            tx.update_signing_key(&two)
        })
        .await;
    assert_eq!(database.read(move |tx| tx.signing_keys(vendor_id)).await, [first.clone(), second]);
    let twice = database.store.write(move |tx| tx.add_signing_key(&first)).await;
    assert_duplicate(twice, "signing_keys.kid");
}
