//! Coupons: made by a vendor's team, looked at and redeemed by its customers, never more often than they may be.

use actix_web::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::quote::{Selection, quote_with};
use shared::team::Role;

use crate::desk::{ACME, Desk};
use crate::shop::{Answer, Ask, Customer, Portal, get, post};

/// €4.00.
fn solo(code: &str) -> Value {
    json!({"offer": "solo", "term": "P1M", "terminals": 1, "coupon": code})
}

impl Desk {
    async fn coupon(&self, body: Value) -> Value {
        let made = self.post("/coupons", &body).await;
        assert_eq!(made.status, 201, "{made:?}");
        made.json()
    }

    async fn edit(&self, code: &str, body: &Value) -> Answer {
        let (path, tag) = (format!("{ACME}/coupons/{code}"), self.tag(&format!("/coupons/{code}")).await);
        let ask = Ask::new(Method::PATCH, &path).body(&body.to_string());
        self.portal.send(ask.by(&self.owner).header("if-match", &tag)).await
    }

    async fn redeemed(&self, code: &str) -> Value {
        self.look(&format!("/coupons/{code}")).await["redeemed"].clone()
    }
}

impl Portal {
    async fn look_at(&self, code: &str) -> Answer {
        self.send(get(&format!("/api/v1/vendors/acme/products/sketchpad/coupons/{code}"))).await
    }

    /// What an order with a coupon says, at the price that the page would show.
    async fn coupon_body(&self, selection: Value) -> Value {
        let menu = self.menu().await;
        let picked: Selection = serde_json::from_value(selection.clone()).expect("a selection");
        let terms = self.look_at(picked.coupon.as_deref().unwrap_or_default()).await;
        let terms = serde_json::from_slice(&terms.body).expect("the coupon may be redeemed");
        let quote = quote_with(&menu, &picked, Some(&terms)).expect("a selection that is offered");
        let agreement = menu.offer(&picked.offer).map(|offer| offer.agreement.digest.clone());
        json!({
            "vendor": "acme", "product": "sketchpad", "menu_version": menu.menu, "selection": selection,
            "quote_digest": quote.digest, "agreement_digest": agreement,
            "payment": if quote.total.is_zero() { "free" } else { "test" },
        })
    }

    async fn order_with(&self, customer: &Customer, code: &str) -> Answer {
        let body = self.coupon_body(solo(code)).await;
        self.order_as(customer, &body).await
    }

    async fn order_as(&self, customer: &Customer, body: &Value) -> Answer {
        let key = self.app.rng.u128().to_string();
        self.send(post("/api/v1/orders", body).by(customer).once(&key)).await
    }
}

#[actix_web::test]
async fn a_coupon_takes_its_part_off_the_price_and_is_counted() {
    let desk = Desk::open().await;
    let made = desk.coupon(json!({"code": "third-33", "percent_off": 33})).await;
    let wanted = json!({
        "code": "THIRD-33", "percent_off": 33, "once_per_customer": false, "active": true, "redeemed": 0,
        "created_at": "2026-11-22T02:00:00Z", "revision": 1,
    });
    assert_eq!(made, wanted);
    let shown = desk.portal.look_at("Third-33").await;
    assert_eq!((shown.status, shown.json()), (200, json!({"code": "THIRD-33", "percent_off": 33})));

    let customer = desk.portal.sign_up("a@example.com").await;
    let body = desk.portal.coupon_body(solo("third-33")).await;
    let asked = json!({"vendor": "acme", "product": "sketchpad", "menu_version": body["menu_version"], "selection": body["selection"]});
    let quote = desk.portal.send(post("/api/v1/quotes", &asked)).await;
    assert_eq!(quote.json()["digest"], body["quote_digest"], "the page and the server price alike");
    let placed = desk.portal.order_as(&customer, &body).await;
    assert_eq!((placed.status, &placed.json()["total"]["amount"]), (201, &json!(268)), "400 − 132");
    let order =
        desk.portal.send(get(&format!("/api/v1/orders/{}", placed.text("order_id"))).by(&customer)).await.json();
    let last = order["lines"].as_array().and_then(|lines| lines.last()).cloned();
    let line = json!({"item": {"kind": "coupon", "code": "THIRD-33"}, "price": {"amount": -132, "currency": "EUR"}});
    assert_eq!(last, Some(line));
    let paid = desk.portal.pay(&customer, &placed.text("order_id"), "approve", "pay").await;
    assert_eq!((paid.status, paid.json()["state"].clone()), (200, json!("fulfilled")));
    assert_eq!(desk.redeemed("THIRD-33").await, 1);
    let told = desk.portal.events("coupon.redeemed").await;
    assert_eq!((told.len(), &told[0]["off"]["amount"]), (1, &json!(-132)));
    desk.portal.check_sound().await;
}

