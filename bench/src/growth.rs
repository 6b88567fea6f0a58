//! Growth: the same work on a store with a thousand licenses and on one with a million, in turns, each served by a process of its
//! own. The requests are for a thousand licenses here and there in either.

use std::{path::Path, sync::Arc};

use backend::store::records::LicenseRecord;

use crate::{
    Outcome, folder,
    grown::{self, Grown, MILLION, OWN},
    issue::{block_on, issue_request, median, median_of},
    leases::{
        self,
        farm::{Farm, Named},
    },
    load,
    report::{Goal, Report},
    server::{Server, free_address},
    site::{Setup, Site, Terminal},
    uses::holders::{Holder, connect_to, use_request},
    verify,
};

/// Clients at once.
const CLIENTS: usize = 64;
/// Requests of each client in a round: passes issued, and the others.
const ISSUED: usize = 48;
const REQUESTS: usize = 96;
/// Rounds; the median counts.
const ROUNDS: usize = 5;

/// What is measured, in this order.
const KINDS: [&str; 4] = ["issue a pass", "count a use", "check out and return", "verify a pass"];

/// A store that is served, and what is asked of it.
struct Side {
    site: Arc<Site>,
    server: Server,
    licenses: Vec<LicenseRecord>,
    holders: Vec<Holder>,
    farm: Arc<Farm>,
    named: Vec<Named>,
    /// Each round's: the keys that sign are with the store.
    verified: Vec<Vec<Vec<Vec<u8>>>>,
    rates: [Vec<f64>; KINDS.len()],
}

/// Measures both stores.
pub(crate) fn measure() -> Outcome<Report> {
    folder::within("growth", measure_in)
}

fn measure_in(folder: &Path) -> Outcome<Report> {
    let large = grown::open(if crate::is_tried() { 4000 } else { MILLION })?;
    let mut sides =
        [Side::open(&grown::open(OWN)?, &folder.join("small"))?, Side::open(&large, &folder.join("large"))?];
    for _ in 0..ROUNDS {
        for side in &mut sides {
            side.measure()?;
        }
    }
    let mut report = Report::default();
    #[expect(clippy::cast_precision_loss, reason = "a file's size is no exact figure")]
    report.add("the large store's size", large.bytes()? as f64 / 1e9, "GB");
    let [small, large] = sides;
    for ((kind, small), large) in KINDS.into_iter().zip(small.rates).zip(large.rates) {
        let share = median_of([&small, &large], |[small, large]| large / small);
        let (small, large) = (median(small), median(large));
        report.add(format!("{kind}, 64 clients, a thousand licenses"), small, "/s");
        report.add(format!("{kind}, 64 clients, a million licenses"), large, "/s");
        report.add_with_goal("  of the rate with a thousand", 100.0 * share, "%", Goal::AtLeast(80.0));
    }
    let (now, most) = large.server.memory()?;
    report.add("memory of the server with a million licenses", now / 1e6, "MB");
    report.add_with_goal("  the most that it had", most / 1e6, "MB", Goal::AtMost(150.0));
    report.add("memory of the server with a thousand, the most", small.server.memory()?.1 / 1e6, "MB");
    Ok(report)
}

impl Side {
    fn open(grown: &Grown, folder: &Path) -> Outcome<Self> {
        let store = folder.join("store");
        grown.copy(&store)?;
        let address = free_address()?;
        let site = Site::prepare(&store, address, Setup::new(format!("http://{address}")))?;
        let licenses = block_on(own_licenses(&site))?;
        let holders = connect_to(&site, &licenses)?;
        let verified = (0..ROUNDS).map(|_| verify::requests_of(&site, &holders)).collect::<Outcome<_>>()?;
        let farm = block_on(Farm::open(Arc::new(site)))?;
        let named = block_on(farm.name(licenses.clone()))?;
        let (site, farm) = farm.leave(folder)?;
        let server = Server::start(&store, address)?;
        let rates = [const { Vec::new() }; KINDS.len()];
        Ok(Self { site, server, licenses, holders, farm: Arc::new(farm), named, verified, rates })
    }

    fn measure(&mut self) -> Outcome<()> {
        let site = &self.site;
        let mut rates = Vec::new();
        let terminals: Outcome<Vec<Terminal>> =
            spread(&self.licenses, CLIENTS * ISSUED).map(|license| site.terminal(license.clone())).collect();
        let issued: Vec<_> = terminals?.iter().map(|terminal| issue_request(site, terminal)).collect();
        rates.push(block_on(load::send(site.address, split(&issued, ISSUED), 201))?.rate());
        let uses: Vec<_> = spread(&self.holders, CLIENTS * REQUESTS).map(|holder| use_request(site, holder)).collect();
        rates.push(block_on(load::send(site.address, split(&uses, REQUESTS), 200))?.rate());
        let named: Vec<_> = spread(&self.named, CLIENTS * REQUESTS).cloned().collect();
        rates.push(block_on(leases::pairs(&self.farm, split(&named, REQUESTS)))?.rate());
        let verified = self.verified.pop().ok_or("as many requests as rounds")?;
        rates.push(block_on(load::send(site.address, verified, 200))?.rate());
        for (all, rate) in self.rates.iter_mut().zip(rates) {
            all.push(rate);
        }
        Ok(())
    }
}

/// So many of them, here and there and not one after the other.
fn spread<T>(all: &[T], count: usize) -> impl Iterator<Item = &T> {
    (0..count).filter_map(|number| all.get(number * 619 % all.len()))
}

fn split<T: Clone>(all: &[T], each: usize) -> Vec<Vec<T>> {
    all.chunks(each).map(<[_]>::to_vec).collect()
}

/// The signed-in customer's licenses among all the others, as the store was filled.
async fn own_licenses(site: &Site) -> Outcome<Vec<LicenseRecord>> {
    let account_id = site.account_id;
    let licenses = site.app.store.read(move |tx| tx.licenses(account_id, None, OWN));
    Ok(licenses.await?)
}
