//! The OpenAPI document says what the server does: the same addresses, methods and codes.

use std::collections::BTreeSet;

use backend::http::TABLE;
use serde_json::{Value, json};
use shared::refusal::RefusalCode;

use crate::shop::{Portal, get};

async fn document() -> Value {
    Portal::open().await.send(get("/api/openapi.json")).await.json()
}

/// Every operation with its address and method.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().expect("the document has paths");
    let of_path = |(path, item): (&String, &Value)| {
        let methods = item.as_object().expect("a path has methods").clone();
        let path = path.clone();
        methods.into_iter().map(move |(method, operation)| (path.clone(), method, operation)).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

#[actix_web::test]
async fn the_document_lists_every_address_and_no_other() {
    let document = document().await;
    assert_eq!(document["openapi"], "3.1.0");
    let listed: BTreeSet<_> = operations(&document).into_iter().map(|(path, method, _)| (path, method)).collect();
    let served =
        TABLE.iter().flat_map(|(path, methods)| methods.iter().map(|method| (path.to_string(), method.to_string())));
    assert_eq!(listed, served.collect());
}

#[actix_web::test]
async fn every_operation_says_what_it_answers() {
    let document = document().await;
    for (path, method, operation) in operations(&document) {
        assert!(
            operation["summary"].is_string() || operation["description"].is_string(),
            "{method} {path} has no words"
        );
        let answers = operation["responses"].as_object().expect("an operation answers");
        for (status, answer) in answers {
            let described = answer["description"].as_str().is_some_and(|text| !text.is_empty());
            assert!(described, "{method} {path} {status} has no words");
            let is_problem = answer["content"]["application/problem+json"].is_object();
            assert_eq!(is_problem, status.starts_with(['4', '5']), "{method} {path} {status}");
        }
        let code =
            |status: &str| answers.get(status).map_or("", |answer| answer["description"].as_str().unwrap_or_default());
        assert!(code("503").contains("UNAVAILABLE") && code("500").contains("INTERNAL"), "{method} {path}");
        if operation["requestBody"].is_object() {
            assert!(
                ["400", "413", "415", "422"].iter().all(|status| code(status).contains("INVALID_INPUT")),
                "{method} {path}"
            );
        }
        if operation["security"].to_string().contains("session") {
            assert!(code("401").contains("SIGN_IN_REQUIRED"), "{method} {path}");
        }
        if path.contains('{') {
            assert!(code("404").contains("NOT_FOUND"), "{method} {path}");
        }
    }
}

#[actix_web::test]
async fn every_code_is_documented() {
    let document = document().await;
    let codes = document["components"]["schemas"]["RefusalCode"]["enum"].as_array().expect("the codes").clone();
    let expected: Vec<_> = RefusalCode::all().map(|code| json!(code.as_str())).collect();
    assert_eq!(codes, expected);
    assert_eq!(expected.iter().map(Value::to_string).collect::<BTreeSet<_>>().len(), expected.len(), "each once");
}

#[actix_web::test]
async fn every_reference_in_the_document_leads_somewhere() {
    let document = document().await;
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 20);
    for reference in references {
        let pointer = reference.strip_prefix('#').expect("nothing outside is referred to");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            references.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|value| collect(value, references));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}
