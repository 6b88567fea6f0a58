//! Vendors' sign-ins that are linked to the account.

use leptos::prelude::*;
use shared::api::sources::{LinkedSource, LinkedSources, OfferedSource};

use crate::components::button::button;
use crate::components::el::el;
use crate::load::Loader;
use crate::{api, browser, intl, words};

use super::{Doing, section};

pub(super) fn sign_ins() -> AnyView {
    let loader: Loader<LinkedSources> = Loader::new(api::list_linked);
    loader.show(|| ().into_any(), move |found| linked(found, loader))
}

fn linked(found: LinkedSources, loader: Loader<LinkedSources>) -> AnyView {
    if found.items.is_empty() && found.offered.is_empty() {
        return ().into_any();
    }
    let doing = Doing::new();
    let (now, is_own) = (browser::now(), !found.made_by_source);
    let item = move |one: LinkedSource| {
        let unlink = move || {
            doing.run(api::unlink_source(one.source_id), move |()| {
                doing.live.toast(words::SIGN_IN_UNLINKED);
                loader.refresh();
            });
        };
        let text = el("div", "")
            .child(el("p", "strong").text(words::sign_in_of(&one.name, &one.vendor.name)))
            .child(el("p", "muted small").text(words::last_used(&intl::relative(one.last_at, now))));
        let unlink = is_own.then(|| button("button", words::SIGN_IN_UNLINK, unlink));
        el("li", "row apart").child(text).maybe(unlink).view()
    };
    let offer = move |one: OfferedSource| {
        let (vendor, source_id) = (one.vendor.slug, one.source_id);
        let link = move || {
            let started = api::link_source(vendor.clone(), source_id);
            doing.run(started, |started| browser::leave_to(&started.url));
        };
        let label = words::link_sign_in(&words::sign_in_of(&one.name, &one.vendor.name));
        button("button", label, link)
    };
    let lead = if is_own { words::SIGN_INS_LEAD } else { words::SIGN_INS_OWN };
    section(words::SIGN_INS_TITLE)
        .child(el("p", "").text(lead))
        .child(doing.notice())
        .child(el("ul", "stack plain").children(found.items.into_iter().map(item)))
        .child(el("div", "row").children(found.offered.into_iter().map(offer)))
        .into()
}
