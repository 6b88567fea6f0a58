//! Orders: placed, paid, fulfilled; refused when anything is not as the customer saw it; done exactly once.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::shop::{Answer, Ask, Portal, get, post};

fn solo() -> Value {
    json!({"offer": "solo", "term": "P1M", "terminals": 1})
}

fn trial() -> Value {
    json!({"offer": "trial", "term": "first_use:P14D"})
}

#[actix_web::test]
async fn an_order_is_paid_in_the_sandbox_and_grants_a_license() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let placed = portal.order(&customer, solo(), "1").await;
    let order_id = placed.text("order_id");
    let wanted = json!({
        "order_id": order_id, "state": "awaiting_payment", "total": {"amount": 400, "currency": "EUR"},
        "pay_url": format!("https://licenses.example.com/pay/{order_id}"),
    });
    assert_eq!((placed.status, placed.json()), (201, wanted));

    let paid = portal.pay(&customer, &order_id, "approve", "2").await;
    let license_id = paid.text("license_id");
    let wanted = json!({
        "order_id": order_id, "state": "fulfilled", "total": {"amount": 400, "currency": "EUR"},
        "license_id": license_id,
    });
    assert_eq!((paid.status, paid.json()), (200, wanted));

    let order = portal.send(get(&format!("/api/v1/orders/{order_id}")).by(&customer)).await.json();
    assert_eq!((&order["state"], &order["license_id"]), (&json!("fulfilled"), &json!(license_id)));
    assert_eq!(
        (&order["placed_at"], &order["settled_at"]),
        (&json!("2026-11-22T02:00:00Z"), &json!("2026-11-22T02:00:00Z"))
    );
    assert_eq!((&order["offer_name"], &order["product"]["name"]), (&json!("Solo"), &json!("Sketchpad")));
    assert_eq!(order["lines"].as_array().map(Vec::len), Some(3));
    assert_eq!(order["pay_url"], Value::Null);
    let license = portal.send(get(&format!("/api/v1/licenses/{license_id}")).by(&customer)).await.json();
    assert_eq!(license["order_id"], json!(order_id));
}

#[actix_web::test]
async fn a_free_order_is_fulfilled_at_once_and_a_trial_is_had_once() {
    let portal = Portal::open().await;
    let (one, two) = (portal.sign_up("a@example.com").await, portal.sign_up("b@example.com").await);
    let first = portal.order(&one, trial(), "1").await;
    assert_eq!((first.status, &first.json()["state"]), (201, &json!("fulfilled")));
    portal.order(&one, trial(), "2").await.check_refused(409, "CONFLICT", "");
    assert_eq!(portal.order(&two, trial(), "1").await.status, 201, "another customer has one too");
    let orders = portal.send(get("/api/v1/orders").by(&one)).await.json();
    assert_eq!(orders["items"].as_array().map(Vec::len), Some(1), "a refused order leaves nothing behind");
}

#[actix_web::test]
async fn of_two_trials_ordered_at_once_one_is_granted() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let body = portal.order_body(trial()).await;
    let ask = |key: &str| portal.send(post("/api/v1/orders", &body).by(&customer).once(key));
    let mut statuses: Vec<_> =
        at_once((0..8).map(|key| ask(&key.to_string()))).await.iter().map(|a| a.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
}

