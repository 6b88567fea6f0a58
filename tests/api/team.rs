//! Vendors, their teams, and who gets in: invitations and API tokens.

use actix_web::http::Method;
use serde_json::{Value, json};
use shared::team::{Permission, Role};

use crate::pass_tenants::add_beta;
use crate::shop::{Answer, Ask, Customer, NOW, Portal, get, post};

const ACME: &str = "/api/v1/admin/vendors/acme";

/// A portal, and an owner of the demo's vendor.
async fn world() -> (Portal, Customer) {
    let portal = Portal::open().await;
    let owner = portal.sign_in("owner@example.com").await;
    (portal, owner)
}

/// Invites somebody; the secret of the link.
async fn invite(portal: &Portal, by: &Customer, role: &str) -> String {
    let body = json!({"email": "new@example.com", "role": role});
    let answer = portal.send(post(&format!("{ACME}/invitations"), &body).by(by).once(&new_key(portal))).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.text("url").split_once('#').expect("the secret is in the fragment").1.to_owned()
}

async fn accept(portal: &Portal, by: &Customer, invitation: &str) -> Answer {
    let body = json!({ "invitation": invitation });
    portal.send(post("/api/v1/invitations/accept", &body).by(by).once(&new_key(portal))).await
}

/// Somebody new in the demo vendor's team; their account's id.
async fn join(portal: &Portal, owner: &Customer, email: &str, role: &str) -> (Customer, String) {
    let invitation = invite(portal, owner, role).await;
    let new = portal.sign_up(email).await;
    assert_eq!(accept(portal, &new, &invitation).await.status, 200);
    let members = portal.send(get(&format!("{ACME}/members")).by(owner)).await.json();
    let found = members["items"].as_array().expect("a list").iter().find(|member| member["email"] == email);
    let account_id = found.expect("the new member is listed")["account_id"].as_str().expect("an id").to_owned();
    (new, account_id)
}

fn new_key(portal: &Portal) -> String {
    portal.app.rng.u128().to_string()
}

/// A token of the demo's vendor: its id and secret.
async fn token(portal: &Portal, by: &Customer, body: &Value) -> (String, String) {
    let answer = portal.send(post(&format!("{ACME}/tokens"), body).by(by).once(&new_key(portal))).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    (answer.json()["token"]["token_id"].as_str().expect("an id").to_owned(), answer.text("secret"))
}

fn patch(path: &str, body: &Value) -> Ask {
    Ask::new(Method::PATCH, path).body(&body.to_string())
}

fn delete(path: &str) -> Ask {
    Ask::new(Method::DELETE, path)
}

#[actix_web::test]
async fn somebody_adds_a_vendor_and_owns_it_alone() {
    let portal = Portal::open().await;
    let person = portal.sign_up("new@example.com").await;
    let body = json!({"vendor": "inkworks", "name": " Inkworks "});
    let answer = portal.send(post("/api/v1/vendors", &body).by(&person).once("a")).await;
    assert_eq!((answer.status, answer.text("role").as_str()), (201, "owner"), "{answer:?}");
    let again = portal.send(post("/api/v1/vendors", &body).by(&person).once("a")).await;
    assert_eq!(again.body, answer.body);
    let taken = portal.send(post("/api/v1/vendors", &body).by(&person).once("b")).await;
    taken.check_refused(409, "CONFLICT", "");
    let reserved = json!({"vendor": "join", "name": "Join"});
    portal.send(post("/api/v1/vendors", &reserved).by(&person).once("d")).await.check_refused(
        422,
        "INVALID_INPUT",
        "vendor",
    );
    let nameless = json!({"vendor": "other", "name": " "});
    portal.send(post("/api/v1/vendors", &nameless).by(&person).once("c")).await.check_refused(
        422,
        "INVALID_INPUT",
        "name",
    );

    let mine = portal.send(get("/api/v1/admin/vendors").by(&person)).await.json();
    assert_eq!(mine["items"], json!([{"vendor": "inkworks", "name": "Inkworks", "role": "owner"}]));
    let keys = portal.send(get("/v/inkworks/.well-known/jwks.json")).await.json();
    assert!(keys["keys"].as_array().is_some_and(|keys| !keys.is_empty()), "it can sign at once: {keys}");
    portal.send(get(&format!("{ACME}/members")).by(&person)).await.check_refused(404, "NOT_FOUND", "");
    portal.check_sound().await;
}

