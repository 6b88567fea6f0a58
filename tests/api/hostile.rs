//! What vendors and customers write that might be meant badly: refused with a reason, or kept and shown as what it is. Texts that
//! are shown are looked at in `tests/e2e/hostile.test.mjs`.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::desk::{ACME, Desk};
use crate::devices::rename;
use crate::shop::{Ask, Device, get, post};

/// Override, embed, isolate: whatever turns the text that follows.
const TURNING: [&str; 4] = ["Ann\u{202e}nna", "\u{2067}Ann", "Ann\u{2069}", "\u{202b}Ann"];

/// Markup, formulas, other scripts' letters, marks and pictures: text like any other.
const HARMLESS: [&str; 6] =
    ["<script>alert(1)</script>", "=1+1", "{{7*7}}${7*7}", "שלום עולם", "e\u{301} 🦊👩‍👩‍👧", "'; DROP TABLE accounts; --"];

#[actix_web::test]
async fn a_name_that_turns_the_text_around_it_is_refused_everywhere() {
    let desk = Desk::open().await;
    let portal = &desk.portal;
    let customer = portal.sign_up("a@example.com").await;
    let license_id = portal.buy(&customer, json!({"offer": "pro", "term": "P1Y", "terminals": 1})).await;
    let device = Device::new(1);
    let pass = portal.pass(&customer, license_id, &device).await;
    let long = "n".repeat(10_000);
    for name in TURNING.into_iter().chain([long.as_str()]) {
        let account = json!({"email": "b@example.com", "password": "a long enough password", "name": name});
        let edit = Ask::new(Method::PATCH, "/api/v1/account").body(&json!({"name": name}).to_string()).by(&customer);
        let vendor = json!({"vendor": "gamma", "name": name});
        let asks = [
            post("/api/v1/accounts", &account),
            edit,
            post("/api/v1/vendors", &vendor).by(&customer).once("1"),
            post(&format!("{ACME}/tokens"), &json!({"name": name, "scopes": ["team:read"]})).by(&desk.owner).once("1"),
        ];
        for ask in asks {
            let path = ask.path().to_owned();
            let answer = portal.send(ask).await;
            assert_eq!(answer.status, 422, "{path} takes {name:.20?}: {answer:?}");
            answer.check_refused(422, "INVALID_INPUT", "name");
        }
        let settings = desk.put("/settings", &desk.tag("/settings").await, &json!({"name": name})).await;
        settings.check_refused(422, "INVALID_INPUT", "name");
        rename(portal, &customer, license_id, &pass, name).await.check_refused(422, "INVALID_INPUT", "name");
        let path = format!("/api/v1/licenses/{license_id}/passes");
        let second = Device::new(2);
        let ask = post(&path, &json!({"name": name})).by(&customer).once("2");
        portal.send(ask.proof(&second.proof(portal, "POST", &path, None))).await.check_refused(
            422,
            "INVALID_INPUT",
            "name",
        );
    }
}

#[actix_web::test]
async fn what_is_only_odd_is_kept_as_it_was_written() {
    let desk = Desk::open().await;
    for (number, name) in HARMLESS.into_iter().enumerate() {
        let body =
            json!({"email": format!("{number}@example.com"), "password": "a long enough password", "name": name});
        let made = desk.portal.send(post("/api/v1/accounts", &body)).await;
        assert_eq!((made.status, &made.json()["account"]["name"]), (201, &json!(name)), "{made:?}");
        let product = json!({"product": format!("odd-{number}"), "name": name, "summary": name});
        let made = desk.post("/products", &product).await;
        assert_eq!((made.status, made.text("name")), (201, name.to_owned()));
        let made = desk.post("/agreements", &json!({"title": name, "text": name.repeat(500)})).await;
        assert_eq!((made.status, made.text("title")), (201, name.to_owned()));
    }
}

/// The demo's menu in another currency, "Solo" for a month at this price; what publishing it answers.
async fn publish(desk: &Desk, currency: &str, price: &Value) -> crate::shop::Answer {
    let mut content = desk.content().await;
    content["currency"] = currency.into();
    let offers = content["offers"].as_array_mut().expect("offers");
    let solo = offers.iter_mut().find(|offer| offer["offer"] == "solo").expect("it is there");
    let term = solo["terms"].as_array_mut().expect("terms").iter_mut().find(|term| term["term"] == "P1M");
    term.expect("a month")["price"] = price.clone();
    let tag = desk.tag("/products/sketchpad/draft").await;
    let saved = desk.put("/products/sketchpad/draft", &tag, &content).await;
    if saved.status != 200 {
        return saved;
    }
    desk.publish("sketchpad", &saved.json()).await
}

