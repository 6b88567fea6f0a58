//! What the database refuses by itself, whatever the code above does: the forbidden thing is written behind the store's
//! back, and must not come to be.

use backend::store::records::KeyState;
use shared::verdict::PassStatus;

use crate::acts;
use crate::database::Database;
use crate::world::World;

/// Runs each statement with `{ID}`s filled in and demands that it fails as said.
#[track_caller]
fn check(database: &Database, filled: &[(&str, String)], rows: &[(&str, &str)]) {
    for (sql, refusal) in rows {
        let sql = filled.iter().fold((*sql).to_owned(), |sql, (name, value)| sql.replace(name, value));
        match database.raw(&sql) {
            Ok(()) => panic!("the database took: {sql}"),
            Err(error) => assert!(error.contains(refusal), "{sql}\nwas refused as: {error}"),
        }
    }
}

#[tokio::test]
async fn what_was_published_or_happened_stays_as_it_is() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let event = world.event("thing.happened");
    database.write(move |tx| tx.append_event(&event)).await;
    check(
        &database,
        &[],
        &[
            ("UPDATE menus SET content = '{}'", "a published menu cannot be changed"),
            ("DELETE FROM menus", "a published menu cannot be deleted"),
            ("DELETE FROM products", "FOREIGN KEY constraint failed"),
            ("UPDATE agreements SET content = ''", "an agreement cannot be changed"),
            ("DELETE FROM agreements", "an agreement cannot be deleted"),
            ("UPDATE events SET body = '{}'", "an event cannot be changed"),
            ("DELETE FROM events", "an event cannot be deleted"),
        ],
    );
}

#[tokio::test]
async fn counters_and_terms_keep_within_their_bounds() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    world.buy(&database).await;
    let check_failed = "CHECK constraint failed";
    check(
        &database,
        &[],
        &[
            ("UPDATE license_features SET uses_left = -1 WHERE feature = 'ai.render'", check_failed),
            ("UPDATE license_features SET uses_left = 101 WHERE feature = 'ai.render'", check_failed),
            ("UPDATE license_features SET uses_left = NULL WHERE feature = 'ai.render'", check_failed),
            ("UPDATE license_features SET uses_left = 1, uses_limit = 1 WHERE feature = 'export.pdf'", check_failed),
            ("UPDATE license_features SET uses_left = 'many' WHERE feature = 'ai.render'", "cannot store TEXT"),
            ("UPDATE licenses SET ends_at = starts_at", check_failed),
            ("UPDATE licenses SET ends_at = NULL", check_failed),
            ("UPDATE licenses SET term = 'for ever'", check_failed),
            ("UPDATE licenses SET state = 'free'", check_failed),
            ("UPDATE licenses SET epoch = -1", "an epoch cannot shrink"),
            ("UPDATE orders SET total = -1", check_failed),
            ("UPDATE orders SET payment = 'free'", check_failed),
            ("UPDATE orders SET settled_at = NULL", check_failed),
            ("UPDATE orders SET state = 'awaiting_payment', settled_at = NULL", "a settled order cannot go back"),
            ("UPDATE orders SET state = 'cancelled'", "a settled order cannot go back"),
        ],
    );
    database.raw("UPDATE licenses SET state = 'revoked'").expect("a license can be revoked");
    check(&database, &[], &[("UPDATE licenses SET state = 'active'", "a revoked license cannot come back")]);
}

#[tokio::test]
async fn passes_stay_bound_and_within_the_devices_of_their_license() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let license = world.buy(&database).await;
    let mut first = world.connect(&database, &license, "laptop").await;
    let second = world.connect(&database, &license, "phone").await;
    first.status = PassStatus::Invalid;
    let retired = first.clone();
    database.write(move |tx| tx.update_pass(&retired)).await;
    world.connect(&database, &license, "tablet").await;
    let copy = "INSERT INTO passes (vendor_id, pass_id, license_id, jkt, name, status, epoch, predecessor, status_list,
        status_index, connected_at, last_seen_at, expires_at) SELECT vendor_id, 'pas_new', license_id, jkt, name, {STATUS}, epoch, {PREDECESSOR},
        status_list, {PLACE}, connected_at, last_seen_at, expires_at FROM passes WHERE pass_id = '{SECOND}'";
    let with = |status: &str, predecessor: &str, place: &str| {
        copy.replace("{STATUS}", status).replace("{PREDECESSOR}", predecessor).replace("{PLACE}", place)
    };
    let filled = [("{FIRST}", first.pass_id.to_string()), ("{SECOND}", second.pass_id.to_string())];
    check(
        &database,
        &filled,
        &[
            (&with("'valid'", "NULL", "9"), "every device of the license has its pass"),
            (&with("'invalid'", "'{SECOND}'", "9"), "a successor follows an invalid pass of its own license"),
            (&with("'invalid'", "NULL", "1"), "passes.status_index"),
            (&with("'invalid'", "NULL", "1048576"), "CHECK constraint failed"),
            ("UPDATE passes SET status = 'stolen' WHERE pass_id = '{SECOND}'", "CHECK constraint failed"),
            ("UPDATE passes SET status = 'valid' WHERE pass_id = '{FIRST}'", "an invalid pass stays invalid"),
            ("UPDATE passes SET jkt = jkt WHERE pass_id = '{FIRST}'", "what a pass is bound to cannot be changed"),
            ("UPDATE passes SET predecessor = '{FIRST}' WHERE pass_id = '{SECOND}'", "what a pass is bound to"),
            ("UPDATE licenses SET terminals = 1", "more devices have a pass"),
            ("DELETE FROM licenses", "FOREIGN KEY constraint failed"),
        ],
    );
}

