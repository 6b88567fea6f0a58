//! Figures: each equals the list that it leads to, day by day, whatever happens to a license; and nothing is counted twice.

use std::collections::BTreeMap;

use actix_web::http::Method;
use backend::figures::{count, count_all};
use backend::outbox::expiring;
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::id::{LicenseId, VendorId};

use crate::desk::{ACME, Desk};
use crate::holder::{Bought, pro};
use crate::shop::{Ask, Customer, Device, Portal, claims, demo_product};

mod links;

const DAY: u64 = 24 * 3600;

fn solo() -> Value {
    json!({"offer": "solo", "term": "P1M", "terminals": 1})
}

impl Desk {
    async fn vendor_id(&self) -> VendorId {
        self.portal.app.store.read(|tx| Ok(demo_product(tx)?.0.vendor_id)).await.expect("the demo's vendor")
    }

    /// Every row of a list, page by page.
    async fn all(&self, path: &str) -> Vec<Value> {
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.look(&format!("{path}limit=100{cursor}")).await;
            rows.extend(page["items"].as_array().expect("a list has items").clone());
            let Some(next) = page["next"].as_str() else { return rows };
            cursor = format!("&cursor={next}");
        }
    }

    /// The active licenses that the list by end shows from the next second on: those that have not ended.
    async fn usable(&self) -> usize {
        let next = self.portal.app.clock.now().checked_add_seconds(1).expect("in range");
        self.all(&format!("/licenses?state=active&sort=ends_at&ends_after={next}&")).await.len()
    }

    /// The active licenses that the list by end shows until the end of the 30th day ahead.
    async fn expiring(&self) -> usize {
        let now = self.portal.app.clock.now();
        let last = now.checked_add("P30D".parse().expect("a period")).expect("in range").date().end();
        let (from, to) =
            (now.checked_add_seconds(1).expect("in range"), last.checked_add_seconds(1).expect("in range"));
        let path = format!("/licenses?state=active&sort=ends_at&ends_after={from}&ends_before={to}&");
        self.all(&path).await.len()
    }

    async fn act(&self, path: &str, body: Value) {
        let answer = self.post(path, &body).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
    }

    async fn figures(&self, query: &str) -> Value {
        self.look(&format!("/figures{query}")).await
    }

    /// To the last second of the day; then how many licenses are usable, and how many end soon, as the lists say.
    async fn end_day(&mut self) -> (usize, usize) {
        self.portal.wait(DAY - 1 - self.portal.app.clock.now().as_unix().rem_euclid(86_400).unsigned_abs());
        self.owner = self.portal.sign_in("owner@example.com").await;
        (self.usable().await, self.expiring().await)
    }
}

/// What the log says of each day: the kinds of events, uses by what they say, money by currency.
async fn from_log(portal: &Portal) -> BTreeMap<String, BTreeMap<String, i64>> {
    let events = portal.app.store.read(|tx| {
        let (vendor, _) = demo_product(tx)?;
        tx.events(vendor.vendor_id, 0, 100_000)
    });
    let mut days: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    for (_, event) in events.await.expect("there are events") {
        let body: Value = serde_json::from_str(&event.body).expect("a body is JSON");
        let day = days.entry(event.at.date().to_string()).or_default();
        *day.entry(event.kind.clone()).or_default() += 1;
        *day.entry(format!("{} amount", event.kind)).or_default() += body["total"]["amount"].as_i64().unwrap_or(0);
        let uses = match event.kind.as_str() {
            "use.counted" => body["count"].as_i64(),
            "slice.settled" => body["spent"].as_i64(),
            _ => None,
        };
        *day.entry("uses".to_owned()).or_default() += uses.unwrap_or(0);
    }
    days
}

/// Each bucket of days must say what the log says.
async fn check_days(desk: &Desk, figures: &Value) {
    let log = from_log(&desk.portal).await;
    for bucket in figures["buckets"].as_array().expect("buckets") {
        let day = bucket["start"].as_str().expect("a day");
        let logged = |kind: &str| log.get(day).and_then(|kinds| kinds.get(kind)).copied().unwrap_or(0);
        let money = |list: &str, kind: &str| {
            let amount = json!({"amount": logged(&format!("{kind} amount")), "currency": "EUR"});
            let one = json!([{"orders": logged(kind), "amount": amount}]);
            assert_eq!(bucket[list], if logged(kind) == 0 { json!([]) } else { one }, "{day} {list}");
        };
        money("sales", "order.fulfilled");
        money("refunds", "order.refunded");
        assert_eq!(bucket["licenses_granted"], logged("license.created"), "{day}");
        assert_eq!(bucket["moves"]["offered"], logged("pass.move.offered"), "{day}");
        assert_eq!(bucket["moves"]["redeemed"], logged("pass.move.redeemed"), "{day}");
        let uses: i64 = bucket["uses"].as_object().expect("uses").values().filter_map(Value::as_i64).sum();
        assert_eq!(uses, logged("uses"), "{day}");
        let denials: i64 = bucket["denials"].as_object().expect("denials").values().filter_map(Value::as_i64).sum();
        assert_eq!(denials, logged("license.denied"), "{day}");
    }
}

