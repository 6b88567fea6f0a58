//! One file per page. Lists describe themselves to `list`; what opens over a page is in `sheet`.

pub(crate) mod acts;
pub(crate) mod agreements;
pub(crate) mod audit;
pub(crate) mod coupons;
pub(crate) mod customers;
pub(crate) mod editor;
pub(crate) mod figures;
pub(crate) mod instance;
pub(crate) mod join;
pub(crate) mod keys;
pub(crate) mod leases;
pub(crate) mod licenses;
pub(crate) mod mail;
pub(crate) mod mail_texts;
pub(crate) mod moves;
pub(crate) mod new_vendor;
pub(crate) mod orders;
pub(crate) mod overview;
pub(crate) mod passes;
pub(crate) mod playground;
pub(crate) mod product;
pub(crate) mod products;
pub(crate) mod settings;
pub(crate) mod sheet;
pub(crate) mod sources;
pub(crate) mod status_lists;
pub(crate) mod team;
pub(crate) mod tokens;
pub(crate) mod vendors;
pub(crate) mod webhook;
pub(crate) mod webhooks;

use leptos::prelude::AnyView;

use crate::admin::words;
use crate::components::el::el;

/// A cell that has nothing to say.
fn none() -> AnyView {
    el("span", "muted").text(words::NONE).into()
}
