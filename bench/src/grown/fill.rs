//! A vendor of some years: customers with licenses, each with its order and its pass, some moved, one in a hundred suspended or
//! revoked. A thousand of them, among all the others, are the signed-in customer's, for any number of devices and seats.

use backend::{
    app::App,
    store::{
        Outcome as StoreOutcome, StoreError, Tx,
        records::{Account, Event, LicenseRecord, MoveRecord, OrderRecord, Pass},
    },
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::{
    api::order::{OrderState, PaymentMethod},
    id::{AccountId, CustomerId, EventId, LicenseId, MoveId, OrderId, PassId, ProductId, TokenId, VendorId},
    license::{License, LicenseState, LicenseTerm, MoveState, StatusReason},
    menu::Menu,
    quote::{Quote, Selection, quote},
    team::Role,
    time::Timestamp,
    verdict::PassStatus,
};

mod leases;

use crate::{
    Outcome,
    site::{MANY, Site},
};

/// How many licenses are written in one transaction: what a statement costs grows with what its transaction has changed.
const STEP: u32 = 100;
/// Seconds between one license and the next.
const PACE: i64 = 60;

/// How many licenses the signed-in customer has.
pub(crate) const OWN: u32 = 1000;
/// On how many devices, and for how many leases, each of those is good.
const ROOM: u32 = 1000;

/// Something to look for, of a license in the middle.
#[derive(Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) license_id: LicenseId,
    pub(crate) granted_at: Timestamp,
    pub(crate) pass_id: PassId,
    pub(crate) customer_id: CustomerId,
    pub(crate) token_id: TokenId,
    pub(crate) filled_in_seconds: f64,
}

/// What every license is made from.
#[derive(Clone)]
struct Source {
    app: App,
    vendor_id: VendorId,
    product_id: ProductId,
    menu: Menu,
    selection: Selection,
    quote: Quote,
    license: License,
    begun: Timestamp,
    /// The signed-in customer.
    own_id: CustomerId,
    /// Each such license is theirs.
    own_each: u32,
    /// How many of the first licenses are trials.
    trials: u32,
    /// The service that checks licenses out.
    token_id: TokenId,
}

/// Fills the site's store, and lets its customer into the vendor's team.
pub(super) async fn fill(site: &Site, customers: u32, licenses: u32) -> Outcome<Known> {
    let source = begin(site, customers, licenses).await?;
    let mut ids = Vec::new();
    for first in (0..customers).step_by(STEP as usize) {
        let source = source.clone();
        let write = site.app.store.write(move |tx| {
            (first..(first + STEP).min(customers))
                .map(|number| source.add_customer(tx, number))
                .collect::<StoreOutcome<Vec<_>>>()
        });
        ids.extend(write.await?);
    }
    let mut known = None;
    for first in (0..licenses).step_by(STEP as usize) {
        let (source, ids) = (source.clone(), ids.clone());
        let write = site.app.store.write(move |tx| {
            let mut last = None;
            for number in first..(first + STEP).min(licenses) {
                // Customers come back now and then, not one after the other.
                let place = number.wrapping_mul(7919) as usize % ids.len();
                let customer_id =
                    if number % source.own_each == 0 { Some(source.own_id) } else { ids.get(place).copied() };
                let customer_id = customer_id.ok_or_else(backend::store::not_found)?;
                last = Some(source.add_license(tx, number, customer_id)?);
            }
            Ok(last)
        });
        let last = write.await?;
        if first <= licenses / 2 {
            known = last;
        }
    }
    known.ok_or_else(|| "nothing was filled in".into())
}

async fn begin(site: &Site, customers: u32, licenses: u32) -> Outcome<Source> {
    let (app, account_id) = (site.app.clone(), site.account_id);
    let begun = app.clock.now().checked_add_seconds(-PACE * i64::from(licenses)).ok_or("no time is so early")?;
    let read = site.app.store.write(move |tx| {
        let gone = backend::store::not_found;
        let slug = |text: &str| text.parse().map_err(|_| gone());
        let vendor = tx.vendor(&slug("acme")?)?.ok_or_else(gone)?;
        let product = tx.product(vendor.vendor_id, &slug("sketchpad")?)?.ok_or_else(gone)?;
        let menu = tx.current_menu(&product)?.ok_or_else(gone)?;
        let selection: Selection = serde_json::from_str(
            r#"{"offer":"pro","term":"P1Y","features":["ai.render"],"uses":{"ai.render":500},"terminals":3}"#,
        )
        .map_err(|_| gone())?;
        let quote = quote(&menu, &selection).map_err(|error| StoreError::Fault(error.to_string()))?;
        let license = License::grant(&menu, &selection, begun).map_err(|_| gone())?;
        tx.add_member(vendor.vendor_id, account_id, Role::Owner, begun)?;
        let (vendor_id, product_id) = (vendor.vendor_id, product.product_id);
        let token_id = leases::add_service(&app, tx, vendor_id, begun)?;
        let own_id = tx.ensure_customer(vendor_id, account_id, app.new_id(CustomerId::new), begun)?;
        let (own_each, trials) = ((licenses / OWN).max(1), customers.min(5000));
        let app = app.clone();
        Ok(Source {
            app,
            vendor_id,
            product_id,
            menu,
            selection,
            quote,
            license,
            begun,
            own_id,
            own_each,
            trials,
            token_id,
        })
    });
    Ok(read.await?)
}

