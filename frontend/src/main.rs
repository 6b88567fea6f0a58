//! The customer portal: pages that run in the browser and speak to the server under `/api/v1`.
//!
//! `app` holds the shell and `router` the addresses, `pages` one file per page (they fetch and hold state),
//! `components` the vocabulary they are made of (values in, callbacks out), `api` one function per endpoint,
//! `words` every string a customer reads.
#![expect(clippy::needless_pass_by_value, reason = "views take what they show: Leptos moves values into closures")]

mod api;
mod app;
mod browser;
mod components;
mod connect;
mod follow;
mod intl;
mod load;
mod pages;
mod phrase;
mod qr;
mod router;
mod selection;
mod session;
mod slot;
mod words;

fn main() {
    app::mount();
}
