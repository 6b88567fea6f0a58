//! Moves: one on offer per pass, one end each, and a successor that follows.

use backend::store::StoreError;
use backend::store::records::{MoveRecord, Pass};
use shared::id::MoveId;
use shared::license::{MoveState, StatusReason};
use shared::verdict::PassStatus;

use crate::acts::{later, offer, offered_move, redeem};
use crate::database::Database;
use crate::world::{NOW, World, assert_duplicate, fresh};

#[tokio::test]
async fn a_move_comes_back_as_it_was_and_only_to_its_vendor_and_customer() {
    let database = Database::new();
    let (acme, other) = (World::create(&database, "acme").await, World::create(&database, "other").await);
    let license = acme.buy(&database).await;
    let pass = acme.connect(&database, &license, "laptop").await;
    let record = database.write(move |tx| Ok(offer(tx, &pass, "ABCD"))).await;
    let (own, foreign, move_id, pass_id) = (record.vendor_id, other.vendor.vendor_id, record.move_id, record.pass_id);
    let (owner, stranger) = (acme.account.account_id, other.account.account_id);
    assert_eq!(database.read(move |tx| tx.move_at(own, move_id)).await, Some(record.clone()));
    assert_eq!(database.read(move |tx| tx.move_at(foreign, move_id)).await, None);
    assert_eq!(database.read(move |tx| tx.move_of(owner, move_id)).await, Some(record.clone()));
    assert_eq!(database.read(move |tx| tx.move_of(stranger, move_id)).await, None);
    assert_eq!(database.read(move |tx| tx.open_move(own, pass_id)).await, Some(record.clone()));
    assert_eq!(database.read(move |tx| tx.moves_named("ABCD", 10)).await, std::slice::from_ref(&record));
    assert_eq!(database.read(move |tx| tx.moves_named("ABCE", 10)).await, []);
    let found = database.read(move |tx| Ok((tx.pass_of(owner, pass_id)?, tx.pass_of(stranger, pass_id)?))).await;
    assert_eq!((found.0.map(|pass| pass.pass_id), found.1), (Some(pass_id), None));

    let tried = MoveRecord { tries: 4, ..record.clone() };
    let written = tried.clone();
    database.write(move |tx| tx.update_move(&written)).await;
    assert_eq!(database.read(move |tx| tx.move_at(own, move_id)).await, Some(tried));
    let stolen = MoveRecord { vendor_id: foreign, ..record };
    let refused = database.store.write(move |tx| tx.update_move(&stolen)).await;
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn a_pass_has_one_open_move_and_a_code_names_one() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let license = world.buy(&database).await;
    let (first, second) =
        (world.connect(&database, &license, "laptop").await, world.connect(&database, &license, "phone").await);
    let early = offered_move(&second, "BBBB");
    let refused = database.store.write(move |tx| tx.add_move(&early)).await;
    assert!(matches!(&refused, Err(StoreError::Fault(fault)) if fault.contains("moving is offered")), "{refused:?}");

    let twice = offered_move(&first, "BBBB");
    let record = database.write(move |tx| Ok(offer(tx, &first, "AAAA"))).await;
    assert_duplicate(database.store.write(move |tx| tx.add_move(&twice)).await, "moves.open");
    let same_code = offered_move(&second, "AAAA");
    let moving = Pass { status: PassStatus::Moving, ..second };
    let taken = database.store.write(move |tx| {
        tx.update_pass(&moving)?;
        tx.add_move(&same_code)
    });
    assert_duplicate(taken.await, "moves.code");

    // An ended move's code may be given again.
    let ended = MoveRecord { state: MoveState::Cancelled, settled_at: Some(later(1)), ..record.clone() };
    let again = MoveRecord { move_id: MoveId::new(fresh(), 1), offered_at: later(2), ..record.clone() };
    let written = again.clone();
    database
        .write(move |tx| {
            tx.update_move(&ended)?;
            tx.add_move(&written)
        })
        .await;
    let named: Vec<_> = database.read(|tx| tx.moves_named("AAAA", 10)).await.into_iter().map(|it| it.move_id).collect();
    assert_eq!(named, [again.move_id, record.move_id], "the newest first");
}

