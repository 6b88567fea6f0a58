//! Header, type, algorithm, key.

use hmac_by_hand::hs256;

use super::{portable_pass, slice, status_list};
use crate::forge::{
    self, Case, PAYLOAD, VectorFile, encode, foreign_key, good_pass, header, key, kid, next_key, pass_header, sign_with,
};

pub(super) mod hmac_by_hand;

pub(crate) fn file() -> VectorFile {
    let kid = kid(&key());
    let malformed = |name, header: &str| Case::refused(name, sign_with(&key(), header, PAYLOAD), "header", "MALFORMED");
    let with = |member: &str| pass_header().replacen('{', &format!("{{{member},"), 1);
    let mut cases = vec![
        Case::good("a good pass", good_pass()),
        Case::good(
            "members in another order",
            sign_with(&key(), format!(r#"{{"kid":"{kid}","alg":"EdDSA","typ":"license-pass+jwt"}}"#), PAYLOAD),
        ),
        Case::good("white space in the header", sign_with(&key(), pass_header().replace(',', " ,\n\t"), PAYLOAD)),
        Case::good(
            "signed with the next key",
            sign_with(&next_key(), header("license-pass+jwt", &next_key()), PAYLOAD),
        ),
        malformed("an empty header", ""),
        malformed("an empty object", "{}"),
        malformed("null", "null"),
        malformed("an array", r#"["EdDSA"]"#),
        malformed("no typ", &format!(r#"{{"alg":"EdDSA","kid":"{kid}"}}"#)),
        malformed("no kid", r#"{"alg":"EdDSA","typ":"license-pass+jwt"}"#),
        malformed("no alg", &format!(r#"{{"typ":"license-pass+jwt","kid":"{kid}"}}"#)),
        malformed("a kid that is a number", r#"{"alg":"EdDSA","typ":"license-pass+jwt","kid":1}"#),
        malformed("an alg that is an array", &format!(r#"{{"alg":["EdDSA"],"typ":"license-pass+jwt","kid":"{kid}"}}"#)),
        malformed("crit", &with(r#""crit":["exp"]"#)),
        malformed("an empty crit", &with(r#""crit":[]"#)),
        malformed("b64", &with(r#""b64":false"#)),
        malformed("b64 with its crit", &with(r#""crit":["b64"],"b64":false"#)),
        malformed(
            "its own key",
            &with(&format!(
                r#""jwk":{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#,
                encode(foreign_key().verifying_key().as_bytes())
            )),
        ),
        malformed("the address of its own keys", &with(r#""jku":"https://evil.example/jwks.json""#)),
        malformed("a certificate", &with(r#""x5c":["AA=="]"#)),
        malformed("cty", &with(r#""cty":"JWT""#)),
        malformed("zip", &with(r#""zip":"DEF""#)),
        malformed("alg twice", &with(r#""alg":"none""#)),
        malformed("kid twice, alike", &with(&format!(r#""kid":"{kid}""#))),
        malformed("alg twice, one escaped", &with(r#""\u0061lg":"none""#)),
        malformed("ALG beside alg", &with(r#""ALG":"none""#)),
        malformed("text after the header", &format!("{}x", pass_header())),
        malformed("two headers", &format!("{0}{0}", pass_header())),
        malformed("a byte order mark", &format!("\u{feff}{}", pass_header())),
        malformed("a comment", &format!("/**/{}", pass_header())),
        malformed("a comma too many", &pass_header().replace('}', ",}")),
        malformed("single quotes", &pass_header().replace('"', "'")),
        malformed("nine deep", &with(&format!(r#""x":{}{}"#, "[".repeat(8), "]".repeat(8)))),
        malformed("thousands deep", &with(&format!(r#""x":{}"#, "[".repeat(3000)))),
        malformed("half a surrogate pair", &with(r#""x":"\ud800""#)),
    ];
    let mut utf_16 = vec![0xff, 0xfe];
    utf_16.extend(pass_header().encode_utf16().flat_map(u16::to_le_bytes));
    cases.push(Case::refused("a header in UTF-16", sign_with(&key(), utf_16, PAYLOAD), "header", "MALFORMED"));
    cases.push(Case::refused(
        "a header that is not UTF-8",
        sign_with(&key(), b"{\"typ\":\"\xff\"}", PAYLOAD),
        "header",
        "MALFORMED",
    ));
    cases.extend(types());
    for (name, token) in [
        ("a slice", slice::KIND.good()),
        ("a portable pass", portable_pass::KIND.good()),
        ("a status list", status_list::good()),
    ] {
        cases.push(Case::refused(name, token, "type", "WRONG_TYPE"));
    }
    cases.extend(algorithms(&kid));
    cases.extend(keys());
    forge::file("Header, type, algorithm and key: nothing the token says chooses how it is checked.", cases)
}

fn types() -> impl Iterator<Item = Case> {
    let kinds = [
        "JWT",
        "at+jwt",
        "dpop+jwt",
        "portable-pass+jwt",
        "license-lease+jwt",
        "use-slice+jwt",
        "statuslist+jwt",
        "",
        "LICENSE-PASS+JWT",
        "license-pass",
        "license-pass+jwt ",
        "application/license-pass+jwt",
        "li\u{441}ense-pass+jwt",
        "license-pass+jwt\\u0000",
    ];
    kinds.into_iter().map(|kind| {
        let token = sign_with(&key(), header(kind, &key()), PAYLOAD);
        Case::refused(&format!("typ {kind:?}"), token, "type", "WRONG_TYPE")
    })
}

fn algorithms(kid: &str) -> Vec<Case> {
    let header = |alg: &str| format!(r#"{{"typ":"license-pass+jwt","alg":"{alg}","kid":"{kid}"}}"#);
    let refused = |name: &str, token: String| Case::refused(name, token, "algorithm", "SIGNATURE_INVALID");
    let unsigned = format!("{}.{}.", encode(header("none")), encode(PAYLOAD));
    let mut cases = vec![
        refused("alg none without a signature", unsigned),
        refused(
            "HS256 with the public key as secret",
            hs256(&header("HS256"), PAYLOAD, key().verifying_key().as_bytes()),
        ),
        refused(
            "HS256 with the public key's text as secret",
            hs256(&header("HS256"), PAYLOAD, encode(key().verifying_key().as_bytes()).as_bytes()),
        ),
        refused("HS256 with an empty secret", hs256(&header("HS256"), PAYLOAD, b"")),
    ];
    for alg in [
        "none",
        "None",
        "NONE",
        "",
        "HS256",
        "HS512",
        "RS256",
        "PS256",
        "ES256",
        "ES256K",
        "Ed25519",
        "Ed448",
        "eddsa",
        "EDDSA",
        "EdDSA ",
        "\\u0045dDSA\\u0000",
    ] {
        cases.push(refused(&format!("alg {alg:?} over a good signature"), sign_with(&key(), header(alg), PAYLOAD)));
    }
    cases
}

fn keys() -> Vec<Case> {
    let with = |kid: &str| format!(r#"{{"typ":"license-pass+jwt","alg":"EdDSA","kid":"{kid}"}}"#);
    let refused = |name, token: String| Case::refused(name, token, "key", "UNKNOWN_KEY");
    let own = kid(&key());
    vec![
        refused("another issuer's key", sign_with(&foreign_key(), header("license-pass+jwt", &foreign_key()), PAYLOAD)),
        refused("an empty kid", sign_with(&key(), with(""), PAYLOAD)),
        refused("a path as kid", sign_with(&key(), with("../../etc/passwd"), PAYLOAD)),
        refused("a query as kid", sign_with(&key(), with("' OR 1=1 --"), PAYLOAD)),
        refused("a kid with a blank", sign_with(&key(), with(&format!("{own} ")), PAYLOAD)),
        refused("a kid in lower case", sign_with(&key(), with(&own.to_lowercase()), PAYLOAD)),
        refused("the beginning of a kid", sign_with(&key(), with(&own[..8]), PAYLOAD)),
    ]
}
