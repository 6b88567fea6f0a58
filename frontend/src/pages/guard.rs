//! Pages that need somebody to be signed in, and the way on from one page to another.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_params_map, use_query_map};

use crate::browser;
use crate::components::el::dynamic;
use crate::components::skeleton::skeleton;
use crate::session::Session;

/// `content` for those signed in; others go to sign in and come back.
pub(crate) fn signed_in(content: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let navigate = use_navigate();
    let known = Session::of_app().is_signed_in();
    // As the router has it: the browser still shows the page before while this one is built. None of these has a query.
    let path = use_location().pathname;
    let here = path.get_untracked();
    Effect::new(move |_| {
        // Somebody who signs out is on the way elsewhere already.
        if known.get() == Some(false) && path.get_untracked() == here {
            let next = browser::encode(&here);
            navigate(&format!("/sign-in?next={next}"), NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
    dynamic(move || if known.get() == Some(true) { content() } else { skeleton("stack", 3, "skeleton medium") })
}

/// A function that goes to an address of the portal, or leaves it for another one.
pub(crate) fn use_go() -> impl Fn(&str) + Clone + Send + 'static {
    let navigate = use_navigate();
    move |address: &str| {
        let here = address.strip_prefix(browser::own_origin().as_str()).unwrap_or(address);
        if is_local(here) { navigate(here, NavigateOptions::default()) } else { browser::leave_to(address) }
    }
}

/// True for a path of this portal. `//host` and `/\host` are addresses of other hosts in disguise.
pub(crate) fn is_local(address: &str) -> bool {
    address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/\\")
}

/// Where the address says to go after signing in; the licenses, when it says nothing or names another host.
pub(crate) fn use_next() -> Signal<String> {
    let query = use_query_map();
    Signal::derive(move || {
        let next = query.with(|query| query.get("next")).filter(|next| is_local(next));
        next.unwrap_or_else(|| "/licenses".to_owned())
    })
}

/// A part of the path.
pub(crate) fn use_part(name: &'static str) -> Signal<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get(name)).unwrap_or_default()).into()
}
