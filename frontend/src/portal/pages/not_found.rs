//! Anything else: there is nothing at this address.

use leptos::prelude::*;

use crate::components::button::link;
use crate::components::fault::empty;
use crate::components::page::{Width, plain_page};
use crate::words;

/// The page.
pub(crate) fn not_found() -> AnyView {
    plain_page(Width::Medium, words::NOT_FOUND, nothing_here())
}

/// The content of a page that has nothing to show.
pub(crate) fn nothing_here() -> AnyView {
    empty("search", words::NOT_FOUND_HERE, words::NOT_FOUND_DETAIL, link("button primary", words::TO_PRODUCTS, "/"))
}
