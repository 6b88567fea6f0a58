//! `/admin/{vendor}/tokens`: by what programs act for the vendor.

use std::sync::Arc;

use leptos::prelude::*;
use serde_json::Value;
use shared::api::admin::team::{Token, TokenMade, TokenNew};
use shared::team::Permission;
use shared::time::{Date, Timestamp};

use crate::admin::api::{Attempt, Method, read_value, write};
use crate::admin::ask::{Act, Answer, Ask, Part};
use crate::admin::form::{Label, tick, ticks};
use crate::admin::list::{Leads, List, Row, list_page};
use crate::admin::once::Secret;
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::browser;
use crate::components::button::{button, plain};
use crate::components::el::{Text, el, several};
use crate::load::derived;

/// For how long a new token works, unless somebody says otherwise.
const USUAL_DAYS: i64 = 90;

static LIST: List = List {
    name: "tokens",
    title: words::TOKENS,
    lead: words::TOKENS_LEAD,
    columns: &[words::API_TOKEN, words::SCOPES, words::EXPIRES, words::LAST_USED, words::ACTS],
    search: "",
    filters: &[],
    sorts: &[],
    row,
    nothing: ("code", words::NO_TOKENS, words::NO_TOKENS_DETAIL),
    action: Some(actions),
    is_exported: false,
    bulk: None,
};

/// The page.
pub(crate) fn tokens() -> AnyView {
    list_page(&LIST)
}

#[expect(clippy::unnecessary_wraps, reason = "lists may have nothing to be done")]
fn actions(team: Team) -> Option<AnyView> {
    // Another page than ours, so it is opened as one.
    let docs = el("a", "button").attr("href", "/api/docs/").attr("target", "_blank").text(words::API_DOCS);
    let may = team.may(Permission::EditTokens);
    let new = may.then(|| button("button primary", words::CREATE_TOKEN, move || create(team)));
    Some(el("div", "row").child(docs).maybe(new).into())
}

fn row(team: Team, item: &Value) -> Option<Row> {
    let token: Token = read_value(item).ok()?;
    let made = words::made_by(&token.created_by, &intl::date(token.created_at));
    let more = el("div", "stack none")
        .child(el("code", "id").text(token.hint.clone()))
        .child(el("span", "muted small").text(made))
        .view();
    let expires = token.expires_at.map_or_else(|| words::NEVER_EXPIRES.to_owned(), |end| intl::day(last_day(end)));
    let used = match token.last_used_at {
        Some(at) => intl::relative(at, browser::now()),
        None => words::NEVER_USED.to_owned(),
    };
    let revoke = team.may(Permission::EditTokens).then(|| {
        let (path, name) = (team.path(&format!("tokens/{}", token.token_id)), token.name.clone());
        plain("button quiet")
            .attr("aria-label", words::revoke_token_named(&token.name))
            .text(words::REVOKE)
            .on_click(move || revoke(team, path.clone(), &name))
            .view()
    });
    Some(Row {
        id: token.token_id.to_string(),
        name: token.name,
        address: Leads::Nowhere(more),
        cells: vec![
            Text::from(words::scopes(&token.scopes)).into(),
            Text::from(expires).into(),
            Text::from(used).into(),
            revoke.unwrap_or_else(super::none),
        ],
    })
}

/// The last whole day before a time.
fn last_day(end: Timestamp) -> Date {
    end.checked_add_seconds(-1).unwrap_or(end).date()
}

