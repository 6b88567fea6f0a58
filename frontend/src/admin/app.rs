//! Who sees what: signing in first, then choosing a vendor, then its pages.

use leptos::mount::mount_to;
use leptos::prelude::*;
use shared::api::Page as Listing;
use shared::api::admin::team::Vendor;
use wasm_bindgen::JsCast;

use crate::admin::address::{Page, Place};
use crate::admin::api;
use crate::admin::palette::Palette;
use crate::admin::team::Team;
use crate::admin::{browser, pages, palette, shell, words};
use crate::components::account_form::{Mode, account_form};
use crate::components::button::link;
use crate::components::el::{dynamic, el, keyed, several};
use crate::components::fault::empty;
use crate::components::live::Live;
use crate::components::page::{Width, plain_page};
use crate::components::proof::proof_dialog;
use crate::components::skeleton::skeleton;
use crate::components::stuck::stuck_dialog;
use crate::load::{Loader, soon};
use crate::router::{Addresses, Router};
use crate::session::{Session, Who};

/// What one program has and the other has not.
pub(super) struct Program {
    /// Its pages' addresses.
    pub addresses: Addresses,
    /// One of its pages.
    pub show: fn(Page) -> AnyView,
    /// What opens over a vendor's pages.
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
    let router = Router::provide(&program.addresses);
    let place = Place::shown(router);
    let session = Session::provide();
    let known = Memo::new(move |_| {
        session.who.with(|who| match who {
            Who::Unknown => "unknown".to_owned(),
            Who::Anonymous => "nobody".to_owned(),
            Who::SignedIn(account) => account.account_id.to_string(),
        })
    });
    let content = keyed(
        move || known.get(),
        move || match known.get_untracked().as_str() {
            "unknown" => shell::plain(waiting()),
            "nobody" => shell::plain(sign_in()),
            _ => signed_in(program, place),
        },
    );
    several([shell::skip_link(), shell::offline_strip(), content, proof_dialog(), stuck_dialog(), live.region()])
}

fn waiting() -> AnyView {
    plain_page(Width::Full, words::LOADING, skeleton("stack", 3, "skeleton low"))
}

fn sign_in() -> AnyView {
    let form = el("div", "card").child(account_form(Mode::SignIn, RwSignal::new(String::new()), || {})).view();
    let next = browser::encode(&browser::current_address());
    let other = el("p", "center")
        .text(words::NO_ACCOUNT)
        .text(" ")
        .child(link("", words::CREATE_ACCOUNT, format!("/sign-up?next={next}")))
        .view();
    plain_page(Width::Narrow, words::SIGN_IN, several([form, other]))
}

fn signed_in(program: &'static Program, place: Memo<Option<Place>>) -> AnyView {
    let loader = Loader::new(api::list_vendors);
    // Pages of no vendor.
    let alone = Memo::new(move |_| match place.get().map(|place| place.page) {
        Some(page @ (Page::Join | Page::NewVendor)) => Some(page),
        _ => None,
    });
    let vendor = Memo::new(move |_| place.get().map(|place| place.vendor));
    let choose = move |found: Listing<Vendor>| {
        let vendors = StoredValue::new(found.items);
        keyed(
            move || format!("{:?} {:?}", vendor.get(), alone.get()),
            move || {
                if let Some(page) = alone.get_untracked() {
                    return shell::plain((program.show)(page));
                }
                let Some(wanted) = vendor.get_untracked() else { return shell::plain(not_found()) };
                let Some(wanted) = wanted else { return shell::plain(pages::vendors::choose(vendors.get_value())) };
                let found = vendors.with_value(|all| all.iter().find(|one| one.vendor.as_str() == wanted).cloned());
                match found {
                    Some(vendor) => of_vendor(program, vendor, vendors.with_value(Vec::len) > 1, place),
                    None => shell::plain(not_found()),
                }
            },
        )
    };
    let busy = || shell::plain(waiting());
    let shown = loader.show(busy, choose);
    el("div", "shell-root").child(shown).into()
}

fn of_vendor(program: &'static Program, vendor: Vendor, has_others: bool, place: Memo<Option<Place>>) -> AnyView {
    let team = Team::provide(vendor);
    let palette = Palette::provide(team);
    let page = Memo::new(move |_| place.get().map(|place| place.page));
    let content = dynamic(move || page.get().map_or_else(not_found, program.show));
    several([
        shell::frame(team, &palette, page, has_others, content),
        (program.over)(),
        palette.dialog(),
        palette::shortcuts(&palette),
        team.asking.dialog(),
        team.once.dialog(),
    ])
}

/// Where there is nothing.
pub(super) fn not_found() -> AnyView {
    let back = link("button primary", words::TO_START, "/admin");
    plain_page(Width::Medium, words::NOT_FOUND, empty("search", words::NOT_FOUND_HERE, words::NOT_FOUND_DETAIL, back))
}
