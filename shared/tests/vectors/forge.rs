//! Forging tokens: good ones, and everything an attacker or a careless library might send. Seeded, so the same every time.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde::{Deserialize, Serialize};
use shared::thumbprint::ed25519_thumbprint;

pub(crate) const ISSUER: &str = "https://licenses.example.com/v/acme";
pub(crate) const AUDIENCE: &str = "acme/sketchpad";
pub(crate) const LIST: &str = "https://licenses.example.com/v/acme/status/3";
pub(crate) const JKT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
pub(crate) const OTHER_JKT: &str = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
/// When the passes were signed.
pub(crate) const IAT: i64 = 1_795_000_000;
/// When they end.
pub(crate) const EXP: i64 = 1_795_604_800;
/// When what was bought ends.
pub(crate) const TERM_EXP: i64 = 1_826_536_000;
/// When they are judged, where a case does not say otherwise.
pub(crate) const NOW: i64 = IAT + 100;

/// A good pass's claims, in the order of the documentation.
pub(crate) const PAYLOAD: &str = concat!(
    r#"{"iss":"https://licenses.example.com/v/acme","aud":"acme/sketchpad","sub":"cus_01kav00000fvntr9s4c3ks2v8w","#,
    r#""jti":"pas_01kav00000ejkr5t4n6kq7b9xz","iat":1795000000,"nbf":1795000000,"exp":1795604800,"#,
    r#""cnf":{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"},"pass_status":"valid","#,
    r#""status":{"status_list":{"idx":8812,"uri":"https://licenses.example.com/v/acme/status/3"}},"#,
    r#""lic":{"id":"lic_01kav00000c2n1k6x8h4m5d3ea","epoch":4,"offer":"pro","menu":7,"#,
    r#""term":{"kind":"fixed","nbf":1795000000,"exp":1826536000},"#,
    r#""features":{"export.pdf":{},"ai.render":{"uses":{"limit":100,"left":97}},"#,
    r#""ai.upscale":{"uses":{"limit":5,"left":0}},"cloud.save":{"uses":{"limit":null,"left":null}}}}}"#,
);

/// A file of vectors.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct VectorFile {
    pub(crate) about: String,
    pub(crate) kind: TokenKind,
    pub(crate) issuer: String,
    pub(crate) audience: String,
    pub(crate) now: i64,
    pub(crate) keys: KeySet,
    pub(crate) cases: Vec<Case>,
}

/// As what the tokens of a file are presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TokenKind {
    Pass,
    Slice,
    PortablePass,
    Lease,
    StatusList,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct KeySet {
    pub(crate) keys: Vec<Jwk>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Jwk {
    pub(crate) kty: String,
    pub(crate) crv: String,
    pub(crate) x: String,
    pub(crate) kid: String,
    pub(crate) alg: String,
    #[serde(rename = "use")]
    pub(crate) usage: String,
}

/// One token and its verdict; what a case leaves out stands in the file's head.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) audience: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) now: Option<i64>,
    /// The issuer's keys, which may be a set that no reader takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) keys: Option<KeySet>,
    /// The terminal's key; absent: not held against one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) jkt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) feature: Option<String>,
    /// What a status list says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<String>,
    pub(crate) approved: bool,
    pub(crate) code: String,
    /// The step that refuses; absent where the token is genuine and the verdict is about what it allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) step: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) left: Option<u64>,
}

impl Case {
    /// A token that is genuine and approved.
    pub(crate) fn good(name: &str, token: impl Into<String>) -> Self {
        Self { name: name.to_owned(), token: token.into(), approved: true, code: "VALID".to_owned(), ..Self::default() }
    }

    /// A token that `step` refuses with `code`.
    pub(crate) fn refused(name: &str, token: impl Into<String>, step: &str, code: &str) -> Self {
        Self { step: Some(step.to_owned()), ..Self::denied(name, token, code) }
    }

    /// A genuine token that does not allow what is asked.
    pub(crate) fn denied(name: &str, token: impl Into<String>, code: &str) -> Self {
        Self { approved: false, code: code.to_owned(), ..Self::good(name, token) }
    }

    pub(crate) fn at(self, now: i64) -> Self {
        Self { now: Some(now), ..self }
    }

    pub(crate) fn on(self, jkt: &str) -> Self {
        Self { jkt: Some(jkt.to_owned()), ..self }
    }

