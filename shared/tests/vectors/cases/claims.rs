//! The payload: strict JSON, every claim there, of its type and in its range.

use super::{portable_pass, slice};
use crate::forge::{self, Case, PAYLOAD, VectorFile, good_pass, pass, payload};

pub(crate) fn file() -> VectorFile {
    let mut cases = vec![
        Case::good("a good pass", good_pass()),
        Case::good("a claim we do not know", pass(payload(&[(r#"{"iss""#, r#"{"later":{"a":[1,2]},"iss""#)]))),
        Case::good("escaped names mean the same", pass(payload(&[(r#""jti""#, r#""\u006ati""#)]))),
        Case::good(
            "no features at all",
            pass(PAYLOAD.split(r#""features":"#).next().unwrap_or_default().to_owned() + r#""features":{}}}"#),
        ),
        Case::good("a slice may be had", pass(payload(&[(r#""left":97"#, r#""left":97,"slice":20"#)]))),
        Case::good(
            "a slice may be had of uses without a limit",
            pass(payload(&[(r#""limit":null"#, r#""limit":null,"slice":9007199254740991"#)])),
        ),
        Case::good("a slice of nothing", pass(payload(&[(r#""left":97"#, r#""left":97,"slice":0"#)]))),
        Case::good("eight deep", pass(payload(&[(r#"{"iss""#, r#"{"x":[[[[[[[]]]]]]],"iss""#)]))),
    ];
    cases.extend(not_json());
    cases.extend(missing());
    cases.extend(wrong());
    forge::file("Payload: the same strict reader, every claim in its type and range.", cases)
}

fn refused(name: &str, payload: impl AsRef<[u8]>) -> Case {
    Case::refused(name, pass(payload), "payload", "MALFORMED")
}

fn not_json() -> Vec<Case> {
    let with = |member: &str| PAYLOAD.replacen('{', &format!("{{{member},"), 1);
    let mut overlong = PAYLOAD.as_bytes().to_vec();
    overlong.splice(1..1, *b"\"x\":\"\xc0\xaf\",");
    vec![
        refused("an empty payload", ""),
        refused("an array", "[]"),
        refused("a text", r#""pass""#),
        refused("iss twice", with(r#""iss":"https://evil.example""#)),
        refused("exp twice, the later one last", PAYLOAD.replacen(r#""cnf""#, r#""exp":9999999999,"cnf""#, 1)),
        refused("exp twice, one escaped", with(r#""\u0065xp":9999999999"#)),
        refused("a feature twice", payload(&[(r#""export.pdf":{}"#, r#""export.pdf":{},"export.pdf":{}"#)])),
        refused("left twice", payload(&[(r#""left":97"#, r#""left":97,"left":9700"#)])),
        refused("slice twice", payload(&[(r#""left":97"#, r#""left":97,"slice":20,"slice":200"#)])),
        refused("an unknown claim with a member twice", with(r#""x":{"a":1,"a":2}"#)),
        refused("text after the claims", format!("{PAYLOAD}{{}}")),
        refused("a NUL after the claims", format!("{PAYLOAD}\0")),
        refused("cut off", &PAYLOAD[..PAYLOAD.len() - 1]),
        refused("a byte order mark", format!("\u{feff}{PAYLOAD}")),
        refused("overlong UTF-8", overlong),
        refused("half a surrogate pair", with(r#""x":"\udfff""#)),
        refused("a raw control character", with("\"x\":\"\u{1}\"")),
        refused("nine deep", with(r#""x":[[[[[[[[]]]]]]]]"#)),
        refused("thousands deep", with(&format!(r#""x":{}{}"#, "[".repeat(2000), "]".repeat(2000)))),
        refused("NaN", payload(&[(r#""epoch":4"#, r#""epoch":NaN"#)])),
    ]
}

fn missing() -> Vec<Case> {
    let claims = [
        r#""iss":"https://licenses.example.com/v/acme","#,
        r#""aud":"acme/sketchpad","#,
        r#""sub":"cus_01kav00000fvntr9s4c3ks2v8w","#,
        r#""jti":"pas_01kav00000ejkr5t4n6kq7b9xz","#,
        r#""iat":1795000000,"#,
        r#""exp":1795604800,"#,
        r#""cnf":{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"},"#,
        r#""pass_status":"valid","#,
        r#""status":{"status_list":{"idx":8812,"uri":"https://licenses.example.com/v/acme/status/3"}},"#,
        r#""idx":8812,"#,
        r#""id":"lic_01kav00000c2n1k6x8h4m5d3ea","#,
        r#""epoch":4,"#,
        r#""offer":"pro","#,
        r#""menu":7,"#,
        r#""term":{"kind":"fixed","nbf":1795000000,"exp":1826536000},"#,
        r#""kind":"fixed","#,
        r#","exp":1826536000"#,
        r#""limit":100,"#,
        r#","left":97"#,
    ];
    let mut cases: Vec<Case> =
        claims.iter().map(|claim| refused(&format!("without {claim}"), payload(&[(claim, "")]))).collect();
    cases.push(refused("without nbf", payload(&[(r#""nbf":1795000000,"exp":1795604800"#, r#""exp":1795604800"#)])));
    cases.push(refused("an empty cnf", payload(&[(r#"{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}"#, "{}")])));
    cases.push(refused("without lic", PAYLOAD.split(r#","lic""#).next().unwrap_or_default().to_owned() + "}"));
    cases.push(refused("nothing at all", "{}"));
    cases.push(refused("a slice's claims", slice::KIND.payload));
    cases.push(refused("a portable pass's claims", portable_pass::KIND.payload));
    cases
}

fn wrong() -> Vec<Case> {
    let rows = [
        ("exp as text", r#""exp":1795604800"#, r#""exp":"1795604800""#),
        ("exp with a fraction", r#""exp":1795604800"#, r#""exp":1795604800.0"#),
        ("exp with an exponent", r#""exp":1795604800"#, r#""exp":2e9"#),
        ("exp below zero", r#""exp":1795604800"#, r#""exp":-1"#),
        ("exp in milliseconds", r#""exp":1795604800"#, r#""exp":1795604800000"#),
        ("exp after the year 9999", r#""exp":1795604800"#, r#""exp":253402300800"#),
        ("exp beyond 64 bits", r#""exp":1795604800"#, r#""exp":18446744073709551616"#),
        ("exp null", r#""exp":1795604800"#, r#""exp":null"#),
        ("iat true", r#""iat":1795000000"#, r#""iat":true"#),
        (
            "iss as array",
            r#""iss":"https://licenses.example.com/v/acme""#,
            r#""iss":["https://licenses.example.com/v/acme"]"#,
        ),
        ("aud as array", r#""aud":"acme/sketchpad""#, r#""aud":["acme/sketchpad"]"#),
        ("aud empty", r#""aud":"acme/sketchpad""#, r#""aud":"""#),
        ("jti empty", r#""jti":"pas_01kav00000ejkr5t4n6kq7b9xz""#, r#""jti":"""#),
        ("jkt as number", r#""jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I""#, r#""jkt":0"#),
        ("another way to confirm", r#""cnf":{"#, r#""cnf":{"jwk":{},"#),
        ("an unknown pass status", r#""pass_status":"valid""#, r#""pass_status":"active""#),
        ("pass status in capitals", r#""pass_status":"valid""#, r#""pass_status":"VALID""#),
        ("an unknown member of status", r#""status":{"#, r#""status":{"other":{},"#),
        ("an unknown member of status_list", r#""idx":8812"#, r#""idx":8812,"bits":1"#),
        ("idx below zero", r#""idx":8812"#, r#""idx":-1"#),
        ("an unknown member of lic", r#""epoch":4"#, r#""epoch":4,"admin":true"#),
        ("epoch below zero", r#""epoch":4"#, r#""epoch":-4"#),
        ("an unknown term", r#""kind":"fixed""#, r#""kind":"forever""#),
        ("a perpetual term that ends", r#""kind":"fixed""#, r#""kind":"perpetual""#),
        ("an unknown member of term", r#""kind":"fixed""#, r#""kind":"fixed","grace":99"#),
        ("features as array", r#""features":{"export.pdf":{},"#, r#""features":[{"export.pdf":{}},"#),
        ("a feature granted by true", r#""export.pdf":{}"#, r#""export.pdf":true"#),
        ("a feature granted by null", r#""export.pdf":{}"#, r#""export.pdf":null"#),
        ("an unknown member of a grant", r#""export.pdf":{}"#, r#""export.pdf":{"unlimited":true}"#),
        ("an unknown member of uses", r#""limit":100"#, r#""limit":100,"bonus":5"#),
        ("limit without number, left with", r#""limit":100"#, r#""limit":null"#),
        ("left below zero", r#""left":97"#, r#""left":-97"#),
        ("slice below zero", r#""left":97"#, r#""left":97,"slice":-20"#),
        ("slice as text", r#""left":97"#, r#""left":97,"slice":"20""#),
        ("slice null", r#""left":97"#, r#""left":97,"slice":null"#),
        ("slice beyond exact numbers", r#""left":97"#, r#""left":97,"slice":9007199254740992"#),
        ("left beyond exact numbers", r#""left":97"#, r#""left":9007199254740992"#),
    ];
    rows.map(|(name, old, new)| refused(name, payload(&[(old, new)]))).into()
}
