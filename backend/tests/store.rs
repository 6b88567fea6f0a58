//! What a store promises, whichever database is below: here in SQLite. Everything but `files`, `glances`, `groups`, `migration` and the
//! raw SQL in `database` asks the `Store` alone, and is run on PostgreSQL too (`store_on_postgres.rs`).

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
#[path = "store/glances.rs"]
mod glances;
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
#[path = "store/upgrade.rs"]
mod upgrade;
#[path = "store/world.rs"]
mod world;
#[path = "store/writes.rs"]
mod writes;
