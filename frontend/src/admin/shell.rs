//! What stands around every page: header, navigation, and the strip that says "offline".

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use crate::admin::address::Page;
use crate::admin::palette::Palette;
use crate::admin::team::Team;
use crate::admin::words;
use crate::browser;
use crate::components::button::{button, plain as plain_button};
use crate::components::el::{el, maybe, several};
use crate::components::icon::{icon, mark};
use crate::components::live::Live;
use crate::load::{derived, whenever};
use crate::router::Router;
use crate::session::Session;

/// A page's address below the vendor's, its name and its icon.
type Entry = (&'static str, &'static str, &'static str);

/// Pages by what they are for.
pub(crate) const SECTIONS: [(&str, &[Entry]); 4] = [
    (
        words::NAV_SELL,
        &[
            ("", words::OVERVIEW, "menu"),
            ("figures", words::FIGURES, "chart"),
            ("products", words::PRODUCTS, "box"),
            ("agreements", words::AGREEMENTS, "document"),
            ("coupons", words::COUPONS, "coupon"),
            ("orders", words::ORDERS, "receipt"),
        ],
    ),
    (
        words::NAV_SUPPORT,
        &[
            ("customers", words::CUSTOMERS, "person"),
            ("licenses", words::LICENSES, "check"),
            ("leases", words::LEASES, "seats"),
            ("passes", words::PASSES, "device"),
            ("moves", words::MOVES, "arrow"),
            ("mail", words::MAIL, "mail"),
        ],
    ),
    (
        words::NAV_TRUST,
        &[
            ("keys", words::KEYS, "key"),
            ("status-lists", words::STATUS_LISTS, "list"),
            ("playground", words::PLAYGROUND, "eye"),
            ("audit", words::AUDIT, "clock"),
            ("team", words::TEAM, "seats"),
        ],
    ),
    (
        words::NAV_SET_UP,
        &[
            ("sources", words::SOURCES, "person"),
            ("webhooks", words::WEBHOOKS, "bell"),
            ("tokens", words::TOKENS, "code"),
            ("settings", words::SETTINGS, "settings"),
            ("instance", words::INSTANCE, "server"),
        ],
    ),
];

/// The ids of the menus that the header's buttons open.
const NAV_PANEL: &str = "nav-panel";
const ACCOUNT_PANEL: &str = "account-panel";

/// The first thing that Tab reaches.
pub(crate) fn skip_link() -> AnyView {
    let skip = |event: web_sys::Event| {
        event.prevent_default();
        browser::focus_on("h1");
    };
    el("a", "button skip").attr("href", "#main").text(words::SKIP).on("click", skip).into()
}

/// A page without a vendor.
pub(crate) fn plain(content: AnyView) -> AnyView {
    let row = el("div", "site-header-row").child(brand()).child(account());
    let header = el("header", "site-header").child(row).child(account_panel());
    el("div", "shell").child(header).child(content).into()
}

/// A vendor's page: the header, the navigation beside it, and the content.
pub(crate) fn frame(
    team: Team,
    palette: &Palette,
    page: Memo<Option<Page>>,
    has_others: bool,
    content: AnyView,
) -> AnyView {
    let menu = plain_button("button quiet admin-narrow").attr("popovertarget", NAV_PANEL);
    let menu = menu.attr("aria-label", words::NAV).child(icon("menu"));
    let name = el("span", "").text(Signal::from(team.name));
    let vendor = if has_others {
        el("a", "vendor-name")
            .attr("href", "/admin")
            .attr("title", words::CHANGE_VENDOR)
            .child(name)
            .child(icon("chevron"))
    } else {
        el("p", "vendor-name").child(name)
    };
    let palette = *palette;
    let find = plain_button("button find").on_click(move || palette.open());
    let find = find
        .child(icon("search"))
        .child(el("span", "only-wide").text(words::FIND))
        .child(el("kbd", "only-wide").attr("aria-hidden", "true").text("Ctrl K"));
    let find = find.child(el("span", "visually-hidden only-narrow").text(words::FIND));
    let row = el("div", "site-header-row wide").child(menu).child(brand()).child(vendor).child(find).child(account());
    let panel = el("div", "menu-panel nav-panel").attr("id", NAV_PANEL).attr("popover", "auto");
    let panel = panel.on_click(|| close(NAV_PANEL)).child(links(team, page));
    let header = el("header", "site-header").child(row).child(account_panel()).child(panel);
    let side = el("div", "side admin-wide").child(links(team, page));
    whenever(move || {
        page.track();
        request_animation_frame(show_current);
    });
    el("div", "shell")
        .child(header)
        .child(el("div", "with-side").child(side).child(el("div", "beside").child(content)))
        .into()
}

/// Scrolls the navigation, where it is longer than the window, to the page shown.
fn show_current() {
    let current = document().query_selector(".side [aria-current]:not([aria-current='false'])").ok().flatten();
    let Some(current) = current.and_then(|current| current.dyn_into::<web_sys::HtmlElement>().ok()) else { return };
    let Some(side) = current.closest(".side").ok().flatten() else { return };
    let (top, room) = (current.offset_top(), side.client_height());
    if top < side.scroll_top() || top + current.offset_height() > side.scroll_top() + room {
        side.set_scroll_top(top - room / 2);
    }
}

fn brand() -> AnyView {
    el("a", "brand")
        .attr("href", "/admin")
        .attr("aria-label", words::PRODUCT)
        .child(mark())
        .child(el("span", "only-wide").text(words::PRODUCT))
        .into()
}

fn links(team: Team, page: Memo<Option<Page>>) -> AnyView {
    let router = Router::of_app();
    let section = move |(title, entries): (&'static str, &'static [Entry])| {
        let link = |(rest, name, image): &Entry| {
            let address = team.page(rest);
            let (here, is_root) = (address.clone(), rest.is_empty());
            let current = derived(move || {
                page.track();
                let path = router.path();
                let path = path.trim_end_matches('/');
                let is_here = path == here;
                let is_below = !is_root && path.strip_prefix(here.as_str()).is_some_and(|rest| rest.starts_with('/'));
                if is_here {
                    "page"
                } else if is_below {
                    "true"
                } else {
                    "false"
                }
                .to_owned()
            });
            let link = el("a", "").attr("href", address).attr("aria-current", current).child(icon(image)).text(*name);
            el("li", "").child(link).view()
        };
        el("div", "side-section")
            .child(el("h2", "").text(title))
            .child(el("ul", "").children(entries.iter().map(link)))
            .view()
    };
    el("nav", "side-nav").attr("aria-label", words::NAV).children(SECTIONS.map(section)).into()
}

fn account() -> AnyView {
    let session = Session::of_app();
    let button = maybe(move || {
        let account = session.account()?;
        let name = el("span", "only-wide").text(account.name.clone());
        let heard = el("span", "visually-hidden only-narrow").text(account.name);
        let button = plain_button("button quiet").attr("popovertarget", ACCOUNT_PANEL);
        Some(button.child(icon("person")).child(name).child(heard).child(icon("chevron")).view())
    });
    el("div", "site-account").child(button).into()
}

fn account_panel() -> AnyView {
    let session = Session::of_app();
    let who = maybe(move || {
        let account = session.account()?;
        Some(el("p", "menu-who").text(words::signed_in_as(&account.email)).view())
    });
    el("div", "menu-panel account-panel")
        .attr("id", ACCOUNT_PANEL)
        .attr("popover", "auto")
        .on_click(|| close(ACCOUNT_PANEL))
        .child(who)
        .child(el("a", "").attr("href", "/").text(words::TO_PORTAL))
        .child(sign_out())
        .into()
}

fn sign_out() -> AnyView {
    let session = Session::of_app();
    let live = Live::of_app();
    let act = move || {
        spawn_local(async move {
            match crate::api::sign_out().await {
                Ok(()) => {
                    session.lapse();
                    live.toast(words::SIGNED_OUT);
                }
                Err(fault) => live.toast(&fault.detail),
            }
        });
    };
    button("", words::SIGN_OUT, act)
}

fn close(panel: &str) {
    let panel = document().get_element_by_id(panel);
    if let Some(panel) = panel.and_then(|panel| panel.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Refused when it is closed already.
        let _ = panel.hide_popover();
    }
}

/// Says that there is no network.
pub(crate) fn offline_strip() -> AnyView {
    let session = Session::of_app();
    let offline = RwSignal::new(browser::is_offline());
    let note = move |_: web_sys::Event| {
        offline.set(browser::is_offline());
        if !offline.get_untracked() {
            session.refresh();
        }
    };
    // The application lives as long as the page, and so do these.
    let _ = window_event_listener_untyped("online", note);
    let _ = window_event_listener_untyped("offline", note);
    let strip = maybe(move || {
        let text = el("p", "").child(icon("offline")).text(words::OFFLINE_STRIP);
        offline.get().then(|| el("div", "strip warn").attr("role", "status").child(el("div", "").child(text)).view())
    });
    several([strip])
}
