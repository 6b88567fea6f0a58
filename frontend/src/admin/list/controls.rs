//! What stands above a list: search, filters, order, export.

use std::time::Duration;

use leptos::prelude::*;
use serde_json::Value;
use shared::api::admin::catalog::Product;
use shared::api::admin::team::Token;
use shared::team::Permission;

use super::{Filter, FilterKind, State};
use crate::admin::address::member;
use crate::admin::api::{self, ROOT, read_value};
use crate::admin::form::{self, Label, never_wrong, value_of};
use crate::admin::words;
use crate::components::el::{dynamic, el};
use crate::components::icon::icon;
use crate::load::{Loader, derived};

/// How long somebody may pause while typing.
const PAUSE: Duration = Duration::from_millis(250);

/// The controls.
pub(super) fn controls(state: State) -> AnyView {
    let list = state.list;
    if list.search.is_empty() && list.filters.is_empty() && list.sorts.len() < 2 && !list.is_exported {
        return ().into_any();
    }
    let search = (!list.search.is_empty()).then(|| search(state));
    let filters = list.filters.iter().map(|filter| narrow_by(state, *filter));
    let sort = (list.sorts.len() > 1).then(|| {
        let choices = form::choices(list.sorts);
        let usual = list.sorts.first().map_or("", |(value, _)| value);
        let value = derived(move || member(&state.query.get(), "sort").unwrap_or_else(|| usual.to_owned()));
        let set = move |value: String| state.sort_by(&value);
        Label::new("sort", words::SORT, "").select(choices, value, set, never_wrong())
    });
    let export = list.is_exported.then(|| {
        let address =
            derived(move || format!("{ROOT}{}?{}", state.team.path(&format!("{}.csv", list.name)), state.query.get()));
        el("a", "button").attr("href", address).attr("download", "").child(icon("document")).text(words::EXPORT).view()
    });
    el("div", "controls").attr("role", "search").maybe(search).children(filters).maybe(sort).maybe(export).into()
}

fn search(state: State) -> AnyView {
    let typed = RwSignal::new(0_u32);
    let value = derived(move || member(&state.query.get(), "q").unwrap_or_default());
    let set = move |event: web_sys::Event| {
        let text = value_of(&event);
        let number = typed.get_untracked().wrapping_add(1);
        typed.set(number);
        let send = move || {
            if typed.try_get_untracked() == Some(number) {
                state.search_for(text.trim());
            }
        };
        set_timeout(send, PAUSE);
    };
    let input = el("input", "")
        .attr("id", "q")
        .attr("name", "q")
        .attr("type", "search")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr("placeholder", state.list.search)
        .value(value)
        .on("input", set);
    let label = el("label", "").attr("for", "q").text(words::SEARCH);
    el("div", "field search").child(label).child(input).into()
}

fn narrow_by(state: State, filter: Filter) -> AnyView {
    let Filter { name, label, kind, sort } = filter;
    let value = derived(move || member(&state.query.get(), name).unwrap_or_default());
    let set = move |value: String| {
        let needs_sort = !sort.is_empty() && !value.is_empty();
        let sorted = needs_sort.then_some(("sort", Some(sort)));
        let changes = [(name, Some(value.as_str())), ("q", None)].into_iter().chain(sorted);
        state.narrow(&changes.collect::<Vec<_>>(), false);
    };
    let any = (String::new(), words::ANY.to_owned());
    match kind {
        FilterKind::OneOf(choices) => {
            let choices = std::iter::once(any).chain(form::choices(choices)).collect();
            Label::new(name, label, "").select(choices, value, set, never_wrong())
        }
        // Who may not see the tokens pastes an id, as one finds it beside a lease.
        FilterKind::Service if state.team.may(Permission::ReadTokens) => {
            choose(state, filter, "tokens?limit=100", service, value, set)
        }
        FilterKind::Id | FilterKind::Service => {
            let input = el("input", "")
                .attr("id", name)
                .attr("type", "text")
                .attr("autocomplete", "off")
                .attr("spellcheck", "false")
                .value(value)
                .on("change", move |event| set(value_of(&event).trim().to_owned()));
            el("div", "field").child(el("label", "").attr("for", name).text(label)).child(input).into()
        }
        FilterKind::Day => {
            let shown = derived(move || value.with(|value| value.get(..10).unwrap_or_default().to_owned()));
            let set = move |day: String| set(if day.is_empty() { day } else { format!("{day}T00:00:00Z") });
            Label::new(name, label, "").input("date", shown, set, never_wrong())
        }
        FilterKind::Product => choose(state, filter, "products?limit=100", product, value, set),
    }
}

/// What an item of a list is in an address, and what it is called; nothing for one that is not to be chosen.
type Choice = fn(&Value) -> Option<(String, String)>;

fn product(item: &Value) -> Option<(String, String)> {
    let product = read_value::<Product>(item).ok()?;
    Some((product.product.to_string(), product.name))
}

fn service(item: &Value) -> Option<(String, String)> {
    let token = read_value::<Token>(item).ok()?;
    token.scopes.contains(&Permission::EditLeases).then(|| (token.token_id.to_string(), token.name))
}

/// A choice among what the vendor has at `rest`.
fn choose(
    state: State,
    filter: Filter,
    rest: &str,
    choice: Choice,
    value: Signal<String>,
    set: impl Fn(String) + Copy + Send + 'static,
) -> AnyView {
    let path = state.team.path(rest);
    let all = Loader::new(move || api::list(path.clone()));
    dynamic(move || {
        let mut choices = vec![(String::new(), words::ANY.to_owned())];
        choices.extend(all.ready().map(|found| found.items).unwrap_or_default().iter().filter_map(choice));
        // What the address names is chosen, though it is not there any more.
        let now = value.get_untracked();
        if !choices.iter().any(|(value, _)| *value == now) {
            choices.push((now.clone(), now));
        }
        Label::new(filter.name, filter.label, "").select(choices, value, set, never_wrong())
    })
}
