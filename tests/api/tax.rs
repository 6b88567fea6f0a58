//! Taxes: of the menu that was published with them, in every price, and as they were on what was bought.

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::shop::{get, post};

fn solo() -> Value {
    json!({"offer": "solo", "term": "P1M", "terminals": 1})
}

fn vat(included: bool) -> Value {
    json!({"name": "VAT", "rate": "19", "included": included, "number": "DE123456789"})
}

/// Saves the tax; the settings afterwards.
async fn set_tax(desk: &Desk, tax: &Value) -> Value {
    let mut body = json!({"name": "Acme Studio"});
    if !tax.is_null() {
        body["tax"] = tax.clone();
    }
    let saved = desk.put("/settings", &desk.tag("/settings").await, &body).await;
    assert_eq!(saved.status, 200, "{saved:?}");
    saved.json()
}

async fn retax(desk: &Desk, menu: u32) -> crate::shop::Answer {
    desk.post("/products/sketchpad/tax", &json!({ "menu": menu })).await
}

#[actix_web::test]
async fn a_menu_has_the_tax_that_it_was_published_with() {
    let desk = Desk::open().await;
    let before = desk.portal.menu().await;
    let settings = set_tax(&desk, &vat(false)).await;
    assert_eq!(desk.portal.menu().await, before, "what is published stays what it is");
    let told = json!([{"product": "sketchpad", "name": "Sketchpad", "menu": 1}]);
    assert_eq!(settings["other_tax"], told);
    let draft = desk.look("/products/sketchpad/draft").await;
    assert_eq!(draft["tax"], vat(false), "what would be published is told");

    retax(&desk, 2).await.check_refused(409, "CONFLICT", "");
    let published = retax(&desk, 1).await;
    assert_eq!((published.status, &published.json()["menu"]), (201, &json!(2)), "{published:?}");
    retax(&desk, 2).await.check_refused(409, "CONFLICT", "");
    assert_eq!(desk.look("/settings").await["other_tax"], Value::Null);
    let menu = desk.portal.send(get("/api/v1/vendors/acme/products/sketchpad/menu")).await.json();
    assert_eq!((&menu["menu"], &menu["tax"]), (&json!(2), &vat(false)));
    let after = desk.portal.menu().await;
    assert_eq!((&after.offers, after.content()), (&before.offers, before.content()), "otherwise as it was");

    assert_eq!(set_tax(&desk, &Value::Null).await["other_tax"][0]["tax"], vat(false));
    assert_eq!(retax(&desk, 2).await.status, 201);
    let without = desk.portal.send(get("/api/v1/vendors/acme/products/sketchpad/menu")).await.json();
    assert_eq!(without.get("tax"), None, "a menu without a tax says nothing of one");
}

#[actix_web::test]
async fn a_tax_that_is_added_is_paid_and_one_that_is_included_is_told() {
    let desk = Desk::open().await;
    let customer = desk.portal.sign_up("a@example.com").await;
    let mut version = 1;
    for (included, total, tax) in [(false, 476, 76), (true, 400, 64)] {
        set_tax(&desk, &vat(included)).await;
        assert_eq!(retax(&desk, version).await.status, 201);
        version += 1;
        let asked = json!({"vendor": "acme", "product": "sketchpad", "menu_version": version, "selection": solo()});
        let quote = desk.portal.send(post("/api/v1/quotes", &asked)).await.json();
        assert_eq!((&quote["total"]["amount"], &quote["tax"]["amount"]["amount"]), (&json!(total), &json!(tax)));
        let lines = quote["lines"].as_array().expect("lines");
        let sum: i64 = lines.iter().filter_map(|line| line["price"]["amount"].as_i64()).sum();
        assert_eq!(sum, total, "{quote}");
        let last = &lines.last().expect("a line")["item"];
        assert_eq!(last["kind"] == "tax", !included, "{quote}");

        let body = desk.portal.order_body(solo()).await;
        assert_eq!(body["quote_digest"], quote["digest"], "page and server agree");
        let key = desk.portal.app.rng.u128().to_string();
        let placed = desk.portal.send(post("/api/v1/orders", &body).by(&customer).once(&key)).await;
        assert_eq!((placed.status, &placed.json()["total"]["amount"]), (201, &json!(total)), "{placed:?}");
        let path = format!("/api/v1/orders/{}", placed.text("order_id"));
        let order = desk.portal.send(get(&path).by(&customer)).await.json();
        assert_eq!((&order["tax"], &order["lines"]), (&quote["tax"], &quote["lines"]));
        assert_eq!(order["tax"]["number"], "DE123456789");
        let row = desk.look(&format!("/orders/{}", placed.text("order_id"))).await;
        assert_eq!(row["tax"], quote["tax"]);
    }
    let file = desk.get("/orders.csv").await;
    let file = String::from_utf8(file.body.to_vec()).expect("text");
    let head = file.lines().next().expect("a head");
    assert!(head.contains("\"amount_minor\",\"tax_minor\",\"tax\",\"currency\""), "{head}");
    assert!(file.contains("\"476\",\"76\",\"VAT 19 %\",\"EUR\""), "{file}");
    desk.portal.check_sound().await;
}

