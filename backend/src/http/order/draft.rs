//! Deciding whether an order can be placed: pure, from the menu and the request.

use shared::api::admin::team::InvoiceTerms;
use shared::api::order::{Invoice, OrderRequest};
use shared::id::{OrderId, SourceId};
use shared::license::{License, Refusal};
use shared::menu::Menu;
use shared::quote::{Quote, Selection};
use shared::refusal::RefusalCode;
use shared::time::Timestamp;

use crate::config::Config;
use crate::payment::{Begun, provider, reference};

/// An order that can be placed.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// What it costs.
    pub(super) quote: Quote,
    /// What it grants, were it paid now.
    pub(super) grant: Grant,
    begun: Begun,
}

/// What a paid order grants.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    /// The license.
    pub(super) license: License,
    /// True for a trial: once per customer and product.
    pub(super) is_trial: bool,
    /// The authentication source that grants it; nothing for what was ordered.
    pub(super) source_id: Option<SourceId>,
}

impl Grant {
    /// What `selection` grants from `now` on. Errors: as [`License::grant`].
    pub(super) fn new(menu: &Menu, selection: &Selection, now: Timestamp) -> Result<Self, Refusal> {
        let license = License::grant(menu, selection, now)?;
        let is_trial = menu.offer(&selection.offer).is_some_and(|offer| offer.is_trial(selection.term));
        Ok(Self { license, is_trial, source_id: None })
    }
}

impl Draft {
    /// True when nothing more is to be paid.
    pub(super) fn is_settled(&self) -> bool {
        self.begun == Begun::Settled
    }

    /// What the customer is told, where it is paid by invoice.
    pub(super) fn invoice(&self, order_id: OrderId) -> Option<Invoice> {
        match self.begun.clone() {
            Begun::Invoiced { instructions, due_at } => {
                Some(Invoice { instructions, reference: reference(order_id), due_at })
            }
            Begun::Settled | Begun::Awaited => None,
        }
    }
}

/// Checks an order against the current menu, the price of its selection, and the vendor's terms for invoices.
///
/// Errors, in this order: `MENU_CHANGED` (`INVALID_INPUT` for a version that never was), the selection's, `PRICE_CHANGED`,
/// `AGREEMENT_CHANGED`, the payment's, and `selection.term` for a term that is over.
pub(super) fn draft_order(
    menu: &Menu,
    wanted: &OrderRequest,
    priced: Result<Quote, Refusal>,
    (config, terms): (&Config, Option<&InvoiceTerms>),
    now: Timestamp,
) -> Result<Draft, Refusal> {
    if wanted.menu_version == 0 || wanted.menu_version > menu.menu {
        return Err(Refusal::of_field("menu_version", "There is no such version of the menu."));
    }
    if wanted.menu_version != menu.menu {
        return Err(changed(RefusalCode::MenuChanged, "A newer menu was published: look at it and choose again."));
    }
    let quote = priced?;
    if quote.digest != wanted.quote_digest {
        return Err(changed(RefusalCode::PriceChanged, "The price is no longer the one that was shown."));
    }
    let agreement = menu.offer(&wanted.selection.offer).map(|offer| &offer.agreement.digest);
    if agreement != Some(&wanted.agreement_digest) {
        return Err(changed(
            RefusalCode::AgreementChanged,
            "Another version of the license text is in force: read it first.",
        ));
    }
    let begun = provider(wanted.payment, config, terms)?.begin_payment(quote.total, now)?;
    let grant = Grant::new(menu, &wanted.selection, now)?;
    Ok(Draft { quote, grant, begun })
}

fn changed(code: RefusalCode, detail: &str) -> Refusal {
    Refusal::new(code, detail)
}
