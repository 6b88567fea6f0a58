//! Licenses, as their customer sees them.

use actix_web::{HttpResponse, web};
use shared::api::Page;
use shared::api::license::{License, LicensedFeature, Terminal, Terminals};
use shared::id::LicenseId;

use super::bought::{Bought, BoughtBefore};
use super::openapi::ListParams;
use super::page::PageQuery;
use crate::app::App;
use crate::auth::Customer;
use crate::error::Failure;
use crate::store::records::{LicenseRecord, Pass};
use crate::store::{Outcome, Tx, not_found};

/// The customer's licenses, the newest first.
#[utoipa::path(get, path = "/api/v1/licenses", tag = "licenses", params(ListParams), security(("session" = [])),
    responses((status = 200, body = Page<License>)))]
pub async fn list_licenses(app: web::Data<App>, customer: Customer, query: PageQuery) -> Result<HttpResponse, Failure> {
    let (account_id, before, wanted) = (customer.account_id, query.after()?, query.wanted());
    let licenses = app.store.read(move |tx| {
        let mut bought = BoughtBefore::default();
        let mut shown = Vec::new();
        for record in tx.licenses(account_id, before, wanted)? {
            let bought = bought.find(tx, record.vendor_id, record.product_id, record.license.menu)?;
            shown.push(show_license(tx, &record, &bought)?);
        }
        Ok(shown)
    });
    Ok(HttpResponse::Ok().json(query.page(licenses.await?, |license| license.license_id.to_string())))
}

/// One of the customer's licenses.
#[utoipa::path(get, path = "/api/v1/licenses/{id}", tag = "licenses", params(("id" = LicenseId, Path)),
    security(("session" = [])), responses((status = 200, body = License)))]
pub async fn get_license(
    app: web::Data<App>,
    customer: Customer,
    license_id: web::Path<LicenseId>,
) -> Result<HttpResponse, Failure> {
    let (account_id, license_id) = (customer.account_id, license_id.into_inner());
    let license = app.store.read(move |tx| {
        let record = tx.license(account_id, license_id)?.ok_or_else(not_found)?;
        let bought = Bought::find(tx, record.vendor_id, record.product_id, record.license.menu)?;
        show_license(tx, &record, &bought)
    });
    Ok(HttpResponse::Ok().json(license.await?))
}

fn show_license(tx: &mut dyn Tx, record: &LicenseRecord, bought: &Bought) -> Outcome<License> {
    let license = &record.license;
    let passes = tx.passes(record.vendor_id, record.license_id)?;
    let features = license.features.iter().map(|(feature, uses)| {
        let name = bought.menu.feature_name(feature).to_owned();
        (feature.clone(), LicensedFeature { name, uses: *uses })
    });
    Ok(License {
        license_id: record.license_id,
        product: bought.summary(),
        offer: license.offer.clone(),
        offer_name: bought.offer(&license.offer)?.name.clone(),
        order_id: record.order_id,
        state: license.state,
        term: license.term,
        granted_at: record.granted_at,
        features: features.collect(),
        terminals: Terminals { limit: license.terminals, items: passes.into_iter().map(show_terminal).collect() },
        seats: license.seats,
        moving: license.moving,
    })
}

fn show_terminal(pass: Pass) -> Terminal {
    Terminal {
        pass_id: pass.pass_id,
        name: pass.name,
        status: pass.status,
        connected_at: pass.connected_at,
        last_seen_at: pass.last_seen_at,
    }
}