impl Source {
    fn add_customer(&self, tx: &mut dyn Tx, number: u32) -> StoreOutcome<CustomerId> {
        let account_id = self.app.new_id(AccountId::new);
        tx.add_account(&Account {
            account_id,
            email: format!("person{number}@example.com"),
            name: format!("Person Number{number}"),
            password_hash: "no one signs in by password".to_owned(),
            created_at: self.begun,
            email_confirmed_at: None,
        })?;
        tx.ensure_customer(self.vendor_id, account_id, self.app.new_id(CustomerId::new), self.begun)
    }

    fn add_license(&self, tx: &mut dyn Tx, number: u32, customer_id: CustomerId) -> StoreOutcome<Known> {
        let now = self.begun.checked_add_seconds(PACE * i64::from(number)).unwrap_or(self.begun);
        let millis = u64::try_from(now.as_unix()).unwrap_or_default() * 1000;
        let random = self.app.rng.u128();
        let order = OrderRecord {
            order_id: OrderId::new(millis, random),
            vendor_id: self.vendor_id,
            customer_id,
            product_id: self.product_id,
            menu_version: self.menu.menu,
            selection: self.selection.clone(),
            agreement_digest: self.menu.offers.first().map(|offer| offer.agreement.digest.clone()).unwrap_or_default(),
            quote: self.quote.clone(),
            payment: PaymentMethod::Test,
            state: OrderState::Fulfilled,
            payment_error: None,
            placed_at: now,
            settled_at: Some(now),
            license_id: None,
            invoice: None,
        };
        tx.add_order(&order)?;
        let license_id = LicenseId::new(millis, random);
        let mut license = self.license.clone();
        // By dice that fall alike each time.
        license.state = match number.wrapping_mul(2_654_435_761).rotate_left(15).wrapping_mul(2_246_822_519) % 1000 {
            _ if customer_id == self.own_id => LicenseState::Active,
            0 => LicenseState::Suspended,
            1..=9 => LicenseState::Revoked,
            _ => LicenseState::Active,
        };
        if customer_id == self.own_id {
            (license.terminals, license.seats) = (ROOM, ROOM);
            for counter in license.features.values_mut().flatten() {
                (counter.limit, counter.left) = (Some(MANY), Some(MANY));
            }
        }
        let ends_at = now.checked_add_seconds(365 * 86_400).unwrap_or(now);
        license.term = LicenseTerm::Fixed { starts_at: now, ends_at };
        if customer_id == self.own_id {
            // What is measured is good whenever that is.
            license.term = LicenseTerm::Perpetual { starts_at: now };
        }
        let is_lent = number % 5 == 3 && license.state == LicenseState::Active;
        if is_lent {
            license = leases::spend(&license, now)?;
        }
        tx.add_license(&LicenseRecord {
            license_id,
            vendor_id: self.vendor_id,
            customer_id,
            product_id: self.product_id,
            order_id: order.order_id,
            granted_at: now,
            // One trial a customer at most: the first of some of them, a few of which were revoked.
            trial: number < self.trials && customer_id != self.own_id,
            revision: 1,
            license: license.clone(),
        })?;
        let body = json!({ "order_id": order.order_id, "offer": license.offer }).to_string();
        tx.append_event(&Event {
            event_id: EventId::new(millis, random),
            vendor_id: self.vendor_id,
            at: now,
            kind: "license.created".to_owned(),
            actor: customer_id.to_string(),
            subject: license_id.to_string(),
            body,
        })?;
        let pass_id = self.add_pass(tx, number, license_id, &license, now)?;
        if is_lent {
            leases::add_lease(&self.app, tx, (self.vendor_id, license_id, &license), self.token_id, number, now)?;
        }
        Ok(Known { license_id, granted_at: now, pass_id, customer_id, token_id: self.token_id, filled_in_seconds: 0.0 })
    }

    /// The license's pass; each fiftieth has a move that was taken back.
    fn add_pass(
        &self,
        tx: &mut dyn Tx,
        number: u32,
        license_id: LicenseId,
        license: &License,
        now: Timestamp,
    ) -> StoreOutcome<PassId> {
        let (status, reason) = match license.state {
            LicenseState::Active => (PassStatus::Valid, None),
            LicenseState::Suspended => (PassStatus::Suspended, Some(StatusReason::License)),
            LicenseState::Revoked => (PassStatus::Invalid, Some(StatusReason::License)),
        };
        let (status_list, status_index) = tx.next_status_place(self.vendor_id)?;
        let millis = u64::try_from(now.as_unix()).unwrap_or_default() * 1000;
        let pass_id = PassId::new(millis, self.app.rng.u128());
        let pass = Pass {
            pass_id,
            vendor_id: self.vendor_id,
            license_id,
            jkt: format!("{number:043}"),
            name: format!("Device {number}"),
            status,
            reason,
            ended_at: (status == PassStatus::Invalid).then_some(now),
            epoch: 0,
            predecessor: None,
            status_list,
            status_index,
            connected_at: now,
            last_seen_at: now,
            expires_at: license.pass_expires_at(now),
            refreshes: 0,
            refresh_key: None,
            browser: None,
            origin: None,
        };
        tx.add_pass(&pass, None)?;
        if number % 50 == 7 {
            tx.add_move(&MoveRecord {
                vendor_id: self.vendor_id,
                move_id: MoveId::new(millis, self.app.rng.u128()),
                license_id,
                pass_id,
                code_name: "AAAA".to_owned(),
                code_hash: format!("{number:043}"),
                tries: 5,
                state: MoveState::Cancelled,
                offered_at: now,
                expires_at: now.checked_add_seconds(900).unwrap_or(now),
                settled_at: Some(now),
                successor: None,
            })?;
        }
        Ok(pass_id)
    }
}
