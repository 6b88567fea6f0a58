//! The program that a vendor's team enters by: what is to be done first, who and what may act here, and what is set once.

use leptos::prelude::*;

use super::address::{Page, Program};
use super::app::{self, not_found};
use super::{address, pages};
use crate::admin::words;
use crate::router::Addresses;

static PROGRAM: app::Program = app::Program {
    addresses: Addresses {
        is_page: |path| address::is_page_of(Program::Office, path),
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
        Page::Overview => pages::overview::overview(),
        Page::Settings => pages::settings::settings(),
        Page::Instance => pages::instance::instance(),
        Page::Team => pages::team::team(),
        Page::Tokens => pages::tokens::tokens(),
        Page::Join => pages::join::join(),
        _ => not_found(),
    }
}
