//! Every rule, with the path that it names.

use serde_json::{Value, json};

use super::{MAX_PRICE, MenuContent};
use crate::time::Timestamp;

fn content() -> Value {
    json!({
        "currency": "EUR",
        "features": [{"feature": "draw", "name": "Draw"}, {"feature": "ai.render", "name": "Render"}],
        "offers": [offer("solo"), offer("pro")],
    })
}

fn offer(slug: &str) -> Value {
    json!({
        "offer": slug, "name": "An offer", "summary": "", "base": 0,
        "features": [{"feature": "draw", "included": true}, {"feature": "ai.render", "included": false, "price": 500}],
        "terms": [{"term": "P1M", "price": 1200}, {"term": "perpetual", "price": 39900}],
        "uses": [{"feature": "ai.render", "limits": [{"limit": 100, "price": 500}, {"limit": null, "price": 900}]}],
        "terminals": [{"limit": 1, "price": 0}, {"limit": 3, "price": 2000}],
        "seats": [{"limit": 5, "price": 0}],
        "agreement": {"version": 1, "digest": "x", "title": "License"},
    })
}

fn changed(pointer: &str, value: Value) -> MenuContent {
    let mut content = content();
    *content.pointer_mut(pointer).expect("the member is there") = value;
    serde_json::from_value(content).expect("it reads as a menu's content")
}

#[track_caller]
fn check(pointer: &str, value: Value, wanted: &[&str]) {
    let faults = changed(pointer, value).find_faults();
    let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, wanted, "{faults:?}");
}

#[test]
fn each_fault_names_its_member() {
    check("/currency", json!("EUR"), &[]);
    check("/currency", json!("JPY"), &[]);
    check("/currency", json!("XXX"), &["currency"]);
    check("/features/0/name", json!("  "), &["features[0].name"]);
    check("/features/0/name", json!("\u{202e}wa\u{202c}rD"), &["features[0].name"]);
    check("/offers", json!([]), &["offers"]);
    check("/offers/1/offer", json!("solo"), &["offers[1].offer"]);
    check("/offers/0/name", json!(""), &["offers[0].name"]);
    check("/offers/0/name", json!("n".repeat(10_000)), &["offers[0].name"]);
    check("/offers/1/summary", json!("s".repeat(301)), &["offers[1].summary"]);
    check("/offers/1/summary", json!("two\nlines"), &["offers[1].summary"]);
    check("/offers/0/base", json!(-1), &["offers[0].base"]);
    check("/offers/0/base", json!(MAX_PRICE), &[]);
    check("/offers/0/base", json!(MAX_PRICE + 1), &["offers[0].base"]);
    check("/offers/0/base", json!(i64::MAX), &["offers[0].base"]);
    check("/offers/0/features/1/price", json!(-1), &["offers[0].features[1].price"]);
    check("/offers/0/features/0/feature", json!("fly"), &["offers[0].features[0].feature"]);
    check("/offers/0/features/0/feature", json!("ai.render"), &["offers[0].features[1].feature"]);
    check("/offers/0/terms", json!([]), &["offers[0].terms"]);
    check("/offers/0/terms/1/price", json!(i64::MIN), &["offers[0].terms[1].price"]);
    check("/offers/0/terms/1/term", json!("P1M"), &["offers[0].terms[1].term"]);
    check("/offers/0/uses/0/limits", json!([]), &["offers[0].uses[0].limits"]);
    check("/offers/0/uses/0/limits/0/limit", json!(0), &["offers[0].uses[0].limits[0].limit"]);
    check("/offers/0/uses/0/limits/0/limit", json!(1_u64 << 53), &["offers[0].uses[0].limits[0].limit"]);
    check("/offers/0/uses/0/limits/0/limit", json!(null), &["offers[0].uses[0].limits[1].limit"]);
    check("/offers/0/uses/0/limits/0/price", json!(-1), &["offers[0].uses[0].limits[0].price"]);
    check("/offers/0/uses/0/feature", json!("fly"), &["offers[0].uses[0].feature"]);
    check("/offers/0/terminals/0/limit", json!(0), &["offers[0].terminals[0].limit"]);
    check("/offers/0/terminals/0/limit", json!(3), &["offers[0].terminals[1].limit"]);
    check("/offers/0/seats/0/price", json!(-5), &["offers[0].seats[0].price"]);
    check("/offers/0/agreement/title", json!(""), &["offers[0].agreement.title"]);
}

