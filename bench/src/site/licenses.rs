//! Licenses in the store, as if they had been bought.

use backend::{
    app::App,
    store::records::{LicenseRecord, OrderRecord},
};
use shared::{
    api::order::{OrderState, PaymentMethod},
    id::{AccountId, CustomerId, LicenseId, OrderId},
    license::License,
    quote::{Selection, quote},
};

use super::{ACME, MANY};
use crate::Outcome;

/// Licenses of the account for a year and three devices, changed.
pub(crate) async fn add_licenses(
    app: &App,
    account_id: AccountId,
    count: usize,
    change: impl Fn(&mut License) + Send + 'static,
) -> Outcome<Vec<LicenseRecord>> {
    add_licenses_of(app, ACME, account_id, count, change).await
}

/// The same of a vendor with another slug.
pub(crate) async fn add_licenses_of(
    app: &App,
    vendor: &str,
    account_id: AccountId,
    count: usize,
    change: impl Fn(&mut License) + Send + 'static,
) -> Outcome<Vec<LicenseRecord>> {
    let (app_here, slug_here) = (app.clone(), vendor.to_owned());
    let written = app.store.write(move |tx| {
        let gone = backend::store::not_found;
        let now = app_here.clock.now();
        let slug = |text: &str| text.parse().map_err(|_| gone());
        let vendor = tx.vendor(&slug(&slug_here)?)?.ok_or_else(gone)?;
        let product = tx.product(vendor.vendor_id, &slug("sketchpad")?)?.ok_or_else(gone)?;
        let menu = tx.current_menu(&product)?.ok_or_else(gone)?;
        let new = app_here.new_id(CustomerId::new);
        let customer_id = tx.ensure_customer(vendor.vendor_id, account_id, new, now)?;
        let selection: Selection = serde_json::from_str(
            r#"{"offer":"pro","term":"P1Y","features":["ai.render"],"uses":{"ai.render":500},"terminals":3}"#,
        )
        .map_err(|_| gone())?;
        let quote = quote(&menu, &selection).map_err(|error| backend::store::StoreError::Fault(error.to_string()))?;
        let mut license = License::grant(&menu, &selection, now).map_err(|_| gone())?;
        for counter in license.features.values_mut().flatten() {
            (counter.limit, counter.left) = (Some(MANY), Some(MANY));
        }
        change(&mut license);
        let mut records = Vec::new();
        for _ in 0..count {
            let (order_id, license_id) = (app_here.new_id(OrderId::new), app_here.new_id(LicenseId::new));
            tx.add_order(&OrderRecord {
                order_id,
                vendor_id: vendor.vendor_id,
                customer_id,
                product_id: product.product_id,
                menu_version: menu.menu,
                selection: selection.clone(),
                agreement_digest: menu.offer(&selection.offer).ok_or_else(gone)?.agreement.digest.clone(),
                quote: quote.clone(),
                payment: PaymentMethod::Test,
                state: OrderState::Fulfilled,
                payment_error: None,
                placed_at: now,
                settled_at: Some(now),
                license_id: None,
                invoice: None,
            })?;
            let record = LicenseRecord {
                license_id,
                vendor_id: vendor.vendor_id,
                customer_id,
                product_id: product.product_id,
                order_id,
                granted_at: now,
                trial: false,
                revision: 1,
                license: license.clone(),
            };
            tx.add_license(&record)?;
            records.push(record);
        }
        Ok(records)
    });
    Ok(written.await?)
}
