//! Length, characters, dots, base64url.

use crate::forge::{self, Case, PAYLOAD, VectorFile, encode, good_pass, pass, pass_header};

pub(crate) fn file() -> VectorFile {
    let good = good_pass();
    let [header, payload, signature] = <[&str; 3]>::try_from(good.split('.').collect::<Vec<_>>()).expect("three parts");
    let malformed = |name, token: String, step| Case::refused(name, token, step, "MALFORMED");
    let mut cases = vec![
        Case::good("a good pass", &good),
        Case::good("a pass of 8192 bytes", pass_of_length(8192)),
        malformed("a pass of 8193 bytes", pass_of_length(8193), "length"),
        malformed("a megabyte of dots", ".".repeat(10_000), "length"),
        malformed("nothing", String::new(), "segments"),
        malformed("one part", header.to_owned(), "segments"),
        malformed("two parts", format!("{header}.{payload}"), "segments"),
        malformed("a dot at the end", format!("{good}."), "segments"),
        malformed("a dot at the beginning", format!(".{good}"), "segments"),
        malformed("two dots in a row", format!("{header}..{payload}.{signature}"), "segments"),
        malformed("five parts, as encrypted tokens have", format!("{good}.AA.AA"), "segments"),
        malformed("the JSON serialization", format!(r#"{{"payload":"{payload}"}}"#), "characters"),
        malformed("padding", format!("{header}.{payload}.{signature}=="), "characters"),
        malformed("a space before", format!(" {good}"), "characters"),
        malformed("a line break after", format!("{good}\n"), "characters"),
        malformed("a line break within", format!("{header}.{payload}.\n{signature}"), "characters"),
        malformed("a scheme before", format!("DPoP {good}"), "characters"),
        malformed("a NUL after", format!("{good}\0"), "characters"),
        malformed("full-width dots", good.replace('.', "\u{ff0e}"), "characters"),
        malformed("a letter that looks Latin", good.replacen('e', "\u{435}", 1), "characters"),
        malformed(
            "the other base64 alphabet",
            format!("{header}.{payload}.{}", signature_in_standard_base64()),
            "characters",
        ),
        malformed("a part of impossible length", format!("AAAAA.{payload}.{signature}"), "encoding"),
        malformed("a cut signature", good[..good.len() - 1].to_owned(), "encoding"),
    ];
    // 64 bytes end in a letter of which four bits are spare: fifteen other letters decode to the same bytes elsewhere.
    let stray = format!("{header}.{payload}.{}", with_stray_bits(signature));
    cases.push(malformed("stray bits in the signature", stray, "encoding"));
    cases.push(malformed(
        "stray bits in the header",
        format!("{}.{payload}.{signature}", with_stray_bits(&encode("{}"))),
        "encoding",
    ));
    forge::file("Length, characters, dots and base64url: one token has one spelling.", cases)
}

fn pass_of_length(length: usize) -> String {
    forge::of_length(length, &pass_header(), PAYLOAD)
}

/// The same part to a reader that does not look at its last bits.
pub(super) fn with_stray_bits(part: &str) -> String {
    let (rest, last) = part.split_at(part.len() - 1);
    let next = last.bytes().map(|letter| char::from(letter + 1)).next().expect("a letter");
    assert!(next.is_ascii_alphanumeric());
    format!("{rest}{next}")
}

/// The first signature, over growing claims, that is spelt differently in the other alphabet.
fn signature_in_standard_base64() -> String {
    let token = (0..100)
        .map(|n| pass(PAYLOAD.replacen('{', &format!(r#"{{"n":{n},"#), 1)))
        .find(|token| token.rsplit('.').next().is_some_and(|signature| signature.contains(['-', '_'])))
        .expect("one in a hundred has such a letter");
    token.rsplit('.').next().unwrap_or_default().replace('-', "+").replace('_', "/")
}
