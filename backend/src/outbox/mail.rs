//! Mail: written of what the event log tells and of what handlers ask for, sent with longer and longer pauses while it fails.
//!
//! A mail is written in the transaction that moves the log's cursor on, or that does what it tells of: none is left out, none
//! is written twice. It is sent at least once, under one `Message-ID`.

use std::time::Duration;

use shared::api::admin::mail::MailState;
use shared::id::VendorId;
use shared::time::Timestamp;
use tokio::time::MissedTickBehavior;

use crate::app::App;
use crate::config::MailConfig;
use crate::http::metrics::Outgoing;
use crate::store::Outcome;
use crate::store::mail::{LinkPurpose, MailBody, MailRecord};

mod compose;
mod events;
mod links;
mod message;
mod smtp;

pub use compose::{write_invitation, write_of_address};
pub use events::write_cancelled;
pub use links::{ADDRESS_PREFIX, RESET_PREFIX, new_link};
pub use message::{Opened, open_body};

use smtp::{Connection, Fault};

/// The pauses after each failed attempt, in seconds: two days in all.
const PAUSES: [i64; 13] = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800, 28_800, 28_800, 28_800];

/// How many old mails are forgotten in one transaction: others wait for the writer meanwhile.
const FORGOTTEN_AT_ONCE: u32 = 500;

/// How long a process has a mail to itself: longer than sending takes.
const CLAIM_SECONDS: i64 = 300;

/// How many mails are sent, events written of, or requests answered at once.
const AT_ONCE: u32 = 8;

const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// Looks each second, for as long as the server runs.
pub async fn keep_mailing(app: App) {
    let mut ticks = tokio::time::interval(BETWEEN_LOOKS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if !app.store.is_on_duty() {
            continue;
        }
        if let Err(error) = mail_due(&app).await {
            tracing::warn!(%error, "mail was not written or sent");
        }
    }
}

/// Whether the configured server lets this installation in; nothing is sent. Errors: why not.
pub async fn try_server(config: &MailConfig, public_url: &str) -> Result<(), String> {
    let mut connection = Connection::to(config, public_url);
    let greeted = connection.greet().await;
    connection.end().await;
    greeted
}

/// Writes what is to be written, and sends what is due, until there is nothing more.
pub async fn mail_due(app: &App) -> Outcome<()> {
    loop {
        let now = app.clock.now();
        let kept_days = app.config.mail_kept_days;
        let old_before = kept_days.and_then(|days| now.checked_add_seconds(-i64::from(days) * 86_400));
        let work = app.store.read(move |tx| tx.mail_work(now, old_before)).await?;
        for vendor_id in &work.vendors {
            write_of_events(app, *vendor_id).await?;
        }
        if work.resets {
            answer_resets(app).await?;
        }
        if work.secrets {
            app.store.write(move |tx| tx.forget_mail_secrets(now)).await?;
        }
        if let Some(before) = old_before.filter(|_| work.old) {
            app.store.write(move |tx| tx.forget_old_mails(before, FORGOTTEN_AT_ONCE)).await?;
        }
        let is_sent = match &app.config.mail {
            Some(config) if work.mails => send_some(app, config).await?,
            _ => false,
        };
        if work.vendors.is_empty() && !work.resets && !is_sent && !work.old {
            return Ok(());
        }
    }
}

/// Writes of a vendor's next events; mails and cursor are one transaction.
async fn write_of_events(app: &App, vendor_id: VendorId) -> Outcome<()> {
    let here = app.clone();
    let written = app.store.write(move |tx| {
        let events = tx.events_to_mail(vendor_id, AT_ONCE)?;
        for (_, event) in &events {
            if let Some(mail) = events::write_of(tx, &here, event)? {
                tx.add_mail(&mail)?;
            }
        }
        events.last().map_or(Ok(()), |(number, _)| tx.set_mail_cursor(vendor_id, *number))
    });
    written.await
}

