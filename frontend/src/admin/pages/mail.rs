//! `/admin/{vendor}/mail`: what was written to whom, what became of it, and its link, to be passed on where no mail is sent.

use std::sync::Arc;

use leptos::prelude::*;
use serde_json::Value;
use shared::api::admin::mail::{Mail, MailDetails, MailSending, MailState};
use shared::api::admin::team::Settings;
use shared::mail::MailKind;
use shared::team::Permission;

use crate::admin::api::{self, Attempt, Call, Method, read_value};
use crate::admin::ask::{Act, Ask};
use crate::admin::layer::body;
use crate::admin::list::{Filter, FilterKind, Leads, List, Row, list_itself};
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::browser;
use crate::components::button::{button, link};
use crate::components::copy::copy;
use crate::components::el::{Text, el, maybe};
use crate::components::icon::icon;
use crate::components::lines::facts;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::components::status::badge;
use crate::load::{Loader, whenever};

const STATES: &[(&str, &str)] = &[
    ("queued", words::MAIL_QUEUED),
    ("sent", words::MAIL_SENT),
    ("failed", words::MAIL_FAILED),
    ("kept", words::MAIL_KEPT),
];

/// Those of a vendor; an installation's own are not listed here.
const KINDS: &[(&str, &str)] = &[
    ("receipt", words::KIND_RECEIPT),
    ("invoice", words::KIND_INVOICE),
    ("order_cancelled", words::KIND_ORDER_CANCELLED),
    ("license_expiring", words::KIND_LICENSE_EXPIRING),
    ("license_moved", words::KIND_LICENSE_MOVED),
    ("license_suspended", words::KIND_LICENSE_SUSPENDED),
    ("license_reinstated", words::KIND_LICENSE_REINSTATED),
    ("license_revoked", words::KIND_LICENSE_REVOKED),
    ("invitation", words::KIND_INVITATION),
];

static LIST: List = List {
    name: "mails",
    title: words::MAIL,
    lead: words::MAIL_LEAD,
    columns: &[words::MAIL_SUBJECT, words::MAIL_KIND, words::MAIL_TO, words::STATUS, words::MAIL_WRITTEN],
    search: "",
    filters: &[
        Filter::new("state", words::STATUS, FilterKind::OneOf(STATES)),
        Filter::new("kind", words::MAIL_KIND, FilterKind::OneOf(KINDS)),
    ],
    sorts: &[],
    row,
    nothing: ("mail", words::NO_MAILS, words::NO_MAILS_DETAIL),
    action: None,
    is_exported: false,
    bulk: None,
};

/// All mails.
pub(crate) fn mail() -> AnyView {
    let team = Team::of_app();
    let texts = link("button", words::TEMPLATES_TITLE, team.page("mail/texts"));
    let content = el("div", "stack")
        .child(el("div", "row head-actions").child(texts))
        .child(sending(team))
        .child(list_itself(&LIST, team));
    let lead = Signal::stored(words::MAIL_LEAD.to_owned());
    page(Width::Full, Signal::stored(words::MAIL.to_owned()), Some(lead), content.into())
}

/// What a kind of mail is called.
pub(super) fn kind_name(kind: MailKind) -> &'static str {
    match kind {
        MailKind::SignUp => words::KIND_SIGN_UP,
        MailKind::PasswordReset => words::KIND_PASSWORD_RESET,
        MailKind::AddressChange => words::KIND_ADDRESS_CHANGE,
        MailKind::AddressChanged => words::KIND_ADDRESS_CHANGED,
        MailKind::Receipt => words::KIND_RECEIPT,
        MailKind::Invoice => words::KIND_INVOICE,
        MailKind::OrderCancelled => words::KIND_ORDER_CANCELLED,
        MailKind::LicenseExpiring => words::KIND_LICENSE_EXPIRING,
        MailKind::LicenseMoved => words::KIND_LICENSE_MOVED,
        MailKind::LicenseSuspended => words::KIND_LICENSE_SUSPENDED,
        MailKind::LicenseReinstated => words::KIND_LICENSE_REINSTATED,
        MailKind::LicenseRevoked => words::KIND_LICENSE_REVOKED,
        MailKind::Invitation => words::KIND_INVITATION,
    }
}

fn settings(team: Team) -> Loader<Settings> {
    let path = team.path("settings");
    Loader::new(move || api::get(path.clone()))
}

