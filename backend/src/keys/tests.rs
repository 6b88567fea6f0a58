//! Sealing, signing and publishing; rotation is told as a story over HTTP.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use shared::id::VendorId;
use shared::status_list::{BITS, PackedList, StatusListClaims, verify_status_list};
use shared::time::Timestamp;
use shared::verify::parse_jwks;

use super::{KeyFault, Keyring, MasterKey, publish, seal};
use crate::rng::Rng;
use crate::store::records::{KeyState, SigningKey};

const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);

fn keyring(seed: u64) -> Keyring {
    let rng = Rng::seeded(seed);
    Keyring::new(MasterKey::generate(&rng), rng)
}

fn vendor(number: u128) -> VendorId {
    VendorId::new(1, number)
}

fn list_claims() -> StatusListClaims {
    StatusListClaims {
        iss: "https://p.example/v/acme".to_owned(),
        sub: "https://p.example/v/acme/status/1".to_owned(),
        iat: NOW,
        exp: NOW.checked_add_seconds(60).unwrap(),
        ttl: 60,
        status_list: PackedList { bits: BITS, lst: "eNpjAAAAAQAB".to_owned() },
    }
}

#[test]
fn what_is_signed_is_accepted_by_the_published_keys_and_has_three_header_members() {
    let keyring = keyring(1);
    let records = keyring.first_keys(vendor(1), NOW);
    let keys = keyring.open_keys(&records, NOW).unwrap();
    let claims = list_claims();
    let token = keys.signer().unwrap().sign(&claims).unwrap();

    let header = token.split('.').next().unwrap();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    let wanted = serde_json::json!({"typ": "statuslist+jwt", "alg": "EdDSA", "kid": records[0].kid});
    assert_eq!(header, wanted);

    let published = parse_jwks(keys.jwks()).unwrap();
    assert_eq!(published.len(), 2, "the next key is published before it signs");
    let judged = verify_status_list(&token, &claims.iss, &claims.sub, &published, NOW);
    assert_eq!(judged.as_ref(), Ok(&claims));
    assert_eq!(verify_status_list(&token, &claims.iss, &claims.sub, keys.verifying(), NOW), judged);
}

#[test]
fn a_sealed_key_opens_only_with_its_master_key_for_its_vendor_and_unchanged() {
    let keyring = keyring(1);
    let key = keyring.make_key(vendor(1), KeyState::Active, NOW);
    assert_eq!(seal::open_key(&keyring.master, &key).unwrap().kid(), key.kid);

    let mut turned = key.clone();
    *turned.sealed_private_key.last_mut().unwrap() ^= 1;
    let other = keyring.make_key(vendor(1), KeyState::Next, NOW);
    for changed in [
        SigningKey { vendor_id: vendor(2), ..key.clone() },
        SigningKey { kid: other.kid.clone(), ..key.clone() },
        SigningKey { sealed_private_key: other.sealed_private_key.clone(), ..key.clone() },
        SigningKey { sealed_private_key: Vec::new(), ..key.clone() },
        SigningKey { sealed_private_key: vec![1; 24], ..key.clone() },
        turned,
    ] {
        assert_eq!(seal::open_key(&keyring.master, &changed).err(), Some(KeyFault::WrongMasterKey));
    }
    let stranger = MasterKey::generate(&Rng::seeded(2));
    assert_eq!(seal::open_key(&stranger, &key).err(), Some(KeyFault::WrongMasterKey));
}

#[test]
fn a_keyed_hash_is_hmac_sha_256_under_a_key_of_its_purpose() {
    // By Python's hmac, from the bytes 0 to 31.
    let master = MasterKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").unwrap();
    let known = Keyring::new(master, Rng::seeded(1));
    let secret = b"mov_x\nEFGHJKMNPQ";
    let hashed = known.hash("move code", secret);
    assert_eq!(hashed, "qoEvBdDCPwZ495tCoDTDsZLe2yPhnS0kXb8W-Zzbhz8");
    for other in [
        known.hash("another purpose", secret),
        known.hash("move code", b"mov_y\nEFGHJKMNPQ"),
        keyring(1).hash("move code", secret),
        keyring(2).hash("move code", secret),
    ] {
        assert_ne!(hashed, other);
    }
}

#[test]
fn keys_that_sign_in_turns_are_not_taken_for_each_other() {
    let keyring = keyring(1);
    let signers = [(vendor(1), 2), (vendor(2), 3)].map(|(vendor_id, seed)| {
        let record = seal::make_key(keyring.master.as_ref(), &Rng::seeded(seed), vendor_id, KeyState::Active, NOW);
        let by_hand = ed25519_dalek::SigningKey::from_bytes(&Rng::seeded(seed).bytes::<32>());
        (seal::open_key(keyring.master.as_ref(), &record).unwrap(), by_hand)
    });
    for (signer, by_hand) in signers.iter().chain(&signers) {
        let token = signer.sign(&list_claims()).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let wanted = ed25519_dalek::Signer::sign(by_hand, signed.as_bytes());
        assert_eq!(URL_SAFE_NO_PAD.decode(signature).unwrap(), wanted.to_bytes());
    }
}

#[test]
fn the_private_half_is_in_no_record() {
    let rng = Rng::seeded(7);
    let key = seal::make_key(&MasterKey::generate(&Rng::seeded(8)), &rng, vendor(1), KeyState::Active, NOW);
    let seed = Rng::seeded(7).bytes::<32>();
    assert_eq!(ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key().to_bytes(), key.public_key);
    assert!(!key.sealed_private_key.windows(16).any(|window| window == &seed[..16]));
}

#[track_caller]
fn check_published(state: KeyState, signed: bool, retired_at: Option<Timestamp>, wanted: bool) {
    let key = keyring(1).make_key(vendor(1), state, NOW);
    let key = SigningKey { activated_at: signed.then_some(NOW), retired_at, ..key };
    assert_eq!(publish::is_published(&key, NOW), wanted);
}

#[test]
fn a_key_is_published_until_its_last_token_has_expired_and_a_revoked_one_never() {
    let ago = |days: i64| NOW.checked_add_seconds(-days * 86_400);
    check_published(KeyState::Next, false, None, true);
    check_published(KeyState::Active, true, None, true);
    check_published(KeyState::Retired, true, ago(0), true);
    check_published(KeyState::Retired, true, ago(372), true);
    check_published(KeyState::Retired, true, ago(373), false);
    check_published(KeyState::Retired, false, ago(0), false);
    check_published(KeyState::Revoked, true, ago(0), false);
}

#[test]
fn a_master_key_survives_its_file_and_nothing_else_is_taken_for_one() {
    let folder = std::env::temp_dir().join(format!("passgate-keys-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("master.key");
    let made = MasterKey::load_or_create(&path, &Rng::seeded(1)).unwrap();
    let read = MasterKey::load_or_create(&path, &Rng::seeded(2)).unwrap();
    assert_eq!(made.bytes(), read.bytes());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    std::fs::write(&path, "secret").unwrap();
    assert!(MasterKey::load_or_create(&path, &Rng::seeded(3)).is_err());
    std::fs::remove_dir_all(&folder).unwrap();
    for bad in ["", "secret", &"A".repeat(42), &"A".repeat(44), &"=".repeat(43)] {
        assert_eq!(MasterKey::parse(bad).err(), Some(KeyFault::MasterKeyForm), "{bad:?}");
    }
}
