//! Looking for what must not be: each kind of damage is done to a sound store, and found.

use backend::store::records::KeyState;
use shared::verdict::PassStatus;

use crate::database::Database;
use crate::world::World;

/// A store in which everything has happened once.
async fn full() -> (Database, World) {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let license = world.buy(&database).await;
    let mut old = world.connect(&database, &license, "laptop").await;
    world.connect(&database, &license, "phone").await;
    old.status = PassStatus::Invalid;
    let (events, key) =
        ([world.event("one"), world.event("two"), world.event("three")], world.signing_key('a', KeyState::Active));
    let mut successor = crate::world::pass(&license, "tablet");
    successor.predecessor = Some(old.pass_id);
    database
        .write(move |tx| {
            tx.update_pass(&old)?;
            (successor.status_list, successor.status_index) = tx.next_status_place(successor.vendor_id)?;
            tx.add_pass(&successor)?;
            tx.add_signing_key(&key)?;
            events.iter().try_for_each(|event| tx.append_event(event))
        })
        .await;
    (database, world)
}

#[tokio::test]
async fn a_sound_store_has_no_faults() {
    let (database, _) = full().await;
    assert_eq!(database.faults().await, Vec::<String>::new());
}

/// Does the damage with every guard of the database off, and demands that it is found and named.
async fn check(damage: &str, sentence: &str) {
    let (database, _) = full().await;
    let unguard: Vec<String> = {
        let connection = rusqlite::Connection::open(database.path()).expect("opens");
        let mut triggers = connection
            .prepare("SELECT 'DROP TRIGGER ' || name FROM sqlite_schema WHERE type = 'trigger'")
            .expect("read");
        let names = triggers.query_map([], |row| row.get(0)).expect("read");
        names.collect::<Result<_, _>>().expect("read")
    };
    let unguard = unguard.join(";");
    database
        .raw(&format!("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF; {unguard}; {damage}"))
        .expect("the damage can be done");
    let faults = database.faults().await;
    assert!(faults.iter().any(|fault| fault.contains(sentence)), "{sentence:?} is not among {faults:#?}");
}

#[tokio::test]
async fn a_changed_event_is_found() {
    check("UPDATE events SET actor = 'nobody' WHERE number = 2", "event 2 of vendor").await;
    check("UPDATE events SET hash = zeroblob(32) WHERE number = 3", "event 3 of vendor").await;
}

#[tokio::test]
async fn a_removed_event_is_found() {
    check("DELETE FROM events WHERE number = 2", "event 3 of vendor").await;
    check("DELETE FROM events WHERE number = 1", "event 2 of vendor").await;
}

#[tokio::test]
async fn a_changed_menu_or_agreement_is_found() {
    let cheaper = "UPDATE menus SET content = replace(content, '39900', '1')";
    check(cheaper, "menu 1 of product").await;
    check("UPDATE agreements SET content = 'Be rude.'", "is not what its digest says").await;
}

#[tokio::test]
async fn impossible_counters_are_found() {
    check("UPDATE license_features SET uses_left = 101 WHERE feature = 'ai.render'", "101 of 100 uses of ai.render")
        .await;
    check("UPDATE license_features SET uses_left = -1 WHERE feature = 'ai.render'", "-1 of 100 uses of ai.render")
        .await;
}

#[tokio::test]
async fn too_many_devices_and_misplaced_passes_are_found() {
    check("UPDATE licenses SET terminals = 1", "2 passes for 1 devices").await;
    check("UPDATE passes SET status = 'valid'", "which is valid or of another license").await;
    check("UPDATE status_lists SET size = 2", "stands at 2 of a status list of 2").await;
    let twice = "DROP INDEX passes_live; UPDATE passes SET jkt = (SELECT max(jkt) FROM passes)";
    check(twice, "2 passes of license").await;
    let successors = "DROP INDEX passes_successor;
        UPDATE passes SET predecessor = (SELECT pass_id FROM passes WHERE status = 'invalid') WHERE status = 'valid'";
    check(successors, "has 2 successors").await;
}

#[tokio::test]
async fn orders_and_licenses_that_disagree_are_found() {
    check("UPDATE orders SET state = 'awaiting_payment', settled_at = NULL", "is awaiting_payment and has license")
        .await;
    let gone = "DELETE FROM passes; DELETE FROM license_features; DELETE FROM licenses";
    check(gone, "is fulfilled without a license").await;
    check("UPDATE licenses SET menu_version = 2", "different customers, products or menus").await;
    check("UPDATE orders SET total = total + 1", "beside its quote").await;
}

#[tokio::test]
async fn references_to_nothing_are_found() {
    check("DELETE FROM customers", "a row of orders refers to nothing in customers").await;
}
