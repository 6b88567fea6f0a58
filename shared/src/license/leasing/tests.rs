//! What leases cost, how long they stand, and what comes back; held against a reference that counts by hand.

use proptest::prelude::*;
use serde_json::json;

use super::super::tests::granted;
use super::super::{Counter, License, LicenseState, LicenseTerm};
use super::{CheckOut, Lease, LeaseState, Seats, Wanted, refuse_lease};
use crate::menu::{Counting, Leasing, Unreturned};
use crate::slug::Feature;
use crate::time::Timestamp;

const NOW: &str = "2026-11-22T02:00:00Z";
const FREE: Seats = Seats { taken: 0, free_at: None };

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn after(seconds: i64) -> Timestamp {
    at(NOW).checked_add_seconds(seconds).unwrap()
}

fn feature(text: &str) -> Feature {
    text.parse().unwrap()
}

/// Three seats; `farm` is counted as told, `draw` is not.
fn license(count: Counting, limit: Option<u64>) -> License {
    let resets = Some("P1D".parse().unwrap());
    let counter = Counter { limit, left: limit, resets, resets_at: None, spent: 0, added: 0, count };
    let features = [(feature("farm"), Some(counter)), (feature("draw"), None)].into();
    License { seats: 3, features, ..granted(json!({"term": "P1Y"}), NOW) }
}

fn wanted(name: Option<&str>, count: Option<u32>, ttl_seconds: u32) -> Wanted {
    Wanted { feature: name.map(feature), count, ttl_seconds }
}

#[track_caller]
fn check(license: &License, wanted: &Wanted, expected: Result<u64, &str>) {
    let outcome = license.check_out(FREE, wanted, at(NOW));
    let outcome =
        outcome.map(|out| out.lease.count).map_err(|refusal| refusal.field.unwrap_or_else(|| refusal.code.to_string()));
    assert_eq!(outcome, expected.map_err(str::to_owned), "{wanted:?}");
}

#[test]
fn a_check_out_counts_what_the_offer_says() {
    use Counting::{OnCheckout, OnIssue, OnUse};
    for (counting, count, expected) in [
        (OnCheckout, None, Ok(1)),
        (OnCheckout, Some(1), Ok(1)),
        (OnCheckout, Some(10), Ok(10)),
        (OnCheckout, Some(11), Err("USES_EXHAUSTED")),
        (OnCheckout, Some(0), Err("count")),
        (OnCheckout, Some(1_000_000), Err("USES_EXHAUSTED")),
        (OnCheckout, Some(1_000_001), Err("count")),
        (OnCheckout, Some(u32::MAX), Err("count")),
        (OnUse, None, Ok(0)),
        (OnUse, Some(10), Ok(10)),
        (OnUse, Some(11), Err("USES_EXHAUSTED")),
        (OnUse, Some(1_000_001), Err("count")),
        (OnIssue, None, Ok(0)),
        (OnIssue, Some(0), Ok(0)),
        (OnIssue, Some(1), Err("count")),
    ] {
        check(&license(counting, Some(10)), &wanted(Some("farm"), count, 60), expected);
    }
    let unlimited = license(OnCheckout, None);
    check(&unlimited, &wanted(Some("farm"), Some(1_000_000), 60), Ok(1_000_000));
    check(&unlimited, &wanted(Some("draw"), None, 60), Ok(0));
    check(&unlimited, &wanted(Some("draw"), Some(1), 60), Err("count"));
    check(&unlimited, &wanted(None, None, 60), Ok(0));
    check(&unlimited, &wanted(None, Some(1), 60), Err("count"));
    check(&unlimited, &wanted(Some("fly"), None, 60), Err("FEATURE_MISSING"));
}

#[test]
fn the_time_to_live_keeps_to_the_offer_and_to_the_term() {
    let license = license(Counting::OnCheckout, Some(10));
    for (ttl, expected) in [
        (0, Err("ttl_seconds")),
        (9, Err("ttl_seconds")),
        (10, Ok(1)),
        (86_400, Ok(1)),
        (86_401, Err("ttl_seconds")),
        (u32::MAX, Err("ttl_seconds")),
    ] {
        check(&license, &wanted(Some("farm"), None, ttl), expected);
    }
    let last_minute = at("2027-11-22T01:59:00Z");
    let out = license.check_out(FREE, &wanted(None, None, 3600), last_minute).unwrap();
    assert_eq!(out.lease.expires_at, at("2027-11-22T02:00:00Z"), "never after the term");
    assert_eq!(license.extend_lease(&out.lease, 3600, last_minute), Ok(out.lease.expires_at));
}

