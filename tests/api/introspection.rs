//! Introspection: what a pass, a lease or an identifier is worth at this moment, and nothing of what is not the asker's.

use actix_web::http::Method;
use serde_json::{Value, json};
use shared::pass::PassStatus;

use crate::farm::{ACME, Farm, new_token, studio};
use crate::holder::{Holder, pro};
use crate::shop::{Answer, Ask, NOW, Portal, URL, claims, post};

mod asking;

const PATH: &str = "/api/v1/introspect";

/// What is said of everything that cannot be relied on.
const INACTIVE: &[u8] = br#"{"active":false}"#;

/// A back end that is handed tokens, and a farm beside it.
struct Backend {
    farm: Farm,
    token: String,
    token_id: String,
}

impl Backend {
    async fn open() -> Self {
        Self::with(studio()).await
    }

    async fn with(selection: Value) -> Self {
        let farm = Farm::with(selection, |_| {}).await;
        let (token_id, token) = new_token(farm.portal(), &farm.owner, ACME, &["introspect"]).await;
        Self { farm, token, token_id }
    }

    fn portal(&self) -> &Portal {
        self.farm.portal()
    }

    /// Asks with this form.
    async fn ask(&self, form: &[(&str, &str)]) -> Answer {
        let pairs = form.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>();
        self.send(&pairs.join("&"), &self.token).await
    }

    async fn send(&self, form: &str, token: &str) -> Answer {
        let ask = Ask::new(Method::POST, PATH).header("content-type", "application/x-www-form-urlencoded");
        let ask = ask.header("authorization", &format!("Bearer {token}")).raw_body(form.as_bytes());
        self.portal().send(ask).await
    }

    /// What is said of a token.
    async fn look(&self, token: &str) -> Value {
        let answer = self.ask(&[("token", token)]).await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{answer:?}");
        answer.json()
    }

    #[track_caller]
    fn check_inactive(answer: &Answer) {
        assert_eq!((answer.status, &answer.body[..]), (200, INACTIVE), "{answer:?}");
    }

