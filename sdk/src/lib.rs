//! Judging passes in the browser: the door through which JavaScript asks `shared`'s verifier.
//!
//! One function, a few lines in and a JSON object out, keeps the glue between both worlds small. Everything stateful
//! (storage, keys, network, clock) is JavaScript in `sdk/js`. Times are whole seconds since the Unix epoch.
//!
//! Signatures are the browser's to check, which is faster and needs no curve here. For browsers that cannot there is the
//! same module with one, the feature `curve`.

#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

use alloc::string::String;
use alloc::vec::Vec;

#[cfg(feature = "curve")]
use shared::lease::LeaseClaims;
use shared::pass::{PassClaims, PassStatus};
use shared::portable::PortableClaims;
use shared::slice::SliceClaims;
use shared::status_list::StatusListClaims;
use shared::strict::{self, Value};
use shared::time::Timestamp;
use shared::verdict::{Code, Verdict};
#[cfg(feature = "curve")]
use shared::verify::Step;
use shared::verify::{Claims, Denial, Expect, Unproven, find_signature, judge, parse_jwks, read_again};

#[cfg(target_arch = "wasm32")]
mod door;
mod json;
#[cfg(target_arch = "wasm32")]
mod runtime;

use json::Writer;

/// Answers one question: three lines, which are a JSON array of values, a JWK set and a token. What stands in the last two
/// may be as long as it likes and is taken as it is; a token has no line breaks, and a set keeps its own.
///
/// | question | answer |
/// | --- | --- |
/// | `["verify", now, issuer, audience, jkt, feature, status]` | a verdict |
/// | `["read", now, issuer, audience, jkt]` | a verdict, or `{id, iat, exp, start, end?, idx, uri}` |
/// | `["slice", now, issuer, audience, jkt]` | a verdict, or `{id, iat, exp, feature, count, pass}` |
/// | `["portable", now, issuer, audience]` | a verdict, or `{id, exp}` |
/// | `["lease", now, issuer, audience]`, with the curve only | a verdict |
/// | `["list", now, issuer, uri]` | a verdict, or `{iat, ttl, lst}`, `lst` still deflated |
/// | `["judge", now, feature, status]`, no keys | a verdict; the token must have been read before |
/// | `["deny", now]`, no keys, a code for the token | the verdict with that code |
///
/// The first six are answered by `{key, answer}`: the `x` of the key whose signature the token must bear, and the answer
/// in case it does, which `askSigned` in `core.js` finds out. With the feature `curve` it was found out here and there is
/// no `key`. A refusal before the signature is the answer itself, so that the steps keep their order.
///
/// `null` stands for what is not there, `status` is the two bits of a status list newer than the pass. A verdict that
/// refuses the token itself says at which `step`. `read` leaves the expiry to `judge`.
pub fn answer_question(question: impl AsRef<[u8]>) -> String {
    Question::read(question.as_ref())
        .map_or_else(|| write_verdict(&Verdict::deny(Code::Malformed), ""), |question| answer(&question))
}

fn answer(question: &Question<'_>) -> String {
    let may = |pass: &PassClaims, feature, status| {
        write_verdict(&judge(pass, question.status(status), question.optional(feature), question.now()), "")
    };
    let answer = match question.text(0) {
        "verify" => find(question, |pass| Ok(may(&pass.verify_claims(&question.expect())?, 5, 6))),
        "read" => find(question, |pass| Ok(write_pass(&pass.read_claims(&question.expect())?))),
        "slice" => find(question, |slice| Ok(write_slice(&slice.verify_claims(&question.expect())?))),
        "portable" => find(question, |portable| Ok(write_portable(&portable.verify_claims(&question.expect())?))),
        // Services have no browser: only the module with the curve knows leases, so that pages do not load that.
        #[cfg(feature = "curve")]
        "lease" => find(question, |lease: &Unproven<'_, LeaseClaims>| {
            lease.verify_claims(&question.expect())?;
            Ok(write_verdict(&Verdict::approve(None, None), ""))
        }),
        "list" => find(question, |list| Ok(write_list(&list.verify_claims(&question.expect())?))),
        "judge" => read_again(question.token).map(|pass| may(&pass, 2, 3)),
        _ => Ok(write_verdict(&Verdict::deny(read_denial(question.token)), "")),
    };
    answer.unwrap_or_else(write_denial)
}

