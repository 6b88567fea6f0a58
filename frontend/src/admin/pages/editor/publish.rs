//! The last look before a menu is on sale: what changes, what is perhaps not meant, and what it means for customers.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::admin::catalog::{MenuVersion, PublishRequest};

use super::diff::{Change, changes};
use super::fields::Desk;
use crate::admin::api::{Fault, Method, write};
use crate::admin::layer::{body, layer};
use crate::admin::{browser, words};
use crate::components::button::{button, submit};
use crate::components::el::{el, maybe};
use crate::components::fault::{alert_text, fault_notice};
use crate::load::derived;

/// The dialog.
pub(super) fn dialog(desk: Desk) -> AnyView {
    let title = derived(move || words::publish_version(desk.draft.with(|draft| draft.base) + 1));
    let close = move || desk.publishing.set(false);
    layer("dialog sheet", "publish", desk.publishing.into(), title, close, move || content(desk))
}

fn content(desk: Desk) -> AnyView {
    let reading = desk.reading.get_untracked();
    let content = reading.content;
    let found = desk.published.with_value(|published| published.as_ref().map(|old| changes(old, &content)));
    let what = match found {
        None => el("p", "").text(words::first_menu(content.offers.len())).view(),
        Some(found) if found.is_empty() => alert_text("warn", "", words::NOTHING_CHANGES),
        Some(found) => list(found),
    };
    let count = reading.problems.len();
    let problems = (count > 0).then(|| alert_text("bad", "", words::problems_first(count)));
    let odd = content.find_oddities(browser::now());
    let odd = (!odd.is_empty()).then(|| {
        let item = |odd: shared::menu::MenuError| {
            el("li", "").text(format!("{}: {}", desk.name_of(&odd.field), odd.detail)).view()
        };
        let list = el("ul", "").children(odd.into_iter().map(item)).view();
        let title = el("p", "strong").text(words::PERHAPS_NOT_MEANT).view();
        crate::components::fault::alert("warn", vec![title, list])
    });
    let parts = el("div", "stack")
        .child(el("p", "muted").text(words::PUBLISH_MEANS))
        .maybe(problems)
        .maybe(odd)
        .child(maybe(move || desk.fault.get().map(|fault| fault_notice(&fault))))
        .child(el("h3", "").text(words::WHAT_CHANGES))
        .child(what);
    let foot = el("div", "dialog-foot").child(button("button", words::CANCEL, move || desk.publishing.set(false)));
    let foot = if count == 0 { foot.child(submit("button primary", words::PUBLISH, desk.busy)) } else { foot };
    el("form", "dialog-form")
        .attr("novalidate", "")
        .on_submit(move || send(desk))
        .child(body(parts.view()))
        .child(foot)
        .into()
}

fn list(found: Vec<Change>) -> AnyView {
    let item = |change: Change| {
        let Change { what, old, new } = change;
        let line = el("li", "").child(el("span", "strong").text(format!("{what}: ")));
        match (old, new) {
            (None, Some(new)) => {
                let new = if new == words::ADDED { new } else { words::added(&new) };
                line.child(el("ins", "").text(new)).view()
            }
            (Some(old), None) => line.child(el("del", "").text(old)).text(format!(" {}", words::GOES)).view(),
            (old, new) => line
                .child(el("del", "").text(old.unwrap_or_default()))
                .child(el("span", "visually-hidden").text(words::BECOMES))
                .child(el("span", "").attr("aria-hidden", "true").text(" → "))
                .child(el("ins", "").text(new.unwrap_or_default()))
                .view(),
        }
    };
    el("ul", "changes").children(found.into_iter().map(item)).into()
}

fn send(desk: Desk) {
    if desk.busy.get_untracked() {
        return;
    }
    desk.busy.set(true);
    desk.fault.set(None);
    let slug = desk.product.with_value(|product| product.product.to_string());
    let path = desk.team.path(&format!("products/{slug}/menus"));
    let revision = desk.draft.with_untracked(|draft| draft.revision);
    spawn_local(async move {
        let answer: Result<MenuVersion, Fault> = match write(Method::Post, &path, &PublishRequest { revision }) {
            Ok(request) => desk.publish.send(request).await,
            Err(fault) => Err(fault),
        };
        desk.busy.try_set(false);
        match answer {
            Ok(version) => {
                desk.publishing.set(false);
                desk.team.note_change();
                desk.team.asking.live.toast(&words::published(version.menu));
                desk.router.go(&desk.team.page(&format!("products/{slug}")));
            }
            Err(fault) => {
                desk.fault.try_set(Some(fault));
            }
        }
    });
}