#[tokio::test]
async fn moves_end_once_and_have_their_successor() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let license = world.buy(&database).await;
    let old = world.connect(&database, &license, "laptop").await;
    let other = world.connect(&database, &license, "phone").await;
    let (here, from) = (license.clone(), old.clone());
    let redeemed = database
        .write(move |tx| {
            let open = acts::offer(tx, &from, "AAAA");
            acts::redeem(tx, &here, &from, &open, "tablet");
            Ok(open)
        })
        .await;
    let leaving = other.clone();
    let open = database.write(move |tx| Ok(acts::offer(tx, &leaving, "BBBB"))).await;
    let check_failed = "CHECK constraint failed";
    let copy = "INSERT INTO moves SELECT vendor_id, 'mov_new', license_id, {PASS}, {CODE}, code_hash, tries, 'offered', offered_at,
        expires_at, NULL, NULL, product_id FROM moves WHERE move_id = '{OPEN}'";
    let filled = [
        ("{OPEN}", open.move_id.to_string()),
        ("{REDEEMED}", redeemed.move_id.to_string()),
        ("{OLD}", old.pass_id.to_string()),
        ("{OTHER}", other.pass_id.to_string()),
    ];
    let copied = |pass: &str, code: &str| copy.replace("{PASS}", pass).replace("{CODE}", code);
    check(
        &database,
        &filled,
        &[
            (&copied("'{OLD}'", "'CCCC'"), "only a pass that is moving is offered"),
            (&copied("'{OTHER}'", "'CCCC'"), "moves.vendor_id, moves.pass_id"),
            (&copied("'{OTHER}'", "'CCC'"), check_failed),
            (
                "UPDATE moves SET state = 'offered', settled_at = NULL, successor = NULL WHERE move_id = '{REDEEMED}'",
                "a move ends once",
            ),
            ("UPDATE moves SET state = 'cancelled', successor = NULL WHERE move_id = '{REDEEMED}'", "a move ends once"),
            ("UPDATE moves SET successor = '{OTHER}' WHERE move_id = '{REDEEMED}'", "a move ends once"),
            (
                "UPDATE moves SET state = 'redeemed', settled_at = 1, successor = '{OLD}' WHERE move_id = '{OPEN}'",
                "follows the pass that was moved",
            ),
            (
                "UPDATE moves SET state = 'redeemed', settled_at = 1 WHERE move_id = '{OPEN}'",
                "follows the pass that was moved",
            ),
            ("UPDATE moves SET state = 'cancelled' WHERE move_id = '{OPEN}'", check_failed),
            ("UPDATE moves SET state = 'lost', settled_at = 1 WHERE move_id = '{OPEN}'", check_failed),
            ("UPDATE moves SET tries = -1 WHERE move_id = '{OPEN}'", check_failed),
            (
                "UPDATE moves SET expires_at = expires_at + 1 WHERE move_id = '{OPEN}'",
                "what was offered cannot be changed",
            ),
            ("UPDATE moves SET code_hash = code_hash WHERE move_id = '{OPEN}'", "what was offered cannot be changed"),
            ("UPDATE moves SET pass_id = '{OLD}' WHERE move_id = '{OPEN}'", "what was offered cannot be changed"),
            (
                "UPDATE passes SET status = 'valid' WHERE pass_id = '{OTHER}'",
                "a pass whose move is open cannot be used",
            ),
            (
                "UPDATE passes SET status = 'suspended' WHERE pass_id = '{OTHER}'",
                "a pass whose move is open cannot be used",
            ),
            ("UPDATE passes SET reason = 'bored' WHERE pass_id = '{OTHER}'", check_failed),
        ],
    );
    database.raw("UPDATE passes SET refreshes = 7").expect("refreshes are counted up");
    let back = "UPDATE passes SET refreshes = 6";
    check(
        &database,
        &filled,
        &[(back, "a pass's refreshes are counted up"), ("UPDATE passes SET refreshes = -1", "counted up")],
    );
}