/// Sends those who asked for a new password a link, where the address has an account.
async fn answer_resets(app: &App) -> Outcome<()> {
    let here = app.clone();
    let answered = app.store.write(move |tx| {
        for email_key in tx.take_resets(AT_ONCE)? {
            if let Some(account) = tx.account_by_email(&email_key)? {
                let (link, url) = new_link(&here, LinkPurpose::Password, account.account_id, &account.email);
                tx.add_link(&link)?;
                tx.add_mail(&compose::write_reset(&here, &link, &url)?)?;
            }
        }
        Ok(())
    });
    answered.await
}

/// Sends what is due, one mail after the other over one connection; false when nothing was, or nobody took it.
async fn send_some(app: &App, config: &MailConfig) -> Outcome<bool> {
    let now = app.clock.now();
    // Whoever begins with a mail puts its next attempt off, so that no other process begins with it meanwhile.
    let claimed = app.store.write(move |tx| {
        let mut due = tx.due_mails(now, AT_ONCE)?;
        for mail in &mut due {
            mail.next_attempt_at = now.checked_add_seconds(CLAIM_SECONDS).unwrap_or(now);
            tx.update_mail(mail)?;
        }
        Ok(due)
    });
    let claimed = claimed.await?;
    let is_some = !claimed.is_empty();
    let mut connection = Connection::to(config, &app.config.public_url);
    let mut is_reachable = true;
    for mail in claimed {
        let sent = match message::build(app, config, &mail).await? {
            Ok(message) if is_reachable => connection.send(&message).await,
            Ok(_) => Err(Fault::unreachable()),
            Err(fault) => Err(fault),
        };
        is_reachable = !matches!(sent, Err(Fault { is_unreachable: true, .. }));
        note(app, mail, sent).await?;
    }
    connection.end().await;
    Ok(is_some && is_reachable)
}

/// Writes down what came of an attempt.
async fn note(app: &App, tried: MailRecord, sent: Result<(), Fault>) -> Outcome<()> {
    let now = app.clock.now();
    if let Err(fault) = &sent {
        tracing::warn!(mail_id = %tried.mail_id, fault = fault.log, "a mail was not sent");
    }
    app.metrics.count_delivery(Outgoing::Mail, sent.is_ok());
    let noted = app.store.write(move |tx| {
        // It was given up or queued anew meanwhile.
        let Some(mail) = tx.mail_by_id(tried.mail_id)?.filter(|mail| mail.state == MailState::Queued) else {
            return Ok(());
        };
        tx.update_mail(&after_attempt(mail, now, &sent))
    });
    noted.await
}

/// How a mail stands after an attempt.
fn after_attempt(mail: MailRecord, now: Timestamp, sent: &Result<(), Fault>) -> MailRecord {
    let attempts = mail.attempts.saturating_add(1);
    // Nobody needs the secret any more, once its mail is gone or never will be.
    let forget = |body| if matches!(body, MailBody::Sealed(_)) { MailBody::Forgotten } else { body };
    let Err(fault) = sent else {
        let (state, body) = (MailState::Sent, forget(mail.body));
        return MailRecord { state, body, attempts, sent_at: Some(now), error: None, ..mail };
    };
    let error = Some(fault.sentence.clone());
    let pause = PAUSES.get(attempts.saturating_sub(1) as usize).filter(|_| !fault.is_final);
    match pause.and_then(|pause| now.checked_add_seconds(*pause)) {
        Some(next_attempt_at) => MailRecord { attempts, next_attempt_at, error, ..mail },
        None => MailRecord { state: MailState::Failed, body: forget(mail.body), attempts, error, ..mail },
    }
}

#[cfg(test)]
mod tests {
    use super::PAUSES;

    #[test]
    fn attempts_go_on_for_about_two_days() {
        let all: i64 = PAUSES.iter().sum();
        assert!((40 * 3600..=48 * 3600).contains(&all), "{all}");
    }
}