#[actix_web::test]
async fn what_a_coupon_takes_off_whole_is_free_and_granted_at_once() {
    let desk = Desk::open().await;
    desk.coupon(json!({"code": "GIFT", "amount_off": {"amount": 99_900, "currency": "EUR"}, "limit": 1})).await;
    let customer = desk.portal.sign_up("a@example.com").await;
    let mut body = desk.portal.coupon_body(solo("GIFT")).await;
    assert_eq!(body["payment"], "free");
    body["payment"] = json!("test");
    desk.portal.order_as(&customer, &body).await.check_refused(422, "INVALID_INPUT", "payment");
    body["payment"] = json!("free");
    let placed = desk.portal.order_as(&customer, &body).await;
    assert_eq!((placed.status, &placed.json()["state"]), (201, &json!("fulfilled")));
    assert_eq!(placed.json()["total"]["amount"], 0, "never below zero");
    desk.portal.check_sound().await;
}

#[actix_web::test]
async fn a_coupon_that_may_not_be_redeemed_is_refused_wherever_it_is_shown() {
    let desk = Desk::open().await;
    let portal = &desk.portal;
    let customer = portal.sign_up("a@example.com").await;
    desk.coupon(json!({"code": "GOOD", "percent_off": 10})).await;
    let good = portal.coupon_body(solo("GOOD")).await;
    desk.coupon(json!({"code": "LATER", "percent_off": 10, "starts_at": "2026-12-01T00:00:00Z"})).await;
    desk.coupon(json!({"code": "ENDED", "percent_off": 10, "ends_at": "2026-11-22T02:00:10Z"})).await;
    desk.coupon(json!({"code": "STOPPED", "percent_off": 10})).await;
    desk.coupon(json!({"code": "USED-UP", "percent_off": 10, "limit": 1})).await;
    assert_eq!(portal.order_with(&customer, "USED-UP").await.status, 201);
    assert_eq!(desk.edit("STOPPED", &json!({"active": false})).await.status, 200);
    portal.wait(10);
    for code in ["LATER", "ENDED", "STOPPED", "USED-UP", "NOBODY", "no code", "x"] {
        portal.look_at(&code.replace(' ', "%20")).await.check_refused(422, "INVALID_INPUT", "coupon");
        let mut body = good.clone();
        body["selection"]["coupon"] = json!(code);
        portal.order_as(&customer, &body).await.check_refused(422, "INVALID_INPUT", "selection.coupon");
        let asked = json!({"vendor": "acme", "product": "sketchpad", "menu_version": body["menu_version"], "selection": body["selection"]});
        portal.send(post("/api/v1/quotes", &asked)).await.check_refused(422, "INVALID_INPUT", "selection.coupon");
    }
    let mut other = good.clone();
    other["selection"]["coupon"] = Value::Null;
    portal.order_as(&customer, &other).await.check_refused(409, "PRICE_CHANGED", "");
    portal.send(get("/api/v1/vendors/acme/products/nothing/coupons/GOOD")).await.check_refused(404, "NOT_FOUND", "");
    assert_eq!(desk.redeemed("GOOD").await, 0, "nothing that was refused was counted");
    portal.check_sound().await;
}

#[actix_web::test]
async fn a_coupon_for_one_offer_or_another_product_is_for_nothing_else() {
    let desk = Desk::open().await;
    let portal = &desk.portal;
    desk.coupon(json!({"code": "PRO-ONLY", "percent_off": 10, "product": "sketchpad", "offers": ["pro"]})).await;
    let customer = portal.sign_up("a@example.com").await;
    assert_eq!(portal.look_at("PRO-ONLY").await.json()["offers"], json!(["pro"]));
    let mut body = portal.order_body(json!({"offer": "solo", "term": "P1M", "terminals": 1})).await;
    body["selection"]["coupon"] = json!("PRO-ONLY");
    portal.order_as(&customer, &body).await.check_refused(422, "INVALID_INPUT", "selection.coupon");
    let trial = json!({"offer": "trial", "term": "first_use:P14D"});
    let mut body = portal.order_body(trial).await;
    desk.coupon(json!({"code": "ANYTHING", "percent_off": 10})).await;
    body["selection"]["coupon"] = json!("ANYTHING");
    portal.order_as(&customer, &body).await.check_refused(422, "INVALID_INPUT", "selection.coupon");
}

#[actix_web::test]
async fn of_64_orders_at_once_a_coupon_for_ten_is_redeemed_ten_times() {
    let desk = Desk::open().await;
    let portal = &desk.portal;
    desk.coupon(json!({"code": "FIRST-10", "percent_off": 50, "limit": 10})).await;
    let body = portal.coupon_body(solo("FIRST-10")).await;
    let mut customers = Vec::new();
    for number in 0..8 {
        customers.push(portal.sign_up(&format!("c{number}@example.com")).await);
    }
    let answers = join_all((0..64).map(|number| portal.order_as(&customers[number % 8], &body))).await;
    let placed: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(placed.len(), 10, "exactly ten");
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        refused.check_refused(422, "INVALID_INPUT", "selection.coupon");
    }
    assert_eq!(desk.redeemed("FIRST-10").await, 10);
    portal.check_sound().await;
}

