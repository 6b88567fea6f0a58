//! Mail: what is written to people, what became of it, the links in it, and the texts that vendors write themselves.

use shared::api::admin::mail::MailState;
use shared::id::{AccountId, MailId, VendorId};
use shared::mail::MailKind;
use shared::time::Timestamp;

use super::Outcome;
use super::records::Event;

/// A mail.
#[derive(Clone, PartialEq, Eq)]
pub struct MailRecord {
    /// Its id; part of its `Message-ID`.
    pub mail_id: MailId,
    /// In whose name; absent: the installation's own.
    pub vendor_id: Option<VendorId>,
    /// What it is about.
    pub kind: MailKind,
    /// To which address.
    pub to: String,
    /// What it tells of: an id.
    pub about: String,
    /// Its subject.
    pub subject: String,
    /// What it says.
    pub body: MailBody,
    /// When it was written.
    pub created_at: Timestamp,
    /// When its link ends: what is not sent by then never is.
    pub over_at: Option<Timestamp>,
    /// What became of it.
    pub state: MailState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub next_attempt_at: Timestamp,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

/// What a mail says.
#[derive(Clone, PartialEq, Eq)]
pub enum MailBody {
    /// Text, and where it leads.
    Clear {
        /// The text.
        text: String,
        /// The link.
        link: Option<String>,
    },
    /// Both, encrypted under the master key: the link is a secret.
    Sealed(Vec<u8>),
    /// It held a secret and was forgotten.
    Forgotten,
}

/// What mails a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailFilter {
    /// In this state only.
    pub state: Option<MailState>,
    /// Of this kind only.
    pub kind: Option<MailKind>,
}

/// A text that a vendor wrote itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateRecord {
    /// Whose.
    pub vendor_id: VendorId,
    /// For mails of this kind.
    pub kind: MailKind,
    /// Subject and body; the usual ones when absent.
    pub text: Option<(String, String)>,
    /// Counted up with every change.
    pub revision: u64,
}

/// What a link in a mail is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// A new password.
    Password,
    /// The address is its account's.
    Address,
}

/// A link that shows who holds a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRecord {
    /// SHA-256 of its secret.
    pub secret_hash: String,
    /// What for.
    pub purpose: LinkPurpose,
    /// Whose.
    pub account_id: AccountId,
    /// Where it was sent to; empty where the operator handed it over.
    pub email: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it may be followed.
    pub expires_at: Timestamp,
}

/// What there is to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a kind of work that there is or not")]
pub struct MailWork {
    /// Vendors with events that are to be written of.
    pub vendors: Vec<VendorId>,
    /// Whether somebody asked for a new password.
    pub resets: bool,
    /// Whether a mail is due.
    pub mails: bool,
    /// Whether a secret is kept that is over.
    pub secrets: bool,
    /// Whether mails are kept whole that are old.
    pub old: bool,
}

/// How many links of one purpose an account has at once; the oldest make room.
pub const LINKS_KEPT: u32 = 5;

/// What the store does for mail.
pub trait Mails {
    /// What there is to do now. What mails said that were written before `old_before` is to be forgotten.
    fn mail_work(&mut self, now: Timestamp, old_before: Option<Timestamp>) -> Outcome<MailWork>;

    /// A new mail.
    fn add_mail(&mut self, record: &MailRecord) -> Outcome<()>;
    /// Sets what became of it, and forgets or keeps its secret. The database refuses to touch one that was sent.
    fn update_mail(&mut self, record: &MailRecord) -> Outcome<()>;
    /// The vendor's mail with this id.
    fn mail(&mut self, vendor_id: VendorId, mail_id: MailId) -> Outcome<Option<MailRecord>>;
    /// The mail with this id, in whoever's name: for the sender.
    fn mail_by_id(&mut self, mail_id: MailId) -> Outcome<Option<MailRecord>>;
    /// The vendor's mails, the newest first, older than `before`, at most `limit`.
    fn mails(
        &mut self,
        vendor_id: VendorId,
        filter: MailFilter,
        before: Option<MailId>,
        limit: u32,
    ) -> Outcome<Vec<MailRecord>>;
    /// Queued mails of all vendors and the installation whose time has come, the first due first, at most `limit`.
    fn due_mails(&mut self, now: Timestamp, limit: u32) -> Outcome<Vec<MailRecord>>;
    /// Forgets what mails hold of secrets that are over by now; those that are queued have failed.
    fn forget_mail_secrets(&mut self, now: Timestamp) -> Outcome<()>;

    /// What the vendor's queued mails about this tell of is over: they have failed, and nobody gets them.
    fn give_up_mails(&mut self, vendor_id: VendorId, about: &str, why: &str) -> Outcome<()>;
    /// Forgets what mails said that were written before then and are not queued, the oldest first, at most `limit`.
    fn forget_old_mails(&mut self, before: Timestamp, limit: u32) -> Outcome<()>;

    /// The vendor's next events that are written of, after the cursor, with their numbers, at most `limit`.
    fn events_to_mail(&mut self, vendor_id: VendorId, limit: u32) -> Outcome<Vec<(u64, Event)>>;
    /// Moves the cursor on. The database refuses the way back.
    fn set_mail_cursor(&mut self, vendor_id: VendorId, told: u64) -> Outcome<()>;

    /// What the vendor wrote itself for mails of this kind.
    fn mail_template(&mut self, vendor_id: VendorId, kind: MailKind) -> Outcome<Option<TemplateRecord>>;
    /// Replaces it.
    fn set_mail_template(&mut self, record: &TemplateRecord) -> Outcome<()>;

    /// Notes that a new password is wanted for the account with this address, if there is one.
    fn ask_reset(&mut self, email_key: &str, now: Timestamp) -> Outcome<()>;
    /// Takes some of what was asked for: addresses in their unique form, at most `limit`.
    fn take_resets(&mut self, limit: u32) -> Outcome<Vec<String>>;
    /// A new link; makes room among the account's others, and forgets a few that are over.
    fn add_link(&mut self, record: &LinkRecord) -> Outcome<()>;
    /// The link whose secret has this hash, unless it is over by `now`.
    fn link(&mut self, secret_hash: &str, purpose: LinkPurpose, now: Timestamp) -> Outcome<Option<LinkRecord>>;
    /// The account's newest link of this purpose that is not over by `now`.
    fn newest_link(
        &mut self,
        account_id: AccountId,
        purpose: LinkPurpose,
        now: Timestamp,
    ) -> Outcome<Option<LinkRecord>>;
    /// Forgets the account's links: what they were sent for has happened, or somebody else may have asked for them.
    fn forget_links(&mut self, account_id: AccountId) -> Outcome<()>;
    /// Sets the account's address, confirmed then. `Duplicate("accounts.email")` when somebody else has it.
    fn confirm_address(&mut self, account_id: AccountId, email: &str, now: Timestamp) -> Outcome<()>;
}
