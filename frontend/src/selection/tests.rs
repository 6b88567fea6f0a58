//! Whatever comes from an address or a click, what is kept of it can be bought.

use serde_json::json;
use shared::menu::Menu;
use shared::quote::{Selection, quote};

use super::{decode, encode, fit, take_offer, toggle};

fn menu() -> Menu {
    let agreement = json!({"version": 1, "digest": "d", "title": "Terms"});
    serde_json::from_value(json!({
        "menu": 1, "digest": "d", "currency": "EUR", "vendor": {"slug": "acme", "name": "Acme"},
        "product": {"slug": "sketchpad", "name": "S", "summary": "", "features": []},
        "offers": [
            {"offer": "free", "name": "Free", "summary": "", "base": 0, "features": [{"feature": "draw", "included": true}],
             "terms": [{"term": "perpetual", "price": 0}], "agreement": agreement},
            {"offer": "pro", "name": "Pro", "summary": "", "base": 0,
             "features": [{"feature": "draw", "included": true}, {"feature": "ai", "included": false, "price": 500}],
             "terms": [{"term": "P1M", "price": 1200}, {"term": "perpetual", "price": 39900}],
             "uses": [{"feature": "ai", "limits": [{"limit": 100, "price": 5}, {"limit": null, "price": 9}]}],
             "terminals": [{"limit": 1, "price": 0}, {"limit": 3, "price": 2000}], "agreement": agreement},
        ],
    }))
    .expect("the menu is one")
}

fn selection(value: serde_json::Value) -> Selection {
    serde_json::from_value(value).expect("the selection is one")
}

#[test]
fn a_selection_survives_its_address() {
    let chosen =
        selection(json!({"offer": "pro", "features": ["ai"], "term": "P1M", "uses": {"ai": null}, "terminals": 3}));
    assert_eq!(decode(&encode(&chosen)), Some(chosen));
    assert_eq!(decode("?"), None);
    assert_eq!(decode("e30"), None);
}

#[test]
fn what_the_menu_does_not_offer_gives_way_to_its_first_choice() {
    for wanted in [
        json!({"offer": "gone", "term": "P1M"}),
        json!({"offer": "pro", "term": "P9Y", "features": ["gone", "ai", "ai", "draw"], "uses": {"draw": 1}}),
        json!({"offer": "pro", "term": "P1M", "features": ["ai"], "uses": {"ai": 7}, "terminals": 99, "seats": 5}),
        json!({"offer": "free", "term": "perpetual", "features": ["ai"], "coupon": "X"}),
    ] {
        let fitted = fit(&menu(), Some(selection(wanted.clone()))).expect("the menu has offers");
        assert!(quote(&menu(), &fitted).is_ok(), "{wanted} became {fitted:?}");
    }
}

#[test]
fn adding_a_counted_feature_brings_its_first_number_and_taking_it_away_takes_it() {
    let plain = fit(&menu(), Some(selection(json!({"offer": "pro", "term": "P1M"})))).expect("it fits");
    let ai = "ai".parse().expect("a feature");
    let added = toggle(&menu(), &plain, &ai).expect("it fits");
    assert_eq!(added.uses.get("ai"), Some(&Some(100)));
    assert_eq!(toggle(&menu(), &added, &ai), Some(plain));
}

#[test]
fn the_only_term_of_one_offer_does_not_become_the_dearest_of_another() {
    let free = fit(&menu(), None).expect("it fits");
    let pro = take_offer(&menu(), &free, &"pro".parse().expect("a slug")).expect("it fits");
    assert_eq!(pro.term.to_string(), "P1M");
}
