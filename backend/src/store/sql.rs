//! The domain's questions in SQL: one set of statements, said to SQLite and PostgreSQL alike.
//!
//! They are written as SQLite reads them. What PostgreSQL wants otherwise, `postgres/dialect.rs` turns by fixed rules, and
//! its schema has functions for the rest. `/*pg … */` is a comment to SQLite and said to PostgreSQL; `/*lock … */` likewise,
//! but only in a transaction that writes: there it is that takes turns by locks, where SQLite has but one writer.

#![expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the methods of `Columns`, whose lifetime is the impl's, are not general enough where a closure is"
)]

mod accounts;
pub(in crate::store) mod catalog;
mod chain;
mod check;
pub(in crate::store) mod coupons;
pub(in crate::store) mod events;
pub(in crate::store) mod figures;
pub(in crate::store) mod instance;
pub(in crate::store) mod leases;
mod licenses;
pub(in crate::store) mod listing;
pub(in crate::store) mod log;
pub(in crate::store) mod mail;
mod moves;
mod once;
pub(in crate::store) mod orders;
mod passes;
pub(in crate::store) mod row;
pub(in crate::store) mod search;
mod sign_in;
mod slices;
mod sources;
pub(in crate::store) mod storefront;
mod team;
pub(in crate::store) mod tx;
mod vendors;
mod webhooks;
mod words;
