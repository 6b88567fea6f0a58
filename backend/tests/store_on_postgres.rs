//! What a store promises, whichever database is below: here in PostgreSQL, on a server of the tests' own. The promises are
//! those of `store.rs`; `commands`, `copying`, `nodes` and `opening` are of PostgreSQL alone.

#![cfg(test)]
#![cfg(unix)]

#[path = "store/acts.rs"]
mod acts;
#[path = "store/catalog.rs"]
mod catalog;
#[path = "store/on_postgres/commands.rs"]
mod commands;
#[path = "store/on_postgres/conflicts.rs"]
mod conflicts;
#[path = "store/on_postgres/copying.rs"]
mod copying;
#[path = "store/on_postgres/database.rs"]
mod database;
#[path = "store/drafts.rs"]
mod drafts;
#[path = "store/events.rs"]
mod events;
#[path = "store/faults.rs"]
mod faults;
#[path = "store/on_postgres/groups.rs"]
mod groups;
#[path = "store/licenses.rs"]
mod licenses;
#[path = "store/moves.rs"]
mod moves;
#[path = "store/on_postgres/nodes.rs"]
mod nodes;
#[path = "store/once.rs"]
mod once;
#[path = "store/on_postgres/opening.rs"]
mod opening;
#[path = "store/passes.rs"]
mod passes;
#[path = "store/people.rs"]
mod people;
#[path = "store/refusals.rs"]
mod refusals;
#[path = "../../tests/postgres_server.rs"]
mod server;
#[path = "store/on_postgres/serving.rs"]
mod serving;
#[path = "store/slices.rs"]
mod slices;
#[path = "store/snapshots.rs"]
mod snapshots;
#[path = "store/on_postgres/tls.rs"]
mod tls;
#[path = "store/world.rs"]
mod world;
#[path = "store/writes.rs"]
mod writes;
