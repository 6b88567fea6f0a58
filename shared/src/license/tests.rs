//! What licenses grant, until when, on how many devices, and what their passes say.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Issue, License, LicenseState, LicenseTerm, LivePass, PassBinding};
use crate::id::{CustomerId, LicenseId, PassId};
use crate::menu::{Counting, Menu};
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

pub(super) fn granted(changes: Value, now: &str) -> License {
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
        refreshes: 0,
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
        assert_eq!(
            license.issue_pass(&live, "new key", None, now),
            Ok(Issue::New(license.clone())),
            "with {used} in use"
        );
    }
    let full: Vec<_> = (0..3).map(live).collect();
    assert_eq!(refused(license.issue_pass(&full, "new key", None, now)), "DEVICES_EXHAUSTED");
    assert_eq!(license.issue_pass(&full, "key 1", None, now), Ok(Issue::Again(live(1).pass_id)));
    let lost = Some(live(2).pass_id);
    assert_eq!(license.issue_pass(&full, "new key", lost, now), Ok(Issue::Instead(live(2).pass_id)), "in its place");
    assert_eq!(
        license.issue_pass(&full, "key 1", lost, now),
        Ok(Issue::Again(live(1).pass_id)),
        "the key decides first"
    );
    let gone = Some(live(9).pass_id);
    assert_eq!(refused(license.issue_pass(&full, "new key", gone, now)), "DEVICES_EXHAUSTED");
}

#[test]
fn a_first_use_term_begins_with_the_first_pass_and_only_then() {
    let bought = granted(json!({"term": "first_use:P14D", "terminals": 3}), "2026-11-01T00:00:00Z");
    let later = at("2027-05-05T12:00:00Z");
    assert_eq!(bought.check_usable(later), Ok(()));
    let Ok(Issue::New(begun)) = bought.issue_pass(&[], "key", None, later) else { panic!("a new pass is due") };
    let term = LicenseTerm::Fixed { starts_at: later, ends_at: at("2027-05-19T12:00:00Z") };
    assert_eq!(begun.term, term);
    let Ok(Issue::New(second)) = begun.issue_pass(&[live(0)], "key", None, at("2027-05-06T00:00:00Z")) else {
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
        refreshes: 0,
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
        assert_eq!(refused(license.issue_pass(&[live(0)], "key 0", None, ended)), code);
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
fn a_pass_names_the_size_of_slices_where_one_may_be_had_and_only_there() {
    let (now, feature) = ("2026-11-22T02:00:00Z", "ai.render".parse().unwrap());
    for (slice, wanted) in [
        (0, json!({"uses": {"limit": 100, "left": 100}})),
        (1, json!({"uses": {"limit": 100, "left": 100, "slice": 1}})),
        (20, json!({"uses": {"limit": 100, "left": 100, "slice": 20}})),
    ] {
        let mut license = granted(json!({"features": ["ai.render"], "uses": {"ai.render": 100}}), now);
        license.offline.slice = slice;
        assert_eq!(claims(&license, now)["lic"]["features"]["ai.render"], wanted);
        assert_eq!(license.grant_slice(&feature, None, at(now)).is_ok(), slice > 0);
        let counter = license.features.get_mut(&feature).unwrap().as_mut().unwrap();
        counter.count = Counting::OnIssue;
        assert_eq!(claims(&license, now)["lic"]["features"]["ai.render"], json!({}));
        assert!(license.grant_slice(&feature, None, at(now)).is_err());
    }
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
            match license.issue_pass(&passes, &wanted.jkt, None, at("2026-11-23T00:00:00Z")) {
                Ok(Issue::New(_)) => passes.push(wanted),
                Ok(Issue::Again(pass_id) | Issue::Instead(pass_id)) => prop_assert!(passes.iter().any(|pass| pass.pass_id == pass_id)),
                Err(refusal) => prop_assert_eq!(refusal.code, RefusalCode::DevicesExhausted),
            }
            prop_assert!(passes.len() <= 3);
        }
    }
}

