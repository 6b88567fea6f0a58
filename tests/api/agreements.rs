//! License texts: versions are counted for each title, and none of them changes.

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::shop::get;

#[actix_web::test]
async fn a_text_is_added_in_versions() {
    let desk = Desk::open().await;
    let first = desk.post("/agreements", &json!({"title": " Terms ", "text": "One.\r\n\r\nTwo.\n"})).await;
    assert_eq!((first.status, first.text("title"), &first.json()["version"]), (201, "Terms".to_owned(), &json!(1)));
    let path = format!("/api/v1/vendors/acme/agreements/{}", first.text("digest"));
    assert_eq!(desk.portal.send(get(&path)).await.text("text"), "One.\n\nTwo.");
    let second = desk.post("/agreements", &json!({"title": "Terms", "text": "Two."})).await;
    assert_eq!(second.json()["version"], 2);
    let again = desk.post("/agreements", &json!({"title": "Terms", "text": "One.\n\nTwo."})).await;
    assert_eq!((again.status, again.json()), (201, first.json()), "the same text is the same version");
    let elsewhere = desk.post("/agreements", &json!({"title": "Other", "text": "Two."})).await;
    elsewhere.check_refused(409, "CONFLICT", "");
    assert!(elsewhere.text("detail").contains("version 2 of \"Terms\""), "{elsewhere:?}");
    assert_eq!(desk.portal.events("agreement.added").await.len(), 2);

    let list = desk.look("/agreements").await;
    let rows = list["items"].as_array().expect("a list");
    let shown: Vec<_> = rows.iter().map(|row| json!([row["title"], row["version"], row["products"]])).collect();
    let demo = desk.portal.menu().await.offers[0].agreement.clone();
    assert_eq!(
        shown,
        [json!([demo.title, demo.version, ["sketchpad"]]), json!(["Terms", 2, []]), json!(["Terms", 1, []])]
    );
    let page = desk.look("/agreements?limit=2").await;
    let next = page["next"].as_str().expect("there is more");
    let rest = desk.look(&format!("/agreements?limit=2&cursor={next}")).await;
    assert_eq!((&rest["items"][0]["version"], &rest["next"]), (&json!(1), &Value::Null));
    desk.get("/agreements?cursor=x").await.check_refused(422, "INVALID_INPUT", "cursor");
}

#[actix_web::test]
async fn a_text_is_named_by_the_menus_that_are_in_force() {
    let desk = Desk::open().await;
    let added = desk.post("/agreements", &json!({"title": "Terms", "text": "New."})).await.json();
    let mut content = desk.content().await;
    for offer in content["offers"].as_array_mut().expect("offers") {
        offer["agreement"] = added.clone();
    }
    let draft = desk.save("sketchpad", &content).await;
    assert_eq!(draft["problems"], json!([]));
    assert_eq!(desk.publish("sketchpad", &draft).await.status, 201);
    let list = desk.look("/agreements").await;
    let of = |title: &str| {
        let rows = list["items"].as_array().expect("a list");
        rows.iter().find(|row| row["title"] == title).expect("it is listed")["products"].clone()
    };
    assert_eq!(of("Terms"), json!(["sketchpad"]));
    let old = list["items"].as_array().expect("a list").iter().find(|row| row["title"] != "Terms").expect("the demo's");
    assert_eq!(old["products"], json!([]), "an older menu named it");
}

#[actix_web::test]
async fn a_text_is_held_to_its_length_and_letters() {
    let desk = Desk::open().await;
    for (title, text, field) in [
        ("", "Text.", "title"),
        ("a\u{2066}b", "Text.", "title"),
        ("Terms", " \n ", "text"),
        ("Terms", &"t".repeat(50_001), "text"),
        ("Terms", "a\u{0}b", "text"),
    ] {
        desk.post("/agreements", &json!({"title": title, "text": text})).await.check_refused(
            422,
            "INVALID_INPUT",
            field,
        );
    }
    let long = json!({"title": "Terms", "text": "ä".repeat(50_000)});
    assert_eq!(desk.post("/agreements", &long).await.status, 201, "100 KB of text");
    let scripted = json!({"title": "<b>Terms</b>", "text": "<script>alert(1)</script>\n=1+1\t\u{202b}עברית\u{202c}"});
    assert_eq!(desk.post("/agreements", &scripted).await.status, 201, "shown as text");
}
