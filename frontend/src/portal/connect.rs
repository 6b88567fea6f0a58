//! Connecting the app that opened this window: it proves its key, and is handed its pass.

mod app_window;
mod device_name;
mod handover;
mod obtain;

use leptos::prelude::*;

use super::errand::{AppRequest, Errand};
pub(crate) use app_window::AppWindow;
pub(crate) use device_name::{DeviceName, name_problem};
pub(crate) use handover::Handover;

/// The app and its errand; a context of the program that connects.
#[derive(Clone, Copy)]
pub(crate) struct Connecting {
    errand: Errand,
    window: StoredValue<Option<AppWindow>, LocalStorage>,
}

impl Connecting {
    /// Provides the context, with the errand that another page or a reload interrupted.
    pub(crate) fn provide() {
        let connecting = Self { errand: Errand::of_app(), window: StoredValue::new_local(None) };
        provide_context(connecting);
        if let Some(request) = connecting.errand.request_untracked() {
            connecting.listen(&request);
        }
    }

    /// The application's.
    pub(crate) fn of_app() -> Self {
        expect_context()
    }

    /// Takes on `request`; does nothing when it is the one under way. Without an app behind the window there is no errand.
    pub(crate) fn begin(self, request: AppRequest) {
        if self.errand.request_untracked().as_ref() != Some(&request) && self.listen(&request) {
            self.errand.begin(request);
        }
    }

    fn listen(self, request: &AppRequest) -> bool {
        let window = AppWindow::listen(request);
        let is_there = window.is_some();
        self.window.set_value(window);
        if !is_there {
            self.errand.end();
        }
        is_there
    }

    /// The app has its pass. The window still knows what it was about, until it closes.
    pub(crate) fn finish(self) {
        self.errand.finish();
    }

    /// True while an app waits for its pass. Tracks.
    pub(crate) fn is_waiting(self) -> bool {
        self.errand.is_waiting()
    }

    /// What was asked for. Tracks.
    pub(crate) fn request(self) -> Option<AppRequest> {
        self.errand.request()
    }

    /// The app's window, where there is one.
    pub(crate) fn window(self) -> Option<AppWindow> {
        self.window.with_value(Clone::clone)
    }
}
