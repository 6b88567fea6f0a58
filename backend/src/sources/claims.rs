//! Whether a provider's claims hold what a rule asks for.

use serde_json::{Map, Value};
use shared::api::admin::sources::{ClaimRule, Comparison};

/// Whether `claims` hold what the rule asks for, letter for letter. A claim that is missing, or of another kind, does not.
pub fn holds(rule: &ClaimRule, claims: &Map<String, Value>) -> bool {
    let Some(found) = find(claims, &rule.claim) else { return false };
    match (rule.comparison, found) {
        (Comparison::Equals, found) => is(found, &rule.value),
        (Comparison::Contains, Value::Array(items)) => items.iter().any(|item| is(item, &rule.value)),
        (Comparison::Contains, _) => false,
    }
}

/// A member's name may hold dots itself (`https://acme.example/groups`): the longest name that is there goes first.
fn find<'c>(claims: &'c Map<String, Value>, path: &str) -> Option<&'c Value> {
    if let Some(found) = claims.get(path) {
        return Some(found);
    }
    let dots = path.rmatch_indices('.').map(|(place, _)| place);
    dots.filter_map(|place| Some((path.get(..place)?, path.get(place + 1..)?)))
        .find_map(|(name, rest)| find(claims.get(name)?.as_object()?, rest))
}

fn is(found: &Value, wanted: &str) -> bool {
    match found {
        Value::String(text) => text == wanted,
        Value::Bool(value) => value.to_string() == wanted,
        Value::Number(number) => number.to_string() == wanted,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::holds;
    use serde_json::json;
    use shared::api::admin::sources::{ClaimRule, Comparison};

    #[track_caller]
    fn check(claim: &str, comparison: Comparison, value: &str, wanted: bool) {
        let rule = json!({
            "claim": claim, "match": comparison, "value": value, "product": "sketchpad",
            "selection": { "offer": "edu", "term": "P1Y" }, "when_gone": "keep",
        });
        let rule: ClaimRule = serde_json::from_value(rule).expect("a rule");
        let claims = json!({
            "groups": ["students", "Staff", 7],
            "realm_access": { "roles": ["user"], "level": 3 },
            "https://acme.example/plan": "edu",
            "email": "ada@example.com", "email_verified": true, "nothing": null,
        });
        assert_eq!(holds(&rule, claims.as_object().expect("claims")), wanted, "{claim} {comparison:?} {value}");
    }

    #[test]
    fn a_rule_asks_for_a_claim_by_its_path() {
        use Comparison::{Contains, Equals};
        check("groups", Contains, "students", true);
        check("groups", Contains, "student", false);
        check("groups", Contains, "staff", false);
        check("groups", Contains, "7", true);
        check("groups", Equals, "students", false);
        check("realm_access.roles", Contains, "user", true);
        check("realm_access.level", Equals, "3", true);
        check("realm_access", Contains, "roles", false);
        check("https://acme.example/plan", Equals, "edu", true);
        check("email", Equals, "ada@example.com", true);
        check("email", Contains, "ada@example.com", false);
        check("email_verified", Equals, "true", true);
        check("nothing", Equals, "null", false);
        check("missing.at.all", Equals, "", false);
        check("", Equals, "", false);
    }
}