fn create(team: Team) {
    let now = browser::now();
    let usual = now.checked_add_seconds(USUAL_DAYS * 86_400).map(|end| end.date().to_string());
    let (name, expires) = (Answer::new(String::new()), Answer::new(usual.unwrap_or_default()));
    // What is ticked, as words.
    let scopes = Answer::new(String::new());
    let fields: Part = Arc::new(move || {
        several([
            name.input(Label::new("token-name", words::TOKEN_NAME, words::TOKEN_NAME_HINT), "text"),
            ticks("scopes", words::SCOPES, words::SCOPES_HINT, boxes(team, scopes.value), scopes.wrong()),
            expires.input(Label::new("expires_at", words::EXPIRES, words::EXPIRES_HINT), "date"),
        ])
    });
    let attempt = Attempt::new();
    let act: Act = Arc::new(move |_| {
        let is_name = |text: &str| (1..=100).contains(&text.chars().count()).then(|| text.to_owned());
        let given = name.read(is_name, words::TOKEN_NAME_WRONG);
        let ticked = scopes.read(
            |text| {
                Some(text.split_whitespace().filter_map(|word| word.parse().ok()).collect::<Vec<Permission>>())
                    .filter(|scopes| !scopes.is_empty())
            },
            words::SCOPES_MISSING,
        );
        let until = expires.read(
            |text| match text {
                "" => Some(None),
                text => text.parse::<Date>().ok().map(Date::end).filter(|end| *end > now).map(Some),
            },
            words::EXPIRES_WRONG,
        );
        let request = TokenNew { name: given?, scopes: ticked?, expires_at: until? };
        let request = write(Method::Post, &team.path("tokens"), &request);
        Some(Box::pin(async move {
            let answer = attempt.send::<TokenMade>(request?).await;
            let made = answer.inspect_err(|fault| {
                name.heed("name", fault);
                scopes.heed("scopes", fault);
                expires.heed("expires_at", fault);
            })?;
            team.note_change();
            team.once.show(Secret {
                title: words::TOKEN_READY,
                detail: words::TOKEN_HOW.to_owned(),
                value: made.secret,
                what: words::TOKEN_SECRET,
            });
            Ok(())
        }))
    });
    let title = words::CREATE_TOKEN.to_owned();
    let ask = Ask::plain(title, words::TOKEN_MEANS, words::CREATE_TOKEN, act, words::TOKEN_CREATED);
    team.asking.ask(Ask { fields: Some(fields), ..ask });
}

/// A box for each permission that the person has, by what it is about.
fn boxes(team: Team, ticked: RwSignal<String>) -> AnyView {
    let mut groups: Vec<(&'static str, Vec<AnyView>)> = Vec::new();
    for permission in Permission::ALL.iter().copied().filter(|permission| team.may(*permission)) {
        let word = permission.as_str();
        let checked = derived(move || ticked.with(|ticked| ticked.split(' ').any(|one| one == word)));
        let toggle = move || ticked.update(|ticked| *ticked = toggled(ticked, word));
        let ticking = tick(words::permission(permission), checked, toggle);
        match groups.last_mut().filter(|(name, _)| *name == words::resource(permission)) {
            Some((_, boxes)) => boxes.push(ticking),
            None => groups.push((words::resource(permission), vec![ticking])),
        }
    }
    let group = |(name, boxes): (&'static str, Vec<AnyView>)| {
        let title = el("p", "small strong").attr("aria-hidden", "true").text(name);
        el("div", "tick-group").attr("role", "group").attr("aria-label", name).child(title).children(boxes).view()
    };
    el("div", "tick-groups").children(groups.into_iter().map(group)).into()
}

/// The words with `word` among them where it was not, and without it where it was.
pub(super) fn toggled(words: &str, word: &str) -> String {
    let mut all: Vec<&str> = words.split_whitespace().collect();
    let before = all.len();
    all.retain(|one| *one != word);
    if all.len() == before {
        all.push(word);
    }
    all.join(" ")
}

fn revoke(team: Team, path: String, name: &str) {
    let act: Act = Arc::new(move |_| Some(super::acts::delete(team, path.clone(), None)));
    let title = words::ask_revoke_token(name);
    let ask = Ask::plain(title, words::REVOKE_TOKEN_MEANS, words::REVOKE_TOKEN, act, words::TOKEN_REVOKED);
    team.asking.ask(Ask { takes: true, ..ask });
}
