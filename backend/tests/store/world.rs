//! A vendor, a product, a menu and a customer, and what happens between them.

use std::sync::atomic::{AtomicU64, Ordering};

use backend::store::StoreError;
use backend::store::records::{
    Account, Agreement, Claim, Event, KeyState, LicenseRecord, OrderRecord, Pass, Product, Session, SigningKey, Vendor,
};
use serde_json::json;
use shared::api::order::{OrderState, PaymentMethod};
use shared::canonical::digest_bytes;
use shared::id::{AccountId, CustomerId, EventId, LicenseId, OrderId, PassId, ProductId, SessionId, VendorId};
use shared::license::License;
use shared::menu::{AgreementName, Menu};
use shared::quote::{Selection, quote};
use shared::slug::Slug;
use shared::time::Timestamp;
use shared::verdict::PassStatus;

use crate::database::Database;

/// The time at which tests happen.
pub(crate) const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);

#[track_caller]
pub(crate) fn assert_duplicate<T: std::fmt::Debug>(outcome: Result<T, StoreError>, constraint: &str) {
    match outcome {
        Err(StoreError::Duplicate(name)) => assert_eq!(name, constraint),
        other => panic!("{constraint} should refuse, got {other:?}"),
    }
}

/// A vendor that sells one product to one customer.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) vendor: Vendor,
    pub(crate) product: Product,
    pub(crate) menu: Menu,
    pub(crate) agreement: Agreement,
    pub(crate) account: Account,
    pub(crate) customer_id: CustomerId,
}

/// A number that no other call gives, for ids.
pub(crate) fn fresh() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1_795_000_000_000);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl World {
    /// Makes one in the store; `name` is the vendor's slug and stands in the customer's address.
    pub(crate) async fn create(database: &Database, name: &str) -> Self {
        let world = Self::imagine(name);
        let made = world.clone();
        database
            .write(move |tx| {
                tx.add_vendor(&made.vendor)?;
                tx.add_product(&made.product)?;
                tx.add_agreement(&made.agreement)?;
                tx.publish_menu(&made.product, &made.menu, NOW)?;
                tx.add_account(&made.account)?;
                tx.ensure_customer(made.vendor.vendor_id, made.account.account_id, made.customer_id, NOW).map(drop)
            })
            .await;
        world
    }

    fn imagine(name: &str) -> Self {
        let slug: Slug = name.parse().expect("a slug");
        let vendor = Vendor { vendor_id: VendorId::new(fresh(), 1), slug, name: name.to_owned(), created_at: NOW };
        let product = Product {
            product_id: ProductId::new(fresh(), 2),
            vendor_id: vendor.vendor_id,
            slug: "sketchpad".parse().expect("a slug"),
            name: "Sketchpad".to_owned(),
            summary: "Draws.".to_owned(),
            origins: vec![format!("https://{name}.example")],
            app_url: Some(format!("https://{name}.example/app")),
        };
        let text = "Be kind.".to_owned();
        let digest = digest_bytes(text.as_bytes());
        let name_of = AgreementName { version: 1, digest, title: "Terms".to_owned() };
        let agreement = Agreement { vendor_id: vendor.vendor_id, name: name_of, text };
        let account_id = AccountId::new(fresh(), 3);
        let menu = menu(&vendor, &agreement, 1);
        Self {
            account: account(account_id, name),
            customer_id: CustomerId::new(fresh(), 4),
            vendor,
            product,
            menu,
            agreement,
        }
    }

    pub(crate) fn selection(&self, term: &str) -> Selection {
        let selection =
            json!({ "offer": self.menu.offers[0].offer, "term": term, "uses": { "ai.render": 100 }, "terminals": 2 });
        serde_json::from_value(selection).expect("a selection")
    }

    /// An order that waits to be paid.
    pub(crate) fn order(&self, term: &str) -> OrderRecord {
        let selection = self.selection(term);
        OrderRecord {
            order_id: OrderId::new(fresh(), 5),
            vendor_id: self.vendor.vendor_id,
            customer_id: self.customer_id,
            product_id: self.product.product_id,
            menu_version: self.menu.menu,
            quote: quote(&self.menu, &selection).expect("a quote"),
            selection,
            agreement_digest: self.agreement.name.digest.clone(),
            payment: PaymentMethod::Test,
            invoice: None,
            state: OrderState::AwaitingPayment,
            payment_error: None,
            placed_at: NOW,
            settled_at: None,
            license_id: None,
        }
    }

    /// The license that fulfils the order.
    pub(crate) fn license(&self, order: &OrderRecord) -> LicenseRecord {
        LicenseRecord {
            license_id: LicenseId::new(fresh(), 6),
            vendor_id: order.vendor_id,
            customer_id: order.customer_id,
            product_id: order.product_id,
            order_id: order.order_id,
            granted_at: NOW,
            trial: order.selection.term.to_string().starts_with("first_use"),
            revision: 1,
            license: License::grant(&self.menu, &order.selection, NOW).expect("a grant"),
        }
    }

    /// A paid order's license for two devices, in the store.
    pub(crate) async fn buy(&self, database: &Database) -> LicenseRecord {
        let mut order = self.order("P1M");
        let license = self.license(&order);
        let bought = license.clone();
        database
            .write(move |tx| {
                order.state = OrderState::AwaitingPayment;
                order.settled_at = None;
                tx.add_order(&order)?;
                order.state = OrderState::Fulfilled;
                order.settled_at = Some(NOW);
                tx.update_order(&order)?;
                tx.add_license(&bought)
            })
            .await;
        license
    }

    /// A pass of the license for the device with this key, in the store.
    pub(crate) async fn connect(&self, database: &Database, license: &LicenseRecord, key: &str) -> Pass {
        let pass = pass(license, key);
        database
            .write(move |tx| {
                let mut pass = pass.clone();
                (pass.status_list, pass.status_index) = tx.next_status_place(pass.vendor_id)?;
                tx.add_pass(&pass, None)?;
                Ok(pass)
            })
            .await
    }

    pub(crate) fn event(&self, kind: &str) -> Event {
        Event {
            event_id: EventId::new(fresh(), 7),
            vendor_id: self.vendor.vendor_id,
            at: NOW,
            kind: kind.to_owned(),
            actor: self.account.account_id.to_string(),
            subject: self.product.product_id.to_string(),
            body: "{}".to_owned(),
        }
    }

    pub(crate) fn signing_key(&self, letter: char, state: KeyState) -> SigningKey {
        SigningKey {
            vendor_id: self.vendor.vendor_id,
            kid: thumbprint(&letter.to_string()),
            state,
            public_key: [7; 32],
            sealed_private_key: vec![1, 2, 3],
            created_at: NOW,
            activated_at: (state != KeyState::Next).then_some(NOW),
            retired_at: matches!(state, KeyState::Retired | KeyState::Revoked).then_some(NOW),
        }
    }
}

