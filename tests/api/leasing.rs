//! Leases, seats and identifiers as people see them: the vendor's team finds them and ends them, the customer sees who holds
//! what and what was counted.

use actix_web::http::Method;
use serde_json::{Value, json};
use shared::team::Role;

use crate::desk::Desk;
use crate::farm::{ACME, Farm};
use crate::holder::{Bought, buy, pro};
use crate::shop::{Ask, Customer, demo_product, get, post};

impl Farm {
    async fn desk(&self) -> Desk {
        Desk { portal: self.portal().clone(), owner: self.portal().sign_in("owner@example.com").await }
    }

    /// What the customer sees of services.
    async fn services(&self) -> Value {
        services(&self.bought).await
    }
}

async fn services(bought: &Bought) -> Value {
    let customer = bought.portal.sign_in("a@example.com").await;
    let answer =
        bought.portal.send(get(&format!("/api/v1/licenses/{}/services", bought.license_id)).by(&customer)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

async fn holders(desk: &Desk, path: &str) -> Vec<String> {
    let list = desk.look(path).await;
    let items = list["items"].as_array().expect("a list").clone();
    items.iter().map(|row| row["holder"].as_str().unwrap_or_default().to_owned()).collect()
}

#[actix_web::test]
async fn leases_are_listed_narrowed_and_found() {
    let farm = Farm::open().await;
    let first = farm.lease(&json!({"holder": "Farm North"})).await;
    farm.portal().wait(60);
    let second = farm.lease(&json!({"holder": "=farm south", "count": 20})).await;
    assert_eq!(farm.give_back(&second, 5).await.status, 200);
    let desk = farm.desk().await;
    for (path, found) in [
        ("/leases", vec!["=farm south", "Farm North"]),
        ("/leases?state=open", vec!["Farm North"]),
        ("/leases?state=returned&product=sketchpad", vec!["=farm south"]),
        ("/leases?state=ended", vec![]),
        ("/leases?q=farm%20n", vec!["Farm North"]),
        ("/leases?q=a@example", vec!["=farm south", "Farm North"]),
        ("/leases?q=nobody", vec![]),
    ] {
        assert_eq!(holders(&desk, path).await, found, "{path}");
    }
    let license = format!("/leases?q={}", farm.bought.license_id);
    assert_eq!(holders(&desk, &license).await.len(), 2);
    assert_eq!(holders(&desk, &format!("/leases?q={first}")).await, ["Farm North"]);
    assert_eq!(holders(&desk, &format!("/leases?service={}", farm.token_id)).await.len(), 2);
    let other = crate::farm::new_token(farm.portal(), &desk.owner, ACME, &["leases:write"]).await.0;
    assert_eq!(holders(&desk, &format!("/leases?service={other}&state=open")).await, [] as [&str; 0]);
    for (query, field) in
        [("state=gone", "state"), ("service=x", "service"), ("product=x", "product"), ("sort=x", "sort")]
    {
        desk.get(&format!("/leases?{query}")).await.check_refused(422, "INVALID_INPUT", field);
    }
    let page = desk.look("/leases?limit=1").await;
    let next = format!("/leases?limit=1&cursor={}", page["next"].as_str().expect("there is more"));
    assert_eq!(holders(&desk, &next).await, ["Farm North"]);

    let row = desk.look(&format!("/leases/{second}")).await;
    assert_eq!(
        (&row["service_name"], &row["count"], &row["spent"], &row["state"]),
        (&json!("Farm"), &json!(20), &json!(15), &json!("returned"))
    );
    // An id of a lease leads to its license and its customer as well.
    assert_eq!(desk.look(&format!("/licenses?q={first}")).await["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(desk.look(&format!("/customers?q={first}")).await["items"].as_array().map(Vec::len), Some(1));
    let file = desk.get("/leases.csv").await;
    let text = String::from_utf8(file.body.to_vec()).expect("a file of text");
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.contains("\"'=farm south\""), "no spreadsheet runs it: {text}");
}

#[actix_web::test]
async fn the_team_ends_a_lease_and_an_identifier_and_says_why() {
    let farm = Farm::open().await;
    let (kept, lost) = (farm.lease(&json!({})).await, farm.lease(&json!({"holder": "stuck", "count": 10})).await);
    let desk = farm.desk().await;
    let reason = json!({"reason": "It hung."});
    desk.post(&format!("/leases/{lost}/end"), &json!({"reason": " "})).await.check_refused(
        422,
        "INVALID_INPUT",
        "reason",
    );
    for _ in 0..2 {
        let ended = desk.post(&format!("/leases/{lost}/end"), &reason).await;
        assert_eq!((ended.status, &ended.json()["state"]), (200, &json!("ended")), "{ended:?}");
    }
    farm.extend(&lost, 60).await.check_refused(409, "LEASE_EXPIRED", "");
    assert_eq!(farm.extend(&kept, 3600).await.status, 200);
    let told = farm.portal().events("lease.ended").await;
    assert_eq!((told.len(), &told[0]["reason"], &told[0]["spent"]), (1, &json!("It hung."), &json!(10)));

    let identifier = &farm.identifiers().await[0]["identifier_id"].as_str().expect("an id").to_owned();
    for _ in 0..2 {
        assert_eq!(desk.post(&format!("/identifiers/{identifier}/end"), &reason).await.status, 204);
    }
    farm.check_out(&json!({})).await.check_refused(404, "NOT_FOUND", "");
    assert_eq!(farm.extend(&kept, 3600).await.status, 200, "what was taken by it stands");
    let license = farm.bought.license().await;
    let notes: Vec<_> = license["notes"].as_array().expect("notes").iter().map(|note| note["kind"].clone()).collect();
    assert_eq!(notes, [json!("identifier.ended"), json!("lease.ended")], "the customer is told");

    let vendor_id =
        farm.portal().app.store.read(|tx| Ok(demo_product(tx)?.0.vendor_id)).await.expect("the demo's vendor");
    let viewer = farm.portal().member("viewer@example.com", vendor_id, Role::Viewer).await;
    let end = |id: &str| post(&format!("{ACME}/leases/{id}/end"), &reason);
    farm.portal().send(end(&kept).by(&viewer)).await.check_refused(403, "FORBIDDEN", "");
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn who_waits_for_a_seat_is_shown_in_order() {
    let farm = Farm::small().await;
    let held = farm.lease(&json!({"holder": "first"})).await;
    let desk = farm.desk().await;
    assert_eq!(desk.look("/queues").await["items"], json!([]));
    let looking = async {
        while farm.portal().app.waiting.before(farm.bought.license_id, None) < 1 {
            actix_web::rt::task::yield_now().await;
        }
        let queues = desk.look("/queues").await;
        let queue = &queues["items"][0];
        assert_eq!(
            (&queue["seats"], &queue["seats_taken"], &queue["waiting"], &queue["first"][0]["holder"]),
            (&json!(1), &json!(1), &json!(1), &json!("patient"))
        );
        let license = desk.look(&format!("/licenses/{}", farm.bought.license_id)).await;
        assert_eq!(
            (&license["seats_now"]["waiting"], &license["waiting"][0]["holder"]),
            (&json!(1), &json!("patient"))
        );
        assert_eq!(farm.services().await["seats"]["waiting"], 1);
        assert_eq!(farm.give_back(&held, 0).await.status, 200);
    };
    let wish = json!({"holder": "patient", "wait_seconds": 60});
    let waiting = farm.check_out(&wish);
    assert_eq!(futures_util::future::join(waiting, looking).await.0.status, 201);
    assert_eq!(desk.look("/queues").await["items"], json!([]), "nobody waits any more");
    let license = desk.look(&format!("/licenses/{}", farm.bought.license_id)).await;
    assert_eq!(license["leases"].as_array().map(Vec::len), Some(2));
    assert_eq!(license["identifiers"][0]["identifier_id"], farm.identifiers().await[0]["identifier_id"]);
}

#[actix_web::test]
async fn the_customer_sees_seats_identifiers_and_what_was_counted() {
    let farm = Farm::open().await;
    let lease = farm.lease(&json!({"holder": "Farm North", "count": 20})).await;
    let seen = farm.services().await;
    assert_eq!((&seen["seats"]["limit"], &seen["seats"]["taken"]), (&json!(5), &json!(1)));
    assert_eq!(seen["seats"]["held"][0]["holder"], "Farm North");
    assert_eq!(seen["identifiers"].as_array().map(Vec::len), Some(1));
    assert_eq!(seen["counted"]["ai.render"]["uses"]["count"], "on_checkout");
    assert_eq!(farm.give_back(&lease, 5).await.status, 200);
    assert_eq!(farm.services().await["seats"]["held"], json!([]));
    let story = history(&farm.bought, &farm.bought.customer, "ai.render").await;
    assert_eq!(story, [json!(["lease", 15, "Farm North"])]);

    // An identifier that an app asked for says on which device.
    let bought = buy(pro()).await;
    let holder = bought.connect(1).await;
    let asked = holder.post("/api/v1/identifiers", &json!({"license_id": bought.license_id}), "one").await;
    assert_eq!(asked.status, 201, "{asked:?}");
    assert!(services(&bought).await["identifiers"][0]["device"].is_string());
    assert_eq!(holder.count("ai.render", 3).await.status, 200);
    let slice = holder.slice(Some(10)).await.text("slice_id");
    bought.portal.wait(1);
    assert_eq!(holder.settle(&slice, 4).await.status, 200);
    let story = history(&bought, &bought.customer, "ai.render").await;
    let device = services(&bought).await["identifiers"][0]["device"].clone();
    assert_eq!(story, [json!(["slice", 4, device]), json!(["use", 3, device])]);
}

/// What the customer is told of a function's uses: how, how many, by whom.
async fn history(bought: &Bought, customer: &Customer, feature: &str) -> Vec<Value> {
    let path = format!("/api/v1/licenses/{}/uses", bought.license_id);
    let ask = |query: &str| Ask::new(Method::GET, &format!("{path}?{query}")).by(customer);
    bought.portal.send(ask("feature=%20")).await.check_refused(422, "INVALID_INPUT", "feature");
    assert_eq!(bought.portal.send(ask("")).await.status, 200, "of the first that is counted");
    bought.portal.send(ask("feature=no.such")).await.check_refused(404, "NOT_FOUND", "");
    let stranger = bought.portal.sign_in("customer@example.com").await;
    let strange = Ask::new(Method::GET, &format!("{path}?feature={feature}")).by(&stranger);
    bought.portal.send(strange).await.check_refused(404, "NOT_FOUND", "");
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = bought.portal.send(ask(&format!("feature={feature}&limit=1{cursor}"))).await;
        assert_eq!(page.status, 200, "{page:?}");
        let page = page.json();
        for one in page["items"].as_array().expect("a list") {
            rows.push(json!([one["by"], one["count"], one["who"]]));
        }
        let Some(next) = page["next"].as_str() else { return rows };
        cursor = format!("&cursor={next}");
    }
}

#[actix_web::test]
async fn what_is_counted_on_issue_says_so_and_when() {
    let portal = crate::shop::Portal::open().await;
    let on_issue = |menu: &mut shared::menu::Menu| {
        for uses in menu.offers.iter_mut().flat_map(|offer| &mut offer.uses) {
            uses.count = shared::menu::Counting::OnIssue;
        }
    };
    portal.publish(on_issue).await;
    let customer = portal.sign_up("a@example.com").await;
    let license_id = portal.buy(&customer, pro()).await;
    let bought = Bought { portal, customer, license_id };
    bought.connect(1).await;
    assert_eq!(services(&bought).await["counted"]["ai.render"]["uses"]["count"], "on_issue");
    let story = history(&bought, &bought.customer, "ai.render").await;
    assert_eq!(story.len(), 1);
    assert_eq!((&story[0][0], &story[0][1]), (&json!("issue"), &json!(1)));
}
