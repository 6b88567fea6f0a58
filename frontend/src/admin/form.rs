//! Fields of forms: each with its label, its hint and its error beside it. Wider than the customers' field: for any name, and
//! for values that are part of something greater.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::components::el::{El, Text, el, maybe};
use crate::components::field::error_text;
use crate::load::derived;

/// What is wrong with a field, if anything.
pub(crate) type Wrong = Signal<Option<String>>;

/// What a field is called.
pub(crate) struct Label {
    /// Its id in the page.
    pub id: String,
    /// Its label.
    pub text: Text,
    /// A sentence below; may be empty.
    pub hint: &'static str,
    /// True where the table around it labels it for those who see: the label is there to be heard only.
    pub is_hidden: bool,
}

/// Choices as [`Label::select`] takes them, of words that are known beforehand.
pub(crate) fn choices(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect()
}

impl Label {
    /// A visible label.
    pub(crate) fn new(id: impl Into<String>, label: impl Into<Text>, hint: &'static str) -> Self {
        Self { id: id.into(), text: label.into(), hint, is_hidden: false }
    }

    /// A label that is only heard.
    pub(crate) fn hidden(id: impl Into<String>, label: impl Into<Text>) -> Self {
        Self { id: id.into(), text: label.into(), hint: "", is_hidden: true }
    }

    fn frame(self, control: El, wrong: Wrong) -> AnyView {
        let Self { id, text, hint, is_hidden } = self;
        let invalid = derived(move || wrong.with(Option::is_some));
        let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
        let described = {
            let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
            derived(move || {
                let hint = if hint.is_empty() { "" } else { hint_id.as_str() };
                if invalid.get() { format!("{error_id} {hint}").trim().to_owned() } else { hint.to_owned() }
            })
        };
        let control = control
            .attr("id", id.clone())
            .attr("name", id.clone())
            .aria("aria-invalid", invalid)
            .attr("aria-describedby", described);
        let error = maybe(move || Some(error_text(error_id.clone(), wrong.get()?)));
        let hint = (!hint.is_empty()).then(|| el("p", "hint").attr("id", hint_id).text(hint).view());
        let class = if is_hidden { "visually-hidden" } else { "" };
        el("div", "field")
            .child(el("label", class).attr("for", id).text(text))
            .child(control)
            .child(error)
            .maybe(hint)
            .into()
    }

    /// A field of one line; `kind` is the input's type.
    pub(crate) fn input(
        self,
        kind: &'static str,
        value: impl Into<Signal<String>>,
        set: impl Fn(String) + 'static,
        wrong: Wrong,
    ) -> AnyView {
        let mode = if kind == "text" { "text" } else { kind };
        let (kind, mode) = if kind == "decimal" { ("text", "decimal") } else { (kind, mode) };
        let control = el("input", if mode == "decimal" { "price" } else { "" })
            .attr("type", kind)
            .attr("inputmode", mode)
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .value(value.into())
            .on("input", move |event| set(value_of(&event)));
        self.frame(control, wrong)
    }

    /// A field of several lines.
    pub(crate) fn area(
        self,
        rows: &'static str,
        value: impl Into<Signal<String>>,
        set: impl Fn(String) + 'static,
        wrong: Wrong,
    ) -> AnyView {
        let control =
            el("textarea", "").attr("rows", rows).value(value.into()).on("input", move |event| set(value_of(&event)));
        self.frame(control, wrong)
    }

    /// One of several: each a value and what it is called.
    pub(crate) fn select(
        self,
        choices: Vec<(String, String)>,
        value: impl Into<Signal<String>>,
        set: impl Fn(String) + 'static,
        wrong: Wrong,
    ) -> AnyView {
        let value = value.into();
        let option = |(name, label): (String, String)| {
            let this = name.clone();
            let selected = derived(move || value.with(|value| *value == this));
            el("option", "").attr("value", name).prop("selected", selected).text(label).view()
        };
        let control =
            el("select", "").children(choices.into_iter().map(option)).on("change", move |event| set(value_of(&event)));
        self.frame(control, wrong)
    }
}

/// A box to tick, with its label beside it.
pub(crate) fn tick(label: impl Into<Text>, checked: Signal<bool>, toggle: impl Fn() + 'static) -> AnyView {
    let input = el("input", "").attr("type", "checkbox").prop("checked", checked).on("change", move |_| toggle());
    el("label", "tick").child(input).child(el("span", "").text(label)).into()
}

/// Several boxes to tick that answer one question.
pub(crate) fn ticks(
    id: &'static str,
    title: &'static str,
    hint: &'static str,
    boxes: AnyView,
    wrong: Wrong,
) -> AnyView {
    let is_wrong = derived(move || wrong.with(Option::is_some));
    let error = maybe(move || Some(error_text(format!("{id}-error"), wrong.get()?)));
    let hint = (!hint.is_empty()).then(|| el("small", "").text(hint).view());
    let described = derived(move || if is_wrong.get() { format!("{id}-error") } else { String::new() });
    // It takes the focus where it is wrong: none of the boxes is.
    el("fieldset", "group ticked")
        .attr("tabindex", "-1")
        .attr("aria-describedby", described)
        .aria("data-wrong", is_wrong)
        .child(el("legend", "").text(title).maybe(hint))
        .child(error)
        .child(boxes)
        .into()
}

/// Nothing can be wrong with it.
pub(crate) fn never_wrong() -> Wrong {
    Signal::stored(None)
}

/// What stands in the control that sent the event.
pub(crate) fn value_of(event: &web_sys::Event) -> String {
    let Some(target) = event.target() else { return String::new() };
    if let Some(input) = target.dyn_ref::<web_sys::HtmlInputElement>() {
        return input.value();
    }
    if let Some(select) = target.dyn_ref::<web_sys::HtmlSelectElement>() {
        return select.value();
    }
    target.dyn_ref::<web_sys::HtmlTextAreaElement>().map(web_sys::HtmlTextAreaElement::value).unwrap_or_default()
}
