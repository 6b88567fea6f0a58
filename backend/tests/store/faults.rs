//! Looking for what must not be: each kind of damage is done to a sound store, and found.

use backend::store::records::KeyState;

use crate::acts;
use crate::database::Database;
use crate::world::World;

/// A store in which everything has happened once.
async fn full() -> (Database, World) {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let license = world.buy(&database).await;
    let old = world.connect(&database, &license, "laptop").await;
    let phone = world.connect(&database, &license, "phone").await;
    let (events, key) =
        ([world.event("one"), world.event("two"), world.event("three")], world.signing_key('a', KeyState::Active));
    let moved = license.clone();
    database
        .write(move |tx| {
            tx.add_signing_key(&key)?;
            events.iter().try_for_each(|event| tx.append_event(event))?;
            let open = acts::offer(tx, &old, "AAAA");
            acts::redeem(tx, &moved, &old, &open, "tablet");
            let license = acts::count(tx, &moved, &phone, 30);
            let (license, slice) = acts::grant(tx, &license, &phone, 20);
            let license = acts::settle(tx, &license, &phone, &slice, 5);
            acts::grant(tx, &license, &phone, 10);
            Ok(())
        })
        .await;
    let license = world.buy(&database).await;
    let leaving = world.connect(&database, &license, "desk").await;
    database
        .write(move |tx| {
            acts::offer(tx, &leaving, "BBBB");
            Ok(())
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
    database.damage(damage);
    let faults = database.faults().await;
    assert!(faults.iter().any(|fault| fault.contains(sentence)), "{sentence:?} is not among {faults:#?}");
}

#[tokio::test]
async fn a_changed_event_is_found() {
    check("UPDATE events SET actor = 'nobody' WHERE number = 2", "event 2 of vendor").await;
    check("UPDATE events SET hash = zeroblob(32) WHERE number = 3", "event 3 of vendor").await;
}

#[tokio::test]
async fn a_menu_that_is_not_found_by_its_license_text_is_found() {
    check("DELETE FROM menu_agreements", "is not found by the license texts that it names").await;
    check("UPDATE menu_agreements SET digest = 'another'", "is found by a license text that it does not name").await;
}

#[tokio::test]
async fn a_wrong_count_of_orders_or_of_a_key_s_passes_is_found() {
    check("UPDATE menu_orders SET orders = orders + 1", "orders counted, and there are").await;
    check("DELETE FROM menu_orders", "orders counted, and there are").await;
    check("UPDATE signing_keys SET passes = 7", "has 7 passes counted, and signed 0").await;
    check("UPDATE passes SET kid = (SELECT kid FROM signing_keys)", "has 0 passes counted, and signed").await;
}

#[tokio::test]
async fn what_no_key_signed_and_what_follows_no_menu_is_found() {
    check("UPDATE passes SET kid = 'nobody'", "was signed by a key that its vendor never had").await;
    let draft = "INSERT INTO drafts SELECT vendor_id, product_id, 1, 2, NULL, NULL, NULL FROM products";
    check(draft, "follows a menu that was never published").await;
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
async fn counters_that_do_not_add_up_are_found() {
    // 30 uses, a slice of which 5 are spent, and an open one of 10.
    check(
        "UPDATE license_features SET uses_spent = 46 WHERE uses_spent > 0",
        "counted 46 uses of ai.render, and events and slices tell of 45",
    )
    .await;
    check(
        "UPDATE license_features SET uses_spent = 1 WHERE feature = 'ai.render' AND uses_spent = 0",
        "counted 1 uses of ai.render, and events and slices tell of 0",
    )
    .await;
    check(
        "UPDATE license_features SET uses_left = 56 WHERE uses_spent > 0",
        "has 56 of 100 uses of ai.render left after 45 in this period",
    )
    .await;
    let unfilled = "UPDATE license_features SET resets_at = resets_at + 86400 WHERE uses_spent > 0";
    check(unfilled, "has 55 of 100 uses of ai.render left after 0 in this period").await;
    check("DELETE FROM slices WHERE spent IS NULL", "counted 45 uses of ai.render, and events and slices tell of 35")
        .await;
}

#[tokio::test]
async fn slices_that_cannot_be_are_found() {
    check("UPDATE slices SET spent = 21 WHERE spent = 5", "holds 20 uses, of which 21 are spent").await;
    check(
        "DROP INDEX slices_open; UPDATE slices SET settled_at = NULL WHERE spent = 5",
        "holds 20 uses, of which 5 are spent",
    )
    .await;
    check("UPDATE slices SET ends_at = granted_at", "ends before it begins").await;
    check("UPDATE slices SET settled_at = ends_at WHERE spent = 5", "was settled after its end, and gave uses back")
        .await;
    check(
        "DROP INDEX slices_open; UPDATE slices SET spent = NULL, settled_at = NULL",
        "has 2 open slices of ai.render",
    )
    .await;
    let elsewhere = "UPDATE slices SET license_id = (SELECT license_id FROM passes WHERE status = 'moving')";
    check(elsewhere, "is of another license than its pass").await;
    check(
        "UPDATE license_features SET counting = 'on_issue' WHERE counting IS NOT NULL",
        "a feature that is not counted on use",
    )
    .await;
    check("UPDATE slices SET count = 11 WHERE spent IS NULL", "is not what its events tell").await;
    check("UPDATE slices SET spent = 6 WHERE spent = 5", "is not what its events tell").await;
}

#[tokio::test]
async fn moves_and_passes_that_disagree_are_found() {
    check("UPDATE passes SET status = 'moving' WHERE status = 'valid'", "is moving, and no move of it is on offer")
        .await;
    check("UPDATE moves SET state = 'expired', settled_at = 1 WHERE state = 'offered'", "is moving, and no move").await;
    check("UPDATE passes SET status = 'valid' WHERE status = 'moving'", ", which is valid or of another license").await;
    check("UPDATE moves SET successor = pass_id WHERE state = 'redeemed'", "was redeemed, and no pass succeeds").await;
    check("UPDATE moves SET state = 'expired', successor = NULL WHERE state = 'redeemed'", "without a move").await;
}

#[tokio::test]
async fn too_many_devices_and_misplaced_passes_are_found() {
    check("UPDATE licenses SET terminals = 1", "2 passes for 1 devices").await;
    check("UPDATE passes SET status = 'valid' WHERE status = 'invalid'", "which is valid or of another license").await;
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
    let gone =
        "DELETE FROM slices; DELETE FROM moves; DELETE FROM passes; DELETE FROM license_features; DELETE FROM licenses";
    check(gone, "is fulfilled without a license").await;
    check("UPDATE licenses SET menu_version = 2", "different customers, products or menus").await;
    check("UPDATE orders SET total = total + 1", "beside its quote").await;
}

#[tokio::test]
async fn references_to_nothing_are_found() {
    check("DELETE FROM customers", "a row of orders refers to nothing in customers").await;
}

#[tokio::test]
async fn what_a_team_gave_and_no_event_tells_of_is_found() {
    let added = "UPDATE license_features SET uses_limit = uses_limit + 5, uses_left = uses_left + 5, uses_added = 5
        WHERE feature = 'ai.render'";
    check(added, "added in this period, and events tell of 0").await;
    let allowed = "UPDATE licenses SET extra_moves = 3, extra_moves_since = 0";
    check(allowed, "has 3 moves allowed beside what events tell").await;
    let extended = "INSERT INTO events SELECT vendor_id, 99, event_id, at, 'license.extended', actor,
            (SELECT license_id FROM licenses LIMIT 1), '{\"after\":{\"ends_at\":\"2099-01-01T00:00:00Z\"}}', hash
        FROM events WHERE number = 1";
    check(extended, "does not end when its last extension says").await;
    check("UPDATE orders SET state = 'refunded'", "was paid back, and license").await;
}

#[tokio::test]
async fn what_cannot_be_found_any_more_is_found() {
    check("DELETE FROM search_words WHERE kind = 'customer'", "is not found by their address").await;
    check("DELETE FROM search_words WHERE kind = 'pass'", "is not found by its device's name").await;
    check("UPDATE search_words SET id = 'cus_nobody' WHERE kind = 'customer'", "leads nowhere").await;
    check("UPDATE passes SET product_id = 'prd_other'", "and its license are of different products").await;
    check("UPDATE moves SET product_id = 'prd_other'", "and its license are of different products").await;
}
