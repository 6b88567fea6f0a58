//! Traces: what a collector receives of a request, and what it does not.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::thread::JoinHandle;

use backend::config::Operations;
use serde_json::{Value, json};

use crate::shop::{Portal, get, post};

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// A collector that takes one delivery, and says what it was.
fn collector() -> (String, JoinHandle<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let taking = std::thread::spawn(move || {
        let (connection, _) = listener.accept().expect("somebody sends");
        let mut reader = BufReader::new(connection);
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).expect("a head");
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
            if line.trim().is_empty() {
                break;
            }
            head.push_str(&line);
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).expect("a body");
        reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").expect("an answer");
        (head, serde_json::from_slice(&body).expect("JSON"))
    });
    (url, taking)
}

async fn portal(url: &str) -> Portal {
    let operations = Operations { otlp_endpoint: url.parse().ok(), ..Operations::default() };
    Portal::with(|config| config.operations = operations).await
}

fn attribute<'a>(span: &'a Value, key: &str) -> &'a Value {
    let attributes = span["attributes"].as_array().expect("attributes");
    attributes.iter().find(|one| one["key"] == key).map_or(&Value::Null, |one| &one["value"])
}

#[actix_web::test]
async fn a_request_is_a_span_in_the_callers_trace_with_what_it_waited_for() {
    let (url, taking) = collector();
    let portal = portal(&url).await;
    let secret = "quite another one";
    let body = json!({"email": "customer@example.com", "password": secret});
    let refused = portal.send(post("/api/v1/session?token=hidden", &body).header("traceparent", PARENT)).await;
    refused.check_refused(401, "INVALID_INPUT", "");
    // The caller does not keep its trace.
    portal.send(get("/api/v1/products").header("traceparent", &PARENT.replace("-01", "-00"))).await;
    portal.app.traces.export().await.expect("the collector takes it");
    let (head, sent) = taking.join().expect("it was received");
    assert!(head.starts_with("POST /v1/traces HTTP/1.1"), "{head}");
    let resource = &sent["resourceSpans"][0];
    assert_eq!(resource["resource"]["attributes"][0]["value"]["stringValue"], "passgate");
    let spans = resource["scopeSpans"][0]["spans"].as_array().expect("spans");
    let request = spans.last().expect("the request");
    assert_eq!((&request["name"], &request["kind"]), (&json!("POST /api/v1/session"), &json!(2)));
    assert_eq!(request["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(request["parentSpanId"], "00f067aa0ba902b7");
    assert_eq!(attribute(request, "http.response.status_code")["intValue"], "401");
    assert_eq!(attribute(request, "passgate.refusal")["stringValue"], "INVALID_INPUT");
    assert_eq!(attribute(request, "passgate.request_id")["stringValue"], refused.header("x-request-id"));
    let nanos =
        |span: &Value, which: &str| span[which].as_str().and_then(|text| text.parse::<u64>().ok()).expect("a time");
    let parts: Vec<_> = spans.iter().filter(|span| span["kind"] == 1).collect();
    assert!(
        parts.iter().any(|part| part["name"] == "store.wait") && parts.iter().any(|part| part["name"] == "store.read")
    );
    for part in parts {
        assert_eq!((&part["parentSpanId"], &part["traceId"]), (&request["spanId"], &request["traceId"]));
        assert!(nanos(part, "startTimeUnixNano") <= nanos(part, "endTimeUnixNano"));
        assert!(nanos(part, "endTimeUnixNano") <= nanos(request, "endTimeUnixNano"));
    }
    for hidden in [secret, "hidden", "customer@example.com", "/api/v1/products"] {
        assert!(!sent.to_string().contains(hidden), "{hidden}: {sent}");
    }
}

#[actix_web::test]
async fn a_collector_that_is_gone_costs_nobody_an_answer() {
    let gone = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let portal = portal(&format!("http://{gone}")).await;
    assert_eq!(portal.send(get("/api/v1/products")).await.status, 200);
    assert!(portal.app.traces.export().await.is_err());
    assert!(portal.app.traces.export().await.is_ok(), "what was lost is not kept");
}

#[actix_web::test]
async fn without_the_option_nothing_is_traced() {
    let portal = Portal::open().await;
    assert!(!portal.app.traces.is_on());
    for wrong in ["collector", "ftp://a.example", "http://user:password@a.example", "https://"] {
        assert!(wrong.parse::<backend::config::OtlpEndpoint>().is_err(), "{wrong}");
    }
}
