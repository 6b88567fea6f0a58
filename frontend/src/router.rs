//! Addresses: which page one names, and how one page leads to the next without loading anything.
//!
//! Our own, though Leptos has one: its table of routes, compiled for each page, is a tenth of the portal's WASM, and it
//! changes the browser's address only after the new page has begun to read it.
//!
//! A page of another program is another document, so a link to it is followed only where the server answers (`reach`); otherwise
//! the reader stays, and is told so (`components/stuck`).

mod reach;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};

use crate::browser;

/// The addresses of one program's pages.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    /// Whether one of its pages is at this path; anything else is the browser's business.
    pub is_page: fn(&str) -> bool,
    /// Where its first page is.
    pub home: &'static str,
    /// What a link there says.
    pub home_label: &'static str,
}

/// Where the reader is; a context of the whole application.
#[derive(Clone, Copy)]
pub struct Router {
    addresses: &'static Addresses,
    path: RwSignal<String>,
    query: RwSignal<String>,
    /// Whether the reader wanted to another document and is still here.
    is_stuck: RwSignal<bool>,
    /// Where they wanted to.
    wanted: RwSignal<String>,
}

impl Router {
    /// Provides the context and follows links and the browser's back and forward.
    pub fn provide(addresses: &'static Addresses) -> Self {
        let path = RwSignal::new(browser::current_path());
        let query = RwSignal::new(browser::current_query());
        let (is_stuck, wanted) = (RwSignal::new(false), RwSignal::new(String::new()));
        let router = Self { addresses, path, query, is_stuck, wanted };
        provide_context(router);
        // The application lives as long as the page, and so do these.
        let _ = window_event_listener_untyped("click", move |event| {
            if let Some(address) = event.dyn_ref().and_then(followed_link) {
                event.prevent_default();
                router.follow(&address);
            }
        });
        let _ = window_event_listener_untyped("pointerdown", move |event| {
            let address = event.dyn_ref().and_then(followed_link);
            if address.is_some_and(|address| !router.is_here(&address)) {
                reach::ask();
            }
        });
        let _ = window_event_listener_untyped("popstate", move |_| router.arrive());
        router
    }

    /// The application's.
    pub fn of_app() -> Self {
        expect_context()
    }

    /// The path of the address. Tracks.
    pub fn path(self) -> String {
        self.path.get()
    }

    /// What the address says after its `?`. Tracks.
    pub fn query(self) -> String {
        self.query.get()
    }

    /// Where the first page is, and what a link there says.
    pub fn home(self) -> (&'static str, &'static str) {
        (self.addresses.home, self.addresses.home_label)
    }

    /// Goes to `address`: a page of this program, or anywhere else.
    pub fn go(self, address: &str) {
        self.travel(address, false);
    }

    /// Goes where the reader chose to go: the same, but to another document of the portal only where the server answers.
    pub fn follow(self, address: &str) {
        if self.is_here(address) {
            return self.go(address);
        }
        self.wanted.set(address.to_owned());
        spawn_local(self.try_again());
    }

    /// Goes where the reader wanted to, if the server answers by now.
    pub async fn try_again(self) {
        let answers = reach::answers().await;
        // Set anew it would be drawn anew, and say nothing of the attempt.
        if self.is_stuck.get_untracked() == answers {
            self.is_stuck.set(!answers);
        }
        if answers {
            browser::leave_to(&self.wanted.get_untracked());
        }
    }

    /// Whether the reader wanted to another document and is still here; whoever makes it false ends that.
    pub fn is_stuck(self) -> RwSignal<bool> {
        self.is_stuck
    }

    /// Whether `address` is a page of this program; otherwise going there loads a document.
    pub fn is_here(self, address: &str) -> bool {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        is_local(address) && (self.addresses.is_page)(path)
    }

    /// The same, leaving no trace of this page in the history.
    pub fn replace(self, address: &str) {
        self.travel(address, true);
    }

    fn travel(self, address: &str, replace: bool) {
        let here = address.strip_prefix(browser::own_origin().as_str()).unwrap_or(address);
        if !self.is_here(here) {
            return if replace { browser::leave_for_good(address) } else { browser::leave_to(address) };
        }
        let path = here.split(['?', '#']).next().unwrap_or_default();
        if replace {
            browser::replace_address(here);
        } else if let Ok(history) = window().history() {
            // Failing (too many calls a second) only costs an entry of the history.
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(here));
        }
        if path != self.path.get_untracked() {
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
        self.arrive();
    }

    fn arrive(self) {
        self.path.set(browser::current_path());
        let query = browser::current_query();
        if self.query.with_untracked(|known| *known != query) {
            self.query.set(query);
        }
    }
}

/// True for a path of this portal. `//host` and `/\host` are addresses of other hosts in disguise.
pub fn is_local(address: &str) -> bool {
    address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/\\")
}

/// The address of the link that a plain click follows, where it leads to another page of the portal in this tab.
fn followed_link(event: &web_sys::MouseEvent) -> Option<String> {
    let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if event.default_prevented() || event.button() != 0 || modified {
        return None;
    }
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    let link: web_sys::HtmlAnchorElement = target.closest("a[href]").ok()??.dyn_into().ok()?;
    let here = link.target().is_empty() && !link.has_attribute("download") && link.origin() == browser::own_origin();
    here.then(|| link.pathname() + &link.search() + &link.hash())
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_paths_of_this_portal_are_gone_to_after_signing_in() {
        for address in ["/", "/licenses", "/products/acme/sketchpad?selection=x"] {
            assert!(is_local(address), "{address}");
        }
        for address in
            ["", "licenses", "//evil.example", "/\\evil.example", "https://evil.example.com", "javascript:alert(1)"]
        {
            assert!(!is_local(address), "{address}");
        }
    }
}
