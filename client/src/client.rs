//! The client: what a service asks its portal.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use shared::api::introspection::Introspection;
use shared::api::leases::{Lease, LeaseGranted};
use shared::lease::LeaseClaims;
use shared::pass::PassClaims;
use shared::time::Timestamp;
use shared::verdict::Code;
use shared::verify::{Claims, Expect, verify};
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;

use crate::CheckOut;
use crate::error::Error;
use crate::keeper::{Keeper, Running};
use crate::keys::{Keys, Wanted};
use crate::lease::LeaseGuard;
use crate::portal::{Ask, Portal};

/// For how long new tries are begun, unless the service says otherwise.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer that took longer says too little of the portal's clock.
const SLOW: Duration = Duration::from_secs(1);

/// A service's way to its portal; clones share connections, keys and the portal's time.
#[derive(Clone)]
pub struct Client {
    portal: Arc<Portal>,
    keys: Arc<Keys>,
    running: watch::Sender<usize>,
    patience: Duration,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("portal", &self.portal).finish_non_exhaustive()
    }
}

impl Client {
    /// A client of the portal at `url`, its public address, with the vendor's API token `pgt_…` of the scope `leases:write`
    /// (and `introspect`, to introspect). Nothing is sent yet.
    ///
    /// Errors: [`Error::Setup`] for an address or a token that cannot be one.
    pub fn new(url: &str, token: &str) -> Result<Self, Error> {
        let portal = Arc::new(Portal::new(url, token)?);
        Ok(Self { portal, keys: Arc::default(), running: watch::Sender::new(0), patience: PATIENCE })
    }

    /// The same client, which tries for so long when the portal does not answer, or answers that it cannot now: 30 seconds
    /// unless this says otherwise. How long a lease is tried to be extended is said by its end, and not by this.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Checks a license out, and keeps it until the guard is dropped or given back.
    ///
    /// It is extended by its `ttl_seconds` again and again; three are the least that can be kept over a network. With
    /// `wait_seconds` it waits for a seat. A lost answer is asked for again: there is one lease. When this future is
    /// dropped while it waits, it has left the queue; a lease that was granted in that moment ends by itself.
    ///
    /// Errors: those of `POST /leases` as [`Error::Refused`], `SEATS_EXHAUSTED` with the holders; else as [`Error`] says.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub async fn check_out(&self, wish: CheckOut) -> Result<LeaseGuard, Error> {
        let waiting = Duration::from_secs(wish.wait_seconds.unwrap_or(0).into());
        let ask =
            Ask::new(Method::POST, "api/v1/leases", self.patience + waiting).json(&wish)?.once()?.waiting(waiting);
        let sent = Instant::now();
        let granted: LeaseGranted = self.portal.ask(&ask).await?;
        let lease_id = granted.lease_id;
        let (granted, seen) = watch::channel(granted);
        let (loss, told) = watch::channel(None);
        let (sender, orders) = oneshot::channel();
        let guard = LeaseGuard::new(lease_id, seen, told, sender);
        if sent.elapsed() > SLOW {
            // When the portal wrote its time is uncertain by as much: a short question is answered nearer to it.
            let look = Ask::new(Method::GET, format!("api/v1/leases/{lease_id}"), Duration::ZERO);
            let _: Result<Lease, Error> = self.portal.ask(&look).await;
        }
        let portal = Arc::clone(&self.portal);
        let keeper =
            Keeper { portal, ttl_seconds: wish.ttl_seconds, granted, loss, _running: Running::new(&self.running) };
        tokio::spawn(keeper.run(orders));
        Ok(guard)
    }

    /// Waits until every lease has gone back or has ended: for programs that are about to end. Leases whose guards are still
    /// held are waited for as well.
    pub async fn settled(&self) {
        // The sender is here: it cannot be closed.
        let _ = self.running.subscribe().wait_for(|count| *count == 0).await;
    }

    /// What a pass, a lease or an identifier is worth now, by the portal's own books (RFC 7662). Not active is whatever cannot be
    /// relied on, without a reason.
    ///
    /// Errors: `SIGN_IN_REQUIRED`, `FORBIDDEN` for a token without the scope `introspect`; else as [`Error`] says.
    pub async fn introspect(&self, token: &str) -> Result<Introspection, Error> {
        let form = [("token", token)];
        let mut body = reqwest::Url::parse("form:").map_err(|error| Error::Setup(error.to_string()))?;
        body.query_pairs_mut().extend_pairs(form);
        let body = body.query().unwrap_or_default().as_bytes().to_vec();
        let ask = Ask::new(Method::POST, "api/v1/introspect", self.patience);
        self.portal.ask(&ask.body(body, "application/x-www-form-urlencoded")).await
    }

    /// What a signed lease claims, if it is genuine, for `audience` (`acme/sketchpad`), and stands by the portal's time as far as
    /// the token tells. The portal is asked for the vendor's keys now and then, and for nothing else.
    ///
    /// Errors: [`Error::Untrusted`]; as [`Error`] says, when there are no keys and the portal cannot be reached.
    pub async fn verify_lease(&self, lease: &str, audience: &str) -> Result<LeaseClaims, Error> {
        self.verify(lease, audience).await
    }

    /// As [`verify_lease`](Self::verify_lease), for a pass. It says nothing of who presents it: hold the proof that came with it
    /// against `cnf.jkt`, or have it [introspected](Self::introspect).
    ///
    /// Errors: as there.
    pub async fn verify_pass(&self, pass: &str, audience: &str) -> Result<PassClaims, Error> {
        self.verify(pass, audience).await
    }

    async fn verify<C: Claims>(&self, token: &str, audience: &str) -> Result<C, Error> {
        let vendor = audience.split('/').next().unwrap_or_default();
        let issuer = self.portal.issuer(vendor);
        let judge = |keys: &[_], now| verify(token, &Expect { issuer: &issuer, audience, keys, now, jkt: None });
        let keys = self.keys.of(&self.portal, vendor, Wanted::Some).await?;
        match judge(&keys, self.now()?) {
            Err(denial) if denial.code == Code::UnknownKey => {
                let keys = self.keys.of(&self.portal, vendor, Wanted::Newer).await?;
                judge(&keys, self.now()?).map_err(Error::Untrusted)
            }
            judged => judged.map_err(Error::Untrusted),
        }
    }

    fn now(&self) -> Result<Timestamp, Error> {
        self.portal.clock.now().ok_or_else(|| Error::Strange("it does not tell the time".to_owned()))
    }
}
