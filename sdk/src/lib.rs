//! Judging passes in the browser: the door through which JavaScript asks `shared`'s verifier.
//!
//! One function, a JSON array in and a JSON object out, keeps the glue between both worlds small. Everything stateful
//! (storage, keys, network, clock) is JavaScript in `sdk/js`. Times are whole seconds since the Unix epoch.
//!
//! Signatures are the browser's to check, which is faster and needs no curve here. For browsers that cannot there is the
//! same module with one, the feature `curve`.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

use alloc::string::String;
use alloc::vec::Vec;

use shared::pass::{PassClaims, PassStatus};
use shared::status_list::StatusListClaims;
use shared::strict::{self, Value};
use shared::time::Timestamp;
use shared::verdict::{Code, Verdict};
#[cfg(feature = "curve")]
use shared::verify::Step;
use shared::verify::{
    Denial, Expect, Signature, VerifyingKey, find_signature, judge, parse_jwks, read_again, read_pass_claims,
    verify_claims,
};

#[cfg(target_arch = "wasm32")]
mod door;
mod json;
#[cfg(target_arch = "wasm32")]
mod runtime;

use json::Writer;

/// Answers one question. `null` stands for what is not there.
///
/// | question | answer |
/// | --- | --- |
/// | `["signature", now, token, keys, question]` | a verdict, or `{key}`: the `x` of the key whose signature is to be checked; `{}` with the feature `curve`, when it was |
/// | `["verify", now, token, null, issuer, audience, jkt, feature, status]` | a verdict |
/// | `["read", now, token, null, issuer, audience, jkt]` | a verdict, or `{id, iat, exp, start, end?, idx, uri}` |
/// | `["list", now, token, null, issuer, uri]` | a verdict, or `{iat, ttl, lst}`, `lst` still deflated |
/// | `["judge", now, token, feature, status]` | a verdict; the token must have been read before |
/// | `["deny", now, code]` | the verdict with that code |
///
/// `verify`, `read` and `list` believe in the signature: `askSigned` in `core.js` asks `signature` first, by the name of
/// the question that follows, and holds the token's last part against the key. The steps keep their order by that.
///
/// `keys` is the text of a JWK set, `status` the two bits of a status list newer than the pass. A verdict that refuses
/// the token itself says at which `step`. `read` leaves the expiry to `judge`.
pub fn answer_question(question: impl AsRef<[u8]>) -> String {
    match strict::parse(question.as_ref(), 1) {
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
        "signature" => find(question, &question.keys()),
        "verify" => verify_claims(token, &question.expect()).map(|pass| may(&pass, 7, 8)),
        "read" => read_pass_claims(token, &question.expect()).map(|pass| write_pass(&pass)),
        "list" => verify_claims(token, &question.expect()).map(|list| write_list(&list)),
        "judge" => read_again(token).map(|pass| may(&pass, 3, 4)),
        _ => Ok(write_verdict(&Verdict::deny(read_denial(token)), "")),
    };
    answer.unwrap_or_else(write_denial)
}

/// What is to be checked before a question about a signed token; a kind that is not told apart here is refused.
fn find(question: &Question, keys: &[VerifyingKey]) -> Result<String, Denial> {
    let token = question.text(2);
    let signature = match question.text(4) {
        "list" => find_signature::<StatusListClaims>(token, keys),
        _ => find_signature::<PassClaims>(token, keys),
    };
    write_signature(&signature?)
}

#[cfg(not(feature = "curve"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature `curve` it may refuse")]
fn write_signature(signature: &Signature<'_>) -> Result<String, Denial> {
    let mut json = Writer::default();
    json.text("key", &signature.key().x());
    Ok(json.finish())
}

#[cfg(feature = "curve")]
fn write_signature(signature: &Signature<'_>) -> Result<String, Denial> {
    if signature.is_genuine() { Ok(Writer::default().finish()) } else { Err(Step::Signature.into()) }
}

/// A code that judging does not deny with is a refusal of another kind: nobody to ask.
fn read_denial(code: &str) -> Code {
    Code::parse(code).filter(|code| *code != Code::Valid).unwrap_or(Code::Unavailable)
}

/// The values of a question by their place.
struct Question(Vec<Value>);

impl Question {
    /// What the claims are held against.
    fn expect(&self) -> Expect<'_> {
        Expect { issuer: self.text(4), audience: self.text(5), keys: &[], now: self.now(), jkt: self.optional(6) }
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
        for question in ["signature", "verify", "read", "judge", "list"] {
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
