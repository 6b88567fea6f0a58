//! What a selection costs, and every way in which one is refused.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{QuoteItem, Selection, choose, quote, quote_with};
use crate::coupon::CouponTerms;
use crate::menu::Menu;
use crate::money::MAX_AMOUNT;
use crate::tax::Tax;

/// A menu with one offer of every kind of choice, and one that leaves nothing to choose.
fn menu() -> Menu {
    let agreement = json!({"version": 1, "digest": "d", "title": "Terms"});
    let names = ["draw", "layers", "export.pdf", "ai.render", "ai.upscale"];
    let names: Vec<_> = names.iter().map(|name| json!({"feature": name, "name": name})).collect();
    let menu = json!({
        "menu": 7, "digest": "", "currency": "EUR",
        "vendor": {"slug": "acme", "name": "Acme"},
        "product": {"slug": "sketchpad", "name": "Sketchpad", "summary": "Draw.", "features": names},
        "offers": [
            {"offer": "pro", "name": "Pro", "summary": "", "base": 100, "agreement": agreement,
             "features": [
                {"feature": "draw", "included": true},
                {"feature": "layers", "included": false, "price": 300},
                {"feature": "export.pdf", "included": false, "price": 200},
                {"feature": "ai.render", "included": false, "price": 500},
                {"feature": "ai.upscale", "included": false}],
             "terms": [{"term": "P1M", "price": 1200}, {"term": "perpetual", "price": 39900}],
             "uses": [
                {"feature": "ai.render", "limits": [{"limit": 100, "price": 40}, {"limit": null, "price": 9000}]},
                {"feature": "ai.upscale", "limits": [{"limit": 10, "price": 7}]}],
             "terminals": [{"limit": 1, "price": 0}, {"limit": 3, "price": 2000}],
             "seats": [{"limit": 5, "price": 50}, {"limit": 9, "price": 90}]},
            {"offer": "solo", "name": "Solo", "summary": "", "base": 5, "agreement": agreement,
             "features": [{"feature": "draw", "included": true}], "terms": [{"term": "P1Y", "price": 20}]}
        ]
    });
    let menu: Menu = serde_json::from_value(menu).unwrap();
    Menu { digest: menu.compute_digest().unwrap(), ..menu }
}

fn selection(members: Value) -> Selection {
    serde_json::from_value(members).unwrap()
}

/// A good selection, with some members replaced.
fn with(changes: Value) -> Selection {
    let mut members = json!({"offer": "pro", "term": "P1M", "terminals": 1, "seats": 5});
    if let (Some(members), Value::Object(changes)) = (members.as_object_mut(), changes) {
        members.extend(changes);
    }
    selection(members)
}

#[track_caller]
fn check(changes: Value, total: i64, lines: usize) {
    let quote = quote(&menu(), &with(changes)).unwrap();
    assert_eq!((quote.total.amount, quote.lines.len()), (total, lines));
    assert_eq!(quote.total.currency.as_str(), "EUR");
}

#[track_caller]
fn check_refused(changes: Value, field: &str) {
    let error = quote(&menu(), &with(changes)).unwrap_err();
    assert_eq!(error.field, field, "{error}");
}

#[test]
fn every_choice_adds_its_own_price() {
    check(json!({}), 100 + 1200 + 50, 4);
    check(json!({"term": "perpetual"}), 100 + 39900 + 50, 4);
    check(json!({"features": ["layers"]}), 100 + 1200 + 300 + 50, 5);
    check(json!({"features": ["ai.render"], "uses": {"ai.render": 100}}), 100 + 1200 + 500 + 40 + 50, 6);
    check(json!({"features": ["ai.render"], "uses": {"ai.render": null}}), 100 + 1200 + 500 + 9000 + 50, 6);
    check(json!({"terminals": 3}), 100 + 1200 + 2000 + 50, 4);
    check(json!({"seats": 9}), 100 + 1200 + 90, 4);
}

fn coupon(members: Value) -> CouponTerms {
    serde_json::from_value(members).unwrap()
}

#[test]
fn a_coupon_is_the_last_line_and_below_zero() {
    let half = coupon(json!({"code": "HALF", "percent_off": 50}));
    let wanted = with(json!({"coupon": "half", "seats": 9}));
    let quoted = quote_with(&menu(), &wanted, Some(&half)).unwrap();
    let line = quoted.lines.last().unwrap();
    assert_eq!((line.price.amount, quoted.total.amount), (-695, 695));
    assert_eq!(line.item, QuoteItem::Coupon { code: half.code.clone() });
    let plain = quote(&menu(), &with(json!({"seats": 9}))).unwrap();
    assert_eq!(quoted.lines.len(), plain.lines.len() + 1);
    assert_ne!(quoted.digest, plain.digest, "the digest covers what is taken off");
    let other = coupon(json!({"code": "HALF", "percent_off": 49}));
    assert_ne!(quoted.digest, quote_with(&menu(), &wanted, Some(&other)).unwrap().digest);
    let all = coupon(json!({"code": "HALF", "amount_off": {"amount": 99999, "currency": "EUR"}}));
    assert_eq!(quote_with(&menu(), &wanted, Some(&all)).unwrap().total.amount, 0, "never below zero");
}

