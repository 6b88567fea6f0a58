//! What a vendor sets, and what its customers see of it: colour and logo.

use std::io::Cursor;

use actix_web::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use shared::brand::{Accents, Colour};

use crate::desk::{ACME, Desk};
use crate::shop::{Answer, Ask, get};

/// A picture of this size in one of the formats that are taken, as an upload.
fn picture(format: image::ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = image::DynamicImage::new_rgb8(width, height);
    picture.write_to(&mut bytes, format).expect("a picture of one colour can be written");
    bytes.into_inner()
}

fn upload(bytes: &[u8]) -> Value {
    json!({ "image": URL_SAFE_NO_PAD.encode(bytes) })
}

async fn set_logo(desk: &Desk, bytes: &[u8]) -> Answer {
    desk.put("/logo", &desk.tag("/settings").await, &upload(bytes)).await
}

async fn save(desk: &Desk, body: &Value) -> Answer {
    desk.put("/settings", &desk.tag("/settings").await, body).await
}

#[actix_web::test]
async fn a_colour_is_shown_in_shades_that_can_be_read() {
    let desk = Desk::open().await;
    let saved = save(&desk, &json!({"name": "Acme", "accent": "#FFE600"})).await;
    assert_eq!((saved.status, &saved.json()["accent"]), (200, &json!("#ffe600")), "{saved:?}");
    let shades = serde_json::to_value(Accents::of(Colour::new(0xff, 0xe6, 0))).expect("shades");
    assert_eq!(saved.json()["brand"], json!({ "accents": shades }));
    let vendor = desk.portal.send(get("/api/v1/vendors/acme")).await.json();
    assert_eq!((&vendor["name"], &vendor["brand"]["accents"]), (&json!("Acme"), &shades));
    assert_eq!(vendor["payments"], json!(["test"]));
    let products = desk.portal.send(get("/api/v1/products")).await.json();
    assert_eq!(products["items"][0]["brand"]["accents"], shades);
    let customer = desk.portal.sign_up("a@example.com").await;
    let license_id = desk.portal.buy(&customer, json!({"offer": "solo", "term": "P1M", "terminals": 1})).await;
    let license = desk.portal.send(get(&format!("/api/v1/licenses/{license_id}")).by(&customer)).await.json();
    assert_eq!(license["product"]["brand"]["accents"], shades, "{license}");
    let orders = desk.portal.send(get("/api/v1/orders").by(&customer)).await.json();
    assert_eq!(orders["items"][0]["product"]["brand"]["accents"], shades);
    let unset = save(&desk, &json!({"name": "Acme"})).await.json();
    assert_eq!((&unset["accent"], &unset["brand"]), (&Value::Null, &Value::Null));
    let vendor = desk.portal.send(get("/api/v1/vendors/acme")).await.json();
    assert_eq!(vendor["brand"], Value::Null);
    desk.portal.send(get("/api/v1/vendors/nobody")).await.check_refused(404, "NOT_FOUND", "");
}

