//! A vendor's team finds its customers and what they have: lists, searches, details and files, of its own vendor only.

use serde_json::{Value, json};
use shared::id::LicenseId;
use shared::team::Role;

use crate::pass_tenants::add_beta;
use crate::shop::{Answer, Customer, Device, Portal, claims, demo_product, get, post};

const ACME: &str = "/api/v1/admin/vendors/acme";
const BETA: &str = "/api/v1/admin/vendors/beta";
const KINDS: [&str; 5] = ["customers", "orders", "licenses", "passes", "moves"];

/// Anna with two licenses, one of them moved to another device; Bert with a trial and an order that he did not pay.
pub(crate) struct World {
    pub(crate) portal: Portal,
    pub(crate) anna: Customer,
    pub(crate) member: Customer,
    /// Anna's, the first of which is for three devices.
    pub(crate) licenses: [LicenseId; 2],
    pub(crate) pass: String,
    pub(crate) device: Device,
}

async fn sign_up(portal: &Portal, email: &str, name: &str) -> Customer {
    let body = json!({"email": email, "password": "a long enough password", "name": name});
    let answer = portal.send(post("/api/v1/accounts", &body)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    portal.sign_in(email).await
}

/// Connects a device that the customer calls `name`.
async fn connect(portal: &Portal, customer: &Customer, license_id: LicenseId, device: &Device, name: &str) -> String {
    let pass = portal.pass(customer, license_id, device).await;
    let path = format!("/api/v1/licenses/{license_id}/passes/{}", id_of(&pass));
    let ask = crate::shop::Ask::new(actix_web::http::Method::PATCH, &path).body(&json!({"name": name}).to_string());
    assert_eq!(portal.send(ask.by(customer)).await.status, 200);
    pass
}

pub(crate) fn id_of(pass: &str) -> String {
    claims(pass)["jti"].as_str().expect("a pass has an id").to_owned()
}

pub(crate) async fn world() -> World {
    let portal = Portal::open().await;
    let anna = sign_up(&portal, "Anna@example.com", "Anna Maria O'Berg").await;
    let first = portal.buy(&anna, json!({"offer": "pro", "term": "P1Y", "terminals": 3, "uses": {"ai.render": 100}, "features": ["ai.render"]})).await;
    let device = Device::new(1);
    let pass = connect(&portal, &anna, first, &device, "Studio PC").await;
    portal.wait(60);
    let second = portal.buy(&anna, json!({"offer": "pro", "term": "P1M", "terminals": 1})).await;
    let moved = connect(&portal, &anna, second, &Device::new(2), "Anna's laptop").await;
    let ask = post("/api/v1/moves", &json!({"pass_id": id_of(&moved)})).by(&anna).once("move");
    let code = portal.send(ask).await.text("code");
    let (path, tablet) = ("/api/v1/moves/redeem", Device::new(3));
    let ask = post(path, &json!({"code": code, "name": "Tablet"})).once("redeem");
    assert_eq!(portal.send(ask.proof(&tablet.proof(&portal, "POST", path, None))).await.status, 201);
    portal.wait(60);

    let bert = sign_up(&portal, "bert@example.com", "=HYPERLINK(\"http://evil\")").await;
    portal.buy(&bert, json!({"offer": "trial", "term": "first_use:P14D"})).await;
    portal.wait(60);
    portal.order(&bert, json!({"offer": "pro", "term": "P1M", "terminals": 1}), "unpaid").await;
    let vendor_id = portal.app.store.read(|tx| Ok(demo_product(tx)?.0.vendor_id)).await.expect("the demo's vendor");
    let member = portal.member("support@example.com", vendor_id, Role::Support).await;
    World { portal, anna, member, licenses: [first, second], pass, device }
}

impl World {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.portal.send(get(&format!("{ACME}/{path}")).by(&self.member)).await
    }

    async fn items(&self, path: &str) -> Vec<Value> {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()["items"].as_array().expect("a list has items").clone()
    }

    /// How many rows a search finds in each list.
    async fn counts(&self, wanted: &str) -> [usize; 5] {
        let mut counts = [0; 5];
        for (count, kind) in counts.iter_mut().zip(KINDS) {
            *count = self.items(&format!("{kind}?q={wanted}")).await.len();
        }
        counts
    }

    async fn anna_id(&self) -> String {
        let found = self.items("customers?q=anna").await;
        found[0]["customer"]["customer_id"].as_str().expect("an id").to_owned()
    }
}

