//! The admin pages: what a vendor's team does in the browser, at `/admin`. Customers never download this program.
//!
//! `app` decides who sees what, `address` names the pages, `pages` has one file per page. `list` is every list, `sheet` what
//! opens over a page, `ask` the dialog before an act, `words` every string that a team reads here. What customers' pages need
//! too is in the library.
#![expect(clippy::needless_pass_by_value, reason = "views take what they show: Leptos moves values into closures")]

mod address;
mod api;
mod app;
mod ask;
mod form;
mod json;
mod layer;
mod list;
mod once;
mod pages;
mod palette;
mod shell;
mod team;
mod words;

use frontend::{browser, components, intl, load, menu, phrase, router, selection, session, slot};

fn main() {
    app::mount();
}
