//! Faults between client and server: killed, cut off, delivered twice. Every write has one effect, and a client that tries
//! again finds out what became of it.
//!
//! The real program runs on a temporary folder, behind a proxy that can lose what it carries.

#![expect(clippy::indexing_slicing, reason = "in a story, a member that is not there is a failure")]

#[path = "../authenticator.rs"]
mod authenticator;
mod bringing;
mod client;
mod cutter;
#[path = "../device.rs"]
mod device;
mod disk;
mod faults;
mod flood;
mod histories;
#[path = "../mailbox.rs"]
#[expect(dead_code, reason = "shared with other stories, which need other parts of it")]
mod mailbox;
#[path = "../postgres_server.rs"]
#[expect(dead_code, reason = "shared with other stories, which need other parts of it")]
mod postgres_server;
mod power;
mod proxy;
mod rounds;
mod server;
mod stop;
mod trouble;
mod world;
mod writes;
