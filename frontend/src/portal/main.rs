//! The customer portal: pages that run in the browser and speak to the server under `/api/v1`.
//!
//! `app` holds the shell and `address` the addresses, `pages` one file per page (they fetch and hold state). What the
//! pages for a vendor's team need too is in the library.
#![expect(clippy::needless_pass_by_value, reason = "views take what they show: Leptos moves values into closures")]

mod address;
mod app;
mod connect;
mod follow;
mod pages;
mod qr;

use frontend::{api, browser, components, intl, load, menu, passkey, phrase, router, selection, session, slot, words};

fn main() {
    app::mount();
}
