//! Vendors' settings, their teams, and what lets others in: invitations and API tokens.

use shared::api::admin::team::InvoiceTerms;
use shared::brand::Colour;
use shared::id::{AccountId, InvitationId, TokenId, VendorId};
use shared::tax::Tax;
use shared::team::{Permission, Role};
use shared::time::Timestamp;

use super::Outcome;
use super::records::Vendor;

/// A member of a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRecord {
    /// Who.
    pub account_id: AccountId,
    /// The address.
    pub email: String,
    /// What the person is called.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Since when.
    pub added_at: Timestamp,
}

/// What a vendor says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorSettings {
    /// Its name in words.
    pub name: String,
    /// Where customers write to.
    pub support_email: Option<String>,
    /// Its own pages.
    pub website: Option<String>,
    /// The colour of its customers' pages.
    pub accent: Option<Colour>,
    /// The tax of the menus that it publishes.
    pub tax: Option<Tax>,
    /// How its customers pay by invoice, where they may.
    pub invoice: Option<InvoiceTerms>,
    /// Counted up with every change.
    pub revision: u64,
}

/// An invitation into a team; whoever knows its secret may join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationRecord {
    /// Into whose team.
    pub vendor_id: VendorId,
    /// Its id.
    pub invitation_id: InvitationId,
    /// SHA-256 of the secret in its link.
    pub secret_hash: String,
    /// Who is invited.
    pub email: String,
    /// What they will be.
    pub role: Role,
    /// Who invited: an account's or a token's id.
    pub invited_by: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// How an invitation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationEnd {
    /// Somebody joined.
    Accepted,
    /// The team took it back.
    Withdrawn,
}

/// A secret by which a program acts for a vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRecord {
    /// For whom it acts.
    pub vendor_id: VendorId,
    /// Its id.
    pub token_id: TokenId,
    /// SHA-256 of the secret.
    pub secret_hash: String,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Permission>,
    /// The ends of the secret, to tell one from another.
    pub hint: String,
    /// Who made it: an account's or a token's id.
    pub created_by: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when; without end when absent.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

/// What the store does for teams.
pub trait Team {
    /// The vendors in whose teams the account is, by name, with its role in each; at most 1000.
    fn vendors_of(&mut self, account_id: AccountId) -> Outcome<Vec<(Vendor, Role)>>;
    /// What a vendor says of itself.
    fn vendor_settings(&mut self, vendor_id: VendorId) -> Outcome<Option<VendorSettings>>;
    /// Replaces it, with the revision that it says.
    fn update_vendor(&mut self, vendor_id: VendorId, settings: &VendorSettings) -> Outcome<()>;

    /// A vendor's team in the order of its accounts, after that one, at most `limit`.
    fn members(&mut self, vendor_id: VendorId, after: Option<AccountId>, limit: u32) -> Outcome<Vec<MemberRecord>>;
    /// One member.
    fn member(&mut self, vendor_id: VendorId, account_id: AccountId) -> Outcome<Option<MemberRecord>>;
    /// How many owners a team has.
    fn count_owners(&mut self, vendor_id: VendorId) -> Outcome<u64>;
    /// Gives a member another role. The database refuses to lose the last owner.
    fn set_role(&mut self, vendor_id: VendorId, account_id: AccountId, role: Role) -> Outcome<()>;
    /// Removes a member. The database refuses to lose the last owner.
    fn remove_member(&mut self, vendor_id: VendorId, account_id: AccountId) -> Outcome<()>;

    /// A new invitation.
    fn add_invitation(&mut self, record: &InvitationRecord) -> Outcome<()>;
    /// A vendor's open invitations that are not over by `now`, the newest first, older than `before`, at most `limit`.
    fn invitations(
        &mut self,
        vendor_id: VendorId,
        before: Option<InvitationId>,
        now: Timestamp,
        limit: u32,
    ) -> Outcome<Vec<InvitationRecord>>;
    /// The open invitation with this id, over or not.
    fn invitation(&mut self, vendor_id: VendorId, invitation_id: InvitationId) -> Outcome<Option<InvitationRecord>>;
    /// The open invitation, at whichever vendor, whose secret has this hash, unless it is over by `now`.
    fn invitation_by_secret(&mut self, secret_hash: &str, now: Timestamp) -> Outcome<Option<InvitationRecord>>;
    /// Ends an open invitation, once.
    fn end_invitation(&mut self, vendor_id: VendorId, invitation_id: InvitationId, end: InvitationEnd) -> Outcome<()>;

    /// A new token.
    fn add_token(&mut self, record: &TokenRecord) -> Outcome<()>;
    /// A vendor's tokens that are not revoked, the newest first, older than `before`, at most `limit`.
    fn tokens(&mut self, vendor_id: VendorId, before: Option<TokenId>, limit: u32) -> Outcome<Vec<TokenRecord>>;
    /// The vendor's token with this id, unless it is revoked.
    fn token(&mut self, vendor_id: VendorId, token_id: TokenId) -> Outcome<Option<TokenRecord>>;
    /// Whether the vendor's token with this id is there, not revoked, and not over by `now`.
    fn is_token_good(&mut self, vendor_id: VendorId, token_id: TokenId, now: Timestamp) -> Outcome<bool>;
    /// The token whose secret has this hash, unless it is revoked, or over by `now`.
    fn token_by_secret(&mut self, secret_hash: &str, now: Timestamp) -> Outcome<Option<TokenRecord>>;
    /// Remembers when a token was used.
    fn touch_token(&mut self, vendor_id: VendorId, token_id: TokenId, now: Timestamp) -> Outcome<()>;
    /// Ends a token at once and for good.
    fn revoke_token(&mut self, vendor_id: VendorId, token_id: TokenId, now: Timestamp) -> Outcome<()>;
    /// What an actor of an event is called: an account's name or a token's; nothing for others.
    fn actor_name(&mut self, vendor_id: VendorId, actor: &str) -> Outcome<Option<String>>;
}
