//! `/connect?signed_in=…`: the end of the window in which somebody signed in for the window that an app opened.

use leptos::prelude::*;

use crate::browser;
use crate::components::button::link;
use crate::components::el::{dynamic, el};
use crate::components::fault::empty;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::components::sources::{source_buttons, source_trouble};
use crate::load::whenever;
use crate::session::Session;
use crate::words;

/// Tells the other window and closes; or says what went wrong, and lets it be tried again.
pub(super) fn beside(vendor: String) -> AnyView {
    let session = Session::of_app();
    let signed_in = session.is_signed_in();
    whenever(move || {
        if signed_in.get() == Some(true) {
            session.announce();
            browser::close_window();
        }
    });
    let next = browser::current_address();
    let content = dynamic(move || match signed_in.get() {
        None => skeleton("stack", 2, "skeleton medium"),
        Some(false) => el("section", "card stack")
            .attr("aria-label", words::YOUR_ACCOUNT)
            .child(source_trouble())
            .child(source_buttons(Some(vendor.clone()), next.clone()))
            .into(),
        // Where a page may not close its window.
        Some(true) => empty(
            "check",
            words::SIGNED_IN_HERE,
            words::SIGNED_IN_HERE_DETAIL,
            link("button", words::TO_LICENSES, "/licenses"),
        ),
    });
    page(Width::Narrow, Signal::stored(words::SIGN_IN_TITLE.to_owned()), None, content)
}