#[actix_web::test]
async fn a_declined_payment_may_be_tried_again_and_a_paid_order_is_not_paid_twice() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let order_id = portal.order(&customer, solo(), "1").await.text("order_id");
    let declined = portal.pay(&customer, &order_id, "decline", "2").await;
    assert_eq!(declined.status, 200);
    assert_eq!(declined.json()["payment_error"], "declined");
    assert_eq!(declined.json()["state"], "awaiting_payment");
    assert_eq!(portal.pay(&customer, &order_id, "decline", "2").await.body, declined.body);

    let paid = portal.pay(&customer, &order_id, "approve", "3").await;
    assert_eq!((&paid.json()["state"], &paid.json()["payment_error"]), (&json!("fulfilled"), &Value::Null));
    assert_eq!(portal.pay(&customer, &order_id, "approve", "3").await.body, paid.body);
    portal.pay(&customer, &order_id, "approve", "4").await.check_refused(409, "CONFLICT", "");
    portal.pay(&customer, &order_id, "decline", "5").await.check_refused(409, "CONFLICT", "");
    let licenses = portal.send(get("/api/v1/licenses").by(&customer)).await.json();
    assert_eq!(licenses["items"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn an_unpaid_order_can_be_given_up_and_then_not_be_paid() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let order_id = portal.order(&customer, solo(), "1").await.text("order_id");
    let path = format!("/api/v1/orders/{order_id}");
    for _ in 0..2 {
        let cancelled = portal.send(Ask::new(Method::DELETE, &path).by(&customer)).await;
        assert_eq!((cancelled.status, &cancelled.json()["state"]), (200, &json!("cancelled")));
    }
    portal.pay(&customer, &order_id, "approve", "2").await.check_refused(409, "CONFLICT", "");

    let paid = portal.order(&customer, solo(), "3").await.text("order_id");
    portal.pay(&customer, &paid, "approve", "4").await;
    let refused = portal.send(Ask::new(Method::DELETE, &format!("/api/v1/orders/{paid}")).by(&customer)).await;
    refused.check_refused(409, "CONFLICT", "");
}

#[actix_web::test]
async fn what_changed_since_the_customer_looked_is_said() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let seen = portal.order_body(solo()).await;
    let order = async |body: &Value, key: &str| portal.send(post("/api/v1/orders", body).by(&customer).once(key)).await;
    let digest = "A".repeat(43);
    order(&with(&seen, "quote_digest", json!(digest)), "1").await.check_refused(409, "PRICE_CHANGED", "");
    order(&with(&seen, "agreement_digest", json!(digest)), "1").await.check_refused(409, "AGREEMENT_CHANGED", "");
    let first = order(&seen, "2").await;
    assert_eq!(first.status, 201);

    portal.publish(|menu| menu.offers.iter_mut().for_each(|offer| offer.base += 100)).await;
    order(&seen, "3").await.check_refused(409, "MENU_CHANGED", "");
    order(&with(&seen, "menu_version", json!(2)), "4").await.check_refused(409, "PRICE_CHANGED", "");
    order(&with(&seen, "menu_version", json!(3)), "5").await.check_refused(422, "INVALID_INPUT", "menu_version");
    order(&with(&seen, "menu_version", json!(0)), "6").await.check_refused(422, "INVALID_INPUT", "menu_version");
    assert_eq!(order(&seen, "2").await.body, first.body, "a replay gets its first answer, whatever has changed");

    let order_id = first.text("order_id");
    let paid = portal.pay(&customer, &order_id, "approve", "7").await.json();
    assert_eq!(paid["total"]["amount"], 400, "an order keeps the price and the menu it was placed with");
}

#[actix_web::test]
async fn an_order_is_paid_by_the_method_that_fits_its_total() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let order = async |body: Value| portal.send(post("/api/v1/orders", &body).by(&customer).once("1")).await;
    let priced = portal.order_body(solo()).await;
    order(with(&priced, "payment", json!("free"))).await.check_refused(402, "PAYMENT_REQUIRED", "");
    let free = portal.order_body(trial()).await;
    order(with(&free, "payment", json!("test"))).await.check_refused(422, "INVALID_INPUT", "payment");
}

#[actix_web::test]
async fn without_the_sandbox_nothing_is_paid_in_it() {
    let portal = Portal::with(|config| config.test_payments = false).await;
    let customer = portal.sign_up("a@example.com").await;
    portal.order(&customer, solo(), "1").await.check_refused(422, "INVALID_INPUT", "payment");
    let order_id = portal.order(&customer, trial(), "2").await.text("order_id");
    portal.pay(&customer, &order_id, "approve", "3").await.check_refused(404, "NOT_FOUND", "");
}

