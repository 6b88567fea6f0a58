//! SQLite's log is brought into the file all the time, while others write: whenever the power went, everything that was answered
//! would be there.

use std::sync::{Mutex, PoisonError};
use std::thread::{self, ScopedJoinHandle};

use backend::store::records::Vendor;
use backend::store::sqlite::{Options, SqliteEngine};
use backend::store::{Outcome, Store};
use shared::id::VendorId;
use shared::slug::Slug;
use shared::time::Timestamp;
use tempfile::TempDir;

use crate::disk::{DATABASE, Disk, Trouble};

/// How often it is looked what a cut would leave.
const CUTS: u64 = 60;

/// How many are added between two looks, four at once.
const EACH_TIME: usize = 60;

/// So many writes take the log into the file several times over.
const SOME: usize = 300;

/// So small a log comes into the file again and again.
const LOG_PAGES: u64 = 12;

/// A store on the disk that brings in its log as soon as that is so small.
fn open(disk: &Disk) -> Store {
    let options = Options { log_pages: LOG_PAGES, ..Options::default() };
    Store::new(SqliteEngine::open(disk.path().join(DATABASE), options).expect("a store opens"))
}

fn slug(number: usize) -> Slug {
    format!("v{number}").parse().expect("a slug")
}

async fn add(store: &Store, number: usize) -> Outcome<()> {
    let vendor = Vendor {
        vendor_id: VendorId::new(1_795_000_000_000 + number as u64, 1),
        slug: slug(number),
        name: "x".repeat(1000),
        created_at: Timestamp::from_unix(1_795_000_000),
    };
    store.write(move |tx| tx.add_vendor(&vendor)).await
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(work)
}

/// What a cut has left is whole, and has everyone who was answered before. Errors: what is wrong with it.
fn check(left: &TempDir, answered: &[usize]) -> Result<(), String> {
    let store = Store::new(SqliteEngine::open(left.path().join(DATABASE), Options::for_tests()).expect("it opens"));
    let wanted = answered.to_vec();
    let (faults, missing) = block_on(store.read(move |tx| {
        let mut missing = Vec::new();
        for number in &wanted {
            if tx.vendor(&slug(*number))?.is_none() {
                missing.push(*number);
            }
        }
        Ok((tx.find_faults()?, missing))
    }))
    .expect("it can be read");
    if faults.is_empty() && missing.is_empty() {
        return Ok(());
    }
    Err(format!("of {} that were answered {missing:?} are missing; {faults:?}", answered.len()))
}

#[test]
fn the_power_may_go_while_the_log_is_brought_into_the_file() {
    let Some(disk) = Disk::mount() else { return };
    let store = open(&disk);
    let answered = Mutex::<Vec<usize>>::default();
    let lock = || answered.lock().unwrap_or_else(PoisonError::into_inner);
    for (seed, place) in (0..CUTS).zip((0..).step_by(7)) {
        let begun = lock().len();
        let (before, left) = thread::scope(|scope| {
            let writers = [0, 1, 2, 3].map(|writer| {
                let (store, lock) = (&store, &lock);
                scope.spawn(move || {
                    for number in (begun + writer..begun + EACH_TIME).step_by(4) {
                        block_on(add(store, number)).expect("it is added");
                        lock().push(number);
                    }
                })
            });
            // Some way into it, another one each time.
            let enough = begun + place % EACH_TIME;
            while lock().len() < enough && !writers.iter().all(ScopedJoinHandle::is_finished) {
                thread::yield_now();
            }
            let before = lock().clone();
            (before, disk.left_by_cut(seed))
        });
        assert_eq!(check(&left, &before), Ok(()), "cut {seed}");
    }
    let log = std::fs::metadata(disk.path().join(format!("{DATABASE}-wal"))).expect("there is a log");
    assert!(log.len() < 2 << 20, "of 50 MB that went through it, the log holds {}", log.len());
}

#[test]
fn what_went_into_a_file_that_could_not_be_flushed_goes_into_it_again() {
    let Some(disk) = Disk::mount() else { return };
    let store = open(&disk);
    let mut answered = Vec::new();
    // Several times: only what a pass has brought in that left something is in doubt.
    for trouble in [Trouble::Nothing, Trouble::UnsyncedFile, Trouble::Nothing].repeat(4) {
        disk.set(trouble);
        for _ in 0..SOME {
            block_on(add(&store, answered.len())).expect("the log can be flushed");
            answered.push(answered.len());
        }
        assert_eq!(check(&disk.left_by_cut(0), &answered), Ok(()), "{trouble:?}");
    }
    drop(store);
    assert_eq!(check(&disk.left_by_cut(0), &answered), Ok(()), "closed");
}

#[test]
fn a_store_that_is_closed_while_its_file_cannot_be_flushed_keeps_its_log() {
    let Some(disk) = Disk::mount() else { return };
    let store = open(&disk);
    disk.set(Trouble::UnsyncedFile);
    let answered: Vec<_> = (0..SOME).collect();
    for number in &answered {
        block_on(add(&store, *number)).expect("the log can be flushed");
    }
    drop(store);
    disk.set(Trouble::Nothing);
    assert_eq!(check(&disk.left_by_cut(0), &answered), Ok(()), "closed");
    drop(open(&disk));
    assert_eq!(check(&disk.left_by_cut(0), &answered), Ok(()), "opened and closed");
}
