//! JWK sets: which are read, and every refusal.

use shared::verify::{KeyRefusal, VerifyingKey, parse_jwks};

use crate::forge::{Jwk, encode, jwk, key, kid, next_key};

fn text(keys: &[Jwk]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| serde_json::to_string(key).unwrap()).collect();
    format!(r#"{{"keys":[{}]}}"#, keys.join(","))
}

#[track_caller]
fn check_refused(set: &str, wanted: KeyRefusal) {
    assert_eq!(parse_jwks(set).map(|keys| keys.len()), Err(wanted), "{set}");
}

/// A set of one key with a member changed.
fn changed(old: &str, new: &str) -> String {
    let set = text(&[jwk(&key())]);
    assert!(set.contains(old), "{old}");
    set.replacen(old, new, 1)
}

#[test]
fn a_published_set_is_read_in_order() {
    let keys = parse_jwks(&text(&[jwk(&key()), jwk(&next_key())])).unwrap();
    assert_eq!(keys.iter().map(VerifyingKey::kid).collect::<Vec<_>>(), [kid(&key()), kid(&next_key())]);
    assert_eq!(parse_jwks(r#"{"keys":[]}"#).unwrap().len(), 0);
}

#[test]
fn keys_of_other_kinds_are_skipped() {
    let set =
        text(&[jwk(&key())]).replacen('[', r#"[{"kty":"RSA","n":"AQAB","e":"AQAB"},{"kty":"OKP","crv":"X25519"},"#, 1);
    assert_eq!(parse_jwks(&set).unwrap().len(), 1);
}

#[test]
fn alg_and_use_may_be_left_out_and_other_members_be_there() {
    assert_eq!(
        parse_jwks(&changed(r#","alg":"EdDSA","use":"sig""#, r#","nbf":1,"key_ops":["verify"]"#)).unwrap().len(),
        1
    );
}

#[test]
fn what_is_no_set_is_refused() {
    for bad in
        ["", "null", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[1]}"#, r#"{"keys":[{}]}"#, r#"{"keys":[],"keys":[]}"#]
    {
        check_refused(bad, KeyRefusal::Json);
    }
    check_refused(&changed(r#""kty":"OKP""#, r#""kty":"OKP","kty":"OKP""#), KeyRefusal::Json);
    check_refused(&format!("{}x", text(&[])), KeyRefusal::Json);
}

#[test]
fn a_bad_key_refuses_the_whole_set() {
    let x = encode(key().verifying_key().as_bytes());
    check_refused(&changed(r#""alg":"EdDSA""#, r#""alg":"ES256""#), KeyRefusal::Member);
    check_refused(&changed(r#""use":"sig""#, r#""use":"enc""#), KeyRefusal::Member);
    check_refused(&changed(&format!(r#""x":"{x}","#), ""), KeyRefusal::Member);
    check_refused(&changed(&format!(r#""kid":"{}","#, kid(&key())), ""), KeyRefusal::Member);
    check_refused(&changed(r#""use":"sig""#, r#""d":"AA""#), KeyRefusal::Private);
    check_refused(&changed(&x, &format!("{x}=")), KeyRefusal::Point);
    check_refused(&changed(&x, &x[..42]), KeyRefusal::Point);
    check_refused(&changed(&kid(&key()), &kid(&next_key())), KeyRefusal::Kid);
    check_refused(&changed(&kid(&key()), "1"), KeyRefusal::Kid);
    check_refused(&text(&[jwk(&key()), jwk(&key())]), KeyRefusal::Duplicate);
}

#[test]
fn points_of_small_order_and_second_spellings_are_refused() {
    let mut seen = 0;
    for point in curve25519_dalek::constants::EIGHT_TORSION {
        let bytes = point.compress().to_bytes();
        assert_eq!(VerifyingKey::from_bytes(&bytes).err(), Some(KeyRefusal::SmallOrder), "{bytes:?}");
        seen += 1;
    }
    assert_eq!(seen, 8);
    // y = p, p + 1 and 2^255 − 1: other spellings of 0, 1 and 18.
    for lowest in [0xed, 0xee, 0xff] {
        let mut bytes = [0xff; 32];
        bytes[0] = lowest;
        for highest in [0x7f, 0xff] {
            bytes[31] = highest;
            assert_eq!(VerifyingKey::from_bytes(&bytes).err(), Some(KeyRefusal::Point), "{bytes:?}");
        }
    }
    // x = 0 with the sign of a negative x: another spelling of the identity.
    let mut bytes = [0; 32];
    bytes[0] = 1;
    bytes[31] = 0x80;
    assert!(VerifyingKey::from_bytes(&bytes).is_err());
}
