//! The operator's figures: they move by exactly what was done, and name nobody.

use std::collections::BTreeMap;

use backend::config::Operations;
use serde_json::json;

use crate::desk::Desk;
use crate::shop::{Ask, Portal, get, post};

const TOKEN: &str = "a-token-of-the-operators";

async fn portal() -> Portal {
    let operations = Operations { metrics_token: TOKEN.parse().ok(), ..Operations::default() };
    Portal::with(|config| config.operations = operations).await
}

fn ask() -> Ask {
    get("/metrics").header("authorization", &format!("Bearer {TOKEN}"))
}

/// Every series with its value.
async fn read(portal: &Portal) -> BTreeMap<String, f64> {
    let answer = portal.send(ask()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let text = String::from_utf8(answer.body.to_vec()).expect("text");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let read = |line: &str| {
        let (series, value) = line.rsplit_once(' ').expect("a value");
        (series.to_owned(), value.parse().expect("a number"))
    };
    lines.map(read).collect()
}

#[actix_web::test]
async fn figures_move_by_exactly_what_was_done() {
    let portal = portal().await;
    let before = read(&portal).await;
    let customer = portal.sign_up("a@example.com").await;
    for _ in 0..3 {
        portal.send(get("/api/v1/licenses").by(&customer)).await;
    }
    let nobody = json!({"email": "a@example.com", "password": "quite another one"});
    portal.send(post("/api/v1/session", &nobody)).await.check_refused(401, "INVALID_INPUT", "");
    portal.send(get("/api/v1/licenses/lic_01kavb2c5mf6tvq0sr8s1y4d9e").by(&customer)).await;
    portal.send(get("/somewhere/else")).await;
    let after = read(&portal).await;
    let moved = |series: &str| after.get(series).copied().unwrap_or(0.0) - before.get(series).copied().unwrap_or(0.0);
    let requests = |route: &str, method: &str, status: &str| {
        moved(&format!("passgate_http_requests_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}"))
    };
    for (route, method, status, wanted) in [
        ("/api/v1/accounts", "POST", "2xx", 1.0),
        ("/api/v1/licenses", "GET", "2xx", 3.0),
        ("/api/v1/session", "POST", "4xx", 1.0),
        ("/api/v1/session", "POST", "2xx", 0.0),
        ("/api/v1/licenses/{id}", "GET", "4xx", 1.0),
        // The scrape before is counted by now.
        ("/metrics", "GET", "2xx", 1.0),
    ] {
        assert!((requests(route, method, status) - wanted).abs() < 0.1, "{method} {route} {status}: {after:#?}");
    }
    let counted = moved("passgate_http_request_seconds_count{method=\"GET\",route=\"/api/v1/licenses\"}");
    assert!((counted - 3.0).abs() < 0.1, "{after:#?}");
    for (code, wanted) in [("INVALID_INPUT", 1.0), ("NOT_FOUND", 1.0)] {
        let refused = moved(&format!("passgate_refusals_total{{code=\"{code}\"}}"));
        assert!(refused >= wanted, "{code}: {after:#?}");
    }
    assert!(moved("passgate_store_commit_seconds_count") >= 1.0 && moved("passgate_store_commit_writes_sum") >= 1.0);
    for series in ["passgate_store_bytes", "process_resident_memory_bytes", "passgate_store_readable"] {
        assert!(after.get(series).is_some_and(|value| *value > 0.0), "{series}: {after:#?}");
    }
    assert!(after.contains_key("passgate_store_log_bytes"), "{after:#?}");
    // No id, no tenant and nobody's address.
    for series in after.keys() {
        assert!(!["lic_", "acme", "@", "somewhere", "ven_"].iter().any(|word| series.contains(word)), "{series}");
    }
}

#[actix_web::test]
async fn what_is_open_and_waits_is_counted() {
    let desk = Desk::of(portal().await).await;
    let webhook = json!({"url": "http://127.0.0.1:9/", "description": "", "kinds": []});
    assert_eq!(desk.post("/webhooks", &webhook).await.status, 201);
    desk.portal.sign_up("b@example.com").await;
    let figures = read(&desk.portal).await;
    let figure = |series: &str| figures.get(series).copied().unwrap_or(-1.0);
    assert!((figure("passgate_webhooks{state=\"active\"}") - 1.0).abs() < 0.1, "{figures:#?}");
    for series in
        ["passgate_open_leases", "passgate_seat_waiters", "passgate_event_streams", "passgate_store_refused_total"]
    {
        assert!(figure(series).abs() < 0.1, "{series}: {figures:#?}");
    }
    assert!(figure("passgate_oldest_signing_key_timestamp_seconds") > 1e9, "{figures:#?}");
}

#[actix_web::test]
async fn figures_are_for_the_operator_alone() {
    let open = Portal::open().await;
    open.send(ask()).await.check_refused(404, "NOT_FOUND", "");
    let portal = portal().await;
    for wrong in ["", "Bearer ", "Bearer a-token-of-the-operator", "Basic a-token-of-the-operators"] {
        let answer = portal.send(get("/metrics").header("authorization", wrong)).await;
        answer.check_refused(401, "SIGN_IN_REQUIRED", "");
    }
    let owner = portal.sign_in("owner@example.com").await;
    portal.send(get("/metrics").by(&owner)).await.check_refused(401, "SIGN_IN_REQUIRED", "");
}
