//! What must hold for any bytes at all: for the verifier, the menu, the selection and the status list. Run by the suite on stable
//! (`main.rs`) and for as long as one likes by cargo-fuzz (`fuzz/` at the root).

use std::sync::LazyLock;

use serde::de::IgnoredAny;
use serde_json::Value;
use shared::lease::LeaseClaims;
use shared::menu::{Menu, MenuContent};
use shared::pass::{PassClaims, PassStatus};
use shared::portable::PortableClaims;
use shared::proof::{ProofExpect, check_proof};
use shared::quote::{Selection, quote};
use shared::slice::SliceClaims;
use shared::status_list::{StatusListClaims, get_status, set_status, verify_status_list};
use shared::strict::{TOKEN_DEPTH, parse_object};
use shared::time::Timestamp;
use shared::verify::{Claims, Expect, VerifyingKey, judge, parse_jwks, read};

/// The demo's menu.
const MENU: &str = include_str!("../../../backend/demo/menu.json");

/// Vectors, whose tokens the fuzzing begins with.
const VECTORS: [&str; 5] = [
    include_str!("../../../tests/vectors/judge.json"),
    include_str!("../../../tests/vectors/slice.json"),
    include_str!("../../../tests/vectors/portable-pass.json"),
    include_str!("../../../tests/vectors/lease.json"),
    include_str!("../../../tests/vectors/status-list.json"),
];

/// The tokens of the vectors, and what they are held against.
pub(crate) struct Tokens {
    keys: Vec<VerifyingKey>,
    issuer: String,
    audience: String,
    now: Timestamp,
    /// All of them, good and bad.
    all: Vec<String>,
}

/// Read once.
pub(crate) static TOKENS: LazyLock<Tokens> = LazyLock::new(|| {
    let files = VECTORS.map(|file| serde_json::from_str::<Value>(file).expect("vectors are JSON"));
    let head = &files[0];
    let text = |member: &str| head[member].as_str().expect("a text").to_owned();
    let cases = files.iter().flat_map(|file| file["cases"].as_array().expect("a file has cases"));
    Tokens {
        keys: parse_jwks(&head["keys"].to_string()).expect("the keys are in order"),
        issuer: text("issuer"),
        audience: text("audience"),
        now: Timestamp::from_unix(head["now"].as_i64().expect("a time")),
        all: cases.filter_map(|case| case["token"].as_str().map(str::to_owned)).collect(),
    }
});

/// The demo's menu, read once.
static DEMO: LazyLock<Menu> = LazyLock::new(|| serde_json::from_str(MENU).expect("the demo has a menu"));

/// Any bytes as a token: it is read without a panic, and only what was signed is taken.
pub(crate) fn verifier(data: &[u8]) {
    let Ok(token) = core::str::from_utf8(data) else { return };
    let Tokens { keys, issuer, audience, now, all } = &*TOKENS;
    let expect = Expect { issuer, audience, keys, now: *now, jkt: None };
    let pass = read::<PassClaims>(token, &expect);
    let others = [
        read::<SliceClaims>(token, &expect).is_ok(),
        read::<PortableClaims>(token, &expect).is_ok(),
        read::<LeaseClaims>(token, &expect).is_ok(),
    ];
    let kinds = usize::from(pass.is_ok()) + others.iter().filter(|is_of_kind| **is_of_kind).count();
    assert!(kinds <= 1, "one kind is taken for another: {token}");
    assert!(kinds == 0 || all.iter().any(|known| known == token), "nobody signed {token}");
    if let Ok(pass) = pass {
        for feature in [None, Some("ai.render"), Some("nothing")] {
            let verdict = judge(&pass, None, feature, *now);
            assert_eq!(verdict.approved, verdict.code.as_str() == "VALID");
        }
    }
    let url = "https://licenses.example.com/api/v1/uses";
    let proof = check_proof(token, &ProofExpect { method: "POST", url, token: None, nonce: None, now: *now });
    assert!(proof.is_err(), "nobody proved {token}");
}

