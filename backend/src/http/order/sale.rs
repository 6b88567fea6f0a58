//! A sale that nobody clicked: what the demo's history consists of. Rules, records and events are those of every order.

use shared::api::order::{OrderState, PaymentMethod};
use shared::id::{AccountId, CustomerId, LicenseId, OrderId};
use shared::quote::Selection;

use super::{Grant, grant_license, order_event, settle};
use crate::app::App;
use crate::http::coupon::{price, redeem_coupon};
use crate::store::records::{OrderRecord, Product};
use crate::store::{Outcome, Tx, not_found};

/// An order of the account's, placed and paid at the time of the app's clock.
///
/// Errors: `NOT_FOUND` without a menu; as for the price and the license of the selection.
pub(crate) fn sell(
    tx: &mut dyn Tx,
    app: &App,
    product: &Product,
    account_id: AccountId,
    selection: &Selection,
) -> Outcome<()> {
    let (vendor_id, now) = (product.vendor_id, app.clock.now());
    let menu = tx.current_menu(product)?.ok_or_else(not_found)?;
    let quote = price(tx, product, &menu, selection, now)??;
    let grant = Grant::new(&menu, selection, now)?;
    let offer = menu.offer(&selection.offer).ok_or_else(not_found)?;
    let mut order = OrderRecord {
        order_id: app.new_id(OrderId::new),
        vendor_id,
        customer_id: tx.ensure_customer(vendor_id, account_id, app.new_id(CustomerId::new), now)?,
        product_id: product.product_id,
        menu_version: menu.menu,
        selection: selection.clone(),
        payment: if quote.total.is_zero() { PaymentMethod::Free } else { PaymentMethod::Test },
        invoice: None,
        quote,
        agreement_digest: offer.agreement.digest.clone(),
        state: OrderState::AwaitingPayment,
        payment_error: None,
        placed_at: now,
        settled_at: None,
        license_id: None,
    };
    settle(&mut order, app.new_id(LicenseId::new), now);
    tx.add_order(&order)?;
    tx.append_event(&order_event(app, "order.placed", &account_id, &order))?;
    redeem_coupon(tx, app, product, account_id, &order)?;
    grant_license(tx, app, &account_id, &order, grant)
}
