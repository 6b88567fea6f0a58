//! `/checkout/{vendor}/{product}`: what you get, what it costs, agree, pay.

mod coupon;
mod form;
mod summary;

use leptos::prelude::*;
use shared::coupon::CouponTerms;
use shared::menu::Menu;
use shared::quote::{Selection, choose};

use crate::components::button::{back_link, link};
use crate::components::el::{dynamic, el, maybe, several};
use crate::components::fault::empty;
use crate::components::page::{Width, plain_page};
use crate::components::skeleton::skeleton;
use crate::load::{Loader, whenever};
use crate::selection::changes::{Change, Seen};
use crate::{api, browser, selection, words};

use super::menu::KnownMenus;
use coupon::Coupon;

/// What is being bought, and what changed about it since the customer last looked.
#[derive(Clone, Copy)]
struct Purchase {
    seen: RwSignal<Seen>,
    changed: RwSignal<Option<Vec<Change>>>,
    coupon: Coupon,
}

/// What the address names, as the server has it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    menu: Menu,
    coupon: Option<CouponTerms>,
    /// Why the coupon is none.
    refused: Option<String>,
}

/// The page.
pub(crate) fn checkout(vendor: String, product: String) -> AnyView {
    let known = KnownMenus::of_app();
    let version = browser::query("menu").and_then(|version| version.parse::<u32>().ok()).unwrap_or(0);
    let loader = Loader::new(move || {
        let (vendor, product) = (vendor.clone(), product.clone());
        async move {
            let menu = match known.find(&vendor, &product, version) {
                Some(menu) => menu,
                None => api::get_menu(&vendor, &product).await?,
            };
            let coupon = match wanted().and_then(|selection| selection.coupon) {
                Some(code) => Some(coupon::look_up(&vendor, &product, &code).await?),
                None => None,
            };
            let refused = coupon.as_ref().and_then(|coupon| coupon.clone().err());
            Ok(Found { menu, coupon: coupon.and_then(Result::ok), refused })
        }
    });
    let content = loader.show(
        || skeleton("checkout", 2, "skeleton tall"),
        move |found| {
            let menu_address = format!("/products/{}/{}", found.menu.vendor.slug, found.menu.product.slug);
            match begin(found, version) {
                Some(purchase) => layout(purchase),
                None => empty(
                    "box",
                    words::NOTHING_CHOSEN,
                    words::NOTHING_CHOSEN_DETAIL,
                    link("button primary", words::CHOOSE_LICENSE, menu_address),
                ),
            }
        },
    );
    plain_page(Width::Full, words::CHECKOUT_TITLE, content)
}

fn wanted() -> Option<Selection> {
    selection::decode(&browser::query("selection")?)
}

fn begin(found: Found, version: u32) -> Option<Purchase> {
    let Found { menu, coupon, refused } = found;
    let wanted = wanted()?;
    let possible = choose(&menu, &wanted).is_ok();
    let selection = if possible { wanted } else { selection::fit(&menu, Some(wanted))? };
    // A coupon that is not for this takes nothing off, and the field says why.
    let (priced, coupon, refused) = match coupon::price(&menu, selection.clone(), coupon.as_ref()) {
        Ok(priced) => (priced, coupon, refused),
        Err(wrong) => (coupon::price(&menu, selection, None).ok()?, None, Some(words::sentence(wrong.detail))),
    };
    let (quote, selection) = priced;
    // The old prices are not known here, only that the menu is another one: the page asks to look again.
    let changed = (!possible || version != menu.menu).then(Vec::new);
    let seen = Seen { menu, selection, quote };
    Some(Purchase { seen: RwSignal::new(seen), changed: RwSignal::new(changed), coupon: Coupon::new(coupon, refused) })
}

fn layout(purchase: Purchase) -> AnyView {
    whenever(move || {
        purchase.seen.with(|seen| browser::replace_address(&checkout_address(seen)));
    });
    let back = dynamic(move || purchase.seen.with(|seen| back_link(words::CHANGE_SELECTION, menu_address(seen))));
    let changed = maybe(move || purchase.changed.get().map(|changed| summary::changes_notice(&changed)));
    let columns = el("div", "checkout").child(summary::summary(purchase)).child(form::form(purchase));
    several([el("div", "").child(back).view(), changed, columns.view()])
}

fn menu_address(seen: &Seen) -> String {
    let text = selection::encode(&seen.selection);
    format!("/products/{}/{}?selection={text}", seen.menu.vendor.slug, seen.menu.product.slug)
}

fn checkout_address(seen: &Seen) -> String {
    let text = selection::encode(&seen.selection);
    format!("/checkout/{}/{}?selection={text}&menu={}", seen.menu.vendor.slug, seen.menu.product.slug, seen.menu.menu)
}
