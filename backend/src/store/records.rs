//! What the store keeps, as plain values. Money is in minor units, digests and hashes in base64url.

use shared::api::order::{Invoice, OrderState, PaymentError, PaymentMethod};
use shared::id::{
    AccountId, CustomerId, EventId, LicenseId, MoveId, OrderId, PassId, ProductId, SessionId, SliceId, SourceId,
    VendorId,
};
use shared::license::{License, MoveState, StatusReason};
use shared::menu::AgreementName;
use shared::quote::{Quote, Selection};
use shared::slug::{Feature, Slug};
use shared::time::Timestamp;
use shared::verdict::PassStatus;

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vendor {
    /// Its id.
    pub vendor_id: VendorId,
    /// Its slug, unique in the installation.
    pub slug: Slug,
    /// Its name in words.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
}

/// A vendor's signing key. The private half is sealed; only `keys/` can open it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    /// Whose key it is.
    pub vendor_id: VendorId,
    /// Its RFC 7638 thumbprint.
    pub kid: String,
    /// Where it stands.
    pub state: KeyState,
    /// The public half: 32 bytes of Ed25519.
    pub public_key: [u8; 32],
    /// The private half, encrypted under the master key.
    pub sealed_private_key: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it began to sign.
    pub activated_at: Option<Timestamp>,
    /// When it ceased to sign.
    pub retired_at: Option<Timestamp>,
}

/// Where a signing key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published, does not sign yet.
    Next,
    /// Signs. One per vendor.
    Active,
    /// Signs no more; published until its last token has expired.
    Retired,
    /// Compromised: not published, nothing signed by it is accepted.
    Revoked,
}

/// A piece of software that is licensed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its id.
    pub product_id: ProductId,
    /// Whose it is.
    pub vendor_id: VendorId,
    /// Its slug, unique within the vendor.
    pub slug: Slug,
    /// Its name in words.
    pub name: String,
    /// One sentence about it.
    pub summary: String,
    /// The web origins of its apps: `https://app.example.com`.
    pub origins: Vec<String>,
    /// Where the app is opened, for somebody who holds a move's code and not yet the app.
    pub app_url: Option<String>,
}

/// A version of a license text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Whose text it is.
    pub vendor_id: VendorId,
    /// Version, digest and title.
    pub name: AgreementName,
    /// The text.
    pub text: String,
}

/// A person's sign-in.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub account_id: AccountId,
    /// The address as the person wrote it.
    pub email: String,
    /// What the person wants to be called.
    pub name: String,
    /// argon2id, as a PHC string.
    pub password_hash: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its person showed that the address is theirs.
    pub email_confirmed_at: Option<Timestamp>,
}

/// The form of an e-mail address that is unique: trimmed and in lower case.
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A sign-in that lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the secret in the cookie.
    pub secret_hash: String,
    /// Its id, by which its owner names it; grants nothing.
    pub session_id: SessionId,
    /// Who is signed in.
    pub account_id: AccountId,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// When it was last used, to a few minutes.
    pub last_used_at: Timestamp,
    /// When it last showed who is there: by password, code or passkey.
    pub proved_at: Timestamp,
    /// The authentication source whose word began it; nothing where its person showed who they are here.
    pub source_id: Option<SourceId>,
    /// What the browser called itself, at most 200 characters.
    pub user_agent: String,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRecord {
    /// Its id.
    pub order_id: OrderId,
    /// At which vendor.
    pub vendor_id: VendorId,
    /// Who ordered.
    pub customer_id: CustomerId,
    /// What software.
    pub product_id: ProductId,
    /// From which version of the menu.
    pub menu_version: u32,
    /// What was picked.
    pub selection: Selection,
    /// What it costs.
    pub quote: Quote,
    /// The license text that was agreed to.
    pub agreement_digest: String,
    /// How it is paid.
    pub payment: PaymentMethod,
    /// What the customer was told, where it is paid by invoice; never changed.
    pub invoice: Option<Invoice>,
    /// Where it stands.
    pub state: OrderState,
    /// Why the last attempt to pay failed.
    pub payment_error: Option<PaymentError>,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it was paid, cancelled or refunded.
    pub settled_at: Option<Timestamp>,
    /// The license it granted; read from the license that names the order, never written.
    pub license_id: Option<LicenseId>,
}

/// A license with its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenseRecord {
    /// Its id.
    pub license_id: LicenseId,
    /// At which vendor.
    pub vendor_id: VendorId,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// For what software.
    pub product_id: ProductId,
    /// The order that granted it.
    pub order_id: OrderId,
    /// When it was granted.
    pub granted_at: Timestamp,
    /// True for a trial.
    pub trial: bool,
    /// Grows with every change that a member of the vendor's team makes, and with the term.
    pub revision: u64,
    /// What the rules decide about.
    pub license: License,
}

