//! How much of a countable thing is left, as a bar and as a number.

use leptos::prelude::*;
use shared::license::Counter;

use super::el::el;
use crate::{intl, phrase, words};

/// The uses left of the feature called `name`.
pub(crate) fn uses_meter(name: &str, counter: Counter) -> AnyView {
    let text = |left: String| {
        let name = el("span", "").text(name.to_owned());
        el("p", "meter-text").child(name).child(el("span", "number nowrap").text(left))
    };
    let (Some(limit), Some(left)) = (counter.limit, counter.left) else {
        return el("div", "meter").child(text(words::UNLIMITED.to_owned())).into();
    };
    let left_of = words::left_of(&intl::number(left), &intl::number(limit));
    let bar = el("progress", if left.saturating_mul(10) <= limit { "low" } else { "" })
        .attr("max", limit.to_string())
        .attr("value", left.to_string())
        .attr("aria-label", words::uses_left_label(name, &left_of));
    let resets =
        counter.resets.map(|period| el("p", "small muted").text(words::renewed_every(&phrase::every(period))).view());
    el("div", "meter").child(text(left_of)).child(bar).maybe(resets).into()
}
