//! The refusals that follow from what a request is made of.

use std::collections::BTreeMap;

use shared::refusal::RefusalCode;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::response::Response;
use utoipa::openapi::{Content, OpenApi, Ref, RefOr};

use crate::http::cors::is_for_apps;

const FORM: &str = "application/x-www-form-urlencoded";
const PROBLEM: &str = "application/problem+json";

/// A refusal in the document: status, code, and when.
type Row = (u16, &'static str, &'static str);

const OF_EVERY: [Row; 2] =
    [(500, "INTERNAL", "a fault of ours"), (503, "UNAVAILABLE", "try again after `Retry-After`")];
const OF_A_WRITE: [Row; 1] = [(403, "FORBIDDEN", "a browser sent it for another site")];
const OF_A_BODY: [Row; 5] = [
    (408, "INVALID_INPUT", "the body did not arrive in time"),
    (400, "INVALID_INPUT", "the body is not strict JSON"),
    (413, "INVALID_INPUT", "the body is too large: 512 KiB for menus and license texts, 64 KiB for everything else"),
    (415, "INVALID_INPUT", "the body is not `application/json`"),
    (422, "INVALID_INPUT", "`fields` names the members that are wrong"),
];
const OF_A_FORM: [Row; 5] = [
    (408, "INVALID_INPUT", "the body did not arrive in time"),
    (400, "INVALID_INPUT", "a parameter is missing, or comes twice"),
    (413, "INVALID_INPUT", "the body is larger than 64 KiB"),
    (415, "INVALID_INPUT", "the body is not `application/x-www-form-urlencoded`"),
    (422, "INVALID_INPUT", "`fields` names the parameters that are wrong"),
];
const OF_A_PATH: [Row; 1] = [(404, "NOT_FOUND", "there is nothing, or it is somebody else's")];
const OF_A_QUERY: [Row; 1] = [(422, "INVALID_INPUT", "the query is wrong")];
const OF_A_SESSION: [Row; 1] = [(401, "SIGN_IN_REQUIRED", "nobody is signed in")];
const OF_A_KEY: [Row; 2] = [
    (400, "IDEMPOTENCY_KEY_REQUIRED", "the `Idempotency-Key` is missing"),
    (422, "IDEMPOTENCY_KEY_REUSED", "the `Idempotency-Key` came with another request before"),
];
const OF_A_REVISION: [Row; 3] = [
    (412, "CONFLICT", "somebody else changed it meanwhile"),
    (422, "INVALID_INPUT", "the `If-Match` is no `ETag` of ours"),
    (428, "INVALID_INPUT", "the `If-Match` is missing"),
];
const OF_A_PROOF: [Row; 2] = [
    (401, "PROOF_REQUIRED", "the `DPoP` proof is missing"),
    (401, "PROOF_INVALID", "the `DPoP` proof is wrong, old or used"),
];

/// Adds them to every operation.
pub(super) fn add(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let PathItem { get, put, post, patch, delete, .. } = item;
        let for_apps = is_for_apps(path);
        for (operation, is_write) in [(get, false), (put, true), (post, true), (patch, true), (delete, true)] {
            if let Some(operation) = operation {
                add_to(operation, is_write && !for_apps);
            }
        }
    }
}

fn add_to(operation: &mut Operation, is_for_our_pages: bool) {
    let mut rows = OF_EVERY.to_vec();
    let mut add = |applies: bool, more: &[Row]| rows.extend(more.iter().filter(|_| applies));
    add(is_for_our_pages, &OF_A_WRITE);
    let is_form = matches!(&operation.request_body, Some(RefOr::T(body)) if body.content.contains_key(FORM));
    add(operation.request_body.is_some() && !is_form, &OF_A_BODY);
    add(is_form, &OF_A_FORM);
    add(has(operation, |parameter| parameter.parameter_in == ParameterIn::Path), &OF_A_PATH);
    add(has(operation, |parameter| parameter.parameter_in == ParameterIn::Query), &OF_A_QUERY);
    add(has(operation, |parameter| parameter.name == "Idempotency-Key"), &OF_A_KEY);
    add(has(operation, |parameter| parameter.name == "DPoP"), &OF_A_PROOF);
    add(has(operation, |parameter| parameter.name == "If-Match"), &OF_A_REVISION);
    let needs_session =
        serde_json::to_value(&operation.security).is_ok_and(|value| value.to_string().contains("session"));
    add(needs_session, &OF_A_SESSION);
    let told: Vec<_> = rows.iter().map(|(status, code, _)| (*status, *code)).collect();
    rows.extend(named(operation).filter(|(status, code, _)| !told.contains(&(*status, *code))).collect::<Vec<_>>());
    let mut sentences: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for (status, code, when) in rows {
        sentences.entry(status).or_default().push(format!("`{code}`: {when}."));
    }
    for (status, sentences) in sentences {
        describe(operation, &status.to_string(), &sentences.join(" "));
    }
    fill_descriptions(operation);
}

/// The codes that the handler's own words name.
fn named(operation: &Operation) -> impl Iterator<Item = Row> {
    // What is only one paragraph long is the summary.
    let texts = [&operation.summary, &operation.description];
    let words = texts.into_iter().flat_map(|text| text.as_deref().unwrap_or_default().split('`'));
    let codes = words.filter_map(|word| word.parse::<RefusalCode>().ok());
    codes.map(|code| (code.status(), code.as_str(), "as described"))
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