#[tokio::test]
async fn a_pass_waits_for_its_move_and_has_its_successor_once() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let license = world.buy(&database).await;
    let pass = world.connect(&database, &license, "laptop").await;
    let (offered, moving) = (pass.clone(), Pass { status: PassStatus::Moving, ..pass.clone() });
    let record = database.write(move |tx| Ok(offer(tx, &offered, "AAAA"))).await;
    for status in [PassStatus::Valid, PassStatus::Suspended] {
        let early = Pass { status, ..moving.clone() };
        let refused = database.store.write(move |tx| tx.update_pass(&early)).await;
        assert!(matches!(&refused, Err(StoreError::Fault(fault)) if fault.contains("move is open")), "{refused:?}");
    }
    let open = record.clone();
    let successor = database.write(move |tx| Ok(redeem(tx, &license, &pass, &open, "phone"))).await;
    let (vendor_id, pass_id) = (record.vendor_id, record.pass_id);
    assert_eq!(database.read(move |tx| tx.successor(vendor_id, pass_id)).await, Some(successor));
    assert_eq!(database.read(move |tx| tx.open_move(vendor_id, pass_id)).await, None);
    let back = MoveRecord { state: MoveState::Cancelled, settled_at: Some(NOW), ..record };
    let refused = database.store.write(move |tx| tx.update_move(&back)).await;
    assert!(matches!(&refused, Err(StoreError::Fault(fault)) if fault.contains("a move ends once")), "{refused:?}");
    assert!(database.faults().await.is_empty());
}

#[tokio::test]
async fn moves_that_are_due_are_found_the_earliest_first() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let mut records = Vec::new();
    for (index, code) in ["AAAA", "BBBB", "CCCC"].into_iter().enumerate() {
        let license = world.buy(&database).await;
        let pass = world.connect(&database, &license, code).await;
        let seconds = [30, 10, 20][index];
        let record = MoveRecord { expires_at: later(seconds), ..offered_move(&pass, code) };
        records.push(record.clone());
        let moving = Pass { status: PassStatus::Moving, ..pass };
        database
            .write(move |tx| {
                tx.update_pass(&moving)?;
                tx.add_move(&record)
            })
            .await;
    }
    let due = |seconds: i64, limit: u32| database.read(move |tx| tx.due_moves(later(seconds), limit));
    assert_eq!(due(9, 10).await, []);
    assert_eq!(due(10, 10).await, [records[1].clone()]);
    assert_eq!(due(30, 10).await, [records[1].clone(), records[2].clone(), records[0].clone()]);
    assert_eq!(due(30, 2).await.len(), 2);
}

#[tokio::test]
async fn moves_and_recoveries_are_counted_since_their_window_began() {
    let database = Database::new();
    let world = World::create(&database, "acme").await;
    let license = world.buy(&database).await;
    let (vendor_id, license_id) = (license.vendor_id, license.license_id);
    let counted = |seconds: i64| {
        database.read(move |tx| {
            let since = later(seconds);
            Ok((tx.count_moves(vendor_id, license_id, since)?, tx.count_recoveries(vendor_id, license_id, since)?))
        })
    };
    let pass = world.connect(&database, &license, "laptop").await;
    let offered = pass.clone();
    let record = database.write(move |tx| Ok(offer(tx, &offered, "AAAA"))).await;
    assert_eq!(counted(100).await, (1, 0), "one on offer counts, whenever it was offered");
    let here = license.clone();
    let successor = database.write(move |tx| Ok(redeem(tx, &here, &pass, &record, "phone"))).await;
    assert_eq!((counted(0).await, counted(1).await), ((1, 0), (0, 0)));
    let (status, reason) = (PassStatus::Invalid, Some(StatusReason::Recovered));
    let lost = Pass { status, reason, ended_at: Some(later(50)), ..successor };
    database.write(move |tx| tx.update_pass(&lost)).await;
    assert_eq!((counted(50).await, counted(51).await), ((0, 1), (0, 0)));

    let cancelled = world.connect(&database, &license, "tablet").await;
    database
        .write(move |tx| {
            let record = offer(tx, &cancelled, "BBBB");
            let state = MoveState::Cancelled;
            tx.update_move(&MoveRecord { state, settled_at: Some(later(60)), ..record })?;
            tx.update_pass(&cancelled)
        })
        .await;
    assert_eq!(counted(0).await, (1, 1), "one that was taken back does not");
    assert!(database.faults().await.is_empty());
}
