//! A job: what is wanted, how far it is, and the pictures that there are.

use std::sync::{Mutex, PoisonError};

use actix_web::web::Bytes;
use passgate_client::{Problem, RefusalCode, Remedy, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::drawing::Drawing;
use crate::effect::Effect;

/// How many pages a job has at most.
pub(crate) const MOST_PAGES: u32 = 20;

/// What a customer's app sends: `POST …/jobs`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The license identifier that lets the farm check the customer's license out.
    pub identifier: String,
    /// The drawing, as SVG.
    pub drawing: String,
    /// How many pages, 1 to 20: each is another take.
    pub pages: u32,
    /// In which manner.
    pub effect: Effect,
}

/// Where a job stands: `GET …/jobs/{id}`, and each event of its stream.
#[derive(Clone, Debug, Serialize)]
pub struct Progress {
    /// In short.
    pub state: State,
    /// How many pages are wanted.
    pub pages: u32,
    /// How many there are.
    pub rendered: u32,
    /// Who holds the seats that it waits for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<String>,
    /// When the first of those leases ends, unless it is extended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<Timestamp>,
    /// How many uses came back, once it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returned: Option<u64>,
    /// How many uses the license has left, once it is known; absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<u64>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// The states of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The license is being checked out.
    Starting,
    /// Every seat is taken: it waits for one.
    Waiting,
    /// Pages are being drawn.
    Rendering,
    /// All pages are there.
    Done,
    /// The customer did not want it any more.
    Cancelled,
    /// There was no license for it, or it was lost in the middle.
    Failed,
}

/// Why the portal did not let the farm work, in its own words.
#[derive(Clone, Debug, Serialize)]
pub struct Reason {
    /// The code.
    pub code: RefusalCode,
    /// A sentence.
    pub detail: String,
    /// What would help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
}

/// A job that the farm has taken.
pub(crate) struct Job {
    pub(crate) identifier: String,
    pub(crate) drawing: Drawing,
    pub(crate) effect: Effect,
    pub(crate) pages: u32,
    progress: watch::Sender<Progress>,
    cancelled: watch::Sender<bool>,
    pictures: Mutex<Vec<Bytes>>,
}

impl State {
    /// Whether nothing more will come.
    pub(crate) const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Failed)
    }
}

impl Reason {
    pub(crate) fn of(problem: &Problem) -> Self {
        let detail = problem.detail.clone().unwrap_or_else(|| problem.title.clone());
        Self { code: problem.code, detail, remedy: problem.remedy }
    }
}

impl Job {
    pub(crate) fn new(order: Order, drawing: Drawing) -> Self {
        let Order { identifier, pages, effect, .. } = order;
        let progress = Progress {
            state: State::Starting,
            pages,
            rendered: 0,
            holders: Vec::new(),
            opens_at: None,
            returned: None,
            left: None,
            reason: None,
        };
        Self {
            identifier,
            drawing,
            effect,
            pages,
            progress: watch::Sender::new(progress),
            cancelled: watch::Sender::new(false),
            pictures: Mutex::default(),
        }
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    pub(crate) fn state(&self) -> State {
        self.progress.borrow().state
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Progress)) {
        self.progress.send_modify(change);
    }

    /// A page is ready.
    pub(crate) fn add(&self, picture: String) {
        self.pictures.lock().unwrap_or_else(PoisonError::into_inner).push(Bytes::from(picture));
        self.change(|progress| progress.rendered += 1);
    }

    /// The picture on a page, counted from one.
    pub(crate) fn picture(&self, page: usize) -> Option<Bytes> {
        let pictures = self.pictures.lock().unwrap_or_else(PoisonError::into_inner);
        pictures.get(page.checked_sub(1)?).cloned()
    }

    /// Nobody wants it any more.
    pub(crate) fn cancel(&self) {
        self.cancelled.send_replace(true);
    }

    /// Resolves when nobody wants it any more.
    pub(crate) async fn cancelled(&self) {
        // The sender lives as long as the job.
        let _ = self.cancelled.subscribe().wait_for(|cancelled| *cancelled).await;
    }
}
