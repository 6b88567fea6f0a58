//! What is shown when something did not work: what happened, what helps, and the request's id for support.

use leptos::prelude::*;
use shared::refusal::RefusalCode;

use super::button::{button, link};
use super::copy::copy;
use super::el::{Text, el};
use super::icon::icon;
use crate::api::Fault;
use crate::router::Router;
use crate::words;

/// In place of a page's content, with a way to try again.
pub fn fault_panel(fault: &Fault, retry: impl Fn() + 'static) -> AnyView {
    if fault.is(RefusalCode::NotFound) {
        let (home, label) = Router::of_app().home();
        return empty("search", words::NOT_FOUND_HERE, words::NOT_FOUND_DETAIL, link("button", label, home));
    }
    if fault.is(RefusalCode::Forbidden) {
        let (home, label) = Router::of_app().home();
        return empty("key", words::FORBIDDEN, fault.detail.clone(), link("button", label, home));
    }
    let (name, title) = if fault.offline { ("offline", words::OFFLINE) } else { ("bad", words::FAULT_TITLE) };
    el("div", "card empty")
        .attr("role", "alert")
        .child(icon(name))
        .child(el("h2", "").text(title))
        .child(el("p", "").text(fault.detail.clone()))
        .maybe(request_id(fault))
        .child(button("button primary", words::TRY_AGAIN, retry))
        .into()
}

/// Beside a form, after a refused write.
pub fn fault_notice(fault: &Fault) -> AnyView {
    let detail = el("p", "").text(fault.detail.clone()).view();
    // A definite refusal says all there is to say; the id is for asking about what went wrong on our side.
    let request = request_id(fault).filter(|_| !fault.definite);
    alert("bad", std::iter::once(detail).chain(request).collect())
}

fn request_id(fault: &Fault) -> Option<AnyView> {
    let id = fault.request_id.clone()?;
    Some(el("p", "small").text(words::REQUEST_ID).text(" ").child(copy(id, words::REQUEST_ID)).view())
}

/// A coloured box with an icon that says something at once: `tone` is `good`, `warn` or `bad`.
pub fn alert(tone: &'static str, content: Vec<AnyView>) -> AnyView {
    let (class, name) = match tone {
        "good" => ("notice good", "done"),
        "warn" => ("notice warn", "warn"),
        _ => ("notice bad", "bad"),
    };
    el("div", class).attr("role", "alert").child(icon(name)).child(el("div", "").children(content)).into()
}

/// An alert of a title and a sentence; either may be empty.
pub fn alert_text(tone: &'static str, title: &'static str, detail: impl Into<String>) -> AnyView {
    let detail: String = detail.into();
    let title = (!title.is_empty()).then(|| el("p", "strong").text(title).view());
    let detail = (!detail.is_empty()).then(|| el("p", "").text(detail).view());
    alert(tone, title.into_iter().chain(detail).collect())
}

/// Nothing is here: one sentence, one action.
pub fn empty(name: &'static str, title: &'static str, detail: impl Into<Text>, action: AnyView) -> AnyView {
    el("div", "card empty")
        .child(icon(name))
        .child(el("h2", "").text(title))
        .child(el("p", "").text(detail))
        .child(action)
        .into()
}
