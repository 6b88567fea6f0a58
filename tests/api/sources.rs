//! Signing in through a vendor's OpenID Connect provider, and what its claims grant: once, to the right person, and nothing to
//! whoever only says so.

mod provider;
mod trouble;

use actix_web::http::Method;
use serde_json::{Value, json};

use self::provider::Provider;
use crate::desk::{ACME, Desk};
use crate::pass_tenants::add_beta;
use crate::shop::{Answer, Ask, Customer, Portal, URL, get, post};

/// What the rule grants: counted when it is acquired.
const EDU: &str = r#"{"offer":"pro","term":"P1Y","terminals":3,"features":["ai.render"],"uses":{"ai.render":100}}"#;

fn rule(when_gone: &str) -> Value {
    let selection: Value = serde_json::from_str(EDU).expect("a selection");
    json!({
        "claim": "groups", "match": "contains", "value": "students", "product": "sketchpad", "selection": selection,
        "when_gone": when_gone,
    })
}

/// A vendor with a source, and a browser in front of the portal.
struct World {
    desk: Desk,
    provider: Provider,
    source: Value,
}

/// A browser as far as these stories need one: its cookies.
#[derive(Clone, Default)]
struct Browser {
    cookies: Vec<(String, String)>,
}

impl Browser {
    fn take(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all("set-cookie") {
            let pair = cookie.to_str().expect("a cookie is text").split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a name and a value");
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }

    async fn send(&mut self, portal: &Portal, ask: Ask) -> Answer {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = portal.send(ask.header("cookie", &cookies.join("; "))).await;
        self.take(&answer);
        answer
    }

    async fn get(&mut self, portal: &Portal, path: &str) -> Answer {
        self.send(portal, get(path)).await
    }

    /// Who is signed in.
    async fn account(&mut self, portal: &Portal) -> Value {
        self.get(portal, "/api/v1/session").await.json()["account"].clone()
    }

    async fn licenses(&mut self, portal: &Portal) -> Vec<Value> {
        let list = self.get(portal, "/api/v1/licenses").await.json();
        list["items"].as_array().expect("a list").clone()
    }
}

/// Where an answer leads.
#[track_caller]
fn leads(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{answer:?}");
    answer.header("location").to_owned()
}

impl World {
    async fn open(when_gone: &str) -> Self {
        Self::of(Desk::open().await, when_gone).await
    }

    async fn of(desk: Desk, when_gone: &str) -> Self {
        // Acquiring counts, as M3 has it.
        desk.portal
            .publish(|menu| {
                let counted = menu.offers.iter_mut().flat_map(|offer| &mut offer.uses);
                counted.for_each(|uses| uses.count = shared::menu::Counting::OnIssue);
            })
            .await;
        let provider = Provider::open();
        let source = add_source(&desk, &provider, json!([rule(when_gone)])).await;
        Self { desk, provider, source }
    }

    fn portal(&self) -> &Portal {
        &self.desk.portal
    }

    fn path(&self, rest: &str) -> String {
        let id = self.source["source_id"].as_str().expect("an id");
        format!("/api/v1/vendors/acme/sources/{id}/{rest}")
    }

    /// To the provider and back, which says `claims` of the person; where that ends.
    async fn sign_in(&self, browser: &mut Browser, claims: Value) -> String {
        let back = self.go(browser, claims).await;
        leads(&browser.get(self.portal(), &back).await)
    }

