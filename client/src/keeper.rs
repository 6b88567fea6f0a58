//! The background task of a lease: extends it until it is lost or given back. Bounded by the lease's own end.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use shared::api::leases::{Lease, LeaseExtension, LeaseGranted, LeaseReturn};
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::error::Error;
use crate::lease::{GiveBack, Loss};
use crate::portal::{Ask, Portal, is_passing};

/// For how long a return is tried.
const RETURNING: Duration = Duration::from_secs(30);

/// Extensions are not closer together, however little of a lease is left.
const BETWEEN_EXTENSIONS: Duration = Duration::from_millis(200);

/// No try to extend is given up before; of the time that is left, each may take a third.
const SHORTEST_TRY: Duration = Duration::from_millis(500);

/// A lease that is kept.
pub(crate) struct Keeper {
    pub(crate) portal: Arc<Portal>,
    pub(crate) ttl_seconds: u32,
    pub(crate) granted: watch::Sender<LeaseGranted>,
    pub(crate) loss: watch::Sender<Option<Loss>>,
    /// Counts this task among those that are to be waited for.
    pub(crate) _running: Running,
}

/// One of the tasks that [`settled`](crate::Client::settled) waits for.
pub(crate) struct Running(watch::Sender<usize>);

impl Running {
    pub(crate) fn new(running: &watch::Sender<usize>) -> Self {
        running.send_modify(|count| *count += 1);
        Self(running.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}

impl Keeper {
    /// Keeps the lease until it is told to give it back, or the guard has gone.
    pub(crate) async fn run(self, mut orders: oneshot::Receiver<GiveBack>) {
        let order = tokio::select! {
            biased;
            order = &mut orders => order,
            Err(loss) = self.keep() => {
                self.loss.send_replace(Some(loss));
                orders.await
            }
        };
        let Ok(GiveBack { unspent, answer }) = order else { return };
        match answer {
            Some(answer) => {
                // Who asked and went away has the lease given back all the same.
                let _ = answer.send(self.give_back(unspent, RETURNING).await);
            }
            // What was lost has ended at the portal.
            None if self.loss.borrow().is_some() => {}
            None => {
                let rest = self.ends_at().saturating_duration_since(Instant::now());
                let until = Instant::now() + RETURNING.min(rest);
                // Failing, it ends by itself.
                let _ = timeout_at(until, self.give_back(unspent, RETURNING)).await;
            }
        }
    }

    /// Extends the lease again and again; why it came to an end.
    async fn keep(&self) -> Result<Infallible, Loss> {
        loop {
            let (now, ends_at) = (Instant::now(), self.ends_at());
            let half = ends_at.saturating_duration_since(now) / 2;
            if half < BETWEEN_EXTENSIONS {
                // The portal has just answered, and gave no more: the term ends with the lease.
                sleep_until(ends_at).await;
                return Err(Loss::term_ended());
            }
            sleep_until(now + half).await;
            self.granted.send_replace(self.extend().await?);
        }
    }

    /// Extends the lease, trying for as long as it stands.
    async fn extend(&self) -> Result<LeaseGranted, Loss> {
        let path = self.path("/extend");
        let mut ends_at = self.ends_at();
        loop {
            let patience = ends_at.saturating_duration_since(Instant::now());
            let ask = Ask::new(Method::POST, path.as_str(), patience)
                .within((patience / 3).max(SHORTEST_TRY))
                .json(&LeaseExtension { ttl_seconds: self.ttl_seconds })
                .map_err(|_| Loss::out_of_contact())?;
            match timeout_at(ends_at, self.portal.ask(&ask)).await {
                Ok(Ok(granted)) => return Ok(granted),
                Ok(Err(Error::Refused(problem))) if !is_passing(problem.status) => {
                    return Err((*problem).into());
                }
                Ok(Err(_)) | Err(_) => {}
            }
            // An answer, if only a refusal, may have taught that the portal's clock is behind what was feared.
            sleep_until((Instant::now() + BETWEEN_EXTENSIONS).min(ends_at)).await;
            ends_at = self.ends_at();
            if Instant::now() >= ends_at {
                return Err(Loss::out_of_contact());
            }
        }
    }

    async fn give_back(&self, unspent: u64, patience: Duration) -> Result<Lease, Error> {
        let ask = Ask::new(Method::DELETE, self.path(""), patience).json(&LeaseReturn { unspent })?;
        self.portal.ask(&ask).await
    }

    /// When the lease ends, at the soonest.
    fn ends_at(&self) -> Instant {
        let expires_at = self.granted.borrow().expires_at;
        self.portal.clock.instant_of(expires_at).unwrap_or_else(Instant::now)
    }

    fn path(&self, act: &str) -> String {
        format!("api/v1/leases/{}{act}", self.granted.borrow().lease_id)
    }
}
