//! The conversation with the app that opened this window, by `postMessage`.
//!
//! A message is heard only from the window that opened this one, at the origin the app named, with the app's `state`;
//! and sent only there. The page checks with the server that the origin is registered before anything is sent.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::browser;
use crate::portal::errand::AppRequest;

/// How long the app may take to answer before the person is told.
const PATIENCE_MS: i32 = 15_000;

/// The app did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Silent;

/// The window that opened this one.
#[derive(Clone)]
pub(crate) struct AppWindow(Rc<Conversation>);

struct Conversation {
    opener: web_sys::Window,
    origin: String,
    state: String,
    /// What the app calls this device; empty until it has said hello. Lives as long as the conversation, not as the page
    /// on which it began.
    device: ArcRwSignal<Option<String>>,
    waiting: RefCell<Option<(&'static str, js_sys::Function)>>,
    question: Cell<u32>,
    listener: RefCell<Option<WindowListenerHandle>>,
}

impl Drop for Conversation {
    fn drop(&mut self) {
        if let Some(listener) = self.listener.take() {
            listener.remove();
        }
    }
}

impl AppWindow {
    /// Listens to the window that opened this one; `None` when none did, or it has gone.
    pub(super) fn listen(request: &AppRequest) -> Option<Self> {
        let opener = browser::opener()?;
        let conversation = Rc::new(Conversation {
            opener,
            origin: request.origin.clone(),
            state: request.state.clone(),
            device: ArcRwSignal::new(None),
            waiting: RefCell::new(None),
            question: Cell::new(0),
            listener: RefCell::new(None),
        });
        let weak = Rc::downgrade(&conversation);
        let listener = window_event_listener_untyped("message", move |event| {
            if let (Some(conversation), Some(event)) = (weak.upgrade(), event.dyn_ref()) {
                conversation.hear(event);
            }
        });
        conversation.listener.replace(Some(listener));
        Some(Self(conversation))
    }

    /// What the app calls this device, once it has said hello. Tracks.
    pub(crate) fn device(&self) -> Option<String> {
        self.0.device.get()
    }

    /// Tells the app that this window is there.
    pub(crate) fn ready(&self) {
        self.0.post("ready", &[]);
    }

    /// Asks the app for a proof by its key. Errors: no answer in time.
    pub(crate) async fn prove(&self, method: &str, address: &str, nonce: Option<&str>) -> Result<String, Silent> {
        let id = self.0.question.get().wrapping_add(1);
        self.0.question.set(id);
        let mut members = vec![("id", JsValue::from(id)), ("htm", method.into()), ("htu", address.into())];
        members.extend(nonce.map(|nonce| ("nonce", nonce.into())));
        let answer = self.0.ask("prove", &members, "proof").await?;
        text(&answer, "dpop").ok_or(Silent)
    }

    /// Hands the pass over and waits until the app has stored it. Errors: no answer in time.
    pub(crate) async fn hand_over(&self, pass: &str, pass_id: &str) -> Result<(), Silent> {
        self.0.ask("pass", &[("pass", pass.into()), ("pass_id", pass_id.into())], "installed").await.map(drop)
    }
}

impl Conversation {
    fn hear(&self, event: &web_sys::MessageEvent) {
        let from_app = event.source().is_some_and(|source| Object::is(&source, &self.opener));
        let message = event.data();
        let ours = member(&message, "passgate").as_f64() == Some(1.0);
        if !from_app || event.origin() != self.origin || !ours || text(&message, "state") != Some(self.state.clone()) {
            return;
        }
        let kind = text(&message, "type").unwrap_or_default();
        if kind == "hello" {
            self.device.set(Some(text(&message, "name").unwrap_or_default()));
        }
        let about = member(&message, "id");
        let current = about.is_undefined() || about == self.question.get();
        let expected = self.waiting.borrow().as_ref().is_some_and(|(wanted, _)| *wanted == kind) && current;
        if expected && let Some((_, resolve)) = self.waiting.take() {
            // Resolving a promise of ours cannot throw.
            let _ = resolve.call1(&JsValue::UNDEFINED, &message);
        }
    }

    async fn ask(&self, kind: &str, members: &[(&str, JsValue)], wanted: &'static str) -> Result<JsValue, Silent> {
        let answer = Promise::new(&mut |resolve, _| {
            self.waiting.replace(Some((wanted, resolve.clone())));
            // Without a timer the person would wait for ever, with it they are told; failing to set one is no worse.
            let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, PATIENCE_MS);
        });
        self.post(kind, members);
        let answer = JsFuture::from(answer).await.map_err(|_| Silent)?;
        if answer.is_object() { Ok(answer) } else { Err(Silent) }
    }

    fn post(&self, kind: &str, members: &[(&str, JsValue)]) {
        let message = Object::new();
        let head = [("passgate", JsValue::from(1)), ("state", self.state.as_str().into()), ("type", kind.into())];
        for (name, value) in head.iter().chain(members) {
            // Setting a member of a fresh object cannot fail.
            let _ = Reflect::set(&message, &JsValue::from_str(name), value);
        }
        // The browser drops the message when the app has moved to another origin; then `ask` times out.
        let _ = self.opener.post_message(&message, &self.origin);
    }
}

fn member(message: &JsValue, name: &str) -> JsValue {
    Reflect::get(message, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

fn text(message: &JsValue, name: &str) -> Option<String> {
    member(message, name).as_string()
}