#[track_caller]
fn spend(license: &License, count: u32, now: &str) -> Result<License, (String, Option<String>)> {
    let spending = license.spend(&"ai.render".parse().unwrap(), count, at(now));
    let refused = |refusal: super::Refusal| (refusal.code.to_string(), refusal.opens_at.map(|time| time.to_string()));
    spending.map(|spending| spending.license).map_err(refused)
}

fn left(license: &License, now: &str) -> Option<u64> {
    let counters = license.at(at(now)).features;
    counters.get("ai.render").copied().flatten().and_then(|counter| counter.left)
}

fn counted(limit: Option<u64>) -> License {
    let chosen = json!({"features": ["ai.render"], "uses": {"ai.render": 100}, "term": "perpetual"});
    let mut license = granted(chosen, "2027-01-31T12:00:00Z");
    for counter in license.features.values_mut().flatten() {
        (counter.limit, counter.left) = (limit, limit);
    }
    license
}

#[test]
fn uses_are_counted_all_or_none_and_granted_anew_each_calendar_month() {
    let license = counted(Some(100));
    let license = spend(&license, 97, "2027-01-31T12:00:00Z").unwrap();
    assert_eq!(left(&license, "2027-02-28T11:59:59Z"), Some(3));
    let opens = Some("2027-02-28T12:00:00Z".to_owned());
    assert_eq!(spend(&license, 4, "2027-02-28T11:59:59Z"), Err(("USES_EXHAUSTED".to_owned(), opens)));
    let license = spend(&license, 3, "2027-02-28T11:59:59Z").unwrap();
    assert_eq!(left(&license, "2027-02-28T12:00:00Z"), Some(100), "January's 31st is February's 28th");
    let license = spend(&license, 1, "2027-02-28T12:00:00Z").unwrap();
    assert_eq!(left(&license, "2027-03-31T11:59:59Z"), Some(99), "and March has its 31st back");
    assert_eq!(left(&license, "2027-03-31T12:00:00Z"), Some(100));
    assert_eq!(left(&license, "2031-07-01T00:00:00Z"), Some(100), "periods in which nobody looked are passed over");
    assert_eq!(spend(&license, 0, "2027-02-28T12:00:00Z").unwrap_err().0, "INVALID_INPUT");
    assert_eq!(spend(&license, 1_000_001, "2027-02-28T12:00:00Z").unwrap_err().0, "INVALID_INPUT");
}

#[test]
fn a_counter_without_limit_counts_and_never_runs_out() {
    let license = spend(&counted(None), 1_000_000, "2027-01-31T12:00:00Z").unwrap();
    let counter = license.features.get("ai.render").copied().flatten().unwrap();
    assert_eq!((counter.left, counter.spent), (None, 1_000_000));
}

#[test]
fn what_is_not_counted_on_use_is_not_counted_by_using_it() {
    let license = granted(json!({"features": ["layers"]}), "2027-01-31T12:00:00Z");
    let spending = license.spend(&"layers".parse().unwrap(), 1, at("2027-01-31T12:00:00Z")).unwrap();
    assert_eq!((spending.spent, spending.counter), (0, None));
    let missing = license.spend(&"ai.render".parse().unwrap(), 1, at("2027-01-31T12:00:00Z"));
    assert_eq!(missing.unwrap_err().code.to_string(), "FEATURE_MISSING");
}

#[test]
fn what_is_counted_on_issue_is_counted_by_each_new_pass_and_runs_free_on_the_terminal() {
    let now = "2027-01-31T12:00:00Z";
    let mut license = counted(Some(2));
    for counter in license.features.values_mut().flatten() {
        counter.count = Counting::OnIssue;
    }
    license.terminals = 9;
    for index in 0..2 {
        let Ok(Issue::New(next)) = license.issue_pass(&[], &format!("key {index}"), None, at(now)) else {
            panic!("{index}")
        };
        license = next;
    }
    assert_eq!(refused(license.issue_pass(&[], "key 2", None, at(now))), "USES_EXHAUSTED");
    assert_eq!(
        license.issue_pass(&[live(1)], "key 1", None, at(now)),
        Ok(Issue::Again(live(1).pass_id)),
        "once is enough"
    );
    assert_eq!(claims(&license, now)["lic"]["features"]["ai.render"], json!({}));
    assert_eq!(left(&spend(&license, 5, now).unwrap(), now), Some(0), "using it counts nothing");
}