    /// To the provider, and the address that leads back.
    async fn go(&self, browser: &mut Browser, claims: Value) -> String {
        let away = leads(&browser.get(self.portal(), &self.path("start?next=/orders%3Fx%3D1")).await);
        self.provider.vouch(&away, claims, self.portal())
    }
}

async fn add_source(desk: &Desk, provider: &Provider, rules: Value) -> Value {
    let new = json!({
        "name": "Acme University", "issuer": provider.issuer, "client_id": "portal", "client_secret": "s3cret & more",
        "scopes": ["profile", "email", "groups"], "rules": rules,
    });
    let added = desk.post("/sources", &new).await;
    assert_eq!(added.status, 201, "{added:?}");
    added.json()
}

fn student(sub: &str) -> Value {
    json!({"sub": sub, "name": "Ada", "email": "customer@example.com", "groups": ["students"]})
}

#[actix_web::test]
async fn a_member_of_a_group_is_granted_its_offer_once_however_often_they_sign_in() {
    let world = World::open("keep").await;
    let mut browser = Browser::default();
    for _ in 0..10 {
        let next = world.sign_in(&mut browser, student("ada")).await;
        assert_eq!(next, "/orders?x=1");
        world.portal().wait(1);
    }
    // At once, in two browsers.
    let (mut one, mut two) = (Browser::default(), Browser::default());
    let (back_one, back_two) = (world.go(&mut one, student("eve")).await, world.go(&mut two, student("eve")).await);
    let (first, second) =
        futures_util::future::join(one.get(world.portal(), &back_one), two.get(world.portal(), &back_two)).await;
    assert_eq!((leads(&first), leads(&second)), ("/orders?x=1".to_owned(), "/orders?x=1".to_owned()));
    assert_eq!(one.account(world.portal()).await["account_id"], two.account(world.portal()).await["account_id"]);

    for browser in [&mut browser, &mut one] {
        let licenses = browser.licenses(world.portal()).await;
        assert_eq!(licenses.len(), 1, "{licenses:?}");
        assert_eq!(licenses[0]["source"], "Acme University");
        // Counted when it was acquired.
        let uses = &licenses[0]["features"]["ai.render"]["uses"];
        assert_eq!((uses["left"].as_u64(), uses["spent"].as_u64()), (Some(99), Some(1)), "{uses}");
    }
    let orders = browser.get(world.portal(), "/api/v1/orders").await.json();
    assert_eq!((&orders["items"][0]["payment"], &orders["items"][0]["total"]["amount"]), (&json!("source"), &json!(0)));
    assert_eq!(world.portal().events("use.counted").await.len(), 2);
    assert_eq!(world.portal().events("use.counted").await[0]["rule"], "on_issue");
    assert_eq!(world.portal().events("source.signed_in").await.len(), 12);
    world.portal().check_sound().await;
}

#[actix_web::test]
async fn an_address_opens_nobody_elses_account() {
    let world = World::open("keep").await;
    let mut own = Browser::default();
    let body = json!({"email": "customer@example.com", "password": "a long enough password"});
    own.send(world.portal(), post("/api/v1/session", &body)).await;
    let account = own.account(world.portal()).await["account_id"].clone();

    let mut thief = Browser::default();
    world.sign_in(&mut thief, student("mallory")).await;
    let taken = thief.account(world.portal()).await;
    assert_ne!(taken["account_id"], account, "the provider's word for an address is not believed");
    assert_eq!(taken["email"], "customer@example.com");
    // Nor does it get in the address's way: who has it signs in, and asks for a new password, as before.
    own.cookies.clear();
    own.send(world.portal(), post("/api/v1/session", &body)).await;
    assert_eq!(own.account(world.portal()).await["account_id"], account);
}

#[actix_web::test]
async fn an_account_that_a_source_made_is_for_its_vendor_and_protected_by_its_provider() {
    let desk = Desk::open().await;
    add_beta(&desk.portal).await;
    let world = World::of(desk, "keep").await;
    let mut browser = Browser::default();
    world.sign_in(&mut browser, student("ada")).await;
    let portal = world.portal();

    let menu = browser.get(portal, "/api/v1/vendors/beta/products/sketchpad/menu").await.json();
    let selection = json!({"offer": menu["offers"][0]["offer"], "term": menu["offers"][0]["terms"][0]["term"]});
    let mut order = json!({"vendor": "beta", "product": "sketchpad", "menu_version": 1, "selection": selection});
    let quote = portal.send(post("/api/v1/quotes", &order)).await;
    order["quote_digest"] = quote.json()["digest"].clone();
    order["agreement_digest"] = menu["offers"][0]["agreement"]["digest"].clone();
    order["payment"] = "free".into();
    let refused = browser.send(portal, post("/api/v1/orders", &order).once("at beta")).await;
    refused.check_refused(403, "FORBIDDEN", "");

    let new = json!({"vendor": "mine", "name": "Mine"});
    browser.send(portal, post("/api/v1/vendors", &new).once("a vendor")).await.check_refused(403, "FORBIDDEN", "");
    for path in ["/api/v1/account/passkeys/challenge", "/api/v1/account/totp"] {
        browser.send(portal, Ask::new(Method::POST, path)).await.check_refused(403, "FORBIDDEN", "");
    }
    let linked = browser.get(portal, "/api/v1/account/sources").await.json();
    assert_eq!((&linked["made_by_source"], linked["offered"].as_array().map(Vec::len)), (&json!(true), Some(0)));
    let id = world.source["source_id"].as_str().expect("an id");
    let unlinking = Ask::new(Method::DELETE, &format!("/api/v1/account/sources/{id}"));
    browser.send(portal, unlinking).await.check_refused(403, "FORBIDDEN", "");
}

#[actix_web::test]
async fn a_claim_that_is_gone_suspends_where_the_rule_says_so_and_its_return_reinstates() {
    for (when_gone, after) in [("suspend", "suspended"), ("keep", "active")] {
        let world = World::open(when_gone).await;
        let mut browser = Browser::default();
        world.sign_in(&mut browser, student("ada")).await;
        let state = |licenses: Vec<Value>| licenses[0]["state"].as_str().map(str::to_owned);
        for _ in 0..2 {
            world.sign_in(&mut browser, json!({"sub": "ada", "groups": ["alumni"]})).await;
            assert_eq!(state(browser.licenses(world.portal()).await).as_deref(), Some(after));
        }
        world.sign_in(&mut browser, student("ada")).await;
        assert_eq!(state(browser.licenses(world.portal()).await).as_deref(), Some("active"));
        assert_eq!(browser.licenses(world.portal()).await.len(), 1, "what was granted is not granted again");

        // What the team suspended is the team's to reinstate.
        let licenses = browser.licenses(world.portal()).await;
        let id = licenses[0]["license_id"].as_str().expect("an id");
        world.desk.post(&format!("/licenses/{id}/suspend"), &json!({"reason": "Unpaid."})).await;
        world.sign_in(&mut browser, student("ada")).await;
        assert_eq!(state(browser.licenses(world.portal()).await).as_deref(), Some("suspended"));
        world.portal().check_sound().await;
    }
}

#[actix_web::test]
async fn an_own_account_links_a_sign_in_which_grants_to_it_and_does_not_open_it() {
    let world = World::open("keep").await;
    let portal = world.portal();
    let mut own = Browser::default();
    let body = json!({"email": "new@example.com", "password": "a long enough password", "name": "Ada"});
    own.send(portal, post("/api/v1/accounts", &body)).await;
    let account = own.account(portal).await["account_id"].clone();
    let link = json!({"vendor": "acme", "source_id": world.source["source_id"]});
    let started = own.send(portal, post("/api/v1/account/sources", &link)).await;
    let back = world.provider.vouch(&started.text("url"), student("ada"), portal);

    // Only the browser that set out, and only while its person is signed in.
    let mut other = Browser::default();
    assert!(leads(&other.get(portal, &back).await).contains("problem=over"));
    let started = own.send(portal, post("/api/v1/account/sources", &link)).await;
    let back = world.provider.vouch(&started.text("url"), student("ada"), portal);
    assert_eq!(leads(&own.get(portal, &back).await), "/account");
    assert_eq!(own.account(portal).await["account_id"], account);
    assert_eq!(own.licenses(portal).await.len(), 1);
    assert_eq!(portal.events("account.linked").await.len(), 1);

    // The provider's word alone does not open it; with its person there, the rules are applied again.
    let mut stranger = Browser::default();
    assert!(world.sign_in(&mut stranger, student("ada")).await.contains("problem=linked"));
    assert_eq!(stranger.account(portal).await, Value::Null);
    assert_eq!(world.sign_in(&mut own, student("ada")).await, "/orders?x=1");
    assert_eq!(own.account(portal).await["account_id"], account);

    let id = world.source["source_id"].as_str().expect("an id");
    let unlinked = own.send(portal, Ask::new(Method::DELETE, &format!("/api/v1/account/sources/{id}"))).await;
    assert_eq!(unlinked.status, 204, "{unlinked:?}");
    // Known by the source from now on as somebody of its own, to whom the rule has granted already.
    assert_eq!(world.sign_in(&mut stranger, student("ada")).await, "/orders?x=1");
    assert!(stranger.licenses(portal).await.is_empty() && own.licenses(portal).await.len() == 1);
    portal.check_sound().await;
}

#[actix_web::test]
async fn a_source_that_is_suspended_or_removed_ends_its_sessions_and_is_offered_no_more() {
    let world = World::open("keep").await;
    let portal = world.portal();
    let id = world.source["source_id"].as_str().expect("an id");
    let path = format!("/sources/{id}");
    let mut browser = Browser::default();
    world.sign_in(&mut browser, student("ada")).await;
    let offered = |answer: Answer| answer.json()["items"].as_array().map(Vec::len);
    assert_eq!(offered(portal.send(get("/api/v1/vendors/acme/sources")).await), Some(1));

    let (rules, scopes) = (&world.source["rules"], &world.source["scopes"]);
    let edit = json!({
        "name": "University", "client_id": "portal", "state": "suspended", "rules": rules, "scopes": scopes,
    });
    let tag = world.desk.tag(&path).await;
    assert_eq!(world.desk.put(&path, &tag, &edit).await.status, 200);
    assert_eq!(browser.account(portal).await, Value::Null);
    assert_eq!(offered(portal.send(get("/api/v1/vendors/acme/sources")).await), Some(0));
    assert!(leads(&browser.get(portal, &world.path("start")).await).contains("problem=gone"));
    world.desk.put(&path, &tag, &edit).await.check_refused(412, "CONFLICT", "");

    let mut active = edit.clone();
    active["state"] = "active".into();
    let tag = world.desk.tag(&path).await;
    world.desk.put(&path, &tag, &active).await;
    assert_eq!(world.sign_in(&mut browser, student("ada")).await, "/orders?x=1");
    assert_eq!(world.desk.delete(&path).await.status, 204);
    assert_eq!(browser.account(portal).await, Value::Null);
    world.desk.get(&path).await.check_refused(404, "NOT_FOUND", "");
    assert!(world.desk.look("/sources").await["items"].as_array().is_some_and(Vec::is_empty));
    portal.check_sound().await;
}

#[actix_web::test]
async fn a_license_says_to_the_team_which_source_and_rule_granted_it_as_long_as_these_are_there() {
    let world = World::open("keep").await;
    let mut browser = Browser::default();
    world.sign_in(&mut browser, student("ada")).await;
    let id = browser.licenses(world.portal()).await[0]["license_id"].as_str().expect("an id").to_owned();
    let license = || async { world.desk.look(&format!("/licenses/{id}")).await };
    let path = format!("/sources/{}", world.source["source_id"].as_str().expect("an id"));

    let shown = license().await;
    assert_eq!((&shown["source"], &shown["source_id"]), (&json!("Acme University"), &world.source["source_id"]));
    assert_eq!((&shown["rule"]["claim"], &shown["rule"]["value"]), (&json!("groups"), &json!("students")));

    let edit = json!({"name": "University", "client_id": "portal", "state": "active", "rules": []});
    let tag = world.desk.tag(&path).await;
    assert_eq!(world.desk.put(&path, &tag, &edit).await.status, 200);
    let shown = license().await;
    assert_eq!((&shown["source"], &shown["source_id"]), (&json!("University"), &world.source["source_id"]));
    assert_eq!(shown["rule"], Value::Null, "the source has the rule no more");

    world.desk.delete(&path).await;
    let shown = license().await;
    assert_eq!((&shown["source"], &shown["source_id"]), (&json!("University"), &Value::Null));
}

#[actix_web::test]
async fn a_source_is_checked_and_its_secret_is_never_read_again() {
    let world = World::open("keep").await;
    let desk = &world.desk;
    assert_eq!(
        world.source["redirect_uri"],
        format!("{URL}/api/v1/vendors/acme/sources/{}/callback", world.source["source_id"].as_str().expect("an id"))
    );
    let check = async |change: Value, field: &str| {
        let mut new =
            json!({"name": "x", "issuer": world.provider.issuer, "client_id": "portal", "rules": [rule("keep")]});
        for (name, value) in change.as_object().expect("an object") {
            *new.pointer_mut(&format!("/{}", name.replace('.', "/"))).unwrap_or(&mut Value::Null) = value.clone();
        }
        desk.post("/sources", &new).await.check_refused(422, "INVALID_INPUT", field);
    };
    check(json!({"issuer": "http://id.example.com"}), "issuer").await;
    check(json!({"client_id": ""}), "client_id").await;
    check(json!({"rules.0.product": "none"}), "rules.0.product").await;
    check(json!({"rules.0.selection.offer": "none"}), "rules.0.selection.offer").await;
    check(json!({"rules.0.selection.term": "P9Y"}), "rules.0.selection.term").await;
    check(json!({"rules.0.claim": ""}), "rules.0.claim").await;

    for answer in [desk.look("/sources").await, desk.look("/events").await] {
        assert!(!answer.to_string().contains("s3cret"), "{answer}");
    }
    for file in std::fs::read_dir(desk.portal.folder.path()).expect("the folder").map_while(Result::ok) {
        let bytes = std::fs::read(file.path()).expect("a file");
        assert!(!bytes.windows(6).any(|part| part == b"s3cret"), "{:?}", file.path());
    }
    let id = world.source["source_id"].as_str().expect("an id");
    let tested = desk.post(&format!("/sources/{id}/test"), &json!({})).await.json();
    assert_eq!((&tested["problems"], &tested["keys"]), (&json!([]), &json!(1)), "{tested}");
    let bad = json!({"name": "Other", "issuer": format!("{}/other", world.provider.issuer), "client_id": "portal"});
    let bad = desk.post("/sources", &bad).await.text("source_id");
    let tested = desk.post(&format!("/sources/{bad}/test"), &json!({})).await.json();
    assert_eq!(tested["problems"].as_array().map(Vec::len), Some(1), "{tested}");

    let viewer = desk.portal.sign_up("viewer@example.com").await;
    let path = format!("{ACME}/sources/{id}");
    desk.portal.send(get(&path).by(&viewer)).await.check_refused(404, "NOT_FOUND", "");
    late(desk, &path).await;
}

/// Sensitive: it wants a proof of the last ten minutes.
async fn late(desk: &Desk, path: &str) {
    desk.portal.wait(601);
    let owner: &Customer = &desk.owner;
    let removing = Ask::new(Method::DELETE, path).by(owner);
    desk.portal.send(removing).await.check_refused(403, "CONFIRMATION_REQUIRED", "");
}
