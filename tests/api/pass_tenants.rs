//! Two vendors in one portal: neither's keys, passes or orders are anything to the other.

use backend::keys::Signer;
use backend::store::records::{Agreement, Product, Vendor};
use serde_json::json;
use shared::id::{ProductId, VendorId};
use shared::menu::Menu;
use shared::pass::PassClaims;
use shared::quote::quote;
use shared::verify::{Expect, verify_pass};

use crate::shop::{Device, NOW, Portal, URL, claims, demo_product, get, post, slug};

/// Adds the vendor `beta` with a product and a menu like the demo's; its id.
pub(crate) async fn add_beta(portal: &Portal) -> VendorId {
    let vendor_id = portal.app.new_id(VendorId::new);
    let vendor = Vendor { vendor_id, slug: slug("beta"), name: "Beta".to_owned(), created_at: NOW };
    let product = Product {
        product_id: portal.app.new_id(ProductId::new),
        vendor_id,
        slug: slug("sketchpad"),
        name: "Sketchpad".to_owned(),
        summary: "Another one.".to_owned(),
        origins: Vec::new(),
        app_url: None,
    };
    let mut menu = portal.menu().await;
    menu.vendor.slug = slug("beta");
    menu.digest = menu.compute_digest().expect("a menu holds small numbers");
    let keys = portal.app.keys.first_keys(vendor_id, NOW);
    let write = portal.app.store.write(move |tx| {
        let (acme, _) = demo_product(tx)?;
        let name = menu.offers[0].agreement.clone();
        let text = tx.agreement(acme.vendor_id, &name.digest)?.map(|agreement| agreement.text).unwrap_or_default();
        tx.add_vendor(&vendor)?;
        keys.iter().try_for_each(|key| tx.add_signing_key(key))?;
        tx.add_agreement(&Agreement { vendor_id, name, text })?;
        tx.add_product(&product)?;
        tx.publish_menu(&product, &menu, NOW)
    });
    write.await.expect("beta is added");
    vendor_id
}

async fn signer(portal: &Portal, vendor_id: VendorId) -> Signer {
    let keys = portal.app.keys.vendor_keys(&portal.app.store, vendor_id, portal.app.clock.now()).await;
    keys.expect("the keys open").signer().expect("one signs")
}

/// A good pass of the demo's vendor: the token, and what it claims.
async fn good_pass(portal: &Portal) -> (String, PassClaims) {
    let customer = portal.sign_up("a@example.com").await;
    let license_id = portal.buy(&customer, json!({"offer": "pro", "term": "P1Y", "terminals": 1})).await;
    let pass = portal.pass(&customer, license_id, &Device::new(1)).await;
    let (keys, issuer) = (portal.keys().await, format!("{URL}/v/acme"));
    let expect = Expect { issuer: &issuer, audience: "acme/sketchpad", keys: &keys, now: NOW, jkt: None };
    let read = verify_pass(&pass, &expect).expect("the pass is good");
    (pass, read)
}

#[actix_web::test]
async fn what_one_vendor_signs_is_nothing_to_the_other() {
    let portal = Portal::open().await;
    let beta_id = add_beta(&portal).await;
    let (pass, good) = good_pass(&portal).await;
    let beta = signer(&portal, beta_id).await;
    let device = Device::new(1);
    let (own, audience) = (format!("{URL}/v/beta"), "beta/sketchpad".to_owned());
    for (forged, code) in [
        (beta.sign(&good), "UNKNOWN_KEY"),
        (beta.sign(&PassClaims { iss: own.clone(), ..good.clone() }), "WRONG_AUDIENCE"),
        // Genuine for beta, but beta knows no such pass.
        (beta.sign(&PassClaims { iss: own, aud: audience, ..good.clone() }), "REVOKED"),
    ] {
        let forged = forged.expect("a key signs what it is given");
        assert_eq!(portal.verify(&forged, None).await["code"], code);
        portal.refresh(&forged, &device).await.check_refused(403, code, "");
        for (path, body) in [
            ("/api/v1/uses", json!({"feature": "draw"})),
            ("/api/v1/slices", json!({"feature": "draw"})),
            ("/api/v1/slices/sli_01kavb2c5mf6tvq0sr8s1y4d9e/settle", json!({"spent": 0})),
        ] {
            let proof = device.proof(&portal, "POST", path, Some(&forged));
            let ask = post(path, &body).token(&forged).proof(&proof).once("1");
            portal.send(ask).await.check_refused(403, code, "");
        }
    }
    assert_eq!(portal.verify(&pass, None).await["code"], "VALID");

    let published = portal.send(get("/v/beta/.well-known/jwks.json")).await.json();
    assert!(!published.to_string().contains(&portal.keys().await[0].kid().to_owned()));
    portal.send(get("/v/beta/status/1")).await.check_refused(404, "NOT_FOUND", "");
}

