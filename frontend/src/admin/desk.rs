//! The program for a vendor's day: customers, what they ordered and use, what happened, the figures, and the team.

use leptos::prelude::*;

use super::address::{Page, Program};
use super::app::{self, not_found};
use super::{address, pages};
use crate::admin::words;
use crate::router::Addresses;

static PROGRAM: app::Program = app::Program {
    addresses: Addresses {
        is_page: |path| address::is_page_of(Program::Desk, path),
        home: "/admin",
        home_label: words::TO_START,
    },
    show,
    over: pages::sheet::sheet,
};

/// Runs it in the page.
pub fn run() {
    app::mount(&PROGRAM);
}

fn show(page: Page) -> AnyView {
    match page {
        Page::Overview => pages::overview::overview(),
        Page::Figures => pages::figures::figures(),
        Page::Coupons => pages::coupons::coupons(),
        Page::Customers => pages::customers::customers(),
        Page::Customer(customer) => pages::customers::customer(customer),
        Page::Licenses => pages::licenses::licenses(),
        Page::Passes => pages::passes::passes(),
        Page::Moves => pages::moves::moves(),
        Page::Orders => pages::orders::orders(),
        Page::Mail => pages::mail::mail(),
        Page::Audit => pages::audit::audit(),
        Page::Instance => pages::instance::instance(),
        Page::Team => pages::team::team(),
        Page::Tokens => pages::tokens::tokens(),
        Page::Webhooks => pages::webhooks::webhooks(),
        Page::Webhook(webhook) => pages::webhook::webhook(webhook),
        Page::Join => pages::join::join(),
        _ => not_found(),
    }
}