#[test]
fn every_fault_is_told_at_once() {
    let mut content = content();
    content["currency"] = "ABC".into();
    content["offers"][0]["name"] = "".into();
    content["offers"][1]["terms"] = json!([]);
    content["offers"][1]["base"] = json!(-1);
    let content: MenuContent = serde_json::from_value(content).expect("it reads as a menu's content");
    let fields: Vec<_> = content.find_faults().into_iter().map(|fault| fault.field).collect();
    assert_eq!(fields, ["currency", "offers[0].name", "offers[1].base", "offers[1].terms"]);
}

#[test]
fn what_is_too_much_is_told_once_and_costs_little() {
    let many: Vec<_> = (0..600).map(|days| json!({"term": format!("P{}D", days + 1), "price": -1})).collect();
    check("/offers/0/terms", json!(many), &["offers[0]"]);
    let many: Vec<_> = (0..2000).map(|number| offer(&format!("offer-{number}"))).collect();
    check("/offers", json!(many), &["offers"]);
    let many: Vec<_> = (0..2000).map(|number| json!({"feature": format!("f{number}"), "name": ""})).collect();
    assert_eq!(changed("/features", json!(many)).find_faults().len(), 100);
    let long = |number: usize| format!("{number:x>64}");
    let features: Vec<_> = (10..70).map(|number| json!({"feature": long(number), "included": true})).collect();
    let named: Vec<_> = (10..70).map(|number| json!({"feature": long(number), "name": "Long"})).collect();
    let mut content = content();
    content["features"] = json!(named);
    content["offers"] = json!([offer("solo")]);
    content["offers"][0]["uses"] = json!([]);
    content["offers"][0]["features"] = json!(features);
    let content: MenuContent = serde_json::from_value(content).expect("it reads as a menu's content");
    let fields: Vec<_> = content.find_faults().into_iter().map(|fault| fault.field).collect();
    assert_eq!(fields, ["offers[0].features"], "its passes could not be read by anybody");
}

#[test]
fn what_may_not_be_meant_is_told_apart() {
    let now = Timestamp::from_unix(1_795_312_800);
    let odd = |content: MenuContent| -> Vec<String> {
        assert_eq!(content.find_faults(), []);
        content.find_oddities(now).into_iter().map(|odd| odd.field).collect()
    };
    let twins: MenuContent = serde_json::from_value(content()).expect("it reads as a menu's content");
    assert_eq!(odd(twins), ["offers[1]"], "two offers that sell the same");
    let trial = json!([{"term": "P1M", "price": 0, "trial": true}]);
    assert_eq!(odd(changed("/offers/1/terms", trial)), [""; 0]);
    let over = json!([{"term": "until:2026-11-21", "price": 5}, {"term": "until:2026-11-22", "price": 5}]);
    assert_eq!(odd(changed("/offers/1/terms", over)), ["offers[1].terms[0].term"]);
    let spare = json!([{"feature": "draw", "included": true, "price": 5}]);
    let mut content = content();
    content["offers"] = json!([offer("solo")]);
    content["offers"][0]["features"] = spare;
    content["offers"][0]["uses"] = json!([]);
    let content = serde_json::from_value(content).expect("it reads as a menu's content");
    assert_eq!(odd(content), ["features[1]", "offers[0].features[0].price"]);
}

#[test]
fn an_agreement_that_was_never_added_is_told() {
    let content: MenuContent = serde_json::from_value(content()).expect("it reads as a menu's content");
    let known = content.offers[0].agreement.clone();
    assert_eq!(content.find_unknown_agreements(core::slice::from_ref(&known)), []);
    let fields = |known: &[_]| -> Vec<_> {
        content.find_unknown_agreements(known).into_iter().map(|unknown| unknown.field).collect()
    };
    assert_eq!(fields(&[]), ["offers[0].agreement", "offers[1].agreement"]);
    let renamed = crate::menu::AgreementName { version: 2, ..known };
    assert_eq!(fields(&[renamed]).len(), 2, "digest, version and title belong together");
}