#[test]
fn a_menu_without_a_tax_says_nothing_of_one() {
    let text = serde_json::to_string(&menu()).unwrap();
    assert!(!text.contains("tax"), "digests of older menus stay what they are: {text}");
    let quote = quote(&menu(), &with(json!({}))).unwrap();
    assert_eq!(quote.tax, None);
    assert!(!serde_json::to_string(&quote).unwrap().contains("tax"));
}

#[test]
fn a_selection_says_which_coupon_it_is_priced_with() {
    let half = coupon(json!({"code": "HALF", "percent_off": 50}));
    let price = |changes| quote_with(&menu(), &with(changes), Some(&half));
    assert_eq!(price(json!({})), quote(&menu(), &with(json!({}))), "a coupon that is not named takes nothing off");
    assert_eq!(price(json!({"coupon": "OTHER"})).unwrap_err().field, "coupon");
    assert_eq!(price(json!({"coupon": "no code!"})).unwrap_err().field, "coupon");
    let yen = coupon(json!({"code": "HALF", "amount_off": {"amount": 5, "currency": "JPY"}}));
    assert_eq!(quote_with(&menu(), &with(json!({"coupon": "HALF"})), Some(&yen)).unwrap_err().field, "coupon");
}

#[test]
fn a_single_choice_may_be_left_out() {
    check(json!({"features": ["ai.upscale"]}), 100 + 1200 + 7 + 50, 6);
    let menu = menu();
    let spelled_out = selection(json!({"offer": "solo", "term": "P1Y", "terminals": 1}));
    let short = selection(json!({"offer": "solo", "term": "P1Y"}));
    assert_eq!(quote(&menu, &short), quote(&menu, &spelled_out));
    let chosen = choose(&menu, &short).unwrap();
    assert_eq!((chosen.terminals, chosen.seats, chosen.features.len()), (1, 0, 1));
    let with_limit = with(json!({"features": ["ai.upscale"], "uses": {"ai.upscale": 10}}));
    assert_eq!(quote(&menu, &with_limit), quote(&menu, &with(json!({"features": ["ai.upscale"]}))));
}

#[test]
fn an_impossible_selection_names_the_member_at_fault() {
    check_refused(json!({"offer": "ultra"}), "offer");
    check_refused(json!({"coupon": "HALF"}), "coupon");
    check_refused(json!({"features": ["export.gif"]}), "features");
    check_refused(json!({"features": ["draw"]}), "features");
    check_refused(json!({"features": ["layers", "layers"]}), "features");
    check_refused(json!({"term": "P2M"}), "term");
    check_refused(json!({"term": "P1Y"}), "term");
    check_refused(json!({"term": "first_use:P1M"}), "term");
    check_refused(json!({"uses": {"draw": 1}}), "uses.draw");
    check_refused(json!({"uses": {"ai.render": 100}}), "uses.ai.render");
    check_refused(json!({"features": ["ai.render"]}), "uses.ai.render");
    check_refused(json!({"features": ["ai.render"], "uses": {"ai.render": 101}}), "uses.ai.render");
    check_refused(json!({"features": ["ai.upscale"], "uses": {"ai.upscale": null}}), "uses.ai.upscale");
    check_refused(json!({"terminals": 2}), "terminals");
    check_refused(json!({"terminals": null}), "terminals");
    check_refused(json!({"seats": 6}), "seats");
    check_refused(json!({"seats": null}), "seats");
    check_refused(json!({"offer": "solo", "term": "P1Y", "terminals": 2}), "terminals");
    check_refused(json!({"offer": "solo", "term": "P1Y", "terminals": 0}), "terminals");
    check_refused(json!({"offer": "solo", "term": "P1Y", "seats": 1}), "seats");
}

#[test]
fn the_first_member_at_fault_is_named() {
    let all_wrong =
        json!({"coupon": "X", "features": ["x"], "term": "P9D", "uses": {"x": 1}, "terminals": 0, "seats": 0});
    check_refused(all_wrong, "features");
    check_refused(json!({"term": "P9D", "uses": {"x": 1}, "terminals": 0, "seats": 0}), "term");
    check_refused(json!({"uses": {"x": 1}, "terminals": 0, "seats": 0}), "uses.x");
    check_refused(json!({"terminals": 0, "seats": 0, "coupon": "X"}), "terminals");
    check_refused(json!({"seats": 0, "coupon": "X"}), "seats");
    check_refused(json!({"coupon": "X"}), "coupon");
}

#[test]
fn unknown_and_negative_and_huge_members_are_not_read() {
    for bad in [
        json!({"offer": "pro", "term": "P1M", "discount": 1}),
        json!({"offer": "pro"}),
        json!({"term": "P1M"}),
        json!({"offer": "pro", "term": "P1M", "terminals": -1}),
        json!({"offer": "pro", "term": "P1M", "seats": 1.5}),
        json!({"offer": "pro", "term": "P1M", "terminals": 1_u64 << 32}),
        json!({"offer": "pro", "term": "P1M", "uses": {"ai.render": -1}}),
        json!({"offer": "pro", "term": "-P1M"}),
        json!({"offer": "pro", "term": "P1M", "uses": {"AI": 1}}),
        json!({"offer": "../pro", "term": "P1M"}),
    ] {
        assert!(serde_json::from_value::<Selection>(bad.clone()).is_err(), "{bad}");
    }
}

