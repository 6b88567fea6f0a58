//! `/admin/{vendor}`: what is left to do before the first license is sold, and where things are.

use leptos::prelude::*;
use serde_json::Value;
use shared::api::Page;
use shared::api::admin::catalog::Product;
use shared::api::admin::log::{KeyState, SigningKey};

use crate::api::{self, Fault, read_value};
use crate::browser;
use crate::components::button::link;
use crate::components::el::{el, several};
use crate::components::icon::icon;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::load::Loader;
use crate::team::Team;
use crate::words;

/// What the list of things to do is made from.
#[derive(Clone, PartialEq)]
struct Standing {
    products: Vec<Product>,
    has_key: bool,
    has_order: bool,
}

/// The page.
pub(crate) fn overview() -> AnyView {
    let team = Team::of_app();
    let name = team.vendor().name;
    let role = words::you_are(words::role(team.vendor().role));
    let loader = Loader::new(move || {
        let paths = ["products?limit=100", "keys", "orders?limit=1"].map(|rest| team.path(rest));
        async move {
            let [products, keys, orders] = paths;
            let products = api::list(products).await?;
            let products = products.items.iter().filter_map(|item| read_value(item).ok()).collect();
            Ok(Standing {
                products,
                has_key: has_key(api::list(keys).await)?,
                has_order: has_any(api::list(orders).await)?,
            })
        }
    });
    let content = loader.show(|| skeleton("stack", 4, "skeleton low"), move |standing| show(team, standing));
    page(Width::Medium, Signal::stored(name), Some(Signal::stored(role)), content)
}

fn has_key(keys: Result<Page<Value>, Fault>) -> Result<bool, Fault> {
    let signs = |item: &Value| read_value::<SigningKey>(item).is_ok_and(|key| key.state == KeyState::Active);
    Ok(keys?.items.iter().any(signs))
}

fn has_any(list: Result<Page<Value>, Fault>) -> Result<bool, Fault> {
    Ok(!list?.items.is_empty())
}

fn show(team: Team, standing: Standing) -> AnyView {
    let Standing { products, has_key, has_order } = standing;
    let published = products.iter().find(|product| product.menu.is_some());
    let first = products.first().map(|product| product.product.to_string());
    let menu = first.as_ref().map_or_else(|| "products/new".to_owned(), |slug| format!("products/{slug}/menu"));
    let with_app = products.iter().any(|product| !product.origins.is_empty());
    let app = first.map_or_else(|| "products/new".to_owned(), |slug| format!("products/{slug}"));
    let steps = [
        (!products.is_empty(), words::DO_PRODUCT, words::DO_PRODUCT_WHY, "products/new".to_owned()),
        (published.is_some(), words::DO_MENU, words::DO_MENU_WHY, menu),
        (with_app, words::DO_APP, words::DO_APP_WHY, app),
        (has_key, words::DO_KEY, words::DO_KEY_WHY, "keys".to_owned()),
        (has_order, words::DO_SELL, words::DO_SELL_WHY, "orders".to_owned()),
    ];
    let done = steps.iter().filter(|(is_done, ..)| *is_done).count();
    let step = |(is_done, title, why, rest): (bool, &'static str, &'static str, String)| {
        let state = if is_done { words::DONE } else { words::NOT_DONE };
        let text = el("div", "")
            .child(el("h3", "").child(link("", title, team.page(&rest))))
            .child(el("p", "").text(why))
            .child(el("span", "visually-hidden").text(state));
        let image = icon(if is_done { "done" } else { "arrow" });
        el("li", if is_done { "done" } else { "wait" }).child(image).child(text).view()
    };
    let steps = el("ul", "steps").children(steps.map(step));
    let head = el("div", "row apart")
        .child(el("h2", "").text(words::TO_DO))
        .child(el("p", "muted number").text(words::done_of(done, 5)));
    let card = el("section", "card stack").attr("aria-label", words::TO_DO).child(head).child(steps).view();
    let shop = published.map(|product| {
        let address = format!("{}/products/{}/{}", browser::own_origin(), team.slug(), product.product);
        let copy = crate::components::copy::copy(address.clone(), words::SHOP_ADDRESS);
        el("section", "card stack")
            .attr("aria-label", words::SHOP)
            .child(el("h2", "").text(words::SHOP))
            .child(el("p", "muted").text(words::SHOP_WHY))
            .child(copy)
            .view()
    });
    several([card, shop.unwrap_or_else(|| ().into_any())])
}
