//! Who is signed in, as one signal that every page reads.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::account::Account;
use wasm_bindgen::JsCast;

use crate::{api, browser};

/// What windows tell each other by.
const SIGNED_IN_BESIDE: &str = "passgate.signed_in";

/// What is known about the person at the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Not asked yet, or the server cannot be reached.
    Unknown,
    /// Nobody is signed in.
    Anonymous,
    /// This account is.
    SignedIn(Account),
}

/// The session, and what the installation offers; a context of the whole application.
#[derive(Clone, Copy)]
pub struct Session {
    /// Who is signed in.
    pub who: RwSignal<Who>,
}

impl Session {
    /// Provides the session and asks the server for it.
    pub fn provide() -> Self {
        let session = Self { who: RwSignal::new(Who::Unknown) };
        provide_context(session);
        session.refresh();
        // Back from another program's page as this one was left: somebody may have signed in or out there.
        let _ = window_event_listener_untyped("pageshow", move |event| {
            let is_old =
                event.dyn_ref::<web_sys::PageTransitionEvent>().is_some_and(web_sys::PageTransitionEvent::persisted);
            if is_old {
                session.refresh();
            }
        });
        // A window beside this one, in which somebody signed in for both.
        let _ = window_event_listener_untyped("storage", move |event| {
            let key = js_sys::Reflect::get(&event, &"key".into()).ok().and_then(|key| key.as_string());
            if key.as_deref() == Some(SIGNED_IN_BESIDE) {
                session.refresh();
            }
        });
        session
    }

    /// Tells the windows beside this one that somebody signed in here.
    pub fn announce(self) {
        browser::announce(SIGNED_IN_BESIDE);
    }

    /// The session of the application.
    pub fn of_app() -> Self {
        expect_context()
    }

    /// Asks the server again, as after coming back online.
    pub fn refresh(self) {
        spawn_local(async move {
            if let Ok(answer) = api::get_session().await {
                self.take(answer);
            }
        });
    }

    /// Believes `answer`, as after signing in.
    pub fn take(self, answer: shared::api::account::Session) {
        let who = answer.account.map_or(Who::Anonymous, Who::SignedIn);
        if self.who.with_untracked(|known| *known != who) {
            self.who.set(who);
        }
    }

    /// Notes that the server no longer knows the session.
    pub fn lapse(self) {
        self.who.set(Who::Anonymous);
    }

    /// Whether somebody is signed in, once that is known.
    pub fn is_signed_in(self) -> Memo<Option<bool>> {
        Memo::new(move |_| {
            self.who.with(|who| match who {
                Who::Unknown => None,
                Who::Anonymous => Some(false),
                Who::SignedIn(_) => Some(true),
            })
        })
    }

    /// The account, where somebody is signed in. Tracks.
    pub fn account(self) -> Option<Account> {
        match self.who.get() {
            Who::SignedIn(account) => Some(account),
            Who::Unknown | Who::Anonymous => None,
        }
    }
}
