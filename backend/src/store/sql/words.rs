//! The words by which the database knows the states of things. They stand in the schema's checks too.

use shared::api::admin::mail::MailState;
use shared::api::admin::sources::SourceState;
use shared::api::admin::webhooks::WebhookState;
use shared::api::order::{OrderState, PaymentError, PaymentMethod};
use shared::license::{LeaseState, LicenseState, MoveState, StatusReason};
use shared::menu::{Counting, Unreturned};
use shared::verdict::PassStatus;

use crate::store::figures::Figure;
use crate::store::mail::LinkPurpose;
use crate::store::records::KeyState;

/// A state that is stored as a word.
pub(super) trait Word: Copy + 'static {
    /// The word.
    fn word(self) -> &'static str;
    /// The state that the word stands for.
    fn read(word: &str) -> Option<Self>;
}

macro_rules! words {
    ($($type:ident { $($state:ident = $word:literal),+ $(,)? })+) => {$(
        impl Word for $type {
            fn word(self) -> &'static str {
                match self { $(Self::$state => $word),+ }
            }

            fn read(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$state),)+ _ => None }
            }
        }
    )+};
}

words! {
    Figure {
        Sale = "sale", Refund = "refund", Grant = "grant", Use = "use", Offer = "offer", Redemption = "redemption",
        Denial = "denial",
    }
    KeyState { Next = "next", Active = "active", Retired = "retired", Revoked = "revoked" }
    OrderState {
        AwaitingPayment = "awaiting_payment", Fulfilled = "fulfilled", Cancelled = "cancelled", Refunded = "refunded",
    }
    PaymentMethod { Free = "free", Test = "test", Invoice = "invoice", Source = "source" }
    SourceState { Active = "active", Suspended = "suspended" }
    PaymentError { Declined = "declined" }
    LicenseState { Active = "active", Suspended = "suspended", Revoked = "revoked" }
    Counting { OnIssue = "on_issue", OnCheckout = "on_checkout", OnUse = "on_use" }
    Unreturned { Spent = "spent", Returned = "returned" }
    LeaseState { Open = "open", Returned = "returned", Expired = "expired", Ended = "ended" }
    MoveState { Offered = "offered", Redeemed = "redeemed", Cancelled = "cancelled", Expired = "expired" }
    StatusReason {
        Vendor = "vendor", License = "license", Cloned = "cloned", Moved = "moved", Recovered = "recovered",
        Replaced = "replaced",
    }
    MailState { Queued = "queued", Sent = "sent", Failed = "failed", Kept = "kept" }
    LinkPurpose { Password = "password", Address = "address" }
    WebhookState { Active = "active", Paused = "paused", Disabled = "disabled" }
    PassStatus { Valid = "valid", Moving = "moving", Suspended = "suspended", Invalid = "invalid" }
}
