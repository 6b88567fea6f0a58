//! The shell around every page.

mod shell;

use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::address::{Page, page_shown};
use super::errand::Errand;
use crate::components::brand::Worn;
use crate::components::el::{dynamic, several};
use crate::components::live::Live;
use crate::components::stuck::stuck_dialog;
use crate::load::soon;
use crate::router::{Addresses, Router};
use crate::session::Session;

/// What one program has and the other has not.
pub(super) struct Program {
    /// Its pages' addresses.
    pub addresses: Addresses,
    /// Provides its contexts beside everybody's.
    pub provide: fn(),
    /// One of its pages.
    pub show: fn(Page) -> AnyView,
    /// What lies over every page: dialogs, closed.
    pub over: fn() -> AnyView,
}

/// Puts `program` where the page waits for it.
pub(super) fn mount(program: &'static Program) {
    // Not in the task that has compiled it: what the page shows until then stays a moment longer, and can be used.
    soon(move || {
        let Some(root) = document().get_element_by_id("app") else { return };
        root.replace_children_with_node_0();
        mount_to(root.unchecked_into(), move || application(program)).forget();
    });
}

fn application(program: &'static Program) -> AnyView {
    let live = Live::provide();
    let page = page_shown(Router::provide(&program.addresses));
    Session::provide();
    Worn::provide();
    Errand::provide();
    (program.provide)();
    let page = dynamic(move || (program.show)(page.get()));
    several([
        shell::skip_link(),
        shell::header(),
        shell::strips(),
        page,
        shell::footer(),
        (program.over)(),
        stuck_dialog(),
        live.region(),
    ])
}
