//! The program that leads to a license: products, menu, checkout, payment, order, and signing in on the way.

use leptos::prelude::*;

use super::address::{Page, Program};
use super::pages;
use super::{address, app};
use crate::router::Addresses;
use crate::words;

static PROGRAM: app::Program = app::Program {
    addresses: Addresses {
        is_page: |path| address::is_page_of(Program::Buying, path),
        home: "/",
        home_label: words::TO_PRODUCTS,
    },
    provide: pages::menu::KnownMenus::provide,
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
        Page::Menu(vendor, product) => pages::menu::menu(vendor, product),
        Page::Agreement(vendor, digest) => pages::agreement::agreement(vendor, digest),
        Page::Checkout(vendor, product) => pages::checkout::checkout(vendor, product),
        Page::SignIn => pages::account::sign_in(),
        Page::SignUp => pages::account::sign_up(),
        Page::Forgot => pages::forgot::forgot(),
        Page::Reset => pages::reset::reset(),
        Page::Confirm => pages::confirm::confirm(),
        _ => pages::not_found::not_found(),
    }
}
