//! Paying by invoice: told how, paid when the vendor says so, given up when nobody pays.

use backend::http::order::cancel_overdue;
use serde_json::{Value, json};

use crate::desk::{ACME, Desk};
use crate::shop::{Answer, Customer, get, post};

const DAY: u64 = 86_400;

fn solo() -> Value {
    json!({"offer": "solo", "term": "P1M", "terminals": 1})
}

/// A vendor that takes payments by invoice, and a customer.
async fn world() -> (Desk, Customer) {
    let desk = Desk::open().await;
    let body = json!({"name": "Acme", "invoice": {"instructions": "Acme Ltd\nIBAN DE00", "days": 14}});
    let saved = desk.put("/settings", &desk.tag("/settings").await, &body).await;
    assert_eq!(saved.json()["payments"], json!(["test", "invoice"]), "{saved:?}");
    let customer = desk.portal.sign_up("a@example.com").await;
    (desk, customer)
}

async fn place(desk: &Desk, customer: &Customer, selection: Value) -> Answer {
    let mut body = desk.portal.order_body(selection).await;
    body["payment"] = json!("invoice");
    let key = desk.portal.app.rng.u128().to_string();
    desk.portal.send(post("/api/v1/orders", &body).by(customer).once(&key)).await
}

async fn order(desk: &Desk, customer: &Customer, order_id: &str) -> Value {
    desk.portal.send(get(&format!("/api/v1/orders/{order_id}")).by(customer)).await.json()
}

async fn mark_paid(desk: &Desk, order_id: &str, key: &str) -> Answer {
    let path = format!("{ACME}/orders/{order_id}/paid");
    desk.portal.send(post(&path, &json!({"note": "Statement 7, line 3."})).by(&desk.owner).once(key)).await
}

#[actix_web::test]
async fn an_order_waits_for_the_vendor_s_word_and_is_fulfilled_with_it() {
    let (desk, customer) = world().await;
    let placed = place(&desk, &customer, solo()).await;
    assert_eq!((placed.status, &placed.json()["state"]), (201, &json!("awaiting_payment")), "{placed:?}");
    assert_eq!(placed.json()["pay_url"], Value::Null);
    let order_id = placed.text("order_id");
    let waiting = order(&desk, &customer, &order_id).await;
    let invoice = &waiting["invoice"];
    assert_eq!(
        (&invoice["instructions"], &invoice["due_at"]),
        (&json!("Acme Ltd\nIBAN DE00"), &json!("2026-12-06T02:00:00Z"))
    );
    let reference = invoice["reference"].as_str().expect("a reference").to_owned();
    assert_eq!(
        desk.look(&format!("/orders?q={}", reference.to_lowercase())).await["items"][0]["order_id"],
        json!(order_id)
    );
    desk.portal.pay(&customer, &order_id, "approve", "1").await.check_refused(409, "CONFLICT", "");

    // Other instructions are for other orders.
    let body = json!({"name": "Acme", "invoice": {"instructions": "IBAN FR00", "days": 3}});
    desk.put("/settings", &desk.tag("/settings").await, &body).await;
    assert_eq!(order(&desk, &customer, &order_id).await["invoice"], *invoice);

    let paid = mark_paid(&desk, &order_id, "2").await;
    assert_eq!((paid.status, &paid.json()["state"]), (200, &json!("fulfilled")), "{paid:?}");
    assert_eq!(mark_paid(&desk, &order_id, "2").await.body, paid.body, "a replay gets its first answer");
    mark_paid(&desk, &order_id, "3").await.check_refused(409, "CONFLICT", "");
    let fulfilled = order(&desk, &customer, &order_id).await;
    assert_eq!(fulfilled["license_id"], paid.json()["license_id"]);
    let told = desk.portal.events("order.paid").await;
    assert_eq!(
        (told.len(), &told[0]["note"], &told[0]["reference"]),
        (1, &json!("Statement 7, line 3."), &json!(reference))
    );
    assert!(told[0]["from"].is_object(), "{told:?}");
    assert_eq!(desk.portal.events("license.created").await.len(), 1);
    let licenses = desk.portal.send(get("/api/v1/licenses").by(&customer)).await.json();
    assert_eq!(licenses["items"].as_array().map(Vec::len), Some(1));

    let path = format!("/orders/{order_id}/refund");
    let refunded = desk.post(&path, &json!({"reason": "Not wanted."})).await;
    assert_eq!((refunded.status, &refunded.json()["state"]), (200, &json!("refunded")), "{refunded:?}");
    desk.portal.check_sound().await;
}

#[actix_web::test]
async fn only_what_the_vendor_offers_and_what_costs_something_is_paid_by_invoice() {
    let (desk, customer) = world().await;
    let free = json!({"offer": "trial", "term": "first_use:P14D"});
    place(&desk, &customer, free).await.check_refused(422, "INVALID_INPUT", "payment");
    desk.put("/settings", &desk.tag("/settings").await, &json!({"name": "Acme"})).await;
    place(&desk, &customer, solo()).await.check_refused(422, "INVALID_INPUT", "payment");
    let tested = desk.portal.order(&customer, solo(), "1").await.text("order_id");
    mark_paid(&desk, &tested, "2").await.check_refused(409, "CONFLICT", "");
    for note in [String::new(), " ".to_owned(), "x".repeat(501), "x".repeat(10_000)] {
        let answer = desk.post(&format!("/orders/{tested}/paid"), &json!({ "note": note })).await;
        answer.check_refused(422, "INVALID_INPUT", "note");
    }
}