/// A pass of one terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// Its id, the token's `jti`.
    pub pass_id: PassId,
    /// At which vendor.
    pub vendor_id: VendorId,
    /// The license it uses.
    pub license_id: LicenseId,
    /// The thumbprint of the terminal's key.
    pub jkt: String,
    /// What the customer calls the device.
    pub name: String,
    /// Where it stands.
    pub status: PassStatus,
    /// Why, unless it is `valid` or `moving`.
    pub reason: Option<StatusReason>,
    /// Since when it is `invalid`.
    pub ended_at: Option<Timestamp>,
    /// The license's epoch when it was issued.
    pub epoch: u32,
    /// The pass that it succeeds, after a move: at most one successor each.
    pub predecessor: Option<PassId>,
    /// Its place in the status lists: which list.
    pub status_list: u32,
    /// Its place in the status lists: which entry.
    pub status_index: u32,
    /// When the terminal got it.
    pub connected_at: Timestamp,
    /// When the terminal was last heard of.
    pub last_seen_at: Timestamp,
    /// Until when its newest token works without contact.
    pub expires_at: Timestamp,
    /// How many times it was refreshed.
    pub refreshes: u64,
    /// The idempotency key of the last refresh.
    pub refresh_key: Option<String>,
    /// SHA-256 of the browser's own secret, where the pass was issued in a browser that keeps one.
    pub browser: Option<String>,
    /// The app's origin, where the request named it.
    pub origin: Option<String>,
}

/// A move of a pass to another terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveRecord {
    /// At which vendor.
    pub vendor_id: VendorId,
    /// Its id.
    pub move_id: MoveId,
    /// The license that moves.
    pub license_id: LicenseId,
    /// The pass that is on its way.
    pub pass_id: PassId,
    /// The letters of the code that name the move.
    pub code_name: String,
    /// A keyed hash of the move's id and the letters of the code that prove it (`Keyring::hash`).
    pub code_hash: String,
    /// How many more times the secret letters may be wrong.
    pub tries: u32,
    /// Where it stands.
    pub state: MoveState,
    /// When it was offered.
    pub offered_at: Timestamp,
    /// Until when it may be redeemed.
    pub expires_at: Timestamp,
    /// When it was redeemed, cancelled or expired.
    pub settled_at: Option<Timestamp>,
    /// The pass that came of it.
    pub successor: Option<PassId>,
}

/// Uses debited in advance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SliceRecord {
    /// At which vendor.
    pub vendor_id: VendorId,
    /// Its id, the token's `jti`.
    pub slice_id: SliceId,
    /// The license they were debited from.
    pub license_id: LicenseId,
    /// The pass they belong to.
    pub pass_id: PassId,
    /// Uses of which feature.
    pub feature: Feature,
    /// How many.
    pub count: u64,
    /// When they were debited.
    pub granted_at: Timestamp,
    /// The first second at which nothing of it may be spent any more.
    pub ends_at: Timestamp,
    /// How many count as spent, once it is settled.
    pub spent: Option<u64>,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
}

/// How many places a status list has; the next list begins when it is full. Publish a list of this length always: a new
/// pass is `valid`, so it changes neither the list's bits nor its version.
pub const STATUS_LIST_CAPACITY: u32 = 1 << 20;

/// A status list as far as it is not all `valid`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusList {
    /// Grows with every change of an entry.
    pub version: u64,
    /// How many entries are in use.
    pub size: u32,
    /// The entries that are not `valid`.
    pub entries: Vec<(u32, PassStatus)>,
}

/// How long a stored answer is kept at least: a day, as clients know it from Stripe.
pub const ANSWER_KEPT_SECONDS: i64 = 86_400;

/// An idempotency key with the request it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who may see the answer again: an account, a terminal's key.
    pub scope: String,
    /// The client's key, 1 to 255 printable ASCII characters.
    pub key: String,
    /// SHA-256 over method, path and body.
    pub fingerprint: String,
    /// When it was claimed.
    pub now: Timestamp,
}

/// Whether a request is the first with its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// It is: go on, and keep the answer.
    First,
    /// It is not: this is the first's answer.
    Replay(StoredAnswer),
}

/// An answer as it went out, but for the signature of its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    /// HTTP status.
    pub status: u16,
    /// The body's bytes.
    pub body: Vec<u8>,
    /// What is left out of the body.
    pub unsigned: Option<LeftOut>,
}

/// A signature that is left out of an answer: one key signs the same token the same way whenever it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// How many bytes of the body go before it.
    pub at: u32,
    /// Whose key signs.
    pub vendor_id: VendorId,
    /// Which one.
    pub kid: String,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub event_id: EventId,
    /// At which vendor.
    pub vendor_id: VendorId,
    /// When.
    pub at: Timestamp,
    /// What, as webhooks will name it: `license.created`.
    pub kind: String,
    /// Who: an account's, a pass's or a service's id, or `operator`.
    pub actor: String,
    /// To what: an id.
    pub subject: String,
    /// The particulars, JSON; holds no secrets and no addresses.
    pub body: String,
}

/// A customer as their vendor knows them.
#[derive(Clone, PartialEq, Eq)]
pub struct CustomerRecord {
    /// The customer.
    pub customer_id: CustomerId,
    /// The person's sign-in.
    pub account_id: AccountId,
    /// The address as the person wrote it.
    pub email: String,
    /// What the person wants to be called.
    pub name: String,
    /// Since when they are this vendor's customer.
    pub created_at: Timestamp,
}

/// An entry of a vendor's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Its place, counted from 1.
    pub number: u64,
    /// What happened.
    pub event: Event,
    /// Covers it and the entry before.
    pub hash: [u8; 32],
}
