//! Tabs: one of several panels is shown. Arrow keys, Home and End go from tab to tab, as the ARIA pattern has it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::el::el;
use crate::browser;
use crate::load::derived;

/// Tabs called `label`: each a name for the code, one for the reader, and the panel. The first is shown first.
pub fn tabs<const N: usize>(label: &'static str, panels: [(&'static str, &'static str, AnyView); N]) -> AnyView {
    let names = panels.each_ref().map(|(name, _, _)| *name);
    let shown = RwSignal::new(0_usize);
    let turn = move |event: web_sys::Event| {
        let Some(event) = event.dyn_ref::<web_sys::KeyboardEvent>() else { return };
        let here = shown.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => (here + 1) % N,
            "ArrowLeft" | "ArrowUp" => (here + N - 1) % N,
            "Home" => 0,
            "End" => N - 1,
            _ => return,
        };
        event.prevent_default();
        shown.set(next);
        if let Some(name) = names.get(next) {
            browser::focus_on(&format!("#tab-{name}"));
        }
    };
    let mut list = el("div", "tabs three").attr("role", "tablist").attr("aria-label", label).on("keydown", turn);
    let mut all = Vec::new();
    for (place, (name, title, panel)) in panels.into_iter().enumerate() {
        let is_shown = derived(move || shown.get() == place);
        let tab = el("button", "tab")
            .attr("type", "button")
            .attr("role", "tab")
            .attr("id", format!("tab-{name}"))
            .attr("aria-controls", format!("panel-{name}"))
            .attr("tabindex", derived(move || if is_shown.get() { "0" } else { "-1" }.to_owned()))
            .aria("aria-selected", is_shown)
            .text(title)
            .on_click(move || shown.set(place));
        list = list.child(tab);
        let panel = el("div", "stack tab-panel")
            .attr("role", "tabpanel")
            .attr("id", format!("panel-{name}"))
            .attr("aria-labelledby", format!("tab-{name}"))
            .attr("tabindex", "0")
            .flag("hidden", derived(move || !is_shown.get()))
            .child(panel);
        all.push(panel.view());
    }
    el("div", "stack").child(list).children(all).into()
}
