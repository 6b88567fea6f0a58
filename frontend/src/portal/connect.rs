//! The connect window's errand: which app asked for a pass, kept while the customer signs in or buys on the way.

mod app_window;
mod device_name;
mod handover;
mod obtain;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{api, browser};
pub(crate) use app_window::AppWindow;
pub(crate) use device_name::{DeviceName, name_problem};
pub(crate) use handover::Handover;

/// Where the errand is kept across a reload of the window.
const MEMORY: &str = "passgate.connect";

/// What the app asked for when it opened the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AppRequest {
    /// The vendor's slug.
    pub vendor: String,
    /// The product's slug.
    pub product: String,
    /// The app's origin: the only one that is ever sent anything.
    pub origin: String,
    /// What the app tells its window by.
    pub state: String,
}

impl AppRequest {
    /// What a license must be for, as tokens name it: `acme/sketchpad`.
    pub(crate) fn audience(&self) -> String {
        format!("{}/{}", self.vendor, self.product)
    }
}

/// The errand; a context of the whole application.
#[derive(Clone, Copy)]
pub(crate) struct Connecting {
    request: RwSignal<Option<AppRequest>>,
    window: StoredValue<Option<AppWindow>, LocalStorage>,
    finished: RwSignal<bool>,
}

impl Connecting {
    /// Provides the context, with the errand that a reload interrupted.
    pub(crate) fn provide() -> Self {
        let remembered = browser::recall(MEMORY).and_then(|text| api::read(&text).ok());
        let connecting =
            Self { request: RwSignal::new(None), window: StoredValue::new_local(None), finished: RwSignal::new(false) };
        provide_context(connecting);
        if let Some(request) = remembered {
            connecting.begin(request);
        }
        connecting
    }

    /// The application's.
    pub(crate) fn of_app() -> Self {
        expect_context()
    }

    /// Takes on `request`; does nothing when it is the one under way. Without an app behind the window there is no errand.
    pub(crate) fn begin(self, request: AppRequest) {
        if self.request.with_untracked(|known| known.as_ref() == Some(&request)) {
            return;
        }
        let Some(window) = AppWindow::listen(&request) else { return self.end() };
        browser::remember(MEMORY, api::write(&request).ok().as_deref());
        self.window.set_value(Some(window));
        self.finished.set(false);
        self.request.set(Some(request));
    }

    fn end(self) {
        browser::remember(MEMORY, None);
        self.window.set_value(None);
        self.request.set(None);
    }

    /// The app has its pass. The window still knows what it was about, until it closes.
    pub(crate) fn finish(self) {
        browser::remember(MEMORY, None);
        self.finished.set(true);
    }

    /// True while an app waits for its pass. Tracks.
    pub(crate) fn is_waiting(self) -> bool {
        self.request.with(Option::is_some) && !self.finished.get()
    }

    /// What was asked for. Tracks.
    pub(crate) fn request(self) -> Option<AppRequest> {
        self.request.get()
    }

    /// The app's window, where there is one.
    pub(crate) fn window(self) -> Option<AppWindow> {
        self.window.with_value(Clone::clone)
    }
}
