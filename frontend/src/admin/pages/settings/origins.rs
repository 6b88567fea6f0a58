//! The web origins of all products' apps, in one table. They are the products' own: each is kept with its product.

use std::sync::Arc;

use leptos::prelude::*;
use shared::api::Page;
use shared::api::admin::catalog::{Product, ProductEdit};
use shared::product::find_faults;
use shared::team::Permission;

use crate::admin::api::{self, Method, call, if_match, read_value, write};
use crate::admin::ask::{Act, Answer, Ask, Outcome, Part};
use crate::admin::form::Label;
use crate::admin::team::Team;
use crate::admin::words;
use crate::components::button::button;
use crate::components::el::{Text, el, several};
use crate::components::skeleton::skeleton;
use crate::components::table::table;
use crate::load::Loader;

/// The part of the page.
pub(super) fn origins(team: Team) -> AnyView {
    let path = team.path("products?limit=100");
    let loader = Loader::new(move || {
        team.heed_changes();
        api::list(path.clone())
    });
    let content = loader.show(
        || skeleton("stack", 1, "skeleton medium"),
        move |found: Page<serde_json::Value>| {
            let products: Vec<Product> = found.items.iter().filter_map(|item| read_value(item).ok()).collect();
            show(team, &products)
        },
    );
    el("section", "card stack")
        .attr("aria-label", words::APP_ORIGINS)
        .child(el("h2", "").text(words::APP_ORIGINS))
        .child(el("p", "muted").text(words::APP_ORIGINS_LEAD))
        .child(content)
        .into()
}

fn show(team: Team, products: &[Product]) -> AnyView {
    let may = team.may(Permission::EditCatalog);
    let mut rows = Vec::new();
    for product in products {
        for origin in &product.origins {
            let (this, product_now) = (origin.clone(), product.clone());
            let remove = move || ask_remove(team, &product_now, &this);
            let label = el("span", "visually-hidden").text(format!(" {origin}"));
            let remove = button("button quiet", words::REMOVE, remove);
            let acts = if may { el("span", "").child(remove).child(label).view() } else { super::super::none() };
            let name = Text::from(product.name.clone()).into();
            rows.push(vec![el("code", "").text(origin.clone()).view(), name, acts]);
        }
    }
    let list = if rows.is_empty() {
        el("p", "muted").text(words::NO_ORIGINS).view()
    } else {
        table(words::APP_ORIGINS, [words::ORIGIN, words::PRODUCT_LABEL, words::NEXT], rows.into_iter())
    };
    let products = products.to_vec();
    let add = (may && !products.is_empty())
        .then(|| el("div", "row").child(button("button", words::ADD_ORIGIN, move || ask_add(team, &products))).view());
    several([list, add.unwrap_or_else(|| ().into_any())])
}

fn edit_of(product: &Product) -> ProductEdit {
    let Product { name, summary, origins, app_url, .. } = product.clone();
    ProductEdit { name, summary, origins, app_url }
}

fn save(team: Team, product: &Product, edit: &ProductEdit) -> Outcome {
    let request = write(Method::Put, &team.path(&format!("products/{}", product.product)), edit);
    let revision = product.revision;
    Box::pin(async move {
        call(if_match(request?, revision)).await?;
        team.note_change();
        Ok(())
    })
}

fn ask_remove(team: Team, product: &Product, origin: &str) {
    let mut edit = edit_of(product);
    edit.origins.retain(|known| known != origin);
    let title = words::ask_remove_origin(origin, &product.name);
    let product = product.clone();
    let act: Act = Arc::new(move |_| Some(save(team, &product, &edit)));
    let plain = Ask::plain(title, words::REMOVE_ORIGIN_MEANS, words::REMOVE_ORIGIN, act, words::SAVED);
    team.asking.ask(Ask { takes: true, ..plain });
}

fn ask_add(team: Team, products: &[Product]) {
    let first = products.first().map(|product| product.product.to_string()).unwrap_or_default();
    let (which, origin) = (Answer::new(first), Answer::new(String::new()));
    let choices: Vec<_> = products.iter().map(|product| (product.product.to_string(), product.name.clone())).collect();
    let fields: Part = Arc::new(move || {
        let label = Label::new("product", words::PRODUCT_LABEL, "");
        let product = label.select(choices.clone(), which.value, move |chosen| which.value.set(chosen), which.wrong());
        several([product, origin.input(Label::new("origin", words::ORIGIN, words::ORIGIN_HINT), "url")])
    });
    let products = products.to_vec();
    let act: Act = Arc::new(move |_| {
        let slug = which.value.get_untracked();
        let product = products.iter().find(|product| product.product.as_str() == slug)?;
        let with = |text: &str| {
            let mut edit = edit_of(product);
            edit.origins.push(text.trim_end_matches('/').to_owned());
            find_faults(&edit).is_empty().then_some(edit)
        };
        let edit = origin.read(with, words::ORIGIN_WRONG)?;
        Some(save(team, product, &edit))
    });
    let plain = Ask::plain(words::ADD_ORIGIN.to_owned(), words::ADD_ORIGIN_MEANS, words::ADD_ORIGIN, act, words::SAVED);
    team.asking.ask(Ask { fields: Some(fields), ..plain });
}
