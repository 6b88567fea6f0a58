//! Choices as cards: one of several (radio buttons), or any of several (check boxes).

use leptos::prelude::*;

/// One card.
pub(crate) struct Choice {
    /// What is chosen.
    pub name: String,
    /// What it costs, in words; may be empty.
    pub price: String,
    /// A sentence about it; may be empty.
    pub note: String,
    /// A word that stands out beside the name; may be empty.
    pub mark: &'static str,
    /// False when it cannot be chosen now.
    pub enabled: bool,
}

type Pick = Box<dyn Fn(leptos::ev::Event)>;

fn card(kind: &'static str, group: &str, choice: Choice, checked: Signal<bool>, pick: Pick) -> AnyView {
    let Choice { name, price, note, mark, enabled } = choice;
    let mark = (!mark.is_empty()).then(|| view! { " " <span class="badge accent">{mark}</span> }.into_any());
    let note = (!note.is_empty()).then(|| view! { <span class="choice-note">{note}</span> }.into_any());
    view! {
        <label class="choice">
            <input type=kind name=group.to_owned() disabled=!enabled prop:checked=checked on:change=pick/>
            <span class="choice-name">{name}{mark}</span>
            <span class="choice-price">{price}</span>
            {note}
        </label>
    }
    .into_any()
}

/// A radio button within the group named `group`.
pub(crate) fn radio(group: &str, choice: Choice, checked: Signal<bool>, pick: impl Fn() + 'static) -> AnyView {
    card("radio", group, choice, checked, Box::new(move |_| pick()))
}

/// A check box.
pub(crate) fn check(group: &str, choice: Choice, checked: Signal<bool>, toggle: impl Fn() + 'static) -> AnyView {
    card("checkbox", group, choice, checked, Box::new(move |_| toggle()))
}

/// A titled group of cards.
pub(crate) fn group(title: impl Into<String>, hint: impl Into<String>, one_column: bool, cards: Vec<AnyView>) -> AnyView {
    let hint = Some(hint.into()).filter(|hint| !hint.is_empty()).map(|hint| view! { <small>{hint}</small> }.into_any());
    let class = if one_column { "choices one" } else { "choices" };
    view! {
        <fieldset class="group">
            <legend>{title.into()}{hint}</legend>
            <div class=class>{cards}</div>
        </fieldset>
    }
    .into_any()
}