#[actix_web::test]
async fn what_is_no_setting_is_refused_beside_its_member() {
    let desk = Desk::open().await;
    let long = "x".repeat(10_000);
    let invoice = |instructions: &str, days: i64| json!({"instructions": instructions, "days": days});
    for (member, value, field) in [
        ("accent", json!("red"), "accent"),
        ("accent", json!("#12345"), "accent"),
        ("accent", json!("#1234567"), "accent"),
        ("accent", json!("#00000g"), "accent"),
        ("accent", json!("url(https://evil.example)"), "accent"),
        ("accent", json!(7), "accent"),
        ("tax", json!({"name": "VAT", "rate": "0", "included": true}), "tax.rate"),
        ("tax", json!({"name": "VAT", "rate": "-19", "included": true}), "tax.rate"),
        ("tax", json!({"name": "VAT", "rate": "100.001", "included": true}), "tax.rate"),
        ("tax", json!({"name": "VAT", "rate": 19, "included": true}), "tax.rate"),
        ("tax", json!({"name": "VAT", "rate": "19"}), "tax.included"),
        ("tax", json!({"name": "", "rate": "19", "included": true}), "tax.name"),
        ("tax", json!({"name": long, "rate": "19", "included": true}), "tax.name"),
        ("tax", json!({"name": "V\u{202e}TA", "rate": "19", "included": true}), "tax.name"),
        ("tax", json!({"name": "VAT", "rate": "19", "included": true, "number": long}), "tax.number"),
        ("invoice", invoice("", 14), "invoice.instructions"),
        ("invoice", invoice(&long, 14), "invoice.instructions"),
        ("invoice", invoice("IBAN\u{202e}", 14), "invoice.instructions"),
        ("invoice", invoice("IBAN", 0), "invoice.days"),
        ("invoice", invoice("IBAN", 91), "invoice.days"),
        ("invoice", invoice("IBAN", -1), "invoice.days"),
        ("name", json!(long), "name"),
    ] {
        let mut body = json!({"name": "Acme"});
        body[member] = value.clone();
        save(&desk, &body).await.check_refused(422, "INVALID_INPUT", field);
    }
    let all = json!({"name": "<script>alert(1)</script>", "tax": {"name": "<b>", "rate": "100", "included": false},
        "invoice": {"instructions": "<script>\nIBAN", "days": 90}});
    let saved = save(&desk, &all).await;
    assert_eq!((saved.status, &saved.json()["invoice"]), (200, &all["invoice"]), "text is text: {saved:?}");
}

#[actix_web::test]
async fn a_logo_is_served_from_here_and_nothing_but_an_image() {
    let desk = Desk::open().await;
    let mut addresses = Vec::new();
    for (format, media_type) in [
        (image::ImageFormat::Png, "image/png"),
        (image::ImageFormat::Jpeg, "image/jpeg"),
        (image::ImageFormat::WebP, "image/webp"),
    ] {
        let bytes = picture(format, 120, 40);
        let saved = set_logo(&desk, &bytes).await;
        assert_eq!(saved.status, 200, "{saved:?}");
        let logo = saved.json()["brand"]["logo"].clone();
        assert_eq!((&logo["width"], &logo["height"]), (&json!(120), &json!(40)));
        let path = logo["path"].as_str().expect("an address").to_owned();
        let served = desk.portal.send(get(&path)).await;
        assert_eq!((served.status, served.header("content-type")), (200, media_type));
        assert_eq!(served.header("x-content-type-options"), "nosniff");
        assert!(served.header("cache-control").contains("immutable"));
        assert!(served.header("content-security-policy").contains("sandbox"), "{served:?}");
        assert_eq!(served.body.as_ref(), bytes);
        addresses.push(path);
    }
    desk.portal.send(get(&addresses[0])).await.check_refused(404, "NOT_FOUND", "");
    let beta = crate::pass_tenants::add_beta(&desk.portal).await;
    let foreign = addresses[2].replace("/v/acme/", "/v/beta/");
    desk.portal.send(get(&foreign)).await.check_refused(404, "NOT_FOUND", "");
    let _ = beta;

    // Saving the rest of the settings leaves the logo.
    let saved = save(&desk, &json!({"name": "Acme Studio"})).await.json();
    assert_eq!(saved["brand"]["logo"]["path"], json!(addresses[2]));
    let known = desk.tag("/settings").await;
    let removing = Ask::new(Method::DELETE, &format!("{ACME}/logo"));
    let removed = desk.portal.send(removing.by(&desk.owner).header("if-match", &known)).await;
    assert_eq!((removed.status, &removed.json()["brand"]), (200, &Value::Null), "{removed:?}");
    desk.portal.send(get(&addresses[2])).await.check_refused(404, "NOT_FOUND", "");
    assert_eq!(desk.portal.events("vendor.updated").await.len(), 4, "the name was what it is");
}