#[actix_web::test]
async fn prices_are_of_their_currency_and_neither_below_nothing_nor_beyond_counting() {
    let desk = Desk::open().await;
    let solo = json!({"offer": "solo", "term": "P1M", "terminals": 1});
    // Minor units, whichever the currency: 1,200 yen, 1.200 dinars, nothing, and ten thousand million euros.
    for (currency, price) in [("JPY", 1200_i64), ("KWD", 1200), ("EUR", 0), ("EUR", 1_000_000_000_000)] {
        let published = publish(&desk, currency, &json!(price)).await;
        assert_eq!(published.status, 201, "{price} {currency}: {published:?}");
        let customer = desk.portal.sign_up(&format!("{currency}-{price}@example.com")).await;
        let body = desk.portal.order_body(solo.clone()).await;
        assert_eq!(body["payment"], if price == 0 { "free" } else { "test" });
        desk.portal.buy(&customer, solo.clone()).await;
        let orders = desk.portal.send(get("/api/v1/orders").by(&customer)).await.json();
        assert_eq!(orders["items"][0]["total"], json!({"amount": price, "currency": currency}));
    }
    for price in [json!(-1), json!(i64::MAX), json!(9_007_199_254_740_992_i64)] {
        let refused = publish(&desk, "EUR", &price).await;
        assert_eq!(
            (refused.status, refused.json()["code"].as_str()),
            (422, Some("INVALID_INPUT")),
            "{price}: {refused:?}"
        );
        assert!(
            refused.json()["fields"][0]["field"].as_str().is_some_and(|field| field.contains("price")),
            "{refused:?}"
        );
    }
    for price in [json!(0.5), json!("12"), json!(1e30), json!(null)] {
        let refused = publish(&desk, "EUR", &price).await;
        assert!(matches!(refused.status, 400 | 422), "{price}: {refused:?}");
    }
    for currency in ["XXX", "eur", "EURO", "€", ""] {
        assert_eq!(publish(&desk, currency, &json!(1)).await.status, 422, "{currency}");
    }
    desk.portal.check_sound().await;
}

#[actix_web::test]
async fn a_menu_that_takes_away_what_was_bought_takes_nothing_from_its_owner() {
    let desk = Desk::open().await;
    let portal = &desk.portal;
    let customer = portal.sign_up("a@example.com").await;
    let selection = json!({
        "offer": "pro", "term": "P1Y", "terminals": 1, "features": ["ai.render"], "uses": {"ai.render": 100},
    });
    let license_id = portal.buy(&customer, selection).await;
    let device = Device::new(1);
    let pass = portal.pass(&customer, license_id, &device).await;

    // The feature, its uses, the term and moving are gone from the offer.
    let mut content = desk.content().await;
    let offers = content["offers"].as_array_mut().expect("offers");
    let offer = offers.iter_mut().find(|offer| offer["offer"] == "pro").expect("it is there");
    offer["features"].as_array_mut().expect("features").retain(|feature| feature["feature"] != "ai.render");
    offer["uses"] = json!([]);
    offer["terms"] = json!([{"term": "P1M", "price": 99_900}]);
    offer["moving"] = json!({"allowed": false});
    let draft = desk.save("sketchpad", &content).await;
    let published = desk.publish("sketchpad", &draft).await;
    assert_eq!(published.status, 201, "{published:?}");

    let fresh = portal.refresh(&pass, &device).await.text("pass");
    assert_eq!(portal.verify(&fresh, Some("ai.render")).await["code"], "VALID");
    let used = portal.post_by_device("/api/v1/uses", &json!({"feature": "ai.render"}), &fresh, &device).await;
    assert_eq!((used.status, &used.json()["left"]), (200, &json!(99)), "{used:?}");
    assert_eq!(portal.offer(&fresh, &device).await.status, 201, "it still moves");
    portal.check_sound().await;
}
