//! A license that is checked out, as the work that needs it sees it.

use std::sync::atomic::{AtomicU64, Ordering};

use shared::api::leases::{Lease, LeaseGranted};
use shared::api::problem::Problem;
use shared::id::LeaseId;
use shared::refusal::RefusalCode;
use shared::verdict::{Code, Remedy};
use tokio::sync::{oneshot, watch};

use crate::error::Error;

/// A license that is checked out. It extends itself, and goes back when it is dropped.
///
/// What a dropped lease gives back is what was debited and not [noted as spent](Self::spent); where nothing was noted, all of it
/// counts as spent.
#[derive(Debug)]
pub struct LeaseGuard {
    lease_id: LeaseId,
    granted: watch::Receiver<LeaseGranted>,
    loss: watch::Receiver<Option<Loss>>,
    orders: Option<oneshot::Sender<GiveBack>>,
    /// One more than were spent; zero until somebody counts.
    noted: AtomicU64,
}

/// The lease does not stand any more, and the work for it must stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Loss {
    /// Why: `LEASE_EXPIRED`, `LEASE_RETURNED`, `SUSPENDED`, `REVOKED` or `TERM_ENDED`; `UNAVAILABLE` when the portal was out of
    /// reach until the lease's end; `SIGN_IN_REQUIRED` or `FORBIDDEN` when the service's token is good no more.
    pub code: RefusalCode,
    /// What happened, for the person who can act.
    pub detail: String,
    /// What would help.
    pub remedy: Option<Remedy>,
    /// What names the request in the portal's logs; absent where there was no answer.
    pub request_id: Option<String>,
}

/// What the background task is told, once.
#[derive(Debug)]
pub(crate) struct GiveBack {
    pub(crate) unspent: u64,
    /// Who waits for what it came to; nobody, when the guard was dropped.
    pub(crate) answer: Option<oneshot::Sender<Result<Lease, Error>>>,
}

impl LeaseGuard {
    pub(crate) const fn new(
        lease_id: LeaseId,
        granted: watch::Receiver<LeaseGranted>,
        loss: watch::Receiver<Option<Loss>>,
        orders: oneshot::Sender<GiveBack>,
    ) -> Self {
        Self { lease_id, granted, loss, orders: Some(orders), noted: AtomicU64::new(0) }
    }

    /// Which lease.
    pub const fn lease_id(&self) -> LeaseId {
        self.lease_id
    }

    /// What the portal said last of it: the signed lease, which is another after each extension, its end, what is left.
    pub fn granted(&self) -> LeaseGranted {
        self.granted.borrow().clone()
    }

    /// Resolves when the lease is lost, with why; never, while it stands and after it was given back. May be awaited by any
    /// number of tasks, also by such that outlive the guard.
    pub fn lost(&self) -> impl Future<Output = Loss> + Send + use<> {
        let mut loss = self.loss.clone();
        async move {
            if let Ok(seen) = loss.wait_for(Option::is_some).await
                && let Some(why) = seen.clone()
            {
                return why;
            }
            std::future::pending().await
        }
    }

    /// Why the lease is lost; `None` while it stands.
    pub fn loss(&self) -> Option<Loss> {
        self.loss.borrow().clone()
    }

    /// Does `work` for as long as the lease stands. The work is dropped at its next `await` once the lease is lost: what must
    /// not stop there belongs in a task of its own that watches [`lost`](Self::lost).
    pub async fn run<T>(&self, work: impl Future<Output = T>) -> Result<T, Loss> {
        tokio::select! {
            biased;
            loss = self.lost() => Err(loss),
            done = work => Ok(done),
        }
    }

    /// Notes that `count` more of the uses that were debited are spent, so that a lease that is dropped gives back the rest.
    pub fn spent(&self, count: u64) {
        let note = |noted: u64| Some(noted.max(1).saturating_add(count));
        // The closure never refuses.
        let _ = self.noted.fetch_update(Ordering::Relaxed, Ordering::Relaxed, note);
    }

    /// What was debited and not noted as spent; nothing, where nobody counts.
    pub fn unspent(&self) -> u64 {
        let debited = self.granted.borrow().count;
        self.noted.load(Ordering::Relaxed).checked_sub(1).map_or(0, |spent| debited.saturating_sub(spent))
    }

    /// Gives the lease back with what was not spent. Answers what it came to, also when it had ended before.
    ///
    /// Goes on in the background when this future is dropped. Errors: `INVALID_INPUT` for more than was debited; what
    /// [`Error`] says of a portal that cannot be reached for half a minute: then the lease ends by itself.
    pub async fn give_back(mut self, unspent: u64) -> Result<Lease, Error> {
        let (answer, answered) = oneshot::channel();
        self.order(GiveBack { unspent, answer: Some(answer) });
        answered.await.unwrap_or_else(|_| Err(Error::Setup("The runtime has ended.".to_owned())))
    }

    fn order(&mut self, order: GiveBack) {
        if let Some(orders) = self.orders.take() {
            // Without a task the runtime has ended, and the lease will.
            let _ = orders.send(order);
        }
    }
}

impl Drop for LeaseGuard {
    fn drop(&mut self) {
        let unspent = self.unspent();
        self.order(GiveBack { unspent, answer: None });
    }
}

impl Loss {
    pub(crate) fn out_of_contact() -> Self {
        Self::of(Code::Unavailable, "The portal could not be reached before the lease ended.")
    }

    pub(crate) fn term_ended() -> Self {
        Self::of(Code::TermEnded, "The license's term has ended.")
    }

    fn of(code: Code, detail: &str) -> Self {
        Self { code: RefusalCode::Judged(code), detail: detail.to_owned(), remedy: code.remedy(), request_id: None }
    }
}

impl From<Problem> for Loss {
    fn from(problem: Problem) -> Self {
        let Problem { code, title, detail, remedy, request_id, .. } = problem;
        Self { code, detail: detail.unwrap_or(title), remedy, request_id: Some(request_id) }
    }
}
