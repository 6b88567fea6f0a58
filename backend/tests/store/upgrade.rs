//! Stores as releases before left them, saved as SQL: opened by this one they are consistent, and what people had works on.
//!
//! A saved store is never written anew: it stands for what lies on somebody's disk.

use std::path::Path;

use backend::keys::{Keyring, MasterKey};
use backend::rng::Rng;
use backend::store::sqlite::{Options, SqliteEngine};
use backend::store::{Store, Tx};
use shared::id::LicenseId;
use shared::verdict::PassStatus;

use crate::acts;
use crate::database::raw;

/// The key under which the saved stores' keys are sealed.
const MASTER_KEY: &str = include_str!("saved/master.key");

const LICENSE: &str = include_str!("saved/license.txt");

async fn check(saved: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("passgate.db");
    restore(&path, saved);
    let store = Store::new(SqliteEngine::open(&path, Options::for_tests()).expect("it is brought up to date"));
    assert_eq!(faults(&store).await, Vec::<String>::new());
    let keys = Keyring::new(MasterKey::parse(MASTER_KEY).expect("a key"), Rng::seeded(1));
    keys.check_master_key(&store).await.expect("its keys sign");

    let license_id: LicenseId = LICENSE.trim().parse().expect("an id");
    let use_it = move |tx: &mut dyn Tx| {
        let vendor = tx.vendor(&"acme".parse().expect("a slug"))?.expect("the vendor");
        let license = tx.license_at(vendor.vendor_id, license_id)?.expect("what was bought is there");
        let pass = tx.passes(vendor.vendor_id, license_id)?.into_iter().find(|pass| pass.status == PassStatus::Valid);
        let pass = pass.expect("the device has its pass");
        let next = acts::count_at(tx, &license, &pass, 2, license.granted_at);
        let spent = |record: &backend::store::records::LicenseRecord| {
            record.license.features.get(&acts::render()).copied().flatten().map(|counter| counter.spent)
        };
        Ok((spent(&license), spent(&next)))
    };
    let (before, after) = store.write(use_it).await.expect("a use is counted");
    assert_eq!((before, after), (Some(3), Some(5)));
    assert_eq!(faults(&store).await, Vec::<String>::new());
}

async fn faults(store: &Store) -> Vec<String> {
    store.read(|tx| tx.find_faults()).await.expect("read")
}

fn restore(path: &Path, saved: &str) {
    // As `sqlite3` writes and reads such files: tables before what they refer to.
    raw(path, &format!("PRAGMA foreign_keys = OFF; PRAGMA application_id = 0x50617373; {saved}"))
        .expect("the saved store is SQL");
}

#[tokio::test]
async fn a_store_of_schema_7_works_on() {
    check(include_str!("saved/schema-7.sql")).await;
}

#[tokio::test]
async fn a_store_of_schema_11_works_on() {
    check(include_str!("saved/schema-11.sql")).await;
}

#[tokio::test]
async fn a_store_of_schema_16_works_on() {
    check(include_str!("saved/schema-16.sql")).await;
}
