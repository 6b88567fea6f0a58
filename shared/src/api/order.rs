//! Orders and their payment.

use serde::{Deserialize, Serialize};

use crate::api::catalog::ProductSummary;
use crate::id::{LicenseId, OrderId};
use crate::menu::AgreementName;
use crate::money::Money;
use crate::quote::{QuoteLine, Selection};
use crate::slug::Slug;
use crate::tax::QuoteTax;
use crate::time::Timestamp;

/// `POST /orders`: answers 201 [`OrderPlaced`]. Needs an `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderRequest {
    /// The vendor.
    pub vendor: Slug,
    /// The product.
    pub product: Slug,
    /// The version of the menu that the selection was made from.
    pub menu_version: u32,
    /// What was picked.
    pub selection: Selection,
    /// The digest of the quote that the customer saw.
    pub quote_digest: String,
    /// The digest of the agreement that the customer agreed to.
    pub agreement_digest: String,
    /// How it will be paid.
    pub payment: PaymentMethod,
}

/// How an order is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PaymentMethod {
    /// Nothing is to be paid: for totals of zero, and only for those.
    Free,
    /// The sandbox, where the installation enables it.
    Test,
    /// Nothing: an authentication source granted it. Nobody orders that.
    Source,
    /// By invoice, where the vendor offers it: the customer transfers the money, and the vendor says when it has come.
    Invoice,
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OrderState {
    /// The customer has yet to pay.
    AwaitingPayment,
    /// Paid, and the license granted.
    Fulfilled,
    /// Given up before it was paid.
    Cancelled,
    /// Paid back.
    Refunded,
}

/// What placing an order, or paying for it, comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderPlaced {
    /// The order.
    pub order_id: OrderId,
    /// Where it stands.
    pub state: OrderState,
    /// What it costs.
    pub total: Money,
    /// The license, once fulfilled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license_id: Option<LicenseId>,
    /// Where to pay, while that is to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay_url: Option<String>,
    /// Why the last attempt to pay failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_error: Option<PaymentError>,
}

/// Why an attempt to pay failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PaymentError {
    /// The payment was declined; nothing was charged.
    Declined,
}

/// `GET /orders`, `GET /orders/{id}`: an order as its customer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Order {
    /// The order.
    pub order_id: OrderId,
    /// Where it stands.
    pub state: OrderState,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it was paid, cancelled or refunded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_at: Option<Timestamp>,
    /// What was bought.
    pub product: ProductSummary,
    /// The name of the offer.
    pub offer_name: String,
    /// What was picked.
    pub selection: Selection,
    /// The parts of the price.
    pub lines: Vec<QuoteLine>,
    /// What it costs.
    pub total: Money,
    /// The tax in the total, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<QuoteTax>,
    /// How it is paid.
    pub payment: PaymentMethod,
    /// How to pay, where that is by invoice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<Invoice>,
    /// Why the last attempt to pay failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_error: Option<PaymentError>,
    /// Where to pay, while that is to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay_url: Option<String>,
    /// The license, once fulfilled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license_id: Option<LicenseId>,
    /// The license text that was agreed to.
    pub agreement: AgreementName,
}

/// How an order is paid by invoice, as it was when the order was placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invoice {
    /// What the vendor wrote: the account, and what else is to be done. Lines are separated by line breaks.
    pub instructions: String,
    /// What the transfer must name.
    pub reference: String,
    /// Until when to pay. An order that is not paid a week later is cancelled.
    pub due_at: Timestamp,
}

/// `POST /orders/{id}/payments/test`: what the sandbox shall do; answers [`OrderPlaced`]. Needs an `Idempotency-Key`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestPayment {
    /// Approve or decline.
    pub decision: TestDecision,
}

/// What the sandbox shall do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TestDecision {
    /// Pretend that the money came.
    Approve,
    /// Pretend that the card was declined.
    Decline,
}
