//! Leases: the steps as for passes, then the license, the lease once more, who holds it, and what for.

use super::kind::Kind;
use crate::forge::{Case, JKT, TokenKind, VectorFile};

/// When the good one ends: an hour later.
const EXP: i64 = 1_795_003_600;

pub(crate) const KIND: Kind = Kind {
    presented_as: TokenKind::Lease,
    typ: "license-lease+jwt",
    payload: concat!(
        r#"{"iss":"https://licenses.example.com/v/acme","aud":"acme/sketchpad","sub":"cus_01kav00000fvntr9s4c3ks2v8w","#,
        r#""jti":"lea_01kav00000k4n8v3w6r2b7d5xm","iat":1795000000,"exp":1795003600,"#,
        r#""lic":{"id":"lic_01kav00000c2n1k6x8h4m5d3ea"},"lease":"lea_01kav00000k4n8v3w6r2b7d5xm","#,
        r#""holder":"farm-1","feature":"ai.render","count":20}"#,
    ),
    exp: EXP,
    claims: &[
        r#""iss":"https://licenses.example.com/v/acme","#,
        r#""aud":"acme/sketchpad","#,
        r#""sub":"cus_01kav00000fvntr9s4c3ks2v8w","#,
        r#""jti":"lea_01kav00000k4n8v3w6r2b7d5xm","#,
        r#""iat":1795000000,"#,
        r#""exp":1795003600,"#,
        r#""lic":{"id":"lic_01kav00000c2n1k6x8h4m5d3ea"},"#,
        r#""id":"lic_01kav00000c2n1k6x8h4m5d3ea""#,
        r#""lease":"lea_01kav00000k4n8v3w6r2b7d5xm","#,
        r#""holder":"farm-1","#,
        r#","count":20"#,
    ],
    wish: (r#""count":20"#, r#""count":2000"#),
};

pub(crate) fn file() -> VectorFile {
    let (count, feature, holder) = (r#""count":20"#, r#""feature":"ai.render","#, r#""holder":"farm-1""#);
    let (lease, lic) =
        (r#""lease":"lea_01kav00000k4n8v3w6r2b7d5xm""#, r#""lic":{"id":"lic_01kav00000c2n1k6x8h4m5d3ea"}"#);
    let refused = |name, old: &str, new: &str| KIND.refused(name, old, new);
    let own = vec![
        Case::refused("it is bound to no terminal", KIND.good(), "device", "DEVICE_MISMATCH").on(JKT),
        KIND.allowed("for the license as such", feature, ""),
        KIND.allowed("no use at all", count, r#""count":0"#),
        KIND.allowed("as many uses as there are exact numbers", count, r#""count":9007199254740991"#),
        refused("one use more", count, r#""count":9007199254740992"#),
        refused("count below zero", count, r#""count":-1"#),
        refused("count as text", count, r#""count":"20""#),
        refused("count null", count, r#""count":null"#),
        refused("count twice", count, r#""count":20,"count":2000"#),
        refused("feature empty", feature, r#""feature":"","#),
        refused("feature null", feature, r#""feature":null,"#),
        refused("several features", feature, r#""feature":["ai.render","ai.upscale"],"#),
        refused("feature twice", feature, r#""feature":"ai.render","feature":"ai.upscale","#),
        refused("holder empty", holder, r#""holder":"""#),
        refused("holder as number", holder, r#""holder":1"#),
        refused("holder twice", holder, r#""holder":"farm-1","holder":"farm-2""#),
        refused("another lease than jti", lease, r#""lease":"lea_01kav00000k4n8v3w6r2b7d5xn""#),
        refused("lease as number", lease, r#""lease":1"#),
        refused("lease twice", lease, &format!("{lease},{lease}")),
        refused("lic as text", lic, r#""lic":"lic_01kav00000c2n1k6x8h4m5d3ea""#),
        refused("lic null", lic, r#""lic":null"#),
        refused("an unknown member of lic", lic, r#""lic":{"id":"lic_01kav00000c2n1k6x8h4m5d3ea","epoch":4}"#),
        refused("the license's id as number", lic, r#""lic":{"id":1}"#),
    ];
    KIND.file("Leases: the same steps, then license, lease, holder, feature and count; bound to no terminal.", own)
}
