//! The program for what was bought: licenses and their devices, moves, connecting apps, and the account.

use leptos::prelude::*;

use super::address::{Page, Program};
use super::connect::Connecting;
use super::pages;
use super::{address, app};
use crate::router::Addresses;
use crate::words;

static PROGRAM: app::Program = app::Program {
    addresses: Addresses {
        is_page: |path| address::is_page_of(Program::Having, path),
        home: "/",
        home_label: words::TO_PRODUCTS,
    },
    provide: Connecting::provide,
    show,
    over: || ().into_any(),
};

/// Runs it in the page.
pub fn run() {
    app::mount(&PROGRAM);
}

fn show(page: Page) -> AnyView {
    match page {
        Page::Licenses => pages::licenses::licenses(),
        Page::License(license) => pages::license::license(license),
        Page::Send(license, pass) => pages::send::send(license, pass),
        Page::Receive => pages::receive::receive(),
        Page::Connect => pages::connect::connect(),
        _ => pages::not_found::not_found(),
    }
}
