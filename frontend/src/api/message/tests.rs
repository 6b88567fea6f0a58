//! The small reader and `serde_json`'s own agree on every kind of message.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use shared::api::Page;
use shared::api::account::Session;
use shared::api::admin::team::Settings;
use shared::api::catalog::PublicVendor;
use shared::api::license::License;
use shared::api::moves::{Move, MovePreview};
use shared::api::order::Order;
use shared::api::problem::Problem;
use shared::menu::Menu;
use shared::quote::Selection;

use super::{read, write};

#[track_caller]
fn check<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(message: Value) {
    let text = message.to_string();
    let known: T = serde_json::from_str(&text).expect("the example is a message");
    let read: T = read(&text).expect("the small reader reads it");
    assert_eq!(read, known);
    let again: T = serde_json::from_str(&write(&read).expect("it can be written")).expect("what is written is read");
    assert_eq!(again, known);
}

fn product() -> Value {
    json!({"vendor": {"slug": "acme", "name": "Acme"}, "product": "sketchpad", "name": "Sketchpad", "summary": "Draw."})
}

fn agreement() -> Value {
    json!({"version": 1, "digest": "d", "title": "Terms"})
}

fn order() -> Value {
    json!({
        "order_id": "ord_01kavb2c5mf6tvq0sr8s1y4d9e", "state": "awaiting_payment", "placed_at": "2026-11-22T02:00:00Z",
        "product": product(), "offer_name": "Pro", "payment": "test", "payment_error": "declined",
        "selection": {"offer": "pro", "features": ["ai.render"], "term": "first_use:P14D", "uses": {"ai.render": null}},
        "lines": [
            {"item": {"kind": "base", "offer": "pro"}, "price": {"amount": 0, "currency": "EUR"}},
            {"item": {"kind": "uses", "feature": "ai.render", "limit": null}, "price": {"amount": 9900, "currency": "EUR"}},
            {"item": {"kind": "terminals", "limit": 3}, "price": {"amount": 2000, "currency": "EUR"}},
        ],
        "total": {"amount": 11900, "currency": "EUR"}, "agreement": agreement(),
    })
}

fn brand() -> Value {
    json!({
        "accents": {"light": "#2456d6", "dark": "#3568e8", "dark_text": "#93b3ff"},
        "logo": {"path": "/v/acme/logo/d", "width": 120, "height": 40},
    })
}

/// An order that is paid by invoice, with a tax that its price includes, of a vendor with a brand.
fn invoiced() -> Value {
    let mut order = order();
    order["product"]["brand"] = brand();
    order["payment"] = "invoice".into();
    order["tax"] = json!({
        "name": "VAT", "rate": "19", "included": true, "number": "DE1", "amount": {"amount": 1900, "currency": "EUR"},
    });
    order["invoice"] = json!({"instructions": "IBAN", "reference": "P-1", "due_at": "2026-12-06T02:00:00Z"});
    order
}

