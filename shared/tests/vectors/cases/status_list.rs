//! Status lists pass through the same steps. The bits stay deflated: inflating is the caller's.

use super::{portable_pass, slice};
use crate::forge::{self, Case, EXP, IAT, ISSUER, LIST, PAYLOAD, TokenKind, VectorFile, header, key, sign_with};

/// Zlib of the draft's example `c9 44 f9`, stored without compression.
const LST: &str = "eAEBAwD8_8lE-QPfAgc";

pub(crate) fn file() -> VectorFile {
    let payload = payload();
    let good = good();
    let refused = |name, old: &str, new: &str| {
        Case::refused(name, list(&forge::change(&payload, old, new)), "payload", "MALFORMED")
    };
    let long = list(&payload.replacen('{', &format!(r#"{{"pad":"{}","#, "x".repeat(9000)), 1));
    let cases = vec![
        Case::good("a good list", &good),
        Case::good("longer than a pass may be", long),
        Case::good("the last second of the leeway", &good).at(EXP + 29),
        Case::refused("expired", &good, "expiry", "EXPIRED").at(EXP + 30),
        Case::refused("signed in the future", &good, "issued_at", "CLOCK_SUSPECT").at(IAT - 31),
        Case::refused("a pass", forge::good_pass(), "type", "WRONG_TYPE"),
        Case::refused("a slice", slice::KIND.good(), "type", "WRONG_TYPE"),
        Case::refused("a portable pass", portable_pass::KIND.good(), "type", "WRONG_TYPE"),
        Case::refused("a pass's claims in a list's clothes", list(PAYLOAD), "payload", "MALFORMED"),
        Case::refused("another vendor's", &good, "issuer", "WRONG_ISSUER")
            .expecting("https://licenses.example.com/v/globex", LIST),
        Case::refused("another list of the vendor", &good, "audience", "WRONG_AUDIENCE")
            .expecting(ISSUER, "https://licenses.example.com/v/acme/status/4"),
        refused("one bit for each", r#""bits":2"#, r#""bits":1"#),
        refused("bits as text", r#""bits":2"#, r#""bits":"2""#),
        refused("an unknown member", r#""bits":2"#, r#""bits":2,"aggregation_uri":"x""#),
        refused("no list", &format!(r#","lst":"{LST}""#), ""),
        refused("no ttl", r#""ttl":300,"#, ""),
        refused("ttl below zero", r#""ttl":300"#, r#""ttl":-1"#),
        refused("sub twice", r#""ttl":300"#, r#""ttl":300,"sub":"x""#),
    ];
    VectorFile {
        kind: TokenKind::StatusList,
        audience: LIST.to_owned(),
        ..forge::file("Status lists: the same steps, the list's address as audience.", cases)
    }
}

/// A good one, for those who want another kind.
pub(super) fn good() -> String {
    list(&payload())
}

fn payload() -> String {
    format!(
        r#"{{"iss":"{ISSUER}","sub":"{LIST}","iat":{IAT},"exp":{EXP},"ttl":300,"status_list":{{"bits":2,"lst":"{LST}"}}}}"#
    )
}

fn list(payload: &str) -> String {
    sign_with(&key(), header("statuslist+jwt", &key()), payload)
}