#[actix_web::test]
async fn of_those_who_mark_an_order_as_paid_at_once_one_grants_a_license() {
    let (desk, customer) = world().await;
    let order_id = place(&desk, &customer, solo()).await.text("order_id");
    let asks = (0..8).map(|number| {
        let desk = &desk;
        let order_id = order_id.clone();
        async move { mark_paid(desk, &order_id, &number.to_string()).await.status }
    });
    let mut statuses = futures_util::future::join_all(asks).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409, 409, 409]);
    assert_eq!(desk.portal.events("license.created").await.len(), 1);
}

#[actix_web::test]
async fn what_nobody_pays_is_cancelled_a_week_after_its_day_and_its_coupon_is_given_back() {
    let (desk, customer) = world().await;
    let mut selection = solo();
    selection["coupon"] = json!("WELCOME-10");
    let asked = json!({"vendor": "acme", "product": "sketchpad", "menu_version": 1, "selection": selection});
    let mut body = desk.portal.order_body(solo()).await;
    body["quote_digest"] = desk.portal.send(post("/api/v1/quotes", &asked)).await.json()["digest"].clone();
    (body["selection"], body["payment"]) = (selection, json!("invoice"));
    let placed = desk.portal.send(post("/api/v1/orders", &body).by(&customer).once("1")).await;
    let order_id = placed.text("order_id");
    desk.portal.wait(21 * DAY);
    cancel_overdue(&desk.portal.app).await.expect("the store works");
    let owner = desk.portal.sign_in("owner@example.com").await;
    let customer = desk.portal.sign_in("a@example.com").await;
    assert_eq!(order(&desk, &customer, &order_id).await["state"], "awaiting_payment", "money may be on its way");
    desk.portal.wait(1);
    cancel_overdue(&desk.portal.app).await.expect("the store works");
    assert_eq!(order(&desk, &customer, &order_id).await["state"], "cancelled");
    assert_eq!(desk.portal.events("coupon.released").await.len(), 1);
    let path = format!("{ACME}/orders/{order_id}/paid");
    let late = desk.portal.send(post(&path, &json!({"note": "Late."})).by(&owner).once("9")).await;
    late.check_refused(409, "CONFLICT", "");
    desk.portal.check_sound().await;
}

#[actix_web::test]
async fn a_team_cancels_an_order_that_nobody_has_paid_and_says_why() {
    let (desk, customer) = world().await;
    let order_id = place(&desk, &customer, solo()).await.text("order_id");
    let path = format!("/orders/{order_id}/cancel");
    for reason in [String::new(), " ".to_owned(), "x".repeat(501)] {
        desk.post(&path, &json!({ "reason": reason })).await.check_refused(422, "INVALID_INPUT", "reason");
    }
    let viewer = desk.portal.sign_up("viewer@example.com").await;
    let by_stranger = post(&format!("{ACME}{path}"), &json!({"reason": "Mine."})).by(&viewer);
    desk.portal.send(by_stranger).await.check_refused(404, "NOT_FOUND", "");

    let reason = json!({"reason": "Ordered twice."});
    let done = desk.post(&path, &reason).await;
    assert_eq!((done.status, &done.json()["state"]), (200, &json!("cancelled")), "{done:?}");
    assert_eq!(desk.post(&path, &json!({"reason": "Again."})).await.body, done.body, "it was done already");
    let told = desk.portal.events("order.cancelled").await;
    assert_eq!((told.len(), &told[0]["reason"], &told[0]["state"]), (1, &reason["reason"], &json!("cancelled")));
    assert!(told[0]["from"].is_object(), "{told:?}");
    assert_eq!(order(&desk, &customer, &order_id).await["state"], "cancelled");
    mark_paid(&desk, &order_id, "1").await.check_refused(409, "CONFLICT", "");
    desk.portal.check_sound().await;
}

#[actix_web::test]
async fn what_is_paid_is_not_cancelled_and_of_paying_and_cancelling_at_once_one_is_done() {
    let (desk, customer) = world().await;
    let order_id = place(&desk, &customer, solo()).await.text("order_id");
    let path = format!("/orders/{order_id}/cancel");
    let reason = json!({"reason": "Too late?"});
    let (paid, cancelled) =
        futures_util::future::join(mark_paid(&desk, &order_id, "1"), desk.post(&path, &reason)).await;
    let (done, refused) = if paid.status == 200 { (&paid, &cancelled) } else { (&cancelled, &paid) };
    assert_eq!(done.status, 200, "{done:?}");
    refused.check_refused(409, "CONFLICT", "");
    let paid = place(&desk, &customer, solo()).await.text("order_id");
    assert_eq!(mark_paid(&desk, &paid, "2").await.status, 200);
    let path = format!("/orders/{paid}/cancel");
    desk.post(&path, &reason).await.check_refused(409, "CONFLICT", "");
    desk.post(&format!("/orders/{paid}/refund"), &reason).await;
    desk.post(&path, &reason).await.check_refused(409, "CONFLICT", "");
    desk.portal.check_sound().await;
}
