//! The refusals that follow from what a request is made of.

use std::collections::BTreeMap;

use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::response::Response;
use utoipa::openapi::{Content, OpenApi, Ref, RefOr};

const PROBLEM: &str = "application/problem+json";

/// A refusal in the document: status, code, and when.
type Row = (&'static str, &'static str, &'static str);

const OF_EVERY: [Row; 2] =
    [("500", "INTERNAL", "a fault of ours"), ("503", "UNAVAILABLE", "try again after `Retry-After`")];
const OF_UNSAFE: [Row; 2] =
    [("403", "FORBIDDEN", "a browser sent it for another site"), ("429", "RATE_LIMITED", "try again after `Retry-After`")];
const OF_A_BODY: [Row; 4] = [
    ("400", "INVALID_INPUT", "the body is not strict JSON"),
    ("413", "INVALID_INPUT", "the body is larger than 64 KiB"),
    ("415", "INVALID_INPUT", "the body is not `application/json`"),
    ("422", "INVALID_INPUT", "`fields` names the members that are wrong"),
];
const OF_A_PATH: [Row; 1] = [("404", "NOT_FOUND", "there is nothing, or it is somebody else's")];
const OF_A_QUERY: [Row; 1] = [("422", "INVALID_INPUT", "the query is wrong")];
const OF_A_SESSION: [Row; 1] = [("401", "SIGN_IN_REQUIRED", "nobody is signed in")];
const OF_A_KEY: [Row; 2] = [
    ("400", "IDEMPOTENCY_KEY_REQUIRED", "the `Idempotency-Key` is missing"),
    ("422", "IDEMPOTENCY_KEY_REUSED", "the `Idempotency-Key` came with another request before"),
];
const OF_A_PROOF: [Row; 2] = [
    ("401", "PROOF_REQUIRED", "the `DPoP` proof is missing"),
    ("401", "PROOF_INVALID", "the `DPoP` proof is wrong, old or used"),
];

/// Adds them to every operation.
pub(super) fn add(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        let PathItem { get, post, delete, .. } = item;
        for operation in [(get, false), (post, true), (delete, true)] {
            if let (Some(operation), is_unsafe) = operation {
                add_to(operation, is_unsafe);
            }
        }
    }
}

fn add_to(operation: &mut Operation, is_unsafe: bool) {
    let mut rows = OF_EVERY.to_vec();
    let mut add = |applies: bool, more: &[Row]| rows.extend(more.iter().filter(|_| applies));
    add(is_unsafe, &OF_UNSAFE);
    add(operation.request_body.is_some(), &OF_A_BODY);
    add(has(operation, |parameter| parameter.parameter_in == ParameterIn::Path), &OF_A_PATH);
    add(has(operation, |parameter| parameter.parameter_in == ParameterIn::Query), &OF_A_QUERY);
    add(has(operation, |parameter| parameter.name == "Idempotency-Key"), &OF_A_KEY);
    add(has(operation, |parameter| parameter.name == "DPoP"), &OF_A_PROOF);
    let needs_session = serde_json::to_value(&operation.security).is_ok_and(|value| value.to_string().contains("session"));
    add(needs_session, &OF_A_SESSION);
    let mut sentences: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (status, code, when) in rows {
        sentences.entry(status).or_default().push(format!("`{code}`: {when}."));
    }
    for (status, sentences) in sentences {
        describe(operation, status, &sentences.join(" "));
    }
    fill_descriptions(operation);
}

fn has(operation: &Operation, wanted: impl Fn(&Parameter) -> bool) -> bool {
    let is_wanted = |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(parameter) if wanted(parameter));
    operation.parameters.iter().flatten().any(is_wanted)
}

/// Adds to what the handler says about this status itself.
fn describe(operation: &mut Operation, status: &str, sentences: &str) {
    let answer = operation.responses.responses.entry(status.to_owned()).or_insert_with(|| Response::default().into());
    let RefOr::T(answer) = answer else { return };
    let joined = [answer.description.as_str(), sentences].join(" ");
    joined.trim().clone_into(&mut answer.description);
}

/// Every refusal is a problem; every answer has a description.
fn fill_descriptions(operation: &mut Operation) {
    for (status, answer) in &mut operation.responses.responses {
        let RefOr::T(answer) = answer else { continue };
        if status.starts_with(['4', '5']) {
            let problem = Content::new(Some(Ref::from_schema_name("Problem")));
            answer.content = [(PROBLEM.to_owned(), problem.into())].into_iter().collect();
        } else if answer.description.is_empty() {
            "Done.".clone_into(&mut answer.description);
        }
    }
}
