//! The queries of a vendor's lists, as the document tells of them.

use shared::api::admin::figures::FiguresBy;
use shared::api::admin::mail::MailState;
use shared::api::order::OrderState;
use shared::id::TokenId;
use shared::license::{LeaseState, LicenseState, MoveState, StatusReason};
use shared::mail::MailKind;
use shared::money::Currency;
use shared::slug::{Feature, Slug};
use shared::time::{Date, Timestamp};
use shared::verdict::PassStatus;
use utoipa::IntoParams;

macro_rules! queries {
    ($($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $field:ident: $type:ty,)+ })+) => {$(
        $(#[$doc])*
        #[derive(IntoParams)]
        #[into_params(parameter_in = Query)]
        #[expect(dead_code, reason = "describes what `Query` reads")]
        pub struct $name { $($(#[$about])* $field: Option<$type>,)+ }
    )+};
}

queries! {
    /// Of customers.
    CustomersQuery {
        /// An id of any kind, or the beginning of an address, of a word of a name, of a device's name; alone.
        q: String,
        /// `-created_at`.
        sort: String,
    }
    /// Of figures.
    FiguresQuery {
        /// How long a bucket is; a day when absent.
        by: FiguresBy,
        /// The first day, of UTC; 30 days in all when absent.
        from: Date,
        /// The last day, itself included; today when absent.
        to: Date,
        /// Of this product.
        product: Slug,
    }
    /// Of orders.
    OrdersQuery {
        /// An id of any kind, or the beginning of an address, of a word of a name, of a device's name; alone.
        q: String,
        /// `-placed_at`, or `-fulfilled_at` for those that were fulfilled, also if they were paid back since.
        sort: String,
        /// In this state.
        state: OrderState,
        /// Of this product.
        product: Slug,
        /// With `sort=-fulfilled_at`: in this currency.
        currency: Currency,
        /// Placed then or later; with `sort=-fulfilled_at`, fulfilled then or later.
        from: Timestamp,
        /// Placed before then; with `sort=-fulfilled_at`, fulfilled before then.
        to: Timestamp,
    }
    /// Of licenses.
    LicensesQuery {
        /// An id of any kind, or the beginning of an address, of a word of a name, of a device's name; alone.
        q: String,
        /// `-granted_at`, or `ends_at` for those that have an end.
        sort: String,
        /// In this state.
        state: LicenseState,
        /// Of this product.
        product: Slug,
        /// Of this offer of that product; not with `sort=ends_at`.
        offer: Slug,
        /// Trials, or no trials.
        trial: bool,
        /// Granted then or later; not with `sort=ends_at`.
        from: Timestamp,
        /// Granted before then; not with `sort=ends_at`.
        to: Timestamp,
        /// With `sort=ends_at`: that end before then.
        ends_before: Timestamp,
        /// With `sort=ends_at`: that end then or later, or never.
        ends_after: Timestamp,
    }
    /// Of passes.
    PassesQuery {
        /// An id of any kind, or the beginning of an address, of a word of a name, of a device's name; alone.
        q: String,
        /// `-connected_at`, or `-last_seen_at` without filters.
        sort: String,
        /// That stand there.
        status: PassStatus,
        /// For this reason.
        reason: StatusReason,
        /// Of this product.
        product: Slug,
    }
    /// Of moves.
    MovesQuery {
        /// An id of any kind, or the beginning of an address, of a word of a name, of a device's name; alone.
        q: String,
        /// `-offered_at`.
        sort: String,
        /// In this state.
        state: MoveState,
        /// Of this product.
        product: Slug,
    }
    /// Of leases.
    LeasesQuery {
        /// An id of any kind, or the beginning of a holder's label, of an address, of a word of a customer's name; alone.
        q: String,
        /// `-checked_out_at`.
        sort: String,
        /// In this state.
        state: LeaseState,
        /// Of this product.
        product: Slug,
        /// That this service took: the id of its API token.
        service: TokenId,
    }
    /// Of mails.
    MailsQuery {
        /// In this state.
        state: MailState,
        /// Of this kind.
        kind: MailKind,
    }
    /// Of the audit log.
    EventsQuery {
        /// What happened: `license.suspended`; `use.counted` with `subject` or `feature` only.
        kind: String,
        /// Who did it: an id, or `operator`.
        actor: String,
        /// To what: an id.
        subject: String,
        /// What counted uses of this function.
        feature: Feature,
        /// What refused with this code; with `kind`.
        code: String,
        /// About a license or an order of this product.
        product: Slug,
        /// Then or later.
        from: Timestamp,
        /// Before then.
        to: Timestamp,
    }
}
