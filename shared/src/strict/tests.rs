//! What the reader accepts, and every refusal.

use super::{MAX_MEMBERS, Reason, Value, parse};
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, wanted: &Value) {
    assert_eq!(parse(text.as_bytes(), 8).as_ref(), Ok(wanted), "{text}");
}

#[track_caller]
fn check_refused(text: &[u8], reason: Reason) {
    let refusal = parse(text, 8).expect_err("must be refused");
    assert_eq!(refusal.reason, reason, "{}", String::from_utf8_lossy(text));
    assert!(refusal.at <= text.len());
}

#[test]
fn plain_values_are_read() {
    check(" null ", &Value::Null);
    check("true", &Value::Bool(true));
    check("\t\r\nfalse", &Value::Bool(false));
    check("[]", &Value::Array(vec![]));
    check("[ 1 , 2 ]", &Value::Array(vec![Value::Integer(1), Value::Integer(2)]));
    check("\"\"", &Value::String(String::new()));
    let object = parse(br#"{"b":1,"a":{"x":null}}"#, 8).unwrap();
    let object = object.as_object().unwrap();
    assert_eq!(object.get("b"), Some(&Value::Integer(1)));
    assert_eq!(object.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "b"]);
    assert!(object.has_only(&["a", "b", "c"]) && !object.has_only(&["a"]));
}

#[test]
fn integers_are_exact_and_other_numbers_are_not_kept() {
    check("0", &Value::Integer(0));
    check("-0", &Value::Integer(0));
    check("9007199254740993", &Value::Integer(9_007_199_254_740_993));
    check("-9223372036854775808", &Value::Integer(i64::MIN));
    for other in ["9223372036854775808", "1.0", "1e3", "1E+3", "-0.0e-1", &"9".repeat(400)] {
        check(other, &Value::OtherNumber);
    }
}

#[test]
fn numbers_in_other_spellings_are_refused() {
    for bad in ["-", "+1", ".5", "1.", "1e", "1e+", "NaN", "Infinity", "-Infinity", "0x10"] {
        assert!(parse(bad.as_bytes(), 8).is_err(), "{bad}");
    }
    for bad in ["01", "-012", "1_000"] {
        check_refused(bad.as_bytes(), Reason::TrailingText);
    }
}

