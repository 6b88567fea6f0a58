//! Judging passes in the browser: the door through which JavaScript asks `shared`'s verifier.
//!
//! One function, a JSON array in and a JSON object out, keeps the glue between both worlds small. Everything stateful
//! (storage, keys, network, clock) is JavaScript in `sdk/js`. Times are whole seconds since the Unix epoch.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

use alloc::string::String;
use alloc::vec::Vec;

use shared::pass::{PassClaims, PassStatus};
use shared::status_list::{StatusListClaims, verify_status_list};
use shared::strict::{self, Value};
use shared::time::Timestamp;
use shared::verdict::{Code, Verdict};
use shared::verify::{Denial, Expect, VerifyingKey, judge, parse_jwks, read_again, read_pass, verify_pass};
use wasm_bindgen::prelude::wasm_bindgen;

mod json;
#[cfg(target_arch = "wasm32")]
mod runtime;

use json::Writer;

/// Answers one question. `null` stands for what is not there.
///
/// | question | answer |
/// | --- | --- |
/// | `["verify", now, token, keys, issuer, audience, jkt, feature, status]` | a verdict |
/// | `["read", now, token, keys, issuer, audience, jkt]` | a verdict, or `{id, iat, exp, start, end?, idx, uri}` |
/// | `["judge", now, token, feature, status]` | a verdict; the token must have been read before |
/// | `["list", now, token, keys, issuer, uri]` | a verdict, or `{iat, ttl, lst}`, `lst` still deflated |
/// | `["deny", now, code]` | the verdict with that code |
///
/// `keys` is the text of a JWK set, `status` the two bits of a status list newer than the pass. A verdict that refuses
/// the token itself says at which `step`. `read` leaves the expiry to `judge`.
#[wasm_bindgen]
pub fn answer_question(question: &str) -> String {
    match strict::parse(question.as_bytes(), 1) {
        Ok(Value::Array(values)) => answer(&Question(values)),
        _ => write_verdict(&Verdict::deny(Code::Malformed), ""),
    }
}

fn answer(question: &Question) -> String {
    let (now, token) = (question.now(), question.text(2));
    let may = |pass: &PassClaims, feature, status| {
        write_verdict(&judge(pass, question.status(status), question.optional(feature), now), "")
    };
    let answer = match question.text(0) {
        "verify" => verify_pass(token, &question.expect(&question.keys())).map(|pass| may(&pass, 7, 8)),
        "read" => read_pass(token, &question.expect(&question.keys())).map(|pass| write_pass(&pass)),
        "judge" => read_again(token).map(|pass| may(&pass, 3, 4)),
        "list" => verify_status_list(token, question.text(4), question.text(5), &question.keys(), now)
            .map(|list| write_list(&list)),
        _ => Ok(write_verdict(&Verdict::deny(read_denial(token)), "")),
    };
    answer.unwrap_or_else(write_denial)
}

/// A code that judging does not deny with is a refusal of another kind: nobody to ask.
fn read_denial(code: &str) -> Code {
    Code::parse(code).filter(|code| *code != Code::Valid).unwrap_or(Code::Unavailable)
}

/// The values of a question by their place.
struct Question(Vec<Value>);

impl Question {
    fn expect<'a>(&'a self, keys: &'a [VerifyingKey]) -> Expect<'a> {
        Expect { issuer: self.text(4), audience: self.text(5), keys, now: self.now(), jkt: self.optional(6) }
    }

    /// The issuer's keys. A set that cannot be read is as good as none: every token's key is unknown.
    fn keys(&self) -> Vec<VerifyingKey> {
        parse_jwks(self.text(3)).unwrap_or_default()
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.get(1).and_then(Value::as_integer).unwrap_or_default())
    }

    fn status(&self, place: usize) -> Option<PassStatus> {
        let bits = self.0.get(place).and_then(Value::as_integer)?;
        u8::try_from(bits).ok().map(PassStatus::from_bits)
    }

    fn text(&self, place: usize) -> &str {
        self.optional(place).unwrap_or_default()
    }

    fn optional(&self, place: usize) -> Option<&str> {
        self.0.get(place).and_then(Value::as_str)
    }
}

fn write_pass(pass: &PassClaims) -> String {
    let mut json = Writer::default();
    json.text("id", &pass.jti);
    json.number("iat", pass.iat.as_unix());
    json.number("exp", pass.exp.as_unix());
    json.number("start", pass.lic.term.start().max(pass.nbf).as_unix());
    if let Some(end) = pass.lic.term.end() {
        json.number("end", end.as_unix());
    }
    json.count("idx", pass.status.status_list.idx);
    json.text("uri", &pass.status.status_list.uri);
    json.finish()
}

fn write_list(list: &StatusListClaims) -> String {
    let mut json = Writer::default();
    json.number("iat", list.iat.as_unix());
    json.count("ttl", list.ttl);
    json.text("lst", &list.status_list.lst);
    json.finish()
}

fn write_denial(denial: Denial) -> String {
    let step = denial.step.as_str();
    write_verdict(&denial.into(), step)
}

fn write_verdict(verdict: &Verdict, step: &str) -> String {
    let mut json = Writer::default();
    json.flag("approved", verdict.approved);
    json.text("code", verdict.code.as_str());
    json.text("detail", &verdict.detail);
    if let Some(remedy) = verdict.remedy {
        json.text("remedy", remedy.as_str());
    }
    if let Some(left) = verdict.left {
        json.count("left", left);
    }
    if let Some(until) = verdict.until {
        json.number("until", until.as_unix());
    }
    if !step.is_empty() {
        json.text("step", step);
    }
    json.finish()
}

#[cfg(test)]
mod tests {
    use super::answer_question as ask;

    #[track_caller]
    fn check(question: &str, code: &str) {
        let answer = ask(question);
        assert!(answer.contains(&format!(r#""code":"{code}""#)), "{question}: {answer}");
        assert!(answer.starts_with(r#"{"approved":false"#), "{question}: {answer}");
    }

    #[test]
    fn a_question_that_makes_no_sense_is_denied() {
        for question in ["", "{}", "[", r#"["verify""#, r#"["verify",0,"\ud800"]"#, "[[[]]]"] {
            check(question, "MALFORMED");
        }
        for question in
            ["[]", r#"["approve"]"#, r#"["deny",0,"NO_SUCH_CODE"]"#, r#"["deny",0,null]"#, r#"["deny",0,"VALID"]"#]
        {
            check(question, "UNAVAILABLE");
        }
    }

    #[test]
    fn a_question_without_its_values_is_denied() {
        for question in ["verify", "read", "judge", "list"] {
            check(&format!(r#"["{question}"]"#), "MALFORMED");
            check(&format!(r#"["{question}",null,1,2,3,4,5,6,7]"#), "MALFORMED");
        }
    }

    #[test]
    fn a_denial_is_spelt_out() {
        let wanted = concat!(
            r#"{"approved":false,"code":"TERM_ENDED","detail":"The license has ended.","#,
            r#""remedy":"renew"}"#
        );
        assert_eq!(ask(r#"["deny",0,"TERM_ENDED"]"#), wanted);
    }
}