#[actix_web::test]
async fn claims_that_a_vendor_would_not_sign_are_judged_all_the_same() {
    let portal = Portal::open().await;
    let (_, good) = good_pass(&portal).await;
    let acme_id = portal.app.store.read(|tx| Ok(demo_product(tx)?.0.vendor_id)).await.expect("the demo's vendor");
    let acme = signer(&portal, acme_id).await;
    let later = |seconds| NOW.checked_add_seconds(seconds).expect("a time");
    for (changed, code) in [
        (PassClaims { iat: later(31), ..good.clone() }, "CLOCK_SUSPECT"),
        (PassClaims { nbf: later(31), ..good.clone() }, "NOT_YET_VALID"),
        (PassClaims { exp: later(-30), ..good.clone() }, "EXPIRED"),
        (PassClaims { exp: later(-29), ..good.clone() }, "VALID"),
        (PassClaims { aud: "acme/../x".to_owned(), ..good.clone() }, "WRONG_AUDIENCE"),
        (PassClaims { aud: "beta/sketchpad".to_owned(), ..good.clone() }, "WRONG_AUDIENCE"),
        (PassClaims { iss: format!("{URL}/v/acme/"), ..good.clone() }, "WRONG_ISSUER"),
        (PassClaims { jti: "pas_01kavb2c5mf6tvq0sr8s1y4d9e".to_owned(), ..good.clone() }, "REVOKED"),
        (PassClaims { jti: "nothing".to_owned(), ..good.clone() }, "REVOKED"),
    ] {
        let token = acme.sign(&changed).expect("a key signs what it is given");
        assert_eq!(portal.verify(&token, None).await["code"], code, "{}", claims(&token));
    }
}

#[actix_web::test]
async fn an_account_is_another_customer_at_each_vendor() {
    let portal = Portal::open().await;
    add_beta(&portal).await;
    let customer = portal.sign_up("a@example.com").await;
    let trial = json!({"offer": "trial", "term": "first_use:P14D"});
    let at_acme = portal.buy(&customer, trial.clone()).await;

    let path = "/api/v1/vendors/beta/products/sketchpad/menu";
    let menu: Menu = serde_json::from_slice(&portal.send(get(path)).await.body).expect("beta's menu");
    let quoted = quote(&menu, &serde_json::from_value(trial).expect("a selection")).expect("it is offered");
    let mut body = portal.order_body(json!({"offer": "trial", "term": "first_use:P14D"})).await;
    body["vendor"] = "beta".into();
    let order = async |body: &serde_json::Value, key: &str| {
        portal.send(post("/api/v1/orders", body).by(&customer).once(key)).await
    };
    order(&body, "1").await.check_refused(409, "PRICE_CHANGED", "");
    body["quote_digest"] = quoted.digest.into();
    let at_beta = order(&body, "2").await.text("license_id").parse().expect("a trial of each vendor's product");

    let (mut subjects, device) = (Vec::new(), Device::new(1));
    for license_id in [at_acme, at_beta] {
        let pass = portal.pass(&customer, license_id, &device).await;
        assert_eq!(portal.verify(&pass, Some("draw")).await["code"], "VALID");
        subjects.push(claims(&pass)["sub"].clone());
    }
    assert_ne!(subjects[0], subjects[1]);
}
