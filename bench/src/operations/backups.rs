//! Backups of a store with many licenses, while a client counts uses; and bringing one back.

use std::{
    fs,
    path::Path,
    process::{Child, Stdio},
    time::Instant,
};

use crate::{
    Outcome,
    grown::{self, Grown},
    issue::{block_on, median, since},
    load::Client,
    report::Report,
    server::{self, Server, program},
    site::{Setup, Site},
    uses::holders::{Holder, connect, use_request},
};

/// How many licenses there are: in every benchmark's time a backup is made thrice.
const LICENSES: u32 = 100_000;
/// Backups, and as often one is brought back; the median counts.
const ROUNDS: usize = 3;
/// Uses that are counted when nothing else happens.
const ALONE: usize = 500;

pub(super) fn measure(folder: &Path, report: &mut Report) -> Outcome<()> {
    let grown = grown::open(if crate::is_tried() { 2000 } else { LICENSES })?;
    let (folder, store) = (folder.join("backups"), folder.join("backups/store"));
    grown.copy(&store)?;
    let address = server::free_address()?;
    let site = Site::prepare(&store, address, Setup::new(format!("http://{address}")))?;
    let holders = connect(&site, 1, 1)?;
    let holder = holders.first().ok_or("no holder")?;
    let site = site.leave(&folder)?;
    let server = Server::start(&store, address)?;

    let file = folder.join("nightly.backup");
    let alone = block_on(count(&site, holder, |counted| Ok(counted < ALONE)))?;
    let (mut backed_up, mut restored, mut meanwhile) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let mut backup = run(&["backup", "--to"], &file, &store)?;
        meanwhile.extend(block_on(count(&site, holder, |_| Ok(backup.try_wait()?.is_none())))?);
        if !backup.wait()?.success() {
            return Err("the backup failed".into());
        }
        backed_up.push(since(start).as_secs_f64());
    }
    let memory = server.memory()?.1;
    drop(server);
    for _ in 0..ROUNDS {
        restored.push(restore(&grown, &file, &folder.join("restored"))?);
    }
    #[expect(clippy::cast_precision_loss, reason = "a file's size is no exact figure")]
    let megabytes = fs::metadata(&file)?.len() as f64 / 1e6;
    let (backed_up, restored) = (median(backed_up), median(restored));
    let slowest = |all: &[f64]| all.iter().copied().fold(0.0, f64::max);
    report.add("a backup's size", megabytes, "MB");
    report.add("a backup while uses are counted", backed_up, "s");
    report.add("  each second", megabytes / backed_up, "MB");
    report.add("count a use, 1 client, nothing else happens: the slowest", slowest(&alone), "ms");
    report.add("  median", median(alone), "ms");
    report.add("count a use, 1 client, a backup is made: the slowest", slowest(&meanwhile), "ms");
    report.add("  median", median(meanwhile), "ms");
    report.add("memory of the server, the most", memory / 1e6, "MB");
    report.add("bringing it back, with the proof that it is consistent", restored, "s");
    report.add("  each second", megabytes / restored, "MB");
    Ok(())
}

/// Counts uses one after the other for as long as `goes_on`: how long each took, in milliseconds.
async fn count(site: &Site, holder: &Holder, mut goes_on: impl FnMut(usize) -> Outcome<bool>) -> Outcome<Vec<f64>> {
    let mut client = Client::connect(site.address).await?;
    let mut took = Vec::new();
    while goes_on(took.len())? {
        let request = use_request(site, holder);
        let start = Instant::now();
        client.ask(&request, 200).await?;
        took.push(since(start).as_secs_f64() * 1e3);
    }
    Ok(took)
}

fn run(command: &[&str], file: &Path, store: &Path) -> Outcome<Child> {
    let mut program = program()?;
    program.args(command).arg(file).arg("--data-dir").arg(store);
    Ok(program.stdout(Stdio::null()).spawn()?)
}

fn restore(grown: &Grown, file: &Path, folder: &Path) -> Outcome<f64> {
    fs::create_dir_all(folder)?;
    fs::copy(grown.folder.join("master.key"), folder.join("master.key"))?;
    let start = Instant::now();
    let succeeded = run(&["restore", "--from"], file, folder)?.wait()?.success();
    let took = since(start).as_secs_f64();
    fs::remove_dir_all(folder)?;
    if succeeded { Ok(took) } else { Err("the backup was not brought back".into()) }
}
