//! Reads a stream of events piece by piece, as a browser would.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;

use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::http::header::HeaderMap;
use serde_json::Value;
use tokio::time::{Duration, timeout};

use crate::shop::{Ask, Device, Portal, get};

/// A story that waits for longer waits for something that does not come.
const LONG: Duration = Duration::from_secs(20);

/// An open stream of events.
pub(crate) struct Watch {
    body: Pin<Box<BoxBody>>,
    pub(crate) headers: HeaderMap,
    /// What has arrived and was not read yet; a comment has no name.
    arrived: VecDeque<(String, Value)>,
    is_patient: bool,
    /// What the stream of a license said last of services: kept apart, since it comes beside what stories are about.
    pub(crate) services: Value,
}

impl Watch {
    /// Opens the stream that `ask` asks for.
    pub(crate) async fn open(portal: &Portal, ask: Ask) -> Self {
        let answer = portal.start(ask).await;
        assert_eq!(answer.status(), 200, "{:?}", answer.response().error());
        let headers = answer.headers().clone();
        Self {
            body: Box::pin(answer.into_body()),
            headers,
            arrived: VecDeque::new(),
            is_patient: false,
            services: Value::Null,
        }
    }

    /// Stops time, which then jumps to whatever the stream waits for.
    pub(crate) fn pause_time(&mut self) {
        tokio::time::pause();
        self.is_patient = true;
    }

    /// What comes next, in whole events: name and data. `None` at the stream's end.
    pub(crate) async fn next(&mut self) -> Option<(String, Value)> {
        while self.arrived.is_empty() {
            let piece = self.piece().await?;
            let text = core::str::from_utf8(&piece).expect("events are text");
            assert!(text.ends_with("\n\n"), "whole events only: {text:?}");
            for (name, data) in text.split_terminator("\n\n").map(read_event) {
                match name.as_str() {
                    "services" => self.services = data,
                    _ => self.arrived.push_back((name, data)),
                }
            }
        }
        self.arrived.pop_front()
    }

    /// The next event, which must have this name.
    #[track_caller]
    pub(crate) fn named(&mut self, name: &'static str) -> impl Future<Output = Value> {
        let caller = std::panic::Location::caller();
        async move {
            let next = self.next().await;
            assert_eq!(next.as_ref().map(|(got, _)| got.as_str()), Some(name), "{caller}: {next:?}");
            next.map(|(_, data)| data).unwrap_or_default()
        }
    }

    /// The stream must end here, with nothing more to read.
    #[track_caller]
    pub(crate) fn end(&mut self) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            let next = self.next().await;
            assert_eq!(next, None, "{caller}: the stream goes on");
        }
    }

    async fn piece(&mut self) -> Option<actix_web::web::Bytes> {
        let piece = poll_fn(|context| self.body.as_mut().poll_next(context));
        let piece = if self.is_patient { piece.await } else { timeout(LONG, piece).await.expect("something arrives") };
        piece.map(|piece| piece.expect("a stream does not fail"))
    }
}

/// Fields of one event; a comment or `retry` is an event of that name.
fn read_event(text: &str) -> (String, Value) {
    if let Some(millis) = text.strip_prefix("retry: ") {
        return ("retry".to_owned(), millis.parse::<u64>().expect("milliseconds").into());
    }
    if text == ": " {
        return (String::new(), Value::Null);
    }
    let (name, data) = text.split_once('\n').expect("an event has two fields");
    let name = name.strip_prefix("event: ").expect("the first is its name").to_owned();
    let data = data.strip_prefix("data: ").expect("the second is its data");
    (name, serde_json::from_str(data).expect("data is JSON"))
}

impl Portal {
    /// Asks for the events of a pass with a proof by the device's key.
    pub(crate) fn ask_events(&self, pass: &str, device: &Device) -> Ask {
        let path = "/api/v1/passes/events";
        get(path).token(pass).proof(&device.proof(self, "GET", path, Some(pass)))
    }

    /// The events of a pass, after those that arrive at once.
    pub(crate) async fn watch(&self, pass: &str, device: &Device) -> Watch {
        let mut watch = Watch::open(self, self.ask_events(pass, device)).await;
        for name in ["retry", "status", "counters", "keys"] {
            watch.named(name).await;
        }
        watch
    }
}
