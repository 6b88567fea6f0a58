//! A disk that is full, read-only, gone or slow, and a store that another program has locked: whoever writes is told so and
//! nothing happens, and it goes on by itself when the trouble is over.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Answer, Request, exchange};
use crate::disk::{Disk, Trouble};
use crate::world::{Holder, World};

/// How many uses are counted in vain.
const TRIES: usize = 6;

/// Longer than a server takes to have the disk keep something.
const PATIENCE: Duration = Duration::from_secs(10);

/// A license whose uses are counted while things go wrong.
struct Counted {
    holder: Holder,
    left: u64,
}

impl Counted {
    fn count(&self, world: &World) -> Request {
        let body = json!({"feature": "ai.render", "count": 1});
        self.holder.request("POST", "/api/v1/uses").body(body).once(world.key())
    }

    fn look(&self, world: &World) -> Request {
        world.looking(&format!("/api/v1/licenses/{}", self.holder.license))
    }

    /// Has its pass judged, which takes a glance at the store.
    fn verify(&self) -> Request {
        Request::new("POST", "/api/v1/passes/verify").body(json!({"pass": self.holder.pass}))
    }

    /// Counts, which must succeed.
    #[track_caller]
    fn check_counted(&mut self, world: &World, count: &Request) {
        self.left -= 1;
        assert_eq!(world.done(count).json()["left"], self.left);
    }
}

/// While `begin` has been done and `end` has not, every write is refused and none is half done.
fn check(world: &World, counted: &mut Counted, name: &str, begin: impl FnOnce(), end: impl FnOnce()) {
    let before = counted.count(world);
    counted.check_counted(world, &before);
    begin();
    let refused: Vec<_> = (0..TRIES).map(|_| counted.count(world)).collect();
    for count in &refused {
        let answer = world.send(count);
        assert_eq!((answer.status, &answer.json()["code"]), (503, &json!("UNAVAILABLE")), "{name}: {answer:?}");
        assert!(answer.head.to_ascii_lowercase().contains("\r\nretry-after:"), "{name}: {answer:?}");
        assert!(answer.text("title").contains("try again"), "{name}: {answer:?}");
    }
    end();
    for count in &refused {
        counted.check_counted(world, count);
        let again = world.done(count).json();
        assert_eq!(again["left"], counted.left, "{name}: counted once");
    }
    let license = world.license(&counted.holder.license);
    assert_eq!(license["features"]["ai.render"]["uses"]["left"], counted.left, "{name}");
}

#[test]
fn a_disk_in_trouble_is_told_of_and_recovered_from_without_a_restart() {
    let Some(disk) = Disk::mount() else { return };
    let world = World::on(&disk.path());
    let mut counted = Counted { holder: world.holder(), left: 100 };
    for trouble in [Trouble::Full, Trouble::ReadOnly, Trouble::Gone, Trouble::Unsynced, Trouble::Full] {
        check(&world, &mut counted, &format!("{trouble:?}"), || disk.set(trouble), || disk.set(Trouble::Nothing));
    }
    disk.set(Trouble::Slow);
    let slow = counted.count(&world);
    counted.check_counted(&world, &slow);
    disk.set(Trouble::Nothing);
    assert!(world.server.stop(), "it stops in order");
    world.server.check_store();
}

#[test]
fn a_store_that_another_program_has_locked_is_told_of_and_recovered_from_without_a_restart() {
    let world = World::open();
    let mut counted = Counted { holder: world.holder(), left: 100 };
    let other = rusqlite::Connection::open(world.folder().join("passgate.db")).expect("another program opens it");
    let (lock, unlock) = (|| other.execute_batch("BEGIN IMMEDIATE"), || other.execute_batch("ROLLBACK"));
    let done = |outcome: rusqlite::Result<()>| outcome.expect("the other program does as it is told");
    check(&world, &mut counted, "locked", || done(lock()), || done(unlock()));
    drop(other);
    assert!(world.server.stop(), "it stops in order");
    world.server.check_store();
}

#[test]
fn nobody_is_told_what_the_disk_may_not_have() {
    let Some(disk) = Disk::mount() else { return };
    let world = World::on(&disk.path());
    let mut counted = Counted { holder: world.holder(), left: 100 };
    let count = counted.count(&world);
    let look = counted.look(&world);
    disk.set(Trouble::Unsynced);
    for asked in [&count, &look, &counted.verify()] {
        let answer = world.send(asked);
        assert_eq!((answer.status, &answer.json()["code"]), (503, &json!("UNAVAILABLE")), "{answer:?}");
    }
    disk.set(Trouble::Nothing);
    let license = world.done(&look).json();
    assert_eq!(license["features"]["ai.render"]["uses"]["left"], 99, "it was seen, and is kept");
    counted.check_counted(&world, &count);
    assert!(world.server.stop(), "it stops in order");
    world.server.check_store();
}

#[test]
fn what_is_not_on_the_disk_yet_is_told_to_nobody_until_it_is() {
    let Some(disk) = Disk::mount() else { return };
    let world = World::on(&disk.path());
    let counted = Counted { holder: world.holder(), left: 100 };
    disk.set(Trouble::Held);
    let ask = |request: &Request| {
        let (address, bytes) = (world.server.address(), request.bytes(&world.url));
        std::thread::spawn(move || Answer::read(&exchange(&address, &bytes)).expect("a whole answer"))
    };
    let count = ask(&counted.count(&world));
    let syncs = disk.waits_for_sync(PATIENCE);
    let look = ask(&counted.look(&world));
    let verify = ask(&counted.verify());
    // An answer that need not wait for the disk comes in a few milliseconds.
    std::thread::sleep(Duration::from_millis(300));
    let were_told = [count.is_finished(), look.is_finished(), verify.is_finished()];
    // Before anything is demanded: a server cannot even be killed while it waits for its disk.
    disk.set(Trouble::Nothing);
    assert!(syncs, "the disk was never asked to keep what was counted");
    assert_eq!(were_told, [false; 3], "who has seen it waits, as who wrote it does");
    assert_eq!(count.join().expect("it is answered").json()["left"], 99);
    assert_eq!(look.join().expect("it is answered").json()["features"]["ai.render"]["uses"]["left"], 99);
    assert_eq!(verify.join().expect("it is answered").json()["code"], "VALID");
}

#[test]
fn what_is_read_while_the_disk_is_full_is_true() {
    let Some(disk) = Disk::mount() else { return };
    let world = World::on(&disk.path());
    let license = world.buy();
    let before: Value = world.license(&license);
    disk.set(Trouble::Full);
    assert_eq!(world.license(&license), before);
    disk.set(Trouble::Nothing);
}
