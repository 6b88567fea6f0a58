//! One, two and three nodes on one PostgreSQL: how often uses are counted, and how the processor's time is shared by the nodes and
//! the database, which says where the database is the limit.
//!
//! All of it runs on one machine, so that more nodes cannot do more than its cores. With eight vendors, since a vendor's writes come
//! one after the other; and with one.

use std::{fs, path::Path, sync::Arc};

use backend::store::{
    not_found,
    records::{Agreement, Product, Vendor},
};
use shared::id::{ProductId, VendorId};

use crate::{
    Outcome, folder,
    issue::{block_on, median},
    load,
    postgres_server::Server as Postgres,
    report::Report,
    server::{self, Server, processor_of},
    site::{ACME, Setup, Site, add_licenses_of},
    uses::holders::{Holder, connect_to, use_request},
};

/// Clients at once, and of how many vendors, where there are many.
const CLIENTS: usize = 64;
const VENDORS: usize = 8;
/// Requests of each client in a round.
const REQUESTS: usize = 16;
/// Rounds; the median counts.
const ROUNDS: usize = 3;
/// Nodes at most.
const NODES: usize = 3;

/// Measures the nodes.
pub(crate) fn measure() -> Outcome<Report> {
    folder::within("nodes", measure_in)
}

/// What rounds with so many nodes came to.
#[derive(Default)]
struct Side {
    rates: Vec<f64>,
    of_nodes: Vec<f64>,
    of_database: Vec<f64>,
}

fn measure_in(folder: &Path) -> Outcome<Report> {
    let database = Postgres::start("");
    let url = database.new_database();
    let address = server::free_address()?;
    let setup = Setup { database_url: Some(url.clone()), ..Setup::new(format!("http://{address}")) };
    let mut site = Site::prepare(folder, address, setup)?;
    for number in 1..VENDORS {
        let slug = format!("vendor-{number}");
        let vendor_id = block_on(add_vendor(&site, &slug))?;
        site.others.push((vendor_id, slug));
    }
    let slugs = site.others.iter().map(|(_, slug)| slug.clone()).chain([ACME.to_owned()]);
    let mut many = Vec::new();
    for slug in slugs.collect::<Vec<_>>() {
        many.extend(connect(&site, &slug, CLIENTS / VENDORS)?);
    }
    let one = connect(&site, ACME, CLIENTS)?;
    let site = site.leave(folder)?;

    let (mut nodes, mut addresses) = (Vec::new(), Vec::new());
    for number in 0..NODES {
        let address = if number == 0 { address } else { server::free_address()? };
        let options = ["--database-url", &url, "--public-url", &site.app.config.public_url];
        nodes.push(Server::start_with(folder, address, &options)?);
        addresses.push(address);
    }
    let postmaster = postmaster(&url)?;
    let mut sides: [[Side; NODES]; 2] = Default::default();
    for _ in 0..if crate::is_tried() { 1 } else { ROUNDS } {
        for (holders, sides) in [&many, &one].into_iter().zip(&mut sides) {
            for (count, side) in (1..).zip(sides.iter_mut()) {
                let of_client = |holder: &Holder| (0..REQUESTS).map(|_| use_request(&site, holder)).collect();
                let requests = holders.iter().map(of_client).collect();
                let before = (processor_of_all(&nodes)?, processor_of_database(postmaster)?);
                let servers = addresses.get(..count).unwrap_or_default();
                let load = block_on(load::send_to(servers, requests, 200))?;
                let after = (processor_of_all(&nodes)?, processor_of_database(postmaster)?);
                #[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are small")]
                let answers = load.answers as f64;
                side.rates.push(load.rate());
                side.of_nodes.push((after.0 - before.0) * 1e6 / answers);
                side.of_database.push((after.1 - before.1) * 1e6 / answers);
            }
        }
    }
    let mut report = Report::default();
    for (sides, name) in sides.into_iter().zip(["eight vendors", "one vendor"]) {
        let mut first = None;
        for (count, side) in (1..).zip(sides) {
            let rate = median(side.rates);
            report.add(format!("count a use, {name}, 64 clients, {count} of the nodes"), rate, "/s");
            report.add("  of the rate of one", 100.0 * rate / *first.get_or_insert(rate), "%");
            report.add("  the processor's time of the nodes for each", median(side.of_nodes), "µs");
            report.add("  the processor's time of the database for each", median(side.of_database), "µs");
        }
    }
    Ok(report)
}

fn connect(site: &Site, slug: &str, count: usize) -> Outcome<Vec<Holder>> {
    let licenses = block_on(add_licenses_of(&site.app, slug, site.account_id, count, |_| {}))?;
    connect_to(site, &licenses)
}

/// A vendor that sells what the demo's does.
async fn add_vendor(site: &Site, slug: &str) -> Outcome<VendorId> {
    let app = &site.app;
    let now = app.clock.now();
    let (vendor_id, product_id) = (app.new_id(VendorId::new), app.new_id(ProductId::new));
    let (keys, slug) = (Arc::new(app.keys.first_keys(vendor_id, now)), slug.to_owned());
    let added = app.store.write(move |tx| {
        let parse = |slug: &str| slug.parse().map_err(|_| not_found());
        let acme = tx.vendor(&parse(ACME)?)?.ok_or_else(not_found)?;
        let product = tx.product(acme.vendor_id, &parse("sketchpad")?)?.ok_or_else(not_found)?;
        let menu = tx.current_menu(&product)?.ok_or_else(not_found)?;
        tx.add_vendor(&Vendor { vendor_id, slug: parse(&slug)?, name: slug.clone(), created_at: now })?;
        for key in keys.iter() {
            tx.add_signing_key(key)?;
        }
        let product = Product { product_id, vendor_id, ..product };
        tx.add_product(&product)?;
        for offer in &menu.offers {
            let name = offer.agreement.clone();
            if tx.agreement(vendor_id, &name.digest)?.is_none() {
                let text = tx.agreement(acme.vendor_id, &name.digest)?.ok_or_else(not_found)?.text;
                tx.add_agreement(&Agreement { vendor_id, name, text })?;
            }
        }
        tx.publish_menu(&product, &menu, now)
    });
    added.await?;
    Ok(vendor_id)
}

fn processor_of_all(nodes: &[Server]) -> Outcome<f64> {
    nodes.iter().map(Server::processor).sum()
}

/// The process that all of the database's are children of.
fn postmaster(url: &str) -> Outcome<u32> {
    let (_, rest) = url.split_once('@').ok_or("a database without a place")?;
    let folder = rest.split(['/', ':']).next().unwrap_or_default().replace("%2F", "/");
    let told = fs::read_to_string(Path::new(&folder).join("data/postmaster.pid"))?;
    Ok(told.lines().next().unwrap_or_default().parse()?)
}

fn processor_of_database(postmaster: u32) -> Outcome<f64> {
    let mut all = processor_of(postmaster)?;
    for process in fs::read_dir("/proc")?.flatten() {
        let Some(process) = process.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // One that has ended meanwhile is nobody's child.
        let line = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        let parent = line.rsplit_once(") ").and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse::<u32>().ok());
        if parent == Some(postmaster) {
            all += processor_of(process).unwrap_or(0.0);
        }
    }
    Ok(all)
}
