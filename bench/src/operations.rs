//! What operations cost: figures that are read and traces that are sent while uses are counted, backups and what writers notice of
//! them, and bringing a store back.
//!
//! Each server is a process of its own. The ratios compare servers in turns, within one run.

use std::{net::SocketAddr, path::Path, sync::Arc};

use crate::{
    Outcome, folder,
    issue::{block_on, median},
    load,
    report::{Goal, Report},
    server::{self, Server},
    site::{Setup, Site},
    uses::holders::{Holder, connect, use_request},
};

mod backups;
mod watchers;

use watchers::{Collector, Reader};

/// Clients at once.
const CLIENTS: usize = 64;
/// Requests of each client in a round.
const REQUESTS: usize = 48;
/// Rounds; the median counts.
const ROUNDS: usize = 7;
/// Who shows it reads the figures.
const TOKEN: &str = "the-token-of-a-benchmark";

/// Measures all of it.
pub(crate) fn measure() -> Outcome<Report> {
    folder::within("operations", |folder| {
        let mut report = Report::default();
        watch(folder, &mut report)?;
        backups::measure(folder, &mut report)?;
        Ok(report)
    })
}

/// A server of its own store, and what is asked of it.
struct Side {
    site: Arc<Site>,
    holders: Vec<Holder>,
    rates: Vec<f64>,
    _server: Server,
}

fn watch(folder: &Path, report: &mut Report) -> Outcome<()> {
    let collector = Collector::start()?;
    let mut plain = Side::open(&folder.join("plain"), &[])?;
    let mut read = Side::open(&folder.join("read"), &["--metrics-token", TOKEN])?;
    let mut traced = Side::open(&folder.join("traced"), &["--otlp-endpoint", &collector.url()])?;
    let mut scrapes = Vec::new();
    for _ in 0..ROUNDS {
        plain.measure()?;
        let reader = Reader::start(read.site.address, TOKEN);
        read.measure()?;
        scrapes.extend(reader.stop()?);
        traced.measure()?;
    }
    let requests = collector.requests();
    if requests == 0 {
        return Err("no trace came to the collector".into());
    }
    let (plain, read, traced) = (median(plain.rates), median(read.rates), median(traced.rates));
    report.add("count a use, 64 clients, nobody watches", plain, "/s");
    report.add("count a use, /metrics read five times a second", read, "/s");
    report.add_with_goal("  of the rate when nobody watches", 100.0 * read / plain, "%", Goal::AtLeast(95.0));
    report.add("/metrics, read meanwhile", median(scrapes), "ms");
    report.add("count a use, each request traced", traced, "/s");
    report.add_with_goal("  of the rate when nobody watches", 100.0 * traced / plain, "%", Goal::AtLeast(80.0));
    Ok(())
}

impl Side {
    fn open(folder: &Path, options: &[&str]) -> Outcome<Self> {
        let store = folder.join("store");
        std::fs::create_dir_all(&store)?;
        let address: SocketAddr = server::free_address()?;
        let site = Arc::new(Site::prepare(&store, address, Setup::new(format!("http://{address}")))?);
        let holders = connect(&site, CLIENTS, 1)?;
        let site = Arc::try_unwrap(site).map_err(|_| "the portal is in use still")?.leave(folder)?;
        let server = Server::start_with(&store, address, options)?;
        Ok(Self { site: Arc::new(site), holders, rates: Vec::new(), _server: server })
    }

    fn measure(&mut self) -> Outcome<()> {
        let of_client = |holder: &Holder| (0..REQUESTS).map(|_| use_request(&self.site, holder)).collect();
        let requests = self.holders.iter().map(of_client).collect();
        self.rates.push(block_on(load::send(self.site.address, requests, 200))?.rate());
        Ok(())
    }
}