#[actix_web::test]
async fn what_was_ordered_keeps_its_tax_and_who_looked_before_is_told() {
    let desk = Desk::open().await;
    let customer = desk.portal.sign_up("a@example.com").await;
    let seen = desk.portal.order_body(solo()).await;
    let placed = desk.portal.order(&customer, solo(), "1").await.text("order_id");
    set_tax(&desk, &vat(false)).await;
    let key = |number: &str| number.to_owned();
    let still = desk.portal.send(post("/api/v1/orders", &seen).by(&customer).once(&key("2"))).await;
    assert_eq!(still.status, 201, "not before it is published: {still:?}");
    assert_eq!(retax(&desk, 1).await.status, 201);
    let stale = desk.portal.send(post("/api/v1/orders", &seen).by(&customer).once(&key("3"))).await;
    stale.check_refused(409, "MENU_CHANGED", "");
    let paid = desk.portal.pay(&customer, &placed, "approve", "4").await.json();
    assert_eq!((&paid["state"], &paid["total"]["amount"]), (&json!("fulfilled"), &json!(400)));
    let order = desk.portal.send(get(&format!("/api/v1/orders/{placed}")).by(&customer)).await.json();
    assert_eq!(order["tax"], Value::Null);
}

#[actix_web::test]
async fn a_coupon_is_taken_off_before_the_tax() {
    let desk = Desk::open().await;
    set_tax(&desk, &vat(false)).await;
    assert_eq!(retax(&desk, 1).await.status, 201);
    let mut selection = solo();
    selection["coupon"] = json!("WELCOME-10");
    let asked = json!({"vendor": "acme", "product": "sketchpad", "menu_version": 2, "selection": selection});
    let quote = desk.portal.send(post("/api/v1/quotes", &asked)).await.json();
    let amounts: Vec<_> =
        quote["lines"].as_array().expect("lines").iter().map(|line| &line["price"]["amount"]).collect();
    assert_eq!(amounts[amounts.len() - 2..], [&json!(-40), &json!(68)], "19 % of 3.60: {quote}");
    assert_eq!(quote["total"]["amount"], 428);
    let customer = desk.portal.sign_up("a@example.com").await;
    let mut body = desk.portal.order_body(solo()).await;
    (body["selection"], body["quote_digest"]) = (selection, quote["digest"].clone());
    let placed = desk.portal.send(post("/api/v1/orders", &body).by(&customer).once("1")).await;
    assert_eq!(placed.status, 201, "{placed:?}");
    let redeemed = desk.portal.events("coupon.redeemed").await;
    assert_eq!(redeemed[0]["off"]["amount"], -40, "{redeemed:?}");
}

#[actix_web::test]
async fn a_draft_goes_on_from_the_menu_that_was_published_again() {
    let desk = Desk::open().await;
    let mut content = desk.content().await;
    let offers = content["offers"].as_array().expect("offers");
    let solo = offers.iter().position(|offer| offer["offer"] == "solo").expect("it is there");
    content["offers"][solo]["base"] = json!(100);
    desk.save("sketchpad", &content).await;
    set_tax(&desk, &vat(true)).await;
    assert_eq!(retax(&desk, 1).await.status, 201);
    let draft = desk.look("/products/sketchpad/draft").await;
    assert_eq!((&draft["base"], &draft["content"]["offers"][solo]["base"]), (&json!(2), &json!(100)));
    let published = desk.publish("sketchpad", &draft).await;
    assert_eq!((published.status, &published.json()["menu"]), (201, &json!(3)), "{published:?}");
    assert_eq!(desk.portal.menu().await.tax.map(|tax| tax.name), Some("VAT".to_owned()));
}
