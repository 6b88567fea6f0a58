//! The vocabulary and the rules of Passgate.
//!
//! Everything here is a function of values: no IO, no clock, no randomness. The server, the portal's pages and the
//! SDK call the same functions, so a price shown is the price charged and a pass judged offline is judged alike.

// Without the standard library the compiler itself refuses IO and clocks, and the SDK stays small.
#![cfg_attr(not(any(feature = "serde", test)), no_std)]

extern crate alloc;

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
pub mod brand;
#[cfg(feature = "serde")]
pub mod canonical;
#[cfg(feature = "serde")]
pub mod coupon;
#[cfg(feature = "serde")]
pub mod license;
#[cfg(feature = "serde")]
pub mod mail;
#[cfg(feature = "serde")]
pub mod menu;
#[cfg(feature = "serde")]
pub mod money;
#[cfg(feature = "serde")]
pub mod move_code;
#[cfg(feature = "serde")]
pub mod origin;
#[cfg(feature = "serde")]
pub mod product;
#[cfg(feature = "serde")]
pub mod quote;
pub mod refusal;
#[cfg(feature = "serde")]
pub mod tax;
#[cfg(feature = "serde")]
pub mod team;
#[cfg(feature = "serde")]
pub mod text;

// Tokens: what they say, and whether to believe them. The server and the SDK judge by the same code.
pub mod base64url;
mod claims;
#[cfg(feature = "verify")]
pub mod jws;
pub mod lease;
pub mod pass;
pub mod portable;
#[cfg(feature = "proof")]
pub mod proof;
pub mod slice;
#[cfg(feature = "verify")]
pub mod status_list;
pub mod thumbprint;
#[cfg(feature = "verify")]
pub mod verify;
