//! Verifying tokens with `jsonwebtoken`: what stands in docs/verify.md, which a story holds to this file.

use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};

/// The claims of a pass (`typ` `license-pass+jwt`) or a lease (`license-lease+jwt`).
pub fn verify(token: &str, typ: &str, issuer: &str, audience: &str, keys: &JwkSet) -> Result<serde_json::Value, Error> {
    let header = decode_header(token)?;
    let kid = header.kid.filter(|_| header.typ.as_deref() == Some(typ)).ok_or(ErrorKind::InvalidToken)?;
    let mut rules = Validation::new(Algorithm::EdDSA);
    (rules.leeway, rules.validate_nbf) = (30, true);
    rules.set_issuer(&[issuer]);
    rules.set_audience(&[audience]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let key = DecodingKey::from_jwk(keys.find(&kid).ok_or(ErrorKind::InvalidToken)?)?;
    Ok(decode(token, &key, &rules)?.claims)
}
