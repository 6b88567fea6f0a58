//! What leaves after commit. The event log is the outbox: who is to be told of it remembers how far they were told, so nothing
//! that was committed is ever left out, and what was told twice has the same id.

mod address;
pub mod expiring;
pub mod mail;
mod send;
pub mod webhooks;

pub use address::is_public;
pub(crate) use send::read_url;
pub use send::{Sender, Sent, check_url};
