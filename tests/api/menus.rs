//! Menus from the first draft to the history: what is wrong is told where it is, and what was sold stays what it was.

use serde_json::{Value, json};

use crate::desk::{ACME, Desk};
use crate::shop::{Ask, Device, claims, get, post};

const DRAFT: &str = "/products/sketchpad/draft";
const MENUS: &str = "/products/sketchpad/menus";

fn pro(content: &mut Value) -> &mut Value {
    let offers = content["offers"].as_array_mut().expect("a menu has offers");
    offers.iter_mut().find(|offer| offer["offer"] == "pro").expect("the demo has this offer")
}

fn without(content: &Value, slug: &str) -> Value {
    let mut content = content.clone();
    content["offers"].as_array_mut().expect("a menu has offers").retain(|offer| offer["offer"] != slug);
    content
}

#[actix_web::test]
async fn a_draft_begins_with_the_published_menu_and_is_nobody_else_s_business() {
    let desk = Desk::open().await;
    let draft = desk.look(DRAFT).await;
    assert_eq!((&draft["base"], &draft["revision"], &draft["is_saved"]), (&json!(1), &json!(0), &json!(false)));
    assert_eq!((&draft["content"], &draft["problems"]), (&desk.content().await, &json!([])));

    let mut content = desk.content().await;
    pro(&mut content)["name"] = "Professional".into();
    let saved = desk.save("sketchpad", &content).await;
    assert_eq!((&saved["revision"], &saved["is_saved"]), (&json!(1), &json!(true)));
    assert_eq!((&saved["saved_by"], &saved["saved_at"]), (&json!("Olivia Owner"), &json!("2026-11-22T02:00:00Z")));
    assert_eq!(desk.look(DRAFT).await, saved);
    assert_eq!(desk.look("/products/sketchpad").await["has_draft"], true);
    assert_ne!(
        desk.portal.menu().await.content(),
        serde_json::from_value(content).expect("a content"),
        "customers see the old one"
    );

    desk.put(DRAFT, "\"0\"", &saved["content"]).await.check_refused(412, "CONFLICT", "");
    let stale = Ask::new(actix_web::http::Method::DELETE, &format!("{ACME}{DRAFT}")).by(&desk.owner);
    desk.portal.send(stale.header("if-match", "\"0\"")).await.check_refused(412, "CONFLICT", "");
    desk.delete(DRAFT).await.check_refused(428, "INVALID_INPUT", "If-Match");
    let discard = Ask::new(actix_web::http::Method::DELETE, &format!("{ACME}{DRAFT}")).by(&desk.owner);
    assert_eq!(desk.portal.send(discard.header("if-match", "\"1\"")).await.status, 204);
    let after = desk.look(DRAFT).await;
    assert_eq!((&after["is_saved"], &after["revision"]), (&json!(false), &json!(2)), "a revision never comes twice");
    assert_eq!(after["content"], desk.content().await);
}

#[actix_web::test]
async fn a_draft_may_be_wrong_and_says_where() {
    let desk = Desk::open().await;
    let mut content = desk.content().await;
    let offer = pro(&mut content);
    offer["name"] = "".into();
    offer["terms"][1]["price"] = json!(-1);
    offer["base"] = json!(i64::MAX);
    offer["agreement"]["digest"] = "of nothing".into();
    offer["summary"] = "s".repeat(10_000).into();
    content["currency"] = "XXX".into();
    let place = content["offers"]
        .as_array()
        .expect("offers")
        .iter()
        .position(|offer| offer["offer"] == "pro")
        .expect("it is there");
    let draft = desk.save("sketchpad", &content).await;
    let problems: Vec<_> =
        draft["problems"].as_array().expect("a list").iter().map(|problem| problem["field"].clone()).collect();
    let wanted = ["name", "summary", "base", "terms[1].price", "agreement"];
    let wanted = wanted.map(|member| format!("offers[{place}].{member}"));
    assert_eq!(problems[0], "currency");
    assert_eq!(problems[1..], wanted);
    let refused = desk.publish("sketchpad", &draft).await;
    refused.check_refused(422, "INVALID_INPUT", "currency");
    assert_eq!(refused.json()["fields"], draft["problems"]);
    assert_eq!(desk.look(DRAFT).await, draft, "nothing of it is lost");

    for wrong in [json!([]), json!({"currency": "euro"}), json!({"currency": "EUR", "colour": "red"}), json!({})] {
        let refused = desk.put(DRAFT, &desk.tag(DRAFT).await, &wrong).await;
        assert!(matches!(refused.status, 400 | 422), "{refused:?}");
    }
}

