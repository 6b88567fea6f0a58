//! The parts of a portal on a store of its own, and its customer signed in.

use std::path::Path;

use backend::{
    app::App,
    auth::secret::Secret,
    clock::Clock,
    config::{Config, Operations, PasswordCost},
    demo,
    keys::{Keyring, MasterKey},
    rng::Rng,
    store::{
        Store,
        postgres::{self, PostgresEngine},
        records::{Session, email_key},
        sqlite::{Options, SqliteEngine},
    },
};
use shared::id::{AccountId, SessionId};

use crate::Outcome;

/// How a portal runs.
pub(crate) struct Setup {
    /// How its store does.
    pub(crate) options: Options,
    /// Who may look at figures, and where traces go.
    pub(crate) operations: Operations,
    /// Where browsers reach it.
    pub(crate) public_url: String,
    /// The PostgreSQL database with its store, where that is no file.
    pub(crate) database_url: Option<String>,
}

impl Setup {
    /// As a vendor runs it, at that address.
    pub(crate) fn new(public_url: String) -> Self {
        Self { options: Options::default(), operations: Operations::default(), public_url, database_url: None }
    }
}

/// Opens the store in `folder`, making it and its master key where there are none. Nothing is served.
pub(crate) fn open(folder: &Path, setup: Setup) -> Outcome<App> {
    let rng = Rng::system();
    let store = match &setup.database_url {
        Some(url) => Store::new(PostgresEngine::open(url, postgres::Options::default())?),
        None => Store::new(SqliteEngine::open(folder.join("passgate.db"), setup.options)?),
    };
    let keys = Keyring::new(MasterKey::load_or_create(&folder.join("master.key"), &rng)?, rng.clone());
    let config = Config {
        public_url: setup.public_url,
        trusted_proxies: Vec::new(),
        rate_limits: false,
        test_payments: true,
        vendor_sign_up: true,
        private_webhooks: true,
        mail: None,
        mail_kept_days: None,
        operations: setup.operations,
        demo: false,
        password_cost: PasswordCost::CHEAPEST,
    };
    Ok(App::new(store, Clock::system(), rng, keys, config))
}

/// Fills an empty store with the demo, and signs its customer in.
pub(super) async fn sign_in(app: &App) -> Outcome<(AccountId, String)> {
    if app.store.read(|tx| tx.count_vendors()).await? == 0 {
        demo::fill_store(app, "no one signs in by password").await.map_err(|failure| failure.to_string())?;
    }
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
            source_id: None,
            user_agent: "bench".to_owned(),
        })?;
        Ok(account.account_id)
    });
    Ok((account_id.await?, format!("{}={}", backend::auth::session::COOKIE, secret.reveal())))
}
