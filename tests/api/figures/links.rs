//! The lists that figures lead to show exactly what was counted: of all products and of one, day by day.

use serde_json::{Value, json};

use super::{Desk, Device, a_busy_day, solo};
use crate::farm::Farm;

/// What an event of the log says of a function's uses.
fn uses_of(event: &Value, feature: &str) -> i64 {
    let body = &event["body"];
    match event["kind"].as_str().unwrap_or_default() {
        "use.counted" => body["count"].as_i64().unwrap_or(0),
        "slice.settled" | "lease.returned" | "lease.expired" | "lease.ended" => body["spent"].as_i64().unwrap_or(0),
        _ => {
            let counted = body["counted"].as_array().cloned().unwrap_or_default();
            counted.iter().filter(|one| one["feature"] == feature).filter_map(|one| one["count"].as_i64()).sum()
        }
    }
}

/// Each number of each bucket must be what its list comes to; `product` narrows both.
pub(super) async fn check_lists(desk: &Desk, figures: &Value, product: &str) {
    for bucket in figures["buckets"].as_array().expect("buckets") {
        let day = bucket["start"].as_str().expect("a day");
        let next = day.parse::<shared::time::Date>().expect("a day").end();
        let within = format!("from={day}T00:00:00Z&to={next}{product}");
        let rows = async |list: &str| desk.all(&format!("/{list}&{within}&")).await;

        let orders = rows("orders?sort=-fulfilled_at&currency=EUR").await;
        let amount: i64 = orders.iter().filter_map(|row| row["total"]["amount"].as_i64()).sum();
        let one = json!([{"orders": orders.len(), "amount": {"amount": amount, "currency": "EUR"}}]);
        assert_eq!(bucket["sales"], if orders.is_empty() { json!([]) } else { one }, "{day}");
        assert_eq!(rows("orders?sort=-fulfilled_at&currency=JPY").await, [] as [Value; 0]);
        assert_eq!(bucket["licenses_granted"], rows("licenses?sort=-granted_at").await.len(), "{day}");
        for (member, kind) in [("offered", "pass.move.offered"), ("redeemed", "pass.move.redeemed")] {
            assert_eq!(bucket["moves"][member], rows(&format!("events?kind={kind}")).await.len(), "{day} {kind}");
        }
        for (feature, count) in bucket["uses"].as_object().expect("uses") {
            let events = rows(&format!("events?feature={feature}")).await;
            let sum: i64 = events.iter().map(|event| uses_of(event, feature)).sum();
            assert_eq!(*count, sum, "{day} {feature}");
        }
        for (code, count) in bucket["denials"].as_object().expect("denials") {
            let events = rows(&format!("events?kind=license.denied&code={code}")).await;
            assert_eq!(*count, events.len(), "{day} {code}");
        }
    }
}

#[actix_web::test]
async fn sales_and_uses_of_one_product_lead_to_what_was_sold_and_used_of_it() {
    let farm = Farm::open().await;
    let owner = farm.portal().sign_in("owner@example.com").await;
    let mut desk = Desk { portal: farm.portal().clone(), owner };
    let portal = desk.portal.clone();
    a_busy_day(&portal, "busy@example.com").await;
    desk.portal
        .publish(|menu| {
            menu.offers.iter_mut().flat_map(|offer| &mut offer.uses).for_each(|uses| {
                if uses.feature.as_str() == "ai.render" {
                    uses.count = shared::menu::Counting::OnIssue;
                }
            });
        })
        .await;
    let customer = portal.sign_up("issued@example.com").await;
    let issued = portal.buy(&customer, crate::holder::pro()).await;
    portal.pass(&customer, issued, &Device::new(7)).await;
    let lease = farm.lease(&json!({"count": 20})).await;
    assert_eq!(farm.give_back(&lease, 5).await.status, 200);
    desk.end_day().await;

    // The next day, what was sold is paid back, and more is used.
    portal.wait(3600);
    let late = portal.sign_up("late@example.com").await;
    let license = portal.buy(&late, solo()).await;
    let order = desk.look(&format!("/licenses/{license}")).await["order_id"].as_str().expect("an order").to_owned();
    desk.end_day().await;
    portal.wait(3600);
    desk.act(&format!("/orders/{order}/refund"), json!({"reason": "A story."})).await;
    desk.end_day().await;

    let product = json!({"product": "other", "name": "Other", "summary": "Something else."});
    assert_eq!(desk.post("/products", &product).await.status, 201);
    for product in ["", "&product=sketchpad", "&product=other"] {
        let figures = desk.figures(&format!("?from=2026-11-22{product}")).await;
        check_lists(&desk, &figures, product).await;
        let uses = &figures["buckets"][0]["uses"];
        assert_eq!(uses.as_object().map(serde_json::Map::is_empty), Some(product == "&product=other"), "{uses}");
    }
    let first = desk.figures("?from=2026-11-22").await["buckets"][0]["uses"]["ai.render"].clone();
    let by_kind = desk.all("/events?feature=ai.render&").await;
    let mut kinds: Vec<_> = by_kind.iter().map(|event| event["kind"].as_str().unwrap_or_default()).collect();
    kinds.sort_unstable();
    assert!(kinds.contains(&"lease.returned") && kinds.contains(&"pass.issued"), "{first} by {kinds:?}");
    // What was paid back stays in the list of its day.
    let paid_back = desk.all("/orders?sort=-fulfilled_at&state=refunded&").await;
    assert_eq!(paid_back.len(), 1);
    for (query, field) in [
        ("orders?currency=EUR", "currency"),
        ("licenses?sort=ends_at&from=2026-11-22T00:00:00Z", "from"),
        ("events?code=USES_EXHAUSTED", "code"),
        ("events?kind=use.counted", "kind"),
        ("events?product=nothing", "product"),
        ("events?feature=%20", "feature"),
    ] {
        desk.get(&format!("/{query}")).await.check_refused(422, "INVALID_INPUT", field);
    }
}
