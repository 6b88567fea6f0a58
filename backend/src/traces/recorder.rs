//! What a request waits for, noted while it runs: it goes with the task, so that no handler knows of it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Context, Span};
use crate::clock::Stopwatch;
use crate::rng::Rng;

tokio::task_local! {
    static CURRENT: Recorder;
}

/// Notes the parts of one request; clones are the same one.
#[derive(Clone)]
pub struct Recorder {
    context: Context,
    rng: Rng,
    began: u64,
    watch: Stopwatch,
    parts: Arc<Mutex<Vec<Span>>>,
}

/// When a transaction's closure began to run, since the request did; 0 before.
#[derive(Clone, Default)]
pub struct Times(Arc<AtomicU64>);

impl Times {
    /// Says that it runs now. The last run of several counts.
    pub fn begin(&self, recorder: &Recorder) {
        self.0.store(recorder.watch.nanos(), Ordering::Relaxed);
    }
}

impl Recorder {
    /// For a request that began at `began`, in nanoseconds since the Unix epoch.
    pub fn new(context: Context, rng: Rng, began: u64) -> Self {
        Self { context, rng, began, watch: Stopwatch::start(), parts: Arc::default() }
    }

    /// That of the request that runs in this task, where it is traced.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Self::clone).ok()
    }

    /// Runs a request that is traced.
    pub async fn follow<T>(&self, request: impl Future<Output = T>) -> T {
        CURRENT.scope(self.clone(), request).await
    }

    /// Since the request began, in nanoseconds.
    pub fn now(&self) -> u64 {
        self.watch.nanos()
    }

    /// Notes a transaction that was asked for at `asked` and is answered now: how long it waited, and how long it took with its
    /// commit.
    pub fn add_transaction(&self, name: &'static str, asked: u64, times: &Times) {
        let now = self.watch.nanos();
        // One that was refused unheard never ran.
        let ran = match times.0.load(Ordering::Relaxed) {
            0 => now,
            ran => ran,
        };
        let spans = [self.part("store.wait", asked, ran), self.part(name, ran, now)];
        self.parts.lock().unwrap_or_else(PoisonError::into_inner).extend(spans);
    }

    /// All of it, with the request's own span, which ends now.
    pub fn finish(&self, name: String, attributes: Vec<(&'static str, String)>, is_failed: bool) -> Vec<Span> {
        let ended = self.began.saturating_add(self.watch.nanos());
        let request =
            Span { context: self.context, name, is_request: true, began: self.began, ended, attributes, is_failed };
        let mut spans = std::mem::take(&mut *self.parts.lock().unwrap_or_else(PoisonError::into_inner));
        spans.push(request);
        spans
    }

    fn part(&self, name: &str, from: u64, to: u64) -> Span {
        Span {
            context: self.context.part(&self.rng),
            name: name.to_owned(),
            is_request: false,
            began: self.began.saturating_add(from),
            ended: self.began.saturating_add(to),
            attributes: Vec::new(),
            is_failed: false,
        }
    }
}
