//! The power is cut under load, on a disk that keeps what was synced and of the rest what it likes: everything that clients were
//! told holds when it comes back.

use crate::disk::Disk;
use crate::rounds::live_through;
use crate::world::World;

/// How often the suite cuts the power.
const CUTS: usize = 30;

#[test]
fn a_power_cut_takes_nothing_that_a_client_was_told() {
    let Some(disk) = Disk::mount() else { return };
    let world = World::on(&disk.path());
    live_through(&world, CUTS, |round| {
        world.server.kill();
        disk.cut(round as u64);
    });
    assert!(world.server.stop(), "it stops in order");
    world.server.check_store();
}
