//! ES256 signatures that others have written down: those of Wycheproof, which some verifier or other took and should not have,
//! and that of RFC 7515, A.3.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::EncodedPoint;
use p256::ecdsa::VerifyingKey;
use wycheproof::TestResult;
use wycheproof::ecdsa::{TestName, TestSet};

use super::is_genuine;

const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
const SIGNED: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const SIGNATURE: &str = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

#[test]
fn of_wycheproof_s_signatures_exactly_the_good_ones_are_taken() {
    let set = TestSet::load(TestName::EcdsaSecp256r1Sha256P1363).expect("the vectors come with the crate");
    let (mut good, mut bad) = (0, 0);
    for group in &set.test_groups {
        let key = EncodedPoint::from_bytes(&group.key.key[..]).expect("a point");
        assert!(VerifyingKey::from_encoded_point(&key).is_ok(), "every key of the set is one");
        for test in &group.tests {
            let is_good = test.result == TestResult::Valid;
            assert_eq!(is_genuine(&key, &test.msg, &test.sig), is_good, "{}: {}", test.tc_id, test.comment);
            *if is_good { &mut good } else { &mut bad } += 1;
        }
    }
    assert!(good > 50 && bad > 50, "{good} good, {bad} bad");
}

#[test]
fn the_signature_of_rfc_7515_is_taken_and_a_changed_one_is_not() {
    let decode = |text| URL_SAFE_NO_PAD.decode(text).expect("the RFC has base64url");
    let coordinate = |text| <[u8; 32]>::try_from(decode(text)).expect("32 bytes").into();
    let key = EncodedPoint::from_affine_coordinates(&coordinate(X), &coordinate(Y), false);
    let mut signature = decode(SIGNATURE);
    assert!(is_genuine(&key, SIGNED.as_bytes(), &signature));
    signature[40] ^= 1;
    assert!(!is_genuine(&key, SIGNED.as_bytes(), &signature));
    assert!(!is_genuine(&key, SIGNED.as_bytes(), &signature[..63]));
}
