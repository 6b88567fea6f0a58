//! The server: HTTP in, the store behind, signatures out. What may happen is decided in `shared`.
//!
//! A library besides the `passgate` program, so that stories and benchmarks run it in process.

pub mod app;
pub mod auth;
pub mod backup;
pub mod changes;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod error;
pub mod figures;
pub mod http;
pub mod keys;
pub mod outbox;
pub mod payment;
pub mod rng;
pub mod sources;
pub mod store;
pub mod traces;
pub mod waiting;
