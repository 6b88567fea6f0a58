//! A mail as it goes over the wire, and its secrets as they lie in the store.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use serde::{Deserialize, Serialize};
use shared::id::MailId;
use shared::mail::{one_line, to_html};

use super::smtp::Fault;
use crate::app::App;
use crate::config::MailConfig;
use crate::store::mail::{MailBody, MailRecord};
use crate::store::{Outcome, StoreError};

/// Text and link of a mail.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The text.
    pub text: String,
    /// Where it leads.
    pub link: Option<String>,
}

/// What goes over the wire.
pub(super) struct Wire {
    pub(super) envelope: Envelope,
    pub(super) bytes: Vec<u8>,
}

/// A body whose link is a secret, as the store keeps it.
pub(super) fn seal_body(app: &App, mail_id: MailId, text: String, link: Option<String>) -> Outcome<MailBody> {
    let opened = serde_json::to_vec(&Opened { text, link }).map_err(|error| StoreError::Fault(error.to_string()))?;
    Ok(MailBody::Sealed(app.keys.seal(&bound_to(mail_id), &opened)))
}

/// What a mail says; nothing where it is forgotten. Errors: a fault where the master key is another one.
pub fn open_body(app: &App, mail: &MailRecord) -> Outcome<Option<Opened>> {
    match &mail.body {
        MailBody::Clear { text, link } => Ok(Some(Opened { text: text.clone(), link: link.clone() })),
        MailBody::Sealed(sealed) => {
            let opened = app.keys.open(&bound_to(mail.mail_id), sealed)?;
            serde_json::from_slice(&opened).map(Some).map_err(|error| StoreError::Fault(error.to_string()))
        }
        MailBody::Forgotten => Ok(None),
    }
}

fn bound_to(mail_id: MailId) -> String {
    format!("passgate mail\n{mail_id}")
}

/// The message: text and HTML, in the vendor's name from the installation's address, with the vendor's own to reply to. Or why
/// it can never be sent.
pub(super) async fn build(app: &App, config: &MailConfig, mail: &MailRecord) -> Outcome<Result<Wire, Fault>> {
    let settings = match mail.vendor_id {
        Some(vendor_id) => app.store.read(move |tx| tx.vendor_settings(vendor_id)).await?,
        None => None,
    };
    let Some(opened) = open_body(app, mail)? else {
        return Ok(Err(Fault::hopeless("What it said is not kept any more.")));
    };
    let from = config.from.address().clone();
    let name = settings.as_ref().map(|settings| one_line(&settings.name));
    let name = name.or_else(|| config.from.name().map(str::to_owned));
    let reply_to = settings.and_then(|settings| settings.support_email).and_then(|address| read_address(&address));
    let Some(to) = read_address(&mail.to) else {
        return Ok(Err(Fault::hopeless("This is not an address that mail can be sent to.")));
    };
    let seconds = u64::try_from(mail.created_at.as_unix()).unwrap_or(0);
    let mut message = lettre::Message::builder()
        .message_id(Some(format!("<{}@{}>", mail.mail_id, from.domain())))
        .date(UNIX_EPOCH + Duration::from_secs(seconds))
        .from(Mailbox::new(name, from))
        .to(Mailbox::new(None, to))
        .subject(one_line(&mail.subject))
        // Answering machines do not answer it (RFC 3834).
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()));
    if let Some(address) = reply_to {
        message = message.reply_to(Mailbox::new(None, address));
    }
    let html = to_html(&opened.text, &app.config.public_url);
    let built = message.multipart(MultiPart::alternative_plain_html(opened.text, html));
    Ok(match built {
        Ok(message) => Ok(Wire { envelope: message.envelope().clone(), bytes: message.formatted() }),
        Err(error) => Err(Fault::hopeless(&format!("It cannot be made into a message: {error}."))),
    })
}

fn read_address(text: &str) -> Option<Address> {
    text.trim().parse().ok()
}
