//! What a store promises, whichever database is below. Everything but `files` and the raw SQL in `database` asks the
//! `Store` alone, so that another database runs the same tests.

#![cfg(test)]

#[path = "store/acts.rs"]
mod acts;
#[path = "store/catalog.rs"]
mod catalog;
#[path = "store/database.rs"]
mod database;
#[path = "store/drafts.rs"]
mod drafts;
#[path = "store/events.rs"]
mod events;
#[path = "store/faults.rs"]
mod faults;
#[path = "store/files.rs"]
mod files;
#[path = "store/groups.rs"]
mod groups;
#[path = "store/licenses.rs"]
mod licenses;
#[path = "store/migration.rs"]
mod migration;
#[path = "store/moves.rs"]
mod moves;
#[path = "store/once.rs"]
mod once;
#[path = "store/passes.rs"]
mod passes;
#[path = "store/people.rs"]
mod people;
#[path = "store/refusals.rs"]
mod refusals;
#[path = "store/slices.rs"]
mod slices;
#[path = "store/snapshots.rs"]
mod snapshots;
#[path = "store/world.rs"]
mod world;