/// Any bytes as claims: what is read is read again from what is written.
pub(crate) fn claims(data: &[u8]) {
    let Ok(payload) = parse_object(data, TOKEN_DEPTH) else { return };
    let plain = serde_json::from_slice::<IgnoredAny>(data);
    assert!(plain.is_ok(), "what the strict reader takes, every reader takes");
    if let Ok(pass) = <PassClaims as Claims>::read(&payload) {
        let written = serde_json::to_vec(&pass).expect("claims are JSON");
        let again = parse_object(&written, TOKEN_DEPTH).expect("what is written is read");
        assert_eq!(<PassClaims as Claims>::read(&again).as_ref(), Ok(&pass));
    }
}

/// Any bytes as a menu: faults are found and not fallen over, and one without any can be told by its digest.
pub(crate) fn menu(data: &[u8]) {
    if let Ok(content) = serde_json::from_slice::<MenuContent>(data) {
        let faults = content.find_faults();
        assert!(faults.len() < 10_000);
    }
    let Ok(menu) = serde_json::from_slice::<Menu>(data) else { return };
    if menu.check().is_err() {
        return;
    }
    let digest = menu.compute_digest().expect("a menu without faults has a digest");
    let again: Menu = serde_json::from_slice(&serde_json::to_vec(&menu).expect("a menu is JSON")).expect("and is read");
    assert_eq!(again.compute_digest().as_ref(), Ok(&digest));
}

/// Any bytes as a selection from the demo's menu: it has no price, or one that is the sum of its parts and not below zero.
pub(crate) fn selection(data: &[u8]) {
    let Ok(selection) = serde_json::from_slice::<Selection>(data) else { return };
    let Ok(price) = quote(&DEMO, &selection) else { return };
    let again = quote(&DEMO, &selection).expect("it had a price");
    assert_eq!(price, again);
    let sum: i64 = price.lines.iter().map(|line| line.price.amount).sum();
    assert_eq!(price.total.amount, sum, "{price:?}");
    assert!(sum >= 0, "{price:?}");
}

/// Any bytes as a status list, its claims and its bits: read without a panic, and each place keeps its status.
pub(crate) fn status_list(data: &[u8]) {
    let Tokens { keys, issuer, now, all, .. } = &*TOKENS;
    if let Ok(token) = core::str::from_utf8(data) {
        let list = verify_status_list(token, issuer, &format!("{issuer}/status/3"), keys, *now);
        assert!(list.is_err() || all.iter().any(|known| known == token), "nobody signed {token}");
    }
    if let Ok(payload) = parse_object(data, TOKEN_DEPTH)
        && let Ok(claims) = StatusListClaims::read(&payload)
    {
        let _ = claims.deflated();
    }
    let mut packed = data.to_vec();
    for (place, byte) in data.iter().enumerate().take(64) {
        let place = place as u64 * 3;
        let status = PassStatus::from_bits(byte & 3);
        set_status(&mut packed, place, status);
        assert_eq!(get_status(&packed, place), Some(status));
        assert!(get_status(&packed, u64::MAX - place).is_none());
    }
}

/// A target: its name, what it does, and what it begins with.
pub(crate) type Target = (&'static str, fn(&[u8]), fn() -> Vec<Vec<u8>>);

/// All targets.
pub(crate) const TARGETS: [Target; 5] = [
    ("verifier", verifier, all_tokens),
    ("claims", claims, all_payloads),
    ("menu", menu, || vec![MENU.as_bytes().to_vec()]),
    ("selection", selection, selections),
    ("status_list", status_list, || all_tokens().into_iter().chain(all_payloads()).collect()),
];

fn all_tokens() -> Vec<Vec<u8>> {
    TOKENS.all.iter().map(|token| token.as_bytes().to_vec()).collect()
}

fn all_payloads() -> Vec<Vec<u8>> {
    TOKENS.all.iter().filter_map(|token| shared::base64url::decode(token.split('.').nth(1)?)).collect()
}

fn selections() -> Vec<Vec<u8>> {
    [
        r#"{"offer":"pro","term":"P1Y","features":["ai.render"],"uses":{"ai.render":100},"terminals":3}"#,
        r#"{"offer":"studio","term":"perpetual","uses":{"ai.render":5000},"terminals":5,"seats":5}"#,
        r#"{"offer":"solo","term":"P1Y","terminals":1}"#,
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}
