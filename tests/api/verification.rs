//! docs/verify.md: its programs for Rust, as they stand there, against what the portal signs and publishes. Those for Node and
//! Python are run in tests/e2e/verify.test.mjs.

use jsonwebtoken::jwk::JwkSet;
use serde_json::json;
use shared::lease::LeaseClaims;
use shared::pass::PassClaims;
use shared::time::Timestamp;
use shared::verdict::Code;

use crate::farm::Farm;
use crate::shop::{URL, claims, get};

#[path = "../verification/jsonwebtoken.rs"]
#[expect(unreachable_pub, reason = "it stands in the document as others would write it")]
mod by_jsonwebtoken;
#[path = "../verification/shared.rs"]
#[expect(unreachable_pub, reason = "it stands in the document as others would write it")]
mod by_shared;

const DOCUMENT: &str = include_str!("../../docs/verify.md");
const PASS: &str = "license-pass+jwt";
const LEASE: &str = "license-lease+jwt";
const AUDIENCE: &str = "acme/sketchpad";

/// Both programs' answer to one token: whether they take it.
struct Verifier {
    jwks: String,
    keys: JwkSet,
    issuer: String,
    now: Timestamp,
}

impl Verifier {
    #[track_caller]
    fn check(&self, name: &str, token: &str, typ: &str, audience: &str, expected: Result<(), Code>) {
        let Self { jwks, keys, issuer, now } = self;
        let told = by_jsonwebtoken::verify(token, typ, issuer, audience, keys);
        assert_eq!(told.as_ref().ok(), expected.is_ok().then(|| claims(token)).as_ref(), "{name}: {told:?}");
        let own = if typ == LEASE {
            by_shared::verify_token::<LeaseClaims>(token, issuer, audience, jwks, *now).map(drop)
        } else {
            by_shared::verify_token::<PassClaims>(token, issuer, audience, jwks, *now).map(drop)
        };
        assert_eq!(own, expected, "{name}");
    }
}

/// Another letter in the middle of this part.
fn changed(token: &str, part: usize) -> String {
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    let at = parts[part].len() / 2;
    let other = if parts[part].as_bytes()[at] == b'A' { "B" } else { "A" };
    parts[part].replace_range(at..=at, other);
    parts.join(".")
}

#[test]
fn the_document_has_the_programs_that_are_run_here() {
    let sources = [include_str!("../verification/jsonwebtoken.rs"), include_str!("../verification/shared.rs")];
    for source in sources {
        let (_, program) = source.split_once("\n\n").expect("a header, then the program");
        assert!(DOCUMENT.contains(&format!("```rust\n{program}```\n")), "docs/verify.md has not:\n{program}");
    }
    assert_eq!(DOCUMENT.matches("```rust\n").count(), sources.len());
}

#[actix_web::test]
async fn the_programs_for_rust_take_what_is_good_and_nothing_else() {
    let farm = Farm::open().await;
    let portal = farm.portal();
    // Libraries ask the machine for the time: the portal's clock shows it too, and for what has expired an hour less.
    let machine = backend::clock::Clock::system().now();
    let past = machine.checked_add_seconds(-3600).expect("a time");
    portal.app.clock.set(past);
    let old = farm.check_out(&json!({"ttl_seconds": 600})).await.text("lease");
    portal.app.clock.set(machine);
    let lease = farm.check_out(&json!({"count": 20})).await.text("lease");
    let holder = farm.bought.connect(1).await;
    let pass = holder.pass();
    let gone = portal.forge(&pass, |claims| claims.exp = past).await;
    let jwks = portal.send(get("/v/acme/.well-known/jwks.json")).await;
    let jwks = core::str::from_utf8(&jwks.body).expect("JSON is text").to_owned();
    let keys = serde_json::from_str(&jwks).expect("a JWK set");
    let verifier = Verifier { jwks, keys, issuer: format!("{URL}/v/acme"), now: machine };

    for (typ, other, token, expired) in [(PASS, LEASE, &pass, &gone), (LEASE, PASS, &lease, &old)] {
        verifier.check("a good one", token, typ, AUDIENCE, Ok(()));
        verifier.check("expired", expired, typ, AUDIENCE, Err(Code::Expired));
        verifier.check("as another kind", token, other, AUDIENCE, Err(Code::WrongType));
        verifier.check("for another product", token, typ, "acme/other", Err(Code::WrongAudience));
        verifier.check("changed claims", &changed(token, 1), typ, AUDIENCE, Err(Code::SignatureInvalid));
        verifier.check("another signature", &changed(token, 2), typ, AUDIENCE, Err(Code::SignatureInvalid));
        let elsewhere = Verifier {
            issuer: format!("{URL}/v/beta"),
            jwks: verifier.jwks.clone(),
            keys: verifier.keys.clone(),
            now: machine,
        };
        elsewhere.check("another vendor's", token, typ, AUDIENCE, Err(Code::WrongIssuer));
        let strangers = Verifier { jwks: "{\"keys\":[]}".to_owned(), keys: JwkSet { keys: Vec::new() }, ..elsewhere };
        strangers.check("by keys that are not there", token, typ, AUDIENCE, Err(Code::UnknownKey));
    }
}
