//! What a genuine pass allows: status, then term, then feature.

use crate::forge::{self, Case, EXP, IAT, TERM_EXP, VectorFile, good_pass, pass, payload};

pub(crate) fn file() -> VectorFile {
    let good = good_pass();
    let mut cases = vec![
        Case::good("the pass as a whole", &good),
        Case::good("a feature that is not counted", &good).for_feature("export.pdf"),
        Case::good("a counted feature", &good).for_feature("ai.render").with_left(97),
        Case::good("a counted feature without a limit", &good).for_feature("cloud.save"),
        Case::denied("a feature whose uses are spent", &good, "USES_EXHAUSTED").for_feature("ai.upscale").with_left(0),
    ];
    for missing in
        ["export.png", "Export.pdf", "export.pdf ", "export", "", "constructor", "__proto__", "\u{435}xport.pdf"]
    {
        cases.push(
            Case::denied(&format!("{missing:?} is not in the license"), &good, "FEATURE_MISSING").for_feature(missing),
        );
    }
    cases.extend(statuses(&good));
    cases.extend(terms());
    forge::file("What a genuine pass allows: status, then term, then feature.", cases)
}

fn statuses(good: &str) -> Vec<Case> {
    let signed = |status: &str| pass(payload(&[(r#""pass_status":"valid""#, &format!(r#""pass_status":"{status}""#))]));
    vec![
        Case::good("valid by the list", good).with_status("valid"),
        Case::denied("invalid by the list", good, "REVOKED").with_status("invalid"),
        Case::denied("suspended by the list", good, "SUSPENDED").with_status("suspended"),
        Case::denied("moving by the list", good, "BEING_MOVED").with_status("moving"),
        Case::denied("signed as invalid", signed("invalid"), "REVOKED"),
        Case::denied("signed as suspended", signed("suspended"), "SUSPENDED"),
        Case::denied("signed as moving", signed("moving"), "BEING_MOVED"),
        Case::denied("signed as suspended, valid by the list", signed("suspended"), "SUSPENDED").with_status("valid"),
        Case::denied("revoked before the feature is looked at", good, "REVOKED")
            .with_status("invalid")
            .for_feature("x"),
    ]
}

fn terms() -> Vec<Case> {
    // A pass that outlives the term, as no server of ours signs: the term still ends it.
    let long = pass(payload(&[(r#""exp":1795604800"#, r#""exp":1900000000"#)]));
    let later =
        pass(payload(&[(r#""term":{"kind":"fixed","nbf":1795000000"#, r#""term":{"kind":"fixed","nbf":1795002000"#)]));
    let perpetual = pass(payload(&[
        (r#""kind":"fixed""#, r#""kind":"perpetual""#),
        (r#","exp":1826536000"#, ""),
        (r#""exp":1795604800"#, r#""exp":1900000000"#),
    ]));
    let short = pass(payload(&[(r#""exp":1826536000"#, r#""exp":1795604800"#)]));
    vec![
        Case::good("a second before the term ends", &long).at(TERM_EXP - 1),
        Case::denied("the second the term ends, without leeway", &long, "TERM_ENDED").at(TERM_EXP),
        Case::denied("long after the term", &long, "TERM_ENDED").at(TERM_EXP + 1_000_000),
        Case::denied("ended before the feature is looked at", &long, "TERM_ENDED").at(TERM_EXP).for_feature("x"),
        Case::denied("suspended is said before ended", &long, "SUSPENDED").at(TERM_EXP).with_status("suspended"),
        Case::denied("the pass's leeway does not lengthen the term", &short, "TERM_ENDED").at(EXP),
        Case::good("a term that begins within the leeway", &later).at(IAT + 1970),
        Case::denied("a term that begins later", &later, "NOT_YET_VALID").at(IAT + 1969),
        Case::good("a perpetual term", &perpetual).at(1_899_999_999).for_feature("export.pdf"),
    ]
}
