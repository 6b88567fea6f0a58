//! Judging an ID token's claims (OpenID Connect Core 1.0, section 3.1.3.7). Its signature was checked before.

use serde_json::{Map, Value};
use shared::time::Timestamp;

use crate::keys::foreign::ForeignFault;

/// How far clocks may differ.
const LEEWAY_SECONDS: i64 = 60;

/// How old a token may be: whoever signs in came from here within ten minutes.
const MAX_AGE_SECONDS: i64 = 600;

/// What a token must say.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// Who must have issued it.
    pub issuer: &'a str,
    /// For whom it must be.
    pub client_id: &'a str,
    /// On whose way it must have been asked for.
    pub nonce: &'a str,
    /// The time.
    pub now: Timestamp,
}

/// Why an ID token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// It was not signed as it should be.
    Foreign(ForeignFault),
    /// Another issuer's.
    Issuer,
    /// For another client.
    Audience,
    /// Over, not yet good, or issued at another time.
    Time,
    /// Asked for on another way.
    Nonce,
    /// It names nobody.
    Subject,
}

/// The `sub` that the claims are about. Errors, in this order: `Issuer`, `Audience`, `Time`, `Nonce`, `Subject`.
pub fn check_claims(claims: &Map<String, Value>, wanted: &Wanted<'_>) -> Result<String, TokenFault> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(wanted.issuer) {
        return Err(TokenFault::Issuer);
    }
    let audience: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let is_ours = audience.contains(&wanted.client_id);
    let azp = claims.get("azp").map(|azp| azp.as_str() == Some(wanted.client_id));
    if !is_ours || azp == Some(false) || audience.len() > 1 && azp.is_none() {
        return Err(TokenFault::Audience);
    }
    // Seconds, which some write with a fraction.
    let time = |name: &str| claims.get(name).and_then(|time| time.as_i64().or_else(|| whole(time.as_f64()?)));
    let now = wanted.now.as_unix();
    let (Some(ends_at), Some(issued_at)) = (time("exp"), time("iat")) else { return Err(TokenFault::Time) };
    let begins_at = if claims.contains_key("nbf") { time("nbf").ok_or(TokenFault::Time)? } else { issued_at };
    let is_now = now < ends_at.saturating_add(LEEWAY_SECONDS)
        && issued_at <= now.saturating_add(LEEWAY_SECONDS)
        && begins_at <= now.saturating_add(LEEWAY_SECONDS)
        && issued_at >= now.saturating_sub(MAX_AGE_SECONDS + LEEWAY_SECONDS);
    if !is_now {
        return Err(TokenFault::Time);
    }
    if text("nonce") != Some(wanted.nonce) {
        return Err(TokenFault::Nonce);
    }
    let subject = text("sub").filter(|subject| (1..=255).contains(&subject.len()));
    subject.map(str::to_owned).ok_or(TokenFault::Subject)
}

#[expect(clippy::cast_possible_truncation, reason = "times are far below where whole seconds are lost")]
fn whole(seconds: f64) -> Option<i64> {
    (0.0..1e15).contains(&seconds).then_some(seconds as i64)
}

#[cfg(test)]
mod tests {
    use super::{TokenFault, Wanted, check_claims};
    use serde_json::{Value, json};
    use shared::time::Timestamp;

    const NOW: i64 = 1_795_000_000;

    #[track_caller]
    fn check(changes: &Value, wanted: Result<&str, TokenFault>) {
        let mut claims = json!({
            "iss": "https://id.example", "aud": "portal", "exp": NOW + 300, "iat": NOW, "nonce": "n", "sub": "ada",
        });
        let members = claims.as_object_mut().expect("an object");
        for (name, value) in changes.as_object().expect("an object") {
            if value.is_null() {
                members.remove(name)
            } else {
                members.insert(name.clone(), value.clone())
            };
        }
        let judge =
            Wanted { issuer: "https://id.example", client_id: "portal", nonce: "n", now: Timestamp::from_unix(NOW) };
        assert_eq!(check_claims(members, &judge), wanted.map(str::to_owned), "{changes}");
    }

    #[test]
    fn a_token_is_for_us_now_and_on_this_way() {
        check(&json!({}), Ok("ada"));
        for iss in [json!("https://id.example/"), json!("https://ID.example"), json!(7), Value::Null] {
            check(&json!({ "iss": iss }), Err(TokenFault::Issuer));
        }
        check(&json!({ "aud": ["portal"] }), Ok("ada"));
        check(&json!({ "aud": ["portal", "other"], "azp": "portal" }), Ok("ada"));
        check(&json!({ "aud": ["portal", "other"] }), Err(TokenFault::Audience));
        check(&json!({ "aud": ["portal", "other"], "azp": "other" }), Err(TokenFault::Audience));
        check(&json!({ "azp": "other" }), Err(TokenFault::Audience));
        for aud in [json!("other"), json!([]), json!({ "portal": 1 }), Value::Null] {
            check(&json!({ "aud": aud }), Err(TokenFault::Audience));
        }
        for nonce in [json!("m"), json!(""), Value::Null] {
            check(&json!({ "nonce": nonce }), Err(TokenFault::Nonce));
        }
        for sub in [json!(""), json!(7), json!("x".repeat(256)), Value::Null] {
            check(&json!({ "sub": sub }), Err(TokenFault::Subject));
        }
    }

    #[test]
    fn times_have_a_minute_s_leeway_and_no_more() {
        check(&json!({ "exp": NOW - 59 }), Ok("ada"));
        check(&json!({ "exp": NOW - 60 }), Err(TokenFault::Time));
        check(&json!({ "iat": NOW + 60 }), Ok("ada"));
        check(&json!({ "iat": NOW + 61 }), Err(TokenFault::Time));
        check(&json!({ "iat": NOW - 660 }), Ok("ada"));
        check(&json!({ "iat": NOW - 661 }), Err(TokenFault::Time));
        check(&json!({ "nbf": NOW + 61 }), Err(TokenFault::Time));
        check(&json!({ "iat": 1_795_000_000.25 }), Ok("ada"));
        for (name, value) in [("exp", Value::Null), ("iat", Value::Null), ("exp", json!("soon")), ("nbf", json!("x"))] {
            check(&json!({ name: value }), Err(TokenFault::Time));
        }
    }
}
