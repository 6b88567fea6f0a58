//! Mail: what an installation writes to people in a vendor's name, what became of it, and the texts it is made from.

use serde::{Deserialize, Serialize};

use crate::id::MailId;
use crate::mail::MailKind;
use crate::time::Timestamp;

/// One item of `GET …/mails`, the newest first: filters `state` and `kind`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mail {
    /// The mail.
    pub mail_id: MailId,
    /// What it is about.
    pub kind: MailKind,
    /// To which address.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// What became of it.
    pub state: MailState,
    /// What it tells of: a license's, an order's or an invitation's id.
    pub about: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was handed to the mail server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// When it is tried next, while it is queued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<Timestamp>,
    /// Why the last attempt failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MailState {
    /// It waits to be sent, or to be tried again.
    Queued,
    /// The mail server took it.
    Sent,
    /// The mail server refused it for good, or did not take it for two days.
    Failed,
    /// This installation sends no mail: it is kept to be read here.
    Kept,
}

/// `GET …/mails/{mail_id}`. `POST …/mails/{mail_id}/resend` takes `Idempotency-Key` and answers [`Mail`]: the same mail where it
/// was not sent yet, a new one where it was.
///
/// Errors of resending: `CONFLICT` where this installation sends no mail, or where the mail's link is not kept any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailDetails {
    /// The mail.
    pub mail: Mail,
    /// Its text; absent where it holds a secret link that is not kept, or not for the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Where it leads; absent with the text, or without a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// One item of `GET …/mail-templates`: the text that mails of a kind are made from. A [`Page`](crate::api::Page) with all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailTemplate {
    /// Which mails.
    pub kind: MailKind,
    /// The subject, one line.
    pub subject: String,
    /// The text.
    pub body: String,
    /// True while the vendor has not written one of its own.
    pub is_default: bool,
    /// What may stand in it as `{{name}}`.
    pub placeholders: Vec<Placeholder>,
    /// Grows with every change; for `If-Match`.
    pub revision: u64,
}

/// What may stand in a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Placeholder {
    /// Between `{{` and `}}`: `license.link`.
    pub name: String,
    /// What stands there in a mail: a sentence.
    pub meaning: String,
    /// What stands there in a preview.
    pub example: String,
}

/// `PUT …/mail-templates/{kind}` with `If-Match`, answers [`MailTemplate`]; `POST …/mail-templates/{kind}/preview`, answers
/// [`MailPreview`]. `DELETE …/mail-templates/{kind}` goes back to the default and answers [`MailTemplate`].
///
/// Errors: `INVALID_INPUT` with `subject` or `body`, naming the placeholder at fault and its line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemplateText {
    /// One line, 1 to 200 characters.
    pub subject: String,
    /// 1 to 10,000 characters.
    pub body: String,
}

/// What a mail from a template would be, with examples in place of a customer's data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailPreview {
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// Whether this installation sends mail: `mail` of a vendor's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailSending {
    /// False where mail is kept to be read in the admin pages.
    pub sending: bool,
    /// The address that mail comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}