#[test]
fn escapes_are_resolved() {
    check(r#""\"\\\/\b\f\n\r\t\u0041\u00e9""#, &Value::String("\"\\/\u{8}\u{c}\n\r\tA\u{e9}".to_owned()));
    check(r#""\ud83d\ude00 😀 \u0000""#, &Value::String("😀 😀 \0".to_owned()));
}

#[test]
fn half_a_surrogate_pair_is_refused() {
    for bad in [r#""\ud800""#, r#""\udc00""#, r#""\ud800\u0041""#, r#""\ud800x""#, r#""\ud800\ud800""#, r#""\ud800\n""#]
    {
        check_refused(bad.as_bytes(), Reason::LoneSurrogate);
    }
}

#[test]
fn broken_strings_are_refused() {
    for bad in ["\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"", "\"\t\"", "\"\0\"", "'a'"] {
        check_refused(bad.as_bytes(), Reason::Syntax);
    }
}

#[test]
fn a_member_twice_is_refused_however_it_is_spelt() {
    for bad in [r#"{"a":1,"a":1}"#, r#"{"a":1,"b":2,"\u0061":3}"#, r#"[{"x":{"k":1,"k":2}}]"#, r#"{"":0,"":0}"#] {
        check_refused(bad.as_bytes(), Reason::DuplicateMember);
    }
    // Equal to the eye only: different names, as JSON says.
    assert!(parse("{\"é\":1,\"e\u{301}\":2}".as_bytes(), 8).is_ok());
}

#[test]
fn text_beyond_the_value_is_refused() {
    for bad in ["{}{}", "null null", "1 x", "[] ]", "{}\0"] {
        check_refused(bad.as_bytes(), Reason::TrailingText);
    }
}

#[test]
fn loose_dialects_are_refused() {
    for bad in [
        "",
        " ",
        "{",
        "[",
        "{]",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\" 1}",
        "{\"a\":}",
        "[1 2]",
        "[,1]",
        "nul",
        "True",
        "// c\n1",
        "/* */1",
        "\u{feff}{}",
        "\u{a0}1",
        "{1:2}",
        "undefined",
    ] {
        assert!(parse(bad.as_bytes(), 8).is_err(), "{bad:?}");
    }
}

#[test]
fn what_is_not_utf_8_is_refused() {
    for bad in [&b"\"\xff\""[..], b"\"\xc0\x80\"", b"\"\xed\xa0\x80\"", b"\xff\xfe{\0}\0", b"\"\xf4\x90\x80\x80\""] {
        check_refused(bad, Reason::Encoding);
    }
}

#[test]
fn depth_is_bounded_at_its_limit() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(nested(8).as_bytes(), 8).is_ok());
    check_refused(nested(9).as_bytes(), Reason::TooDeep);
    check_refused(nested(100_000).as_bytes(), Reason::TooDeep);
    check_refused("{\"a\":".repeat(9).as_bytes(), Reason::TooDeep);
    assert!(parse(b"1", 0).is_ok());
    assert!(parse(b"[]", 0).is_err());
}

#[test]
fn members_of_one_object_are_bounded() {
    let members = |count: usize| {
        let members: Vec<String> = (0..count).map(|n| format!("\"{n}\":0")).collect();
        format!("{{{}}}", members.join(","))
    };
    assert!(parse(members(MAX_MEMBERS).as_bytes(), 8).is_ok());
    check_refused(members(MAX_MEMBERS + 1).as_bytes(), Reason::TooManyMembers);
}

/// Any JSON value without fractions, at most four deep.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..6).prop_map(Value::from_iter),
        ]
    })
}

fn is_minus_zero(number: f64) -> bool {
    number.to_bits() == (-0.0_f64).to_bits()
}

fn same(ours: &Value, theirs: &serde_json::Value) -> bool {
    match ours {
        Value::Null => theirs.is_null(),
        Value::Bool(flag) => theirs.as_bool() == Some(*flag),
        // That reader keeps minus nothing as a float, so that it keeps its sign.
        Value::Integer(0) => theirs.as_i64() == Some(0) || theirs.as_f64().is_some_and(is_minus_zero),
        Value::Integer(number) => theirs.as_i64() == Some(*number),
        Value::OtherNumber => theirs.is_number() && theirs.as_i64().is_none(),
        Value::String(text) => theirs.as_str() == Some(text),
        Value::Array(items) => theirs
            .as_array()
            .is_some_and(|other| items.len() == other.len() && items.iter().zip(other).all(|(a, b)| same(a, b))),
        Value::Object(object) => theirs.as_object().is_some_and(|other| {
            object.len() == other.len()
                && object.iter().all(|(name, value)| other.get(name).is_some_and(|b| same(value, b)))
        }),
    }
}

proptest! {
    #[test]
    fn what_a_general_writer_writes_is_read_alike(value in any_json()) {
        let ours = parse(value.to_string().as_bytes(), 8).unwrap();
        prop_assert!(same(&ours, &value));
    }

    #[test]
    fn whatever_is_accepted_a_general_reader_accepts_too(text in r#"[\[\]{}",:0-9a-eu\\ntrlf .+-]{0,24}"#) {
        if let Ok(ours) = parse(text.as_bytes(), 8) {
            // Numbers beyond every float are JSON, though that reader refuses them.
            if let Ok(theirs) = serde_json::from_str::<serde_json::Value>(&text) {
                prop_assert!(same(&ours, &theirs));
            } else {
                prop_assert!(text.contains(['e', 'E']), "{text}");
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes, 8);
    }
}
