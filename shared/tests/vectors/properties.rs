//! What must hold for every pass, every time and every change.

use proptest::prelude::*;
use shared::pass::{
    Confirmation, FeatureGrant, LicenseClaims, PassClaims, PassStatus, PassTerm, StatusListEntry, StatusReference, Uses,
};
use shared::time::Timestamp;
use shared::verify::{Expect, VerifyingKey, judge, read_pass, verify_pass};

use crate::forge::{AUDIENCE, EXP, ISSUER, JKT, LIST, NOW, good_pass, key, pass};

/// Those of base64url, and some others.
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \0";

fn keys() -> Vec<VerifyingKey> {
    vec![VerifyingKey::from_bytes(key().verifying_key().as_bytes()).unwrap()]
}

fn time() -> impl Strategy<Value = Timestamp> {
    (0..4_000_000_000_i64).prop_map(Timestamp::from_unix)
}

fn term() -> impl Strategy<Value = PassTerm> {
    prop_oneof![
        (time(), time()).prop_map(|(nbf, exp)| PassTerm::Fixed { nbf, exp }),
        time().prop_map(|nbf| PassTerm::Perpetual { nbf }),
    ]
}

fn grant() -> impl Strategy<Value = FeatureGrant> {
    let limits = (0..1_u64 << 53, 0..1_u64 << 53).prop_map(|(limit, left)| (Some(limit), Some(left)));
    let slice = prop_oneof![Just(0), 0..1_u64 << 53];
    let counted = (prop_oneof![limits, Just((None, None))], slice);
    let counted = counted.prop_map(|((limit, left), slice)| Uses { limit, left, slice });
    prop::option::of(counted).prop_map(|uses| FeatureGrant { uses })
}

fn status() -> impl Strategy<Value = PassStatus> {
    (0..4_u8).prop_map(PassStatus::from_bits)
}

prop_compose! {
    fn claims()(
        (iat, nbf, exp) in (time(), time(), time()), pass_status in status(), idx in 0..1_u64 << 53, term in term(),
        features in prop::collection::vec(("[a-z.]{1,12}|\\PC{1,4}", grant()), 0..5), (epoch, menu) in (0..1_u64 << 53, 0..1_u64 << 53),
        (sub, jti, offer) in ("\\PC{1,9}", "[!-~]{1,9}", "[a-z]{1,9}"), refresh in 0..1_u64 << 53,
    ) -> PassClaims {
        PassClaims {
            iss: ISSUER.to_owned(), aud: AUDIENCE.to_owned(), sub, jti, iat, nbf, exp,
            cnf: Confirmation { jkt: JKT.to_owned() }, refresh, pass_status,
            status: StatusReference { status_list: StatusListEntry { idx, uri: LIST.to_owned() } },
            lic: LicenseClaims { id: "lic_x".to_owned(), epoch, offer, menu, term, features: features.into_iter().collect() },
        }
    }
}

proptest! {
    #[test]
    fn what_the_server_serializes_every_verifier_reads_alike(claims in claims()) {
        let token = pass(serde_json::to_string(&claims).unwrap());
        let now = claims.iat.max(claims.nbf);
        let keys = keys();
        let expect = Expect { issuer: ISSUER, audience: AUDIENCE, keys: &keys, now, jkt: Some(JKT) };
        let read = read_pass(&token, &expect);
        prop_assert_eq!(read.as_ref(), Ok(&claims));
        let verified = verify_pass(&token, &expect);
        prop_assert_eq!(verified.is_ok(), now.as_unix() < claims.exp.as_unix() + 30);
    }

    #[test]
    fn no_verdict_approves_again_after_an_end(
        claims in claims(), list in prop::option::of(status()), feature in prop::option::of("[a-z.]{1,12}"), later in 0..4_000_000_000_i64,
    ) {
        let feature = feature.or_else(|| claims.lic.features.iter().next().map(|(name, _)| name.to_owned()));
        let pass_end = claims.exp.as_unix() + 30;
        let end = claims.lic.term.end().map_or(pass_end, |end| pass_end.min(end.as_unix()));
        let at_end = judge(&claims, list, feature.as_deref(), Timestamp::from_unix(end));
        let after = judge(&claims, list, feature.as_deref(), Timestamp::from_unix(end + later));
        prop_assert!(!at_end.approved);
        prop_assert!(!after.approved);
    }

    #[test]
    fn an_approval_is_the_only_valid_and_a_denied_whole_denies_every_feature(
        claims in claims(), list in prop::option::of(status()), now in time(), feature in "[a-z.]{1,12}",
    ) {
        let whole = judge(&claims, list, None, now);
        let part = judge(&claims, list, Some(&feature), now);
        prop_assert_eq!(whole.approved, whole.code.as_str() == "VALID");
        prop_assert!(whole.approved || !part.approved);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    #[test]
    fn no_changed_token_is_accepted(
        place in any::<prop::sample::Index>(), letter in prop::sample::select(LETTERS.to_vec()), kind in 0..4,
    ) {
        let good = good_pass();
        let mut bytes = good.clone().into_bytes();
        let ends: Vec<_> = good.match_indices('.').map(|(dot, _)| dot).chain([good.len()]).collect();
        let anywhere = place.index(bytes.len());
        match kind {
            0 => bytes[anywhere] = letter,
            1 => bytes.insert(anywhere, letter),
            2 => { bytes.remove(anywhere); }
            // The last letter of a part says less than the others: another may stand for the same bytes.
            _ => bytes[ends[place.index(ends.len())] - 1] = letter,
        }
        let changed = String::from_utf8(bytes).unwrap();
        let keys = keys();
        let expect = Expect { issuer: ISSUER, audience: AUDIENCE, keys: &keys, now: Timestamp::from_unix(NOW), jkt: None };
        prop_assert_eq!(verify_pass(&changed, &expect).is_ok(), changed == good);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}(\\.\\PC{0,40}){0,3}") {
        let keys = keys();
        let expect = Expect { issuer: ISSUER, audience: AUDIENCE, keys: &keys, now: Timestamp::from_unix(EXP), jkt: None };
        prop_assert!(verify_pass(&text, &expect).is_err());
    }
}