/// A customer with a device in use: uses, a slice, a move, a refusal.
async fn a_busy_day(portal: &Portal, email: &str) -> (Customer, LicenseId) {
    let customer = portal.sign_up(email).await;
    let license_id = portal.buy(&customer, pro()).await;
    let bought = Bought { portal: portal.clone(), customer, license_id };
    let holder = bought.connect(1).await;
    assert_eq!(holder.count("ai.render", 3).await.status, 200);
    let slice = holder.slice(Some(10)).await.text("slice_id");
    assert_eq!(holder.settle(&slice, 4).await.status, 200);
    holder.count("ai.render", 1000).await.check_refused(403, "USES_EXHAUSTED", "");
    holder.count("ai.render", 1000).await.check_refused(403, "USES_EXHAUSTED", "");
    let offer = portal.offer(&holder.pass(), &holder.device).await;
    let moved = portal.redeem(&json!({"code": offer.text("code")}), &Device::new(2)).await;
    assert_eq!(moved.status, 201, "{moved:?}");
    (bought.customer, license_id)
}

#[actix_web::test]
async fn every_figure_equals_the_list_that_it_leads_to_day_after_day() {
    let mut desk = Desk::open().await;
    let portal = desk.portal.clone();
    let mut seen = Vec::new();

    // Sunday, 22 November: sales, uses, a move, refusals; a trial that does not begin yet.
    let (anna, annas) = a_busy_day(&portal, "a@example.com").await;
    let bert = portal.sign_up("b@example.com").await;
    let berts = portal.buy(&bert, solo()).await;
    portal.pass(&bert, berts, &Device::new(3)).await;
    portal.issue(&bert, berts, &Device::new(4), "too many").await.check_refused(409, "DEVICES_EXHAUSTED", "");
    let trial = portal.buy(&bert, json!({"offer": "trial", "term": "first_use:P14D"})).await;
    portal.order(&anna, solo(), "unpaid").await;
    let given_up = portal.order(&anna, solo(), "given up").await.text("order_id");
    portal.send(Ask::new(Method::DELETE, &format!("/api/v1/orders/{given_up}")).by(&anna)).await;
    seen.push(desk.end_day().await);

    // Monday: the trial begins, one license is suspended, one paid back.
    portal.wait(3600);
    portal.pass(&bert, trial, &Device::new(5)).await;
    desk.act(&format!("/licenses/{annas}/suspend"), json!({"reason": "A story."})).await;
    let order = desk.look(&format!("/licenses/{berts}")).await["order_id"].as_str().expect("an order").to_owned();
    desk.act(&format!("/orders/{order}/refund"), json!({"reason": "A story."})).await;
    let carla = portal.sign_up("c@example.com").await;
    let carlas = portal.buy(&carla, solo()).await;
    seen.push(desk.end_day().await);

    // Tuesday: it comes back; another one's term is made longer; what was paid back is refused.
    portal.wait(3600);
    desk.act(&format!("/licenses/{annas}/reinstate"), json!({"reason": "A story."})).await;
    desk.act(&format!("/licenses/{carlas}/extend"), json!({"ends_at": "2027-06-01T00:00:00Z", "reason": "A story."}))
        .await;
    portal.issue(&bert, berts, &Device::new(6), "over").await.check_refused(403, "REVOKED", "");
    seen.push(desk.end_day().await);

    // What ends leaves no event: the trial, two weeks later; until then, nothing.
    for _ in 0..16 {
        portal.wait(3600);
        seen.push(desk.end_day().await);
    }

    let figures = desk.figures("?from=2026-11-22").await;
    let buckets = figures["buckets"].as_array().expect("buckets").clone();
    assert_eq!(buckets.len(), seen.len());
    check_days(&desk, &figures).await;
    links::check_lists(&desk, &figures, "").await;
    for (bucket, (usable, _)) in buckets.iter().zip(&seen) {
        assert_eq!(bucket["active_licenses"], *usable, "{}", bucket["start"]);
    }
    let usable: Vec<_> = seen.iter().map(|(usable, _)| *usable).collect();
    assert_eq!(usable[..4], [3, 2, 3, 3], "{usable:?}");
    assert_eq!(usable.last(), Some(&2), "the trial has ended");
    let (usable, expiring) = seen.last().copied().expect("days");
    assert_eq!(
        (figures["active_licenses"].clone(), figures["expiring"].clone()),
        (json!(usable), json!({"within_days": 30, "licenses": expiring}))
    );
    assert_eq!(buckets[0]["uses"], json!({"ai.render": 7}), "3 counted, 4 of a slice spent");
    assert_eq!(buckets[0]["denials"], json!({"DEVICES_EXHAUSTED": 1, "USES_EXHAUSTED": 1}), "the same is told once");
    let fulfilled = desk.all("/orders?state=fulfilled&").await.len() as u64;
    let sum = |list: &str| -> u64 {
        buckets
            .iter()
            .flat_map(|bucket| bucket[list].as_array().expect("money"))
            .filter_map(|one| one["orders"].as_u64())
            .sum()
    };
    assert_eq!(sum("sales") - sum("refunds"), fulfilled);
    let moves = desk.all("/moves?state=redeemed&").await.len();
    assert_eq!(buckets[0]["moves"]["redeemed"], moves);
    portal.check_sound().await;
}

