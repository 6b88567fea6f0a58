//! Faults between client and server: killed, cut off, delivered twice. Every write has one effect, and a client that tries
//! again finds out what became of it.
//!
//! The real program runs on a temporary folder, behind a proxy that can lose what it carries.

#![expect(clippy::indexing_slicing, reason = "in a story, a member that is not there is a failure")]

#[path = "../authenticator.rs"]
mod authenticator;
mod client;
#[path = "../device.rs"]
mod device;
mod faults;
#[path = "../mailbox.rs"]
#[expect(dead_code, reason = "shared with other stories, which need other parts of it")]
mod mailbox;
mod proxy;
mod server;
mod stop;
mod world;
mod writes;
