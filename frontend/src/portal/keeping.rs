//! The program for what a customer keeps: orders and their receipts, what services counted, and the account.

use leptos::prelude::*;

use super::address::{Page, Program};
use super::pages;
use super::{address, app};
use crate::components::proof::proof_dialog;
use crate::router::Addresses;
use crate::words;

static PROGRAM: app::Program = app::Program {
    addresses: Addresses {
        is_page: |path| address::is_page_of(Program::Keeping, path),
        home: "/",
        home_label: words::TO_PRODUCTS,
    },
    provide: || {},
    show,
    over: proof_dialog,
};

/// Runs it in the page.
pub fn run() {
    app::mount(&PROGRAM);
}

fn show(page: Page) -> AnyView {
    match page {
        Page::Account => pages::security::account(),
        Page::Pay(order) => pages::pay::pay(order),
        Page::Orders => pages::orders::orders(),
        Page::Order(order) => pages::order::order(order),
        Page::Services(license) => pages::services::services(license),
        _ => pages::not_found::not_found(),
    }
}
