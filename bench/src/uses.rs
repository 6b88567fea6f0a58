//! Counting a use, durable over HTTP: the parts of the work alone, the limit that they leave, and the whole, in one run.
//!
//! Once with all clients on the devices of one license, where every use changes the same counter, and once with a license
//! for each client. The limit is made as for `issue`; a pass is checked once and then remembered, so it is not part of it.

use std::{sync::Arc, thread};

use crate::{
    Outcome, folder,
    issue::{ALONE, Lone, Side, block_on, median},
    load,
    report::{Goal, Report},
    site::Site,
};

use holders::{Holder, connect, use_request};

pub(crate) mod holders;
mod parts;

/// Clients at once.
const CLIENTS: usize = 64;
/// Requests of each client in a round.
const REQUESTS: usize = 32;
/// Rounds; the median counts.
const ROUNDS: usize = 5;
/// Devices of the one license.
const DEVICES: usize = 3;

/// Measures the parts and the whole.
pub(crate) fn measure() -> Outcome<Report> {
    folder::within("uses", measure_in)
}

fn measure_in(folder: &std::path::Path) -> Outcome<Report> {
    let site = Arc::new(Site::start(folder)?);
    #[expect(clippy::cast_precision_loss, reason = "a machine has few cores")]
    let cores = thread::available_parallelism()?.get() as f64;
    let one = connect(&site, 1, DEVICES)?;
    let each = connect(&site, CLIENTS, 1)?;
    let first = one.first().ok_or("no holders")?;

    let (mut empty, mut proving, mut reading) = (Vec::new(), Vec::new(), Vec::new());
    let (mut same, mut different) = (Side::default(), Side::default());
    let mut lone = Lone::default();
    for _ in 0..ROUNDS {
        let requests = (0..CLIENTS).map(|_| vec![site.empty_request(); REQUESTS * 8]).collect();
        empty.push(block_on(load::send(site.address, requests, 200))?.rate());
        let (proof, pass) = parts::signatures(&site, first)?;
        proving.push(proof);
        reading.push(pass);
        for (side, holders) in [(&mut same, &one), (&mut different, &each)] {
            side.whole.push(block_on(load::send(site.address, requests_of(&site, holders), 200))?.rate());
            side.writing.push(block_on(parts::writes(&site, holders, CLIENTS, REQUESTS))?);
        }
        let requests = (0..ALONE).map(|_| use_request(&site, first)).collect();
        lone.add(&site, block_on(load::send(site.address, vec![requests], 200))?.rate())?;
    }

    let limit = |[empty, proving, writing]: [f64; 3]| cores / (cores / empty + proving + writing);
    let shares = [&same, &different].map(|side| side.share(&empty, &proving, limit));
    let [empty, proving, reading] = [empty, proving, reading].map(median);
    let written = median(same.writing.clone());
    let mut report = Report::default();
    report.add("empty handler, 64 clients", empty, "/s");
    report.add("one proof checked, alone", proving * 1e6, "µs");
    report.add("one pass checked, alone (once, then remembered)", reading * 1e6, "µs");
    let names = ["all on one license", "one license each"];
    for ((side, name), share) in [same, different].into_iter().zip(names).zip(shares) {
        let (whole, writing) = (median(side.whole), median(side.writing));
        let limit = limit([empty, proving, writing]);
        report.add(format!("one transaction in a full group commit, alone, {name}"), writing * 1e6, "µs");
        report.add(format!("limit, {name}"), limit, "/s");
        report.add(format!("count a use, durable, 64 clients, {name}"), whole, "/s");
        report.add_with_goal("  of the limit", 100.0 * share, "%", Goal::AtLeast(60.0));
        report.add("  of the empty handler", 100.0 * whole / empty, "%");
    }
    lone.report(&mut report, "count a use", proving + written);
    Ok(report)
}

/// Each client's requests, as one of the holders.
fn requests_of(site: &Site, holders: &[Holder]) -> Vec<Vec<Vec<u8>>> {
    let of_client = |holder: &Holder| (0..REQUESTS).map(|_| use_request(site, holder)).collect();
    holders.iter().cycle().take(CLIENTS).map(of_client).collect()
}
