//! JSON as people read it.

use serde_json::Value;

/// JSON with a member on each line; any other text as it is.
pub(crate) fn pretty(text: &str) -> String {
    let value: Option<Value> = serde_json::from_str(text).ok();
    value.map_or_else(|| text.to_owned(), |value| lines_of(&value, 0))
}

fn lines_of(value: &Value, depth: usize) -> String {
    let (inner, outer) = ("  ".repeat(depth + 1), "  ".repeat(depth));
    match value {
        Value::Object(members) if !members.is_empty() => {
            let lines =
                members.iter().map(|(name, value)| format!("{inner}\"{name}\": {}", lines_of(value, depth + 1)));
            format!("{{\n{}\n{outer}}}", lines.collect::<Vec<_>>().join(",\n"))
        }
        Value::Array(items) if !items.is_empty() => {
            let lines = items.iter().map(|value| format!("{inner}{}", lines_of(value, depth + 1)));
            format!("[\n{}\n{outer}]", lines.collect::<Vec<_>>().join(",\n"))
        }
        other => other.to_string(),
    }
}
