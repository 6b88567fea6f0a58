//! Following what changes at the server while a page is shown: by a stream of events, and by asking now and then where
//! there is none.
//!
//! A page that is hidden follows nothing: a browser has only a few connections to one host, and other tabs need them.

use std::time::Duration;

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use crate::api;
use crate::load::Loader;

/// How often the server is asked while there is no stream.
const ASK: Duration = Duration::from_secs(10);

/// Keeps `loader` up to date with the stream at `address`, whose events called `name` carry what it fetches, until the
/// page goes.
pub(crate) fn follow<T>(loader: Loader<T>, address: String, name: &'static str)
where
    T: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    let hear = move |text: String| {
        if let Ok(answer) = api::read(&text) {
            loader.take(answer);
        }
    };
    follow_stream(Stream::new(address, name, Box::new(hear)), Box::new(move || loader.refresh()));
}

fn follow_stream(stream: Stream, ask: Box<dyn Fn()>) {
    let ask = StoredValue::new_local(ask);
    // Goes with the page, and closes itself then.
    let stream = StoredValue::new_local(stream);
    let look = move || {
        stream.update_value(|stream| {
            if document().hidden() {
                return stream.close();
            }
            if !stream.is_open() {
                stream.open();
                ask.with_value(|ask| ask());
            }
        });
    };
    stream.update_value(Stream::open);
    if let Ok(timer) = set_interval_with_handle(look, ASK) {
        on_cleanup(move || timer.clear());
    }
    for event in ["visibilitychange", "online"] {
        let listener = window_event_listener_untyped(event, move |_| look());
        on_cleanup(move || listener.remove());
    }
}

struct Stream {
    address: String,
    name: &'static str,
    source: Option<EventSource>,
    hear: Closure<dyn FnMut(MessageEvent)>,
}

impl Stream {
    fn new(address: String, name: &'static str, hear: Box<dyn Fn(String)>) -> Self {
        let hear = move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                hear(text);
            }
        };
        Self { address, name, source: None, hear: Closure::new(hear) }
    }

    /// Opens it, or opens it again where the browser gave up. One that is being opened is left alone.
    fn open(&mut self) {
        if self.source.as_ref().is_some_and(|source| source.ready_state() != EventSource::CLOSED) {
            return;
        }
        let Ok(source) = EventSource::new(&self.address) else { return };
        // Without the listener nothing is heard, and the page asks now and then.
        let _ = source.add_event_listener_with_callback(self.name, self.hear.as_ref().unchecked_ref());
        self.source = Some(source);
    }

    fn is_open(&self) -> bool {
        self.source.as_ref().is_some_and(|source| source.ready_state() == EventSource::OPEN)
    }

    fn close(&mut self) {
        if let Some(source) = self.source.take() {
            source.close();
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.close();
    }
}

/// The time now, looked at again after each `period`, until the page goes.
pub(crate) fn ticking(period: Duration) -> ReadSignal<shared::time::Timestamp> {
    let (now, set_now) = signal(crate::browser::now());
    if let Ok(timer) = set_interval_with_handle(move || set_now.set(crate::browser::now()), period) {
        on_cleanup(move || timer.clear());
    }
    now
}