#[actix_web::test]
async fn where_each_customer_may_have_one_two_at_once_are_one() {
    let desk = Desk::open().await;
    let portal = &desk.portal;
    desk.coupon(json!({"code": "WELCOME", "percent_off": 50, "once_per_customer": true})).await;
    let (anna, bert) = (portal.sign_up("a@example.com").await, portal.sign_up("b@example.com").await);
    let body = portal.coupon_body(solo("WELCOME")).await;
    let mut statuses: Vec<_> =
        join_all((0..8).map(|_| portal.order_as(&anna, &body))).await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422, 422, 422, 422, 422, 422, 422]);
    assert_eq!(portal.order_as(&bert, &body).await.status, 201, "another customer has one too");
    assert_eq!(desk.redeemed("WELCOME").await, 2);
    portal.check_sound().await;
}

#[actix_web::test]
async fn a_cancelled_order_gives_its_coupon_back_once() {
    let desk = Desk::open().await;
    let portal = &desk.portal;
    desk.coupon(json!({"code": "ONE-ONLY", "percent_off": 50, "limit": 1, "once_per_customer": true})).await;
    let customer = portal.sign_up("a@example.com").await;
    let body = portal.coupon_body(solo("ONE-ONLY")).await;
    let first = portal.order_as(&customer, &body).await.text("order_id");
    portal.order_as(&customer, &body).await.check_refused(422, "INVALID_INPUT", "selection.coupon");
    for _ in 0..2 {
        let cancelled = portal.send(Ask::new(Method::DELETE, &format!("/api/v1/orders/{first}")).by(&customer)).await;
        assert_eq!(cancelled.json()["state"], "cancelled");
        assert_eq!(desk.redeemed("ONE-ONLY").await, 0);
    }
    assert_eq!(portal.events("coupon.released").await.len(), 1);
    let second = portal.order_as(&customer, &body).await;
    assert_eq!(second.status, 201);
    portal.check_sound().await;

    let paid = portal.pay(&customer, &second.text("order_id"), "approve", "pay").await;
    assert_eq!(paid.status, 200);
    let refund = format!("/orders/{}/refund", second.text("order_id"));
    assert_eq!(desk.post(&refund, &json!({"reason": "A story."})).await.status, 200);
    assert_eq!(desk.redeemed("ONE-ONLY").await, 1, "what was paid back was redeemed all the same");
    portal.check_sound().await;
}

#[actix_web::test]
async fn an_order_keeps_its_coupon_whatever_becomes_of_the_coupon() {
    let desk = Desk::open().await;
    let customer = desk.portal.sign_up("a@example.com").await;
    desk.coupon(json!({"code": "SHORT", "percent_off": 50})).await;
    let order_id = desk.portal.order_with(&customer, "SHORT").await.text("order_id");
    assert_eq!(desk.edit("SHORT", &json!({"active": false})).await.status, 200);
    let paid = desk.portal.pay(&customer, &order_id, "approve", "pay").await;
    assert_eq!((paid.status, &paid.json()["total"]["amount"]), (200, &json!(200)));
}

#[actix_web::test]
async fn a_team_edits_when_and_how_often_and_nothing_else() {
    let desk = Desk::open().await;
    let customer = desk.portal.sign_up("a@example.com").await;
    desk.coupon(json!({"code": "EDITED", "percent_off": 50, "limit": 5})).await;
    desk.portal.order_with(&customer, "EDITED").await;
    desk.portal.order_with(&customer, "EDITED").await;
    desk.edit("EDITED", &json!({"limit": 1})).await.check_refused(422, "INVALID_INPUT", "limit");
    let edited = desk.edit("EDITED", &json!({"limit": 2, "ends_at": "2027-01-01T00:00:00Z"})).await;
    assert_eq!((&edited.json()["limit"], &edited.json()["ends_at"]), (&json!(2), &json!("2027-01-01T00:00:00Z")));
    assert_eq!(edited.header("etag"), "\"2\"");
    desk.portal.look_at("EDITED").await.check_refused(422, "INVALID_INPUT", "coupon");
    let freed = desk.edit("EDITED", &json!({"limit": null})).await.json();
    assert_eq!((&freed["limit"], &freed["ends_at"]), (&Value::Null, &json!("2027-01-01T00:00:00Z")));
    assert_eq!(desk.portal.look_at("EDITED").await.status, 200);
    assert_eq!(desk.edit("EDITED", &json!({})).await.header("etag"), "\"3\"", "nothing changed");
    desk.edit("EDITED", &json!({"percent_off": 90})).await.check_refused(422, "INVALID_INPUT", "percent_off");
    let stale = Ask::new(Method::PATCH, &format!("{ACME}/coupons/EDITED")).body("{\"active\":false}");
    desk.portal.send(stale.by(&desk.owner).header("if-match", "\"1\"")).await.check_refused(412, "CONFLICT", "");
    let told = desk.portal.events("coupon.updated").await;
    assert_eq!((told.len(), &told[0]["after"]["limit"]), (2, &json!(2)));
}

