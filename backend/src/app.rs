//! What every handler is handed: the store, the clock, randomness, the keys and the configuration.

use std::sync::Arc;

use shared::time::Timestamp;

use crate::auth::known::Known;
use crate::auth::passwords::Passwords;
use crate::changes::Changes;
use crate::clock::Clock;
use crate::config::Config;
use crate::http::cors::AppOrigins;
use crate::http::limits::Limits;
use crate::http::metrics::Metrics;
use crate::http::pages::Policies;
use crate::http::status::StatusLists;
use crate::http::stream::OpenStreams;
use crate::keys::Keyring;
use crate::rng::Rng;
use crate::sources::Providers;
use crate::store::Store;
use crate::traces::Traces;
use crate::waiting::Waiting;

/// The running server's parts; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub rng: Rng,
    /// The vendors' signing keys.
    pub keys: Keyring,
    /// What the installation is told about itself.
    pub config: Arc<Config>,
    /// How often one may ask.
    pub limits: Arc<Limits>,
    /// Hashes and checks passwords.
    pub passwords: Arc<Passwords>,
    /// The registered app origins, remembered for a moment.
    pub origins: Arc<AppOrigins>,
    /// The status lists that were asked for, signed.
    pub status_lists: Arc<StatusLists>,
    /// What pages may load and whom they may talk to.
    pub policies: Arc<Policies>,
    /// Who waits for something to change.
    pub changes: Arc<Changes>,
    /// Who waits for a seat.
    pub waiting: Arc<Waiting>,
    /// The vendors and passes that terminals presented lately.
    pub known: Arc<Known>,
    /// The OpenID Connect providers that were asked lately.
    pub providers: Arc<Providers>,
    /// The event streams that are open.
    pub streams: OpenStreams,
    /// What an operator watches.
    pub metrics: Arc<Metrics>,
    /// For the operator's collector of traces.
    pub traces: Arc<Traces>,
    /// Since when this runs.
    pub started_at: Timestamp,
}

impl App {
    /// Puts the parts together.
    pub fn new(store: Store, clock: Clock, rng: Rng, keys: Keyring, config: Config) -> Self {
        let limits = Arc::new(Limits::new(&config, &clock));
        let passwords = Arc::new(Passwords::new(config.password_cost, &rng));
        let config = Arc::new(config);
        let started_at = clock.now();
        let traces = Arc::new(Traces::new(config.operations.otlp_endpoint.clone()));
        let metrics = Arc::new(Metrics::new(&store, started_at.as_unix()));
        let (origins, status_lists, policies) = (Arc::default(), Arc::default(), Arc::default());
        let changes = Changes::on(&store);
        let (waiting, known, streams) = (Arc::default(), Arc::default(), OpenStreams::default());
        Self {
            store,
            clock,
            rng,
            keys,
            config,
            limits,
            passwords,
            origins,
            status_lists,
            policies,
            changes,
            waiting,
            known,
            providers: Arc::default(),
            streams,
            metrics,
            traces,
            started_at,
        }
    }

    /// Nothing here goes on for a session that has ended in the store.
    pub fn end_session(&self, session_hash: &str) {
        self.known.forget_session(session_hash);
        self.streams.end_session(session_hash);
    }

    /// A new id of any kind: `app.new_id(LicenseId::new)`.
    pub fn new_id<T>(&self, new: impl FnOnce(u64, u128) -> T) -> T {
        new(self.clock.now_millis(), self.rng.id_bits())
    }
}
