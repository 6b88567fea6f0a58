//! The one polite live region, and the short message that also shows for a while.

use std::time::Duration;

use leptos::prelude::*;

use super::el::{el, maybe, several};
use crate::browser;

const TOAST_SECONDS: u64 = 6;

/// What was said last thing before another program's page came: it says it again, since nobody has read it.
const MEMORY: &str = "passgate.toast";

/// Says things to the person at the screen; a context of the whole application.
#[derive(Clone, Copy)]
pub struct Live {
    spoken: RwSignal<String>,
    shown: RwSignal<Option<(u32, String)>>,
}

impl Live {
    /// Provides the context.
    pub fn provide() -> Self {
        let live = Self { spoken: RwSignal::new(String::new()), shown: RwSignal::new(None) };
        provide_context(live);
        if let Some(text) = browser::recall(MEMORY) {
            browser::remember(MEMORY, None);
            live.toast(&text);
        }
        // The application lives as long as the page, and so does this.
        let _ = window_event_listener_untyped("pagehide", move |_| {
            live.shown.with_untracked(|shown| browser::remember(MEMORY, shown.as_ref().map(|(_, text)| text.as_str())));
        });
        live
    }

    /// The application's.
    pub fn of_app() -> Self {
        expect_context()
    }

    /// Says `text` to those who listen to the page.
    pub fn say(self, text: &str) {
        // Screen readers skip a text that stands there already; a trailing space makes it another one.
        self.spoken.update(|spoken| *spoken = if spoken == text { format!("{text} ") } else { text.to_owned() });
    }

    /// Says `text`, and shows it for a few seconds.
    pub fn toast(self, text: &str) {
        self.say(text);
        let number = self.shown.with_untracked(|shown| shown.as_ref().map_or(0, |(number, _)| number.wrapping_add(1)));
        self.shown.set(Some((number, text.to_owned())));
        let hide = move || {
            if self.shown.with_untracked(|shown| shown.as_ref().is_some_and(|(shown, _)| *shown == number)) {
                self.shown.set(None);
            }
        };
        set_timeout(hide, Duration::from_secs(TOAST_SECONDS));
    }

    /// The region itself; stands once, at the end of the page.
    pub fn region(self) -> AnyView {
        let toast = maybe(move || self.shown.get().map(|(_, text)| el("p", "toast").text(text).view()));
        let spoken: Signal<String> = self.spoken.into();
        several([
            el("p", "visually-hidden").attr("role", "status").attr("aria-live", "polite").text(spoken).view(),
            el("div", "toasts").attr("aria-hidden", "true").child(toast).view(),
        ])
    }
}
