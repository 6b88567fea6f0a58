//! Times at their boundaries, issuer, audience, terminal key, and which of several faults is named.

use crate::forge::{self, AUDIENCE, Case, EXP, IAT, ISSUER, JKT, OTHER_JKT, VectorFile, good_pass, pass, payload};

pub(crate) fn file() -> VectorFile {
    let good = good_pass();
    let late_start = pass(payload(&[(r#""nbf":1795000000,"exp":1795604800"#, r#""nbf":1795001000,"exp":1795604800"#)]));
    let expired = |name, now| Case::refused(name, &good, "expiry", "EXPIRED").at(now);
    let early = |name, now| Case::refused(name, &good, "issued_at", "CLOCK_SUSPECT").at(now);
    let mut cases = vec![
        Case::good("the second it was signed", &good).at(IAT),
        Case::good("a second before exp", &good).at(EXP - 1),
        Case::good("at exp, within the leeway", &good).at(EXP),
        Case::good("a second before the leeway ends", &good).at(EXP + 29),
        expired("exp and the leeway", EXP + 30),
        expired("a second later", EXP + 31),
        expired("a year later", EXP + 31_536_000),
        expired("the end of all time", i64::MAX),
        Case::good("a clock 30 s behind", &good).at(IAT - 30),
        early("a clock 31 s behind", IAT - 31),
        early("a clock turned back to 1970", 0),
        early("before 1970", i64::MIN),
        Case::good("nbf within the leeway", &late_start).at(IAT + 970),
        Case::refused("nbf beyond the leeway", &late_start, "not_before", "NOT_YET_VALID").at(IAT + 969),
        Case::refused(
            "signed for nobody's time: expired before it begins",
            pass(payload(&[(r#""exp":1795604800"#, r#""exp":0"#)])),
            "expiry",
            "EXPIRED",
        ),
        Case::good("its own terminal", &good).on(JKT),
        Case::refused("another terminal", &good, "device", "DEVICE_MISMATCH").on(OTHER_JKT),
        Case::refused("a terminal without a name", &good, "device", "DEVICE_MISMATCH").on(""),
        Case::refused("the terminal's name in lower case", &good, "device", "DEVICE_MISMATCH").on(&JKT.to_lowercase()),
    ];
    cases.extend(issuers(&good));
    cases.extend(order());
    forge::file("Times at their boundaries, issuer, audience and terminal, and the order of the steps.", cases)
}

fn issuers(good: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    for other in [
        "https://licenses.example.com/v/globex",
        "https://licenses.example.com/v/acme/",
        "https://licenses.example.com/v/ACME",
        "http://licenses.example.com/v/acme",
        "https://licenses.example.com:443/v/acme",
        "https://licenses.example.com/v/acme#",
        "https://licenses.ex\u{430}mple.com/v/acme",
        "",
    ] {
        cases.push(
            Case::refused(&format!("{other:?} is wanted as issuer"), good, "issuer", "WRONG_ISSUER")
                .expecting(other, AUDIENCE),
        );
    }
    for other in [
        "acme/other",
        "globex/sketchpad",
        "acme/sketchpad/",
        "acme",
        "sketchpad",
        "acme/Sketchpad",
        "acme/sketchpad\0",
        "",
    ] {
        cases.push(
            Case::refused(&format!("{other:?} is wanted as audience"), good, "audience", "WRONG_AUDIENCE")
                .expecting(ISSUER, other),
        );
    }
    cases
}

/// A token with several faults is refused for the first.
fn order() -> Vec<Case> {
    let good = good_pass();
    let late = EXP + 1000;
    vec![
        Case::refused("expired, and everything else is wrong too", &good, "expiry", "EXPIRED")
            .at(late)
            .on(OTHER_JKT)
            .expecting("x", "y"),
        Case::refused("signed in the future, and the rest is wrong", &good, "issued_at", "CLOCK_SUSPECT")
            .at(0)
            .on(OTHER_JKT)
            .expecting("x", "y"),
        Case::refused("wrong issuer, and the rest is wrong", &good, "issuer", "WRONG_ISSUER")
            .on(OTHER_JKT)
            .expecting("x", "y"),
        Case::refused("wrong audience, and the rest is wrong", &good, "audience", "WRONG_AUDIENCE")
            .on(OTHER_JKT)
            .expecting(ISSUER, "y"),
        Case::refused("another terminal, and revoked", &good, "device", "DEVICE_MISMATCH")
            .on(OTHER_JKT)
            .with_status("invalid"),
        Case::refused(
            "a bad signature on an expired pass",
            format!("{}A", &good[..good.len() - 1]),
            "signature",
            "SIGNATURE_INVALID",
        )
        .at(late),
    ]
}
