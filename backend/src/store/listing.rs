//! Lists for a vendor's team: what they are filtered and sorted by, and where a row stands in one.
//!
//! A list gives places, not rows: the caller looks up what it shows of each. Every list is read in pages, each from where
//! the one before ended, never by counting rows off.

use serde::{Deserialize, Serialize};
use shared::api::order::OrderState;
use shared::id::{CustomerId, OrderId, ProductId, TokenId, VendorId};
use shared::license::{LeaseState, LicenseState, MoveState, StatusReason};
use shared::money::Currency;
use shared::slug::Slug;
use shared::time::Timestamp;
use shared::verdict::PassStatus;

use super::records::{CustomerRecord, OrderRecord};
use super::{Outcome, StoreError};

/// Of what a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Customers.
    Customer,
    /// Orders.
    Order,
    /// Licenses.
    License,
    /// Passes.
    Pass,
    /// Moves.
    Move,
    /// Leases.
    Lease,
}

/// A list with its filters, all of which must hold; its order is part of its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum List {
    /// Customers, the newest first.
    Customers,
    /// Orders, the newest first.
    Orders {
        /// In this state only.
        state: Option<OrderState>,
        /// Placed then or later.
        from: Option<Timestamp>,
        /// Placed before then.
        to: Option<Timestamp>,
    },
    /// Orders that were fulfilled, those paid back since among them, by when they were, the newest first.
    OrdersFulfilled {
        /// In this state only.
        state: Option<OrderState>,
        /// In this currency only.
        currency: Option<Currency>,
        /// Fulfilled then or later.
        from: Option<Timestamp>,
        /// Fulfilled before then.
        to: Option<Timestamp>,
    },
    /// Licenses, the newest first.
    Licenses {
        /// In this state only.
        state: Option<LicenseState>,
        /// Trials only, or none of them.
        trial: Option<bool>,
        /// From this offer only; of one product.
        offer: Option<Slug>,
        /// Granted then or later.
        from: Option<Timestamp>,
        /// Granted before then.
        to: Option<Timestamp>,
    },
    /// Licenses that have an end, those that end first before.
    LicensesByEnd {
        /// In this state only.
        state: Option<LicenseState>,
        /// Trials only, or none of them.
        trial: Option<bool>,
        /// That end then or later.
        from: Option<Timestamp>,
        /// That end before then.
        to: Option<Timestamp>,
    },
    /// Passes, the newest first.
    Passes {
        /// That stand there only.
        status: Option<PassStatus>,
        /// For this reason only.
        reason: Option<StatusReason>,
    },
    /// Passes of all products, those heard of last first.
    PassesBySeen,
    /// Moves, the newest first.
    Moves {
        /// In this state only.
        state: Option<MoveState>,
    },
    /// Leases, the newest first.
    Leases {
        /// In this state only.
        state: Option<LeaseState>,
        /// That this service took only.
        service: Option<TokenId>,
    },
}

/// Where a row stands in a list; what a cursor holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Place {
    /// In a list by time: the time, and the row's id.
    #[serde(rename = "t")]
    Time(i64, String),
    /// In what a search found.
    #[serde(rename = "f")]
    Found {
        /// Which of the search's steps found it.
        step: u8,
        /// By which word, and whose.
        word: (String, String),
        /// Through which license, and the row's id.
        row: (String, String),
    },
}

impl Place {
    /// The row's id.
    pub fn id_text(&self) -> &str {
        match self {
            Self::Time(_, id) | Self::Found { row: (_, id), .. } => id,
        }
    }

    /// The row's id as what it names.
    pub fn id<T: std::str::FromStr>(&self) -> Outcome<T> {
        let wrong = || StoreError::Fault(format!("a list holds {}", self.id_text()));
        self.id_text().parse().map_err(|_| wrong())
    }
}

/// What a vendor's team looks for.
pub trait Listing {
    /// The places in the list after `after`, at most `limit`; of one product only where it is given (lists of customers and
    /// by when a device was heard of last are of all).
    fn list(
        &mut self,
        vendor_id: VendorId,
        list: &List,
        product: Option<ProductId>,
        after: Option<&Place>,
        limit: u32,
    ) -> Outcome<Vec<Place>>;

    /// What leads from `wanted` to rows of this kind, after `after`, at most `limit`: an id of any kind, or else the
    /// beginning of an address, of a word of a customer's name or of a device's name (for leases: of a holder's label), in
    /// [`normal_form`]. Sorted by the word, each row once.
    fn search(
        &mut self,
        vendor_id: VendorId,
        kind: Kind,
        wanted: &str,
        after: Option<&Place>,
        limit: u32,
    ) -> Outcome<Vec<Place>>;

    /// The vendor's customer with this id.
    fn customer_at(&mut self, vendor_id: VendorId, customer_id: CustomerId) -> Outcome<Option<CustomerRecord>>;

    /// How many licenses the customer has, and how many orders.
    fn count_bought(&mut self, vendor_id: VendorId, customer_id: CustomerId) -> Outcome<(u64, u64)>;

    /// The vendor's order with this id.
    fn order_at(&mut self, vendor_id: VendorId, order_id: OrderId) -> Outcome<Option<OrderRecord>>;
}

/// The form in which names and addresses are looked for: lower case, one space between words.
pub fn normal_form(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}
