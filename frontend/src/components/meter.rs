//! How much of a countable thing is left, as a bar and as a number.

use leptos::prelude::*;
use shared::license::Counter;

use crate::{intl, phrase, words};

/// The uses left of the feature called `name`.
pub(crate) fn uses_meter(name: &str, counter: Counter) -> AnyView {
    let (Some(limit), Some(left)) = (counter.limit, counter.left) else {
        return view! {
            <div class="meter"><p class="meter-text"><span>{name.to_owned()}</span><span class="muted">{words::UNLIMITED}</span></p></div>
        }
        .into_any();
    };
    let text = words::left_of(&intl::number(left), &intl::number(limit));
    let low = left.saturating_mul(10) <= limit;
    let resets = counter.resets.map(|period| {
        view! { <p class="small muted">{words::renewed_every(&phrase::every(period))}</p> }.into_any()
    });
    let label = words::uses_left_label(name, &text);
    view! {
        <div class="meter">
            <p class="meter-text"><span>{name.to_owned()}</span><span class="number nowrap">{text}</span></p>
            <progress class:low=low max=limit.to_string() value=left.to_string() aria-label=label></progress>
            {resets}
        </div>
    }
    .into_any()
}