#[actix_web::test]
async fn offers_that_sell_the_same_are_allowed_with_a_word() {
    let desk = Desk::open().await;
    let mut content = desk.content().await;
    let mut twin = pro(&mut content).clone();
    (twin["offer"], twin["base"]) = ("pro-twin".into(), json!(1));
    content["offers"].as_array_mut().expect("offers").push(twin);
    let place = content["offers"].as_array().map_or(0, Vec::len) - 1;
    let draft = desk.save("sketchpad", &content).await;
    assert_eq!((&draft["problems"], &draft["warnings"][0]["field"]), (&json!([]), &json!(format!("offers[{place}]"))));
    assert_eq!(desk.publish("sketchpad", &draft).await.status, 201);
}

#[actix_web::test]
async fn a_menu_of_half_a_megabyte_is_read_and_a_larger_one_is_not() {
    let desk = Desk::open().await;
    let content =
        |length: usize| json!({"currency": "EUR", "features": [{"feature": "draw", "name": "n".repeat(length)}]});
    let draft = desk.save("sketchpad", &content(500 * 1024)).await;
    assert_eq!(draft["problems"][0]["field"], "features[0].name");
    let tag = desk.tag(DRAFT).await;
    desk.put(DRAFT, &tag, &content(512 * 1024)).await.check_refused(413, "INVALID_INPUT", "");
    let large = json!({"name": "n".repeat(64 * 1024), "summary": ""});
    desk.put("/products/sketchpad", "\"1\"", &large).await.check_refused(413, "INVALID_INPUT", "");
}

#[actix_web::test]
async fn publishing_makes_the_next_version_once() {
    let desk = Desk::open().await;
    let mut content = desk.content().await;
    pro(&mut content)["base"] = json!(4200);
    let draft = desk.save("sketchpad", &content).await;
    let body = json!({"revision": draft["revision"]});
    let ask = || post(&format!("{ACME}{MENUS}"), &body).by(&desk.owner).once("publish");
    let published = desk.portal.send(ask()).await;
    assert_eq!(published.status, 201, "{published:?}");
    let menu = desk.portal.menu().await;
    assert_eq!((menu.menu, menu.digest.clone()), (2, published.text("digest")));
    assert_eq!(menu.compute_digest().as_ref(), Ok(&menu.digest));
    assert_eq!(serde_json::to_value(menu.content()).expect("JSON"), content);
    assert_eq!(desk.portal.send(ask()).await.body, published.body, "asked again, it is the same publication");
    desk.publish("sketchpad", &draft).await.check_refused(409, "CONFLICT", "");

    let after = desk.look(DRAFT).await;
    assert_eq!((&after["is_saved"], &after["base"]), (&json!(false), &json!(2)));
    let told = desk.portal.events("menu.published").await;
    assert_eq!((told.len(), &told[0]["digest"], &told[0]["menu"]), (1, &json!(menu.digest), &json!(2)));
    let history = desk.look(MENUS).await;
    assert_eq!(history["items"][0], published.json());
    assert_eq!(history["items"][0]["published_by"], "Olivia Owner");
    assert_eq!((&history["items"][1]["menu"], &history["items"][1]["orders"]), (&json!(1), &json!(0)));
    let first = desk.look(&format!("{MENUS}?limit=1")).await;
    let next = first["next"].as_str().expect("there is more");
    assert_eq!(desk.look(&format!("{MENUS}?limit=1&cursor={next}")).await["items"][0]["menu"], 1);
    assert_eq!(desk.look(&format!("{MENUS}/2")).await, serde_json::to_value(&menu).expect("JSON"));
    for nothing in ["0", "3", "x", "4294967296"] {
        desk.get(&format!("{MENUS}/{nothing}")).await.check_refused(404, "NOT_FOUND", "");
    }
    desk.portal.check_sound().await;
}

