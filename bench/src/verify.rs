//! Verifying passes over HTTP: the parts of the work alone, the limit that they leave, and the whole, in one run.
//!
//! The limit is made as for `issue`, with the reading of one transaction in place of its writes. Each token is new to the server,
//! as if it had just been refreshed; then the same ones come again, whose signatures it remembers.

use std::{
    sync::{Arc, atomic::AtomicI64},
    thread,
    time::Instant,
};

use backend::store::not_found;
use shared::{
    time::Timestamp,
    verify::{Expect, read_pass},
};

use crate::{
    Outcome, folder,
    issue::{block_on, each, median, median_of, since},
    load,
    report::{Goal, Report},
    site::Site,
    uses::holders::{Holder, connect, token},
};

/// Clients at once.
const CLIENTS: usize = 64;
/// Requests of each client in a round.
const REQUESTS: usize = 96;
/// Rounds; the median counts.
const ROUNDS: usize = 5;
/// Passes that are verified.
const PASSES: usize = 1024;
/// How often a part is done alone.
const TIMES: usize = 500;

/// Measures the parts and the whole.
pub(crate) fn measure() -> Outcome<Report> {
    folder::within("verify", measure_in)
}

fn measure_in(folder: &std::path::Path) -> Outcome<Report> {
    let site = Arc::new(Site::start(folder)?);
    #[expect(clippy::cast_precision_loss, reason = "a machine has few cores")]
    let cores = thread::available_parallelism()?.get() as f64;
    let holders = connect(&site, if crate::is_tried() { 64 } else { PASSES }, 1)?;

    let (mut empty, mut checking, mut reading) = (Vec::new(), Vec::new(), Vec::new());
    let (mut first, mut again) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let requests = (0..CLIENTS).map(|_| vec![site.empty_request(); REQUESTS * 8]).collect();
        empty.push(block_on(load::send(site.address, requests, 200))?.rate());
        checking.push(check_alone(&site, holders.first().ok_or("no pass")?)?);
        reading.push(block_on(read_alone(&site, &holders))?);
        let requests = requests_of(&site, &holders)?;
        first.push(block_on(load::send(site.address, requests.clone(), 200))?.rate());
        again.push(block_on(load::send(site.address, requests, 200))?.rate());
    }

    let limit = |[empty, checking, reading]: [f64; 3]| cores / (cores / empty + checking + reading);
    let share = |whole: &[f64], is_checked: f64| {
        median_of([&empty, &checking, &reading, whole], |[empty, checking, reading, whole]| {
            whole / limit([empty, is_checked * checking, reading])
        })
    };
    let (share, share_again) = (share(&first, 1.0), share(&again, 0.0));
    let [empty, checking, reading, first, again] = [empty, checking, reading, first, again].map(median);
    let (limit, limit_again) = (limit([empty, checking, reading]), limit([empty, 0.0, reading]));
    let mut report = Report::default();
    report.add("empty handler, 64 clients", empty, "/s");
    report.add("one pass checked, alone", checking * 1e6, "µs");
    report.add("one transaction's reading, alone", reading * 1e6, "µs");
    report.add("limit", limit, "/s");
    report.add("verify a pass that is new to the server, 64 clients", first, "/s");
    report.add_with_goal("  of the limit", 100.0 * share, "%", Goal::AtLeast(60.0));
    report.add("limit without the signature", limit_again, "/s");
    report.add("verify a pass again, 64 clients", again, "/s");
    report.add("  of the limit without the signature", 100.0 * share_again, "%");
    Ok(report)
}

/// Seconds for checking one pass, on one core.
fn check_alone(site: &Site, holder: &Holder) -> Outcome<f64> {
    let now = site.app.clock.now();
    let vendor_id = holder.terminal.license.vendor_id;
    let keys = block_on(async { Ok(site.app.keys.vendor_keys(&site.app.store, vendor_id, now).await?) })?;
    let binding = site.binding(&holder.terminal);
    let (issuer, audience) = (&binding.issuer, &binding.audience);
    let expect = Expect { issuer, audience, keys: keys.verifying(), now, jkt: None };
    let start = Instant::now();
    for _ in 0..TIMES {
        read_pass(&holder.token, &expect).map_err(|denial| denial.detail)?;
    }
    Ok(each(since(start), TIMES))
}

/// Seconds for what the store is asked for one pass, on one core, without the way to the store's thread.
async fn read_alone(site: &Site, holders: &[Holder]) -> Outcome<f64> {
    let passes: Vec<_> = holders.iter().cycle().take(TIMES).map(|holder| holder.terminal.pass.clone()).collect();
    let took = site.app.store.read(move |tx| {
        let start = Instant::now();
        for pass in &passes {
            tx.pass(pass.vendor_id, pass.pass_id)?.ok_or_else(not_found)?;
            tx.license_at(pass.vendor_id, pass.license_id)?.ok_or_else(not_found)?;
        }
        Ok(since(start))
    });
    Ok(each(took.await?, TIMES))
}

/// Each client's requests: tokens that nobody has seen, of passes here and there.
pub(crate) fn requests_of(site: &Site, holders: &[Holder]) -> Outcome<Vec<Vec<Vec<u8>>>> {
    let signed = block_on(async {
        let mut all = Vec::new();
        for holder in holders.iter().cycle().take(CLIENTS * REQUESTS) {
            all.push(request(site, &token(site, &holder.terminal, next_second(site)).await?));
        }
        Ok(all)
    })?;
    Ok(signed.chunks(REQUESTS).map(<[_]>::to_vec).collect())
}

/// Another second of the past for each token: two of the same pass and second would be one token.
fn next_second(site: &Site) -> Timestamp {
    static AGE: AtomicI64 = AtomicI64::new(0);
    let age = AGE.fetch_add(1, std::sync::atomic::Ordering::Relaxed) % 100_000;
    Timestamp::from_unix(site.app.clock.now().as_unix() - age)
}

fn request(site: &Site, token: &str) -> Vec<u8> {
    let body = format!(r#"{{"pass":"{token}","feature":"ai.render"}}"#);
    format!(
        "POST /api/v1/passes/verify HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        site.address,
        body.len(),
    )
    .into_bytes()
}