#[actix_web::test]
async fn lists_show_what_there_is_newest_first() {
    let world = world().await;
    let customers = world.items("customers").await;
    let who: Vec<_> = customers.iter().map(|row| row["customer"]["email"].as_str().unwrap_or_default()).collect();
    assert_eq!(who, ["bert@example.com", "Anna@example.com"]);
    assert_eq!((&customers[1]["licenses"], &customers[0]["orders"]), (&json!(2), &json!(2)));
    let licenses = world.items("licenses").await;
    assert_eq!(licenses.len(), 3);
    assert_eq!(licenses[0]["trial"], true);
    assert_eq!(licenses[2]["license_id"], world.licenses[0].to_string());
    assert_eq!((&licenses[2]["devices"], &licenses[2]["terminals"]), (&json!(1), &json!(3)));
    let orders = world.items("orders").await;
    assert_eq!(orders.len(), 4);
    assert_eq!(orders[0]["state"], "awaiting_payment");
    let passes = world.items("passes").await;
    let names: Vec<_> = passes.iter().map(|row| row["name"].as_str().unwrap_or_default()).collect();
    assert_eq!((names.len(), names[2]), (3, "Studio PC"));
    let moves = world.items("moves").await;
    assert_eq!(
        (&moves[0]["from"], &moves[0]["to"], &moves[0]["state"]),
        (&json!("Anna's laptop"), &json!("Tablet"), &json!("redeemed"))
    );
}

#[actix_web::test]
async fn filters_hold_all_at_once() {
    let world = world().await;
    for (path, count) in [
        ("licenses?state=active", 3),
        ("licenses?state=revoked", 0),
        ("licenses?product=sketchpad&offer=pro&state=active", 2),
        ("licenses?trial=true", 1),
        ("licenses?trial=false&product=sketchpad", 2),
        ("licenses?sort=ends_at", 3),
        ("licenses?sort=ends_at&ends_before=2027-01-01T00:00:00Z", 1),
        ("licenses?sort=ends_at&ends_after=2027-01-01T00:00:00Z&trial=false", 1),
        ("orders?state=fulfilled", 3),
        ("orders?state=awaiting_payment&product=sketchpad", 1),
        ("orders?from=2026-11-22T02:01:00Z", 3),
        ("orders?to=2026-11-22T02:01:00Z", 1),
        ("orders?from=2026-11-22T02:01:00Z&to=2026-11-22T02:02:00Z", 1),
        ("passes?status=invalid", 1),
        ("passes?status=invalid&reason=moved&product=sketchpad", 1),
        ("passes?reason=vendor", 0),
        ("passes?sort=-last_seen_at", 3),
        ("moves?state=redeemed&product=sketchpad", 1),
        ("moves?state=offered", 0),
    ] {
        assert_eq!(world.items(path).await.len(), count, "{path}");
    }
    for (path, parameter) in [
        ("licenses?product=nothing", "product"),
        ("licenses?offer=pro", "offer"),
        ("licenses?product=sketchpad&offer=pro&sort=ends_at", "offer"),
        ("licenses?ends_before=2027-01-01T00:00:00Z", "ends_before"),
        ("licenses?trial=yes", "trial"),
        ("licenses?sort=name", "sort"),
        ("passes?sort=-last_seen_at&status=valid", "status"),
        ("orders?state=paid", "state"),
        ("orders?from=now", "from"),
        ("customers?state=active", "state"),
        ("moves?limit=0", "limit"),
        ("moves?cursor=x", "cursor"),
        ("customers?q=a&sort=-created_at", "sort"),
    ] {
        world.get(path).await.check_refused(422, "INVALID_INPUT", parameter);
    }
}