#[actix_web::test]
async fn an_order_needs_an_idempotency_key_that_belongs_to_it() {
    let portal = Portal::open().await;
    let (one, two) = (portal.sign_up("a@example.com").await, portal.sign_up("b@example.com").await);
    let body = portal.order_body(solo()).await;
    let order = |body: &Value| post("/api/v1/orders", body).by(&one);
    portal.send(order(&body)).await.check_refused(400, "IDEMPOTENCY_KEY_REQUIRED", "");
    let twice = order(&body).once("1").once("2");
    portal.send(twice).await.check_refused(400, "IDEMPOTENCY_KEY_REQUIRED", "");
    for bad in ["", &"k".repeat(256), "a\u{e9}"] {
        portal.send(order(&body).once(bad)).await.check_refused(400, "IDEMPOTENCY_KEY_REQUIRED", "");
    }
    let first = portal.send(order(&body).once("1")).await;
    let again = portal.send(order(&body).once("1")).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    let other = portal.order_body(json!({"offer": "solo", "term": "P1Y", "terminals": 1})).await;
    portal.send(order(&other).once("1")).await.check_refused(422, "IDEMPOTENCY_KEY_REUSED", "");
    let order_id = first.text("order_id");
    portal.pay(&one, &order_id, "approve", "1").await.check_refused(422, "IDEMPOTENCY_KEY_REUSED", "");
    let theirs = portal.send(post("/api/v1/orders", &body).by(&two).once("1")).await;
    assert_ne!(theirs.text("order_id"), order_id, "keys of two customers are two keys");
}