fn sliced(license: &License, wanted: Option<u32>, now: &str) -> super::Slicing {
    license.grant_slice(&"ai.render".parse().unwrap(), wanted, at(now)).unwrap()
}

#[test]
fn a_slice_is_debited_at_once_and_what_was_not_spent_comes_back_until_its_end() {
    let now = "2027-02-01T00:00:00Z";
    let mut license = counted(Some(30));
    license.offline.slice = 20;
    let first = sliced(&license, None, now);
    assert_eq!((first.count, first.counter.left, first.ends_at), (15, Some(15), at("2027-02-08T00:00:00Z")));
    assert_eq!(sliced(&license, Some(999), now).count, 20, "never more than the offer says");
    assert_eq!(sliced(&spend(&license, 29, now).unwrap(), Some(20), now).count, 1, "nor more than is left");
    let slice = super::OpenSlice { feature: "ai.render".parse().unwrap(), count: 15, ends_at: first.ends_at };
    let settled = first.license.settle_slice(&slice, 4, at("2027-02-07T23:59:59Z")).unwrap();
    assert_eq!((settled.spent, settled.returned, settled.counter.unwrap().left), (4, 11, Some(26)));
    assert_eq!(settled.counter.unwrap().spent, 4);
    let late = first.license.settle_slice(&slice, 4, at("2027-02-08T00:00:00Z")).unwrap();
    assert_eq!((late.spent, late.returned, late.counter.unwrap().left), (15, 0, Some(15)));
    assert!(first.license.settle_slice(&slice, 16, at(now)).is_err());
    let last_day = sliced(&license, None, "2027-02-27T00:00:00Z");
    assert_eq!(last_day.ends_at, at("2027-02-28T12:00:00Z"), "a slice never outlives its period");
    let old = super::OpenSlice { count: 15, ends_at: last_day.ends_at, ..slice.clone() };
    let next_period = last_day.license.at(at("2027-02-28T12:00:00Z"));
    let back = next_period.settle_slice(&old, 0, at("2027-02-28T11:59:59Z")).unwrap();
    assert_eq!(
        (back.returned, back.counter.unwrap().left),
        (0, Some(30)),
        "nor gives to another, if a clock goes back"
    );
    license.offline.slice = 0;
    let refused = license.grant_slice(&slice.feature, None, at(now)).unwrap_err();
    assert_eq!(refused.code, RefusalCode::Forbidden);
}

fn movable(moving: Value) -> License {
    License {
        moving: serde_json::from_value(moving).unwrap(),
        ..granted(json!({"term": "perpetual"}), "2027-01-31T12:00:00Z")
    }
}

#[track_caller]
fn check_offer(license: &License, status: PassStatus, moves: u32, code: &str) -> Option<String> {
    let offered = license.offer_move(status, None, moves, at("2027-02-01T00:00:00Z"));
    assert_eq!(offered.as_ref().map_or_else(|refusal| refusal.code.as_str(), |_| "OFFERED"), code);
    offered.err().and_then(|refusal| refusal.opens_at).map(|time| time.to_string())
}

#[test]
fn only_a_valid_pass_is_offered_and_only_as_often_as_the_offer_says() {
    let license = movable(json!({"allowed": true, "limit": 3, "per": "P1Y"}));
    check_offer(&license, PassStatus::Valid, 2, "OFFERED");
    let opens_at = check_offer(&license, PassStatus::Valid, 3, "MOVE_LIMIT_REACHED");
    assert_eq!(opens_at.as_deref(), Some("2028-01-31T12:00:00Z"));
    check_offer(&license, PassStatus::Moving, 0, "BEING_MOVED");
    check_offer(&license, PassStatus::Suspended, 0, "SUSPENDED");
    check_offer(&license, PassStatus::Invalid, 0, "REVOKED");
    assert_eq!(
        check_offer(&movable(json!({"allowed": true, "limit": 1})), PassStatus::Valid, 1, "MOVE_LIMIT_REACHED"),
        None
    );
    check_offer(&movable(json!({"allowed": true})), PassStatus::Valid, 1_000_000, "OFFERED");
    check_offer(&movable(json!({"allowed": false})), PassStatus::Valid, 0, "MOVE_NOT_ALLOWED");
}

