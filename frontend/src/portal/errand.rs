//! The connect window's errand: which app asked for a pass, kept while the customer signs in or buys on the way.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::components::sources::is_beside;
use crate::{api, browser};

/// Where the errand is kept when the window leads to another program's page, or is loaded again.
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
pub(crate) struct Errand {
    request: RwSignal<Option<AppRequest>>,
    finished: RwSignal<bool>,
}

impl Errand {
    /// Provides the context, with the errand that was interrupted. A window that nobody opened has none, nor has the one in
    /// which somebody signs in beside it.
    pub(crate) fn provide() {
        let remembered = browser::recall(MEMORY).and_then(|text| api::read(&text).ok());
        let request = remembered.filter(|_| browser::opener().is_some() && !is_beside());
        provide_context(Self { request: RwSignal::new(request), finished: RwSignal::new(false) });
    }

    /// The application's.
    pub(crate) fn of_app() -> Self {
        expect_context()
    }

    /// Takes on `request`.
    pub(crate) fn begin(self, request: AppRequest) {
        browser::remember(MEMORY, api::write(&request).ok().as_deref());
        self.finished.set(false);
        self.request.set(Some(request));
    }

    /// Gives it up.
    pub(crate) fn end(self) {
        browser::remember(MEMORY, None);
        self.request.set(None);
    }

    /// It is done. The window still knows what it was about, until it closes.
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

    /// The same without being told of changes.
    pub(crate) fn request_untracked(self) -> Option<AppRequest> {
        self.request.get_untracked()
    }
}
