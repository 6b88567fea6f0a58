//! A server with the demo's menu, a signed-in customer, and as many licenses and terminals as are wanted.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::Arc,
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
    id::{AccountId, CustomerId, LicenseId, OrderId, PassId, SessionId},
    license::{License, PassBinding},
    quote::{Selection, quote},
    thumbprint::{p256_thumbprint, sha256_base64url},
    verdict::PassStatus,
};

use crate::{Outcome, issue::block_on};

/// More uses than a benchmark counts.
const MANY: u64 = 1_000_000_000;

/// A running server.
pub(crate) struct Site {
    pub(crate) app: App,
    pub(crate) address: SocketAddr,
    pub(crate) account_id: AccountId,
    cookie: String,
}

/// A terminal with a license of its own, or a share of one.
#[derive(Clone)]
pub(crate) struct Terminal {
    pub(crate) license: LicenseRecord,
    /// The pass that it has or would get.
    pub(crate) pass: Pass,
    pub(crate) key: Arc<Key>,
}

/// A terminal's key pair, and proofs by it.
pub(crate) struct Key {
    secret: SigningKey,
    x: [u8; 32],
    y: [u8; 32],
}

impl Key {
    fn new(rng: &Rng) -> Outcome<Self> {
        let secret = SigningKey::from_slice(&rng.bytes::<32>())?;
        let point = secret.verifying_key().to_encoded_point(false);
        let (x, y) = ((*point.x().ok_or("no x")?).into(), (*point.y().ok_or("no y")?).into());
        Ok(Self { secret, x, y })
    }

    /// A proof for a POST to `url`, with `token` when it is presented there.
    pub(crate) fn proof(&self, app: &App, url: &str, token: Option<&str>) -> String {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let header = serde_json::json!({ "typ": "dpop+jwt", "alg": "ES256",
            "jwk": { "kty": "EC", "crv": "P-256", "x": encode(&self.x), "y": encode(&self.y) } });
        let mut claims = serde_json::json!({ "htm": "POST", "htu": url, "iat": app.clock.now().as_unix(),
            "jti": format!("{:032x}", app.rng.u128()) });
        if let (Some(token), Some(members)) = (token, claims.as_object_mut()) {
            members.insert("ath".to_owned(), sha256_base64url(token.as_bytes()).into());
        }
        let signed = format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
        let signature: Signature = self.secret.sign(signed.as_bytes());
        format!("{signed}.{}", encode(&signature.to_bytes()))
    }
}

impl Site {
    /// Starts a server on a new store in `folder`.
    pub(crate) fn start(folder: &Path) -> Outcome<Self> {
        Self::start_with(folder, Options::default())
    }

    /// The same with a store that runs otherwise.
    pub(crate) fn start_with(folder: &Path, options: Options) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let rng = Rng::system();
        let engine = SqliteEngine::open(folder.join("passgate.db"), options)?;
        let keys = Keyring::new(MasterKey::generate(&rng), rng.clone());
        let config = Config {
            public_url: format!("http://{address}"),
            trusted_proxies: Vec::new(),
            rate_limits: false,
            test_payments: true,
            vendor_sign_up: true,
            private_webhooks: true,
            mail: None,
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
    pub(crate) fn add_terminals(&self, count: usize) -> Outcome<Vec<Terminal>> {
        block_on(async {
            let mut terminals = Vec::new();
            for _ in 0..count.div_ceil(256) {
                let left = 256.min(count - terminals.len());
                let licenses = self.add_licenses(left).await?;
                for license in licenses {
                    terminals.push(self.terminal(license)?);
                }
            }
            Ok(terminals)
        })
    }

    /// Licenses of the customer for a year and three devices, with more renders than a benchmark makes.
    pub(crate) async fn add_licenses(&self, count: usize) -> Outcome<Vec<LicenseRecord>> {
        add_licenses(&self.app, self.account_id, count).await
    }

    /// A terminal with a key of its own.
    pub(crate) fn terminal(&self, license: LicenseRecord) -> Outcome<Terminal> {
        let key = Arc::new(Key::new(&self.app.rng)?);
        let now = self.app.clock.now();
        let pass = Pass {
            pass_id: self.app.new_id(PassId::new),
            vendor_id: license.vendor_id,
            license_id: license.license_id,
            jkt: p256_thumbprint(&key.x, &key.y),
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
        Ok(Terminal { license, pass, key })
    }

    /// What a pass of the terminal says beside its license.
    pub(crate) fn binding(&self, terminal: &Terminal) -> PassBinding {
        let issuer = format!("{}/v/acme", self.app.config.public_url);
        PassBinding {
            audience: "acme/sketchpad".to_owned(),
            customer_id: terminal.license.customer_id,
            pass_id: terminal.pass.pass_id,
            license_id: terminal.license.license_id,
            jkt: terminal.pass.jkt.clone(),
            status: PassStatus::Valid,
            status_uri: format!("{issuer}/status/1"),
            status_index: terminal.pass.status_index,
            refreshes: 0,
            issuer,
        }
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.app.config.public_url)
    }

    /// A signed-in customer's cookie.
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    /// The request that costs nothing but being answered.
    pub(crate) fn empty_request(&self) -> Vec<u8> {
        format!("GET /healthz HTTP/1.1\r\nhost: {}\r\n\r\n", self.address).into_bytes()
    }
}

/// Fills the store with the demo and signs its customer in.
async fn sign_in(app: &App) -> Outcome<(AccountId, String)> {
    demo::fill_store(app, "no one signs in by password").await.map_err(|failure| failure.to_string())?;
    let secret = Secret::new("ses", &app.rng);
    let (hash, now, session_id) = (secret.hash(), app.clock.now(), app.new_id(SessionId::new));
    let account_id = app.store.write(move |tx| {
        let email = email_key(demo::CUSTOMER_EMAIL);
        let account = tx.account_by_email(&email)?.ok_or_else(backend::store::not_found)?;
        tx.add_session(&Session {
            secret_hash: hash.clone(),
            session_id,
            account_id: account.account_id,
            created_at: now,
            expires_at: now.checked_add_seconds(86_400).unwrap_or(now),
            last_used_at: now,
            proved_at: now,
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
        let selection: Selection = serde_json::from_str(
            r#"{"offer":"pro","term":"P1Y","features":["ai.render"],"uses":{"ai.render":500},"terminals":3}"#,
        )
        .map_err(|_| gone())?;
        let quote = quote(&menu, &selection).map_err(|error| backend::store::StoreError::Fault(error.to_string()))?;
        let mut license = License::grant(&menu, &selection, now).map_err(|_| gone())?;
        for counter in license.features.values_mut().flatten() {
            (counter.limit, counter.left) = (Some(MANY), Some(MANY));
        }
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
