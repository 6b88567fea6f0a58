//! Issuing a pass, durable over HTTP: the parts of the work alone, the limit that they leave, and the whole, in one run.
//!
//! The limit is what this machine could do at best: its cores, divided by what an empty handler, the signatures and the
//! writes of one transaction inside a full group commit cost. All of it runs on one machine, the clients too.

use std::{
    future::Future,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use crate::{
    Outcome, folder, load,
    report::{Goal, Report},
    site::{Site, Terminal},
};

pub(crate) mod parts;

/// Clients at once.
const CLIENTS: usize = 64;
/// Requests of each client in a round.
const REQUESTS: usize = 64;
/// Rounds; the median counts.
const ROUNDS: usize = 5;
/// Requests of the lone client in a round.
pub(crate) const ALONE: usize = 64;

/// Measures the parts and the whole.
pub(crate) fn measure() -> Outcome<Report> {
    folder::within("issue", measure_in)
}

fn measure_in(folder: &std::path::Path) -> Outcome<Report> {
    let site = Arc::new(Site::start(folder)?);
    #[expect(clippy::cast_precision_loss, reason = "a machine has few cores")]
    let cores = thread::available_parallelism()?.get() as f64;

    let (mut empty, mut whole, mut signing, mut writing) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut lone = Lone::default();
    for _ in 0..ROUNDS {
        let requests = (0..CLIENTS).map(|_| vec![site.empty_request(); REQUESTS * 8]).collect();
        empty.push(block_on(load::send(site.address, requests, 200))?.rate());

        let terminals = site.add_terminals(CLIENTS * REQUESTS)?;
        signing.push(parts::signatures(&site, terminals.first().ok_or("no terminals")?)?);
        whole.push(block_on(load::send(site.address, split(&site, &terminals), 201))?.rate());

        let terminals = site.add_terminals(CLIENTS * REQUESTS)?;
        writing.push(block_on(parts::writes(&site, &terminals, CLIENTS))?);

        let terminals = site.add_terminals(ALONE)?;
        let requests = terminals.iter().map(|terminal| issue_request(&site, terminal)).collect();
        lone.add(&site, block_on(load::send(site.address, vec![requests], 201))?.rate())?;
    }

    let limit = |[empty, signing, writing]: [f64; 3]| cores / (cores / empty + signing + writing);
    let rounds = Side { whole, writing };
    let share = rounds.share(&empty, &signing, limit);
    let Side { whole, writing } = rounds;
    let [empty, signing, writing, whole] = [empty, signing, writing, whole].map(median);
    let limit = limit([empty, signing, writing]);

    let mut report = Report::default();
    report.add("empty handler, 64 clients", empty, "/s");
    report.add("one proof checked and one pass signed, alone", signing * 1e6, "µs");
    report.add("one transaction in a full group commit, alone", writing * 1e6, "µs");
    report.add("limit", limit, "/s");
    report.add("issue a pass, durable, 64 clients", whole, "/s");
    report.add_with_goal("  of the limit", 100.0 * share, "%", Goal::AtLeast(60.0));
    report.add_with_goal("  of the empty handler", 100.0 * whole / empty, "%", Goal::AtLeast(20.0));
    lone.report(&mut report, "issue a pass", signing + writing);
    Ok(report)
}

fn split(site: &Site, terminals: &[Terminal]) -> Vec<Vec<Vec<u8>>> {
    let of_client = |terminals: &[Terminal]| terminals.iter().map(|terminal| issue_request(site, terminal)).collect();
    terminals.chunks(REQUESTS).map(of_client).collect()
}

fn issue_path(terminal: &Terminal) -> String {
    format!("/api/v1/licenses/{}/passes", terminal.license.license_id)
}

/// The request by which a terminal gets its pass.
pub(crate) fn issue_request(site: &Site, terminal: &Terminal) -> Vec<u8> {
    let body = r#"{"name":"Chromium on Linux"}"#;
    let path = issue_path(terminal);
    format!(
        "POST {path} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\ndpop: {}\r\nidempotency-key: {}\r\n\
         sec-fetch-site: same-origin\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        site.address,
        site.cookie(),
        terminal.key.proof(&site.app, &site.url(&path), None),
        terminal.pass.pass_id,
        body.len(),
    )
    .into_bytes()
}

pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The median of what is made of the figures of each round: how fast the machine is at the moment is in all of them.
pub(crate) fn median_of<const N: usize>(figures: [&[f64]; N], make: impl Fn([f64; N]) -> f64) -> f64 {
    let rounds = figures.iter().map(|figure| figure.len()).min().unwrap_or_default();
    median(
        (0..rounds).map(|round| make(figures.map(|figure| figure.get(round).copied().unwrap_or(f64::NAN)))).collect(),
    )
}

/// What the rounds of one kind came to: the whole, and its transactions alone.
#[derive(Default)]
pub(crate) struct Side {
    pub(crate) whole: Vec<f64>,
    pub(crate) writing: Vec<f64>,
}

impl Side {
    /// The share that the whole is of the limit, which is made of each round's empty handlers, signatures and transactions.
    pub(crate) fn share(&self, empty: &[f64], signing: &[f64], limit: impl Fn([f64; 3]) -> f64) -> f64 {
        median_of([empty, signing, &self.writing, &self.whole], |[empty, signing, writing, whole]| {
            whole / limit([empty, signing, writing])
        })
    }
}

/// What the rounds of a lone client came to: how long each of its requests took, an empty one, and a durable commit, in ms.
#[derive(Default)]
pub(crate) struct Lone {
    whole: Vec<f64>,
    empty: Vec<f64>,
    commit: Vec<f64>,
}

impl Lone {
    /// A round in which the client's requests were answered at this rate.
    pub(crate) fn add(&mut self, site: &Arc<Site>, rate: f64) -> Outcome<()> {
        let requests = vec![site.empty_request(); ALONE];
        self.whole.push(1e3 / rate);
        self.empty.push(1e3 / block_on(load::send(site.address, vec![requests], 200))?.rate());
        self.commit.push(block_on(parts::commits(site, ALONE))?);
        Ok(())
    }

    /// `work` is what a request is beside an empty one and a commit, in seconds.
    pub(crate) fn report(&self, report: &mut Report, what: &str, work: f64) {
        let times = |make: fn([f64; 3], f64) -> f64| {
            median_of([&self.whole, &self.empty, &self.commit], |parts| make(parts, 1e3 * work))
        };
        report.add("one durable commit, alone", median(self.commit.clone()), "ms");
        report.add("an empty request, 1 client", median(self.empty.clone()), "ms");
        report.add(format!("{what}, durable, 1 client"), median(self.whole.clone()), "ms");
        let of_commit = times(|[whole, _, commit], _| whole / commit);
        report.add_with_goal("  times one durable commit", of_commit, "×", Goal::AtMost(1.3));
        let of_parts = times(|[whole, empty, commit], work| whole / (empty + commit + work));
        report.add("  times its parts, one after the other", of_parts, "×");
    }
}

/// Runs on one thread, so that clients take no more of the machine than they must.
pub(crate) fn block_on<T>(work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// Seconds that `work` takes, divided by `times`.
#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are small")]
pub(crate) fn each(took: Duration, times: usize) -> f64 {
    took.as_secs_f64() / times as f64
}

pub(crate) fn since(start: Instant) -> Duration {
    start.elapsed()
}