#[track_caller]
fn check_redeem(state: super::MoveState, redeemed_by: Option<&str>, jkt: &str, now: &str, wanted: &str) {
    let license = movable(json!({"allowed": true}));
    let expires_at = at("2027-02-01T00:15:00Z");
    let offered = super::OfferedMove { state, expires_at, from_jkt: "key 1", redeemed_by };
    let found = match license.redeem_move(offered, &[live(1), live(2)], jkt, at(now)) {
        Ok(super::Redemption::Again) => "AGAIN",
        Ok(super::Redemption::Successor(next)) => {
            assert_eq!(next.epoch, license.epoch + 1);
            "SUCCESSOR"
        }
        Err(refusal) => refusal.code.as_str(),
    };
    assert_eq!(found, wanted, "{state:?} {jkt} {now}");
}

#[test]
fn a_move_is_redeemed_once_in_time_by_a_device_that_has_no_pass() {
    use super::MoveState::{Cancelled, Expired, Offered, Redeemed};
    let early = "2027-02-01T00:14:59Z";
    check_redeem(Offered, None, "key 3", early, "SUCCESSOR");
    check_redeem(Offered, None, "key 3", "2027-02-01T00:15:00Z", "MOVE_EXPIRED");
    check_redeem(Offered, None, "key 1", early, "SAME_DEVICE");
    check_redeem(Offered, None, "key 2", early, "SAME_DEVICE");
    check_redeem(Redeemed, Some("key 3"), "key 3", "2027-02-02T00:00:00Z", "AGAIN");
    check_redeem(Redeemed, Some("key 3"), "key 4", early, "MOVE_USED");
    check_redeem(Redeemed, Some("key 3"), "key 1", early, "MOVE_USED");
    check_redeem(Cancelled, None, "key 3", early, "MOVE_EXPIRED");
    check_redeem(Expired, None, "key 3", early, "MOVE_EXPIRED");
}

#[test]
fn a_lost_device_is_retired_as_often_as_the_offer_says_unless_the_vendor_suspended_it() {
    use super::StatusReason::{Cloned, Vendor};
    let license = movable(json!({"allowed": false, "recoveries": 2, "per": "P1Y"}));
    let now = at("2027-02-01T00:00:00Z");
    let recover = |status, reason, used| license.recover(status, reason, used, now).map(|next| next.epoch);
    assert_eq!(recover(PassStatus::Valid, None, 1), Ok(1));
    assert_eq!(recover(PassStatus::Moving, None, 0), Ok(1));
    assert_eq!(recover(PassStatus::Suspended, Some(Cloned), 0), Ok(1));
    let code = |outcome: Result<u32, super::Refusal>| outcome.unwrap_err().code.to_string();
    assert_eq!(code(recover(PassStatus::Suspended, Some(Vendor), 0)), "SUSPENDED");
    assert_eq!(code(recover(PassStatus::Invalid, None, 0)), "REVOKED");
    assert_eq!(code(recover(PassStatus::Valid, None, 2)), "MOVE_LIMIT_REACHED");
}

proptest! {
    #[test]
    fn periods_follow_one_another_without_gap(months in 0_u32..30, days in 0_u32..40, start in 0_i64..4_000_000_000, after in 0_i64..4_000_000_000) {
        let Some(period) = crate::time::Period::new(months, days) else { return Ok(()) };
        let (start, now) = (Timestamp::from_unix(start), Timestamp::from_unix(start + after));
        let (since, until) = super::uses::period_around(start, period, now);
        let until = until.unwrap();
        prop_assert!(start <= since && since <= now && now < until);
        prop_assert_eq!(super::uses::period_around(start, period, until).0, until);
        let before = Timestamp::from_unix(since.as_unix() - 1);
        if before >= start {
            prop_assert_eq!(super::uses::period_around(start, period, before).1, Some(since));
        }
    }
}
