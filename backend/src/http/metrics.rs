//! `GET /metrics`: what an operator watches, for Prometheus.
//!
//! Requests are counted by the row of the URL table that answered them, never by what stood in the address: no id and no tenant
//! is a label, so there are as many series as there are addresses. What is counted is an atomic that is looked up once; what
//! is asked of the store is asked when somebody reads.

use std::sync::OnceLock;

use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, HeaderValue, WWW_AUTHENTICATE};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use prometheus::core::Collector;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};
use shared::refusal::RefusalCode;
use shared::thumbprint::sha256_base64url;

use super::TABLE;
use crate::app::App;
use crate::backup::read_record;
use crate::error::Failure;
use crate::store::Store;
use crate::store::instance::{Standing, StoreSize};

/// What answered a request: its row of the URL table.
#[derive(Clone, Copy, Debug)]
pub struct Row(usize);

impl Row {
    /// The row of this address.
    pub fn of(path: &str) -> Self {
        Self(TABLE.iter().position(|(row, _)| *row == path).unwrap_or(TABLE.len()))
    }

    /// Its address, with names where ids stand.
    pub fn path(&self) -> &'static str {
        TABLE.get(self.0).map_or("page", |(path, _)| path)
    }
}

const METHODS: [Method; 6] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];

/// From a request out of memory to one that waits for a seat, in seconds.
const SECONDS: [f64; 11] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0];

const NAMED: &str = "its name, help and labels are constants of the form that Prometheus asks for";

/// The figures of one server; each server has its own.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    rows: Vec<RowMetrics>,
    refusals: IntCounterVec,
    /// Attempts to hand a mail over or to tell a webhook.
    deliveries: IntCounterVec,
    gauges: Gauges,
}

/// A row's series, by method: looked up when there is first something to count.
#[derive(Default)]
struct RowMetrics([MethodMetrics; METHODS.len() + 1]);

#[derive(Default)]
struct MethodMetrics {
    seconds: OnceLock<Histogram>,
    /// 1xx to 5xx.
    classes: [OnceLock<IntCounter>; 5],
}

/// What is looked at when somebody reads.
struct Gauges {
    streams: IntGauge,
    waiting: IntGauge,
    leases: IntGauge,
    mails: IntGauge,
    webhooks: IntGaugeVec,
    untold: IntGauge,
    key_since: IntGauge,
    backup_at: IntGaugeVec,
    bytes: IntGauge,
    memory: IntGauge,
    readable: IntGauge,
}

/// What was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// To the mail server.
    Mail,
    /// To a vendor's address.
    Webhook,
}

impl Metrics {
    /// The figures of a server on this store, all at zero.
    ///
    /// # Panics
    /// Never: names and labels are constants of the form that Prometheus asks for.
    pub fn new(store: &Store, started_at: i64) -> Self {
        let requests = Opts::new("passgate_http_requests_total", "Requests that were answered.");
        let requests = IntCounterVec::new(requests, &["route", "method", "status"]).expect(NAMED);
        let durations = HistogramOpts::new("passgate_http_request_seconds", "How long requests took.");
        let durations = HistogramVec::new(durations.buckets(SECONDS.to_vec()), &["route", "method"]).expect(NAMED);
        let refusals = counters("passgate_refusals_total", "Requests that were refused.", &["code"]);
        let deliveries = counters("passgate_deliveries_total", "Attempts to send what leaves.", &["kind", "outcome"]);
        let metrics = Self {
            registry: Registry::new(),
            rows: TABLE.iter().map(|_| RowMetrics::default()).chain([RowMetrics::default()]).collect(),
            requests,
            durations,
            refusals,
            deliveries,
            gauges: Gauges::new(),
        };
        for kind in ["mail", "webhook"] {
            for outcome in ["sent", "failed"] {
                metrics.deliveries.with_label_values(&[kind, outcome]);
            }
        }
        metrics.register(store, started_at);
        metrics
    }

