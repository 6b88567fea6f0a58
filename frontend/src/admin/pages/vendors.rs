//! `/admin`: whose pages to look at.

use leptos::prelude::*;
use shared::api::admin::team::Vendor;

use crate::admin::words;
use crate::components::button::link;
use crate::components::el::{Text, dynamic, el, maybe, several};
use crate::components::fault::empty;
use crate::components::icon::icon;
use crate::components::page::{Width, plain_page};
use crate::load::whenever;
use crate::router::Router;

use super::new_vendor;

/// The vendors in whose teams the person is. With only one there is nothing to choose.
pub(crate) fn choose(vendors: Vec<Vendor>) -> AnyView {
    if let [only] = vendors.as_slice() {
        let address = format!("/admin/{}", only.vendor);
        let router = Router::of_app();
        whenever(move || router.replace(&address));
        return ().into_any();
    }
    if vendors.is_empty() {
        let instance = new_vendor::instance();
        // Until that is known, and where it cannot be: as if nobody could.
        let none = dynamic(move || {
            if instance.ready().is_some_and(|found| found.vendor_sign_up) {
                let add = link("button primary", words::NEW_VENDOR, "/admin/new");
                return empty("box", words::NO_VENDOR, words::NO_VENDOR_ADD, add);
            }
            empty("box", words::NO_VENDOR, words::NO_VENDOR_DETAIL, link("button", words::TO_PORTAL, "/"))
        });
        return plain_page(Width::Medium, words::VENDORS, none);
    }
    let instance = new_vendor::instance();
    let add = maybe(move || {
        let may = instance.ready().is_some_and(|found| found.vendor_sign_up);
        may.then(|| el("div", "row").child(link("button", words::NEW_VENDOR, "/admin/new")).view())
    });
    let card = |vendor: Vendor| {
        let address = format!("/admin/{}", vendor.vendor);
        let name = el("a", "").attr("href", address).text(vendor.name);
        let role: Text = words::role(vendor.role).into();
        let foot = el("p", "muted").text(role);
        let head = el("div", "row apart").child(el("h2", "").child(name)).child(icon("arrow"));
        el("article", "card license-card").child(head).child(foot).view()
    };
    let cards = el("div", "cards").children(vendors.into_iter().map(card)).view();
    plain_page(Width::Full, words::VENDORS, several([cards, add]))
}
