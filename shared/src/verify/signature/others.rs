//! Signatures that others have written down: those of Wycheproof, which some verifier or other took and should not have, and
//! those of the RFCs.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use wycheproof::TestResult;
use wycheproof::eddsa::{TestName, TestSet};

use super::Signature;
use crate::pass::PassClaims;
use crate::thumbprint::ed25519_thumbprint;
use crate::verify::{Expect, Step, VerifyingKey, verify};

/// RFC 8037, A.2 and A.4.
const PUBLIC_KEY: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const SIGNED: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
const SIGNATURE: &str = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

/// RFC 7515: A.1 (HS256), A.3 (ES256) and A.5 (nothing), whose payload is the same.
const FOREIGN: [&str; 3] = [
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
    "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.",
];

fn is_genuine(key: &[u8], signed: &[u8], signature: &[u8]) -> bool {
    let key = <[u8; 32]>::try_from(key).ok().and_then(|key| VerifyingKey::from_bytes(&key).ok());
    key.is_some_and(|key| Signature::read(&key, signature, signed).is_some_and(|found| found.is_genuine()))
}

#[test]
fn of_wycheproof_s_signatures_exactly_the_good_ones_are_taken() {
    let set = TestSet::load(TestName::Ed25519).expect("the vectors come with the crate");
    let (mut good, mut bad) = (0, 0);
    for group in &set.test_groups {
        for test in &group.tests {
            let is_good = test.result == TestResult::Valid;
            assert_eq!(is_genuine(&group.key.pk, &test.msg, &test.sig), is_good, "{}: {}", test.tc_id, test.comment);
            *if is_good { &mut good } else { &mut bad } += 1;
        }
    }
    assert!(good > 50 && bad > 50, "{good} good, {bad} bad");
}

#[test]
fn the_signature_of_rfc_8037_is_taken_and_its_token_is_none_of_ours() {
    let decode = |text| URL_SAFE_NO_PAD.decode(text).expect("the RFC has base64url");
    let (key, signature) = (decode(PUBLIC_KEY), decode(SIGNATURE));
    assert!(is_genuine(&key, SIGNED.as_bytes(), &signature));
    assert!(!is_genuine(&key, b"Example of Ed25519 signing", &signature));
    let key: [u8; 32] = key.try_into().expect("32 bytes");
    assert_eq!(ed25519_thumbprint(&key), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let keys = [VerifyingKey::from_bytes(&key).expect("a key")];
    let now = crate::time::Timestamp::from_unix(1_300_819_379);
    let expect = Expect { issuer: "joe", audience: "joe", keys: &keys, now, jkt: None };
    for token in FOREIGN.map(str::to_owned).into_iter().chain([format!("{SIGNED}.{SIGNATURE}")]) {
        let refused = verify::<PassClaims>(&token, &expect).map_err(|denial| denial.step);
        assert!(matches!(refused, Err(Step::Header | Step::Segments | Step::Encoding)), "{refused:?}");
    }
}
