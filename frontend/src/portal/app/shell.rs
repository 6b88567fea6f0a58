//! Header with its account menu, footer, and the strips that say "offline" and "errand".

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use crate::components::brand::Worn;
use crate::components::button::{button, link, plain};
use crate::components::el::{el, maybe, several};
use crate::components::icon::{icon, mark};
use crate::components::live::Live;
use crate::load::derived;
use crate::portal::errand::Errand;
use crate::router::Router;
use crate::session::{Session, Who};
use crate::{api, browser, words};

const LINKS: [(&str, &str); 3] =
    [("/", words::NAV_PRODUCTS), ("/licenses", words::NAV_LICENSES), ("/orders", words::NAV_ORDERS)];

/// The first thing that Tab reaches.
pub(super) fn skip_link() -> AnyView {
    let skip = |event: web_sys::Event| {
        event.prevent_default();
        browser::focus_on("h1");
    };
    el("a", "button skip").attr("href", "#main").text(words::SKIP).on("click", skip).into()
}

fn links(class: &'static str) -> AnyView {
    let router = Router::of_app();
    let link = move |(address, label): (&'static str, &'static str)| {
        let current = derived(move || {
            let here = router.path() == address;
            if here { "page" } else { "false" }.to_owned()
        });
        el("a", "").attr("href", address).attr("aria-current", current).text(label).view()
    };
    el("nav", class).attr("aria-label", words::NAV).children(LINKS.map(link)).into()
}

/// The name of the product, the links, and who is signed in.
pub(super) fn header() -> AnyView {
    let session = Session::of_app();
    let account = maybe(move || match session.who.get() {
        Who::Unknown => None,
        Who::Anonymous => Some(sign_in_link("button only-wide")),
        Who::SignedIn(account) => {
            let name = el("span", "").text(account.name);
            let button = plain("button quiet only-wide").attr("popovertarget", PANEL);
            Some(button.child(icon("person")).child(name).child(icon("chevron")).view())
        }
    });
    let menu_button = plain("button quiet only-narrow").attr("popovertarget", PANEL).attr("aria-label", words::NAV);
    let brand = el("a", "brand").attr("href", "/").child(mark()).child(el("span", "").text(words::PRODUCT));
    let row = el("div", "site-header-row")
        .child(brand)
        .child(Worn::logo())
        .child(links("site-links only-wide"))
        .child(el("div", "site-account").child(account).child(menu_button.child(icon("menu"))));
    el("header", "site-header").child(row).child(panel(session)).into()
}

/// Leads to signing in and back here. Addressed when it is clicked: while a page is built the browser still shows the one
/// before, and a selection changes the address without a page being built.
fn sign_in_link(class: &'static str) -> AnyView {
    let lead_back = |event: web_sys::Event| {
        let next = browser::current_address();
        let address = match next.as_str() {
            "/" => "/sign-in".to_owned(),
            // Signing in or up already: that page's own aim stays.
            next if next.starts_with("/sign-") => return,
            next => format!("/sign-in?next={}", browser::encode(next)),
        };
        if let Some(link) = event.current_target().and_then(|link| link.dyn_into::<web_sys::Element>().ok()) {
            // Refused only for names that no attribute can have.
            let _ = link.set_attribute("href", &address);
        }
    };
    el("a", class).attr("href", "/sign-in").text(words::SIGN_IN).on("click", lead_back).into()
}

/// The id of the menu that the header's buttons open: the browser's own popover.
const PANEL: &str = "menu-panel";

fn panel(session: Session) -> AnyView {
    let close = || {
        let panel = document().get_element_by_id(PANEL);
        if let Some(panel) = panel.and_then(|panel| panel.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Refused when it is closed already.
            let _ = panel.hide_popover();
        }
    };
    let end = maybe(move || match session.who.get() {
        Who::Unknown => None,
        Who::Anonymous => Some(sign_in_link("only-narrow")),
        Who::SignedIn(account) => {
            let who = el("p", "menu-who").text(words::signed_in_as(&account.email));
            Some(several([
                el("hr", "only-narrow").view(),
                who.view(),
                link("", words::ACCOUNT, "/account"),
                sign_out_button(),
            ]))
        }
    });
    el("div", "menu-panel")
        .attr("id", PANEL)
        .attr("popover", "auto")
        .on_click(close)
        .child(links("only-narrow"))
        .child(end)
        .into()
}

fn sign_out_button() -> AnyView {
    let session = Session::of_app();
    let live = Live::of_app();
    let router = Router::of_app();
    let act = move || {
        spawn_local(async move {
            match api::sign_out().await {
                Ok(()) => {
                    live.toast(words::SIGNED_OUT);
                    // Left before: a page for customers would lead on to signing in. Another program asks for itself.
                    router.go("/");
                    if router.is_here("/") {
                        session.lapse();
                    }
                }
                Err(fault) => live.toast(&fault.detail),
            }
        });
    };
    button("", words::SIGN_OUT, act)
}

/// Says that there is no network, and that an app waits for its pass.
pub(super) fn strips() -> AnyView {
    let session = Session::of_app();
    let offline = RwSignal::new(browser::is_offline());
    let note = move |_: web_sys::Event| {
        offline.set(browser::is_offline());
        if !offline.get_untracked() && session.who.with_untracked(|who| *who == Who::Unknown) {
            session.refresh();
        }
    };
    // The application lives as long as the page, and so do these.
    let _ = window_event_listener_untyped("online", note);
    let _ = window_event_listener_untyped("offline", note);
    let offline_strip = maybe(move || {
        let text = el("p", "").child(icon("offline")).text(words::OFFLINE_STRIP);
        offline.get().then(|| el("div", "strip warn").attr("role", "status").child(el("div", "").child(text)).view())
    });
    let errand = Errand::of_app();
    let router = Router::of_app();
    let connect_strip = maybe(move || {
        let away = router.path() != "/connect";
        let request = errand.request().filter(|_| away && errand.is_waiting())?;
        let text = el("p", "").child(icon("device")).text(words::connecting_app(&request.origin));
        let back = link("", words::BACK_TO_CONNECT, "/connect");
        let strip = el("aside", "strip").attr("aria-label", words::CONNECT_TITLE);
        Some(strip.child(el("div", "").child(text).child(back)).view())
    });
    several([offline_strip, connect_strip])
}

/// Who runs this, in one quiet line.
pub(super) fn footer() -> AnyView {
    el("footer", "site-footer").child(el("div", "").text(words::FOOTER)).into()
}
