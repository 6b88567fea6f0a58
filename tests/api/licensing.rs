//! Stories over HTTP, through the whole server in process.

#![expect(clippy::indexing_slicing, reason = "in a story, a member that is not there is a failure")]

mod account;
mod admin;
mod agreements;
#[path = "../authenticator.rs"]
mod authenticator;
mod browser;
mod catalog;
mod coupons;
mod desk;
#[path = "../device.rs"]
mod device;
mod devices;
mod farm;
mod figures;
mod goodwill;
mod holder;
mod hostile;
mod identifiers;
mod input;
mod instance;
mod introspection;
mod invoices;
mod keys;
mod leases;
mod leasing;
mod license;
mod limits;
mod lists;
mod mail;
#[path = "../mailbox.rs"]
#[expect(dead_code, reason = "shared with other stories, which need other parts of it")]
mod mailbox;
mod menus;
mod metrics;
mod model;
mod moves;
mod openapi;
mod order;
mod pass;
mod pass_tenants;
mod products;
mod refresh;
mod secrets;
#[path = "../postgres_server.rs"]
#[expect(dead_code, reason = "shared with the store's own tests, which need other parts of it")]
mod server;
mod services;
mod settings;
mod shop;
mod sign_in;
mod signing;
mod slices;
mod sources;
mod status;
mod stream;
mod tax;
mod team;
mod tenants;
mod traces;
mod uses;
mod verification;
mod watch;
mod webhooks;
mod wiped;
