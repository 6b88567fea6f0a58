//! A vendor's team edits its products: nobody writes over another's edit, and nothing that was sold goes away.

use actix_web::http::Method;
use serde_json::{Value, json};
use shared::team::Role;

use crate::desk::{ACME, Desk};
use crate::pass_tenants::add_beta;
use crate::shop::{Ask, get, post};

fn notebook() -> Value {
    json!({
        "product": "notebook", "name": "Notebook", "summary": "Writes.",
        "origins": ["https://app.example.com"], "app_url": "https://app.example.com/start",
    })
}

fn edit() -> Value {
    json!({"name": "Notebook 2", "summary": "", "origins": []})
}

fn looks() -> [&'static str; 6] {
    [
        "/products",
        "/products/sketchpad",
        "/products/sketchpad/draft",
        "/products/sketchpad/menus",
        "/products/sketchpad/menus/1",
        "/agreements",
    ]
}

fn edits() -> [(Method, &'static str, Value); 7] {
    [
        (Method::POST, "/products", notebook()),
        (Method::PUT, "/products/sketchpad", edit()),
        (Method::DELETE, "/products/sketchpad", json!({})),
        (Method::PUT, "/products/sketchpad/draft", json!({"currency": "EUR"})),
        (Method::DELETE, "/products/sketchpad/draft", json!({})),
        (Method::POST, "/products/sketchpad/menus", json!({"revision": 1})),
        (Method::POST, "/agreements", json!({"title": "Terms", "text": "Text."})),
    ]
}

#[actix_web::test]
async fn a_product_is_made_edited_and_deleted() {
    let desk = Desk::open().await;
    let made = desk.post("/products", &notebook()).await;
    assert_eq!(made.status, 201, "{made:?}");
    let product = made.json();
    assert_eq!(
        (&product["has_draft"], &product["menu"], &product["revision"]),
        (&json!(false), &Value::Null, &json!(1))
    );
    assert_eq!(desk.look("/products/notebook").await, product);
    assert_eq!(desk.look("/products").await["items"][0], product);

    let edited = desk.put("/products/notebook", &desk.tag("/products/notebook").await, &edit()).await;
    assert_eq!((edited.status, edited.header("etag")), (200, "\"2\""));
    assert_eq!(edited.json()["origins"], json!([]));
    assert_eq!(desk.look("/products/notebook").await, edited.json());
    let told = desk.portal.events("product.updated").await;
    assert_eq!((&told[0]["before"]["name"], &told[0]["after"]["name"]), (&json!("Notebook"), &json!("Notebook 2")));
    assert!(told[0]["from"]["address"].is_string(), "{told:?}");

    let public = desk.portal.send(get("/api/v1/products")).await.json();
    assert_eq!(public["items"].as_array().map(Vec::len), Some(1), "nobody sees it before it has a menu");
    desk.save("notebook", &json!({"currency": "EUR"})).await;
    assert_eq!(desk.delete("/products/notebook").await.status, 204);
    desk.get("/products/notebook").await.check_refused(404, "NOT_FOUND", "");
    desk.get("/products/notebook/draft").await.check_refused(404, "NOT_FOUND", "");
    assert_eq!(desk.post("/products", &notebook()).await.status, 201, "its slug is free again");
    desk.portal.check_sound().await;
}

#[actix_web::test]
async fn a_product_whose_menu_was_published_stays() {
    let desk = Desk::open().await;
    let refused = desk.delete("/products/sketchpad").await;
    refused.check_refused(409, "CONFLICT", "");
    assert!(refused.text("detail").contains("publish a menu without the offers"), "it says what to do: {refused:?}");
    assert_eq!(desk.look("/products/sketchpad").await["menu"], 1);
}

#[actix_web::test]
async fn two_people_do_not_write_over_each_other() {
    let desk = Desk::open().await;
    let path = "/products/sketchpad";
    let seen = desk.tag(path).await;
    assert_eq!(desk.put(path, &seen, &edit()).await.status, 200);
    desk.put(path, &seen, &edit()).await.check_refused(412, "CONFLICT", "");
    for wrong in ["*", "1", "W/\"1\"", "\"1\", \"2\"", "\"x\"", "\"\"", "\"+1\""] {
        desk.put(path, wrong, &edit()).await.check_refused(422, "INVALID_INPUT", "If-Match");
    }
    let without = Ask::new(Method::PUT, &format!("{ACME}{path}")).body(&edit().to_string()).by(&desk.owner);
    desk.portal.send(without).await.check_refused(428, "INVALID_INPUT", "If-Match");
}

#[actix_web::test]
async fn what_a_product_may_not_say_is_told_all_at_once() {
    let desk = Desk::open().await;
    let mut wrong = notebook();
    wrong["name"] = "Note\u{202e}koob".into();
    wrong["summary"] = "s".repeat(301).into();
    wrong["origins"] = json!(["https://app.example.com", "https://App.example.com", "http://app.example.com"]);
    wrong["app_url"] = "javascript:alert(1)".into();
    let refused = desk.post("/products", &wrong).await;
    refused.check_refused(422, "INVALID_INPUT", "name");
    let fields: Vec<_> =
        refused.json()["fields"].as_array().expect("fields").iter().map(|field| field["field"].clone()).collect();
    assert_eq!(fields, ["name", "summary", "origins[1]", "origins[2]", "app_url"]);
    for (member, value) in [("product", json!("Not a slug")), ("name", json!("n".repeat(10_000))), ("name", json!(7))] {
        let mut wrong = notebook();
        wrong[member] = value;
        desk.post("/products", &wrong).await.check_refused(422, "INVALID_INPUT", member);
    }
    let mut taken = notebook();
    taken["product"] = "sketchpad".into();
    desk.post("/products", &taken).await.check_refused(409, "CONFLICT", "");
    let mut scripted = notebook();
    scripted["name"] = "<script>alert(1)</script> \u{1f600} عربي".into();
    assert_eq!(
        desk.post("/products", &scripted).await.json()["name"],
        scripted["name"],
        "kept as it is, and shown as text"
    );
}

#[actix_web::test]
async fn products_are_found_in_pages_and_by_words() {
    let desk = Desk::open().await;
    for (slug, name) in [("alpha", "First Light"), ("beta", "Second"), ("gamma", "Lightroom")] {
        let mut product = notebook();
        (product["product"], product["name"]) = (slug.into(), name.into());
        assert_eq!(desk.post("/products", &product).await.status, 201);
    }
    let slugs = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().expect("a page has items");
        items.iter().map(|item| item["product"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let first = desk.look("/products?limit=3").await;
    assert_eq!(slugs(&first), ["alpha", "beta", "gamma"]);
    let cursor = first["next"].as_str().expect("there is more");
    let rest = desk.look(&format!("/products?limit=3&cursor={cursor}")).await;
    assert_eq!((slugs(&rest), &rest["next"]), (vec!["sketchpad".to_owned()], &Value::Null));
    assert_eq!(slugs(&desk.look("/products?q=LIGHT").await), ["alpha", "gamma"]);
    assert_eq!(slugs(&desk.look("/products?q=sketch").await), ["sketchpad"]);
    assert_eq!(slugs(&desk.look("/products?q=%25").await), [""; 0]);
    for wrong in ["limit=0", "limit=101", "cursor=A"] {
        assert_eq!(desk.get(&format!("/products?{wrong}")).await.status, 422, "{wrong}");
    }
}

#[actix_web::test]
async fn only_the_vendors_own_team_sees_and_edits_products() {
    let desk = Desk::open().await;
    let asks: Vec<_> = looks().into_iter().map(|path| (Method::GET, path, json!({}))).chain(edits()).collect();
    desk.check_strangers(&asks).await;
}

#[actix_web::test]
async fn a_neighbour_s_products_are_not_there() {
    let desk = Desk::open().await;
    let beta = add_beta(&desk.portal).await;
    let neighbour = desk.portal.member("owner@beta.example", beta, Role::Owner).await;
    assert_eq!(desk.post("/products", &notebook()).await.status, 201);
    let own = "/api/v1/admin/vendors/beta";
    let list = desk.portal.send(get(&format!("{own}/products")).by(&neighbour)).await.json();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    for path in ["", "/draft", "/menus", "/menus/1"] {
        let ask = get(&format!("{own}/products/notebook{path}")).by(&neighbour);
        desk.portal.send(ask).await.check_refused(404, "NOT_FOUND", "");
    }
    let ask = post(&format!("{own}/products"), &notebook()).by(&neighbour).once("1");
    assert_eq!(desk.portal.send(ask).await.status, 201, "each vendor has slugs of its own");
}

#[actix_web::test]
async fn a_viewer_looks_and_does_not_edit() {
    let desk = Desk::open().await;
    let vendor =
        desk.portal.app.store.read(|tx| Ok(crate::shop::demo_product(tx)?.0.vendor_id)).await.expect("the demo");
    for role in [Role::Viewer, Role::Support] {
        let email = if role == Role::Viewer { "viewer@example.com" } else { "support@example.com" };
        let member = desk.portal.member(email, vendor, role).await;
        for path in looks() {
            assert_eq!(desk.portal.send(get(&format!("{ACME}{path}")).by(&member)).await.status, 200, "{path}");
        }
        for (method, path, body) in edits() {
            let ask = Ask::new(method, &format!("{ACME}{path}")).body(&body.to_string());
            let ask = ask.once("1").header("if-match", "\"0\"");
            desk.portal.send(ask.by(&member)).await.check_refused(403, "FORBIDDEN", "");
        }
    }
}
