//! What browsers may do: other sites nothing, registered apps what is meant for apps, every page only what it needs.

use actix_web::http::Method;
use serde_json::json;
use shared::id::VendorId;

use crate::shop::{Answer, Ask, Portal, URL, get, post, slug};

const APP: &str = "https://app.example.com";
const EVIL: &str = "https://evil.example.com";

/// A portal whose product also runs at [`APP`].
async fn open() -> Portal {
    let portal = Portal::open().await;
    let write = portal.app.store.write(|tx| {
        let vendor_id = VendorId::new(1, 1);
        tx.add_vendor(&backend::store::records::Vendor {
            vendor_id,
            slug: slug("other"),
            name: "Other".to_owned(),
            created_at: crate::shop::NOW,
        })?;
        tx.add_product(&backend::store::records::Product {
            product_id: shared::id::ProductId::new(1, 1),
            vendor_id,
            slug: slug("other"),
            name: "Other".to_owned(),
            summary: "Something".to_owned(),
            origins: vec![APP.to_owned()],
            app_url: None,
        })
    });
    write.await.expect("the product is added");
    portal
}

fn sign_up(email: &str) -> Ask {
    post("/api/v1/accounts", &json!({"email": email, "password": "a long enough password", "name": "A"}))
}

#[actix_web::test]
async fn another_sites_page_changes_nothing() {
    let portal = open().await;
    let customer = portal.sign_up("a@example.com").await;
    let attacks: [&[(&'static str, &str)]; 7] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", URL)],
        &[("origin", EVIL)],
        &[("origin", APP)],
        &[("origin", "null")],
        &[("origin", "http://licenses.example.com")],
    ];
    for headers in attacks {
        let unsafe_asks = [
            sign_up("b@example.com"),
            post("/api/v1/session", &json!({"email": "a@example.com", "password": "a long enough password"})),
            Ask::new(Method::DELETE, "/api/v1/session").by(&customer),
            post("/api/v1/orders", &json!({})).by(&customer).once("1"),
            Ask::new(Method::POST, "/nothing"),
        ];
        for ask in unsafe_asks {
            let ask = headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value));
            portal.send(ask).await.check_refused(403, "FORBIDDEN", "");
        }
    }
    assert_eq!(portal.send(get("/api/v1/session").by(&customer)).await.json()["account"]["email"], "a@example.com");
    assert_eq!(portal.send(sign_up("b@example.com")).await.status, 201, "nobody took the address");
}

#[actix_web::test]
async fn our_own_pages_and_programs_are_let_through() {
    let portal = open().await;
    let good: [&[(&'static str, &str)]; 5] = [
        &[],
        &[("origin", URL)],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "same-origin"), ("origin", "http://localhost:8080")],
    ];
    for (number, headers) in good.into_iter().enumerate() {
        let ask = headers
            .iter()
            .fold(sign_up(&format!("{number}@example.com")), |ask, (name, value)| ask.header(name, value));
        assert_eq!(portal.send(ask).await.status, 201, "{headers:?}");
    }
}

#[actix_web::test]
async fn a_registered_app_may_read_what_is_for_apps() {
    let portal = open().await;
    let quote = post("/api/v1/quotes", &json!({}));
    for ask in [
        get("/v/acme/.well-known/jwks.json"),
        get("/v/acme/status/1"),
        get("/api/v1/vendors/acme/products/sketchpad/menu"),
        quote,
        post("/api/v1/passes/verify", &json!({"pass": "x"})),
        Ask::new(Method::POST, "/api/v1/passes/refresh"),
        get("/sdk/index.js"),
    ] {
        let answer = portal.send(ask.header("origin", APP).header("sec-fetch-site", "cross-site")).await;
        assert_eq!(answer.header("access-control-allow-origin"), APP, "{answer:?}");
        assert!(answer.header("access-control-expose-headers").contains("DPoP-Nonce"));
        assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
        assert!(vary(&answer).contains("Origin"), "{answer:?}");
        assert!(!answer.headers.contains_key("access-control-allow-credentials"));
        assert_ne!(answer.json_code(), Some("FORBIDDEN".to_owned()));
    }
}

