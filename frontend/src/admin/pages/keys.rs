//! `/admin/{vendor}/keys`: what signs the vendor's passes, and how a key takes over from another without anybody noticing.

use std::sync::Arc;

use leptos::prelude::*;
use serde_json::Value;
use shared::api::Page;
use shared::api::admin::ReasonRequest;
use shared::api::admin::log::{KeyState, SigningKey};
use shared::team::Permission;

use crate::admin::api::{self, Attempt, Call, Method, call, read_value, write};
use crate::admin::ask::{Act, Ask, Outcome, Reason};
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::browser;
use crate::components::button::button;
use crate::components::copy::copy;
use crate::components::el::{Text, el, several};
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::components::status::badge;
use crate::components::table::table;
use crate::load::Loader;

use super::customers::part;

/// The page.
pub(crate) fn keys() -> AnyView {
    let team = Team::of_app();
    let path = team.path("keys?limit=100");
    let loader = Loader::new(move || {
        team.heed_changes();
        api::list(path.clone())
    });
    let new = team
        .may(Permission::EditKeys)
        .then(|| el("div", "row").child(button("button primary", words::NEW_KEY, move || create(team))).view());
    let list = loader.show(|| skeleton("stack", 2, "skeleton medium"), move |found: Page<Value>| list(team, &found));
    let address = format!("{}/v/{}/.well-known/jwks.json", browser::own_origin(), team.slug());
    let published = el("section", "card stack")
        .attr("aria-label", words::JWKS)
        .child(el("h2", "").text(words::JWKS))
        .child(el("p", "muted").text(words::JWKS_WHY))
        .child(copy(address, words::JWKS))
        .view();
    let lead = Signal::stored(words::KEYS_LEAD.to_owned());
    let parts = several([new.unwrap_or_else(|| ().into_any()), list, published]);
    page(Width::Full, Signal::stored(words::KEYS.to_owned()), Some(lead), parts)
}

fn list(team: Team, found: &Page<Value>) -> AnyView {
    let keys: Vec<SigningKey> = found.items.iter().filter_map(|item| read_value(item).ok()).collect();
    let count = keys.len();
    let rows = keys.into_iter().map(|key| {
        let when = match key.state {
            KeyState::Active => words::signs_since(&intl::date_time(key.activated_at.unwrap_or(key.created_at))),
            KeyState::Retired => match key.removable_at {
                Some(at) => words::published_until(&intl::date_time(at)),
                None => words::made_on(&intl::date_time(key.created_at)),
            },
            KeyState::Next | KeyState::Revoked => words::made_on(&intl::date_time(key.created_at)),
        };
        let id = el("code", "id").text(key.kid.clone()).view();
        vec![id, state(key.state), Text::from(when).into(), buttons(team, key)]
    });
    let columns = [words::KEY, words::STATUS, words::WHEN, words::ACTS];
    part(words::KEYS, count, words::NO_KEYS, table(words::KEYS, columns, rows))
}

fn state(state: KeyState) -> AnyView {
    badge(match state {
        KeyState::Next => ("badge dot accent", words::KEY_NEXT),
        KeyState::Active => ("badge dot good", words::KEY_ACTIVE),
        KeyState::Retired => ("badge dot", words::KEY_RETIRED),
        KeyState::Revoked => ("badge dot bad", words::KEY_REVOKED),
    })
}

fn buttons(team: Team, key: SigningKey) -> AnyView {
    if !team.may(Permission::EditKeys) || key.state == KeyState::Revoked {
        return super::none();
    }
    let mut all = Vec::new();
    if key.state == KeyState::Next {
        let (first, second) = (key.kid.clone(), key.kid.clone());
        all.push(button("button quiet", words::ACTIVATE, move || change(team, &first, true)));
        all.push(button("button quiet", words::WITHDRAW, move || change(team, &second, false)));
    }
    all.push(button("button quiet", words::REVOKE, move || revoke(team, &key)));
    el("div", "row tight").children(all).into()
}

fn ask(team: Team, title: &str, means: &str, verb: &str, act: Act, done: &'static str) {
    team.asking.ask(Ask::plain(title.to_owned(), means, verb, act, done));
}

fn send(team: Team, request: Call) -> Outcome {
    Box::pin(async move {
        call(request).await?;
        team.note_change();
        Ok(())
    })
}

fn create(team: Team) {
    let attempt = Attempt::new();
    let act: Act = Arc::new(move |_| {
        let request = Call::new(Method::Post, &team.path("keys"));
        Some(Box::pin(async move {
            attempt.act(request).await?;
            team.note_change();
            Ok(())
        }))
    });
    ask(team, words::ASK_NEW_KEY, words::NEW_KEY_MEANS, words::NEW_KEY, act, words::KEY_CREATED);
}

fn change(team: Team, kid: &str, is_activated: bool) {
    let path = team.path(&format!("keys/{kid}/{}", if is_activated { "activate" } else { "retire" }));
    let act: Act = Arc::new(move |_| Some(send(team, Call::new(Method::Post, &path))));
    if is_activated {
        ask(team, words::ASK_ACTIVATE, words::ACTIVATE_MEANS, words::ACTIVATE, act, words::KEY_ACTIVATED);
    } else {
        ask(team, words::ASK_WITHDRAW, words::WITHDRAW_MEANS, words::WITHDRAW, act, words::KEY_WITHDRAWN);
    }
}

fn revoke(team: Team, key: &SigningKey) {
    let path = team.path(&format!("keys/{}/revoke", key.kid));
    let act: Act = Arc::new(move |reason| {
        let request = write(Method::Post, &path, &ReasonRequest { reason });
        Some(Box::pin(async move { send(team, request?).await }))
    });
    let passes = key.passes.map(|count| words::passes_hit(count, &intl::number(count)));
    let active = if key.state == KeyState::Active { words::REVOKE_ACTIVE_MEANS } else { "" };
    let parts = [words::REVOKE_KEY_MEANS, passes.as_deref().unwrap_or_default(), active];
    team.asking.ask(Ask {
        title: words::ASK_REVOKE_KEY.to_owned(),
        consequence: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
        verb: words::REVOKE_KEY.to_owned(),
        takes: true,
        reason: Reason::ForUs,
        typed: key.kid.chars().take(8).collect(),
        fields: None,
        act,
        done: words::KEY_IS_REVOKED,
    });
}