#[actix_web::test]
async fn licenses_that_end_soon_are_counted_as_the_list_by_end_shows_them() {
    let mut desk = Desk::open().await;
    let customer = desk.portal.sign_up("a@example.com").await;
    // A month from now is the 22nd of December; the 30th day ahead of the 22nd, too.
    desk.portal.buy(&customer, solo()).await;
    for day in 0..40 {
        let (usable, expiring) = desk.end_day().await;
        let figures = desk.figures("").await;
        let now = (figures["active_licenses"].clone(), figures["expiring"]["licenses"].clone());
        assert_eq!(now, (json!(usable), json!(expiring)), "day {day}");
        desk.portal.wait(1800);
    }
    assert_eq!(desk.usable().await, 0);
}

#[actix_web::test]
async fn an_event_is_counted_once_however_many_count() {
    let desk = Desk::open().await;
    let (portal, vendor_id) = (&desk.portal, desk.vendor_id().await);
    a_busy_day(portal, "a@example.com").await;
    let counted = join_all((0..16).map(|_| count(&portal.app, vendor_id))).await;
    assert!(counted.iter().all(Result::is_ok), "{counted:?}");
    count_all(&portal.app).await.expect("there is nothing left");
    let (one, all) = (desk.figures("").await, join_all((0..8).map(|_| desk.figures(""))).await);
    assert!(all.iter().all(|other| *other == one), "asking changes nothing");
    check_days(&desk, &one).await;
    let log = portal.app.store.read(move |tx| tx.last_event(vendor_id)).await.expect("a log");
    assert_eq!(one["counted_to"], log);
    portal.check_sound().await;
}

#[actix_web::test]
async fn weeks_begin_on_monday_months_on_their_first_and_hold_what_their_days_hold() {
    let mut desk = Desk::open().await;
    let customer = desk.portal.sign_up("a@example.com").await;
    for _ in 0..12 {
        desk.portal.buy(&customer, solo()).await;
        desk.end_day().await;
        desk.portal.wait(3600);
    }
    let starts = |figures: &Value| -> Vec<Value> {
        figures["buckets"].as_array().expect("buckets").iter().map(|bucket| bucket["start"].clone()).collect()
    };
    let weeks = desk.figures("?by=week&from=2026-11-22&to=2026-12-03").await;
    assert_eq!(starts(&weeks), [json!("2026-11-16"), json!("2026-11-23"), json!("2026-11-30")]);
    assert_eq!(
        (&weeks["buckets"][0]["licenses_granted"], &weeks["buckets"][1]["licenses_granted"]),
        (&json!(1), &json!(7))
    );
    assert_eq!(weeks["buckets"][1]["active_licenses"], 8);
    let months = desk.figures("?by=month&from=2026-11-22").await;
    assert_eq!(starts(&months), [json!("2026-11-01"), json!("2026-12-01")]);
    assert_eq!(months["buckets"][0]["sales"], json!([{"orders": 9, "amount": {"amount": 3600, "currency": "EUR"}}]));
    assert_eq!(months["to"], "2026-12-04", "no day that lies ahead");
}

