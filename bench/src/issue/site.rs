//! A server with the demo's menu, a signed-in customer, and as many licenses and terminals as are wanted.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    thread,
};

use backend::{
    app::App,
    auth::secret::Secret,
    clock::Clock,
    config::{Config, PasswordCost},
    demo,
    http::server,
    keys::{Keyring, MasterKey},
    rng::Rng,
    store::{
        Store,
        records::{LicenseRecord, OrderRecord, Pass, Session, email_key},
        sqlite::{Options, SqliteEngine},
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use shared::{
    api::order::{OrderState, PaymentMethod},
    id::{AccountId, CustomerId, LicenseId, OrderId, PassId},
    license::License,
    quote::{Selection, quote},
    thumbprint::p256_thumbprint,
    verdict::PassStatus,
};

use super::block_on;
use crate::Outcome;

/// A running server.
pub(super) struct Site {
    pub(super) app: App,
    pub(super) address: SocketAddr,
    pub(super) account_id: AccountId,
    cookie: String,
}

/// A terminal about to ask for the pass of a license of its own.
#[derive(Clone)]
pub(super) struct Terminal {
    pub(super) license: LicenseRecord,
    /// The pass it would get; its place in the status list is still to be given.
    pub(super) pass: Pass,
    pub(super) proof: String,
}

impl Site {
    /// Starts a server on a new store in `folder`.
    pub(super) fn start(folder: &Path) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let rng = Rng::system();
        let engine = SqliteEngine::open(folder.join("passgate.db"), Options::default())?;
        let keys = Keyring::new(MasterKey::generate(&rng), rng.clone());
        let config = Config {
            public_url: format!("http://{address}"),
            trusted_proxies: Vec::new(),
            rate_limits: false,
            test_payments: true,
            demo: false,
            password_cost: PasswordCost::CHEAPEST,
        };
        let app = App::new(Store::new(engine), Clock::system(), rng, keys, config);
        let (account_id, cookie) = block_on(sign_in(&app))?;
        let served = app.clone();
        thread::spawn(move || actix_web::rt::System::new().block_on(async { server::serve(served, listener)?.await }));
        Ok(Self { app, address, account_id, cookie })
    }

    /// `count` terminals, each with a license of its own in the store.
    pub(super) fn add_terminals(&self, count: usize) -> Outcome<Vec<Terminal>> {
        block_on(async {
            let mut terminals = Vec::new();
            for _ in 0..count.div_ceil(256) {
                let left = 256.min(count - terminals.len());
                let licenses = add_licenses(&self.app, self.account_id, left).await?;
                for license in licenses {
                    terminals.push(self.terminal(license)?);
                }
            }
            Ok(terminals)
        })
    }

    fn terminal(&self, license: LicenseRecord) -> Outcome<Terminal> {
        let key = SigningKey::from_slice(&self.app.rng.bytes::<32>())?;
        let point = key.verifying_key().to_encoded_point(false);
        let (x, y): ([u8; 32], [u8; 32]) = ((*point.x().ok_or("no x")?).into(), (*point.y().ok_or("no y")?).into());
        let jkt = p256_thumbprint(&x, &y);
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let (x, y) = (encode(&x), encode(&y));
        let now = self.app.clock.now();
        let pass = Pass {
            pass_id: self.app.new_id(PassId::new),
            vendor_id: license.vendor_id,
            license_id: license.license_id,
            jkt,
            name: "Chromium on Linux".to_owned(),
            status: PassStatus::Valid,
            reason: None,
            ended_at: None,
            epoch: 0,
            predecessor: None,
            status_list: 1,
            status_index: 0,
            connected_at: now,
            last_seen_at: now,
            expires_at: license.license.pass_expires_at(now),
            refreshes: 0,
            refresh_key: None,
            browser: None,
            origin: None,
        };
        let header = serde_json::json!({ "typ": "dpop+jwt", "alg": "ES256",
            "jwk": { "kty": "EC", "crv": "P-256", "x": x, "y": y } });
        let url = format!("{}/api/v1/licenses/{}/passes", self.app.config.public_url, license.license_id);
        let claims = serde_json::json!({ "htm": "POST", "htu": url, "iat": now.as_unix(),
            "jti": format!("{:032x}", self.app.rng.u128()) });
        let signed = format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
        let signature: Signature = key.sign(signed.as_bytes());
        let proof = format!("{signed}.{}", encode(&signature.to_bytes()));
        Ok(Terminal { license, pass, proof })
    }

    pub(super) fn issue_url(&self, terminal: &Terminal) -> String {
        format!("{}/api/v1/licenses/{}/passes", self.app.config.public_url, terminal.license.license_id)
    }

    /// The request by which a terminal gets its pass.
    pub(super) fn issue_request(&self, terminal: &Terminal) -> Vec<u8> {
        let body = r#"{"name":"Chromium on Linux"}"#;
        let (license_id, pass_id) = (terminal.license.license_id, terminal.pass.pass_id);
        format!(
            "POST /api/v1/licenses/{license_id}/passes HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\ndpop: {}\r\n\
             idempotency-key: {pass_id}\r\nsec-fetch-site: same-origin\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            self.address,
            self.cookie,
            terminal.proof,
            body.len(),
        )
        .into_bytes()
    }

    /// The request that costs nothing but being answered.
    pub(super) fn empty_request(&self) -> Vec<u8> {
        format!("GET /healthz HTTP/1.1\r\nhost: {}\r\n\r\n", self.address).into_bytes()
    }
}

/// Fills the store with the demo and signs its customer in.
async fn sign_in(app: &App) -> Outcome<(AccountId, String)> {
    demo::fill_store(app, "no one signs in by password").await.map_err(|failure| failure.to_string())?;
    let secret = Secret::new("ses", &app.rng);
    let (hash, now) = (secret.hash(), app.clock.now());
    let account_id = app.store.write(move |tx| {
        let email = email_key(demo::CUSTOMER_EMAIL);
        let account = tx.account_by_email(&email)?.ok_or_else(backend::store::not_found)?;
        tx.add_session(&Session {
            secret_hash: hash.clone(),
            account_id: account.account_id,
            created_at: now,
            expires_at: now.checked_add_seconds(86_400).unwrap_or(now),
            user_agent: "bench".to_owned(),
        })?;
        Ok(account.account_id)
    });
    Ok((account_id.await?, format!("{}={}", backend::auth::session::COOKIE, secret.reveal())))
}

async fn add_licenses(app: &App, account_id: AccountId, count: usize) -> Outcome<Vec<LicenseRecord>> {
    let app_here = app.clone();
    let written = app.store.write(move |tx| {
        let gone = backend::store::not_found;
        let now = app_here.clock.now();
        let slug = |text: &str| text.parse().map_err(|_| gone());
        let vendor = tx.vendor(&slug("acme")?)?.ok_or_else(gone)?;
        let product = tx.product(vendor.vendor_id, &slug("sketchpad")?)?.ok_or_else(gone)?;
        let menu = tx.current_menu(&product)?.ok_or_else(gone)?;
        let new = app_here.new_id(CustomerId::new);
        let customer_id = tx.ensure_customer(vendor.vendor_id, account_id, new, now)?;
        let selection: Selection =
            serde_json::from_str(r#"{"offer":"pro","term":"P1Y","terminals":3}"#).map_err(|_| gone())?;
        let quote = quote(&menu, &selection).map_err(|error| backend::store::StoreError::Fault(error.to_string()))?;
        let license = License::grant(&menu, &selection, now).map_err(|_| gone())?;
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
            })?;
            let record = LicenseRecord {
                license_id,
                vendor_id: vendor.vendor_id,
                customer_id,
                product_id: product.product_id,
                order_id,
                granted_at: now,
                trial: false,
                license: license.clone(),
            };
            tx.add_license(&record)?;
            records.push(record);
        }
        Ok(records)
    });
    Ok(written.await?)
}