/// What a token is worth that is signed by its key, and which key that is.
fn find<C: Claims>(
    question: &Question<'_>,
    read: impl FnOnce(&Unproven<'_, C>) -> Result<String, Denial>,
) -> Result<String, Denial> {
    // A set that cannot be read is as good as none: every token's key is unknown.
    let keys = parse_jwks(question.keys).unwrap_or_default();
    let found = find_signature(question.token, &keys)?;
    let mut json = Writer::default();
    #[cfg(feature = "curve")]
    if !found.signature().is_genuine() {
        return Err(Step::Signature.into());
    }
    #[cfg(not(feature = "curve"))]
    json.text("key", &found.signature().key().x());
    json.object("answer", &read(&found).unwrap_or_else(write_denial));
    Ok(json.finish())
}

/// A code that judging does not deny with is a refusal of another kind: nobody to ask.
fn read_denial(code: &str) -> Code {
    Code::parse(code).filter(|code| *code != Code::Valid).unwrap_or(Code::Unavailable)
}

/// A question's lines.
struct Question<'a> {
    values: Vec<Value>,
    keys: &'a str,
    token: &'a str,
}

impl<'a> Question<'a> {
    /// Values are written without line breaks, and the token has none: whatever a set of keys holds is between the two.
    fn read(text: &'a [u8]) -> Option<Self> {
        let end = text.iter().position(|byte| *byte == b'\n')?;
        let Ok(Value::Array(values)) = strict::parse(text.get(..end)?, 1) else { return None };
        let rest = str::from_utf8(text.get(end + 1..)?).ok()?;
        let end = rest.bytes().rposition(|byte| byte == b'\n')?;
        Some(Self { values, keys: rest.get(..end)?, token: rest.get(end + 1..)? })
    }

    /// What the claims are held against.
    fn expect(&self) -> Expect<'_> {
        Expect { issuer: self.text(2), audience: self.text(3), keys: &[], now: self.now(), jkt: self.optional(4) }
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.values.get(1).and_then(Value::as_integer).unwrap_or_default())
    }

    fn status(&self, place: usize) -> Option<PassStatus> {
        let bits = self.values.get(place).and_then(Value::as_integer)?;
        u8::try_from(bits).ok().map(PassStatus::from_bits)
    }

    fn text(&self, place: usize) -> &str {
        self.optional(place).unwrap_or_default()
    }

    fn optional(&self, place: usize) -> Option<&str> {
        self.values.get(place).and_then(Value::as_str)
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

fn write_slice(slice: &SliceClaims) -> String {
    let mut json = Writer::default();
    json.text("id", &slice.jti);
    json.number("iat", slice.iat.as_unix());
    json.number("exp", slice.exp.as_unix());
    json.text("feature", &slice.feature);
    json.count("count", slice.count);
    json.text("pass", &slice.pass);
    json.finish()
}

fn write_portable(portable: &PortableClaims) -> String {
    let mut json = Writer::default();
    json.text("id", &portable.jti);
    json.number("exp", portable.exp.as_unix());
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
        for question in ["", "\n", "{}\n\n", "[\n\n", "[]", "[]\n", "[[[]]]\n\n", "[\"verify\",0,\"\\ud800\"]\n\n"] {
            check(question, "MALFORMED");
        }
        for question in ["[]\n\n", "[\"approve\"]\n\n", "[\"deny\",0]\n\nNO_SUCH_CODE", "[\"deny\",0]\n\nVALID"] {
            check(question, "UNAVAILABLE");
        }
    }

    #[test]
    fn a_question_without_its_values_is_denied() {
        for question in ["verify", "read", "slice", "portable", "judge", "list"] {
            check(&format!("[\"{question}\"]\n\n"), "MALFORMED");
            check(&format!("[\"{question}\",null,1,2,3,4,5,6,7]\n{{}}\n1"), "MALFORMED");
        }
    }

    #[test]
    fn only_the_last_line_is_the_token_and_only_what_is_between_is_keys() {
        assert_eq!(ask("[\"deny\",0]\n\nEXPIRED"), ask("[\"deny\",0]\n{\n\"keys\":\n[]}\nEXPIRED"));
        check("[\"deny\",0]\nEXPIRED\nTERM_ENDED", "TERM_ENDED");
    }

    #[test]
    fn a_denial_is_spelt_out() {
        let wanted = concat!(
            r#"{"approved":false,"code":"TERM_ENDED","detail":"The license has ended.","#,
            r#""remedy":"renew"}"#
        );
        assert_eq!(ask("[\"deny\",0]\n\nTERM_ENDED"), wanted);
    }
}
