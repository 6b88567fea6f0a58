//! The menus that were published with another tax, each with the way to publish it again with this one.

use std::sync::Arc;

use leptos::prelude::*;
use shared::api::admin::team::{OtherTax, RetaxRequest};
use shared::tax::Tax;
use shared::team::Permission;

use super::Form;
use crate::admin::api::{Attempt, Call, Method, write};
use crate::admin::ask::{Act, Ask};
use crate::admin::words;
use crate::components::button::button;
use crate::components::el::{el, maybe};
use crate::components::fault::alert;
use crate::phrase;

/// The part of the page; nothing where every menu has the tax.
pub(super) fn other_tax(form: Form) -> AnyView {
    maybe(move || {
        let (menus, tax) = form.now.with(|now| (now.other_tax.clone(), now.tax.clone()));
        let count = menus.len();
        let row = |menu: OtherTax| {
            let has = words::menu_has_tax(&menu.name, menu.menu, &name(menu.tax.as_ref()));
            let tax = name(tax.as_ref());
            let again = button("button", words::RETAX, move || ask(form, &menu, &tax));
            let again = form.team.may(Permission::EditCatalog).then_some(again);
            el("li", "row apart").child(el("span", "").text(has)).maybe(again).view()
        };
        let rows = el("ul", "stack tight plain").children(menus.into_iter().map(row)).view();
        let title = el("p", "strong").text(words::other_tax(count)).view();
        (count > 0).then(|| alert("warn", vec![title, rows]))
    })
}

fn name(tax: Option<&Tax>) -> String {
    tax.map_or_else(
        || words::TAX_NONE.to_lowercase(),
        |tax| {
            let how = if tax.included { words::TAX_INCLUDED } else { words::TAX_ADDED };
            format!("{} ({})", phrase::tax(&tax.name, tax.rate), how.to_lowercase())
        },
    )
}

fn ask(form: Form, menu: &OtherTax, tax: &str) {
    let path = form.team.path(&format!("products/{}/tax", menu.product));
    let (version, attempt, team) = (menu.menu, Attempt::new(), form.team);
    let act: Act = Arc::new(move |_| {
        let request = write(Method::Post, &path, &RetaxRequest { menu: version });
        Some(Box::pin(async move {
            attempt.act(request?).await?;
            let (settings, _) = super::send(Call::new(Method::Get, &team.path("settings"))).await?;
            form.now.try_set(settings);
            Ok(())
        }))
    });
    let title = words::ask_retax(&menu.name, tax);
    team.asking.ask(Ask::plain(title, words::RETAX_MEANS, words::RETAX, act, words::RETAXED));
}