#[actix_web::test]
async fn only_what_was_looked_at_is_published() {
    let desk = Desk::open().await;
    let nothing = desk.look(DRAFT).await;
    desk.publish("sketchpad", &nothing).await.check_refused(409, "CONFLICT", "");
    let same = desk.save("sketchpad", &desk.content().await).await;
    desk.publish("sketchpad", &same).await.check_refused(409, "CONFLICT", "");

    let mut content = desk.content().await;
    pro(&mut content)["base"] = json!(1);
    let seen = desk.save("sketchpad", &content).await;
    pro(&mut content)["base"] = json!(2);
    desk.save("sketchpad", &content).await;
    desk.publish("sketchpad", &seen).await.check_refused(409, "CONFLICT", "");

    // Somebody published by another way meanwhile.
    let draft = desk.look(DRAFT).await;
    desk.portal.publish(|menu| menu.offers.retain(|offer| offer.offer.as_str() != "solo")).await;
    desk.publish("sketchpad", &draft).await.check_refused(409, "CONFLICT", "");
    let again = desk.save("sketchpad", &content).await;
    assert_eq!(desk.publish("sketchpad", &again).await.json()["menu"], 3, "saved on top of it, it is the next");
}

#[actix_web::test]
async fn a_new_product_is_sold_once_it_has_a_menu() {
    let desk = Desk::open().await;
    let product = json!({"product": "notebook", "name": "Notebook", "summary": "Writes."});
    assert_eq!(desk.post("/products", &product).await.status, 201);
    let empty = desk.look("/products/notebook/draft").await;
    assert_eq!((&empty["base"], &empty["content"]["offers"]), (&json!(0), &json!([])));
    assert_eq!(empty["problems"][0]["field"], "offers");
    let draft = desk.save("notebook", &desk.content().await).await;
    assert_eq!(desk.publish("notebook", &draft).await.json()["menu"], 1);
    let menu = desk.portal.send(get("/api/v1/vendors/acme/products/notebook/menu")).await.json();
    assert_eq!((&menu["product"]["name"], &menu["vendor"]["slug"]), (&json!("Notebook"), &json!("acme")));
    let public = desk.portal.send(get("/api/v1/products")).await.json();
    assert_eq!(public["items"].as_array().map(Vec::len), Some(2));
}

#[actix_web::test]
async fn what_was_bought_stays_what_it_was() {
    let desk = Desk::open().await;
    let customer = desk.portal.sign_up("a@example.com").await;
    let selection = json!({"offer": "pro", "term": "P1Y", "terminals": 3});
    let seen = desk.portal.order_body(selection.clone()).await;
    let license_id = desk.portal.buy(&customer, selection.clone()).await;
    let path = format!("/api/v1/licenses/{license_id}");
    let before = desk.portal.send(get(&path).by(&customer)).await.json();
    let orders = desk.portal.send(get("/api/v1/orders").by(&customer)).await.json();

    let content = desk.content().await;
    let draft = desk.save("sketchpad", &without(&content, "pro")).await;
    assert_eq!(desk.publish("sketchpad", &draft).await.status, 201);
    let order = post("/api/v1/orders", &seen).by(&customer).once("late");
    desk.portal.send(order).await.check_refused(409, "MENU_CHANGED", "");

    assert_eq!(desk.portal.send(get(&path).by(&customer)).await.json(), before, "the license says what it said");
    assert_eq!(desk.portal.send(get("/api/v1/orders").by(&customer)).await.json(), orders);
    assert!(before.to_string().contains("\"Pro\""), "it shows its offer's name: {before}");
    let device = Device::new(1);
    let pass = desk.portal.pass(&customer, license_id, &device).await;
    assert_eq!((&claims(&pass)["lic"]["offer"], &claims(&pass)["lic"]["menu"]), (&json!("pro"), &json!(1)));
    assert_eq!(desk.portal.refresh(&pass, &device).await.status, 200);
    let history = desk.look(MENUS).await;
    assert_eq!((&history["items"][0]["orders"], &history["items"][1]["orders"]), (&json!(0), &json!(1)));

    // Rolling back is publishing what an older version said.
    let old = desk.look(&format!("{MENUS}/1")).await;
    let content = json!({"currency": old["currency"], "features": old["product"]["features"], "offers": old["offers"]});
    let draft = desk.save("sketchpad", &content).await;
    let back = desk.publish("sketchpad", &draft).await;
    assert_eq!((back.status, &back.json()["menu"]), (201, &json!(3)));
    let again = desk.portal.buy(&customer, selection).await;
    let license = desk.portal.send(get(&format!("/api/v1/licenses/{again}")).by(&customer)).await.json();
    assert_eq!(license["offer"], before["offer"]);
    desk.portal.check_sound().await;
}