#[actix_web::test]
async fn one_key_used_a_hundred_times_at_once_has_one_effect() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let body = portal.order_body(solo()).await;
    let answers = at_once((0..100).map(|_| portal.send(post("/api/v1/orders", &body).by(&customer).once("1")))).await;
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.body == answers[0].body));
    let orders = portal.send(get("/api/v1/orders").by(&customer)).await.json();
    assert_eq!(orders["items"].as_array().map(Vec::len), Some(1));

    let order_id = answers[0].text("order_id");
    let paid = at_once((0..100).map(|_| portal.pay(&customer, &order_id, "approve", "2"))).await;
    assert!(paid.iter().all(|answer| answer.status == 200 && answer.body == paid[0].body));
    let licenses = portal.send(get("/api/v1/licenses").by(&customer)).await.json();
    assert_eq!(licenses["items"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn bad_input_names_the_member_at_fault_and_leaves_nothing_behind() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let good = portal.order_body(solo()).await;
    let order = async |body: &str| {
        portal.send(Ask::new(Method::POST, "/api/v1/orders").body(body).by(&customer).once("1")).await
    };
    for (selection, field) in [
        (json!({"offer": "ultra", "term": "P1M"}), "selection.offer"),
        (json!({"offer": "solo", "term": "P1M", "features": ["fly"], "terminals": 1}), "selection.features"),
        (json!({"offer": "solo", "term": "P7Y", "terminals": 1}), "selection.term"),
        (json!({"offer": "solo", "term": "P1M", "uses": {"draw": 1}, "terminals": 1}), "selection.uses.draw"),
        (json!({"offer": "solo", "term": "P1M"}), "selection.terminals"),
        (json!({"offer": "solo", "term": "P1M", "terminals": 1, "seats": 9}), "selection.seats"),
        (json!({"offer": "solo", "term": "P1M", "terminals": 1, "coupon": "X"}), "selection.coupon"),
        (json!({"offer": "solo", "term": "P1M", "terminals": -1}), "selection.terminals"),
        (json!({"offer": "solo", "term": "P1M", "terminals": 1, "rabate": 1}), "selection.rabate"),
        (json!({"offer": "SOLO", "term": "P1M", "terminals": 1}), "selection.offer"),
    ] {
        let body = with(&good, "selection", selection).to_string();
        order(&body).await.check_refused(422, "INVALID_INPUT", field);
    }
    for (member, value, field) in [
        ("menu_version", json!(-1), "menu_version"),
        ("menu_version", json!(1.5), "menu_version"),
        ("payment", json!("cash"), "payment"),
        ("vendor", json!("Acme Studio"), "vendor"),
        ("extra", json!(1), "extra"),
    ] {
        order(&with(&good, member, value).to_string()).await.check_refused(422, "INVALID_INPUT", field);
    }
    order("{").await.check_refused(400, "INVALID_INPUT", "");
    order(&good.to_string().replacen('{', r#"{"payment":"free","#, 1)).await.check_refused(400, "INVALID_INPUT", "");
    order(&format!("\"{}\"", "x".repeat(1 << 20))).await.check_refused(413, "INVALID_INPUT", "");
    for (member, value) in [("vendor", "nobody"), ("product", "nothing")] {
        order(&with(&good, member, json!(value)).to_string()).await.check_refused(404, "NOT_FOUND", "");
    }
    let orders = portal.send(get("/api/v1/orders").by(&customer)).await.json();
    assert_eq!(orders, json!({"items": [], "next": null}));
    assert_eq!(order(&good.to_string()).await.status, 201, "a refused request leaves its key free");
}

#[actix_web::test]
async fn another_customers_order_is_not_there() {
    let portal = Portal::open().await;
    let (one, two) = (portal.sign_up("a@example.com").await, portal.sign_up("b@example.com").await);
    let order_id = portal.order(&one, solo(), "1").await.text("order_id");
    let path = format!("/api/v1/orders/{order_id}");
    let missing = "/api/v1/orders/ord_01kavb2c5mf6tvq0sr8s1y4d9e";
    for path in [path.as_str(), missing, "/api/v1/orders/lic_01kavb2c5mf6tvq0sr8s1y4d9e", "/api/v1/orders/%00"] {
        portal.send(get(path).by(&two)).await.check_refused(404, "NOT_FOUND", "");
        portal.send(Ask::new(Method::DELETE, path).by(&two)).await.check_refused(404, "NOT_FOUND", "");
        let pay = post(&format!("{path}/payments/test"), &json!({"decision": "approve"})).by(&two).once("1");
        portal.send(pay).await.check_refused(404, "NOT_FOUND", "");
    }
    let foreign = portal.send(get(&path).by(&two)).await.json();
    let nothing = portal.send(get(missing).by(&two)).await.json();
    assert_eq!((&foreign["detail"], &foreign["title"]), (&nothing["detail"], &nothing["title"]));
    assert_eq!(portal.send(get("/api/v1/orders").by(&two)).await.json()["items"], json!([]));

    portal.send(get(&path)).await.check_refused(401, "SIGN_IN_REQUIRED", "");
    let body = portal.order_body(solo()).await;
    portal.send(post("/api/v1/orders", &body).once("1")).await.check_refused(401, "SIGN_IN_REQUIRED", "");
}

#[actix_web::test]
async fn orders_are_listed_in_pages_the_newest_first() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let mut placed = Vec::new();
    for key in 0..5 {
        portal.wait(1);
        placed.push(portal.order(&customer, solo(), &key.to_string()).await.text("order_id"));
    }
    placed.reverse();
    let mut seen = Vec::new();
    let mut path = "/api/v1/orders?limit=2".to_owned();
    loop {
        let page = portal.send(get(&path).by(&customer)).await.json();
        let items = page["items"].as_array().cloned().unwrap_or_default();
        assert!(items.len() <= 2);
        seen.extend(items.iter().filter_map(|order| order["order_id"].as_str().map(str::to_owned)));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/orders?limit=2&cursor={next}");
    }
    assert_eq!(seen, placed);
    for (query, field) in [("limit=0", "limit"), ("limit=101", "limit"), ("cursor=x", "cursor")] {
        let answer = portal.send(get(&format!("/api/v1/orders?{query}")).by(&customer)).await;
        answer.check_refused(422, "INVALID_INPUT", field);
    }
}

fn with(body: &Value, member: &str, value: Value) -> Value {
    let mut body = body.clone();
    if let Some(members) = body.as_object_mut() {
        members.insert(member.to_owned(), value);
    }
    body
}

/// Runs all of them at the same time.
async fn at_once(asks: impl Iterator<Item = impl Future<Output = Answer>>) -> Vec<Answer> {
    futures_util::future::join_all(asks).await
}
