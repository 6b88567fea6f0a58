//! A labelled input with its hint and its error beside it.

use leptos::prelude::*;

use super::dynamic::{maybe, truth};
use super::icon::icon;

/// What a field asks for.
#[derive(Clone, Copy)]
pub(crate) struct Field {
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
    pub(crate) fn show(self, value: RwSignal<String>, error: Signal<Option<String>>) -> AnyView {
        let Self { name, label, hint, kind, autocomplete } = self;
        let described = Signal::derive(move || {
            let hint = (!hint.is_empty()).then(|| format!("{name}-hint"));
            let error = error.with(Option::is_some).then(|| format!("{name}-error"));
            [error, hint].into_iter().flatten().collect::<Vec<_>>().join(" ")
        });
        let error_text = maybe(move || {
            let error = error.get()?;
            Some(view! { <p class="error" id=format!("{name}-error")>{icon("bad")}<span>{error}</span></p> }.into_any())
        });
        let invalid = truth(Signal::derive(move || error.with(Option::is_some)));
        let hint = (!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> }.into_any());
        view! {
            <div class="field">
                <label for=name>{label}</label>
                <input
                    id=name
                    name=name
                    type=kind
                    autocomplete=autocomplete
                    spellcheck="false"
                    autocapitalize=if kind == "text" { "sentences" } else { "none" }
                    prop:value=value
                    on:input:target=move |event| value.set(event.target().value())
                    aria-invalid=invalid
                    aria-describedby=described
                />
                {error_text}
                {hint}
            </div>
        }
        .into_any()
    }
}