#[test]
fn the_digest_changes_with_the_menu_and_with_the_price() {
    let (menu, mut dearer) = (menu(), menu());
    let wanted = with(json!({}));
    let digest = |menu: &Menu| quote(menu, &wanted).unwrap().digest;
    assert_eq!(digest(&menu), digest(&menu.clone()));
    dearer.offers[0].base += 1;
    assert_ne!(digest(&menu), digest(&dearer));
    let republished = Menu { digest: "another".to_owned(), ..menu.clone() };
    assert_ne!(digest(&menu), digest(&republished));
    assert_ne!(quote(&menu, &with(json!({"seats": 9}))).unwrap().digest, digest(&menu));
}

const OPTIONAL: [&str; 4] = ["layers", "export.pdf", "ai.render", "ai.upscale"];

/// Any selection that the offer `pro` allows, its optional features in any order.
fn any_selection() -> impl Strategy<Value = Selection> {
    let features = prop::sample::subsequence(OPTIONAL.to_vec(), 0..=OPTIONAL.len()).prop_shuffle();
    let limit = prop_oneof![Just(Some(100_u64)), Just(None)];
    let term = prop_oneof![Just("P1M"), Just("perpetual")];
    let (terminals, seats) = (prop_oneof![Just(1), Just(3)], prop_oneof![Just(5), Just(9)]);
    (features, limit, term, terminals, seats).prop_map(|(features, limit, term, terminals, seats)| {
        let uses = if features.contains(&"ai.render") { json!({"ai.render": limit}) } else { json!({}) };
        let members = json!({"term": term, "features": features, "uses": uses, "terminals": terminals, "seats": seats});
        with(members)
    })
}

proptest! {
    #[test]
    fn a_quote_equals_the_sum_of_its_lines(selection in any_selection()) {
        let quote = quote(&menu(), &selection).unwrap();
        prop_assert_eq!(quote.total.amount, quote.lines.iter().map(|line| line.price.amount).sum::<i64>());
        prop_assert!(quote.lines.iter().all(|line| line.price.currency == quote.total.currency));
    }

    #[test]
    fn a_total_with_a_tax_is_the_sum_of_its_lines(
        selection in any_selection(), thousandths in 1..=100_000_u32, included: bool, off in 0..=100_u8,
    ) {
        let rate = format!("{}.{:03}", thousandths / 1000, thousandths % 1000).parse().unwrap();
        let tax = Tax { name: "VAT".to_owned(), rate, included, number: None };
        let (plain, taxed) = (menu(), Menu { tax: Some(tax), ..menu() });
        let terms = (off > 0).then(|| coupon(json!({"code": "SOME", "percent_off": off})));
        let selection = Selection { coupon: terms.as_ref().map(|terms| terms.code.to_string()), ..selection };
        let before = quote_with(&plain, &selection, terms.as_ref()).unwrap();
        let quote = quote_with(&taxed, &selection, terms.as_ref()).unwrap();
        let part = quote.tax.clone().unwrap();
        prop_assert_eq!(quote.total.amount, quote.lines.iter().map(|line| line.price.amount).sum::<i64>());
        prop_assert_eq!(quote.total.amount, before.total.amount + if included { 0 } else { part.amount.amount });
        prop_assert_eq!(quote.lines.len(), before.lines.len() + usize::from(!included));
        prop_assert!(part.amount.amount <= quote.total.amount);
        prop_assert_ne!(quote.digest, before.digest);
    }

    #[test]
    fn the_order_of_added_features_does_not_matter(selection in any_selection(), seed: usize) {
        let mut turned = selection.clone();
        let by = seed % turned.features.len().max(1);
        turned.features.rotate_left(by);
        turned.features.reverse();
        prop_assert_eq!(quote(&menu(), &selection), quote(&menu(), &turned));
    }

    #[test]
    fn a_total_is_exact_or_refused(base: i64, term: i64, devices: i64) {
        let mut menu = menu();
        menu.offers[0].base = base;
        menu.offers[0].terms[0].price = term;
        menu.offers[0].terminals[0].price = devices;
        let exact = i128::from(base) + i128::from(term) + i128::from(devices) + 50;
        match quote(&menu, &with(json!({}))) {
            Ok(quote) => prop_assert_eq!(i128::from(quote.total.amount), exact),
            Err(error) => prop_assert_eq!(error.field, "offer"),
        }
    }

    #[test]
    fn a_sum_within_the_range_is_never_refused(base in 0..MAX_AMOUNT / 2, term in 0..MAX_AMOUNT / 2 - 50) {
        let mut menu = menu();
        menu.offers[0].base = base;
        menu.offers[0].terms[0].price = term;
        prop_assert_eq!(quote(&menu, &with(json!({}))).unwrap().total.amount, base + term + 50);
    }
}
