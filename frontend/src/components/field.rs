//! A labelled input with its hint and its error beside it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::el::{el, maybe};
use super::icon::icon;
use crate::load::derived;

/// What a field asks for.
#[derive(Clone, Copy)]
pub struct Field {
    /// The member of the request, which is also the input's id and name.
    pub name: &'static str,
    /// The label, always visible.
    pub label: &'static str,
    /// A sentence below, or nothing.
    pub hint: &'static str,
    /// The input's type.
    pub kind: &'static str,
    /// What the browser may fill in.
    pub autocomplete: &'static str,
}

impl Field {
    /// The field, writing to `value`; `error` is what is wrong with it.
    pub fn show(self, value: RwSignal<String>, error: Signal<Option<String>>) -> AnyView {
        let Self { name, label, hint, kind, autocomplete } = self;
        let invalid = derived(move || error.with(Option::is_some));
        let described = derived(move || {
            let hint = if hint.is_empty() { String::new() } else { format!("{name}-hint") };
            if invalid.get() { format!("{name}-error {hint}") } else { hint }
        });
        let input = el("input", "")
            .attr("id", name)
            .attr("name", name)
            .attr("type", kind)
            .attr("autocomplete", autocomplete)
            .attr("spellcheck", "false")
            .attr("autocapitalize", if kind == "text" { "sentences" } else { "none" })
            .value(value.into())
            .aria("aria-invalid", invalid)
            .attr("aria-describedby", described)
            .on("input", move |event| value.set(text_of(&event)));
        let hint = (!hint.is_empty()).then(|| el("p", "hint").attr("id", format!("{name}-hint")).text(hint).view());
        let error = maybe(move || Some(error_text(format!("{name}-error"), error.get()?)));
        el("div", "field")
            .child(el("label", "").attr("for", name).text(label))
            .child(input)
            .child(error)
            .maybe(hint)
            .into()
    }
}

/// What is wrong, as it stands below an input whose `aria-describedby` names `id`.
pub fn error_text(id: String, detail: String) -> AnyView {
    el("p", "error").attr("id", id).child(icon("bad")).child(el("span", "").text(detail)).into()
}

fn text_of(event: &web_sys::Event) -> String {
    let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    input.map(|input| input.value()).unwrap_or_default()
}
