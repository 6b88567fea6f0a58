//! Event streams: what a page shows stays true, since every change is sent as a server-sent event.
//!
//! A stream knows nothing by itself. Whenever it is woken it reads the store once, and sends what differs from what it sent
//! last: changes that come faster than the reader takes them become one, and a slow reader holds one message at most.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::pending;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use actix_web::web::{self, Bytes};
use actix_web::{HttpResponse, HttpResponseBuilder};
use futures_util::stream::unfold;
use serde::Serialize;
use shared::time::Timestamp;
use tokio::sync::watch;
use tokio::time::{Sleep, sleep};

use crate::app::App;
use crate::error::Failure;
use crate::store::{Outcome, StoreError, Tx};

pub(super) mod license;
mod open;
pub(super) mod pass;

pub use license::watch_license;
pub use open::{MAX_STREAMS, MAX_STREAMS_EACH, OpenStreams, Place};
pub use pass::watch_pass;

/// How often a stream looks by itself, and says that it lives: so late what another process wrote arrives at most.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The least time between two looks: a license that is used thousands of times a second is read twenty times.
const PAUSE: Duration = Duration::from_millis(50);

/// The first words of every stream: how many milliseconds to wait before coming again.
const RETRY: &str = "retry: 1000\n\n";

/// A comment, which readers skip.
const ALIVE: &str = ": \n\n";

/// What there is to tell at a moment.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Each event's name and data; of one name, once.
    events: Vec<(&'static str, String)>,
    /// When time alone will change it.
    changes_at: Option<Timestamp>,
    /// Nothing will change any more.
    is_last: bool,
}

impl Seen {
    fn add(&mut self, name: &'static str, data: &impl Serialize) -> Outcome<()> {
        let data = serde_json::to_string(data).map_err(|error| StoreError::Fault(error.to_string()))?;
        self.events.push((name, data));
        Ok(())
    }
}

/// Reads what there is to tell; a refusal ends the stream.
type See = dyn Fn(&mut dyn Tx, Timestamp) -> Outcome<Seen> + Send + Sync;

/// A stream of events about whatever `see` sees.
struct Stream {
    app: web::Data<App>,
    see: Arc<See>,
    changes: Vec<watch::Receiver<()>>,
    place: Place,
    sent: BTreeMap<&'static str, String>,
    /// What is to be sent at once.
    first: Option<String>,
    is_over: bool,
    /// When it has been silent for long enough.
    heartbeat: Pin<Box<Sleep>>,
    /// When it may look again.
    pause: Pin<Box<Sleep>>,
    /// When time alone changes something.
    alarm: Option<Pin<Box<Sleep>>>,
}

/// Why a stream stops waiting.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Woken {
    /// Something may have changed.
    Changed,
    /// It has been silent for long enough.
    Silent,
    /// Its place was taken away.
    Ended,
}

/// Answers with a stream of what `see` sees, now and whenever one of `changes` is told.
///
/// `changes` must have been subscribed to before. Errors: those of the first look.
async fn answer(
    app: web::Data<App>,
    changes: Vec<watch::Receiver<()>>,
    place: Place,
    see: Arc<See>,
) -> Result<HttpResponse, Failure> {
    let mut stream = Stream {
        app,
        see,
        changes,
        place,
        sent: BTreeMap::new(),
        first: None,
        is_over: false,
        heartbeat: Box::pin(sleep(HEARTBEAT)),
        pause: Box::pin(sleep(Duration::ZERO)),
        alarm: None,
    };
    let events = stream.look().await?;
    stream.first = Some([RETRY, &events].concat());
    let body = unfold(stream, |mut stream| async {
        let text = stream.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(text)), stream))
    });
    let mut answer = HttpResponse::Ok();
    for (name, value) in headers() {
        HttpResponseBuilder::insert_header(&mut answer, (name, value));
    }
    Ok(answer.streaming(body))
}

/// No cache and no proxy may hold events back.
const fn headers() -> [(HeaderName, &'static str); 3] {
    let accel = HeaderName::from_static("x-accel-buffering");
    [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-store"), (accel, "no")]
}

impl Stream {
    /// The next piece of the body; `None` at its end.
    async fn next(&mut self) -> Option<String> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        while !self.is_over {
            let woken = self.wait().await;
            if woken == Woken::Ended {
                return None;
            }
            let events = match self.look().await {
                Ok(events) => events,
                Err(StoreError::Refused(_)) => return None,
                // The store will be asked again; what is shown meanwhile was true a moment ago.
                Err(error) => {
                    tracing::warn!(cause = %error, "an event stream could not look");
                    self.alarm = Some(Box::pin(sleep(HEARTBEAT / 15)));
                    String::new()
                }
            };
            if !events.is_empty() || woken == Woken::Silent {
                self.heartbeat = Box::pin(sleep(HEARTBEAT));
                return Some(if events.is_empty() { ALIVE.to_owned() } else { events });
            }
        }
        None
    }

    async fn wait(&mut self) -> Woken {
        let Self { changes, place, heartbeat, pause, alarm, .. } = self;
        let woken = tokio::select! {
            biased;
            () = place.ended() => return Woken::Ended,
            () = any(changes) => Woken::Changed,
            () = at(alarm.as_mut()) => Woken::Changed,
            () = heartbeat => Woken::Silent,
        };
        tokio::select! {
            biased;
            () = place.ended() => Woken::Ended,
            () = pause => woken,
        }
    }

    /// Reads the store; the events that differ from the last ones, as they are sent.
    async fn look(&mut self) -> Outcome<String> {
        // What is told from here on is looked at again.
        for change in &mut self.changes {
            change.mark_unchanged();
        }
        self.pause = Box::pin(sleep(PAUSE));
        let (now, see) = (self.app.clock.now(), Arc::clone(&self.see));
        let seen = self.app.store.read(move |tx| see(tx, now)).await?;
        self.is_over = seen.is_last;
        self.alarm = seen.changes_at.and_then(|time| {
            let seconds = u64::try_from(time.as_unix().saturating_sub(now.as_unix())).ok()?;
            // Sooner than that, the heartbeat comes; later ones are set then.
            (seconds <= HEARTBEAT.as_secs()).then(|| Box::pin(sleep(Duration::from_secs(seconds.max(1)))))
        });
        let mut events = String::new();
        for (name, data) in seen.events {
            if self.sent.get(name) != Some(&data) {
                events.extend(["event: ", name, "\ndata: ", &data, "\n\n"]);
                self.sent.insert(name, data);
            }
        }
        Ok(events)
    }
}

/// Resolves when one of them has changed.
async fn any(changes: &mut [watch::Receiver<()>]) {
    let each = changes.iter_mut().map(|change| {
        Box::pin(async {
            if change.changed().await.is_err() {
                // Nobody can tell any more.
                pending::<()>().await;
            }
        })
    });
    futures_util::future::select_all(each).await;
}

async fn at(alarm: Option<&mut Pin<Box<Sleep>>>) {
    match alarm {
        Some(alarm) => alarm.await,
        None => pending().await,
    }
}
