//! What an authentication source grants: an order of nothing that nobody placed, and its license, counted at once on what is
//! counted `on_issue` (mechanism M3).

use serde::Serialize;
use shared::api::order::{OrderState, PaymentMethod};
use shared::id::{AccountId, CustomerId, LicenseId, OrderId, SourceId};
use shared::license::Refusal;
use shared::menu::{Counting, Menu};
use shared::quote::{Quote, Selection, quote_nothing};
use shared::time::Timestamp;

use super::{Grant, grant_license, order_event, settle};
use crate::app::App;
use crate::http::event::{Counted, event};
use crate::store::records::{OrderRecord, Product};
use crate::store::{Outcome, Tx};

/// A license that a source grants, ready to be given.
pub(in crate::http) struct Gift {
    product: Product,
    menu_version: u32,
    agreement_digest: String,
    selection: Selection,
    quote: Quote,
    grant: Grant,
}

impl Gift {
    /// What `selection` of the current menu grants from `now` on. Errors: the selection's; `USES_EXHAUSTED` where nothing could
    /// be counted.
    pub(in crate::http) fn new(
        product: Product,
        menu: &Menu,
        selection: &Selection,
        source_id: SourceId,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let quote = quote_nothing(menu, selection)?;
        let Grant { license, .. } = Grant::new(menu, selection, now)?;
        // Not a trial, whatever its term: those are once for each customer, and this is once for each rule.
        let grant = Grant { license: license.acquire(now)?, is_trial: false, source_id: Some(source_id) };
        let agreement = menu.offer(&selection.offer).map(|offer| offer.agreement.digest.clone());
        Ok(Self {
            product,
            menu_version: menu.menu,
            agreement_digest: agreement.unwrap_or_default(),
            selection: selection.clone(),
            quote,
            grant,
        })
    }
}

/// Gives it to the account's customer: the license.
pub(in crate::http) fn give(
    tx: &mut dyn Tx,
    app: &App,
    account_id: AccountId,
    gift: Gift,
    now: Timestamp,
) -> Outcome<LicenseId> {
    let (vendor_id, license_id) = (gift.product.vendor_id, app.new_id(LicenseId::new));
    let mut order = OrderRecord {
        order_id: app.new_id(OrderId::new),
        vendor_id,
        customer_id: tx.ensure_customer(vendor_id, account_id, app.new_id(CustomerId::new), now)?,
        product_id: gift.product.product_id,
        menu_version: gift.menu_version,
        selection: gift.selection,
        quote: gift.quote,
        agreement_digest: gift.agreement_digest,
        payment: PaymentMethod::Source,
        state: OrderState::AwaitingPayment,
        payment_error: None,
        invoice: None,
        placed_at: now,
        settled_at: None,
        license_id: None,
    };
    settle(&mut order, license_id, now);
    tx.add_order(&order)?;
    tx.append_event(&order_event(app, "order.placed", &account_id, &order))?;
    let counters = gift.grant.license.features.clone();
    grant_license(tx, app, &account_id, &order, gift.grant)?;
    for (feature, counter) in counters {
        let Some(counter) = counter.filter(|counter| counter.count == Counting::OnIssue) else { continue };
        let body = OnIssue { counted: Counted::new(&feature, 1, &counter), rule: "on_issue" };
        tx.append_event(&event(app, vendor_id, "use.counted", &account_id, &license_id, &body))?;
    }
    Ok(license_id)
}

/// What was counted, and that no pass is there for it yet.
#[derive(Serialize)]
struct OnIssue<'f> {
    #[serde(flatten)]
    counted: Counted<'f>,
    rule: &'static str,
}
