//! How much of a countable thing is left, as a bar and as a number.

use leptos::prelude::*;
use shared::license::Counter;

use super::el::el;
use crate::load::derived;
use crate::{intl, phrase, words};

/// The uses left of the feature called `name`. Follows `counter` in place; whether there is a limit stays.
pub fn uses_meter(name: &str, counter: Signal<Counter>) -> AnyView {
    let first = counter.get_untracked();
    let is_limited = first.limit.is_some() && first.left.is_some();
    let numbers = move || {
        let counter = counter.get();
        (counter.left.unwrap_or_default(), counter.limit.unwrap_or_default())
    };
    let left_of = move || {
        let (left, limit) = numbers();
        words::left_of(&intl::number(left), &intl::number(limit))
    };
    let text = derived(move || if is_limited { left_of() } else { words::UNLIMITED.to_owned() });
    let head =
        el("p", "meter-text").child(el("span", "").text(name.to_owned())).child(el("span", "number nowrap").text(text));
    let meter = el("div", "meter").child(head);
    if !is_limited {
        return meter.into();
    }
    let name = name.to_owned();
    let class = derived(move || {
        let (left, limit) = numbers();
        if left.saturating_mul(10) <= limit { "low" } else { "" }.to_owned()
    });
    let bar = el("progress", "")
        .attr("class", class)
        .attr("max", derived(move || numbers().1.to_string()))
        .attr("value", derived(move || numbers().0.to_string()))
        .attr("aria-label", derived(move || words::uses_left_label(&name, &left_of())));
    let resets = first.resets.map(|_| el("p", "small muted").text(derived(move || resets(counter.get()))).view());
    meter.child(bar).maybe(resets).into()
}

/// "100 again on 1 February 2027, then every month."
fn resets(counter: Counter) -> String {
    let (Some(period), Some(limit)) = (counter.resets, counter.limit) else { return String::new() };
    let period = phrase::every(period);
    match counter.resets_at {
        Some(at) => words::renewed_at(&intl::number(limit), &intl::date(at), &period),
        None => words::renewed_every(&period),
    }
}
