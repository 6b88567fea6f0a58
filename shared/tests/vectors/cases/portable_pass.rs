//! Portable passes: the steps as for passes, then the move, the pass it takes the license from, and the license.

use super::kind::Kind;
use crate::forge::{Case, JKT, TokenKind, VectorFile};

/// When the good one ends: a quarter of an hour later.
const EXP: i64 = 1_795_000_900;

pub(crate) const KIND: Kind = Kind {
    presented_as: TokenKind::PortablePass,
    typ: "portable-pass+jwt",
    payload: concat!(
        r#"{"iss":"https://licenses.example.com/v/acme","aud":"acme/sketchpad","sub":"cus_01kav00000fvntr9s4c3ks2v8w","#,
        r#""jti":"mov_01kav00000g6d1s8w2k5n9p3va","iat":1795000000,"exp":1795000900,"#,
        r#""move":"mov_01kav00000g6d1s8w2k5n9p3va","from":"pas_01kav00000ejkr5t4n6kq7b9xz","pass_status":"moving","#,
        r#""lic":{"id":"lic_01kav00000c2n1k6x8h4m5d3ea","epoch":4,"offer":"pro","menu":7,"#,
        r#""term":{"kind":"fixed","nbf":1795000000,"exp":1826536000},"#,
        r#""features":{"export.pdf":{},"ai.render":{"uses":{"limit":100,"left":97,"slice":20}}}}}"#,
    ),
    exp: EXP,
    claims: &[
        r#""iss":"https://licenses.example.com/v/acme","#,
        r#""aud":"acme/sketchpad","#,
        r#""sub":"cus_01kav00000fvntr9s4c3ks2v8w","#,
        r#""jti":"mov_01kav00000g6d1s8w2k5n9p3va","#,
        r#""iat":1795000000,"#,
        r#""exp":1795000900,"#,
        r#""move":"mov_01kav00000g6d1s8w2k5n9p3va","#,
        r#""from":"pas_01kav00000ejkr5t4n6kq7b9xz","#,
        r#""pass_status":"moving","#,
        r#""id":"lic_01kav00000c2n1k6x8h4m5d3ea","#,
        r#""epoch":4,"#,
        r#""offer":"pro","#,
        r#""menu":7,"#,
        r#""term":{"kind":"fixed","nbf":1795000000,"exp":1826536000},"#,
        r#","features":{"export.pdf":{},"ai.render":{"uses":{"limit":100,"left":97,"slice":20}}}"#,
    ],
    wish: (r#""left":97"#, r#""left":9700"#),
};

pub(crate) fn file() -> VectorFile {
    let moved = r#""move":"mov_01kav00000g6d1s8w2k5n9p3va""#;
    let (from, status) = (r#""from":"pas_01kav00000ejkr5t4n6kq7b9xz""#, r#""pass_status":"moving""#);
    let refused = |name, old: &str, new: &str| KIND.refused(name, old, new);
    let own = vec![
        Case::refused("it is bound to no terminal", KIND.good(), "device", "DEVICE_MISMATCH").on(JKT),
        KIND.allowed("a cnf, which binds nothing here", status, &format!(r#"{status},"cnf":{{"jkt":"{JKT}"}}"#)),
        Case::refused(
            "not even by a cnf",
            KIND.sign(KIND.payload.replacen('{', &format!(r#"{{"cnf":{{"jkt":"{JKT}"}},"#), 1)),
            "device",
            "DEVICE_MISMATCH",
        )
        .on(JKT),
        KIND.allowed("a perpetual license", r#""kind":"fixed","nbf":1795000000,"exp":1826536000"#, PERPETUAL),
        refused("without lic", &KIND.payload[KIND.payload.find(r#","lic""#).expect("it is there")..], "}"),
        refused("lic null", r#""lic":{"#, r#""lic":null,"x":{"#),
        refused("signed as valid", status, r#""pass_status":"valid""#),
        refused("signed as suspended", status, r#""pass_status":"suspended""#),
        refused("signed as invalid", status, r#""pass_status":"invalid""#),
        refused("an unknown pass status", status, r#""pass_status":"moved""#),
        refused("pass status in capitals", status, r#""pass_status":"MOVING""#),
        refused("pass status twice", status, r#""pass_status":"valid","pass_status":"moving""#),
        refused("move empty", moved, r#""move":"""#),
        refused("move as number", moved, r#""move":1"#),
        refused("move twice", moved, &format!(r#"{moved},"move":"mov_01kav00000g6d1s8w2k5n9p3vb""#)),
        refused("move twice, one escaped", moved, &format!(r#"{moved},"\u006dove":"mov_01kav00000g6d1s8w2k5n9p3vb""#)),
        refused("from empty", from, r#""from":"""#),
        refused("from as array", from, r#""from":["pas_01kav00000ejkr5t4n6kq7b9xz"]"#),
        refused("from twice", from, &format!(r#"{from},"from":"pas_01kav00000ejkr5t4n6kq7b9xy""#)),
        refused("an unknown member of lic", r#""epoch":4"#, r#""epoch":4,"admin":true"#),
        refused("epoch twice", r#""epoch":4"#, r#""epoch":4,"epoch":5"#),
        refused("a term without its end", r#","exp":1826536000"#, ""),
        refused("an unknown term", r#""kind":"fixed""#, r#""kind":"forever""#),
        refused("an unknown member of a grant", r#""export.pdf":{}"#, r#""export.pdf":{"unlimited":true}"#),
        refused("a feature twice", r#""export.pdf":{}"#, r#""export.pdf":{},"export.pdf":{}"#),
        refused("left twice", r#""left":97"#, r#""left":97,"left":9700"#),
        refused("left without limit", r#""limit":100,"#, ""),
    ];
    KIND.file("Portable passes: the same steps, then move, origin and license; bound to no terminal.", own)
}

const PERPETUAL: &str = r#""kind":"perpetual","nbf":1795000000"#;