#[actix_web::test]
async fn a_coupon_that_cannot_be_is_refused_with_each_member_that_is_wrong() {
    let desk = Desk::open().await;
    for (body, field) in [
        (json!({"code": "NONE"}), "percent_off"),
        (json!({"code": "NONE", "percent_off": 0}), "percent_off"),
        (json!({"code": "NONE", "percent_off": 101}), "percent_off"),
        (json!({"code": "BOTH", "percent_off": 5, "amount_off": {"amount": 5, "currency": "EUR"}}), "percent_off"),
        (json!({"code": "ZERO", "amount_off": {"amount": 0, "currency": "EUR"}}), "amount_off"),
        (json!({"code": "ODD1", "amount_off": {"amount": 5, "currency": "XXX"}}), "amount_off"),
        (json!({"code": "ODD2", "amount_off": {"amount": 5, "currency": "JPY"}, "product": "sketchpad"}), "amount_off"),
        (json!({"code": "PROD", "percent_off": 5, "product": "nothing"}), "product"),
        (json!({"code": "OFFS", "percent_off": 5, "offers": ["pro"]}), "offers"),
        (json!({"code": "OFFS", "percent_off": 5, "product": "sketchpad", "offers": ["ultra"]}), "offers"),
        (json!({"code": "OFFS", "percent_off": 5, "product": "sketchpad", "offers": ["pro", "pro"]}), "offers"),
        (json!({"code": "PAST", "percent_off": 5, "ends_at": "2026-11-22T02:00:00Z"}), "ends_at"),
        (json!({"code": "LIMI", "percent_off": 5, "limit": 0}), "limit"),
    ] {
        desk.post("/coupons", &body).await.check_refused(422, "INVALID_INPUT", field);
    }
    desk.post("/coupons", &json!({"code": "a b c d", "percent_off": 5})).await.check_refused(
        422,
        "INVALID_INPUT",
        "code",
    );
    desk.coupon(json!({"code": "TWICE", "percent_off": 5})).await;
    desk.post("/coupons", &json!({"code": "twice", "percent_off": 6})).await.check_refused(409, "CONFLICT", "");
}

#[actix_web::test]
async fn coupons_are_listed_newest_first_page_by_page() {
    let desk = Desk::open().await;
    let before = desk.look("/coupons").await["items"].as_array().map_or(0, Vec::len);
    desk.portal.wait(1);
    for number in 1..=5 {
        desk.portal.wait(u64::from(number % 2 == 0));
        desk.coupon(json!({"code": format!("CODE-{number}"), "percent_off": number})).await;
    }
    let mut path = "/coupons?limit=2".to_owned();
    let mut codes = Vec::new();
    loop {
        let page = desk.look(&path).await;
        codes.extend(page["items"].as_array().expect("items").iter().map(|item| item["code"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/coupons?limit=2&cursor={next}");
    }
    assert_eq!(codes.len(), before + 5);
    assert_eq!(codes[..5], [json!("CODE-5"), json!("CODE-4"), json!("CODE-3"), json!("CODE-2"), json!("CODE-1")]);
    desk.get("/coupons?cursor=nonsense").await.check_refused(422, "INVALID_INPUT", "cursor");
}

#[actix_web::test]
async fn coupons_are_for_the_team_and_within_it_for_who_may() {
    let desk = Desk::open().await;
    let coupon = json!({"code": "TEAM", "percent_off": 5});
    let vendor_id =
        desk.portal.app.store.read(|tx| Ok(crate::shop::demo_product(tx)?.0.vendor_id)).await.expect("acme");
    let viewer = desk.portal.member("viewer@example.com", vendor_id, Role::Viewer).await;
    let path = format!("{ACME}/coupons");
    desk.portal.send(post(&path, &coupon).by(&viewer).once("1")).await.check_refused(403, "FORBIDDEN", "");
    assert_eq!(desk.portal.send(get(&path).by(&viewer)).await.status, 200);
    desk.check_strangers(&[
        (Method::GET, "/coupons", Value::Null),
        (Method::POST, "/coupons", coupon.clone()),
        (Method::GET, "/coupons/TEAM", Value::Null),
        (Method::PATCH, "/coupons/TEAM", json!({"active": false})),
    ])
    .await;
}
