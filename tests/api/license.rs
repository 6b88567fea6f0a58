//! Licenses, as their customers see them.

use serde_json::{Value, json};

use crate::shop::{Device, Portal, get};

#[actix_web::test]
async fn a_license_shows_what_was_bought() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    let uses = json!({"ai.render": 100});
    let selection = json!({"offer": "pro", "term": "P1M", "features": ["ai.render"], "uses": uses, "terminals": 3});
    let license_id = portal.buy(&customer, selection).await;
    let path = format!("/api/v1/licenses/{license_id}");
    let license = portal.send(get(&path).by(&customer)).await.json();
    let term = json!({"kind": "fixed", "starts_at": "2026-11-22T02:00:00Z", "ends_at": "2026-12-22T02:00:00Z"});
    for (member, wanted) in [
        ("license_id", json!(license_id)),
        ("offer", json!("pro")),
        ("offer_name", json!("Pro")),
        ("state", json!("active")),
        ("term", term),
        ("granted_at", json!("2026-11-22T02:00:00Z")),
        ("terminals", json!({"limit": 3, "items": []})),
        ("seats", json!(0)),
        ("moving", json!({"allowed": true, "limit": 3, "per": "P1Y", "recoveries": 2})),
    ] {
        assert_eq!(license[member], wanted, "{member}");
    }
    let counter = json!({
        "limit": 100, "left": 100, "resets": "P1M", "resets_at": "2026-12-22T02:00:00Z", "spent": 0, "count": "on_use",
    });
    assert_eq!(license["features"]["ai.render"], json!({"name": "AI rendering", "uses": counter}));
    assert_eq!(license["features"]["draw"], json!({"name": "Draw and undo"}));

    portal.wait(5);
    portal.pass(&customer, license_id, &Device::new(1)).await;
    portal.wait(5);
    portal.pass(&customer, license_id, &Device::new(2)).await;
    let license = portal.send(get(&path).by(&customer)).await.json();
    let devices = license["terminals"]["items"].as_array().cloned().unwrap_or_default();
    let connected: Vec<_> = devices.iter().map(|device| &device["connected_at"]).collect();
    assert_eq!(connected, ["2026-11-22T02:00:10Z", "2026-11-22T02:00:05Z"], "the newest first");
    assert!(devices.iter().all(|device| device["status"] == "valid" && device["name"] == "Firefox on Linux"));
}

#[actix_web::test]
async fn every_kind_of_term_is_shown_as_it_was_bought() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    for (offer, term, wanted) in [
        (
            "solo",
            "P1Y",
            json!({"kind": "fixed", "starts_at": "2026-11-22T02:00:00Z", "ends_at": "2027-11-22T02:00:00Z"}),
        ),
        ("solo", "perpetual", json!({"kind": "perpetual", "starts_at": "2026-11-22T02:00:01Z"})),
        (
            "pro",
            "until:2027-12-31",
            json!({"kind": "fixed", "starts_at": "2026-11-22T02:00:02Z", "ends_at": "2028-01-01T00:00:00Z"}),
        ),
    ] {
        let license_id = portal.buy(&customer, json!({"offer": offer, "term": term, "terminals": 1})).await;
        portal.wait(1);
        let license = portal.send(get(&format!("/api/v1/licenses/{license_id}")).by(&customer)).await.json();
        assert_eq!(license["term"], wanted, "{term}");
    }
    let license_id = portal.buy(&customer, json!({"offer": "trial", "term": "first_use:P14D"})).await;
    let license = portal.send(get(&format!("/api/v1/licenses/{license_id}")).by(&customer)).await.json();
    assert_eq!(license["term"], json!({"kind": "first_use", "period": "P2W"}));

    let list = portal.send(get("/api/v1/licenses?limit=3").by(&customer)).await.json();
    assert_eq!(
        (list["items"].as_array().map(Vec::len), &list["items"][0]["license_id"]),
        (Some(3), &json!(license_id))
    );
    let rest = format!("/api/v1/licenses?limit=3&cursor={}", list["next"].as_str().unwrap_or_default());
    let rest = portal.send(get(&rest).by(&customer)).await.json();
    assert_eq!((rest["items"].as_array().map(Vec::len), &rest["next"]), (Some(1), &Value::Null));
}

#[actix_web::test]
async fn another_customers_license_is_not_there() {
    let portal = Portal::open().await;
    let (one, two) = (portal.sign_up("a@example.com").await, portal.sign_up("b@example.com").await);
    let license_id = portal.buy(&one, json!({"offer": "solo", "term": "P1M", "terminals": 1})).await;
    let device = Device::new(1);
    for id in [license_id, "lic_01kavb2c5mf6tvq0sr8s1y4d9e".parse().unwrap()] {
        portal.send(get(&format!("/api/v1/licenses/{id}")).by(&two)).await.check_refused(404, "NOT_FOUND", "");
        portal.issue(&two, id, &device, "1").await.check_refused(404, "NOT_FOUND", "");
    }
    portal.send(get("/api/v1/licenses/pas_01kavb2c5mf6tvq0sr8s1y4d9e").by(&one)).await.check_refused(
        404,
        "NOT_FOUND",
        "",
    );
    portal.send(get(&format!("/api/v1/licenses/{license_id}"))).await.check_refused(401, "SIGN_IN_REQUIRED", "");
    assert_eq!(portal.send(get("/api/v1/licenses").by(&two)).await.json()["items"], json!([]));
    assert_eq!(portal.issue(&one, license_id, &device, "1").await.status, 201, "a refused device takes no place");
}