#[test]
fn every_kind_of_message_is_read_as_serde_json_reads_it() {
    check::<Order>(order());
    check::<Order>(invoiced());
    check::<PublicVendor>(json!({
        "vendor": "acme", "name": "Acme", "support_email": "help@acme.example", "website": "https://acme.example.com",
        "brand": brand(), "payments": ["test", "invoice"],
    }));
    check::<Settings>(json!({
        "name": "Acme", "accent": "#2456d6", "tax": {"name": "VAT", "rate": "8.875", "included": false},
        "invoice": {"instructions": "IBAN\nDE00", "days": 14}, "brand": brand(), "payments": ["test"],
        "other_tax": [{"product": "sketchpad", "name": "Sketchpad", "menu": 7}], "mail": {"sending": false},
    }));
    check::<Page<Order>>(json!({"items": [order(), order()], "next": "cursor"}));
    check::<Session>(json!({"account": null, "test_payments": true}));
    check::<Selection>(json!({"offer": "pro", "term": "until:2027-12-31", "terminals": 3, "uses": {"a.b": 100}}));
    check::<License>(json!({
        "license_id": "lic_01kavb2c5mf6tvq0sr8s1y4d9e", "product": product(), "offer": "pro", "offer_name": "Pro",
        "order_id": "ord_01kavb2c5mf6tvq0sr8s1y4d9e", "state": "active", "granted_at": "2026-11-22T02:00:00Z",
        "term": {"kind": "fixed", "starts_at": "2026-11-22T02:00:00Z", "ends_at": "2027-11-22T02:00:00Z"},
        "features": {"draw": {"name": "Draw"}, "ai.render": {"name": "AI",
            "uses": {"limit": 100, "left": 97, "resets": "P1M", "count": "on_use"}}},
        "terminals": {"limit": 2, "items": [
            {"pass_id": "pas_01kavb2c5mf6tvq0sr8s1y4d9e", "name": "Desk", "status": "suspended", "reason": "cloned",
                "connected_at": "2026-11-22T02:00:00Z", "last_seen_at": "2026-11-22T02:00:00Z"},
            {"pass_id": "pas_01kavb2c5mf6tvq0sr8s1y4d9f", "name": "Laptop", "status": "moving",
                "connected_at": "2026-11-22T02:00:00Z", "last_seen_at": "2026-11-22T02:00:00Z",
                "move": {"move_id": "mov_01kavb2c5mf6tvq0sr8s1y4d9e", "expires_at": "2026-11-22T02:15:00Z"},
                "slices": {"ai.render": 20}},
        ]},
        "seats": 0, "moving": {"allowed": true, "limit": 3, "per": "P1Y", "recoveries": 2},
        "moves": {"left": 2, "recoveries_left": 1, "opens_at": "2027-11-22T02:00:00Z"},
    }));
    check::<Move>(json!({
        "move_id": "mov_01kavb2c5mf6tvq0sr8s1y4d9e", "pass_id": "pas_01kavb2c5mf6tvq0sr8s1y4d9e", "state": "redeemed",
        "offered_at": "2026-11-22T02:00:00Z", "expires_at": "2026-11-22T02:15:00Z",
        "settled_at": "2026-11-22T02:01:00Z", "moved_to": {"name": "Laptop", "at": "2026-11-22T02:01:00Z"},
    }));
    check::<MovePreview>(json!({
        "move_id": "mov_01kavb2c5mf6tvq0sr8s1y4d9e", "product": product(), "offer_name": "Pro", "from": "Desk",
        "features": [{"feature": "draw", "name": "Draw"}, {"feature": "ai.render", "name": "AI", "left": 97}],
        "until": "2027-11-22T02:00:00Z", "expires_at": "2026-11-22T02:15:00Z", "app_url": "https://example.com/",
    }));
    check::<Problem>(json!({
        "type": "about:blank", "title": "Invalid", "status": 422, "code": "INVALID_INPUT", "request_id": "req_1",
        "remedy": "sign_in", "opens_at": "2026-11-22T02:00:00Z", "fields": [{"field": "email", "detail": "no"}],
    }));
    check::<Menu>(json!({
        "menu": 7, "digest": "d", "currency": "EUR", "vendor": {"slug": "acme", "name": "Acme"},
        "product": {"slug": "sketchpad", "name": "S", "summary": "", "features": [{"feature": "draw", "name": "Draw"}]},
        "offers": [{"offer": "pro", "name": "Pro", "summary": "", "base": 0,
            "features": [{"feature": "draw", "included": true}], "terms": [{"term": "P1M", "price": 1200}],
            "agreement": agreement()}],
    }));
}

#[test]
fn what_is_no_message_is_refused() {
    for text in ["", "null", "[]", "{}", "{\"account\": 1, \"test_payments\": true}", "{\"account\": null"] {
        assert!(read::<Session>(text).is_err(), "{text:?}");
    }
    for (member, value) in
        [("state", json!("lost")), ("lines", json!({})), ("total", json!(1.5)), ("order_id", json!("x"))]
    {
        let mut order = order();
        order[member] = value;
        assert!(read::<Order>(&order.to_string()).is_err(), "{member}");
    }
}
