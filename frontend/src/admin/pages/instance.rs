//! `/admin/{vendor}/instance`: how the installation stands.

use leptos::prelude::*;
use shared::api::admin::instance::{BackupReport, InstanceCheck, InstanceReport};

use crate::admin::api;
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::components::button::button;
use crate::components::copy::copy;
use crate::components::el::{Text, el, maybe, several};
use crate::components::lines::facts;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::components::status::badge;
use crate::components::table::table;
use crate::load::Loader;

use super::customers::part;

/// The page.
pub(crate) fn instance() -> AnyView {
    let team = Team::of_app();
    let path = team.path("instance");
    let loader: Loader<InstanceReport> = Loader::new(move || api::get(path.clone()));
    let again = maybe(move || {
        let again = || button("button", words::CHECK_AGAIN, move || loader.refresh());
        loader.ready().map(|_| el("div", "row head-actions").child(again()).view())
    });
    let content = loader.show(|| skeleton("stack", 2, "skeleton medium"), |report| about(&report));
    let lead = Signal::stored(words::INSTANCE_LEAD.to_owned());
    page(Width::Full, Signal::stored(words::INSTANCE.to_owned()), Some(lead), several([again, content]))
}

fn about(report: &InstanceReport) -> AnyView {
    let text = |text: String| AnyView::from(Text::from(text));
    let number = |number: u64| el("span", "number").text(intl::number(number)).view();
    let sending = if report.mail { words::IS_SENDING } else { words::IS_NOT_SENDING };
    let facts = facts(vec![
        (words::SERVER_VERSION, text(report.version.clone())),
        (words::STARTED, text(intl::date_time(report.started_at))),
        (words::STORE, text(report.store.kind.clone())),
        (words::STORE_SIZE, text(intl::bytes(report.store.bytes))),
        (words::STORE_SCHEMA, number(u64::from(report.store.schema))),
        (words::MAIL_SENDING, text(sending.to_owned())),
        (words::KEYS_IN_USE, number(u64::from(report.signing_keys))),
    ]);
    let columns = [words::CHECK, words::STATUS, words::CHECK_NOTE];
    let checks = table(words::CHECKS, columns, report.checks.iter().map(check));
    let about = el("section", "card stack")
        .attr("aria-label", words::ABOUT_INSTANCE)
        .child(el("h2", "").text(words::ABOUT_INSTANCE))
        .child(facts)
        .view();
    let checks = part(words::CHECKS, report.checks.len(), words::NO_CHECKS, checks);
    let backup = report.backup.as_ref().map(backups);
    [Some(checks), Some(about), backup].into_iter().flatten().collect::<Vec<_>>().into_any()
}

fn backups(backup: &BackupReport) -> AnyView {
    let made_at = backup.made_at.map_or_else(|| words::NO_BACKUP.to_owned(), intl::date_time);
    let mut lines = vec![(words::LAST_BACKUP, AnyView::from(Text::from(made_at)))];
    lines.extend(backup.bytes.map(|bytes| (words::BACKUP_SIZE, Text::from(intl::bytes(bytes)).into())));
    lines.push((words::BACKUP_COMMAND, copy(backup.command.clone(), words::BACKUP_COMMAND)));
    el("section", "card stack")
        .attr("aria-label", words::BACKUPS)
        .child(el("h2", "").text(words::BACKUPS))
        .child(el("p", "small").text(words::BACKUP_NOTE))
        .child(facts(lines))
        .into()
}

fn check(check: &InstanceCheck) -> Vec<AnyView> {
    let name = match check.name.as_str() {
        "store" => words::CHECK_STORE,
        "signing" => words::CHECK_SIGNING,
        "figures" => words::CHECK_FIGURES,
        "webhooks" => words::CHECK_WEBHOOKS,
        "address" => words::CHECK_ADDRESS,
        "mail" => words::CHECK_MAIL,
        "backup" => words::CHECK_BACKUP,
        _ => "",
    };
    let name = if name.is_empty() { check.name.clone() } else { name.to_owned() };
    let standing = if check.ok { ("badge dot good", words::CHECK_GOOD) } else { ("badge dot bad", words::CHECK_BAD) };
    let note = check.message.clone().map_or_else(super::none, |message| Text::from(message).into());
    vec![el("span", "strong").text(name).into(), badge(standing), note]
}