#[actix_web::test]
async fn where_people_may_not_add_vendors_they_are_told() {
    let portal = Portal::with(|config| config.vendor_sign_up = false).await;
    let person = portal.sign_up("new@example.com").await;
    let body = json!({"vendor": "inkworks", "name": "Inkworks"});
    portal.send(post("/api/v1/vendors", &body).by(&person).once("a")).await.check_refused(403, "FORBIDDEN", "");
}

#[actix_web::test]
async fn a_link_lets_one_person_in_once() {
    let (portal, owner) = world().await;
    let invitation = invite(&portal, &owner, "support").await;
    let open = portal.send(get(&format!("{ACME}/invitations")).by(&owner)).await;
    assert_eq!(open.json()["items"][0]["email"], "new@example.com");
    assert!(!format!("{open:?}").contains(&invitation), "the secret cannot be read again");

    let preview = post("/api/v1/invitations/preview", &json!({ "invitation": invitation }));
    let shown = portal.send(preview).await.json();
    assert_eq!((&shown["vendor"]["slug"], &shown["role"]), (&json!("acme"), &json!("support")));

    let new = portal.sign_up("someone@example.com").await;
    let key = new_key(&portal);
    let ask = || post("/api/v1/invitations/accept", &json!({ "invitation": invitation })).by(&new).once(&key);
    let joined = portal.send(ask()).await;
    assert_eq!((joined.status, joined.text("role").as_str()), (200, "support"), "{joined:?}");
    assert_eq!(portal.send(ask()).await.body, joined.body, "a lost answer is given again");
    accept(&portal, &new, &invitation).await.check_refused(404, "NOT_FOUND", "");
    let other = portal.sign_up("other@example.com").await;
    accept(&portal, &other, &invitation).await.check_refused(404, "NOT_FOUND", "");
    let second = invite(&portal, &owner, "viewer").await;
    accept(&portal, &new, &second).await.check_refused(409, "CONFLICT", "");
    assert_eq!(portal.events("member.joined").await.len(), 1);
    portal.check_sound().await;
}

#[actix_web::test]
async fn a_link_is_good_for_seven_days_and_can_be_taken_back() {
    let (portal, owner) = world().await;
    let late = invite(&portal, &owner, "viewer").await;
    let new = portal.sign_up("late@example.com").await;
    portal.wait(7 * 86_400);
    accept(&portal, &new, &late).await.check_refused(404, "NOT_FOUND", "");
    let owner = portal.sign_in("owner@example.com").await;
    let open = portal.send(get(&format!("{ACME}/invitations")).by(&owner)).await.json();
    assert_eq!(open["items"], json!([]));

    let withdrawn = invite(&portal, &owner, "viewer").await;
    let open = portal.send(get(&format!("{ACME}/invitations")).by(&owner)).await.json();
    let path = format!("{ACME}/invitations/{}", open["items"][0]["invitation_id"].as_str().expect("an id"));
    assert_eq!(portal.send(delete(&path).by(&owner)).await.status, 204);
    portal.send(delete(&path).by(&owner)).await.check_refused(404, "NOT_FOUND", "");
    accept(&portal, &new, &withdrawn).await.check_refused(404, "NOT_FOUND", "");
    let nonsense = json!({"invitation": "pgi_nonsense"});
    portal.send(post("/api/v1/invitations/preview", &nonsense)).await.check_refused(404, "NOT_FOUND", "");
}

