//! Header with its account menu, footer, and the strips that say "offline" and "connecting".

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_location, use_navigate};
use wasm_bindgen::JsCast;

use crate::components::dynamic::{clicked, maybe};
use crate::components::icon::icon;
use crate::components::live::Live;
use crate::connect::Connecting;
use crate::session::{Session, Who};
use crate::{api, browser, words};

const LINKS: [(&str, &str); 3] =
    [("/", words::NAV_PRODUCTS), ("/licenses", words::NAV_LICENSES), ("/orders", words::NAV_ORDERS)];

/// The first thing that Tab reaches.
pub(super) fn skip_link() -> AnyView {
    let skip = move |event: ev::MouseEvent| {
        event.prevent_default();
        browser::focus_on("h1");
    };
    view! { <a class="button skip" href="#main" on:click=skip>{words::SKIP}</a> }.into_any()
}

fn link((href, label): (&'static str, &'static str)) -> AnyView {
    let location = use_location();
    let current = Signal::derive(move || location.pathname.with(|path| path == href).then_some("page"));
    view! { <a href=href aria-current=current>{label}</a> }.into_any()
}

/// The name of the product, the links, and who is signed in.
pub(super) fn header() -> AnyView {
    let session = Session::of_app();
    let location = use_location();
    // The panel is the browser's popover; a click on one of its links must close it.
    let close = move |_: ev::MouseEvent| {
        let panel = document().get_element_by_id("menu-panel");
        if let Some(panel) = panel.and_then(|panel| panel.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Refused when it is closed already.
            let _ = panel.hide_popover();
        }
    };
    let sign_in_address = Signal::derive(move || {
        // Reading the path makes the link follow the page; the query is taken as the browser has it.
        let path = location.pathname.get();
        let next = if path == "/sign-in" || path == "/sign-up" { "/".to_owned() } else { browser::current_address() };
        if next == "/" { "/sign-in".to_owned() } else { format!("/sign-in?next={}", browser::encode(&next)) }
    });
    let account = maybe(move || match session.who.get() {
        Who::Unknown => None,
        Who::Anonymous => Some(
            view! { <a class="button only-wide" href=sign_in_address>{words::SIGN_IN}</a> }.into_any(),
        ),
        Who::SignedIn(account) => Some(
            view! {
                <button type="button" class="button quiet only-wide" popovertarget="menu-panel">
                    {icon("person")}<span>{account.name}</span>{icon("chevron")}
                </button>
            }
            .into_any(),
        ),
    });
    let panel_end = maybe(move || match session.who.get() {
        Who::Unknown => None,
        Who::Anonymous => Some(view! { <a class="only-narrow" href=sign_in_address>{words::SIGN_IN}</a> }.into_any()),
        Who::SignedIn(account) => Some(
            view! {
                <hr class="only-narrow"/>
                <p class="menu-who">{words::SIGNED_IN_AS}" "<strong>{account.email}</strong></p>
                {sign_out_button()}
            }
            .into_any(),
        ),
    });
    view! {
        <header class="site-header">
            <div class="site-header-row">
                <a class="brand" href="/">
                    <svg class="brand-mark" aria-hidden="true" viewBox="0 0 32 32"><use href="/icons.svg#mark"></use></svg>
                    <span>{words::PRODUCT}</span>
                </a>
                <nav class="site-links only-wide" aria-label=words::NAV>{LINKS.map(link)}</nav>
                <div class="site-account">
                    {account}
                    <button type="button" class="button quiet only-narrow" popovertarget="menu-panel" aria-label=words::NAV>
                        {icon("menu")}
                    </button>
                </div>
            </div>
        </header>
        <div class="menu-panel" id="menu-panel" popover="auto" on:click=close>
            <nav class="only-narrow" aria-label=words::NAV>{LINKS.map(link)}</nav>
            {panel_end}
        </div>
    }
    .into_any()
}

fn sign_out_button() -> AnyView {
    let session = Session::of_app();
    let live = Live::of_app();
    let navigate = use_navigate();
    let act = clicked(move || {
        let navigate = navigate.clone();
        spawn_local(async move {
            match api::sign_out().await {
                Ok(()) => {
                    session.lapse();
                    navigate("/", leptos_router::NavigateOptions::default());
                    live.toast(words::SIGNED_OUT);
                }
                Err(fault) => live.toast(&fault.detail),
            }
        });
    });
    view! { <button type="button" on:click=act>{words::SIGN_OUT}</button> }.into_any()
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
        offline.get().then(|| {
            view! { <div class="strip warn" role="status"><div><p>{icon("offline")}{words::OFFLINE_STRIP}</p></div></div> }.into_any()
        })
    });
    let connecting = Connecting::of_app();
    let location = use_location();
    let connect_strip = maybe(move || {
        let away = location.pathname.with(|path| path != "/connect");
        connecting.request().filter(|_| away && connecting.is_waiting()).map(|request| {
            view! {
                <aside class="strip" aria-label=words::CONNECT_TITLE>
                    <div>
                        <p>{icon("device")}{words::connecting_app(&request.origin)}</p>
                        <a href="/connect">{words::BACK_TO_CONNECT}</a>
                    </div>
                </aside>
            }
            .into_any()
        })
    });
    view! { {offline_strip}{connect_strip} }.into_any()
}

/// Who runs this, in one quiet line.
pub(super) fn footer() -> AnyView {
    view! { <footer class="site-footer"><div>{words::FOOTER}</div></footer> }.into_any()
}