#[actix_web::test]
async fn figures_of_a_product_are_that_products_and_queries_are_held_to_their_form() {
    let desk = Desk::open().await;
    let customer = desk.portal.sign_up("a@example.com").await;
    desk.portal.buy(&customer, solo()).await;
    let made =
        desk.post("/products", &json!({"product": "other", "name": "Other", "summary": "Something else."})).await;
    assert_eq!(made.status, 201, "{made:?}");
    let (all, own, other) =
        (desk.figures("").await, desk.figures("?product=sketchpad").await, desk.figures("?product=other").await);
    assert_eq!(all, own);
    assert_eq!((&other["active_licenses"], other["buckets"].as_array().map(Vec::len)), (&json!(0), Some(30)));
    for (query, field) in [
        ("?by=year", "by"),
        ("?from=yesterday", "from"),
        ("?to=2026-13-01", "to"),
        ("?from=2026-11-23", "from"),
        ("?from=2026-11-02&to=2026-11-01", "from"),
        ("?from=2025-10-18", "from"),
        ("?by=month&from=0001-01-01", "from"),
        ("?product=nothing", "product"),
        ("?colour=red", "colour"),
    ] {
        desk.get(&format!("/figures{query}")).await.check_refused(422, "INVALID_INPUT", field);
    }
    desk.check_strangers(&[(Method::GET, "/figures", Value::Null)]).await;
}

#[actix_web::test]
async fn a_refusal_is_told_of_licenses_and_not_of_strangers() {
    let desk = Desk::open().await;
    let portal = &desk.portal;
    let (customer, license_id) = a_busy_day(portal, "a@example.com").await;
    let told = || async { portal.events("license.denied").await };
    let first = told().await;
    let wanted = json!({"code": "USES_EXHAUSTED", "act": "use", "feature": "ai.render"});
    assert_eq!(first, [wanted]);
    let stranger = portal.sign_up("s@example.com").await;
    portal.issue(&stranger, license_id, &Device::new(9), "1").await.check_refused(404, "NOT_FOUND", "");
    let pass = portal.pass(&customer, license_id, &Device::new(8)).await;
    let bad = Ask::new(Method::POST, "/api/v1/uses").body("{\"feature\":\"ai.render\",\"count\":0}").token(&pass);
    let proof = Device::new(8).proof(portal, "POST", "/api/v1/uses", Some(&pass));
    portal.send(bad.proof(&proof).once("bad")).await.check_refused(422, "INVALID_INPUT", "count");
    assert_eq!(told().await.len(), 1, "neither a stranger nor nonsense");
    portal.wait(600);
    let holder = Bought { portal: portal.clone(), customer, license_id }.connect(8).await;
    holder.count("ai.render", 1000).await.check_refused(403, "USES_EXHAUSTED", "");
    holder.count("ai.upscale", 1).await.check_refused(403, "FEATURE_MISSING", "");
    assert_eq!(told().await.len(), 3, "ten minutes later it is told again");
    assert!(claims(&holder.pass())["jti"].is_string());
    portal.check_sound().await;
}

#[actix_web::test]
async fn an_end_that_comes_is_told_once_and_again_when_it_moved() {
    let mut desk = Desk::open().await;
    let portal = desk.portal.clone();
    let customer = portal.sign_up("a@example.com").await;
    let license_id = portal.buy(&customer, solo()).await;
    portal.buy(&customer, json!({"offer": "solo", "term": "perpetual", "terminals": 1})).await;
    let look = || async {
        for _ in 0..2 {
            expiring::tell_due(&portal.app).await.expect("the store answers");
        }
        portal.events("license.expiring").await
    };
    // It ends on 22 December at 02:00.
    portal.wait(23 * DAY - 1);
    assert_eq!(look().await, [] as [Value; 0]);
    portal.wait(1);
    let first = json!({"ends_at": "2026-12-22T02:00:00Z", "trial": false});
    assert_eq!(look().await, std::slice::from_ref(&first));
    desk.owner = portal.sign_in("owner@example.com").await;
    let longer = json!({"ends_at": "2026-12-22T03:00:00Z", "reason": "A story."});
    desk.act(&format!("/licenses/{license_id}/extend"), longer).await;
    let second = json!({"ends_at": "2026-12-22T03:00:00Z", "trial": false});
    assert_eq!(look().await, std::slice::from_ref(&first), "that is more than a week away again");
    portal.wait(3600);
    assert_eq!(look().await, [first.clone(), second.clone()]);
    let later = json!({"ends_at": "2027-12-24T02:00:00Z", "reason": "A story."});
    desk.act(&format!("/licenses/{license_id}/extend"), later).await;
    assert_eq!(look().await.len(), 2, "that is a long time");
    portal.wait(700 * DAY);
    assert_eq!(look().await, [first, second], "what has ended is not about to");
}

#[actix_web::test]
async fn figures_are_for_whoever_may_see_orders() {
    let desk = Desk::open().await;
    let viewer = desk.portal.member("viewer@example.com", desk.vendor_id().await, shared::team::Role::Viewer).await;
    let ask = crate::shop::get(&format!("{ACME}/figures")).by(&viewer);
    assert_eq!(desk.portal.send(ask).await.status, 200);
}