#[tokio::test]
async fn slices_stay_as_they_were_granted_and_are_settled_once() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let license = world.buy(&database).await;
    let pass = world.connect(&database, &license, "laptop").await;
    let (open, settled) = database
        .write(move |tx| {
            let (license, settled) = acts::grant(tx, &license, &pass, 10);
            let license = acts::settle(tx, &license, &pass, &settled, 4);
            Ok((acts::grant(tx, &license, &pass, 10).1, settled))
        })
        .await;
    let check_failed = "CHECK constraint failed";
    let filled = [("{OPEN}", open.slice_id.to_string()), ("{SETTLED}", settled.slice_id.to_string())];
    let copy = "INSERT INTO slices SELECT vendor_id, 'sli_new', license_id, pass_id, {FEATURE}, {COUNT}, granted_at, ends_at, {SPENT},
        {SPENT} FROM slices WHERE slice_id = '{OPEN}'";
    let copied = |feature: &str, count: &str, spent: &str| {
        copy.replace("{FEATURE}", feature).replace("{COUNT}", count).replace("{SPENT}", spent)
    };
    let as_granted = "a slice is settled once and otherwise stays as it was granted";
    check(
        &database,
        &filled,
        &[
            (&copied("feature", "1", "NULL"), "slices.vendor_id, slices.pass_id, slices.feature"),
            (&copied("feature", "0", "0"), check_failed),
            (&copied("feature", "1", "2"), check_failed),
            (&copied("'fly'", "1", "1"), "FOREIGN KEY constraint failed"),
            ("UPDATE slices SET spent = 5 WHERE slice_id = '{SETTLED}'", as_granted),
            ("UPDATE slices SET spent = NULL, settled_at = NULL WHERE slice_id = '{SETTLED}'", as_granted),
            ("UPDATE slices SET count = 11 WHERE slice_id = '{OPEN}'", as_granted),
            ("UPDATE slices SET ends_at = ends_at + 1 WHERE slice_id = '{OPEN}'", as_granted),
            ("UPDATE slices SET slice_id = 'sli_new' WHERE slice_id = '{OPEN}'", as_granted),
            ("UPDATE slices SET spent = 11, settled_at = 1 WHERE slice_id = '{OPEN}'", check_failed),
            ("UPDATE slices SET spent = -1, settled_at = 1 WHERE slice_id = '{OPEN}'", check_failed),
            ("UPDATE slices SET spent = 1 WHERE slice_id = '{OPEN}'", check_failed),
            ("UPDATE license_features SET uses_spent = -1", check_failed),
        ],
    );
}

#[tokio::test]
async fn nothing_refers_across_vendors() {
    let database = Database::new();
    let (acme, other) = (World::create(&database, "acme").await, World::create(&database, "other").await);
    let license = acme.buy(&database).await;
    acme.connect(&database, &license, "laptop").await;
    let filled = [
        ("{OTHER}", other.vendor.vendor_id.to_string()),
        ("{CUSTOMER}", other.customer_id.to_string()),
        ("{PRODUCT}", other.product.product_id.to_string()),
    ];
    let foreign = "FOREIGN KEY constraint failed";
    check(
        &database,
        &filled,
        &[
            ("UPDATE orders SET vendor_id = '{OTHER}'", foreign),
            ("UPDATE orders SET customer_id = '{CUSTOMER}'", foreign),
            ("UPDATE orders SET product_id = '{PRODUCT}'", foreign),
            ("UPDATE licenses SET vendor_id = '{OTHER}'", foreign),
            ("UPDATE licenses SET customer_id = '{CUSTOMER}'", foreign),
            ("UPDATE license_features SET vendor_id = '{OTHER}'", foreign),
            ("UPDATE app_origins SET product_id = '{PRODUCT}' WHERE vendor_id <> '{OTHER}'", foreign),
            ("UPDATE passes SET vendor_id = '{OTHER}'", "what a pass is bound to"),
        ],
    );
}

#[tokio::test]
async fn one_key_signs() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let (active, next) = (world.signing_key('a', KeyState::Active), world.signing_key('b', KeyState::Next));
    database
        .write(move |tx| {
            tx.add_signing_key(&active)?;
            tx.add_signing_key(&next)
        })
        .await;
    check(
        &database,
        &[],
        &[
            ("UPDATE signing_keys SET state = 'active', activated_at = 1", "signing_keys.vendor_id"),
            ("UPDATE signing_keys SET activated_at = NULL WHERE state = 'active'", "CHECK constraint failed"),
            ("UPDATE signing_keys SET public_key = x'00'", "CHECK constraint failed"),
        ],
    );
}