    pub(crate) fn for_feature(self, feature: &str) -> Self {
        Self { feature: Some(feature.to_owned()), ..self }
    }

    pub(crate) fn with_status(self, status: &str) -> Self {
        Self { status: Some(status.to_owned()), ..self }
    }

    pub(crate) fn with_left(self, left: u64) -> Self {
        Self { left: Some(left), ..self }
    }

    /// Judged by these public keys.
    pub(crate) fn by(self, keys: &[[u8; 32]]) -> Self {
        Self { keys: Some(KeySet { keys: keys.iter().map(jwk_of).collect() }), ..self }
    }

    pub(crate) fn expecting(self, issuer: &str, audience: &str) -> Self {
        Self { issuer: Some(issuer.to_owned()), audience: Some(audience.to_owned()), ..self }
    }
}

/// The key that signs now.
pub(crate) fn key() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

/// The key that will sign next: published already.
pub(crate) fn next_key() -> SigningKey {
    SigningKey::from_bytes(&[2; 32])
}

/// Somebody else's key.
pub(crate) fn foreign_key() -> SigningKey {
    SigningKey::from_bytes(&[3; 32])
}

pub(crate) fn jwk(key: &SigningKey) -> Jwk {
    jwk_of(key.verifying_key().as_bytes())
}

fn jwk_of(key: &[u8; 32]) -> Jwk {
    Jwk {
        kty: "OKP".to_owned(),
        crv: "Ed25519".to_owned(),
        x: encode(key),
        kid: ed25519_thumbprint(key),
        alg: "EdDSA".to_owned(),
        usage: "sig".to_owned(),
    }
}

pub(crate) fn kid(key: &SigningKey) -> String {
    ed25519_thumbprint(key.verifying_key().as_bytes())
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The header the server writes.
pub(crate) fn header(typ: &str, key: &SigningKey) -> String {
    header_of(typ, key.verifying_key().as_bytes())
}

/// The header that names any 32 bytes as the key.
pub(crate) fn header_of(typ: &str, key: &[u8; 32]) -> String {
    format!(r#"{{"typ":"{typ}","alg":"EdDSA","kid":"{}"}}"#, ed25519_thumbprint(key))
}

pub(crate) fn pass_header() -> String {
    header("license-pass+jwt", &key())
}

/// [`PAYLOAD`] with texts replaced.
pub(crate) fn payload(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(PAYLOAD.to_owned(), |text, (old, new)| change(&text, old, new))
}

/// `text` with `old` replaced, which must occur exactly once, so that a case means what it says.
pub(crate) fn change(text: &str, old: &str, new: &str) -> String {
    assert_eq!(text.matches(old).count(), 1, "{old} must occur once");
    text.replacen(old, new, 1)
}

/// Any header and payload, signed with `key`.
pub(crate) fn sign_with(key: &SigningKey, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    let signed = format!("{}.{}", encode(header), encode(payload));
    let signature = key.sign(signed.as_bytes()).to_bytes();
    format!("{signed}.{}", encode(signature))
}

/// A token of exactly `length` bytes, through a claim that verifiers tolerate and white space in the header.
pub(crate) fn of_length(length: usize, header: &str, payload: &str) -> String {
    let pad = (length - sign_with(&key(), header, payload).len()) * 3 / 4;
    let near = (pad - 12..pad).flat_map(|pad| (0..4).map(move |blanks| (pad, blanks)));
    let padded = |(pad, blanks)| {
        let header = header.to_owned() + &" ".repeat(blanks);
        let payload = payload.replacen('{', &format!(r#"{{"pad":"{}","#, "x".repeat(pad)), 1);
        sign_with(&key(), header, payload)
    };
    near.map(padded).find(|token| token.len() == length).expect("every length can be met")
}

/// A pass with these claims, signed as the server does.
pub(crate) fn pass(payload: impl AsRef<[u8]>) -> String {
    sign_with(&key(), pass_header(), payload)
}

pub(crate) fn good_pass() -> String {
    pass(PAYLOAD)
}

pub(crate) fn file(about: &str, cases: Vec<Case>) -> VectorFile {
    VectorFile {
        about: about.to_owned(),
        kind: TokenKind::Pass,
        issuer: ISSUER.to_owned(),
        audience: AUDIENCE.to_owned(),
        now: NOW,
        keys: KeySet { keys: vec![jwk(&key()), jwk(&next_key())] },
        cases,
    }
}
