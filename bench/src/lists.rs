//! A vendor's lists over a million licenses: how long the server takes for a page, over HTTP, one request at a time.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::{
    Outcome,
    grown::{self, Known, MILLION},
    issue::median,
    report::{Goal, Report},
    site::Site,
};

/// How often each page is asked for; the median counts.
const ROUNDS: usize = 15;
/// What a page may take at most, in milliseconds.
const GOAL: f64 = 100.0;

/// Asks for the lists of a store with a million licenses.
pub(crate) fn measure() -> Outcome<Report> {
    let grown = grown::open(MILLION)?;
    let site = Site::start(&grown.folder)?;
    let mut report = Report::default();
    report.add("filling the store, when it was", grown.known.filled_in_seconds, "s");
    #[expect(clippy::cast_precision_loss, reason = "a file's size is no exact figure")]
    report.add("the store's size", grown.bytes()? as f64 / 1e9, "GB");

    for (name, path) in pages(&grown.known) {
        let mut took = Vec::new();
        for _ in 0..ROUNDS {
            let (time, page) = ask(&site, &path)?;
            if page.get("items").and_then(Value::as_array).is_none_or(Vec::is_empty)
                && page.get("license").is_none()
                && page.get("customer").is_none()
            {
                return Err(format!("{path} answers nothing: {page}").into());
            }
            took.push(time.as_secs_f64() * 1e3);
        }
        let slowest = took.iter().copied().fold(0.0, f64::max);
        report.add_with_goal(&name, median(took), "ms", Goal::AtMost(GOAL));
        report.add(format!("{name}, the slowest of {ROUNDS}"), slowest, "ms");
    }
    Ok(report)
}

/// What is asked for: its name, and its path below the vendor.
fn pages(known: &Known) -> Vec<(String, String)> {
    let middle = URL_SAFE_NO_PAD.encode(json!({ "t": [known.granted_at.as_unix(), known.license_id] }).to_string());
    let mut pages: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, path: String| pages.push((name.to_owned(), path));
    for kind in ["customers", "orders", "licenses", "passes", "moves", "leases", "events"] {
        add(kind, format!("{kind}?limit=100"));
    }
    add("licenses, from the middle on", format!("licenses?limit=100&cursor={middle}"));
    add("licenses, by their end", "licenses?limit=100&sort=ends_at".to_owned());
    add("licenses, revoked trials", "licenses?limit=100&state=revoked&trial=true".to_owned());
    add(
        "licenses, suspended, of one offer",
        "licenses?limit=100&state=suspended&product=sketchpad&offer=pro".to_owned(),
    );
    add("orders, of one day", format!("orders?limit=100&from={}", known.granted_at));
    add("orders, fulfilled on one day", format!("orders?limit=100&sort=-fulfilled_at&from={}", known.granted_at));
    add("licenses, granted on one day", format!("licenses?limit=100&product=sketchpad&from={}", known.granted_at));
    add("leases, of one service", format!("leases?limit=100&state=returned&service={}", known.token_id));
    add("leases, a holder", "leases?limit=100&q=farm%2031413".to_owned());
    add("events, what counted uses", "events?limit=100&feature=ai.render&product=sketchpad".to_owned());
    add("passes, suspended", "passes?limit=100&status=suspended".to_owned());
    add("passes, heard of last", "passes?limit=100&sort=-last_seen_at".to_owned());
    for kind in ["customers", "orders", "licenses", "passes", "moves", "leases"] {
        add(&format!("{kind}, a word that everybody has"), format!("{kind}?limit=100&q=per"));
    }
    add("licenses, an address", "licenses?limit=100&q=person31415@example.com".to_owned());
    add("licenses, a device's name", "licenses?limit=100&q=device%20271828".to_owned());
    add("licenses, a pass's id", format!("licenses?limit=100&q={}", known.pass_id));
    add("events, of one license", format!("events?limit=100&subject={}", known.license_id));
    add("events, of one kind", "events?limit=100&kind=license.created".to_owned());
    add("one license", format!("licenses/{}", known.license_id));
    add("one customer", format!("customers/{}", known.customer_id));
    pages
}

/// Asks for a page, and waits for all of it.
fn ask(site: &Site, path: &str) -> Outcome<(Duration, Value)> {
    let mut stream = TcpStream::connect(site.address)?;
    stream.set_nodelay(true)?;
    let request = format!(
        "GET /api/v1/admin/vendors/acme/{path} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\nconnection: close\r\n\r\n",
        site.address,
        site.cookie()
    );
    let start = Instant::now();
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let took = start.elapsed();
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("an answer without end of headers")?;
    if !head.starts_with("HTTP/1.1 200") {
        return Err(format!("{path}: {answer}").into());
    }
    Ok((took, serde_json::from_str(body)?))
}
