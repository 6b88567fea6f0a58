//! `/admin/{vendor}/sources`: who vouches for the vendor's customers; and a page for each, with what is granted to whom.

mod form;
mod pick;
mod rules;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;
use shared::api::Page;
use shared::api::admin::sources::{Source, SourceState, SourceTest};
use shared::team::Permission;

use crate::admin::api::{self, Call, Fault, Method, call, fetch, read_value};
use crate::admin::ask::{Act, Ask};
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::browser;
use crate::components::button::{back_link, button, link};
use crate::components::copy::copy;
use crate::components::el::{Text, el, maybe, several};
use crate::components::fault::{alert, alert_text, empty, fault_notice};
use crate::components::lines::facts;
use crate::components::page::{Width, page, plain_page};
use crate::components::skeleton::skeleton;
use crate::components::status::badge;
use crate::components::table::table;
use crate::load::{Loader, derived};

use super::customers::part;
use form::Form;

/// All of them.
pub(crate) fn sources() -> AnyView {
    let team = Team::of_app();
    let path = team.path("sources?limit=100");
    let loader = Loader::new(move || {
        team.heed_changes();
        api::list(path.clone())
    });
    let content = loader.show(|| skeleton("stack", 2, "skeleton medium"), move |found: Page<Value>| list(team, &found));
    let lead = Signal::stored(words::SOURCES_LEAD.to_owned());
    page(Width::Full, Signal::stored(words::SOURCES.to_owned()), Some(lead), content)
}

fn add_link(team: Team) -> Option<AnyView> {
    let address = team.page("sources/new");
    team.may(Permission::EditSettings).then(|| link("button primary", words::ADD_SOURCE, address))
}

fn list(team: Team, found: &Page<Value>) -> AnyView {
    let sources: Vec<Source> = found.items.iter().filter_map(|item| read_value(item).ok()).collect();
    let add = add_link(team).unwrap_or_else(|| ().into_any());
    if sources.is_empty() {
        return empty("person", words::NO_SOURCES, words::NO_SOURCES_DETAIL, add);
    }
    let count = sources.len();
    let rows = sources.into_iter().map(|source| {
        let address = team.page(&format!("sources/{}", source.source_id));
        let rules = intl::number(source.rules.len() as u64);
        vec![
            link("", source.name.clone(), address),
            Text::from(source.issuer.clone()).into(),
            Text::from(rules).into(),
            standing(source.state),
        ]
    });
    let columns = [words::SOURCE_NAME, words::ISSUER, words::RULES, words::STATUS];
    let table = table(words::SOURCES, columns, rows);
    several([el("div", "row").child(add).view(), part(words::SOURCES, count, words::NO_SOURCES, table)])
}

fn standing(state: SourceState) -> AnyView {
    badge(match state {
        SourceState::Active => ("badge dot good", words::SOURCE_ACTIVE),
        SourceState::Suspended => ("badge dot warn", words::SOURCE_SUSPENDED),
    })
}

/// One that is not there yet.
pub(crate) fn new_source() -> AnyView {
    let team = Team::of_app();
    let back = el("div", "").child(back_link(words::ALL_SOURCES, team.page("sources"))).view();
    plain_page(Width::Medium, words::ADD_SOURCE, several([Form::new(team, None).show(words::ADD_SOURCE), back]))
}

/// One of them.
pub(crate) fn source(source: String) -> AnyView {
    let team = Team::of_app();
    let path = team.path(&format!("sources/{}", browser::encode(&source)));
    let loader: Loader<Source> = Loader::new(move || {
        team.heed_changes();
        api::get(path.clone())
    });
    let title = loader.title(|found| found.name, words::SOURCE);
    let lead = derived(move || loader.ready().map(|found| found.issuer).unwrap_or_default());
    let content = loader.show(|| skeleton("stack", 2, "skeleton tall"), move |found| about(team, found));
    let back = el("div", "").child(back_link(words::ALL_SOURCES, team.page("sources"))).view();
    page(Width::Medium, title, Some(lead), several([content, back]))
}

fn about(team: Team, found: Source) -> AnyView {
    let secret = if found.has_secret { words::SECRET_KEPT } else { words::SECRET_NONE };
    let about = facts(vec![
        (words::STATUS, standing(found.state)),
        (words::ISSUER, copy(found.issuer.clone(), words::ISSUER)),
        (words::REDIRECT_URI, copy(found.redirect_uri.clone(), words::REDIRECT_URI)),
        ("", el("p", "muted small").text(words::REDIRECT_URI_WHY).view()),
        (words::CLIENT_SECRET, Text::from(secret).into()),
        (words::ADDED_ON, Text::from(intl::date_time(found.created_at)).into()),
    ]);
    let card = el("section", "card").attr("aria-label", words::DETAILS).child(about).view();
    if !team.may(Permission::EditSettings) {
        return several([card, rules::rules_read(&found.rules)]);
    }
    let removed = found.clone();
    let remove = button("button", words::REMOVE_SOURCE, move || remove(team, &removed));
    several([
        card,
        tester(team, &found),
        Form::new(team, Some(found)).show(words::SAVE),
        el("div", "row").child(remove).view(),
    ])
}

/// Asks the provider now, and says what is wrong.
fn tester(team: Team, found: &Source) -> AnyView {
    let path = team.path(&format!("sources/{}/test", found.source_id));
    let (busy, told) = (RwSignal::new(false), RwSignal::new(None::<Result<SourceTest, Fault>>));
    let test = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let request = Call::new(Method::Post, &path);
        spawn_local(async move {
            let answer = fetch(request).await;
            busy.try_set(false);
            told.try_set(Some(answer));
        });
    };
    let answer = maybe(move || {
        Some(match told.get()? {
            Ok(test) if test.problems.is_empty() => alert_text("good", words::SOURCE_WORKS, words::SOURCE_WORKS_DETAIL),
            Ok(test) => {
                let problems = test.problems.into_iter().map(|problem| el("p", "").text(problem).view());
                alert("warn", problems.collect())
            }
            Err(fault) => fault_notice(&fault),
        })
    });
    let button = button("button", words::TEST_SOURCE, test);
    el("div", "stack").child(el("div", "row").child(button)).child(answer).into()
}

fn remove(team: Team, source: &Source) {
    let path = team.path(&format!("sources/{}", source.source_id));
    let act: Act = Arc::new(move |_| {
        let request = Call::new(Method::Delete, &path);
        Some(Box::pin(async move {
            call(request).await?;
            team.router.go(&team.page("sources"));
            Ok(())
        }))
    });
    let title = words::ask_remove_source(&source.name);
    let ask = Ask::plain(title, words::REMOVE_SOURCE_MEANS, words::REMOVE_SOURCE, act, words::SOURCE_REMOVED);
    team.asking.ask(Ask { takes: true, ..ask });
}
