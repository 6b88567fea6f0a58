//! `passgate account reset-link`: a link to a new password, handed over by whoever runs the installation.

use clap::Subcommand;
use serde_json::json;

use super::{CommandError, Outcome, Printer, open_app};
use crate::config::Settings;
use crate::outbox::mail::new_link;
use crate::store::mail::LinkPurpose;
use crate::store::records::email_key;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Makes a link by which the account's person chooses a new password: good once, and for an hour.
    ResetLink {
        /// The account's e-mail address.
        email: String,
    },
}

pub(super) async fn run(settings: &Settings, printer: &Printer, command: Command) -> Outcome {
    let Command::ResetLink { email } = command;
    let app = open_app(settings)?;
    let key = email_key(&email);
    let account = app.store.read(move |tx| tx.account_by_email(&key)).await?;
    let account = account.ok_or_else(|| CommandError::new("nobody has signed up with this address"))?;
    // Sent to nobody: following it shows nothing of the mailbox.
    let (link, url) = new_link(&app, LinkPurpose::Password, account.account_id, "");
    let expires_at = link.expires_at;
    app.store.write(move |tx| tx.add_link(&link)).await?;
    let answer = json!({ "account_id": account.account_id, "url": url, "expires_at": expires_at });
    let sentence = format!("{url}\nWhoever opens it within an hour chooses the password of {}.", account.email);
    printer.answer(&sentence, &answer)
}
