//! What is shown when something did not work: what happened, what helps, and the request's id for support.

use leptos::prelude::*;
use shared::refusal::RefusalCode;

use super::button::{button, button_link};
use super::copy::copy;
use super::icon::icon;
use crate::api::Fault;
use crate::words;

/// In place of a page's content, with a way to try again.
pub(crate) fn fault_panel(fault: &Fault, retry: impl Fn() + 'static) -> AnyView {
    if fault.is(RefusalCode::NotFound) {
        return empty("search", words::NOT_FOUND, words::NOT_FOUND_DETAIL, button_link("", words::TO_PRODUCTS, "/"));
    }
    let (name, title) = if fault.offline { ("offline", words::OFFLINE) } else { ("bad", words::FAULT_TITLE) };
    let request = request_id(fault);
    view! {
        <div class="card empty" role="alert">
            {icon(name)}
            <h2>{title}</h2>
            <p>{fault.detail.clone()}</p>
            {request}
            {button("primary", words::TRY_AGAIN, retry)}
        </div>
    }
    .into_any()
}

fn request_id(fault: &Fault) -> Option<AnyView> {
    let id = fault.request_id.clone()?;
    Some(view! { <p class="small">{words::REQUEST_ID}" "{copy(id, words::REQUEST_ID)}</p> }.into_any())
}

/// Beside a form, after a refused write.
pub(crate) fn fault_notice(fault: &Fault) -> AnyView {
    let request = request_id(fault);
    notice("bad", "bad", view! { <p>{fault.detail.clone()}</p>{request} }.into_any(), true)
}

/// A coloured box with an icon; `alert` makes it spoken at once.
pub(crate) fn notice(tone: &'static str, name: &'static str, content: AnyView, alert: bool) -> AnyView {
    view! {
        <div class=format!("notice {tone}") role=alert.then_some("alert")>{icon(name)}<div>{content}</div></div>
    }
    .into_any()
}

/// Nothing is here: one sentence, one action.
pub(crate) fn empty(name: &'static str, title: &'static str, detail: impl Into<String>, action: AnyView) -> AnyView {
    view! {
        <div class="card empty">{icon(name)}<h2>{title}</h2><p>{detail.into()}</p>{action}</div>
    }
    .into_any()
}
