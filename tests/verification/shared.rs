//! Verifying tokens with Passgate's own verifier: what stands in docs/verify.md, which a story holds to this file.

use shared::time::Timestamp;
use shared::verdict::Code;
use shared::verify::{Claims, Expect, parse_jwks, verify};

/// The claims of a pass (`C` is `shared::pass::PassClaims`) or a lease (`shared::lease::LeaseClaims`).
pub fn verify_token<C: Claims>(
    token: &str,
    issuer: &str,
    audience: &str,
    jwks: &str,
    now: Timestamp,
) -> Result<C, Code> {
    let keys = parse_jwks(jwks).map_err(|_| Code::UnknownKey)?;
    let expect = Expect { issuer, audience, keys: &keys, now, jkt: None };
    verify(token, &expect).map_err(|denial| denial.code)
}
