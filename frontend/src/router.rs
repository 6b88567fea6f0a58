//! Addresses: which page one names, and how one page leads to the next without loading anything.
//!
//! Our own, though Leptos has one: its table of routes, compiled for each page, is a tenth of the portal's WASM, and it
//! changes the browser's address only after the new page has begun to read it.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use crate::browser;

#[cfg(test)]
mod tests;

/// A page, with what its address says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    /// `/`
    Products,
    /// `/products/{vendor}/{product}`
    Menu(String, String),
    /// `/agreements/{vendor}/{digest}`
    Agreement(String, String),
    /// `/checkout/{vendor}/{product}`
    Checkout(String, String),
    /// `/pay/{order}`
    Pay(String),
    /// `/orders`
    Orders,
    /// `/orders/{order}`
    Order(String),
    /// `/sign-in`
    SignIn,
    /// `/sign-up`
    SignUp,
    /// `/licenses`
    Licenses,
    /// `/licenses/{license}`
    License(String),
    /// `/licenses/{license}/move/{pass}`
    Send(String, String),
    /// `/receive`
    Receive,
    /// `/connect`
    Connect,
    /// Anything else.
    NotFound,
}

impl Page {
    /// The page at `path`. Slugs, ids and digests need no escaping, so none is undone.
    fn at(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let own = |part: &str| part.to_owned();
        match *parts.as_slice() {
            [] => Self::Products,
            ["products", vendor, product] => Self::Menu(own(vendor), own(product)),
            ["agreements", vendor, digest] => Self::Agreement(own(vendor), own(digest)),
            ["checkout", vendor, product] => Self::Checkout(own(vendor), own(product)),
            ["pay", order] => Self::Pay(own(order)),
            ["orders"] => Self::Orders,
            ["orders", order] => Self::Order(own(order)),
            ["sign-in"] => Self::SignIn,
            ["sign-up"] => Self::SignUp,
            ["licenses"] => Self::Licenses,
            ["licenses", license] => Self::License(own(license)),
            ["licenses", license, "move", pass] => Self::Send(own(license), own(pass)),
            ["receive"] => Self::Receive,
            ["connect"] => Self::Connect,
            _ => Self::NotFound,
        }
    }
}

/// Where the reader is; a context of the whole application.
#[derive(Clone, Copy)]
pub(crate) struct Router {
    path: RwSignal<String>,
}

impl Router {
    /// Provides the context and follows links and the browser's back and forward.
    pub(crate) fn provide() -> Self {
        let router = Self { path: RwSignal::new(browser::current_path()) };
        provide_context(router);
        // The application lives as long as the page, and so do these.
        let _ = window_event_listener_untyped("click", move |event| {
            if let Some(address) = event.dyn_ref().and_then(followed_link) {
                event.prevent_default();
                router.go(&address);
            }
        });
        let _ = window_event_listener_untyped("popstate", move |_| router.arrive());
        router
    }

    /// The application's.
    pub(crate) fn of_app() -> Self {
        expect_context()
    }

    /// The path of the address. Tracks.
    pub(crate) fn path(self) -> String {
        self.path.get()
    }

    /// The page shown. Changes only when another page is to be shown.
    pub(crate) fn page(self) -> Memo<Page> {
        Memo::new(move |_| self.path.with(|path| Page::at(path)))
    }

    /// Goes to `address`: a page of the portal, or anywhere else.
    pub(crate) fn go(self, address: &str) {
        self.travel(address, false);
    }

    /// The same, leaving no trace of this page in the history.
    pub(crate) fn replace(self, address: &str) {
        self.travel(address, true);
    }

    fn travel(self, address: &str, replace: bool) {
        let here = address.strip_prefix(browser::own_origin().as_str()).unwrap_or(address);
        let path = here.split(['?', '#']).next().unwrap_or_default();
        if !is_local(here) || Page::at(path) == Page::NotFound {
            return browser::leave_to(address);
        }
        if replace {
            browser::replace_address(here);
        } else if let Ok(history) = window().history() {
            // Failing (too many calls a second) only costs an entry of the history.
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(here));
        }
        window().scroll_to_with_x_and_y(0.0, 0.0);
        self.arrive();
    }

    fn arrive(self) {
        self.path.set(browser::current_path());
    }
}

/// True for a path of this portal. `//host` and `/\host` are addresses of other hosts in disguise.
pub(crate) fn is_local(address: &str) -> bool {
    address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/\\")
}

/// The address of the link that a plain click follows, where it leads to another page of the portal.
fn followed_link(event: &web_sys::MouseEvent) -> Option<String> {
    let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if event.default_prevented() || event.button() != 0 || modified {
        return None;
    }
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    let link: web_sys::HtmlAnchorElement = target.closest("a[href]").ok()??.dyn_into().ok()?;
    let here = link.target().is_empty() && !link.has_attribute("download") && link.origin() == browser::own_origin();
    let known = here && Page::at(&link.pathname()) != Page::NotFound;
    known.then(|| link.pathname() + &link.search() + &link.hash())
}
