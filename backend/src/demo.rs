//! The demo's data: a vendor, a product, a menu with every kind of choice, a customer and an owner.

use shared::canonical::digest_bytes;
use shared::coupon::{CouponCode, CouponWindow};
use shared::id::{AccountId, EventId, ProductId, VendorId};
use shared::menu::{AgreementName, Menu, Term};
use shared::team::Role;
use shared::time::Timestamp;

use crate::app::App;
use crate::error::Failure;
use crate::store::coupons::CouponRecord;
use crate::store::records::{Account, Agreement, Event, Product, SigningKey, Vendor, email_key};
use crate::store::{Outcome, Tx};

pub mod farm;
mod history;
mod leases;

/// The demo's customer.
pub const CUSTOMER_EMAIL: &str = "customer@example.com";

/// The demo vendor's owner.
pub const OWNER_EMAIL: &str = "owner@example.com";

/// A coupon to try: a tenth off, of everything.
pub const COUPON: &str = "WELCOME-10";

const MENU: &str = include_str!("../demo/menu.json");
const AGREEMENT: &str = include_str!("../demo/agreement.txt");

/// Fills an empty store; both accounts get `password`. Answers false, and changes nothing, when there is a vendor already.
pub async fn fill_store(app: &App, password: &str) -> Result<bool, Failure> {
    if app.store.read(|tx| tx.count_vendors()).await? > 0 {
        return Ok(false);
    }
    let password_hash = app.passwords.hash(password.to_owned()).await?;
    let menu = demo_menu(app.clock.now()).map_err(Failure::fault)?;
    let code = COUPON.parse().map_err(|_| Failure::fault("the demo's coupon has no code"))?;
    let demo = Demo::new(app, menu, code, &password_hash);
    Ok(app.store.write(move |tx| demo.write(tx)).await?)
}

/// [`fill_store`], with two months of customers who bought something: the vendor began back then.
pub async fn fill_store_with_history(app: &App, password: &str) -> Result<bool, Failure> {
    let began = history::ago(app, app.clock.now(), history::DAYS);
    if !fill_store(&began, password).await? {
        return Ok(false);
    }
    let password_hash = app.passwords.hash(password.to_owned()).await?;
    history::fill_history(app, &password_hash).await?;
    Ok(true)
}

/// The demo's menu, without terms that are over already.
fn demo_menu(now: Timestamp) -> Result<Menu, String> {
    let mut menu: Menu = serde_json::from_str(MENU).map_err(|error| error.to_string())?;
    for offer in &mut menu.offers {
        offer.agreement.digest = digest_bytes(AGREEMENT.as_bytes());
        offer.terms.retain(|choice| !matches!(choice.term, Term::Until(date) if date.end() <= now));
    }
    menu.check().map_err(|error| error.to_string())?;
    menu.digest = menu.compute_digest().map_err(|error| error.to_string())?;
    Ok(menu)
}

struct Demo {
    vendor: Vendor,
    keys: [SigningKey; 2],
    product: Product,
    agreement: Option<AgreementName>,
    menu: Menu,
    customer: Account,
    owner: Account,
    coupon: CouponRecord,
    event: Event,
}

impl Demo {
    fn new(app: &App, menu: Menu, code: CouponCode, password_hash: &str) -> Self {
        let now = app.clock.now();
        let vendor_id = app.new_id(VendorId::new);
        let account = |email: &str, name: &str| Account {
            account_id: app.new_id(AccountId::new),
            email: email.to_owned(),
            name: name.to_owned(),
            password_hash: password_hash.to_owned(),
            created_at: now,
            email_confirmed_at: Some(now),
        };
        let product = Product {
            product_id: app.new_id(ProductId::new),
            vendor_id,
            slug: menu.product.slug.clone(),
            name: menu.product.name.clone(),
            summary: menu.product.summary.clone(),
            origins: vec![app.config.public_url.clone()],
            app_url: Some(format!("{}/demo/", app.config.public_url)),
        };
        let vendor =
            Vendor { vendor_id, slug: menu.vendor.slug.clone(), name: menu.vendor.name.clone(), created_at: now };
        let event = Event {
            event_id: app.new_id(EventId::new),
            vendor_id,
            at: now,
            kind: "vendor.created".to_owned(),
            actor: "operator".to_owned(),
            subject: vendor_id.to_string(),
            body: "{}".to_owned(),
        };
        let coupon = CouponRecord {
            vendor_id,
            code,
            percent_off: Some(10),
            amount_off: None,
            product_id: None,
            offers: Vec::new(),
            window: CouponWindow { active: true, starts_at: None, ends_at: None, limit: None, redeemed: 0 },
            once_per_customer: false,
            created_at: now,
            revision: 1,
        };
        Self {
            vendor,
            keys: app.keys.first_keys(vendor_id, now),
            product,
            agreement: menu.offers.first().map(|offer| offer.agreement.clone()),
            menu,
            customer: account(CUSTOMER_EMAIL, "Casey Customer"),
            owner: account(OWNER_EMAIL, "Olivia Owner"),
            coupon,
            event,
        }
    }

    fn write(&self, tx: &mut dyn Tx) -> Outcome<bool> {
        if tx.count_vendors()? > 0 {
            return Ok(false);
        }
        let (vendor_id, now) = (self.vendor.vendor_id, self.vendor.created_at);
        tx.add_vendor(&self.vendor)?;
        for key in &self.keys {
            tx.add_signing_key(key)?;
        }
        tx.add_product(&self.product)?;
        if let Some(name) = &self.agreement {
            tx.add_agreement(&Agreement { vendor_id, name: name.clone(), text: AGREEMENT.to_owned() })?;
        }
        tx.publish_menu(&self.product, &self.menu, now)?;
        ensure_account(tx, &self.customer)?;
        let owner_id = ensure_account(tx, &self.owner)?;
        tx.add_member(vendor_id, owner_id, Role::Owner, now)?;
        tx.append_event(&self.event)?;
        tx.add_coupon(&self.coupon)?;
        Ok(true)
    }
}

/// The account with this address: the one there is, or `account`.
fn ensure_account(tx: &mut dyn Tx, account: &Account) -> Outcome<AccountId> {
    if let Some(known) = tx.account_by_email(&email_key(&account.email))? {
        return Ok(known.account_id);
    }
    tx.add_account(account)?;
    Ok(account.account_id)
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, demo_menu};

    #[test]
    fn the_demos_menu_can_be_published_whenever_the_demo_starts() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let menu = demo_menu(at("2026-11-22T02:00:00Z")).unwrap();
        assert_eq!(menu.compute_digest().as_deref(), Ok(menu.digest.as_str()));
        let terms = |menu: &super::Menu| menu.offers.iter().map(|offer| offer.terms.len()).sum::<usize>();
        let later = demo_menu(at("2030-01-01T00:00:00Z")).unwrap();
        assert_eq!(terms(&later), terms(&menu) - 1, "a term that is over is not offered");
    }
}