#[actix_web::test]
async fn a_team_keeps_an_owner_and_nobody_appoints_above_themselves() {
    let (portal, owner) = world().await;
    let (admin, admin_id) = join(&portal, &owner, "admin@example.com", "admin").await;
    let (viewer, viewer_id) = join(&portal, &owner, "viewer@example.com", "viewer").await;
    let members = portal.send(get(&format!("{ACME}/members")).by(&viewer)).await.json();
    let members = members["items"].as_array().expect("a list").clone();
    assert_eq!(members.len(), 3);
    let found = members.iter().find(|member| member["role"] == "owner").expect("the owner is listed");
    let owner_id = found["account_id"].as_str().expect("an id").to_owned();
    let at = |id: &str| format!("{ACME}/members/{id}");

    portal.send(patch(&at(&viewer_id), &json!({"role": "admin"})).by(&viewer)).await.check_refused(
        403,
        "FORBIDDEN",
        "",
    );
    portal.send(patch(&at(&admin_id), &json!({"role": "owner"})).by(&admin)).await.check_refused(403, "FORBIDDEN", "");
    portal.send(patch(&at(&owner_id), &json!({"role": "viewer"})).by(&admin)).await.check_refused(403, "FORBIDDEN", "");
    portal.send(delete(&at(&owner_id)).by(&admin)).await.check_refused(403, "FORBIDDEN", "");
    let invitation = json!({"email": "x@example.com", "role": "owner"});
    let ask = post(&format!("{ACME}/invitations"), &invitation).by(&admin).once("a");
    portal.send(ask).await.check_refused(403, "FORBIDDEN", "");

    portal.send(patch(&at(&owner_id), &json!({"role": "admin"})).by(&owner)).await.check_refused(409, "CONFLICT", "");
    portal.send(delete(&at(&owner_id)).by(&owner)).await.check_refused(409, "CONFLICT", "");
    portal.send(post(&format!("{ACME}/leave"), &json!({})).by(&owner)).await.check_refused(409, "CONFLICT", "");

    let changed = portal.send(patch(&at(&viewer_id), &json!({"role": "support"})).by(&admin)).await;
    assert_eq!(changed.text("role"), "support");
    let again = portal.send(patch(&at(&viewer_id), &json!({"role": "support"})).by(&admin)).await;
    assert_eq!(again.body, changed.body);
    let told = portal.events("member.changed").await;
    assert_eq!(told.len(), 1, "what changes nothing is no event");
    assert_eq!((&told[0]["before"]["role"], &told[0]["after"]["role"]), (&json!("viewer"), &json!("support")));
    assert!(told[0]["from"]["address"].is_string(), "{told:?}");

    assert_eq!(portal.send(patch(&at(&admin_id), &json!({"role": "owner"})).by(&owner)).await.status, 200);
    assert_eq!(portal.send(post(&format!("{ACME}/leave"), &json!({})).by(&owner)).await.status, 204);
    portal.send(get(&format!("{ACME}/members")).by(&owner)).await.check_refused(404, "NOT_FOUND", "");
    portal.check_sound().await;
}

#[actix_web::test]
async fn a_token_does_what_it_was_made_for_until_it_ends() {
    let (portal, owner) = world().await;
    let body = json!({"name": "CI", "scopes": ["team:read"], "expires_at": "2026-11-23T02:00:00Z"});
    let (id, secret) = token(&portal, &owner, &body).await;
    assert!(secret.starts_with("pgt_"));
    let with =
        |secret: &str, path: &str| get(&format!("{ACME}/{path}")).header("authorization", &format!("Bearer {secret}"));

    assert_eq!(portal.send(with(&secret, "members")).await.status, 200);
    portal.send(with(&secret, "tokens")).await.check_refused(403, "FORBIDDEN", "");
    portal.send(with(&secret, "members").by(&owner)).await.json()["items"].as_array().expect("a list");
    let wrong = format!("{}A", &secret[..secret.len() - 1]);
    let refused = portal.send(with(&wrong, "members").by(&owner)).await;
    refused.check_refused(401, "SIGN_IN_REQUIRED", "");
    assert!(refused.header("www-authenticate").contains("invalid_token"), "a bad token never falls back to a cookie");
    add_beta(&portal).await;
    let elsewhere = get("/api/v1/admin/vendors/beta/members").header("authorization", &format!("Bearer {secret}"));
    portal.send(elsewhere).await.check_refused(404, "NOT_FOUND", "");

    let listed = portal.send(get(&format!("{ACME}/tokens")).by(&owner)).await;
    assert!(!format!("{listed:?}").contains(&secret));
    let listed = listed.json();
    assert_eq!(listed["items"][0]["last_used_at"], json!(NOW.to_string()));
    assert!(
        secret.starts_with(listed["items"][0]["hint"].as_str().expect("a hint").split('…').next().expect("its start"))
    );

    portal.wait(86_400);
    portal.send(with(&secret, "members")).await.check_refused(401, "SIGN_IN_REQUIRED", "");
    let owner = portal.sign_in("owner@example.com").await;
    let (other, secret) = token(&portal, &owner, &json!({"name": "CI", "scopes": ["team:read"]})).await;
    assert_eq!(portal.send(with(&secret, "members")).await.status, 200);
    assert_eq!(portal.send(delete(&format!("{ACME}/tokens/{other}")).by(&owner)).await.status, 204);
    portal.send(with(&secret, "members")).await.check_refused(401, "SIGN_IN_REQUIRED", "");
    portal.send(delete(&format!("{ACME}/tokens/{other}")).by(&owner)).await.check_refused(404, "NOT_FOUND", "");
    assert_eq!(portal.send(delete(&format!("{ACME}/tokens/{id}")).by(&owner)).await.status, 204);
}

