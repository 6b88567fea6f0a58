//! What licenses grant, until when, on how many devices, and what their passes say.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Issue, License, LicenseState, LicenseTerm, LivePass, PassBinding};
use crate::id::{CustomerId, LicenseId, PassId};
use crate::menu::Menu;
use crate::pass::PassStatus;
use crate::refusal::RefusalCode;
use crate::time::Timestamp;

fn menu() -> Menu {
    let terms = ["P1M", "P1Y", "P2W", "P1Y6M", "perpetual", "first_use:P14D", "until:2027-12-31"];
    let terms: Vec<_> = terms.iter().map(|term| json!({"term": term, "price": 0})).collect();
    let limits = json!([{"limit": 100, "price": 0}, {"limit": null, "price": 0}]);
    serde_json::from_value(json!({
        "menu": 7, "digest": "d", "currency": "EUR",
        "vendor": {"slug": "acme", "name": "Acme"},
        "product": {"slug": "sketchpad", "name": "Sketchpad", "summary": "", "features": []},
        "offers": [{
            "offer": "pro", "name": "Pro", "summary": "", "base": 0, "terms": terms,
            "features": [{"feature": "draw", "included": true}, {"feature": "layers", "included": false},
                         {"feature": "ai.render", "included": false}],
            "uses": [{"feature": "ai.render", "limits": limits, "resets": "P1M"}],
            "terminals": [{"limit": 1, "price": 0}, {"limit": 3, "price": 0}],
            "offline": {"window": "P7D"},
            "agreement": {"version": 1, "digest": "a", "title": "Terms"}}]
    }))
    .unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn grant(changes: Value, now: Timestamp) -> Result<License, String> {
    let mut members = json!({"offer": "pro", "term": "P1M", "terminals": 1});
    if let (Some(members), Value::Object(changes)) = (members.as_object_mut(), changes) {
        members.extend(changes);
    }
    let selection = serde_json::from_value(members).unwrap();
    License::grant(&menu(), &selection, now).map_err(|error| error.field)
}

fn granted(changes: Value, now: &str) -> License {
    grant(changes, at(now)).unwrap()
}

fn live(index: u8) -> LivePass {
    LivePass { pass_id: PassId::new(1, index.into()), jkt: format!("key {index}") }
}

fn refused(outcome: Result<Issue, super::Refusal>) -> String {
    outcome.unwrap_err().code.to_string()
}

fn claims(license: &License, now: &str) -> Value {
    let binding = PassBinding {
        issuer: "https://licenses.example.com/v/acme".to_owned(),
        audience: "acme/sketchpad".to_owned(),
        customer_id: CustomerId::new(1, 1),
        pass_id: PassId::new(1, 2),
        license_id: LicenseId::new(1, 3),
        jkt: "thumb".to_owned(),
        status: PassStatus::Valid,
        status_uri: "https://licenses.example.com/v/acme/status/3".to_owned(),
        status_index: 8812,
    };
    serde_json::to_value(license.pass_claims(binding, at(now)).unwrap()).unwrap()
}

#[track_caller]
fn check_end(term: &str, from: &str, ends_at: &str) {
    let license = granted(json!({"term": term}), from);
    assert_eq!(license.term, LicenseTerm::Fixed { starts_at: at(from), ends_at: at(ends_at) }, "{term} from {from}");
}

#[test]
fn a_term_ends_on_the_day_that_people_expect() {
    check_end("P1M", "2026-01-31T10:00:00Z", "2026-02-28T10:00:00Z");
    check_end("P1M", "2028-01-31T10:00:00Z", "2028-02-29T10:00:00Z");
    check_end("P1M", "2026-12-15T23:59:59Z", "2027-01-15T23:59:59Z");
    check_end("P1Y", "2028-02-29T00:00:00Z", "2029-02-28T00:00:00Z");
    check_end("P2W", "2026-02-20T08:00:00Z", "2026-03-06T08:00:00Z");
    check_end("P1Y6M", "2026-08-31T00:00:00Z", "2028-02-29T00:00:00Z");
    check_end("until:2027-12-31", "2026-11-22T02:00:00Z", "2028-01-01T00:00:00Z");
    check_end("until:2027-12-31", "2027-12-31T23:59:59Z", "2028-01-01T00:00:00Z");
}

#[test]
fn a_term_that_is_over_or_leaves_the_calendar_is_refused() {
    assert_eq!(grant(json!({"term": "until:2027-12-31"}), at("2028-01-01T00:00:00Z")), Err("term".to_owned()));
    assert_eq!(grant(json!({"term": "P1Y"}), at("9999-06-01T00:00:00Z")), Err("term".to_owned()));
}

#[test]
fn a_perpetual_term_never_ends() {
    let license = granted(json!({"term": "perpetual"}), "2026-11-22T02:00:00Z");
    assert_eq!(license.term, LicenseTerm::Perpetual { starts_at: at("2026-11-22T02:00:00Z") });
    assert_eq!(license.term.ends_at(), None);
    assert_eq!(license.check_usable(Timestamp::MAX), Ok(()));
}

#[test]
fn a_license_grants_what_was_chosen_and_nothing_else() {
    let changes = json!({"features": ["ai.render"], "uses": {"ai.render": 100}, "terminals": 3});
    let license = granted(changes, "2026-11-22T02:00:00Z");
    assert_eq!((license.terminals, license.seats, license.menu, license.epoch), (3, 0, 7, 0));
    assert_eq!(license.features.len(), 2);
    assert_eq!(license.features.get("draw"), Some(&None));
    let counter = license.features.get("ai.render").copied().flatten().unwrap();
    assert_eq!((counter.limit, counter.left), (Some(100), Some(100)));
    assert_eq!(counter.resets.map(|period| period.to_string()), Some("P1M".to_owned()));
}

#[test]
fn each_device_gets_one_pass_until_there_are_no_more() {
    let license = granted(json!({"terminals": 3}), "2026-11-22T02:00:00Z");
    let now = at("2026-11-22T02:00:00Z");
    for used in 0..3 {
        let live: Vec<_> = (0..used).map(live).collect();
        assert_eq!(license.issue_pass(&live, "new key", now), Ok(Issue::New(license.clone())), "with {used} in use");
    }
    let full: Vec<_> = (0..3).map(live).collect();
    assert_eq!(refused(license.issue_pass(&full, "new key", now)), "DEVICES_EXHAUSTED");
    assert_eq!(license.issue_pass(&full, "key 1", now), Ok(Issue::Again(live(1).pass_id)));
}

#[test]
fn a_first_use_term_begins_with_the_first_pass_and_only_then() {
    let bought = granted(json!({"term": "first_use:P14D", "terminals": 3}), "2026-11-01T00:00:00Z");
    let later = at("2027-05-05T12:00:00Z");
    assert_eq!(bought.check_usable(later), Ok(()));
    let Ok(Issue::New(begun)) = bought.issue_pass(&[], "key", later) else { panic!("a new pass is due") };
    let term = LicenseTerm::Fixed { starts_at: later, ends_at: at("2027-05-19T12:00:00Z") };
    assert_eq!(begun.term, term);
    let Ok(Issue::New(second)) = begun.issue_pass(&[live(0)], "key", at("2027-05-06T00:00:00Z")) else {
        panic!("a second pass is due")
    };
    assert_eq!(second.term, term, "the second pass does not begin it again");
    assert!(bought.pass_claims(binding_of_nobody(), later).is_err(), "no pass is signed before the term begins");
}

fn binding_of_nobody() -> PassBinding {
    PassBinding {
        issuer: String::new(),
        audience: String::new(),
        customer_id: CustomerId::new(0, 0),
        pass_id: PassId::new(0, 0),
        license_id: LicenseId::new(0, 0),
        jkt: String::new(),
        status: PassStatus::Valid,
        status_uri: String::new(),
        status_index: 0,
    }
}

#[test]
fn a_license_is_usable_from_its_first_second_until_its_last() {
    let license = granted(json!({}), "2026-11-22T02:00:00Z");
    for (now, code) in [
        ("2026-11-22T01:59:59Z", Some("NOT_YET_VALID")),
        ("2026-11-22T02:00:00Z", None),
        ("2026-12-22T01:59:59Z", None),
        ("2026-12-22T02:00:00Z", Some("TERM_ENDED")),
        ("2036-12-22T02:00:00Z", Some("TERM_ENDED")),
    ] {
        let outcome = license.check_usable(at(now)).err().map(|refusal| refusal.code.to_string());
        assert_eq!(outcome.as_deref(), code, "at {now}");
    }
}

#[test]
fn a_stopped_license_says_so_before_anything_else() {
    let ended = at("2030-01-01T00:00:00Z");
    for (state, code) in [(LicenseState::Suspended, "SUSPENDED"), (LicenseState::Revoked, "REVOKED")] {
        let license = License { state, ..granted(json!({}), "2026-11-22T02:00:00Z") };
        assert_eq!(refused(license.issue_pass(&[live(0)], "key 0", ended)), code);
        let refusal = license.check_usable(ended).unwrap_err();
        assert_eq!(
            (refusal.code.status(), refusal.remedy.map(crate::verdict::Remedy::as_str)),
            (403, Some("contact_vendor"))
        );
    }
    let term_ended = granted(json!({}), "2026-11-22T02:00:00Z").check_usable(ended).unwrap_err();
    assert_eq!(term_ended.code, RefusalCode::Judged(crate::verdict::Code::TermEnded));
}

#[test]
fn a_pass_says_exactly_what_the_contract_shows() {
    let changes = json!({"features": ["layers", "ai.render"], "uses": {"ai.render": 100}});
    let license = granted(changes, "2026-11-22T02:00:00Z");
    let (now, ends_at) = (1_795_312_800, 1_797_904_800);
    let wanted = json!({
        "iss": "https://licenses.example.com/v/acme", "aud": "acme/sketchpad",
        "sub": CustomerId::new(1, 1).to_string(), "jti": PassId::new(1, 2).to_string(),
        "iat": now, "nbf": now, "exp": now + 7 * 86_400,
        "cnf": {"jkt": "thumb"}, "pass_status": "valid",
        "status": {"status_list": {"idx": 8812, "uri": "https://licenses.example.com/v/acme/status/3"}},
        "lic": {
            "id": LicenseId::new(1, 3).to_string(), "epoch": 0, "offer": "pro", "menu": 7,
            "term": {"kind": "fixed", "nbf": now, "exp": ends_at},
            "features": {"draw": {}, "layers": {}, "ai.render": {"uses": {"limit": 100, "left": 100}}}}
    });
    assert_eq!(claims(&license, "2026-11-22T02:00:00Z"), wanted);

    let unlimited = json!({"features": ["ai.render"], "uses": {"ai.render": null}, "term": "perpetual"});
    let claims = claims(&granted(unlimited, "2026-11-22T02:00:00Z"), "2026-11-23T02:00:00Z");
    assert_eq!(claims["lic"]["features"]["ai.render"], json!({"uses": {"limit": null, "left": null}}));
    assert_eq!(claims["lic"]["term"], json!({"kind": "perpetual", "nbf": now}));
}

#[test]
fn a_pass_works_for_the_offline_window_and_never_past_the_term() {
    let license = granted(json!({}), "2026-11-22T02:00:00Z");
    for (now, expires_at) in [
        ("2026-11-22T02:00:00Z", "2026-11-29T02:00:00Z"),
        ("2026-12-15T02:00:00Z", "2026-12-22T02:00:00Z"),
        ("2026-12-15T02:00:01Z", "2026-12-22T02:00:00Z"),
        ("2026-12-22T01:59:59Z", "2026-12-22T02:00:00Z"),
    ] {
        assert_eq!(license.pass_expires_at(at(now)), at(expires_at), "signed at {now}");
    }
    let perpetual = granted(json!({"term": "perpetual"}), "2026-11-22T02:00:00Z");
    assert_eq!(perpetual.pass_expires_at(Timestamp::MAX), Timestamp::MAX);
}

proptest! {
    #[test]
    fn an_ended_license_never_becomes_usable_again(bought in 0_i64..4_000_000_000, after in 0_i64..4_000_000_000) {
        for term in ["P1M", "P1Y", "P2W", "P1Y6M"] {
            let license = grant(json!({"term": term}), Timestamp::from_unix(bought)).unwrap();
            let end = license.term.ends_at().unwrap();
            let later = end.checked_add_seconds(after).unwrap();
            prop_assert!(license.check_usable(Timestamp::from_unix(end.as_unix() - 1)).is_ok());
            prop_assert!(license.check_usable(later).is_err());
            prop_assert!(license.pass_expires_at(later) <= end);
        }
    }

    #[test]
    fn there_are_never_more_devices_than_the_license_has(devices in prop::collection::vec(0_u8..8, 0..40)) {
        let license = granted(json!({"terminals": 3}), "2026-11-22T02:00:00Z");
        let mut passes: Vec<LivePass> = Vec::new();
        for device in devices {
            let wanted = live(device);
            match license.issue_pass(&passes, &wanted.jkt, at("2026-11-23T00:00:00Z")) {
                Ok(Issue::New(_)) => passes.push(wanted),
                Ok(Issue::Again(pass_id)) => prop_assert!(passes.iter().any(|pass| pass.pass_id == pass_id)),
                Err(refusal) => prop_assert_eq!(refusal.code, RefusalCode::DevicesExhausted),
            }
            prop_assert!(passes.len() <= 3);
        }
    }
}
