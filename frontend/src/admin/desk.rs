//! The program for a vendor's day: customers, what they ordered and use, what happened, and the figures; and whom that connects
//! with, who vouches for customers and who is told of events.

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
        Page::Figures => pages::figures::figures(),
        Page::Coupons => pages::coupons::coupons(),
        Page::Customers => pages::customers::customers(),
        Page::Customer(customer) => pages::customers::customer(customer),
        Page::Licenses => pages::licenses::licenses(),
        Page::Leases => pages::leases::leases(),
        Page::Passes => pages::passes::passes(),
        Page::Moves => pages::moves::moves(),
        Page::Orders => pages::orders::orders(),
        Page::Mail => pages::mail::mail(),
        Page::Audit => pages::audit::audit(),
        Page::Sources => pages::sources::sources(),
        Page::NewSource => pages::sources::new_source(),
        Page::Source(source) => pages::sources::source(source),
        Page::Webhooks => pages::webhooks::webhooks(),
        Page::Webhook(webhook) => pages::webhook::webhook(webhook),
        _ => not_found(),
    }
}
