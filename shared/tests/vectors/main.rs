//! The vectors in `tests/vectors/*.json`: every token with the verdict that server and SDK must agree on.
//!
//! The SDK runs the same files in Chromium. `cargo run -p passgate-shared --example write_vectors` writes them anew.

use std::collections::BTreeSet;
use std::path::PathBuf;

use forge::{Case, TokenKind, VectorFile};
use shared::lease::LeaseClaims;
use shared::pass::PassStatus;
use shared::portable::PortableClaims;
use shared::slice::SliceClaims;
use shared::status_list::verify_status_list;
use shared::time::Timestamp;
use shared::verdict::Verdict;
use shared::verify::{Denial, Expect, Step, judge, parse_jwks, verify, verify_pass};

#[path = "cases/all.rs"]
mod cases;
mod forge;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod properties;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors")
}

fn read(name: &str) -> VectorFile {
    let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).expect("the file exists");
    serde_json::from_str(&text).expect("the file is a vector file")
}

/// The verdict on a case, and the step that refused the token.
fn run(file: &VectorFile, case: &Case) -> (Verdict, Option<Step>) {
    let keys = serde_json::to_string(case.keys.as_ref().unwrap_or(&file.keys)).expect("plain");
    // A set that cannot be read is as good as none.
    let keys = parse_jwks(&keys).unwrap_or_default();
    let issuer = case.issuer.as_deref().unwrap_or(&file.issuer);
    let audience = case.audience.as_deref().unwrap_or(&file.audience);
    let now = Timestamp::from_unix(case.now.unwrap_or(file.now));
    let status = case.status.as_deref().map(|word| PassStatus::parse(word).expect("a status"));
    let expect = Expect { issuer, audience, keys: &keys, now, jkt: case.jkt.as_deref() };
    let refuse = |denial: Denial| (Verdict::from(denial.clone()), Some(denial.step));
    let genuine = match file.kind {
        TokenKind::Pass => {
            return verify_pass(&case.token, &expect)
                .map_or_else(refuse, |pass| (judge(&pass, status, case.feature.as_deref(), now), None));
        }
        TokenKind::Slice => verify::<SliceClaims>(&case.token, &expect).map(drop),
        TokenKind::PortablePass => verify::<PortableClaims>(&case.token, &expect).map(drop),
        TokenKind::Lease => verify::<LeaseClaims>(&case.token, &expect).map(drop),
        TokenKind::StatusList => verify_status_list(&case.token, issuer, audience, &keys, now).map(drop),
    };
    genuine.map_or_else(refuse, |()| (Verdict::approve(None, None), None))
}

#[test]
fn every_vector_has_its_verdict() {
    for (name, _) in cases::all() {
        let file = read(name);
        for case in &file.cases {
            let (verdict, step) = run(&file, case);
            let context = format!("{name}: {}", case.name);
            assert_eq!(verdict.code.as_str(), case.code, "{context}");
            assert_eq!(verdict.approved, case.approved, "{context}");
            assert_eq!(step.map(Step::as_str), case.step.as_deref(), "{context}");
            assert_eq!(verdict.left, case.left, "{context}");
            assert!(!verdict.detail.is_empty(), "{context}");
        }
    }
}

#[test]
fn the_files_are_what_the_generator_writes() {
    for (name, file) in cases::all() {
        assert!(read(name) == file, "{name}.json is out of date: run the example write_vectors");
    }
}

#[test]
fn names_of_cases_are_told_apart() {
    for (name, file) in cases::all() {
        let names: BTreeSet<_> = file.cases.iter().map(|case| &case.name).collect();
        assert_eq!(names.len(), file.cases.len(), "{name}");
    }
}

#[test]
fn every_step_refuses_some_vector_of_each_kind() {
    // A step that looks at a claim which the kind does not have refuses nothing.
    let unbounded = [Step::NotBefore];
    for (kind, unknown) in [
        (TokenKind::Pass, &[][..]),
        (TokenKind::Slice, &unbounded),
        (TokenKind::PortablePass, &unbounded),
        (TokenKind::Lease, &unbounded),
    ] {
        let files = cases::all().into_iter().filter(|(_, file)| file.kind == kind);
        let seen: BTreeSet<String> = files.flat_map(|(_, file)| file.cases).filter_map(|case| case.step).collect();
        let wanted = Step::ALL.iter().filter(|step| !unknown.contains(step)).map(|step| step.as_str().to_owned());
        assert_eq!(seen, wanted.collect(), "{kind:?}");
    }
}
