//! The shell around every page, and which page is shown.

mod shell;

use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::address::{ADDRESSES, Page, page_shown};
use crate::components::el::{dynamic, several};
use crate::components::live::Live;
use crate::components::proof::proof_dialog;
use crate::connect::Connecting;
use crate::pages;
use crate::router::Router;
use crate::session::Session;

/// Puts the application where the page waits for it.
pub(crate) fn mount() {
    let Some(root) = document().get_element_by_id("app") else { return };
    root.replace_children_with_node_0();
    mount_to(root.unchecked_into(), application).forget();
}

fn application() -> AnyView {
    let live = Live::provide();
    let page = page_shown(Router::provide(&ADDRESSES));
    Session::provide();
    Connecting::provide();
    pages::menu::KnownMenus::provide();
    let page = dynamic(move || show(page.get()));
    several([
        shell::skip_link(),
        shell::header(),
        shell::strips(),
        page,
        shell::footer(),
        proof_dialog(),
        live.region(),
    ])
}

fn show(page: Page) -> AnyView {
    match page {
        Page::Products => pages::products::products(),
        Page::Menu(vendor, product) => pages::menu::menu(vendor, product),
        Page::Agreement(vendor, digest) => pages::agreement::agreement(vendor, digest),
        Page::Checkout(vendor, product) => pages::checkout::checkout(vendor, product),
        Page::Pay(order) => pages::pay::pay(order),
        Page::Orders => pages::orders::orders(),
        Page::Order(order) => pages::order::order(order),
        Page::SignIn => pages::account::sign_in(),
        Page::SignUp => pages::account::sign_up(),
        Page::Account => pages::security::account(),
        Page::Licenses => pages::licenses::licenses(),
        Page::License(license) => pages::license::license(license),
        Page::Send(license, pass) => pages::send::send(license, pass),
        Page::Receive => pages::receive::receive(),
        Page::Connect => pages::connect::connect(),
        Page::NotFound => pages::not_found::not_found(),
    }
}
