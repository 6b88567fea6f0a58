//! Spans as OTLP's JSON (OpenTelemetry Protocol 1, "JSON Protobuf Encoding"): ids in hexadecimal, times as text.

use serde_json::{Value, json};

use super::Span;

/// A server's span, an internal one: `SpanKind`.
const SERVER: u8 = 2;
const INTERNAL: u8 = 1;

/// `StatusCode` of what failed.
const ERROR: u8 = 2;

/// The body of a request to `/v1/traces`.
pub(super) fn write(spans: &[Span]) -> Value {
    let resource = [attribute("service.name", "passgate"), attribute("service.version", env!("CARGO_PKG_VERSION"))];
    let spans: Vec<_> = spans.iter().map(write_span).collect();
    json!({ "resourceSpans": [{
        "resource": { "attributes": resource },
        "scopeSpans": [{ "scope": { "name": "passgate" }, "spans": spans }],
    }] })
}

fn write_span(span: &Span) -> Value {
    let attributes: Vec<_> = span.attributes.iter().map(|(key, value)| attribute(key, value)).collect();
    let mut written = json!({
        "traceId": format!("{:032x}", span.context.trace), "spanId": format!("{:016x}", span.context.span),
        "name": span.name, "kind": if span.is_request { SERVER } else { INTERNAL },
        "startTimeUnixNano": span.began.to_string(), "endTimeUnixNano": span.ended.to_string(),
        "attributes": attributes,
    });
    if let (Some(parent), Some(members)) = (span.context.parent, written.as_object_mut()) {
        members.insert("parentSpanId".to_owned(), format!("{parent:016x}").into());
    }
    if let (true, Some(members)) = (span.is_failed, written.as_object_mut()) {
        members.insert("status".to_owned(), json!({ "code": ERROR }));
    }
    written
}

/// Numbers are text to OTLP, too.
fn attribute(key: &str, value: &str) -> Value {
    let value = match value.parse::<u32>() {
        Ok(number) => json!({ "intValue": number.to_string() }),
        Err(_) => json!({ "stringValue": value }),
    };
    json!({ "key": key, "value": value })
}
