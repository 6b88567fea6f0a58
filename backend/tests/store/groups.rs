//! Writes together: how SQLite's writer commits a group, and what it does when the file cannot be written.

use std::sync::mpsc;
use std::time::Duration;

use backend::store::sqlite::Options;
use backend::store::{StoreError, Tx};
use shared::id::AccountId;
use tokio::time::timeout;

use crate::database::{Database, begin, occupy};
use crate::world::{NOW, account, fresh, session};
use crate::writes::{add_vendor, count_vendors};

/// Adds so many vendors, all of whom have waited for another write.
async fn add_at_once(database: &Database, count: usize) {
    let (release, occupied) = occupy(database.store.clone()).await;
    let waiting: Vec<_> = (0..count).map(|n| begin(add_vendor(database.store.clone(), format!("v{n}")))).collect();
    drop(release);
    occupied.await.expect("the first");
    for write in waiting {
        write.await.expect("a vendor");
    }
}

#[tokio::test]
async fn writes_that_wait_share_one_commit() {
    let database = Database::with(Options { enough: 256, ..Options::for_tests() });
    let (commits, writes) = (database.counts.commits(), database.counts.writes());
    add_at_once(&database, 100).await;
    assert_eq!(count_vendors(&database).await, 100);
    assert_eq!(database.counts.writes() - writes, 101);
    assert_eq!(database.counts.commits() - commits, 1);
}

#[tokio::test]
async fn a_group_that_is_large_enough_waits_for_nobody_but_the_disk() {
    let database = Database::with(Options { enough: 20, ..Options::for_tests() });
    let commits = database.counts.commits();
    add_at_once(&database, 99).await;
    let commits = database.counts.commits() - commits;
    assert!((2..=5).contains(&commits), "{commits} commits of at least 20 each, and of more while the disk is busy");
}

#[tokio::test]
async fn a_group_takes_no_more_than_is_enough_while_the_disk_has_nothing_to_do() {
    let database = Database::with(Options { enough: 4, ..Options::for_tests() });
    let (release, first) = occupy(database.store.clone()).await;
    let with_it: Vec<_> = (0..3).map(|n| begin(add_vendor(database.store.clone(), format!("v{n}")))).collect();
    let (go_on, at_work) = mpsc::channel::<()>();
    let next = database.store.write(move |_| {
        let _ = at_work.recv();
        Ok(())
    });
    let next = begin(next);
    drop(release);
    let answered = async {
        first.await.expect("the first");
        for write in with_it {
            write.await.expect("a vendor");
        }
    };
    timeout(Duration::from_secs(10), answered).await.expect("they wait for nobody who is not of their group");
    drop(go_on);
    next.await.expect("the next");
}

#[tokio::test]
async fn a_group_is_no_larger_than_it_may_be() {
    let database = Database::with(Options { group: 10, ..Options::for_tests() });
    let commits = database.counts.commits();
    add_at_once(&database, 99).await;
    assert_eq!(database.counts.commits() - commits, 10);
}

#[tokio::test]
async fn a_locked_database_is_unavailable_and_recovers_by_itself() {
    let database = Database::with(Options { busy_timeout: Duration::ZERO, ..Options::for_tests() });
    add_vendor(database.store.clone(), "before".to_owned()).await.expect("before");
    let other = rusqlite::Connection::open(database.path()).expect("another program opens it");
    other.execute_batch("BEGIN IMMEDIATE").expect("and locks it");
    for n in 0..3 {
        let refused = add_vendor(database.store.clone(), format!("v{n}")).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    }
    assert_eq!(count_vendors(&database).await, 1, "reading goes on");
    other.execute_batch("ROLLBACK").expect("it lets go");
    add_vendor(database.store.clone(), "after".to_owned()).await.expect("after");
    assert_eq!(count_vendors(&database).await, 2);
}

#[tokio::test]
async fn a_full_disk_is_unavailable_and_recovers_by_itself() {
    let limit = Some(1024 * 1024);
    let database = Database::with(Options { size_limit: limit, ..Options::for_tests() });
    let account_id = AccountId::new(fresh(), 1);
    database.write(move |tx| tx.add_account(&account(account_id, "acme"))).await;
    let large = move |n: usize| {
        let mut session = session(account_id, &n.to_string(), NOW.as_unix() + 60);
        session.user_agent = "x".repeat(10_000);
        session
    };
    let mut answered = 0;
    let refused = loop {
        match database.store.write(move |tx| tx.add_session(&large(answered))).await {
            Ok(()) => answered += 1,
            Err(refused) => break refused,
        }
    };
    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused:?}");
    for n in 0..answered {
        let found = database.read(move |tx| tx.session(&large(n).secret_hash, NOW)).await;
        assert!(found.is_some(), "session {n} of {answered} was answered");
    }
    database.write(move |tx| tx.end_session(&large(0).secret_hash)).await;
    database.write(move |tx| tx.add_session(&large(answered))).await;
    assert!(database.faults().await.is_empty());
}

#[tokio::test]
async fn a_full_disk_loses_nothing_that_a_group_was_promised() {
    let database = Database::with(Options { size_limit: Some(1024 * 1024), ..Options::for_tests() });
    let account_id = AccountId::new(fresh(), 1);
    database.write(move |tx| tx.add_account(&account(account_id, "acme"))).await;
    let (release, occupied) = occupy(database.store.clone()).await;
    let add = |tx: &mut dyn Tx, account_id, n: usize| {
        let mut session = session(account_id, &n.to_string(), NOW.as_unix() + 60);
        session.user_agent = "x".repeat(10_000);
        tx.add_session(&session)
    };
    let waiting: Vec<_> = (0..200).map(|n| begin(database.store.write(move |tx| add(tx, account_id, n)))).collect();
    drop(release);
    let _ = occupied.await;
    let mut wrong = Vec::new();
    for (n, write) in waiting.into_iter().enumerate() {
        let answered = write.await.is_ok();
        let hash = session(account_id, &n.to_string(), 0).secret_hash;
        let kept = database.read(move |tx| tx.session(&hash, NOW)).await.is_some();
        if answered != kept {
            wrong.push(n);
        }
    }
    assert!(wrong.is_empty(), "answered and kept differ for {wrong:?}");
}