    fn register(&self, store: &Store, started_at: i64) {
        let about =
            Opts::new("passgate_build_info", "What runs: always 1.").const_label("version", env!("CARGO_PKG_VERSION"));
        let about = IntGauge::with_opts(about).expect(NAMED);
        about.set(1);
        let started = gauge("process_start_time_seconds", "When the server was started, in Unix time.");
        started.set(started_at);
        let mut all: Vec<Box<dyn Collector>> = vec![
            Box::new(self.requests.clone()),
            Box::new(self.durations.clone()),
            Box::new(self.refusals.clone()),
            Box::new(self.deliveries.clone()),
            Box::new(about),
            Box::new(started),
        ];
        all.extend(self.gauges.collectors());
        all.extend(store.measures().collectors());
        for collector in all {
            // A name that is there twice would be a mistake of ours, which the story of this address tells.
            if let Err(error) = self.registry.register(collector) {
                tracing::error!(%error, "a figure is not shown");
            }
        }
    }

    /// Counts a request: which row answered it (none for pages), how, and in what time.
    pub fn count_request(&self, row: Option<Row>, method: &Method, status: StatusCode, seconds: f64) {
        let row = row.map_or(TABLE.len(), |Row(row)| row);
        let index = METHODS.iter().position(|known| known == method).unwrap_or(METHODS.len());
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        let Some(slot) = self.rows.get(row).and_then(|row| row.0.get(index)) else { return };
        let labels = || {
            let route = TABLE.get(row).map_or("page", |(path, _)| path);
            (route, METHODS.get(index).map_or("other", Method::as_str))
        };
        let observed = slot.seconds.get_or_init(|| {
            let (route, method) = labels();
            self.durations.with_label_values(&[route, method])
        });
        observed.observe(seconds);
        if let Some(counter) = slot.classes.get(class) {
            let count = || {
                let (route, method) = labels();
                let class = ["1xx", "2xx", "3xx", "4xx", "5xx"].get(class).unwrap_or(&"");
                self.requests.with_label_values(&[route, method, class])
            };
            counter.get_or_init(count).inc();
        }
    }

    /// Counts a refusal.
    pub fn count_refusal(&self, code: RefusalCode) {
        self.refusals.with_label_values(&[code.as_str()]).inc();
    }

    /// Counts an attempt to send something.
    pub fn count_delivery(&self, kind: Outgoing, is_done: bool) {
        let kind = if kind == Outgoing::Mail { "mail" } else { "webhook" };
        self.deliveries.with_label_values(&[kind, if is_done { "sent" } else { "failed" }]).inc();
    }

    /// Everything, as Prometheus reads it.
    async fn write(&self, app: &App) -> Result<String, Failure> {
        let seen = app.store.read(|tx| Ok((tx.standing()?, tx.store_size()?))).await;
        if let Err(error) = &seen {
            tracing::warn!(%error, "the store's figures cannot be read");
        }
        self.gauges.look(app, seen.ok().as_ref());
        TextEncoder::new().encode_to_string(&self.registry.gather()).map_err(|error| Failure::fault(error.to_string()))
    }
}

impl Gauges {
    fn new() -> Self {
        let backup =
            Opts::new("passgate_last_backup_timestamp_seconds", "When the last backup was made; 0 without one.");
        let webhooks = Opts::new("passgate_webhooks", "Webhooks: those that are told, fail, or were given up.");
        Self {
            streams: gauge("passgate_event_streams", "Event streams that are open."),
            waiting: gauge("passgate_seat_waiters", "Check-outs that wait for a seat."),
            leases: gauge("passgate_open_leases", "Leases that are open."),
            mails: gauge("passgate_queued_mails", "Mails that wait to be sent."),
            webhooks: IntGaugeVec::new(webhooks, &["state"]).expect(NAMED),
            untold: gauge("passgate_untold_events", "Events that webhooks were not told of yet."),
            key_since: gauge(
                "passgate_oldest_signing_key_timestamp_seconds",
                "Since when the oldest key signs; 0 without one.",
            ),
            backup_at: IntGaugeVec::new(backup, &[]).expect(NAMED),
            bytes: gauge("passgate_store_bytes", "How much room the store takes."),
            memory: gauge("process_resident_memory_bytes", "Memory that the server holds."),
            readable: gauge("passgate_store_readable", "Whether the store could be read just now: 1 or 0."),
        }
    }

