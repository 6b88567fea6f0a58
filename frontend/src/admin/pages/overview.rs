//! `/admin/{vendor}`: what is left to do before the first license is sold, and where things are.

use futures_util::future::join3;
use leptos::prelude::*;
use serde_json::Value;
use shared::api::Page;
use shared::api::admin::catalog::Product;
use shared::api::admin::log::{KeyState, SigningKey};
use shared::team::Permission;

use crate::admin::api::{self, Fault, read_value};
use crate::admin::team::Team;
use crate::admin::words;
use crate::browser;
use crate::components::button::{button, link};
use crate::components::el::{el, several};
use crate::components::icon::icon;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::load::Loader;

/// What the list of things to do is made from.
#[derive(Clone, PartialEq)]
struct Standing {
    products: Result<Vec<Product>, Fault>,
    has_key: Result<bool, Fault>,
    has_order: Result<bool, Fault>,
}

/// The page.
pub(crate) fn overview() -> AnyView {
    let team = Team::of_app();
    let name = team.vendor().name;
    let role = words::you_are(words::role(team.vendor().role));
    let loader = Loader::new(move || {
        let paths = ["products?limit=100", "keys", "orders?limit=1"].map(|rest| team.path(rest));
        async move {
            let [products, keys, orders] = paths.map(api::list);
            let (products, keys, orders) = join3(products, keys, orders).await;
            let standing = Standing {
                products: products.map(|found| found.items.iter().filter_map(|item| read_value(item).ok()).collect()),
                has_key: has_key(keys),
                has_order: has_any(orders),
            };
            // What is refused says so itself, as long as there is anything to show.
            match standing {
                Standing { products: Err(fault), has_key: Err(_), has_order: Err(_) } => Err(fault),
                standing => Ok(standing),
            }
        }
    });
    let again = move || loader.refresh();
    let content = loader.show(|| skeleton("stack", 4, "skeleton low"), move |standing| show(team, standing, again));
    page(Width::Medium, Signal::stored(name), Some(Signal::stored(role)), content)
}

fn has_key(keys: Result<Page<Value>, Fault>) -> Result<bool, Fault> {
    let signs = |item: &Value| read_value::<SigningKey>(item).is_ok_and(|key| key.state == KeyState::Active);
    Ok(keys?.items.iter().any(signs))
}

fn has_any(list: Result<Page<Value>, Fault>) -> Result<bool, Fault> {
    Ok(!list?.items.is_empty())
}

/// Whether a step is done; the sentence where that could not be looked at.
type Done = Result<bool, String>;

fn show(team: Team, standing: Standing, again: impl Fn() + 'static) -> AnyView {
    let Standing { products, has_key, has_order } = standing;
    // Whoever has sold something looks at that first.
    let sees = has_order == Ok(true) && team.may(Permission::ReadOrders);
    let unseen = |fault: &Fault| words::unseen(&fault.detail);
    let (products, no_products) = match products {
        Ok(products) => (products, None),
        Err(fault) => (Vec::new(), Some(unseen(&fault))),
    };
    let of_products = |is_done: bool| no_products.clone().map_or(Ok(is_done), Err);
    let published = products.iter().find(|product| product.menu.is_some());
    let first = products.first().map(|product| product.product.to_string());
    let menu = first.as_ref().map_or_else(|| "products/new".to_owned(), |slug| format!("products/{slug}/menu"));
    let with_app = products.iter().any(|product| !product.origins.is_empty());
    let app = first.map_or_else(|| "products/new".to_owned(), |slug| format!("products/{slug}"));
    let steps: [(Done, &'static str, &'static str, String); 5] = [
        (of_products(!products.is_empty()), words::DO_PRODUCT, words::DO_PRODUCT_WHY, "products/new".to_owned()),
        (of_products(published.is_some()), words::DO_MENU, words::DO_MENU_WHY, menu),
        (of_products(with_app), words::DO_APP, words::DO_APP_WHY, app),
        (has_key.map_err(|fault| unseen(&fault)), words::DO_KEY, words::DO_KEY_WHY, "keys".to_owned()),
        (has_order.map_err(|fault| unseen(&fault)), words::DO_SELL, words::DO_SELL_WHY, "orders".to_owned()),
    ];
    let done = steps.iter().filter(|(is_done, ..)| *is_done == Ok(true)).count();
    let has_unseen = steps.iter().any(|(is_done, ..)| is_done.is_err());
    let again = has_unseen.then(|| el("div", "row").child(button("button", words::LOOK_AGAIN, again)).view());
    let steps = el("ul", "steps").children(steps.map(|(is_done, title, why, rest)| {
        let (class, image, state) = match is_done {
            Ok(true) => ("done", "done", el("span", "visually-hidden").text(words::DONE)),
            Ok(false) => ("wait", "arrow", el("span", "visually-hidden").text(words::NOT_DONE)),
            Err(why) => ("wait", "info", el("p", "small").text(why)),
        };
        let text = el("div", "")
            .child(el("h3", "").child(link("", title, team.page(&rest))))
            .child(el("p", "").text(why))
            .child(state);
        el("li", class).child(icon(image)).child(text).view()
    }));
    let head = el("div", "row apart")
        .child(el("h2", "").text(words::TO_DO))
        .child(el("p", "muted number").text(words::done_of(done, 5)));
    let card =
        el("section", "card stack").attr("aria-label", words::TO_DO).child(head).child(steps).maybe(again).view();
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
    let summary = if sees { super::figures::summary(team) } else { ().into_any() };
    several([summary, card, shop.unwrap_or_else(|| ().into_any())])
}
