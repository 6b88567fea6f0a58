//! Each write under each fault: one effect, and the answer that a client may rely on.

use std::collections::BTreeSet;

use backend::http::TABLE;

use crate::client::{Answer, exchange};
use crate::proxy::Fault;
use crate::world::World;
use crate::writes::{Again, LOOKS, Write, writes};

#[test]
fn killed_between_commit_and_answer_every_write_is_done_once() {
    check_all(Fault::KilledAfter);
}

#[test]
fn killed_before_it_arrives_every_write_is_done_once() {
    check_all(Fault::KilledBefore);
}

#[test]
fn killed_at_the_first_commit_every_write_is_done_once() {
    check_all(Fault::KilledAtCommit);
}

#[test]
fn whose_answer_is_lost_every_write_is_done_once() {
    check_all(Fault::AnswerLost);
}

#[test]
fn delivered_twice_at_once_every_write_is_done_once() {
    check_all(Fault::Twice);
}

#[test]
fn every_write_of_the_url_table_is_tried() {
    let tried = writes().map(|(method, path, _)| (*method, *path)).chain(LOOKS.iter().copied());
    let of_path = |(path, methods): &(&'static str, &'static [&'static str])| {
        let path = *path;
        methods.iter().filter(|method| **method != "get").map(move |method| (*method, path)).collect::<Vec<_>>()
    };
    let served: BTreeSet<_> = TABLE.iter().flat_map(of_path).collect();
    assert_eq!(tried.collect::<BTreeSet<_>>(), served);
}

fn check_all(fault: Fault) {
    let world = World::open();
    for (method, path, prepare) in writes() {
        check(&world, &format!("{fault:?}: {method} {path}"), fault, &prepare(&world));
    }
    assert!(world.server.stop(), "it stops in order");
    world.server.check_store();
}

/// Spoils the write, tries it again as a client would, and once more.
fn check(world: &World, story: &str, fault: Fault, write: &Write) {
    let before = (write.see)(world, None);
    assert_ne!(before, write.then, "{story}: nothing would be seen");
    world.proxy.spoil_next(fault);
    let came = exchange(&world.proxy.address, &write.request.bytes(&world.url));
    let withheld: Vec<_> = world.proxy.withheld().iter().filter_map(|bytes| Answer::read(bytes)).collect();
    if fault != Fault::Twice {
        assert!(came.is_empty(), "{story}: the answer was to be lost");
    }
    if !world.server.is_running() {
        world.server.check_store();
        world.server.start();
    }
    let first = withheld.iter().find(|answer| answer.status == write.status);
    match fault {
        Fault::KilledBefore => assert_eq!(withheld, [], "{story}"),
        Fault::KilledAtCommit => {}
        Fault::KilledAfter | Fault::AnswerLost | Fault::Twice => assert!(first.is_some(), "{story}: {withheld:?}"),
    }
    for answer in &withheld {
        // The same bytes hold the same proof, which is good once: who has it delivered twice may be told so.
        let is_known = answer.status == 401 && write.again == Again::Anew && fault == Fault::Twice;
        assert!(is_good(write, answer, first) || is_known, "{story}: {answer:?}");
    }

    let answer = world.send(&write.request);
    let was_done = first.is_some() || fault == Fault::KilledAtCommit;
    let is_done_now = answer.status == write.status;
    assert!(is_good(write, &answer, first) && (was_done || is_done_now), "{story}: {answer:?} after {first:?}");
    let first = first.or(Some(&answer).filter(|_| is_done_now));
    let again = world.send(&write.request);
    assert!(is_good(write, &again, first), "{story}: {again:?} after {first:?}");
    let last = [&again, &answer].into_iter().find(|answer| answer.status == write.status);
    assert_eq!((write.see)(world, last), write.then, "{story}: it was {before}");
}

/// Whether a client may get this answer, `first` being one that it (or the proxy) got before.
fn is_good(write: &Write, answer: &Answer, first: Option<&Answer>) -> bool {
    match write.again {
        Again::Kept => answer.status == write.status && first.is_none_or(|first| first.body == answer.body),
        Again::Anew => answer.status == write.status,
        Again::Refused(status) => answer.status == write.status || answer.status == status,
    }
}