    fn collectors(&self) -> Vec<Box<dyn Collector>> {
        let gauges = [
            &self.streams,
            &self.waiting,
            &self.leases,
            &self.mails,
            &self.untold,
            &self.key_since,
            &self.bytes,
            &self.memory,
            &self.readable,
        ];
        let gauges = gauges.map(|gauge| Box::new(gauge.clone()) as Box<dyn Collector>);
        let vectors = [&self.webhooks, &self.backup_at].map(|vector| Box::new(vector.clone()) as Box<dyn Collector>);
        gauges.into_iter().chain(vectors).collect()
    }

    fn look(&self, app: &App, seen: Option<&(Standing, StoreSize)>) {
        self.streams.set(as_gauge(app.streams.count() as u64));
        self.waiting.set(as_gauge(app.waiting.count() as u64));
        if let Some(folder) = app.config.operations.data_dir.as_deref() {
            let made_at = read_record(folder).map_or(0, |record| record.made_at.as_unix());
            self.backup_at.with_label_values::<&str>(&[]).set(made_at);
        }
        self.memory.set(as_gauge(resident_bytes().unwrap_or(0)));
        self.readable.set(i64::from(seen.is_some()));
        let Some((standing, size)) = seen else { return };
        self.leases.set(as_gauge(standing.open_leases));
        self.mails.set(as_gauge(standing.queued_mails));
        let webhooks = [
            ("active", standing.active_webhooks),
            ("failing", standing.failing_webhooks),
            ("disabled", standing.disabled_webhooks),
        ];
        for (state, count) in webhooks {
            self.webhooks.with_label_values(&[state]).set(as_gauge(count));
        }
        self.untold.set(as_gauge(standing.untold_events));
        self.key_since.set(standing.oldest_key_at.map_or(0, shared::time::Timestamp::as_unix));
        self.bytes.set(as_gauge(size.bytes));
    }
}

/// What an operator watches, in Prometheus' text format. Only for who shows the token that the server was started with
/// (`--metrics-token`).
#[utoipa::path(get, path = "/metrics", tag = "operations", security(("metrics" = [])), responses(
    (status = 200, description = "Figures, in Prometheus' text format.", content_type = "text/plain"),
    (status = 401, description = "`SIGN_IN_REQUIRED`: the token is missing or wrong.",
        body = shared::api::problem::Problem, content_type = "application/problem+json"),
    (status = 404, description = "`NOT_FOUND`: the server has no metrics token.",
        body = shared::api::problem::Problem, content_type = "application/problem+json")))]
pub async fn get_metrics(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let Some(token) = &app.config.operations.metrics_token else { return Err(Failure::not_found()) };
    let shown = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown = shown.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    // Hashed: how long comparing takes says nothing of the token.
    if sha256_base64url(shown.as_bytes()) != sha256_base64url(token.as_str().as_bytes()) {
        let refusal = Failure::code(RefusalCode::SignInRequired, "This is for who knows the operator's metrics token.");
        return Err(refusal.with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
    }
    let text = app.metrics.write(&app).await?;
    Ok(HttpResponse::Ok().content_type(prometheus::TEXT_FORMAT).insert_header((CACHE_CONTROL, "no-store")).body(text))
}

/// What Linux says this process holds; `None` elsewhere.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    kib.checked_mul(1024)
}

fn counters(name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    IntCounterVec::new(Opts::new(name, help), labels).expect(NAMED)
}

fn gauge(name: &str, help: &str) -> IntGauge {
    IntGauge::new(name, help).expect(NAMED)
}

fn as_gauge(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