/// A pass of the license that stands nowhere yet.
pub(crate) fn pass(license: &LicenseRecord, key: &str) -> Pass {
    Pass {
        pass_id: PassId::new(fresh(), 8),
        vendor_id: license.vendor_id,
        license_id: license.license_id,
        jkt: thumbprint(key),
        name: format!("Firefox {key}"),
        status: PassStatus::Valid,
        reason: None,
        ended_at: None,
        epoch: license.license.epoch,
        predecessor: None,
        status_list: 1,
        status_index: 0,
        connected_at: NOW,
        last_seen_at: NOW,
        expires_at: Timestamp::from_unix(NOW.as_unix() + 604_800),
        refreshes: 0,
        refresh_key: None,
        browser: None,
        origin: None,
    }
}

/// What stands for a key's thumbprint.
pub(crate) fn thumbprint(key: &str) -> String {
    digest_bytes(key.as_bytes())
}

pub(crate) fn account(account_id: AccountId, name: &str) -> Account {
    Account {
        account_id,
        email: format!("Customer@{name}.example"),
        name: name.to_owned(),
        password_hash: "$argon2id$".to_owned(),
        created_at: NOW,
        email_confirmed_at: None,
    }
}

pub(crate) fn session(account_id: AccountId, secret: &str, expires_at: i64) -> Session {
    Session {
        secret_hash: digest_bytes(secret.as_bytes()),
        session_id: SessionId::new(
            0,
            u128::from_le_bytes(*digest_bytes(secret.as_bytes()).as_bytes().first_chunk().expect("a digest is longer")),
        ),
        account_id,
        created_at: NOW,
        expires_at: Timestamp::from_unix(expires_at),
        last_used_at: NOW,
        proved_at: NOW,
        source_id: None,
        user_agent: "Firefox".to_owned(),
    }
}

pub(crate) fn claim(key: &str, body: &str) -> Claim {
    let fingerprint = digest_bytes(body.as_bytes());
    Claim { scope: "acc_1".to_owned(), key: key.to_owned(), fingerprint, now: NOW }
}

/// A menu with every kind of choice.
pub(crate) fn menu(vendor: &Vendor, agreement: &Agreement, version: u32) -> Menu {
    let menu = json!({
        "menu": version, "digest": "", "currency": "EUR",
        "vendor": { "slug": vendor.slug, "name": vendor.name },
        "product": { "slug": "sketchpad", "name": "Sketchpad", "summary": "Draws.", "features": [
            { "feature": "export.pdf", "name": "Export as PDF" }, { "feature": "ai.render", "name": "Render" } ] },
        "offers": [ {
            "offer": "pro", "name": "Pro", "summary": "All of it.", "base": 0,
            "features": [ { "feature": "export.pdf", "included": true }, { "feature": "ai.render", "included": true } ],
            "terms": [ { "term": "P1M", "price": 1200 }, { "term": "perpetual", "price": 39900 },
                { "term": "first_use:P14D", "price": 0, "trial": true } ],
            "uses": [ { "feature": "ai.render", "limits": [ { "limit": 100, "price": 500 } ], "resets": "P1M" } ],
            "terminals": [ { "limit": 1, "price": 0 }, { "limit": 2, "price": 900 } ],
            "moving": { "allowed": true, "limit": 3, "per": "P1Y", "recoveries": 2 },
            "offline": { "window": "P7D", "slice": 20 },
            "agreement": agreement.name } ] });
    let mut menu: Menu = serde_json::from_value(menu).expect("a menu");
    menu.digest = menu.compute_digest().expect("a digest");
    menu.check().expect("the menu can be published");
    menu
}
