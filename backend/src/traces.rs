//! Traces for an OpenTelemetry collector: a span for each request, and below it what the store had it wait for.
//!
//! Sent as OTLP over HTTP in its JSON form, by option. A span names the row of the URL table, the method, the status, the code of
//! a refusal and the request's id; never what stood in the address, a header or a body. Where nobody asked for traces, a request
//! costs one look at an absent option.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::MissedTickBehavior;

use crate::app::App;
use crate::config::OtlpEndpoint;

mod context;
mod otlp;
mod recorder;

pub use context::Context;
pub use recorder::{Recorder, Times};

/// How many spans wait to be sent; what comes beyond is left out.
const MOST_SPANS: usize = 4096;

/// How often they are sent.
const BETWEEN: Duration = Duration::from_secs(2);

/// How long the collector may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A part of a request's time.
#[derive(Clone, Debug)]
pub struct Span {
    /// Which trace and span it is, and whose child.
    pub context: Context,
    /// What it is: `GET /api/v1/licenses/{id}`, `store.write`.
    pub name: String,
    /// Whether it is a request, not a part of one.
    pub is_request: bool,
    /// When it began, in nanoseconds since the Unix epoch.
    pub began: u64,
    /// When it ended.
    pub ended: u64,
    /// What else is known of it.
    pub attributes: Vec<(&'static str, String)>,
    /// Whether the fault is ours.
    pub is_failed: bool,
}

/// The spans that wait to be sent.
pub struct Traces {
    endpoint: Option<OtlpEndpoint>,
    waiting: Mutex<Vec<Span>>,
}

impl Traces {
    /// For the collector at `endpoint`; without one nothing is traced.
    pub fn new(endpoint: Option<OtlpEndpoint>) -> Self {
        Self { endpoint, waiting: Mutex::default() }
    }

    /// Whether anybody wants to know.
    pub const fn is_on(&self) -> bool {
        self.endpoint.is_some()
    }

    /// Keeps spans until they are sent.
    pub fn add(&self, spans: impl IntoIterator<Item = Span>) {
        let mut waiting = self.lock();
        let room = MOST_SPANS.saturating_sub(waiting.len());
        waiting.extend(spans.into_iter().take(room));
    }

    /// Sends what waits, once; what the collector does not take is lost. Errors: why it did not take it.
    pub async fn export(&self) -> Result<(), String> {
        let Some(endpoint) = &self.endpoint else { return Ok(()) };
        let spans = std::mem::take(&mut *self.lock());
        if spans.is_empty() {
            return Ok(());
        }
        // TLS by the crypto library that the rest of the server uses. Failing means that it is there already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client =
            reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE);
        let client = client.build().map_err(|error| error.to_string())?;
        let request = client.post(endpoint.as_str()).header("content-type", "application/json");
        let sent = request.body(otlp::write(&spans).to_string()).send().await;
        let status = sent.map_err(|error| error.to_string())?.status();
        if status.is_success() { Ok(()) } else { Err(format!("the collector answered {status}")) }
    }

    /// No code of ours can panic while it holds the lock, so a poisoned one is as good.
    fn lock(&self) -> MutexGuard<'_, Vec<Span>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends every other second, for as long as the server runs.
pub async fn keep_exporting(app: App) {
    if !app.traces.is_on() {
        return;
    }
    let mut ticks = tokio::time::interval(BETWEEN);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = app.traces.export().await {
            tracing::warn!(error, "traces were not sent");
        }
    }
}
