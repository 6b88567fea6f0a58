//! Choices as cards: one of several (radio buttons), or any of several (check boxes).

use leptos::prelude::*;

use super::el::{Text, el};

/// One card.
pub struct Choice {
    /// What is chosen.
    pub name: String,
    /// What it costs, in words; may be empty.
    pub price: String,
    /// A sentence about it; may be empty.
    pub note: String,
    /// A word that stands out beside the name; may be empty.
    pub mark: &'static str,
}

fn card(kind: &'static str, group: String, choice: Choice, checked: Signal<bool>, pick: Box<dyn Fn()>) -> AnyView {
    let Choice { name, price, note, mark } = choice;
    let input =
        el("input", "").attr("type", kind).attr("name", group).prop("checked", checked).on("change", move |_| pick());
    let mark = (!mark.is_empty()).then(|| el("span", "badge accent").text(mark).view());
    let note = (!note.is_empty()).then(|| el("span", "choice-note").text(note).view());
    el("label", "choice")
        .child(input)
        .child(el("span", "choice-name").text(name).text(" ").maybe(mark))
        .child(el("span", "choice-price").text(price))
        .maybe(note)
        .into()
}

/// A radio button within the group named `group`.
pub fn radio(group: impl Into<String>, choice: Choice, checked: Signal<bool>, pick: impl Fn() + 'static) -> AnyView {
    card("radio", group.into(), choice, checked, Box::new(pick))
}

/// A check box.
pub fn check(group: impl Into<String>, choice: Choice, checked: Signal<bool>, toggle: impl Fn() + 'static) -> AnyView {
    card("checkbox", group.into(), choice, checked, Box::new(toggle))
}

/// A titled group of cards, in columns where there is room (`"choices"`) or below one another (`"choices one"`).
pub fn group(class: &'static str, title: impl Into<Text>, hint: impl Into<String>, cards: Vec<AnyView>) -> AnyView {
    let hint: String = hint.into();
    let hint = (!hint.is_empty()).then(|| el("small", "").text(hint).view());
    el("fieldset", "group")
        .child(el("legend", "").text(title).maybe(hint))
        .child(el("div", class).children(cards))
        .into()
}