#[actix_web::test]
async fn pages_follow_one_another_without_gap_or_overlap() {
    let world = world().await;
    for list in [
        "customers?",
        "orders?",
        "licenses?",
        "licenses?sort=ends_at&",
        "passes?",
        "passes?sort=-last_seen_at&",
        "events?",
        "licenses?q=anna&",
        "passes?q=anna&",
        "passes?q=a&",
        "orders?q=a&",
        "moves?q=a&",
        "customers?q=example&",
        "licenses?q=t&",
    ] {
        let all = world.items(&format!("{list}limit=100")).await;
        let (mut walked, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = world.get(&format!("{list}limit=1{cursor}")).await.json();
            walked.extend(page["items"].as_array().expect("items").clone());
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(walked, all, "{list}");
    }
}

#[actix_web::test]
async fn an_id_of_any_kind_leads_to_what_belongs_to_it() {
    let world = world().await;
    let (first, second) = (world.licenses[0].to_string(), world.licenses[1].to_string());
    let customer = world.anna_id().await;
    let order = world.items(&format!("orders?q={second}")).await[0]["order_id"].as_str().expect("an order").to_owned();
    let account = world
        .portal
        .app
        .store
        .read(|tx| Ok(tx.account_by_email("anna@example.com")?.map(|account| account.account_id.to_string())));
    let account = account.await.expect("read").expect("anna");
    let moved = world.items("moves").await[0].clone();
    let id = |member: &str| moved[member].as_str().expect("an id").to_owned();
    //                    customers, orders, licenses, passes, moves
    assert_eq!(world.counts(&customer).await, [1, 2, 2, 3, 1]);
    assert_eq!(world.counts(&account).await, [1, 2, 2, 3, 1]);
    assert_eq!(world.counts(&first).await, [1, 1, 1, 1, 0]);
    assert_eq!(world.counts(&second).await, [1, 1, 1, 2, 1]);
    assert_eq!(world.counts(&order).await, [1, 1, 1, 2, 1]);
    assert_eq!(world.counts(&id_of(&world.pass)).await, [1, 1, 1, 1, 0]);
    assert_eq!(world.counts(&id("pass_id")).await, [1, 1, 1, 1, 1]);
    assert_eq!(world.counts(&id("successor")).await, [1, 1, 1, 1, 1]);
    assert_eq!(world.counts(&id("move_id")).await, [1, 1, 1, 2, 1]);
    assert_eq!(world.counts(&first.replace("lic_", "cus_")).await, [0; 5]);
}

#[actix_web::test]
async fn words_are_found_by_their_beginning_each_row_once() {
    let world = world().await;
    for (wanted, counts) in [
        // The address, the name and a device all begin so: still each row once.
        ("anna", [1, 2, 2, 3, 1]),
        ("ANNA@EX", [1, 2, 2, 3, 1]),
        ("maria%20o", [1, 2, 2, 3, 1]),
        ("berg", [1, 2, 2, 3, 1]),
        ("studio", [1, 1, 1, 1, 0]),
        ("anna's%20l", [1, 1, 1, 1, 1]),
        ("tablet", [1, 1, 1, 1, 1]),
        ("bert", [1, 2, 1, 0, 0]),
        ("laptop", [0; 5]),
        ("nobody", [0; 5]),
        ("%25", [0; 5]),
        ("'%20OR%201=1--", [0; 5]),
    ] {
        assert_eq!(world.counts(wanted).await, counts, "{wanted}");
    }
    // A device is found by its new name, and no longer by the old one.
    let path = format!("/api/v1/licenses/{}/passes/{}", world.licenses[0], id_of(&world.pass));
    let ask = crate::shop::Ask::new(actix_web::http::Method::PATCH, &path).body(r#"{"name":"Äußere Werkstatt"}"#);
    assert_eq!(world.portal.send(ask.by(&world.anna)).await.status, 200);
    assert_eq!(world.counts("%C3%84USSERE").await, [0; 5], "a capital ß is another matter");
    assert_eq!(world.counts("%C3%84u%C3%9Fere").await, [1, 1, 1, 1, 0]);
    assert_eq!(world.counts("studio").await, [0; 5]);
    // And so is a person.
    let ask = crate::shop::Ask::new(actix_web::http::Method::PATCH, "/api/v1/account").body(r#"{"name":"Zoe Quast"}"#);
    assert_eq!(world.portal.send(ask.by(&world.anna)).await.status, 200);
    assert_eq!((world.counts("quast").await[0], world.counts("berg").await[0]), (1, 0));
    world.portal.check_sound().await;
}

#[actix_web::test]
async fn details_show_what_belongs_together() {
    let world = world().await;
    let customer = world.get(&format!("customers/{}", world.anna_id().await)).await.json();
    let count = |member: &str| customer[member].as_array().map(Vec::len);
    assert_eq!(
        (count("licenses"), count("orders"), count("passes"), count("moves")),
        (Some(2), Some(2), Some(3), Some(1))
    );
    let answer = world.get(&format!("licenses/{}", world.licenses[1])).await;
    assert_eq!(answer.header("etag"), "\"1\"");
    let license = answer.json();
    assert_eq!(
        (license["passes"].as_array().map(Vec::len), license["moves"].as_array().map(Vec::len)),
        (Some(2), Some(1))
    );
    assert_eq!(license["license"]["customer"]["name"], "Anna Maria O'Berg");
    for (kind, member) in [("orders", "order_id"), ("passes", "pass_id"), ("moves", "move_id")] {
        let row = world.items(kind).await[0].clone();
        let id = row[member].as_str().expect("an id").to_owned();
        assert_eq!(world.get(&format!("{kind}/{id}")).await.json(), row, "{kind}");
    }
}

#[actix_web::test]
async fn a_file_holds_the_whole_list_and_no_formula() {
    let world = world().await;
    for kind in KINDS {
        let answer = world.get(&format!("{kind}.csv")).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "text/csv; charset=utf-8"), "{kind}");
        assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{kind}.csv\""));
        let text = String::from_utf8(answer.body.to_vec()).expect("UTF-8");
        let rows = world.items(kind).await.len();
        assert_eq!(text.matches("\r\n").count(), rows + 1, "{kind}: {text}");
    }
    let customers = world.get("customers.csv").await;
    let text = String::from_utf8(customers.body.to_vec()).expect("UTF-8");
    assert!(text.contains("\"'=HYPERLINK(\"\"http://evil\"\")\""), "{text}");
    let filtered = world.get("licenses.csv?trial=true").await;
    assert_eq!(String::from_utf8_lossy(&filtered.body).matches("\r\n").count(), 2);
    world.get("licenses.csv?limit=5").await.check_refused(422, "INVALID_INPUT", "limit");
    world.get("licenses.csv?product=none").await.check_refused(422, "INVALID_INPUT", "product");
}

