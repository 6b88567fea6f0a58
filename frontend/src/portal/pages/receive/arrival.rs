//! What would arrive, and the question: in an app's window taken at once, alone by way of the app.

use leptos::prelude::*;
use shared::api::moves::{MovePreview, PreviewFeature};

use super::given::Given;
use crate::components::button::{button, link, submit};
use crate::components::copy::copy;
use crate::components::el::{Text, el, maybe, several};
use crate::components::fault::fault_notice;
use crate::components::lines::{facts, ticks};
use crate::load::derived;
use crate::portal::connect::{Connecting, Handover};
use crate::portal::errand::AppRequest;
use crate::{intl, words};

/// The card. `begin_again` leads back to the code.
pub(super) fn arrival(
    app: Option<AppRequest>,
    given: Given,
    preview: &MovePreview,
    begin_again: impl Fn() + 'static,
) -> AnyView {
    let text = |text: String| AnyView::from(Text::from(text));
    let mut list = vec![(words::FROM_DEVICE, text(preview.from.clone()))];
    let until = preview.until.map_or_else(|| words::PERPETUAL.to_owned(), intl::date);
    list.push((words::UNTIL, text(until)));
    list.push((words::REDEEM_BY, text(intl::time(preview.expires_at))));
    let title = format!("{} {}", preview.product.name, preview.offer_name);
    let card = el("section", "card stack")
        .attr("aria-label", words::ARRIVES)
        .child(el("h2", "").text(title))
        .child(el("p", "muted").text(words::by_vendor(&preview.product.vendor.name)))
        .child(facts(list))
        .child(ticks("ticks", preview.features.iter().map(feature)))
        .child(el("hr", ""));
    let window = app.as_ref().and_then(|_| Connecting::of_app().window());
    let way = match (app, window) {
        (Some(app), Some(window)) => take(Handover::new(app, window), given),
        _ => by_app(&given, preview),
    };
    card.child(way).child(button("button quiet", words::ANOTHER_CODE, begin_again)).into()
}

fn feature(feature: &PreviewFeature) -> AnyView {
    let text = match feature.left {
        Some(left) => words::uses_arrive(&feature.name, &words::uses(left, &intl::number(left))),
        None => feature.name.clone(),
    };
    el("span", "").text(text).into()
}

/// This page has no key that a pass could be bound to; the app has.
fn by_app(given: &Given, preview: &MovePreview) -> AnyView {
    let name = &preview.product.name;
    let Some(app_url) = preview.app_url.as_deref().filter(|url| is_web_address(url)) else {
        let code = match given {
            Given::Code(code) => Some(el("p", "move-code").child(copy(code.clone(), words::MOVE_CODE)).view()),
            Given::Token(_) => None,
        };
        return el("div", "stack").child(el("p", "").text(words::in_the_app(name))).maybe(code).into();
    };
    let address = format!("{}#receive={given}", app_url.split('#').next().unwrap_or_default());
    several([
        link("button primary block large", words::open_app(name), address),
        el("p", "small muted").text(words::open_app_hint(name)).into(),
    ])
}

/// A vendor's text becomes a link only where it leads to a page.
fn is_web_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// Takes the license for the app that waits.
fn take(handover: Handover, given: Given) -> AnyView {
    let label = derived(move || if handover.busy.get() { words::MOVING_HERE } else { words::MOVE_HERE }.to_owned());
    let send = move || {
        let (portable_pass, code) = given.members();
        handover.redeem(portable_pass, code);
    };
    let form = el("form", "stack")
        .attr("novalidate", "")
        .flag("hidden", handover.done)
        .on_submit(send)
        .child(handover.name.field())
        .child(maybe(move || handover.fault.get().map(|fault| fault_notice(&fault))))
        .child(submit("button primary block large", label, handover.busy));
    several([form.view(), handover.outcome()])
}
