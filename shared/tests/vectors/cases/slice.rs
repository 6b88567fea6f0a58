//! Slices: the steps as for passes, then which feature, how many uses, and whose.

use super::kind::Kind;
use crate::forge::{Case, JKT, TokenKind, VectorFile};

/// When the good slice ends: a day later.
const EXP: i64 = 1_795_086_400;

pub(crate) const KIND: Kind = Kind {
    presented_as: TokenKind::Slice,
    typ: "use-slice+jwt",
    payload: concat!(
        r#"{"iss":"https://licenses.example.com/v/acme","aud":"acme/sketchpad","sub":"cus_01kav00000fvntr9s4c3ks2v8w","#,
        r#""jti":"sli_01kav00000h3m7q2x5c9e4t8rn","iat":1795000000,"exp":1795086400,"#,
        r#""cnf":{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"},"#,
        r#""feature":"ai.render","count":20,"pass":"pas_01kav00000ejkr5t4n6kq7b9xz"}"#,
    ),
    exp: EXP,
    claims: &[
        r#""iss":"https://licenses.example.com/v/acme","#,
        r#""aud":"acme/sketchpad","#,
        r#""sub":"cus_01kav00000fvntr9s4c3ks2v8w","#,
        r#""jti":"sli_01kav00000h3m7q2x5c9e4t8rn","#,
        r#""iat":1795000000,"#,
        r#""exp":1795086400,"#,
        r#""cnf":{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"},"#,
        r#""jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I""#,
        r#""feature":"ai.render","#,
        r#""count":20,"#,
        r#","pass":"pas_01kav00000ejkr5t4n6kq7b9xz""#,
    ],
    wish: (r#""count":20"#, r#""count":2000"#),
};

pub(crate) fn file() -> VectorFile {
    let (count, feature) = (r#""count":20"#, r#""feature":"ai.render""#);
    let (jkt, pass) = (format!(r#""jkt":"{JKT}""#), r#""pass":"pas_01kav00000ejkr5t4n6kq7b9xz""#);
    let refused = |name, old: &str, new: &str| KIND.refused(name, old, new);
    let own = vec![
        Case::good("its own terminal", KIND.good()).on(JKT),
        Case::refused("the terminal's name in lower case", KIND.good(), "device", "DEVICE_MISMATCH")
            .on(&JKT.to_lowercase()),
        KIND.allowed("no use at all", count, r#""count":0"#),
        KIND.allowed("as many uses as there are exact numbers", count, r#""count":9007199254740991"#),
        refused("one use more", count, r#""count":9007199254740992"#),
        refused("count below zero", count, r#""count":-1"#),
        refused("count as text", count, r#""count":"20""#),
        refused("count with a fraction", count, r#""count":20.0"#),
        refused("count with an exponent", count, r#""count":2e1"#),
        refused("count null: without a limit", count, r#""count":null"#),
        refused("count twice", count, r#""count":20,"count":2000"#),
        refused("count twice, one escaped", count, r#""count":20,"\u0063ount":2000"#),
        refused("feature empty", feature, r#""feature":"""#),
        refused("several features", feature, r#""feature":["ai.render","ai.upscale"]"#),
        refused("feature twice", feature, r#""feature":"ai.render","feature":"ai.upscale""#),
        refused("pass empty", pass, r#""pass":"""#),
        refused("pass as number", pass, r#""pass":1"#),
        refused("pass twice", pass, &format!(r#"{pass},"pass":"pas_01kav00000ejkr5t4n6kq7b9xy""#)),
        refused("jkt as number", &jkt, r#""jkt":0"#),
        refused("jkt empty", &jkt, r#""jkt":"""#),
        refused("jkt twice", &jkt, &format!(r#"{jkt},"jkt":"x""#)),
        refused("another way to confirm", &jkt, &format!(r#"{jkt},"jwk":{{}}"#)),
        refused("cnf as text", &format!("{{{jkt}}}"), &format!(r#""{JKT}""#)),
    ];
    KIND.file("Slices: the same steps, then feature, count, pass and terminal.", own)
}
