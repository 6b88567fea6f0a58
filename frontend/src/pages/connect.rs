//! `/connect`: the window an app opens to obtain a pass: sign in, choose or buy a license, name this device, done.

mod choose;

use leptos::prelude::*;

use crate::api;
use crate::browser;
use crate::components::account_form::{Mode, account_choice};
use crate::components::button::link;
use crate::components::el::{dynamic, el};
use crate::components::fault::{alert_text, empty};
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::connect::{AppRequest, Connecting};
use crate::load::Loader;
use crate::session::Session;
use crate::words;

/// The page.
pub(crate) fn connect() -> AnyView {
    let connecting = Connecting::of_app();
    if let Some(request) = requested() {
        connecting.begin(request);
    }
    let title = Signal::stored(words::CONNECT_TITLE.to_owned());
    let lead = Signal::derive(move || {
        connecting.request().map(|request| words::connect_lead(&request.origin)).unwrap_or_default()
    });
    let content = dynamic(move || match connecting.request() {
        Some(request) => errand(request),
        None => empty(
            "device",
            words::NO_APP,
            words::NO_APP_DETAIL,
            link("button primary", words::TO_LICENSES, "/licenses"),
        ),
    });
    page(Width::Narrow, title, Some(lead), content)
}

fn requested() -> Option<AppRequest> {
    Some(AppRequest {
        vendor: browser::query("vendor")?,
        product: browser::query("product")?,
        origin: browser::query("origin")?,
        state: browser::query("state")?,
    })
}

/// Nothing is sent to the app before the server has said that its origin may have passes of the product.
fn errand(request: AppRequest) -> AnyView {
    let asked = StoredValue::new(request);
    let loader = Loader::new(move || {
        let request = asked.get_value();
        async move {
            let registered = api::check_origin(&request.vendor, &request.product, &request.origin).await?;
            let menu = api::get_menu(&request.vendor, &request.product).await?;
            Ok((registered, menu))
        }
    });
    let connecting = Connecting::of_app();
    loader.show(
        || skeleton("stack", 2, "skeleton medium"),
        move |(registered, menu)| {
            if !registered {
                let detail = words::not_registered(&asked.get_value().origin, &menu.product.name);
                return alert_text("bad", words::NOT_REGISTERED, detail);
            }
            if let Some(window) = connecting.window() {
                window.ready();
            }
            let signed_in = Session::of_app().is_signed_in();
            let menu = StoredValue::new(menu);
            dynamic(move || match signed_in.get() {
                None => skeleton("stack", 2, "skeleton medium"),
                Some(false) => el("section", "card stack")
                    .attr("aria-label", words::YOUR_ACCOUNT)
                    .child(el("h2", "").text(words::YOUR_ACCOUNT))
                    .child(account_choice(Mode::SignIn, || browser::focus_on("h1")))
                    .into(),
                Some(true) => choose::choose(menu, asked.get_value()),
            })
        },
    )
}
