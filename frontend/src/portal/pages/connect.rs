//! `/connect`: the window an app opens to obtain a pass: sign in, choose or buy a license, name this device, done.

mod beside;
mod choose;
mod full;

use leptos::prelude::*;
use shared::menu::Menu;

use crate::api;
use crate::browser;
use crate::components::account_form::{Mode, account_choice};
use crate::components::brand::wear;
use crate::components::button::link;
use crate::components::el::{dynamic, el, several};
use crate::components::fault::{alert_text, empty};
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::components::sources::{source_buttons, source_trouble};
use crate::load::{Loader, derived};
use crate::portal::connect::Connecting;
use crate::portal::errand::AppRequest;
use crate::session::Session;
use crate::words;

/// The page.
pub(crate) fn connect() -> AnyView {
    if let Some(vendor) = browser::query("signed_in") {
        return beside::beside(vendor);
    }
    let connecting = Connecting::of_app();
    if let Some(request) = requested() {
        connecting.begin(request);
    }
    let title = Signal::stored(words::CONNECT_TITLE.to_owned());
    let lead =
        derived(move || connecting.request().map(|request| words::connect_lead(&request.origin)).unwrap_or_default());
    let content = dynamic(move || {
        if let Some(request) = connecting.request() {
            return for_app(request.clone(), move |menu| errand(menu, request.clone()));
        }
        // An app opened this window, and something on the way has cut it off.
        let (title, detail) = match requested() {
            Some(_) => (words::APP_LOST, words::APP_LOST_DETAIL),
            None => (words::NO_APP, words::NO_APP_DETAIL),
        };
        empty("device", title, detail, link("button primary", words::TO_LICENSES, "/licenses"))
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

fn errand(menu: StoredValue<Menu>, request: AppRequest) -> AnyView {
    let signed_in = Session::of_app().is_signed_in();
    let own = dynamic(move || match signed_in.get() {
        None => skeleton("stack", 2, "skeleton medium"),
        Some(false) => el("section", "card stack")
            .attr("aria-label", words::YOUR_ACCOUNT)
            .child(el("h2", "").text(words::YOUR_ACCOUNT))
            .child(source_trouble())
            .child(account_choice(Mode::SignIn, || browser::focus_on("h1")))
            .child(source_buttons(Some(request.vendor.clone()), browser::current_address()))
            .into(),
        Some(true) => choose::choose(menu, request.clone()),
    });
    several([own, el("p", "center").child(receive_link(words::RECEIVE_HERE)).view()])
}

/// Leads to receiving a license. As a new document, since only that page may use the camera.
pub(super) fn receive_link(label: &'static str) -> AnyView {
    el("a", "").attr("href", "/receive").attr("target", "_self").text(label).into()
}

/// `content` for the app that waits. Nothing is sent to the app before the server has said that its origin may have passes
/// of the product.
pub(super) fn for_app(request: AppRequest, content: impl Fn(StoredValue<Menu>) -> AnyView + Send + 'static) -> AnyView {
    let asked = StoredValue::new(request);
    let loader = Loader::new(move || {
        let request = asked.get_value();
        async move {
            let known = api::check_origin(&request.vendor, &request.product, &request.origin).await?;
            let menu = api::get_menu(&request.vendor, &request.product).await?;
            Ok((known, menu))
        }
    });
    let connecting = Connecting::of_app();
    loader.show(
        || skeleton("stack", 2, "skeleton medium"),
        move |(known, menu)| {
            wear(known.brand, &menu.vendor.name);
            if !known.registered {
                let detail = words::not_registered(&asked.get_value().origin, &menu.product.name);
                return alert_text("bad", words::NOT_REGISTERED, detail);
            }
            if let Some(window) = connecting.window() {
                window.ready();
            }
            content(StoredValue::new(menu))
        },
    )
}
