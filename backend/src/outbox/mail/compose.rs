//! Composing: a template and values become a mail that is not sent yet.

use std::collections::BTreeMap;

use shared::api::admin::mail::MailState;
use shared::id::{AccountId, MailId, VendorId};
use shared::mail::{MailKind, Template, Written, usual_text};
use shared::time::Timestamp;

use super::message::seal_body;
use crate::app::App;
use crate::store::mail::{LinkRecord, MailBody, MailRecord};
use crate::store::team::InvitationRecord;
use crate::store::{Outcome, StoreError, Tx, not_found};

/// What stands in place of placeholders.
pub(super) type Values = BTreeMap<&'static str, String>;

/// What a mail is beside its text.
pub(super) struct Envelope {
    pub(super) vendor_id: Option<VendorId>,
    pub(super) kind: MailKind,
    pub(super) to: String,
    pub(super) about: String,
    pub(super) link: Option<String>,
    pub(super) over_at: Option<Timestamp>,
}

/// An invitation into a vendor's team.
pub fn write_invitation(tx: &mut dyn Tx, app: &App, invitation: &InvitationRecord, url: &str) -> Outcome<MailRecord> {
    let vendor_id = invitation.vendor_id;
    let mut values = vendor_values(tx, vendor_id)?;
    let vendor_name = values.get("vendor.name").cloned().unwrap_or_default();
    let invited_by = tx.actor_name(vendor_id, &invitation.invited_by)?;
    values.extend([
        ("invitation.role", invitation.role.to_string()),
        ("invitation.invited_by", invited_by.unwrap_or(vendor_name)),
        ("invitation.expires_at", invitation.expires_at.date().to_string()),
        ("invitation.link", url.to_owned()),
    ]);
    let envelope = Envelope {
        vendor_id: Some(vendor_id),
        kind: MailKind::Invitation,
        to: invitation.email.clone(),
        about: invitation.invitation_id.to_string(),
        link: Some(url.to_owned()),
        over_at: Some(invitation.expires_at),
    };
    write_for_vendor(tx, app, vendor_id, envelope, &values)
}

/// A mail of the installation's own about an account's address; `link` confirms it, where there is one to follow.
pub fn write_of_address(
    app: &App,
    kind: MailKind,
    account_id: AccountId,
    to: &str,
    address: &str,
    link: Option<(&LinkRecord, &str)>,
) -> Outcome<MailRecord> {
    let url = link.map(|(_, url)| url.to_owned());
    let values = Values::from([("address", address.to_owned()), ("link", url.clone().unwrap_or_default())]);
    let over_at = link.map(|(record, _)| record.expires_at);
    let (to, about) = (to.to_owned(), account_id.to_string());
    finish(app, Envelope { vendor_id: None, kind, to, about, link: url, over_at }, &usual_template(kind)?, &values)
}

/// The link to a new password.
pub(super) fn write_reset(app: &App, link: &LinkRecord, url: &str) -> Outcome<MailRecord> {
    write_of_address(app, MailKind::PasswordReset, link.account_id, &link.email, &link.email, Some((link, url)))
}

/// A mail in a vendor's name, by its template or the usual one.
pub(super) fn write_for_vendor(
    tx: &mut dyn Tx,
    app: &App,
    vendor_id: VendorId,
    envelope: Envelope,
    values: &Values,
) -> Outcome<MailRecord> {
    let kind = envelope.kind;
    let own = tx.mail_template(vendor_id, kind)?.and_then(|template| template.text);
    // Checked when it was written; one that an older version took and this one does not gives way.
    let own = own.and_then(|(subject, body)| Template::read(kind, &subject, &body).ok());
    let template = own.map_or_else(|| usual_template(kind), Ok)?;
    finish(app, envelope, &template, values)
}

/// What every mail in a vendor's name may hold.
pub(super) fn vendor_values(tx: &mut dyn Tx, vendor_id: VendorId) -> Outcome<Values> {
    let settings = tx.vendor_settings(vendor_id)?.ok_or_else(not_found)?;
    let support = settings.support_email.unwrap_or_else(|| settings.name.clone());
    Ok(Values::from([("vendor.name", settings.name), ("vendor.support", support)]))
}

fn usual_template(kind: MailKind) -> Outcome<Template> {
    let (subject, body) = usual_text(kind);
    let fault = || StoreError::Fault(format!("the usual text of {kind} is no template"));
    Template::read(kind, subject, body).map_err(|_| fault())
}

fn finish(app: &App, envelope: Envelope, template: &Template, values: &Values) -> Outcome<MailRecord> {
    let Written { subject, text } = template.fill(|name| values.get(name).cloned());
    let Envelope { vendor_id, kind, to, about, link, over_at } = envelope;
    let (mail_id, now) = (app.new_id(MailId::new), app.clock.now());
    let body = if kind.is_secret() { seal_body(app, mail_id, text, link)? } else { MailBody::Clear { text, link } };
    Ok(MailRecord {
        mail_id,
        vendor_id,
        kind,
        to,
        about,
        subject,
        body,
        created_at: now,
        over_at,
        state: if app.config.mail.is_some() { MailState::Queued } else { MailState::Kept },
        attempts: 0,
        next_attempt_at: now,
        sent_at: None,
        error: None,
    })
}