#[test]
fn there_are_never_more_leases_than_seats() {
    let license = license(Counting::OnCheckout, Some(10));
    let free_at = Some(after(60));
    for (taken, is_free) in [(0, true), (2, true), (3, false), (4, false), (u32::MAX, false)] {
        let outcome = license.check_out(Seats { taken, free_at }, &wanted(None, None, 60), at(NOW));
        assert_eq!(outcome.is_ok(), is_free, "{taken}");
        if let Err(refusal) = outcome {
            assert_eq!((refusal.code.as_str(), refusal.opens_at), ("SEATS_EXHAUSTED", free_at));
        }
    }
    let without = License { seats: 0, ..license };
    check(&without, &wanted(None, None, 60), Err("SEATS_EXHAUSTED"));
}

#[test]
fn a_license_that_may_not_be_used_is_neither_checked_out_nor_extended() {
    let good = license(Counting::OnCheckout, Some(10));
    let lease = good.check_out(FREE, &wanted(None, None, 60), at(NOW)).unwrap().lease;
    for (state, code) in [(LicenseState::Suspended, "SUSPENDED"), (LicenseState::Revoked, "REVOKED")] {
        let license = License { state, ..good.clone() };
        check(&license, &wanted(None, None, 60), Err(code));
        assert_eq!(license.extend_lease(&lease, 60, at(NOW)).unwrap_err().code.as_str(), code);
        assert!(license.check_in(&lease, 0, at(NOW)).is_ok(), "what was taken comes back all the same");
    }
}

#[test]
fn the_first_check_out_begins_a_term_that_first_use_begins() {
    let term = LicenseTerm::FirstUse { period: "P14D".parse().unwrap() };
    let unbegun = License { term, ..license(Counting::OnCheckout, Some(10)) };
    let out = unbegun.check_out(FREE, &wanted(Some("farm"), None, 60), at(NOW)).unwrap();
    assert_eq!(out.license.term, LicenseTerm::Fixed { starts_at: at(NOW), ends_at: at("2026-12-06T02:00:00Z") });
}

#[test]
fn extending_never_shortens_and_comes_before_the_end() {
    let license = license(Counting::OnCheckout, Some(10));
    let lease = license.check_out(FREE, &wanted(None, None, 100), at(NOW)).unwrap().lease;
    assert_eq!(license.extend_lease(&lease, 50, at(NOW)), Ok(after(100)));
    assert_eq!(license.extend_lease(&lease, 50, after(99)), Ok(after(149)));
    assert_eq!(license.extend_lease(&lease, 9, after(99)).unwrap_err().field.as_deref(), Some("ttl_seconds"));
    for late in [100, 101, 1000] {
        let refusal = license.extend_lease(&lease, 50, after(late)).unwrap_err();
        assert_eq!(refusal.code.as_str(), "LEASE_EXPIRED");
    }
    assert_eq!(refuse_lease(LeaseState::Returned).code.as_str(), "LEASE_RETURNED");
    assert_eq!(refuse_lease(LeaseState::Ended).code.as_str(), "LEASE_EXPIRED");
}

#[test]
fn what_comes_back_belongs_to_its_own_period() {
    let license = license(Counting::OnCheckout, Some(10));
    let out = license.check_out(FREE, &wanted(Some("farm"), Some(4), 86_400), after(80_000)).unwrap();
    assert_eq!(out.license.check_in(&out.lease, 5, after(80_001)).unwrap_err().field.as_deref(), Some("unspent"));
    let left = |license: &License| license.features[&feature("farm")].unwrap().left;
    for (time, spent, returned, then) in [(86_399, 1, 3, 9), (86_400, 4, 0, 10)] {
        let back = out.license.check_in(&out.lease, 3, after(time)).unwrap();
        assert_eq!((back.spent, back.returned, left(&back.license)), (spent, returned, Some(then)), "{time}");
    }
}

