//! Other people's keys: the signatures of OpenID Connect providers. Nothing of ours is judged here.
//!
//! The algorithm is one of three and decides what kind of key may have signed: a public key is never taken for a shared secret,
//! and `none` is no algorithm.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value;

/// The signature algorithms that are accepted.
pub const ALGORITHMS: [&str; 3] = ["RS256", "ES256", "EdDSA"];

/// The most keys of a set that are looked at.
const MAX_KEYS: usize = 100;

/// A key of a provider that can sign what is accepted here.
#[derive(Clone, Debug)]
pub struct ForeignKey {
    kid: Option<String>,
    public: Public,
}

#[derive(Clone, Debug)]
enum Public {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl Public {
    const fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa { .. } => "RS256",
            Self::P256(_) => "ES256",
            Self::Ed25519(_) => "EdDSA",
        }
    }

    fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let checked = match self {
            // Moduli below 2048 bits are refused.
            Self::Rsa { n, e } => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
            Self::P256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature),
            Self::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
        };
        checked.is_ok()
    }
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

/// A member of a JWK set (RFC 7517), as far as it matters here.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default, rename = "use")]
    purpose: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
}

/// The keys of a JWK set that can sign what is accepted here; others are passed over. `None` for what is no such set.
pub fn read_keys(jwks: &[u8]) -> Option<Vec<ForeignKey>> {
    let set: Set = serde_json::from_slice(jwks).ok()?;
    let known = set.keys.into_iter().take(MAX_KEYS).filter_map(|key| serde_json::from_value(key).ok());
    Some(known.filter_map(read_key).collect())
}

fn read_key(jwk: Jwk) -> Option<ForeignKey> {
    let bytes = |text: Option<String>| URL_SAFE_NO_PAD.decode(text?).ok();
    let of_length = |text: Option<String>, length: usize| bytes(text).filter(|bytes| bytes.len() == length);
    let public = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
        ("RSA", None) => Public::Rsa { n: bytes(jwk.n)?, e: bytes(jwk.e)? },
        ("EC", Some("P-256")) => Public::P256([vec![4], of_length(jwk.x, 32)?, of_length(jwk.y, 32)?].concat()),
        ("OKP", Some("Ed25519")) => Public::Ed25519(of_length(jwk.x, 32)?),
        _ => return None,
    };
    let is_for_this = jwk.alg.is_none_or(|alg| alg == public.algorithm() || alg == "Ed25519" && jwk.kty == "OKP");
    let is_for_signing = jwk.purpose.is_none_or(|purpose| purpose == "sig");
    (is_for_this && is_for_signing).then_some(ForeignKey { kid: jwk.kid, public })
}

/// Why a provider's token says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignFault {
    /// It is no signed JWT of an accepted algorithm.
    Malformed,
    /// No key of the set is the one that it names.
    UnknownKey,
    /// None of the keys has signed it.
    Signature,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
}

/// The claims of a JWT that one of `keys` has signed. Its claims are not judged.
///
/// Errors: `Malformed`, `UnknownKey`, `Signature`.
pub fn open_foreign(token: &str, keys: &[ForeignKey]) -> Result<serde_json::Map<String, Value>, ForeignFault> {
    let (message, signature) = token.rsplit_once('.').ok_or(ForeignFault::Malformed)?;
    let (header, claims) = message.split_once('.').ok_or(ForeignFault::Malformed)?;
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| ForeignFault::Malformed);
    let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| ForeignFault::Malformed)?;
    let (signature, claims) = (decode(signature)?, decode(claims)?);
    // An extension that must be understood is one that is not.
    if header.crit.is_some() || !ALGORITHMS.contains(&header.alg.as_str()) {
        return Err(ForeignFault::Malformed);
    }
    let is_named = |key: &&ForeignKey| header.kid.is_none() || key.kid == header.kid;
    let mut named = keys.iter().filter(|key| key.public.algorithm() == header.alg).filter(is_named).peekable();
    if named.peek().is_none() {
        return Err(ForeignFault::UnknownKey);
    }
    if !named.any(|key| key.public.has_signed(message.as_bytes(), &signature)) {
        return Err(ForeignFault::Signature);
    }
    serde_json::from_slice(&claims).map_err(|_| ForeignFault::Malformed)
}

#[cfg(test)]
mod tests {
    use super::{ForeignFault, open_foreign, read_keys};
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use ed25519_dalek::{Signer as _, SigningKey};
    use serde_json::{Value, json};

    fn encode(value: &Value) -> String {
        URL_SAFE_NO_PAD.encode(value.to_string())
    }

    fn sign(key: &SigningKey, header: &Value) -> String {
        let message = format!("{}.{}", encode(header), encode(&json!({ "sub": "ada" })));
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes()).to_bytes()))
    }

    fn jwks(key: &SigningKey) -> Vec<u8> {
        let x = URL_SAFE_NO_PAD.encode(key.verifying_key().as_bytes());
        json!({ "keys": [
            { "kty": "oct", "k": "AAAA", "kid": "1" },
            { "kty": "OKP", "crv": "Ed25519", "x": x, "kid": "1", "use": "sig" },
            { "kty": "OKP", "crv": "Ed25519", "x": x, "kid": "for encryption", "use": "enc" },
        ] })
        .to_string()
        .into_bytes()
    }

    #[test]
    fn a_token_is_opened_by_the_key_that_it_names_and_by_nothing_else() {
        let (key, other) = (SigningKey::from_bytes(&[7; 32]), SigningKey::from_bytes(&[8; 32]));
        let keys = read_keys(&jwks(&key)).expect("a set");
        assert_eq!(keys.len(), 1, "what cannot sign is passed over");
        let check = |token: &str, wanted: Result<&str, ForeignFault>| {
            let found = open_foreign(token, &keys);
            let found = found.map(|claims| claims.get("sub").and_then(Value::as_str).unwrap_or_default().to_owned());
            assert_eq!(found, wanted.map(str::to_owned), "{token}");
        };
        check(&sign(&key, &json!({ "alg": "EdDSA", "kid": "1" })), Ok("ada"));
        check(&sign(&key, &json!({ "alg": "EdDSA" })), Ok("ada"));
        check(&sign(&key, &json!({ "alg": "EdDSA", "kid": "2" })), Err(ForeignFault::UnknownKey));
        check(&sign(&key, &json!({ "alg": "RS256", "kid": "1" })), Err(ForeignFault::UnknownKey));
        check(&sign(&other, &json!({ "alg": "EdDSA", "kid": "1" })), Err(ForeignFault::Signature));
        for alg in ["none", "None", "HS256", "eddsa", ""] {
            check(&sign(&key, &json!({ "alg": alg, "kid": "1" })), Err(ForeignFault::Malformed));
        }
        check(&sign(&key, &json!({ "alg": "EdDSA", "crit": ["b64"] })), Err(ForeignFault::Malformed));
        let whole = sign(&key, &json!({ "alg": "EdDSA" }));
        let unsigned = whole.rsplit_once('.').map(|(message, _)| format!("{message}.")).unwrap_or_default();
        check(&unsigned, Err(ForeignFault::Signature));
        for bad in ["", ".", "..", "a.b.c", &whole.replace('.', "")] {
            check(bad, Err(ForeignFault::Malformed));
        }
    }
}