#[actix_web::test]
async fn the_log_is_read_back_filtered_and_named() {
    let world = world().await;
    let license = world.licenses[0].to_string();
    world.portal.act(&world.member, "suspend", &license).await;
    let events = world.items("events?limit=100").await;
    assert_eq!(
        (events[0]["kind"].as_str(), events[1]["kind"].as_str()),
        (Some("pass.suspended"), Some("license.suspended"))
    );
    assert_eq!(events[1]["actor_name"], "Somebody");
    assert_eq!(events[1]["body"]["from"]["address"], "192.0.2.1");
    assert_eq!(events[1]["body"]["before"]["state"], "active");
    assert!(events.iter().all(|event| event["hash"].as_str().is_some_and(|hash| hash.len() == 43)));
    let actor = events[0]["actor"].as_str().expect("an actor").to_owned();
    for (query, count) in [
        ("kind=license.suspended".to_owned(), 1),
        (format!("subject={license}"), 2),
        (format!("subject={license}&kind=license.suspended"), 1),
        (format!("actor={actor}"), 2),
        (format!("actor={actor}&kind=pass.suspended"), 1),
        (format!("actor={actor}&subject={license}&kind=pass.suspended"), 0),
        ("from=2027-01-01T00:00:00Z".to_owned(), 0),
        ("kind=license.suspended&from=2026-11-22T02:03:00Z&to=2026-11-22T02:03:01Z".to_owned(), 1),
        ("kind=license.suspended&to=2026-11-22T02:03:00Z".to_owned(), 0),
    ] {
        assert_eq!(world.items(&format!("events?{query}")).await.len(), count, "{query}");
    }
    world.get("events?kind=use.counted").await.check_refused(422, "INVALID_INPUT", "kind");
    world.get("events?actor=pas_1").await.check_refused(422, "INVALID_INPUT", "actor");
    let file = world.get("events.csv?kind=license.suspended").await;
    assert_eq!(String::from_utf8_lossy(&file.body).matches("\r\n").count(), 2);
}

#[actix_web::test]
async fn another_vendor_sees_nothing_of_it() {
    let world = world().await;
    let portal = &world.portal;
    let beta = add_beta(portal).await;
    let stranger = portal.member("owner@beta.example", beta, Role::Owner).await;
    let see = async |path: &str| portal.send(get(path).by(&stranger)).await;
    for kind in KINDS {
        let rows = world.items(kind).await;
        let next = world.get(&format!("{kind}?limit=1")).await.json()["next"].as_str().map(str::to_owned);
        for path in [format!("{ACME}/{kind}"), format!("{ACME}/{kind}.csv")] {
            see(&path).await.check_refused(404, "NOT_FOUND", "");
            portal.send(get(&path).by(&world.anna)).await.check_refused(404, "NOT_FOUND", "");
            portal.send(get(&path)).await.check_refused(401, "SIGN_IN_REQUIRED", "");
        }
        let own = see(&format!("{BETA}/{kind}")).await.json();
        assert_eq!(own, json!({"items": [], "next": null}), "{kind}");
        if let Some(next) = next {
            let own = see(&format!("{BETA}/{kind}?cursor={next}")).await.json();
            assert_eq!(own["items"], json!([]), "{kind} with another's cursor");
        }
        let row = rows[0].to_string();
        for id in row.split('"').filter(|text| text.get(3..4) == Some("_") && text.len() == 30) {
            see(&format!("{BETA}/{kind}/{id}")).await.check_refused(404, "NOT_FOUND", "");
            for other in KINDS {
                assert_eq!(see(&format!("{BETA}/{other}?q={id}")).await.json()["items"], json!([]), "{other} {id}");
            }
        }
    }
    for wanted in ["anna", "studio", "b"] {
        assert_eq!(see(&format!("{BETA}/customers?q={wanted}")).await.json()["items"], json!([]));
    }
    see(&format!("{ACME}/events")).await.check_refused(404, "NOT_FOUND", "");
    let own = see(&format!("{BETA}/events?subject={}", world.licenses[0])).await.json();
    assert_eq!(own["items"], json!([]));
}
