//! Keeping the draft: the bar with its state and its buttons, and what to do when somebody else saved meanwhile.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::admin::catalog::Draft;
use shared::refusal::RefusalCode;
use shared::team::Permission;

use super::fields::Desk;
use crate::admin::api::{self, Fault, Method, fetch, if_match, write};
use crate::admin::ask::{Act, Ask, Reason};
use crate::admin::{intl, words};
use crate::components::button::{button, plain};
use crate::components::el::{el, maybe};
use crate::components::fault::{alert_text, fault_notice};
use crate::load::derived;

/// The bar above the fields; it stays while they scroll.
pub(super) fn bar(desk: Desk) -> AnyView {
    let state = derived(move || {
        if desk.is_dirty() {
            return words::NOT_SAVED.to_owned();
        }
        desk.draft.with(|draft| match (draft.is_saved, draft.saved_at, &draft.saved_by) {
            (true, Some(at), Some(by)) => words::saved_by(by, &intl::date_time(at)),
            (true, ..) => words::DRAFT_SAVED.to_owned(),
            (false, ..) if draft.base == 0 => words::NEW_MENU.to_owned(),
            (false, ..) => words::as_published(draft.base),
        })
    });
    let may = desk.team.may(Permission::EditCatalog);
    let buttons = may.then(|| {
        let discard = maybe(move || {
            let is_kept = desk.draft.with(|draft| draft.is_saved) || desk.is_dirty();
            is_kept.then(|| button("button quiet", words::DISCARD, move || discard(desk)))
        });
        let keep = plain("button").aria("aria-busy", desk.busy).text(words::SAVE_DRAFT).on_click(move || {
            spawn_local(async move {
                if save(desk).await {
                    desk.team.asking.live.toast(words::DRAFT_SAVED);
                }
            });
        });
        let publish = button("button primary", words::REVIEW, move || {
            spawn_local(async move {
                if !desk.is_dirty_now() || save(desk).await {
                    desk.fault.set(None);
                    desk.publishing.set(true);
                }
            });
        });
        el("div", "row").child(discard).child(keep).child(publish).view()
    });
    let fault = maybe(move || {
        let fault = desk.fault.get()?;
        if desk.publishing.get() {
            return None;
        }
        Some(if fault.is(RefusalCode::Conflict) { conflict(desk) } else { fault_notice(&fault) })
    });
    let row = el("div", "row apart").child(el("p", "draft-state").attr("role", "status").text(state)).maybe(buttons);
    el("div", "draft-bar").child(row).child(fault).into()
}

/// Somebody else saved: theirs, or mine over theirs.
fn conflict(desk: Desk) -> AnyView {
    let theirs = move || desk.loader.refresh();
    let mine = move || {
        spawn_local(async move {
            let newest: Result<Draft, Fault> = api::get(path(desk)).await;
            match newest {
                Ok(newest) => {
                    desk.draft.try_update(|draft| draft.revision = newest.revision);
                    if save(desk).await {
                        desk.team.asking.live.toast(words::DRAFT_SAVED);
                    }
                }
                Err(fault) => {
                    desk.fault.try_set(Some(fault));
                }
            }
        });
    };
    el("div", "stack tight")
        .child(alert_text("warn", words::CONFLICT, words::DRAFT_CONFLICT))
        .child(el("div", "row").child(button("button", words::TAKE_THEIRS, theirs)).child(button(
            "button",
            words::KEEP_MINE,
            mine,
        )))
        .into()
}

fn path(desk: Desk) -> String {
    desk.product.with_value(|product| desk.team.path(&format!("products/{}/draft", product.product)))
}

/// Keeps the draft; true when it is kept. What cannot be read must be put right before.
async fn save(desk: Desk) -> bool {
    if desk.busy.get_untracked() {
        return false;
    }
    let reading = desk.reading.get_untracked();
    if reading.unreadable > 0 {
        if let Some(first) = reading.problems.first() {
            desk.lead_to(&first.field);
        }
        desk.team.asking.live.toast(words::UNREADABLE);
        return false;
    }
    desk.busy.set(true);
    desk.fault.set(None);
    let revision = desk.draft.with_untracked(|draft| draft.revision);
    let answer: Result<Draft, Fault> = match write(Method::Put, &path(desk), &reading.content) {
        Ok(request) => fetch(if_match(request, revision)).await,
        Err(fault) => Err(fault),
    };
    desk.busy.try_set(false);
    match answer {
        Ok(draft) => {
            desk.draft.try_set(draft);
            true
        }
        Err(fault) => {
            desk.fault.try_set(Some(fault));
            false
        }
    }
}

fn discard(desk: Desk) {
    let is_saved = desk.draft.with_untracked(|draft| draft.is_saved);
    let revision = desk.draft.with_untracked(|draft| draft.revision);
    let (path, team, loader) = (path(desk), desk.team, desk.loader);
    let act: Act = Arc::new(move |_| {
        let deleting = is_saved.then(|| super::super::acts::delete(team, path.clone(), Some(revision)));
        Some(Box::pin(async move {
            if let Some(deleting) = deleting {
                deleting.await?;
            }
            // What is typed and not kept counts as discarded too.
            let kept = super::sheet::Sheet::of(&desk.draft.with_untracked(|draft| draft.content.clone()));
            desk.reshape("", |sheet| *sheet = kept);
            loader.refresh();
            Ok(())
        }))
    });
    team.asking.ask(Ask {
        title: words::ASK_DISCARD.to_owned(),
        consequence: words::DISCARD_MEANS.to_owned(),
        verb: words::DISCARD.to_owned(),
        takes: true,
        reason: Reason::None,
        typed: String::new(),
        fields: None,
        act,
        done: words::DISCARDED,
    });
}
