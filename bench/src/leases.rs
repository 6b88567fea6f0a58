//! Checking licenses out and returning them, durable over HTTP: the parts of the work alone, the limit that they leave, and the
//! whole, in one run; and what it takes to free the seats of leases that all end in the same second.
//!
//! Once with all clients on the seats of one license, and once with many licenses. A pair is a check-out and the return of its
//! lease. The limit is made as for `issue`, of two requests.

use std::{sync::Arc, thread, time::Instant};

use tokio::task::JoinSet;

use crate::{
    Outcome, folder,
    issue::{ALONE, Lone, Side, block_on, median, since},
    load::{self, Client, Load},
    report::{Goal, Report},
    site::Site,
};

use farm::{Farm, Named};

pub(crate) mod farm;
pub(crate) mod model;
mod parts;
mod sweep;

/// Clients at once.
const CLIENTS: usize = 64;
/// Rounds; the median counts.
const ROUNDS: usize = 5;

/// How much is done; less when it is only tried that a benchmark runs.
struct Sizes {
    /// Pairs of each client in a round.
    pairs: usize,
    /// Licenses, where there are many.
    licenses: usize,
    /// Leases that end in the same second.
    ending: usize,
}

const WHOLE: Sizes = Sizes { pairs: 96, licenses: 1000, ending: 10_000 };
const TRIED: Sizes = Sizes { pairs: 2, licenses: 70, ending: 300 };

/// Measures the parts and the whole.
pub(crate) fn measure() -> Outcome<Report> {
    measure_sizes(if crate::is_tried() { &TRIED } else { &WHOLE })
}

fn measure_sizes(sizes: &Sizes) -> Outcome<Report> {
    folder::within("leases", |folder| measure_in(folder, sizes))
}

fn measure_in(folder: &std::path::Path, sizes: &Sizes) -> Outcome<Report> {
    let site = Arc::new(Site::start(folder)?);
    #[expect(clippy::cast_precision_loss, reason = "a machine has few cores")]
    let cores = thread::available_parallelism()?.get() as f64;
    let farm = Arc::new(block_on(Farm::open(Arc::clone(&site)))?);
    let one = block_on(farm.add_named(1))?;
    let many = block_on(farm.add_named(sizes.licenses))?;
    let first = one.first().ok_or("no license")?;
    let answer = parts::answer(&farm, first)?;

    let (mut empty, mut signing, mut lone) = (Vec::new(), Vec::new(), Lone::default());
    let (mut same, mut different) = (Side::default(), Side::default());
    for _ in 0..ROUNDS {
        let requests = (0..CLIENTS).map(|_| vec![site.empty_request(); sizes.pairs * 8]).collect();
        empty.push(block_on(load::send(site.address, requests, 200))?.rate());
        signing.push(parts::signatures(&farm, first)?);
        for (side, named) in [(&mut same, &one), (&mut different, &many)] {
            side.whole.push(block_on(pairs(&farm, split(named, CLIENTS, sizes.pairs)))?.rate());
            side.writing.push(block_on(parts::writes(&farm, &answer, split(named, CLIENTS, sizes.pairs)))?);
        }
        lone.add(&site, 2.0 * block_on(pairs(&farm, split(&one, 1, ALONE)))?.rate())?;
    }
    let swept = block_on(sweep::measure(&farm, sizes.ending))?;

    let limit = |[empty, signing, writing]: [f64; 3]| cores / (2.0 * cores / empty + signing + writing);
    let shares = [&same, &different].map(|side| side.share(&empty, &signing, limit));
    let [empty, signing] = [empty, signing].map(median);
    let written = median(same.writing.clone());
    let mut report = Report::default();
    report.add("empty handler, 64 clients", empty, "/s");
    report.add("one lease signed, alone", signing * 1e6, "µs");
    let names = ["one license with 1,000 seats".to_owned(), format!("{} licenses", sizes.licenses)];
    for ((side, name), share) in [same, different].into_iter().zip(names).zip(shares) {
        let (whole, writing) = (median(side.whole), median(side.writing));
        let limit = limit([empty, signing, writing]);
        report.add(format!("the two transactions in full group commits, alone, {name}"), writing * 1e6, "µs");
        report.add(format!("limit, {name}"), limit, "/s");
        report.add(format!("check out and return, durable, 64 clients, {name}"), whole, "/s");
        report.add_with_goal("  of the limit", 100.0 * share, "%", Goal::AtLeast(60.0));
    }
    lone.report(&mut report, "check out, or return", f64::midpoint(signing, written));
    report.add(format!("{} leases that ended in the same second, freed", sizes.ending), swept.took, "ms");
    report.add("  a check-out of another license meanwhile, median", swept.median, "ms");
    report.add("  the slowest", swept.worst, "ms");
    Ok(report)
}

/// Each client's licenses, one for each of its pairs.
pub(crate) fn split(named: &[Named], clients: usize, pairs: usize) -> Vec<Vec<Named>> {
    let mut all = named.iter().cycle().cloned();
    (0..clients).map(|_| all.by_ref().take(pairs).collect()).collect()
}

/// Pairs, all clients at once.
pub(crate) async fn pairs(farm: &Arc<Farm>, clients: Vec<Vec<Named>>) -> Outcome<Load> {
    let answers = clients.iter().map(Vec::len).sum();
    let mut ready = Vec::new();
    for named in clients {
        let requests: Vec<_> = named.iter().map(|named| farm.check_out_request(named)).collect();
        ready.push((Client::connect(farm.site.address).await?, requests));
    }
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for (client, requests) in ready {
        let farm = Arc::clone(farm);
        tasks.spawn(async move { run_client(&farm, client, requests).await.map_err(|error| error.to_string()) });
    }
    while let Some(client) = tasks.join_next().await {
        client??;
    }
    Ok(Load { took: since(start), answers })
}

async fn run_client(farm: &Farm, mut client: Client, requests: Vec<Vec<u8>>) -> Outcome<()> {
    for request in requests {
        let lease_id = farm::lease_id(client.ask(&request, 201).await?)?;
        client.ask(&farm.return_request(&lease_id), 200).await?;
    }
    Ok(())
}
