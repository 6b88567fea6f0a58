//! Signing in through a vendor's providers: a button for each, and what went wrong on the way back.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::sources::SourceName;

use super::el::{el, maybe};
use super::fault::alert_text;
use crate::{api, browser, words};

/// The window in which somebody signs in for the window that an app opened.
const BESIDE: &str = "passgate-sign-in";

/// Whether this is the window beside the one that an app opened.
pub fn is_beside() -> bool {
    browser::window_name() == BESIDE
}

/// Where a window that is beside another is headed: it tells that one, and closes.
fn back_beside(vendor: &str) -> String {
    format!("/connect?signed_in={}", browser::encode(vendor))
}

/// A button for each provider of the vendor that the reader is a customer of, leading on to `next`; nothing where there is none.
///
/// A window that an app opened stays where it is, and the provider is shown in one beside it: a provider that isolates its
/// windows (`Cross-Origin-Opener-Policy`) would cut it off from its app for good.
pub fn source_buttons(vendor: Option<String>, next: String) -> AnyView {
    let Some(vendor) = vendor.or_else(|| vendor_of(&next)) else { return ().into_any() };
    let (found, is_elsewhere) = (RwSignal::new(Vec::new()), RwSignal::new(false));
    let asked = vendor.clone();
    spawn_local(async move {
        // Without an answer there are still other ways to sign in.
        if let Ok(answer) = api::list_sources(&asked).await {
            found.try_set(answer.items);
        }
    });
    maybe(move || {
        let sources: Vec<SourceName> = found.get();
        let button = |source: SourceName| {
            let address = api::source_start(&vendor, source.source_id, &next);
            let beside = api::source_start(&vendor, source.source_id, &back_beside(&vendor));
            // A document of another site comes next.
            el("a", "button block")
                .attr("href", address)
                .attr("target", "_self")
                .on("click", move |event| {
                    let has_app = browser::opener().is_some() && !is_beside();
                    // Where the browser opens no window the link leads there in this one.
                    if has_app && browser::open_window(&beside, BESIDE) {
                        event.prevent_default();
                        is_elsewhere.set(true);
                    }
                })
                .text(words::continue_with(&source.name))
                .view()
        };
        (!sources.is_empty()).then(|| {
            el("div", "stack tight")
                .attr("role", "group")
                .attr("aria-label", words::OTHER_SIGN_INS)
                .children(sources.into_iter().map(button))
                .child(
                    el("p", "muted center")
                        .attr("role", "status")
                        .child(maybe(move || is_elsewhere.get().then(|| words::SIGN_IN_ELSEWHERE.into_any()))),
                )
                .view()
        })
    })
}

/// Why the way through a provider did not end in signing in, where the address says so.
pub fn source_trouble() -> AnyView {
    let detail = match browser::query("problem").as_deref() {
        Some("denied") => words::SOURCE_DENIED,
        Some("unreachable") => words::SOURCE_UNREACHABLE,
        Some("untrusted") => words::SOURCE_UNTRUSTED,
        Some("over") => words::SOURCE_OVER,
        Some("gone") => words::SOURCE_GONE,
        Some("linked") => words::SOURCE_LINKED,
        Some("taken") => words::SOURCE_TAKEN,
        Some("busy") => words::SOURCE_BUSY,
        _ => return ().into_any(),
    };
    alert_text("warn", words::SOURCE_FAILED, detail)
}

/// The vendor that an address of the portal is about.
fn vendor_of(address: &str) -> Option<String> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    match (parts.next(), parts.next()) {
        (Some("products" | "checkout" | "agreements"), Some(vendor)) => Some(vendor.to_owned()),
        (Some("connect"), None) => query.split('&').find_map(|pair| pair.strip_prefix("vendor=")).map(str::to_owned),
        _ => None,
    }
}
