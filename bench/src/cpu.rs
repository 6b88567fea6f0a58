//! Processor time of a request, by the threads that spend it: where the time goes, as far as a processor is busy with it.
//!
//! Rates mean nothing on a machine that has other work; this can be compared all the same, as the least of some rounds. It
//! asks Linux how long each thread has run, in its own code and in the system's.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use crate::{
    Outcome, folder,
    issue::{block_on, issue_request},
    leases::{self, farm::Farm},
    load,
    report::Report,
    site::Site,
    uses::holders::{connect, use_request},
};

/// Clients at once, and one.
const CLIENTS: [usize; 2] = [64, 1];
/// Requests in a round.
const REQUESTS: usize = 1024;
/// Rounds; the least counts.
const ROUNDS: usize = 5;

/// The threads, as Linux names them, and what they do.
const THREADS: [(&str, &str); 3] = [("actix-rt", "handlers"), ("store-reader", "readers"), ("store-writer", "writer")];

/// Measures each kind of request.
pub(crate) fn measure() -> Outcome<Report> {
    folder::within("cpu", measure_in)
}

fn measure_in(folder: &Path) -> Outcome<Report> {
    let site = Site::start(folder)?;
    let holders = connect(&site, 64, 1)?;
    let empty = || Ok(vec![site.empty_request(); REQUESTS]);
    let issue = || {
        let terminals = site.add_terminals(REQUESTS)?;
        Ok(terminals.iter().map(|terminal| issue_request(&site, terminal)).collect())
    };
    let count = || Ok(holders.iter().cycle().take(REQUESTS).map(|holder| use_request(&site, holder)).collect());
    let mut report = Report::default();
    for clients in CLIENTS {
        add(&mut report, &site, "empty handler", (clients, 200), &empty)?;
        add(&mut report, &site, "issue a pass", (clients, 201), &issue)?;
        add(&mut report, &site, "count a use", (clients, 200), &count)?;
    }
    let farm = Arc::new(block_on(Farm::open(Arc::new(site)))?);
    for (licenses, name) in [(1, "one license"), (1000, "1,000 licenses")] {
        let named = block_on(farm.add_named(licenses))?;
        let split = || Ok(leases::split(&named, 64, REQUESTS / 64));
        let pairs = |clients| block_on(leases::pairs(&farm, clients)).map(drop);
        add_work(&mut report, &format!("check out and return, {name}, clients: 64"), &split, &pairs)?;
    }
    Ok(report)
}

/// Adds what a request costs each kind of thread: sent by so many clients, answered with this status.
fn add(
    report: &mut Report,
    site: &Site,
    what: &str,
    (clients, status): (usize, u16),
    make: &dyn Fn() -> Outcome<Vec<Vec<u8>>>,
) -> Outcome<()> {
    let work = |requests: Vec<Vec<u8>>| {
        let shares = requests.chunks(REQUESTS / clients).map(<[_]>::to_vec).collect();
        block_on(load::send(site.address, shares, status)).map(drop)
    };
    add_work(report, &format!("{what}, clients: {clients}"), make, &work)
}

/// Adds what each of `REQUESTS` pieces of work costs each kind of thread, in microseconds; `make` is not measured.
#[expect(clippy::cast_precision_loss, reason = "a round takes seconds")]
fn add_work<T>(
    report: &mut Report,
    what: &str,
    make: &dyn Fn() -> Outcome<T>,
    work: &dyn Fn(T) -> Outcome<()>,
) -> Outcome<()> {
    let mut least: BTreeMap<&str, f64> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let ready = make()?;
        let before = spent()?;
        work(ready)?;
        for (thread, nanos) in spent()? {
            let nanos = nanos - before.get(thread).copied().unwrap_or(0);
            let micros = nanos as f64 / 1e3 / REQUESTS as f64;
            least.entry(thread).and_modify(|least| *least = least.min(micros)).or_insert(micros);
        }
    }
    for (thread, micros) in least {
        report.add(format!("{what}, {thread}"), micros, "µs");
    }
    Ok(())
}

/// How long the server's threads have run, in nanoseconds.
fn spent() -> Outcome<BTreeMap<&'static str, u64>> {
    let mut spent = BTreeMap::new();
    for thread in fs::read_dir("/proc/self/task")? {
        let folder = thread?.path();
        let name = fs::read_to_string(folder.join("comm"))?;
        let Some((_, what)) = THREADS.iter().find(|(begin, _)| name.starts_with(begin)) else { continue };
        let times = fs::read_to_string(folder.join("schedstat"))?;
        let nanos: u64 = times.split_whitespace().next().ok_or("no time")?.parse()?;
        *spent.entry(*what).or_insert(0) += nanos;
    }
    Ok(spent)
}
