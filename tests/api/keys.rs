//! Signing keys: published before they sign, for as long as their tokens live, and never once revoked.

use backend::keys::{KeyChange, Keyring, MakeKey, MasterKey, retire_key, revoke_key, rotate_keys};
use backend::rng::Rng;
use backend::store::records::{KeyState, SigningKey};
use backend::store::{Outcome, StoreError, Tx};
use serde_json::{Value, json};
use shared::id::{LicenseId, VendorId};
use shared::time::Timestamp;

use crate::shop::{Customer, Device, Portal, demo_product, get};

const PATH: &str = "/v/acme/.well-known/jwks.json";

type Rule = fn(&mut dyn Tx, VendorId, &MakeKey<'_>, Timestamp) -> Outcome<Vec<KeyChange>>;

async fn vendor_id(portal: &Portal) -> VendorId {
    portal.app.store.read(|tx| Ok(demo_product(tx)?.0.vendor_id)).await.expect("the demo's vendor")
}

async fn signing_keys(portal: &Portal) -> Vec<SigningKey> {
    let vendor_id = vendor_id(portal).await;
    portal.app.store.read(move |tx| tx.signing_keys(vendor_id)).await.expect("the keys")
}

/// Changes the keys as an operator would.
async fn change_keys(portal: &Portal, rule: Rule) -> Outcome<()> {
    let (vendor_id, now) = (vendor_id(portal).await, portal.app.clock.now());
    let keys = portal.app.keys.clone();
    let make = move || keys.make_key(vendor_id, KeyState::Next, now);
    let done = portal.app.store.write(move |tx| rule(tx, vendor_id, &make, now)).await;
    portal.app.keys.forget(vendor_id);
    done.map(drop)
}

async fn published(portal: &Portal) -> Vec<String> {
    portal.keys().await.iter().map(|key| key.kid().to_owned()).collect()
}

async fn with_license() -> (Portal, Customer, LicenseId) {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let license_id = portal.buy(&customer, json!({"offer": "pro", "term": "P1Y", "terminals": 3})).await;
    (portal, customer, license_id)
}

fn kid(token: &str) -> String {
    use base64::Engine as _;
    let header = token.split('.').next().unwrap_or_default();
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(header).expect("a header is base64url");
    let header: Value = serde_json::from_slice(&header).expect("a header is JSON");
    header["kid"].as_str().expect("a header names its key").to_owned()
}

#[actix_web::test]
async fn the_next_key_is_published_before_it_signs_and_the_old_one_until_its_tokens_have_expired() {
    let (portal, customer, license_id) = with_license().await;
    change_keys(&portal, rotate_keys).await.expect("whoever knows the first key knows the one that was made with it");
    let old = portal.pass(&customer, license_id, &Device::new(1)).await;
    let before = published(&portal).await;
    assert_eq!((before.len(), before.contains(&kid(&old))), (3, true));

    let too_early = change_keys(&portal, rotate_keys).await;
    assert!(matches!(too_early, Err(StoreError::Refused(refusal)) if refusal.code.as_str() == "CONFLICT"));
    portal.wait(300);
    change_keys(&portal, rotate_keys).await.expect("the next key is known by now");

    let new = portal.pass(&customer, license_id, &Device::new(2)).await;
    assert!(kid(&new) != kid(&old) && before.contains(&kid(&new)), "the key that signs was published before");
    let after = published(&portal).await;
    assert!(after.len() == 4 && after.contains(&kid(&old)) && after.contains(&kid(&new)));
    for pass in [&old, &new] {
        assert_eq!(portal.verify(pass, None).await["code"], "VALID");
    }
    assert_eq!(portal.refresh(&old, &Device::new(1)).await.status, 200);

    portal.wait(373 * 86_400);
    let later = published(&portal).await;
    assert!(later.len() == 2 && !later.contains(&kid(&old)), "no token of it can be alive");
}

#[actix_web::test]
async fn a_revoked_key_is_published_and_accepted_no_more() {
    let (portal, customer, license_id) = with_license().await;
    let device = Device::new(1);
    let pass = portal.pass(&customer, license_id, &device).await;
    let newest = portal.refresh(&pass, &device).await.text("pass");
    let revoke: Rule = |tx, vendor_id, make, now| {
        let active = tx.signing_keys(vendor_id)?.into_iter().find(|key| key.state == KeyState::Active);
        revoke_key(tx, vendor_id, &active.map(|key| key.kid).unwrap_or_default(), make, now)
    };
    change_keys(&portal, revoke).await.expect("the next key takes over at once");
    assert!(!published(&portal).await.contains(&kid(&pass)));
    assert_eq!(portal.verify(&pass, None).await["code"], "UNKNOWN_KEY");
    let path = "/api/v1/passes/events";
    let remembered = get(path).token(&pass).proof(&device.proof(&portal, "GET", path, Some(&pass)));
    portal.send(remembered).await.check_refused(403, "UNKNOWN_KEY", "");
    let refreshed = portal.refresh(&newest, &device).await;
    assert_eq!(refreshed.status, 200, "its own device gets it anew: {refreshed:?}");
    let again = portal.pass(&customer, license_id, &device).await;
    for pass in [&refreshed.text("pass"), &again] {
        assert_eq!(portal.verify(pass, None).await["code"], "VALID");
    }
}

#[actix_web::test]
async fn a_next_key_can_be_withdrawn_and_an_active_one_only_rotated_away() {
    let portal = Portal::open().await;
    let next = signing_keys(&portal).await.into_iter().find(|key| key.state == KeyState::Next).expect("there is one");
    let retire_next: Rule = |tx, vendor_id, make, now| {
        let next = tx.signing_keys(vendor_id)?.into_iter().find(|key| key.state == KeyState::Next);
        retire_key(tx, vendor_id, &next.map(|key| key.kid).unwrap_or_default(), make, now)
    };
    change_keys(&portal, retire_next).await.expect("it never signed");
    let now_published = published(&portal).await;
    assert!(now_published.len() == 2 && !now_published.contains(&next.kid));

    let retire_active: Rule = |tx, vendor_id, make, now| {
        let active = tx.signing_keys(vendor_id)?.into_iter().find(|key| key.state == KeyState::Active);
        retire_key(tx, vendor_id, &active.map(|key| key.kid).unwrap_or_default(), make, now)
    };
    let refused = change_keys(&portal, retire_active).await;
    assert!(matches!(refused, Err(StoreError::Refused(refusal)) if refusal.code.as_str() == "CONFLICT"));
    let unknown: Rule = |tx, vendor_id, make, now| retire_key(tx, vendor_id, "nobody", make, now);
    let refused = change_keys(&portal, unknown).await;
    assert!(matches!(refused, Err(StoreError::Refused(refusal)) if refusal.code.as_str() == "NOT_FOUND"));
}

#[actix_web::test]
async fn keys_are_published_with_an_entity_tag_and_hold_nothing_private() {
    let portal = Portal::open().await;
    let answer = portal.send(get(PATH)).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/jwk-set+json"));
    for key in answer.json()["keys"].as_array().expect("a list of keys") {
        let members: Vec<_> = key.as_object().expect("a key").keys().map(String::as_str).collect();
        assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"]);
    }
    let again = portal.send(get(PATH).header("if-none-match", answer.header("etag"))).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    portal.send(get("/v/nobody/.well-known/jwks.json")).await.check_refused(404, "NOT_FOUND", "");
}

#[actix_web::test]
async fn another_master_key_is_told_at_start() {
    let portal = Portal::open().await;
    portal.app.keys.check_master_key(&portal.app.store).await.expect("its own master key opens it");
    let rng = Rng::seeded(99);
    let stranger = Keyring::new(MasterKey::generate(&rng), rng);
    let fault = stranger.check_master_key(&portal.app.store).await.expect_err("another one does not");
    assert!(fault.to_string().starts_with("the master key does not open this store's signing keys"), "{fault}");
}