#[actix_web::test]
async fn where_customers_pay_is_changed_only_by_who_has_shown_who_they_are() {
    let desk = Desk::open().await;
    let invoice = |instructions: &str| json!({"name": "Acme", "invoice": {"instructions": instructions, "days": 14}});
    assert_eq!(save(&desk, &invoice("IBAN DE00")).await.status, 200);
    desk.portal.wait(601);
    let refused = save(&desk, &invoice("IBAN of somebody else")).await;
    refused.check_refused(403, "CONFIRMATION_REQUIRED", "");
    save(&desk, &json!({"name": "Acme"})).await.check_refused(403, "CONFIRMATION_REQUIRED", "");
    let mut renamed = invoice("IBAN DE00");
    renamed["name"] = json!("Acme Studio");
    assert_eq!(save(&desk, &renamed).await.status, 200, "what moves no money asks for nothing");
}

#[actix_web::test]
async fn what_is_no_good_logo_is_refused() {
    let desk = Desk::open().await;
    let good = picture(image::ImageFormat::Png, 100, 100);
    let lie = |at: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[at] = value;
        bytes
    };
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    let mut noise = picture(image::ImageFormat::Png, 10, 10);
    noise.resize(65_537, 0);
    for (bytes, what) in [
        (Vec::new(), "nothing"),
        (svg, "a drawing"),
        (b"GIF89a\x01\x00\x01\x00".to_vec(), "another format"),
        (b"<html><script>alert(1)</script>".to_vec(), "a page"),
        (good[..good.len() / 2].to_vec(), "half of one"),
        (good[..8].to_vec(), "a beginning"),
        (lie(19, 200), "a width that is not so"),
        (lie(16, 0x7f), "a width of two thousand millions"),
        (lie(25, 6), "colours that are not so"),
        (picture(image::ImageFormat::Png, 1025, 1), "one that is too wide"),
        (picture(image::ImageFormat::Png, 1, 1025), "one that is too high"),
        (noise, "one of too many bytes"),
        (vec![0xff, 0xd8, 0xff, 0xe0, 0, 16], "the beginning of a JPEG"),
        (b"RIFF\x04\0\0\0WEBP".to_vec(), "an empty WebP"),
    ] {
        let answer = set_logo(&desk, &bytes).await;
        assert_eq!(answer.status, 422, "{what}: {answer:?}");
        answer.check_refused(422, "INVALID_INPUT", "image");
    }
    let known = desk.tag("/settings").await;
    for bad in ["!!!!", "a", "AAAA=", "data:image/png;base64,AAAA"] {
        desk.put("/logo", &known, &json!({ "image": bad })).await.check_refused(422, "INVALID_INPUT", "image");
    }
    let huge = json!({"image": "A".repeat(400_000)});
    desk.put("/logo", &known, &huge).await.check_refused(422, "INVALID_INPUT", "image");
    assert_eq!(desk.look("/settings").await["brand"], Value::Null);
}

#[actix_web::test]
async fn a_logo_is_not_set_over_settings_that_nobody_looked_at() {
    let desk = Desk::open().await;
    let known = desk.tag("/settings").await;
    save(&desk, &json!({"name": "Acme", "accent": "#123456"})).await;
    let bytes = picture(image::ImageFormat::Png, 8, 8);
    desk.put("/logo", &known, &upload(&bytes)).await.check_refused(412, "CONFLICT", "");
    let first = set_logo(&desk, &bytes).await;
    let tag = first.header("etag").to_owned();
    let again = set_logo(&desk, &bytes).await;
    assert_eq!((again.status, again.header("etag")), (200, tag.as_str()), "the same again changes nothing");
    let path = format!("{ACME}/logo");
    let viewer = desk.portal.member("viewer@example.com", demo_vendor(&desk).await, shared::team::Role::Viewer).await;
    let ask = Ask::new(Method::PUT, &path).body(&upload(&bytes).to_string()).by(&viewer).header("if-match", &tag);
    desk.portal.send(ask).await.check_refused(403, "FORBIDDEN", "");
}

async fn demo_vendor(desk: &Desk) -> shared::id::VendorId {
    let found = desk.portal.app.store.read(|tx| Ok(crate::shop::demo_product(tx)?.0.vendor_id));
    found.await.expect("the demo's vendor")
}
