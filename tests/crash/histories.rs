//! Many clients use, lend and move the same licenses side by side, while nodes and their database are killed under them and
//! commits are cut: what all of them were told must be what they would have been told one after the other.
//!
//! The checker (`checker.rs`) and what it checks by (`models.rs`) know nothing of the server. `PASSGATE_HISTORIES` says how many
//! times as much is done.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use crate::cutter::{CUTS, Cut, Cutter};
use crate::postgres_server;
use crate::server::Server;
use crate::world::World;
use load::{Devices, Licenses};
use stage::{Client, Ended, Stage};

mod checked;
mod checker;
mod load;
mod models;
mod stage;

/// How many clients there are.
const CLIENTS: usize = 64;

/// How much each of them does in the suite.
const ACTS: usize = 30;

/// How often a node is killed in the suite.
const KILLS: usize = 3;

/// One in so many commits is cut.
const COMMITS_PER_CUT: usize = 7;

#[test]
fn histories_of_many_clients_are_linearizable_though_the_server_is_killed() {
    let world = World::open();
    live_through(&world, &[&world.server], |_| {}, |_| {});
    assert!(world.server.stop(), "it stops in order");
    world.server.check_store();
}

#[test]
fn histories_on_three_nodes_are_linearizable_though_nodes_and_database_are_killed_and_commits_are_cut() {
    let database = postgres_server::Server::start("-c fsync=off");
    let cutter = Cutter::open(&database.new_database());
    let world = World::on_database(&cutter.url);
    let others = [world.server.another(), world.server.another()];
    others.iter().for_each(Server::start);
    let disturb = |is_disturbed| cutter.cut_every(if is_disturbed { COMMITS_PER_CUT } else { 0 });
    // Not each time: the checker tries out everything that nobody heard of.
    let fall_and_rise = |kill| {
        if kill % KILLS == 1 {
            database.stop();
            database.go_on();
        }
    };
    live_through(&world, &[&world.server, &others[0], &others[1]], disturb, fall_and_rise);
    for cut in CUTS.into_iter().chain([Cut::Midway]) {
        assert!(cutter.count(cut) > 0, "none was {cut:?}");
    }
    assert!(world.server.stop() && others.iter().all(Server::stop), "they stop in order");
    world.server.check_store();
}

/// Lets clients act on the nodes, of which one after the other is killed and started again, and checks what they were told.
/// `disturb` says when they may be disturbed otherwise: while all that are up serve. `meanwhile` happens under the others' hands
/// while one is down.
fn live_through(world: &World, nodes: &[&Server], disturb: impl Fn(bool), meanwhile: impl Fn(usize)) {
    let all = ACTS * CLIENTS * times();
    let licenses = Licenses::buy(world, 8 * times(), 4 * times(), 24 * times());
    let (stage, taken) = (Stage::new(&world.url, nodes.len()), AtomicUsize::new(0));
    let (ended, acts) = channel();
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            let (stage, licenses, taken, ended) = (&stage, &licenses, &taken, ended.clone());
            scope.spawn(move || play(&Client::new(stage, number), licenses, (taken, all), &ended));
        }
        drop(ended);
        for (number, node) in nodes.iter().enumerate() {
            stage.set(number, Some(node.address()));
        }
        disturb(true);
        for kill in 0..KILLS * times() {
            wait_for(&acts, all / (KILLS * times() + 1));
            let number = kill % nodes.len();
            stage.set(number, None);
            nodes[number].kill();
            disturb(false);
            meanwhile(kill);
            nodes[number].check_store();
            nodes[number].start();
            disturb(true);
            stage.set(number, Some(nodes[number].address()));
        }
        acts.iter().for_each(drop);
        disturb(false);
    });
    // Whoever is asked, and whatever was killed meanwhile: all say the same.
    for number in 0..nodes.len() {
        licenses.look_at_all(&Client::new(&stage, CLIENTS + number));
    }
    let (acts, lost) = licenses.check();
    assert!(acts > all && lost < all / 2, "of {acts} acts nobody heard of {lost}");
}

fn play(client: &Client<'_>, licenses: &Licenses, (taken, all): (&AtomicUsize, usize), ended: &Ended) {
    let devices = Devices::new();
    loop {
        let number = taken.fetch_add(1, Ordering::SeqCst);
        if number >= all {
            return;
        }
        licenses.act(client, &devices, number, all);
        // The story may have failed already.
        let _ = ended.send(());
    }
}

/// Waits until so many more acts are over; for fewer where everybody has finished.
fn wait_for(acts: &Receiver<()>, count: usize) {
    acts.iter().take(count).for_each(drop);
}

#[expect(clippy::disallowed_methods, reason = "whoever wants more says so in the environment")]
fn times() -> usize {
    let wanted = std::env::var("PASSGATE_HISTORIES").ok();
    wanted.map_or(1, |wanted| wanted.parse().expect("PASSGATE_HISTORIES is a number"))
}