#[actix_web::test]
async fn other_origins_read_nothing_and_the_portals_own_answers_are_for_nobody_else() {
    let portal = open().await;
    let keys = portal.send(get("/v/acme/.well-known/jwks.json").header("origin", EVIL)).await;
    assert!(!keys.headers.contains_key("access-control-allow-origin"));
    assert!(vary(&keys).contains("Origin"), "a cache must not hand one origin's answer to another");
    for path in ["/api/v1/session", "/api/v1/products", "/api/v1/orders", "/healthz", "/api/openapi.json"] {
        let answer = portal.send(get(path).header("origin", APP)).await;
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
    }
}

#[actix_web::test]
async fn a_preflight_tells_a_registered_app_what_it_may_ask() {
    let portal = open().await;
    let preflight = |path: &str, origin: &str| {
        let ask = Ask::new(Method::OPTIONS, path).header("origin", origin).header("sec-fetch-site", "cross-site");
        ask.header("access-control-request-method", "POST")
            .header("access-control-request-headers", "dpop,authorization")
    };
    let allowed = portal.send(preflight("/api/v1/passes/refresh", APP)).await;
    assert_eq!((allowed.status, allowed.header("access-control-allow-origin")), (204, APP));
    for header in ["Authorization", "Content-Type", "DPoP", "Idempotency-Key"] {
        assert!(allowed.header("access-control-allow-headers").contains(header), "{header}");
    }
    assert!(allowed.header("access-control-allow-methods").contains("POST"));
    let refused = portal.send(preflight("/api/v1/passes/refresh", EVIL)).await;
    refused.check_refused(403, "FORBIDDEN", "");
    assert!(!refused.headers.contains_key("access-control-allow-origin"));
    let elsewhere = portal.send(preflight("/api/v1/orders", APP)).await;
    assert!(elsewhere.status >= 400 && !elsewhere.headers.contains_key("access-control-allow-origin"), "{elsewhere:?}");
}

#[actix_web::test]
async fn every_answer_says_what_browsers_may_do_with_it() {
    let portal = open().await;
    for path in ["/api/v1/session", "/api/v1/nothing", "/healthz", "/v/acme/.well-known/jwks.json", "/orders"] {
        let answer = portal.send(get(path)).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "strict-origin-when-cross-origin", "{path}");
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}: {policy}");
    }
    let session = portal.send(get("/api/v1/session")).await;
    assert_eq!(session.header("cache-control"), "no-store");
    let local = Portal::with(|config| config.public_url = "http://127.0.0.1:8080".to_owned()).await;
    assert!(!local.send(get("/healthz")).await.headers.contains_key("strict-transport-security"));
}

#[actix_web::test]
async fn every_request_has_an_id_of_the_servers_own() {
    let portal = open().await;
    let one = portal.send(get("/api/v1/nothing").header("x-request-id", "req_mine")).await;
    let two = portal.send(get("/api/v1/nothing")).await;
    assert_eq!(one.header("x-request-id"), one.text("request_id"));
    assert_ne!(one.header("x-request-id"), two.header("x-request-id"));
    assert!(one.header("x-request-id").parse::<shared::id::RequestId>().is_ok());
}

/// All `Vary` headers in one text.
fn vary(answer: &Answer) -> String {
    answer.headers.get_all("vary").filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(", ")
}

impl Answer {
    fn json_code(&self) -> Option<String> {
        serde_json::from_slice::<serde_json::Value>(&self.body).ok()?["code"].as_str().map(str::to_owned)
    }
}

#[actix_web::test]
async fn a_page_opened_under_another_name_of_this_machine_is_sent_to_the_public_one() {
    let portal = Portal::with(|config| "http://127.0.0.1:8080".clone_into(&mut config.public_url)).await;
    let answer = portal.send(get("/connect?state=1").header("host", "localhost:8080")).await;
    assert_eq!((answer.status, answer.header("location")), (307, "http://127.0.0.1:8080/connect?state=1"));
    for (path, host) in [("/", "127.0.0.1:8080"), ("/healthz", "localhost:8080"), ("/sdk/index.js", "localhost:8080")] {
        let answer = portal.send(get(path).header("host", host)).await;
        assert_ne!(answer.status, 307, "{path} at {host}");
    }
    let behind_a_proxy = Portal::open().await;
    assert_ne!(behind_a_proxy.send(get("/").header("host", "127.0.0.1:9000")).await.status, 307);
}
