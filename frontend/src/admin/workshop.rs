//! The program for what a vendor sells: products, menus and agreements, and what they stand on: keys, status lists.

use leptos::prelude::*;

use super::address::{Page, Program};
use super::app::{self, not_found};
use super::{address, pages};
use crate::admin::words;
use crate::router::Addresses;

static PROGRAM: app::Program = app::Program {
    addresses: Addresses {
        is_page: |path| address::is_page_of(Program::Workshop, path),
        home: "/admin",
        home_label: words::TO_START,
    },
    show,
    over: || ().into_any(),
};

/// Runs it in the page.
pub fn run() {
    app::mount(&PROGRAM);
}

fn show(page: Page) -> AnyView {
    match page {
        Page::Products => pages::products::products(),
        Page::NewProduct => pages::product::new_product(),
        Page::Product(product) => pages::product::product(product),
        Page::Menu(product) => pages::editor::editor(product),
        Page::Agreements => pages::agreements::agreements(),
        Page::MailTexts => pages::mail_texts::mail_texts(),
        Page::Keys => pages::keys::keys(),
        Page::StatusLists => pages::status_lists::status_lists(),
        Page::Playground => pages::playground::playground(),
        Page::NewVendor => pages::new_vendor::new_vendor(),
        _ => not_found(),
    }
}
