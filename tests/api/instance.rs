//! How the installation stands, and a vendor's status lists with their counts.

use actix_web::http::Method;
use backend::backup::{make_backup, write_record};
use backend::config::Operations;
use backend::keys::{Keyring, MasterKey};
use serde_json::{Value, json};
use shared::team::Role;

use crate::desk::{ACME, Desk};
use crate::shop::{Device, NOW, Portal, claims, demo_product, get, is_on_postgres};

/// Five devices.
fn studio() -> Value {
    json!({"offer": "studio", "term": "P1Y", "terminals": 5, "seats": 5, "uses": {"ai.render": 5000}})
}

#[actix_web::test]
async fn a_status_list_counts_its_passes_as_the_lists_of_passes_do() {
    let desk = Desk::open().await;
    let portal = &desk.portal;
    assert_eq!(desk.look("/status-lists").await["items"], json!([]));
    let customer = portal.sign_up("a@example.com").await;
    let license_id = portal.buy(&customer, studio()).await;
    let mut passes = Vec::new();
    for number in 1..=5 {
        passes.push(portal.pass(&customer, license_id, &Device::new(number)).await);
    }
    let id = |number: usize| claims(&passes[number])["jti"].as_str().expect("an id").to_owned();
    for (act, number) in [("suspend", 0), ("suspend", 1), ("reinstate", 1), ("revoke", 2)] {
        assert_eq!(portal.act(&desk.owner, act, &id(number)).await.status, 200);
    }
    portal.offer(&passes[3], &Device::new(4)).await;
    let shown = desk.look("/status-lists").await["items"][0].clone();
    let wanted = json!({
        "list": 1, "uri": "https://licenses.example.com/v/acme/status/1", "size": 5, "version": 5,
        "valid": 2, "moving": 1, "suspended": 1, "invalid": 1,
    });
    assert_eq!(shown, wanted);
    for status in ["valid", "moving", "suspended", "invalid"] {
        let rows = desk.look(&format!("/passes?status={status}")).await["items"].as_array().map(Vec::len);
        assert_eq!(rows.map(|rows| json!(rows)), Some(shown[status].clone()), "{status}");
    }
    assert_eq!(portal.send(get("/v/acme/status/1")).await.status, 200);
    assert_eq!(desk.look("/status-lists").await["items"][0]["published_at"], "2026-11-22T02:00:00Z");
    portal.act(&desk.owner, "revoke", &license_id.to_string()).await;
    let shown = desk.look("/status-lists").await["items"][0].clone();
    assert_eq!((&shown["valid"], &shown["invalid"]), (&json!(0), &json!(5)));
    portal.check_sound().await;
}

#[actix_web::test]
async fn the_instance_says_how_it_stands() {
    let desk = Desk::open().await;
    desk.portal.wait(3600);
    let report = desk.look("/instance").await;
    assert_eq!((&report["version"], &report["started_at"]), (&json!("0.1.0"), &json!("2026-11-22T02:00:00Z")));
    assert_eq!(
        (&report["store"]["kind"], &report["mail"]),
        (&json!(if is_on_postgres() { "postgresql" } else { "sqlite" }), &json!(false))
    );
    assert!(report["store"]["bytes"].as_u64() > Some(100_000), "{report}");
    assert!(report["store"]["schema"].as_u64() >= Some(if is_on_postgres() { 1 } else { 10 }), "{report}");
    assert_eq!(report["signing_keys"], 2);
    let checks = report["checks"].as_array().expect("checks");
    let names: Vec<_> = checks.iter().map(|check| check["name"].as_str().unwrap_or_default()).collect();
    assert_eq!(names, ["store", "signing", "figures", "webhooks", "address"]);
    assert!(checks.iter().all(|check| check["ok"] == true && check["message"] == Value::Null), "{report}");
}

#[actix_web::test]
async fn backups_are_told_of_by_their_age_and_nobody_gets_one_here() {
    // Backups of PostgreSQL are its own.
    if is_on_postgres() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let operations =
        Operations { data_dir: Some(folder.path().to_owned()), backup_days: Some(2), ..Operations::default() };
    let desk = Desk::of(Portal::with(|config| config.operations = operations).await).await;
    let said = |report: &Value| report["checks"].as_array().expect("checks").last().cloned().expect("the last check");
    let report = desk.look("/instance").await;
    assert_eq!(said(&report)["name"], "backup");
    assert_eq!((&said(&report)["ok"], &report["backup"]["made_at"]), (&json!(false), &Value::Null));
    let key = MasterKey::generate(&desk.portal.app.rng);
    let keys = Keyring::new(key, desk.portal.app.rng.clone());
    let store = desk.portal.folder.path().join("passgate.db");
    let made = make_backup(&store, &folder.path().join("b"), &keys, NOW).expect("a backup beside the server");
    write_record(folder.path(), &made).expect("remembered");
    desk.portal.wait(47 * 3600);
    let report = desk.look("/instance").await;
    assert_eq!((&said(&report)["ok"], &report["backup"]["made_at"]), (&json!(true), &json!("2026-11-22T02:00:00Z")));
    assert_eq!(report["backup"]["bytes"], made.bytes);
    // What an owner reads leads to no file, and names none of the machine's folders.
    assert!(!report.to_string().contains(&folder.path().display().to_string()), "{report}");
    desk.portal.wait(3600);
    let owner = desk.portal.sign_in("owner@example.com").await;
    let report = desk.portal.send(get(&format!("{ACME}/instance")).by(&owner)).await.json();
    assert_eq!(said(&report)["ok"], false);
    assert!(said(&report)["message"].as_str().is_some_and(|message| message.contains("2 days old")), "{report}");
}

#[actix_web::test]
async fn what_is_wrong_is_said_in_a_sentence() {
    let desk = Desk::open().await;
    let write = desk.portal.app.store.write(|tx| {
        let (vendor, _) = demo_product(tx)?;
        for mut key in tx.signing_keys(vendor.vendor_id)? {
            key.state = backend::store::records::KeyState::Revoked;
            tx.update_signing_key(&key)?;
        }
        Ok(())
    });
    write.await.expect("the keys are revoked");
    let report = desk.look("/instance").await;
    let signing = &report["checks"][1];
    assert_eq!((&report["signing_keys"], &signing["ok"]), (&json!(0), &json!(false)));
    assert!(signing["message"].as_str().is_some_and(|message| message.ends_with('.')), "{signing}");
}

#[actix_web::test]
async fn the_instance_is_for_admins_and_owners() {
    let desk = Desk::open().await;
    let vendor_id = desk.portal.app.store.read(|tx| Ok(demo_product(tx)?.0.vendor_id)).await.expect("acme");
    let support = desk.portal.member("support@example.com", vendor_id, Role::Support).await;
    let ask = |path: &str| desk.portal.send(get(&format!("{ACME}{path}")).by(&support));
    ask("/instance").await.check_refused(403, "FORBIDDEN", "");
    assert_eq!(ask("/status-lists").await.status, 200);
    let admin = desk.portal.member("admin@example.com", vendor_id, Role::Admin).await;
    assert_eq!(desk.portal.send(get(&format!("{ACME}/instance")).by(&admin)).await.status, 200);
    desk.check_strangers(&[(Method::GET, "/instance", Value::Null), (Method::GET, "/status-lists", Value::Null)]).await;
}
