//! The status list of a million passes, of which one in a hundred is not valid: what it weighs, how long a change takes until it is
//! sent, and how often it is sent from memory.

use std::{sync::Arc, time::Instant};

use backend::{changes::Subject, store::not_found};
use shared::{
    id::{PassId, VendorId},
    license::StatusReason,
    verdict::PassStatus,
};

use crate::{
    Outcome,
    grown::{self, MILLION},
    issue::{block_on, median, since},
    load::{self, Client},
    report::{Goal, Report},
    site::Site,
};

const PATH: &str = "/v/acme/status/1";

/// Clients at once.
const CLIENTS: usize = 64;
/// Requests of each client in a round.
const REQUESTS: usize = 256;
/// Rounds; the median counts.
const ROUNDS: usize = 5;
/// How often a pass is changed and the list asked for.
const CHANGES: usize = 20;

/// Measures the list of the store with a million licenses.
pub(crate) fn measure() -> Outcome<Report> {
    let grown = grown::open(if crate::is_tried() { 2000 } else { MILLION })?;
    let site = Arc::new(Site::start(&grown.folder)?);
    let vendor_id = block_on(vendor_of(&site))?;
    let list = site.app.store.read(move |tx| tx.status_list(vendor_id, 1)?.ok_or_else(not_found));
    let list = block_on(async { Ok(list.await?) })?;

    let (whole, gzip) = (request(&site, ""), request(&site, "accept-encoding: gzip\r\n"));
    let (first, token) = block_on(ask(&site, &whole))?;
    let (_, answer) = block_on(ask(&site, &gzip))?;

    let mut rebuilt = Vec::new();
    for number in 0..CHANGES {
        block_on(change(&site, vendor_id, grown.known.pass_id, number % 2 == 0))?;
        let (took, changed) = block_on(ask(&site, &gzip))?;
        rebuilt.push(took);
        if changed == answer {
            return Err("the list does not show what was changed".into());
        }
    }
    let known = request(&site, &format!("accept-encoding: gzip\r\nif-none-match: {}\r\n", etag(&site, &gzip)?));
    let (mut empty, mut sent, mut unsent) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let all = |request: &[u8]| (0..CLIENTS).map(|_| vec![request.to_vec(); REQUESTS]).collect();
        empty.push(block_on(load::send(site.address, all(&site.empty_request()), 200))?.rate());
        sent.push(block_on(load::send(site.address, all(&gzip), 200))?.rate());
        unsent.push(block_on(load::send(site.address, all(&known), 304))?.rate());
    }

    let (empty, sent, unsent) = (median(empty), median(sent), median(unsent));
    let slowest = rebuilt.iter().copied().fold(0.0, f64::max);
    let mut report = Report::default();
    #[expect(clippy::cast_precision_loss, reason = "there are some millions at most")]
    {
        report.add("passes in the list", f64::from(list.size), "");
        report.add("  of them not valid", 100.0 * list.entries.len() as f64 / f64::from(list.size), "%");
        report.add("the answer without compression, with its head", token.len() as f64, "B");
        report.add_with_goal("the answer on the wire, with its head", answer.len() as f64, "B", Goal::AtMost(20_000.0));
    }
    report.add("built for the first time, to the answer", first, "ms");
    report.add_with_goal("built after a change, to the answer", median(rebuilt), "ms", Goal::AtMost(50.0));
    report.add("  the slowest", slowest, "ms");
    report.add("empty handler, 64 clients", empty, "/s");
    report.add("the list from memory, 64 clients", sent, "/s");
    report.add_with_goal("  of the empty handler", 100.0 * sent / empty, "%", Goal::AtLeast(80.0));
    report.add("the same, unchanged since the client asked (304)", unsent, "/s");
    report.add("  of the empty handler", 100.0 * unsent / empty, "%");
    Ok(report)
}

fn request(site: &Site, more: &str) -> Vec<u8> {
    format!("GET {PATH} HTTP/1.1\r\nhost: {}\r\n{more}\r\n", site.address).into_bytes()
}

/// How long the answer took, in milliseconds, and the answer with its head.
async fn ask(site: &Site, request: &[u8]) -> Outcome<(f64, Vec<u8>)> {
    let mut client = Client::connect(site.address).await?;
    let start = Instant::now();
    let answer = client.ask(request, 200).await?.to_vec();
    Ok((since(start).as_secs_f64() * 1e3, answer))
}

fn etag(site: &Site, request: &[u8]) -> Outcome<String> {
    let answer = String::from_utf8_lossy(&block_on(ask(site, request))?.1).into_owned();
    let tag = answer.lines().find_map(|line| line.strip_prefix("etag: ")).ok_or("a list without ETag")?;
    Ok(tag.to_owned())
}

async fn vendor_of(site: &Site) -> Outcome<VendorId> {
    let account_id = site.account_id;
    let license = site.app.store.read(move |tx| tx.licenses(account_id, None, 1)?.pop().ok_or_else(not_found));
    Ok(license.await?.vendor_id)
}

/// Suspends a pass, or gives it back, as a vendor's team does.
async fn change(site: &Site, vendor_id: VendorId, pass_id: PassId, is_suspended: bool) -> Outcome<()> {
    let license_id = site.app.store.write(move |tx| {
        let mut pass = tx.pass(vendor_id, pass_id)?.ok_or_else(not_found)?;
        (pass.status, pass.reason) =
            if is_suspended { (PassStatus::Suspended, Some(StatusReason::Vendor)) } else { (PassStatus::Valid, None) };
        tx.update_pass(&pass)?;
        Ok(pass.license_id)
    });
    site.app.changes.tell(Subject::License(license_id.await?));
    Ok(())
}
