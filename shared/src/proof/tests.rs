//! Proofs: one good, and one change for every refusal.

use super::{Proof, ProofExpect, ProofRefusal, check_proof};
use crate::thumbprint::{p256_thumbprint, sha256_base64url};
use crate::time::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use proptest::prelude::*;

const NOW: i64 = 1_795_000_000;
const URL: &str = "https://licenses.example.com/api/v1/passes/refresh";
const TOKEN: &str = "eyJ.a.pass";

fn key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).unwrap()
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn coordinates() -> ([u8; 32], [u8; 32]) {
    let point = key().verifying_key().to_encoded_point(false);
    ((*point.x().unwrap()).into(), (*point.y().unwrap()).into())
}

fn header() -> String {
    let (x, y) = coordinates();
    let (x, y) = (encode(x), encode(y));
    format!(r#"{{"typ":"dpop+jwt","alg":"ES256","jwk":{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"}}}}"#)
}

fn payload() -> String {
    let ath = sha256_base64url(TOKEN.as_bytes());
    format!(r#"{{"jti":"a-b-c","htm":"POST","htu":"{URL}","iat":{NOW},"ath":"{ath}","nonce":"n-1"}}"#)
}

fn sign(header: &str, payload: &str) -> String {
    let signed = format!("{}.{}", encode(header), encode(payload));
    let signature: Signature = key().sign(signed.as_bytes());
    format!("{signed}.{}", encode(signature.to_bytes()))
}

fn expect() -> ProofExpect<'static> {
    ProofExpect { method: "POST", url: URL, token: Some(TOKEN), nonce: Some("n-1"), now: Timestamp::from_unix(NOW) }
}

#[track_caller]
fn check(proof: &str, wanted: ProofRefusal) {
    assert_eq!(check_proof(proof, &expect()), Err(wanted), "{proof}");
}

/// The good proof with a text of its header replaced.
fn with_header(old: &str, new: &str) -> String {
    assert!(header().contains(old), "{old}");
    sign(&header().replacen(old, new, 1), &payload())
}

/// The good proof with a text of its claims replaced.
fn with_payload(old: &str, new: &str) -> String {
    assert!(payload().contains(old), "{old}");
    sign(&header(), &payload().replacen(old, new, 1))
}

#[test]
fn a_good_proof_names_its_key() {
    let (x, y) = coordinates();
    let wanted = Proof {
        jkt: p256_thumbprint(&x, &y),
        jti: "a-b-c".to_owned(),
        iat: Timestamp::from_unix(NOW),
        nonce: Some("n-1".to_owned()),
    };
    assert_eq!(check_proof(&sign(&header(), &payload()), &expect()), Ok(wanted));
}

#[test]
fn neither_token_nor_nonce_is_needed_where_none_is_wanted() {
    let plain = payload().split(r#","ath""#).next().unwrap().to_owned() + "}";
    let expect = ProofExpect { token: None, nonce: None, ..expect() };
    assert_eq!(check_proof(&sign(&header(), &plain), &expect).map(|proof| proof.nonce), Ok(None));
    assert!(check_proof(&sign(&header(), &payload()), &expect).is_ok(), "they do not hurt either");
}

#[test]
fn a_proof_lives_from_5_s_before_to_60_s_after() {
    let at = |now: i64| {
        check_proof(&sign(&header(), &payload()), &ProofExpect { now: Timestamp::from_unix(now), ..expect() }).err()
    };
    assert_eq!(at(NOW + 60), None);
    assert_eq!(at(NOW + 61), Some(ProofRefusal::Old));
    assert_eq!(at(i64::MAX), Some(ProofRefusal::Old));
    assert_eq!(at(NOW - 5), None);
    assert_eq!(at(NOW - 6), Some(ProofRefusal::Early));
    assert_eq!(at(i64::MIN), Some(ProofRefusal::Early));
    for iat in [i64::MIN, i64::MAX] {
        let proof = with_payload(&format!(r#""iat":{NOW}"#), &format!(r#""iat":{iat}"#));
        assert!(check_proof(&proof, &expect()).is_err());
    }
}

#[test]
fn what_is_no_jws_is_refused() {
    let good = sign(&header(), &payload());
    for bad in ["", "DPoP", "a.b", &format!("{good}, {good}"), &format!("{good}="), &format!("{good}.")] {
        check(bad, ProofRefusal::Shape);
    }
    check(&with_payload("a-b-c", &"x".repeat(8192)), ProofRefusal::Shape);
}

#[test]
fn a_header_has_exactly_its_three_members() {
    check(&with_header(r#""typ":"dpop+jwt","#, ""), ProofRefusal::Header);
    check(&with_header(r#""alg":"ES256","#, ""), ProofRefusal::Header);
    check(&with_header(r#""typ""#, r#""kid":"x","typ""#), ProofRefusal::Header);
    check(&with_header(r#""typ""#, r#""crit":["x"],"typ""#), ProofRefusal::Header);
    check(&with_header(r#""typ""#, r#""alg":"none","typ""#), ProofRefusal::Header);
    check(&with_header(r#""jwk":{"#, r#""jwk":null,"x":{"#), ProofRefusal::Header);
    check(&with_header("dpop+jwt", "JWT"), ProofRefusal::Type);
    check(&with_header("dpop+jwt", "license-pass+jwt"), ProofRefusal::Type);
    for alg in ["none", "HS256", "ES384", "RS256", "EdDSA", "es256"] {
        check(&with_header("ES256", alg), ProofRefusal::Algorithm);
    }
}

#[test]
fn the_key_is_public_and_on_the_curve() {
    let (x, y) = coordinates();
    let (x, y) = (encode(x), encode(y));
    check(&with_header(r#""kty""#, r#""d":"AA","kty""#), ProofRefusal::Key);
    check(&with_header(r#""kty""#, r#""kid":"1","kty""#), ProofRefusal::Key);
    check(&with_header(r#""EC""#, r#""OKP""#), ProofRefusal::Key);
    check(&with_header("P-256", "P-384"), ProofRefusal::Key);
    check(&with_header("P-256", "secp256k1"), ProofRefusal::Key);
    check(&with_header(&x, &y), ProofRefusal::Key);
    check(&with_header(&y, &format!("{y}=")), ProofRefusal::Key);
    check(&with_header(&y, &encode([0xff; 32])), ProofRefusal::Key);
    check(&with_header(&y, &encode([0; 31])), ProofRefusal::Key);
    let zero = encode([0; 32]);
    let nowhere = header().replacen(&x, &zero, 1).replacen(&y, &zero, 1);
    check(&sign(&nowhere, &payload()), ProofRefusal::Key);
}

#[test]
fn a_signature_by_another_key_or_over_other_bytes_is_refused() {
    let good = sign(&header(), &payload());
    let (signed, signature) = good.rsplit_once('.').unwrap();
    for bad in [String::new(), encode([0; 64]), encode([0; 63]), encode([0xff; 64]), format!("{signature}AA")] {
        check(&format!("{signed}.{bad}"), ProofRefusal::Signature);
    }
    let other = SigningKey::from_slice(&[8; 32]).unwrap();
    let stranger: Signature = other.sign(signed.as_bytes());
    check(&format!("{signed}.{}", encode(stranger.to_bytes())), ProofRefusal::Signature);
    let elsewhere = sign(&header(), &payload().replace("POST", "HEAD"));
    let (_, moved) = elsewhere.rsplit_once('.').unwrap();
    check(&format!("{signed}.{moved}"), ProofRefusal::Signature);
    let der: Signature = key().sign(signed.as_bytes());
    check(&format!("{signed}.{}", encode(der.to_der())), ProofRefusal::Signature);
}

#[test]
fn claims_are_there_and_match_the_request() {
    for (old, new) in [
        (r#""jti":"a-b-c","#, ""),
        (r#""htm":"POST","#, ""),
        (r#""jti":"a-b-c""#, r#""jti":1"#),
        (r#""iat":1795000000"#, r#""iat":1795000000.5"#),
        (r#""iat":1795000000"#, r#""iat":"1795000000""#),
        (r#""jti""#, r#""jti":"x","jti""#),
        (r#""nonce":"n-1""#, r#""nonce":null"#),
    ] {
        check(&with_payload(old, new), ProofRefusal::Payload);
    }
    check(&with_payload("POST", "post"), ProofRefusal::Method);
    check(&with_payload("POST", "GET"), ProofRefusal::Method);
    check(&with_payload("/refresh", "/other"), ProofRefusal::Url);
    check(&with_payload("licenses.example.com", "evil.example"), ProofRefusal::Url);
    check(&with_payload("a-b-c", ""), ProofRefusal::Id);
    check(&with_payload("a-b-c", &"x".repeat(129)), ProofRefusal::Id);
    assert!(check_proof(&with_payload("a-b-c", &"x".repeat(128)), &expect()).is_ok());
    check(&with_payload(r#""ath""#, r#""other""#), ProofRefusal::Token);
    check(&with_payload(&sha256_base64url(TOKEN.as_bytes()), &sha256_base64url(b"other")), ProofRefusal::Token);
    check(&with_payload("n-1", "n-0"), ProofRefusal::Nonce);
    check(&with_payload(r#","nonce":"n-1""#, ""), ProofRefusal::Nonce);
}

proptest! {
    #[test]
    fn no_changed_proof_is_accepted(place: prop::sample::Index, letter in prop::sample::select(b"ABab01-_.".to_vec())) {
        let good = sign(&header(), &payload());
        let mut bytes = good.clone().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] = letter;
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(check_proof(&changed, &expect()).is_ok(), changed == good);
    }
}
