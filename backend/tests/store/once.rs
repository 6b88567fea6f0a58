//! Exactly once: idempotency keys and proofs.

use backend::store::records::{ANSWER_KEPT_SECONDS, Claim, Claimed, LeftOut, StoredAnswer};
use backend::store::{Outcome, Store, StoreError, not_found};
use shared::id::VendorId;
use shared::refusal::RefusalCode;
use shared::time::Timestamp;

use crate::database::{Database, begin, occupy};
use crate::world::{NOW, assert_duplicate, claim, thumbprint};

fn answer(body: &str) -> StoredAnswer {
    StoredAnswer { status: 201, body: body.as_bytes().to_vec(), unsigned: None }
}

/// Claims, and keeps the answer when it is the first.
async fn answer_once(store: Store, claim: Claim, body: String) -> Outcome<Claimed> {
    let run = move |tx: &mut dyn backend::store::Tx| {
        let claimed = tx.claim(&claim)?;
        if claimed == Claimed::First {
            tx.keep_answer(&claim, &answer(&body))?;
        }
        Ok(claimed)
    };
    store.write(run).await
}

#[tokio::test]
async fn a_replay_gets_the_first_answer() {
    let database = Database::new();
    let run = |key: &str, body: &str| answer_once(database.store.clone(), claim(key, "request"), body.to_owned());
    assert_eq!(run("k1", "one").await.expect("first"), Claimed::First);
    assert_eq!(run("k1", "two").await.expect("again"), Claimed::Replay(answer("one")));
    assert_eq!(run("k2", "three").await.expect("another key"), Claimed::First);
    let mut elsewhere = claim("k1", "request");
    elsewhere.scope = "acc_2".to_owned();
    let stranger = answer_once(database.store.clone(), elsewhere, "four".to_owned()).await;
    assert_eq!(stranger.expect("another caller"), Claimed::First);
    let claimed = database.read(|tx| tx.claim(&claim("k1", "request"))).await;
    assert_eq!(claimed, Claimed::Replay(answer("one")), "a read can look, too");
}

#[tokio::test]
async fn a_signature_is_left_out_with_all_that_it_takes_to_make_it_again() {
    let database = Database::new();
    let unsigned = Some(LeftOut { at: 3, vendor_id: VendorId::new(1, 2), kid: thumbprint("k") });
    let lacking = StoredAnswer { unsigned, ..answer("h.p.") };
    let kept = lacking.clone();
    database.write(move |tx| tx.keep_answer(&claim("k", "request"), &kept)).await;
    let claimed = database.read(|tx| tx.claim(&claim("k", "request"))).await;
    assert_eq!(claimed, Claimed::Replay(lacking));
    for half in ["kid = NULL", "vendor_id = NULL", "signature_at = NULL", "signature_at = 0"] {
        let refused = database.raw(&format!("UPDATE answers SET {half}")).expect_err(half);
        assert!(refused.contains("CHECK"), "{refused}");
    }
}

#[tokio::test]
async fn a_key_with_another_request_is_refused() {
    let database = Database::new();
    answer_once(database.store.clone(), claim("k", "request"), "one".to_owned()).await.expect("first");
    match answer_once(database.store.clone(), claim("k", "another request"), "two".to_owned()).await {
        Err(StoreError::Refused(refusal)) => assert_eq!(refusal.code, RefusalCode::IdempotencyKeyReused),
        other => panic!("should be refused, got {other:?}"),
    }
}

#[tokio::test]
async fn of_a_hundred_claims_at_once_one_is_the_first() {
    let database = Database::new();
    let (release, occupied) = occupy(database.store.clone()).await;
    let claims: Vec<_> = (0..100)
        .map(|n| begin(answer_once(database.store.clone(), claim("k", "request"), format!("answer {n}"))))
        .collect();
    drop(release);
    occupied.await.expect("the writer is free");
    let (mut firsts, mut replays) = (0, Vec::new());
    for claimed in claims {
        match claimed.await.expect("claimed") {
            Claimed::First => firsts += 1,
            Claimed::Replay(answer) => replays.push(answer),
        }
    }
    assert_eq!((firsts, replays.len()), (1, 99));
    assert!(replays.windows(2).all(|two| two[0] == two[1]), "all get the same answer");
}

#[tokio::test]
async fn a_claim_whose_effect_fails_leaves_the_key_free() {
    let database = Database::new();
    let refused = database
        .store
        .write(|tx| {
            let claim = claim("k", "request");
            tx.claim(&claim)?;
            tx.keep_answer(&claim, &answer("never"))?;
            Err::<(), _>(not_found())
        })
        .await;
    refused.expect_err("refused");
    let again = answer_once(database.store.clone(), claim("k", "request"), "now".to_owned()).await;
    assert_eq!(again.expect("free"), Claimed::First);
}

#[tokio::test]
async fn answers_are_kept_for_a_day_and_then_forgotten() {
    let database = Database::new();
    let at = |seconds: i64, key: &str| {
        let mut claim = claim(key, "request");
        claim.now = Timestamp::from_unix(NOW.as_unix() + seconds);
        answer_once(database.store.clone(), claim, "answer".to_owned())
    };
    at(0, "old").await.expect("first");
    at(ANSWER_KEPT_SECONDS, "later").await.expect("first");
    assert!(matches!(at(ANSWER_KEPT_SECONDS, "old").await, Ok(Claimed::Replay(_))), "a day is not over");
    at(ANSWER_KEPT_SECONDS + 1, "much later").await.expect("first");
    assert!(matches!(at(ANSWER_KEPT_SECONDS + 1, "old").await, Ok(Claimed::First)));
}

#[tokio::test]
async fn a_proof_is_good_once() {
    let database = Database::new();
    let spend = |key: &str, jti: &str, now: i64| {
        let (store, jkt, jti) = (database.store.clone(), thumbprint(key), jti.to_owned());
        let (now, expires_at) = (NOW.as_unix() + now, NOW.as_unix() + now + 60);
        async move {
            let (now, expires_at) = (Timestamp::from_unix(now), Timestamp::from_unix(expires_at));
            store.write(move |tx| tx.spend_proof(&jkt, &jti, expires_at, now)).await
        }
    };
    spend("a", "1", 0).await.expect("the first time");
    assert_duplicate(spend("a", "1", 0).await, "proofs.jti");
    spend("b", "1", 0).await.expect("another key's");
    spend("a", "2", 0).await.expect("another proof");
    assert_duplicate(spend("a", "1", 60).await, "proofs.jti");
    spend("a", "3", 61).await.expect("another proof");
    spend("a", "1", 61).await.expect("it has expired, and a proof so old is refused before it comes here");
}
