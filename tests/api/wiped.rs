//! A browser whose storage was cleared: its customer proves themselves again, and it has its place back.

use backend::store::records::Pass;
use serde_json::{Value, json};
use shared::license::StatusReason;
use shared::menu::Counting;
use shared::pass::PassStatus;

use crate::holder::{Bought, buy, pro};
use crate::shop::{Answer, Device, Portal, URL, claims, post};

const COOKIE: &str = "__Host-passgate-browser=";

/// A browser: the cookie that the portal gave it.
#[derive(Default)]
struct Browser(Option<String>);

impl Browser {
    /// Asks for a pass as the connect window does for an app, and keeps the cookie.
    async fn connect(&mut self, bought: &Bought, device: &Device, origin: Option<&str>) -> Answer {
        let path = format!("/api/v1/licenses/{}/passes", bought.license_id);
        let mut body = json!({"name": "Chrome on Linux"});
        if let (Some(origin), Some(members)) = (origin, body.as_object_mut()) {
            members.insert("origin".to_owned(), origin.into());
        }
        let key = bought.portal.app.rng.u128().to_string();
        let mut ask = post(&path, &body).by(&bought.customer).once(&key);
        if let Some(cookie) = &self.0 {
            ask = ask.header("cookie", cookie);
        }
        let answer = bought.portal.send(ask.proof(&device.proof(&bought.portal, "POST", &path, None))).await;
        if answer.status == 201 {
            let cookie = answer.header("set-cookie");
            assert!(cookie.starts_with(COOKIE), "{cookie}");
            for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=34560000"] {
                assert!(cookie.contains(part), "{part} is not in {cookie}");
            }
            self.0 = cookie.split(';').next().map(str::to_owned);
        }
        answer
    }
}

async fn devices(bought: &Bought) -> Vec<Value> {
    bought.license().await["terminals"]["items"].as_array().cloned().unwrap_or_default()
}

fn single() -> Value {
    json!({"offer": "solo", "term": "P1Y", "features": ["ai.render"], "uses": {"ai.render": 20}, "terminals": 1})
}

#[actix_web::test]
async fn the_same_browser_gets_its_place_back_without_a_move_or_another_device() {
    let bought = buy(single()).await;
    let mut browser = Browser::default();
    let first = browser.connect(&bought, &Device::new(1), Some(URL)).await;
    assert_eq!(first.status, 201, "{first:?}");
    let cookie = browser.0.clone();
    let moves = bought.license().await["moves"].clone();
    let again = browser.connect(&bought, &Device::new(2), Some(URL)).await;
    assert_eq!(again.status, 201, "every place is taken, but this one is its own: {again:?}");
    assert_eq!(browser.0, cookie, "the browser keeps its secret");
    assert_ne!(first.text("pass_id"), again.text("pass_id"));

    let left = devices(&bought).await;
    assert_eq!((left.len(), &left[0]["pass_id"]), (1, &json!(again.text("pass_id"))));
    assert_eq!(bought.license().await["moves"], moves);
    let old = first.text("pass");
    assert_eq!(bought.portal.verify(&old, None).await["valid"], false);
    bought.portal.refresh(&old, &Device::new(1)).await.check_refused(403, "MOVED", "");
    assert_eq!(bought.portal.verify(&again.text("pass"), Some("draw")).await["code"], "VALID");
    let told = bought.portal.events("pass.replaced").await;
    assert_eq!(told, [json!({"license_id": bought.license_id, "epoch": 0, "replaces": first.text("pass_id")})]);
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn another_browser_app_account_or_license_does_not() {
    let bought = buy(single()).await;
    let mut browser = Browser::default();
    let first = browser.connect(&bought, &Device::new(1), Some(URL)).await.text("pass");
    let exhausted = |answer: Answer| answer.check_refused(409, "DEVICES_EXHAUSTED", "");
    exhausted(Browser::default().connect(&bought, &Device::new(2), Some(URL)).await);
    exhausted(Browser(Some(format!("{COOKIE}brw_forged"))).connect(&bought, &Device::new(2), Some(URL)).await);
    exhausted(browser.connect(&bought, &Device::new(2), None).await);
    let foreign = browser.connect(&bought, &Device::new(2), Some("https://evil.example.com")).await;
    foreign.check_refused(422, "INVALID_INPUT", "origin");

    // Nor does another app in the same browser: this one's pass is another's now.
    let elsewhere = |pass: &mut Pass| pass.origin = Some("https://app.example.com".to_owned());
    bought.portal.change_pass(&first, elsewhere).await;
    exhausted(browser.connect(&bought, &Device::new(2), Some(URL)).await);

    // Another account on the same browser has licenses, and places, of its own.
    let customer = bought.portal.sign_up("b@example.com").await;
    let license_id = bought.portal.buy(&customer, single()).await;
    let theirs = Bought { portal: bought.portal.clone(), customer, license_id };
    assert_eq!(browser.connect(&theirs, &Device::new(3), Some(URL)).await.status, 201);
    assert_eq!(devices(&bought).await.len(), 1);
    assert!(bought.portal.events("pass.replaced").await.is_empty());
    bought.portal.check_sound().await;
}

#[actix_web::test]
async fn a_device_that_asks_again_is_known_from_then_on() {
    let bought = buy(single()).await;
    let mut browser = Browser::default();
    let first = browser.connect(&bought, &Device::new(1), None).await;
    let again = browser.connect(&bought, &Device::new(1), Some(URL)).await;
    assert_eq!(first.text("pass_id"), again.text("pass_id"));
    assert_eq!(browser.connect(&bought, &Device::new(2), Some(URL)).await.status, 201);
}

#[actix_web::test]
async fn clearing_the_storage_gets_nobody_around_a_suspension() {
    for reason in [StatusReason::Vendor, StatusReason::Cloned] {
        let bought = buy(pro()).await;
        let mut browser = Browser::default();
        let pass = browser.connect(&bought, &Device::new(1), Some(URL)).await.text("pass");
        let suspend = move |pass: &mut Pass| {
            (pass.status, pass.reason) = (PassStatus::Suspended, Some(reason));
        };
        bought.portal.change_pass(&pass, suspend).await;
        browser.connect(&bought, &Device::new(2), Some(URL)).await.check_refused(403, "SUSPENDED", "");
        assert_eq!(devices(&bought).await[0]["status"], "suspended");
    }
}

#[actix_web::test]
async fn a_pass_in_the_place_of_another_is_no_new_acquisition() {
    let portal = Portal::open().await;
    portal
        .publish(|menu| {
            menu.offers.iter_mut().flat_map(|offer| &mut offer.uses).for_each(|uses| uses.count = Counting::OnIssue);
        })
        .await;
    let customer = portal.sign_up("a@example.com").await;
    let license_id = portal.buy(&customer, pro()).await;
    let bought = Bought { portal, customer, license_id };
    let mut browser = Browser::default();
    for number in 1..=3 {
        let answer = browser.connect(&bought, &Device::new(number), Some(URL)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        assert_eq!(claims(&answer.text("pass"))["lic"]["features"]["ai.render"], json!({}));
    }
    let uses = bought.license().await["features"]["ai.render"]["uses"].clone();
    assert_eq!((&uses["left"], &uses["spent"]), (&json!(99), &json!(1)));
    bought.portal.check_sound().await;
}