#[test]
fn what_nobody_returned_is_spent_or_comes_back_as_the_offer_says() {
    for (unreturned, spent) in [(Unreturned::Spent, 4), (Unreturned::Returned, 0)] {
        let leasing = Leasing { unreturned, ..Leasing::default() };
        let license = License { leasing, ..license(Counting::OnCheckout, Some(10)) };
        let out = license.check_out(FREE, &wanted(Some("farm"), Some(4), 60), at(NOW)).unwrap();
        let end = out.license.expire_lease(&out.lease, out.lease.expires_at);
        assert_eq!((end.spent, end.returned), (spent, 4 - spent));
        assert_eq!(end.license.features[&feature("farm")].unwrap().spent, spent);
    }
}

/// An act of a history, on one of the leases that there are.
#[derive(Clone, Debug)]
enum Deed {
    Out { count: u32, ttl: u32 },
    In { which: prop::sample::Index, unspent: u64 },
    Wait { seconds: i64 },
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (1..5_u32, 10..40_000_u32).prop_map(|(count, ttl)| Deed::Out { count, ttl }),
        3 => (any::<prop::sample::Index>(), 0..6_u64).prop_map(|(which, unspent)| Deed::In { which, unspent }),
        2 => (1..30_000_i64).prop_map(|seconds| Deed::Wait { seconds }),
    ]
}

proptest! {
    #[test]
    fn every_history_counts_as_one_does_by_hand(deeds in prop::collection::vec(deed(), 1..60), gives_back: bool) {
        let unreturned = if gives_back { Unreturned::Returned } else { Unreturned::Spent };
        let leasing = Leasing { unreturned, ..Leasing::default() };
        let mut license = License { leasing, ..license(Counting::OnCheckout, Some(12)) };
        let (mut now, mut open): (i64, Vec<Lease>) = (0, Vec::new());
        // By hand: what each day has spent of its own.
        let mut days: std::collections::BTreeMap<i64, u64> = std::collections::BTreeMap::new();
        let day = |time: i64| time.div_euclid(86_400);
        let since = |time: Timestamp| time.as_unix() - at(NOW).as_unix();
        for deed in deeds {
            if let Deed::Wait { seconds } = deed {
                now += seconds;
            }
            for lease in open.extract_if(.., |lease| since(lease.expires_at) <= now).collect::<Vec<_>>() {
                let taken = day(since(lease.checked_out_at));
                let end = license.expire_lease(&lease, after(now));
                let back = if gives_back && taken == day(now) { lease.count } else { 0 };
                prop_assert_eq!((end.spent, end.returned), (lease.count - back, back));
                *days.entry(taken).or_default() -= back;
                license = end.license;
            }
            match deed {
                Deed::Out { count, ttl } => {
                    let taken = u32::try_from(open.len()).unwrap();
                    let spent = *days.entry(day(now)).or_default();
                    let outcome = license.check_out(Seats { taken, free_at: None }, &wanted(Some("farm"), Some(count), ttl), after(now));
                    let expected = if taken >= 3 { "SEATS_EXHAUSTED" } else if spent + u64::from(count) > 12 { "USES_EXHAUSTED" } else { "" };
                    let said = outcome.as_ref().map_or_else(|refusal| refusal.code.as_str(), |_| "");
                    prop_assert_eq!(said, expected);
                    if let Ok(CheckOut { license: next, lease }) = outcome {
                        *days.entry(day(now)).or_default() += lease.count;
                        (license, open) = (next, [open, vec![lease]].concat());
                    }
                }
                Deed::In { which, unspent } if !open.is_empty() => {
                    let place = which.index(open.len());
                    let unspent = unspent.min(open[place].count);
                    let lease = open.remove(place);
                    let taken = day(since(lease.checked_out_at));
                    let end = license.check_in(&lease, unspent, after(now)).unwrap();
                    let back = if taken == day(now) { unspent } else { 0 };
                    prop_assert_eq!((end.spent, end.returned), (lease.count - back, back));
                    *days.entry(taken).or_default() -= back;
                    license = end.license;
                }
                _ => {}
            }
            let counter = license.at(after(now)).features[&feature("farm")].unwrap();
            prop_assert_eq!(counter.left, Some(12 - days.get(&day(now)).copied().unwrap_or_default()));
            prop_assert_eq!(counter.spent, days.values().sum::<u64>());
            prop_assert!(open.len() <= 3);
        }
    }
}
