//! The admin pages: what a vendor's team does in the browser, at `/admin`, in three programs: [`desk`] is for its customers,
//! [`workshop`] for what is sold and how it is run, [`office`] for what is set.
//!
//! `app` decides who sees what, `address` names the pages, `pages` has one file per page. `list` is every list, `sheet` what
//! opens over a page, `ask` the dialog before an act, `words` every string that a team reads here.

mod address;
mod api;
mod app;
mod ask;
pub mod desk;
mod form;
mod json;
mod layer;
mod list;
pub mod office;
mod once;
mod pages;
mod palette;
mod shell;
mod team;
mod words;
pub mod workshop;

use crate::{browser, intl, phrase};