#[actix_web::test]
async fn a_token_gives_no_more_than_its_maker_has() {
    let (portal, owner) = world().await;
    let scopes: Vec<_> = Permission::ALL.iter().map(|permission| permission.as_str()).collect();
    let all = json!({"name": "All", "scopes": scopes});
    let (_, secret) = token(&portal, &owner, &all).await;
    let bearer = format!("Bearer {secret}");
    let new = json!({"name": "Less", "scopes": ["tokens:write"]});
    let made = post(&format!("{ACME}/tokens"), &new).header("authorization", &bearer).once("a");
    let secret = portal.send(made).await.text("secret");
    let more = json!({"name": "More", "scopes": ["tokens:write", "team:write"]});
    let ask = post(&format!("{ACME}/tokens"), &more).header("authorization", &format!("Bearer {secret}")).once("b");
    portal.send(ask).await.check_refused(403, "FORBIDDEN", "");
    let owner_by_token = json!({"email": "x@example.com", "role": "owner"});
    let ask = post(&format!("{ACME}/invitations"), &owner_by_token).header("authorization", &bearer).once("c");
    portal.send(ask).await.check_refused(403, "FORBIDDEN", "");
    let told = portal.events("token.created").await;
    assert_eq!(told.len(), 2);
    assert!(!format!("{told:?}").contains("pgt_"), "no secret stands in an event");
    assert!(Role::Admin.may(Permission::EditTokens), "an admin may do what the token did");
}

#[actix_web::test]
async fn settings_are_not_written_over_unseen() {
    let (portal, owner) = world().await;
    let path = format!("{ACME}/settings");
    let found = portal.send(get(&path).by(&owner)).await;
    let etag = found.header("etag").to_owned();
    let put = |body: &Value, etag: &str| {
        Ask::new(Method::PUT, &path).body(&body.to_string()).by(&owner).header("if-match", etag)
    };
    let wanted = json!({"name": "Acme Tools", "support_email": "help@acme.example", "website": "https://acme.example"});
    let changed = portal.send(put(&wanted, &etag)).await;
    let mut shown = wanted.clone();
    shown["mail"] = json!({"sending": false});
    shown["payments"] = json!(["test"]);
    assert_eq!((changed.status, changed.json()), (200, shown));
    portal.send(put(&json!({"name": "Other"}), &etag)).await.check_refused(412, "CONFLICT", "");
    let without = Ask::new(Method::PUT, &path).body(&wanted.to_string()).by(&owner);
    portal.send(without).await.check_refused(428, "INVALID_INPUT", "If-Match");
    let etag = changed.header("etag").to_owned();
    let again = portal.send(put(&wanted, &etag)).await;
    assert_eq!(again.header("etag"), etag, "what changes nothing is no change");
    let told = portal.events("vendor.updated").await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["after"]["name"], "Acme Tools");
    for (field, value) in [("name", ""), ("support_email", "nobody"), ("website", "javascript:alert(1)")] {
        let mut wrong = wanted.clone();
        wrong[field] = value.into();
        portal.send(put(&wrong, &etag)).await.check_refused(422, "INVALID_INPUT", field);
    }
    portal.check_sound().await;
}
