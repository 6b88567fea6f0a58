//! The shell around every page, and the table of addresses.

mod shell;

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;
use wasm_bindgen::JsCast;

use crate::components::live::Live;
use crate::connect::Connecting;
use crate::pages;
use crate::session::Session;

/// Replaces the page's placeholder by the application.
pub(crate) fn mount() {
    let Some(root) = document().get_element_by_id("app") else { return };
    root.replace_children_with_node_0();
    mount_to(root.unchecked_into(), application).forget();
}

fn application() -> impl IntoView {
    let live = Live::provide();
    Session::provide();
    Connecting::provide();
    pages::menu::KnownMenus::provide();
    view! {
        <Router>
            {shell::skip_link()}
            {shell::header()}
            {shell::strips()}
            <FlatRoutes fallback=pages::not_found::not_found>
                <Route path=path!("/") view=pages::products::products/>
                <Route path=path!("/products/:vendor/:product") view=pages::menu::menu/>
                <Route path=path!("/agreements/:vendor/:digest") view=pages::agreement::agreement/>
                <Route path=path!("/checkout/:vendor/:product") view=pages::checkout::checkout/>
                <Route path=path!("/pay/:order") view=pages::pay::pay/>
                <Route path=path!("/orders") view=pages::orders::orders/>
                <Route path=path!("/orders/:order") view=pages::order::order/>
                <Route path=path!("/sign-in") view=pages::account::sign_in/>
                <Route path=path!("/sign-up") view=pages::account::sign_up/>
                <Route path=path!("/licenses") view=pages::licenses::licenses/>
                <Route path=path!("/licenses/:license") view=pages::license::license/>
                <Route path=path!("/connect") view=pages::connect::connect/>
            </FlatRoutes>
            {shell::footer()}
            {live.region()}
        </Router>
    }
}