    async fn check_nothing(&self, token: &str, why: &str) {
        let answer = self.ask(&[("token", token)]).await;
        assert_eq!((answer.status, &answer.body[..]), (200, INACTIVE), "{why}: {answer:?}");
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[actix_web::test]
async fn a_good_pass_is_told_with_the_counters_of_now() {
    let backend = Backend::with(pro()).await;
    let holder = backend.farm.bought.connect(1).await;
    let pass = holder.pass();
    let said = claims(&pass);
    assert_eq!(holder.count("ai.render", 3).await.status, 200);
    let uses = json!({"uses": {"limit": 100, "left": 97}});
    let told = backend.look(&pass).await;
    assert_eq!(
        told,
        json!({
            "active": true, "kind": "pass", "token_type": "DPoP", "iss": format!("{URL}/v/acme"), "aud": "acme/sketchpad",
            "sub": said["sub"], "jti": said["jti"], "iat": NOW.as_unix(), "nbf": said["nbf"], "exp": said["exp"],
            "cnf": {"jkt": holder.device.jkt()}, "license_id": backend.farm.bought.license_id, "offer": "pro",
            "features": told["features"],
        })
    );
    assert_eq!((&told["features"]["ai.render"], &told["features"]["draw"]), (&uses, &json!({})), "{told}");
    for hint in ["pass", "access_token", "lease", "", "no such thing"] {
        let answer = backend.ask(&[("token_type_hint", hint), ("token", &pass), ("unknown", "1")]).await;
        assert_eq!(answer.json(), told, "a hint is a hint: {hint}");
    }
}

#[actix_web::test]
async fn a_good_lease_and_a_good_identifier_are_told_with_their_seats() {
    let backend = Backend::open().await;
    let farm = &backend.farm;
    let answer = farm.check_out(&json!({"count": 20})).await;
    let (lease_id, sub) = (answer.text("lease_id"), claims(&answer.text("lease"))["sub"].clone());
    let of_license = json!({
        "active": true, "token_type": "Bearer", "iss": format!("{URL}/v/acme"), "aud": "acme/sketchpad", "sub": sub,
        "license_id": farm.bought.license_id, "offer": "studio", "seats": {"limit": 5, "left": 4},
    });
    let check = async |token: &str, more: Value| {
        let mut told = backend.look(token).await;
        let features = told["features"].take();
        assert_eq!(features["ai.render"], json!({"uses": {"limit": 5000, "left": 4980}}));
        let mut wanted = of_license.clone();
        wanted["features"] = Value::Null;
        for (name, value) in more.as_object().expect("an object") {
            wanted[name] = value.clone();
        }
        assert_eq!(told, wanted);
    };
    let now = NOW.as_unix();
    check(
        &answer.text("lease"),
        json!({"kind": "lease", "jti": lease_id, "iat": now, "exp": now + 3600, "feature": "ai.render", "count": 20, "holder": "farm-1"}),
    )
    .await;
    let named = farm.name(&json!({"expires_at": "2026-11-23T02:00:00Z", "uses": 7, "service": backend.token_id})).await;
    check(
        &named.text("identifier"),
        json!({
            "kind": "identifier", "jti": named.text("identifier_id"), "iat": now, "exp": now + 86_400, "left": 7,
            "service": backend.token_id,
        }),
    )
    .await;
    let told = backend.look(&farm.identifier).await;
    assert_eq!((&told["active"], &told["exp"], &told["left"]), (&json!(true), &Value::Null, &Value::Null));
    farm.portal().wait(3600);
    assert_eq!(
        backend.look(&farm.identifier).await["seats"],
        json!({"limit": 5, "left": 5}),
        "free at its very second"
    );
}

#[actix_web::test]
async fn a_pass_is_worth_what_the_books_say_and_not_what_it_says_itself() {
    let backend = Backend::with(pro()).await;
    let (bought, portal) = (&backend.farm.bought, backend.portal());
    let holder = bought.connect(1).await;
    let pass = holder.pass();
    assert_eq!(backend.look(&pass).await["active"], true);
    for (act, undo) in [("suspend", "reinstate")] {
        backend.farm.act(act).await;
        backend.check_nothing(&pass, act).await;
        backend.farm.act(undo).await;
        assert_eq!(backend.look(&pass).await["active"], true, "{undo}");
    }
    portal.change_pass(&pass, |pass| pass.status = PassStatus::Suspended).await;
    backend.check_nothing(&pass, "suspended by itself").await;
    portal.change_pass(&pass, |pass| pass.status = PassStatus::Valid).await;

    let offered = portal.offer(&pass, &holder.device).await;
    assert_eq!(offered.status, 201, "{offered:?}");
    backend.check_nothing(&pass, "on its way").await;
    backend.check_nothing(&offered.text("portable_pass"), "a portable pass is nobody's yet").await;
    portal.wait(901);
    assert_eq!(backend.look(&pass).await["active"], true, "nobody came for it");

    // Refreshed, the older token is good until its own end.
    holder.refresh().await;
    let newer = holder.pass();
    assert_eq!(
        (&backend.look(&pass).await["active"], &backend.look(&newer).await["active"]),
        (&json!(true), &json!(true))
    );
    let (end, later) =
        (claims(&pass)["exp"].as_i64().expect("a time"), claims(&newer)["exp"].as_i64().expect("a time"));
    let left = end - portal.app.clock.now().as_unix();
    portal.wait(u64::try_from(left - 1).expect("a while"));
    assert_eq!(backend.look(&pass).await["active"], true, "at exp - 1");
    portal.wait(1);
    backend.check_nothing(&pass, "at exp, without leeway").await;
    assert!(later > end);
    assert_eq!(backend.look(&newer).await["active"], true);
    backend.farm.act("revoke").await;
    backend.check_nothing(&newer, "revoked").await;
    portal.check_sound().await;
}

#[actix_web::test]
async fn a_lease_and_an_identifier_are_worth_what_the_books_say() {
    let backend = Backend::open().await;
    let (farm, portal) = (&backend.farm, backend.portal());
    let returned = farm.check_out(&json!({})).await;
    farm.give_back(&returned.text("lease_id"), 0).await;
    backend.check_nothing(&returned.text("lease"), "returned").await;
    let lease = farm.check_out(&json!({"ttl_seconds": 100})).await;
    portal.wait(99);
    assert_eq!(backend.look(&lease.text("lease")).await["active"], true);
    let longer = farm.extend(&lease.text("lease_id"), 100).await.text("lease");
    portal.wait(1);
    backend.check_nothing(&lease.text("lease"), "its own end has come, though there is a newer token").await;
    assert_eq!(backend.look(&longer).await["active"], true);

    let short = farm.name(&json!({"expires_at": "2026-11-22T03:00:00Z"})).await.text("identifier");
    let once = farm.name(&json!({"uses": 1})).await.text("identifier");
    let others = farm.name(&json!({"service": farm.token_id})).await.text("identifier");
    let ended = farm.name(&json!({})).await.text("identifier");
    for good in [&short, &once, &ended] {
        assert_eq!(backend.look(good).await["active"], true);
    }
    backend.check_nothing(&others, "for another service").await;
    farm.lease(&json!({"identifier": once})).await;
    backend.check_nothing(&once, "used up").await;
    let customer = portal.sign_in("a@example.com").await;
    let ending = Ask::new(Method::DELETE, &format!("/api/v1/identifiers/{ended}")).by(&customer);
    assert_eq!(portal.send(ending).await.status, 204);
    backend.check_nothing(&ended, "ended").await;
    portal.wait(3600);
    backend.check_nothing(&short, "over").await;
    farm.act("suspend").await;
    backend.check_nothing(&farm.identifier, "its license is suspended").await;
    backend.check_nothing(&longer, "its license is suspended").await;
}

#[actix_web::test]
async fn what_is_no_token_of_this_vendor_is_nothing() {
    let backend = Backend::open().await;
    let portal = backend.portal();
    let holder: Holder = backend.farm.bought.connect(1).await;
    let pass = holder.pass();
    let lease = backend.farm.check_out(&json!({})).await.text("lease");
    let stranger = portal.sign_up("b@example.com").await;
    let vendor = json!({"vendor": "beta", "name": "Beta"});
    let added = portal.send(post("/api/v1/vendors", &vendor).by(&stranger).once(&backend.farm.key())).await;
    assert_eq!(added.status, 201, "{added:?}");
    let (_, beta) = new_token(portal, &stranger, "/api/v1/admin/vendors/beta", &["introspect"]).await;
    for token in [&pass, &lease, &backend.farm.identifier] {
        assert_eq!(backend.look(token).await["active"], true);
        Backend::check_inactive(&backend.send(&format!("token={token}"), &beta).await);
    }
    let elsewhere = portal.forge(&pass, |claims| claims.iss = format!("{URL}/v/beta")).await;
    let unknown = portal.forge(&pass, |claims| claims.jti = "pas_01kavb2c5mf6tvq0sr8s1y4d9e".to_owned()).await;
    let stolen = portal.forge(&pass, |claims| claims.cnf.jkt = "x".repeat(43)).await;
    let foreign = portal.forge(&pass, |claims| claims.aud = "beta/app".to_owned()).await;
    let mut tampered = pass.clone();
    tampered.replace_range(
        pass.len() - 10..pass.len() - 9,
        if pass.as_bytes()[pass.len() - 10] == b'A' { "B" } else { "A" },
    );
    let long = "a".repeat(60_000);
    let secret = backend.token.clone();
    for text in [
        &elsewhere,
        &unknown,
        &stolen,
        &foreign,
        &tampered,
        &long,
        &secret,
        &format!("{pass}.x"),
        &format!(" {pass}"),
        &backend.farm.identifier[..20],
        "lid_",
        "x",
        "..",
        "e30.e30.e30",
        "\0",
        "\u{202e}",
        &backend.token_id,
    ] {
        backend.check_nothing(text, text).await;
    }
    let raw = backend.send("token=%FF%FE", &backend.token).await;
    Backend::check_inactive(&raw);
}
