//! Pages that need somebody to be signed in, and the way back from signing in.

use leptos::prelude::*;

use crate::browser;
use crate::components::el::dynamic;
use crate::components::skeleton::skeleton;
use crate::load::whenever;
use crate::router::{Router, is_local};
use crate::session::Session;

/// `content` for those signed in; others go to sign in and come back.
pub(crate) fn signed_in(content: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let router = Router::of_app();
    let known = Session::of_app().is_signed_in();
    whenever(move || {
        if known.get() == Some(false) {
            router.replace(&format!("/sign-in?next={}", browser::encode(&browser::current_address())));
        }
    });
    dynamic(move || if known.get() == Some(true) { content() } else { skeleton("stack", 3, "skeleton medium") })
}

/// Where the address says to go after signing in; the licenses, when it says nothing or names another host.
pub(crate) fn next_address() -> String {
    browser::query("next").filter(|next| is_local(next)).unwrap_or_else(|| "/licenses".to_owned())
}
