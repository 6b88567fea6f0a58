//! The vocabulary and the rules of Passgate.
//!
//! Everything here is a function of values: no IO, no clock, no randomness. The server, the portal's pages and the
//! SDK call the same functions, so a price shown is the price charged and a pass judged offline is judged alike.

mod wire;

pub mod id;
pub mod slug;
pub mod strict;
pub mod time;
pub mod verdict;

// What is bought, and the messages about it: server and pages. The SDK reads tokens only and does without.
#[cfg(feature = "serde")]
pub mod api;
#[cfg(feature = "serde")]
pub mod canonical;
#[cfg(feature = "serde")]
pub mod license;
#[cfg(feature = "serde")]
pub mod menu;
#[cfg(feature = "serde")]
pub mod money;
#[cfg(feature = "serde")]
pub mod quote;
pub mod refusal;