/// Whether mail is sent, and from where. Says nothing while that is not known.
fn sending(team: Team) -> AnyView {
    let settings = settings(team);
    maybe(move || {
        let MailSending { sending, from } = settings.ready()?.mail?;
        if sending {
            return Some(el("p", "muted").text(words::mail_from(&from?)).view());
        }
        let text = el("div", "")
            .child(el("p", "strong").text(words::NOT_SENDING))
            .child(el("p", "").text(words::NOT_SENDING_DETAIL));
        Some(el("div", "notice warn").attr("role", "note").child(icon("warn")).child(text).view())
    })
}

fn row(_team: Team, item: &Value) -> Option<Row> {
    let mail: Mail = read_value(item).ok()?;
    Some(Row {
        id: mail.mail_id.to_string(),
        name: mail.subject,
        address: Leads::Open,
        cells: vec![
            Text::from(kind_name(mail.kind)).into(),
            Text::from(mail.to).into(),
            state(mail.state),
            Text::from(intl::date_time(mail.created_at)).into(),
        ],
    })
}

fn state(state: MailState) -> AnyView {
    badge(match state {
        MailState::Queued => ("badge dot accent", words::MAIL_QUEUED),
        MailState::Sent => ("badge dot good", words::MAIL_SENT),
        MailState::Failed => ("badge dot bad", words::MAIL_FAILED),
        MailState::Kept => ("badge dot warn", words::MAIL_KEPT),
    })
}

/// One mail.
pub(super) fn sheet(mail_id: &str, title: RwSignal<String>) -> AnyView {
    let team = Team::of_app();
    let path = team.path(&format!("mails/{}", browser::encode(mail_id)));
    let loader: Loader<MailDetails> = Loader::new(move || {
        team.heed_changes();
        api::get(path.clone())
    });
    let named = loader.title(|found| found.mail.subject, words::MAIL);
    whenever(move || title.set(named.get()));
    body(loader.show(|| skeleton("stack", 2, "skeleton medium"), move |found| about(team, found)))
}

fn about(team: Team, found: MailDetails) -> AnyView {
    let MailDetails { mail, text, link } = found;
    let plain = |text: String| AnyView::from(Text::from(text));
    let mut list = vec![
        (words::STATUS, state(mail.state)),
        (words::MAIL_KIND, plain(kind_name(mail.kind).to_owned())),
        (words::MAIL_TO, plain(mail.to.clone())),
        (words::MAIL_WRITTEN, plain(intl::date_time(mail.created_at))),
    ];
    let times = [(words::MAIL_SENT_AT, mail.sent_at), (words::MAIL_NEXT, mail.next_attempt_at)];
    list.extend(times.into_iter().filter_map(|(name, at)| Some((name, plain(intl::date_time(at?))))));
    if mail.attempts > 1 {
        list.push((words::MAIL_ATTEMPTS, plain(intl::number(u64::from(mail.attempts)))));
    }
    if let Some(error) = mail.error.clone() {
        list.push((words::MAIL_ERROR, plain(error)));
    }
    list.push((words::MAIL_NUMBER, copy(mail.mail_id.to_string(), words::MAIL_NUMBER)));
    if let Some(link) = link {
        list.push((words::MAIL_LINK, copy(link, words::MAIL_LINK_NAME)));
    }
    let text = match text {
        Some(text) => el("pre", "mail-text").attr("tabindex", "0").text(text).view(),
        None => el("p", "muted").text(words::MAIL_TEXT_GONE).view(),
    };
    let text = el("section", "stack tight").child(el("h3", "").text(words::MAIL_TEXT)).child(text);
    let may = mail.state != MailState::Kept && team.may(Permission::EditSettings);
    let again =
        may.then(|| el("div", "row").child(button("button", words::RESEND, move || resend(team, &mail))).view());
    el("div", "stack wide").maybe(again).child(facts(list)).child(text).into()
}

fn resend(team: Team, mail: &Mail) {
    let (path, attempt) = (team.path(&format!("mails/{}/resend", mail.mail_id)), Attempt::new());
    let act: Act = Arc::new(move |_| {
        let request = Call::new(Method::Post, &path);
        Some(Box::pin(async move {
            attempt.act(request).await?;
            team.note_change();
            Ok(())
        }))
    });
    let title = words::ask_resend(&mail.to);
    team.asking.ask(Ask::plain(title, words::RESEND_MEANS, words::RESEND, act, words::RESENT));
}
