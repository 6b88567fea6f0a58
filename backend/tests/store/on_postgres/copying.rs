//! An installation that moves from one database to the other and back.

use std::collections::BTreeMap;
use std::path::PathBuf;

use backend::store::copy::{Place, copy, open};
use backend::store::postgres::Options;
use backend::store::records::{LicenseRecord, StoredAnswer};
use backend::store::{Store, Tx};

use crate::acts;
use crate::database::Database;
use crate::server::Server;
use crate::world::{NOW, World, claim, thumbprint};

/// A store in which much has happened.
async fn filled() -> (Database, World, LicenseRecord) {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let license = world.buy(&database).await;
    let old = world.connect(&database, &license, "laptop").await;
    let phone = world.connect(&database, &license, "phone\tof\\ Ännchen\n").await;
    let (event, moved) = (world.event("thing.happened"), license.clone());
    database
        .write(move |tx| {
            tx.append_event(&event)?;
            let open = acts::offer(tx, &old, "AAAA");
            acts::redeem(tx, &moved, &old, &open, "tablet");
            let license = acts::count(tx, &moved, &phone, 30);
            acts::grant(tx, &license, &phone, 20);
            let body = (0..=255).collect();
            tx.keep_answer(&claim("k", "request"), &StoredAnswer { status: 200, body, unsigned: None })?;
            tx.spend_proof(&thumbprint("laptop"), "jti", NOW, NOW)
        })
        .await;
    (database, world, license)
}

async fn look(store: &Store, world: &World, license: &LicenseRecord) -> (Option<LicenseRecord>, usize, Vec<String>) {
    let (vendor_id, license_id) = (world.vendor.vendor_id, license.license_id);
    let read = move |tx: &mut dyn Tx| {
        Ok((tx.license_at(vendor_id, license_id)?, tx.events(vendor_id, 0, 1000)?.len(), tx.find_faults()?))
    };
    store.read(read).await.expect("read")
}

#[tokio::test]
async fn an_installation_moves_to_sqlite_and_back_and_everything_goes_along() {
    let (database, world, license) = filled().await;
    let before = look(&database.store, &world, &license).await;
    assert_eq!(before.2, Vec::<String>::new());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (theirs, file) = (Place::Postgres(database.url.clone()), Place::Sqlite(folder.path().join("passgate.db")));
    drop(database);
    let counts = copied(&theirs, &file).await;
    assert!(counts["events"] > 0 && counts["passes"] == 3 && counts["answers"] == 1, "{counts:?}");
    assert_eq!(look(&open(&file).expect("opens"), &world, &license).await, before);

    let there = Server::shared().new_database();
    let back = Place::Postgres(there.clone());
    assert_eq!(copied(&file, &back).await, counts);
    let database = Database::at(there, Options::for_tests());
    assert_eq!(look(&database.store, &world, &license).await, before);
    // And it goes on: numbers that the database gives are not given twice.
    let spent = database.store.write(|tx| tx.spend_proof(&thumbprint("phone"), "jti", NOW, NOW));
    spent.await.expect("another proof");
    let another = world.buy(&database).await;
    world.connect(&database, &another, "another").await;
}

/// Copies once the nodes that served the database have let go of it.
async fn copied(from: &Place, to: &Place) -> BTreeMap<String, u64> {
    loop {
        match copy(from, to) {
            Err(backend::store::copy::CopyError::InUse) => tokio::task::yield_now().await,
            done => return done.expect("copied"),
        }
    }
}

#[tokio::test]
async fn a_database_that_is_served_or_filled_is_left_alone() {
    let (database, _, _) = filled().await;
    while !database.store.is_on_duty() {
        tokio::task::yield_now().await;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = Place::Sqlite(folder.path().join("passgate.db"));
    let served = copy(&Place::Postgres(database.url.clone()), &file);
    assert!(served.expect_err("it is served").to_string().contains("stop them first"));

    let full = copy(&file, &Place::Postgres(database.url.clone()));
    assert!(full.expect_err("it holds something").to_string().contains("copy into an empty database"));
    let nowhere = copy(&Place::Sqlite(PathBuf::from("/nowhere/passgate.db")), &file);
    assert!(nowhere.expect_err("nothing is there").to_string().contains("no store at"));
}
