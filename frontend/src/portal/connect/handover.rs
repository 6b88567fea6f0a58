//! Giving the app its pass, whichever way: issued from a license, by a move that was handed over, or moved here from
//! another of the customer's devices.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::moves::RedeemRequest;
use shared::api::pass::PassRequest;
use shared::id::PassId;

use super::obtain::{issue, redeem};
use super::{AppWindow, Connecting, DeviceName};
use crate::api::{self, Attempt, Fault};
use crate::components::button::button;
use crate::components::el::{el, maybe};
use crate::components::fault::alert;
use crate::components::live::Live;
use crate::portal::errand::AppRequest;
use crate::{browser, phrase, words};

/// One handover, as the form around it shows it.
#[derive(Clone, Copy)]
pub(crate) struct Handover {
    app: StoredValue<AppRequest>,
    window: StoredValue<AppWindow, LocalStorage>,
    /// What this device is to be called.
    pub name: DeviceName,
    /// Why it did not work.
    pub fault: RwSignal<Option<Fault>>,
    /// True while it is under way.
    pub busy: RwSignal<bool>,
    /// True once the app has its pass.
    pub done: RwSignal<bool>,
    attempt: Attempt,
    offering: Attempt,
    connecting: Connecting,
    live: Live,
}

type Work = Pin<Box<dyn Future<Output = Result<(), Fault>>>>;

impl Handover {
    /// For the app in `window`. Nothing is sent yet.
    pub(crate) fn new(app: AppRequest, window: AppWindow) -> Self {
        let window = StoredValue::new_local(window);
        Self {
            app: StoredValue::new(app),
            window,
            name: DeviceName::new(window),
            fault: RwSignal::new(None),
            busy: RwSignal::new(false),
            done: RwSignal::new(false),
            attempt: Attempt::new(),
            offering: Attempt::new(),
            connecting: Connecting::of_app(),
            live: Live::of_app(),
        }
    }

    /// By a pass of the license.
    pub(crate) fn issue(self, license_id: String) {
        self.begin(move |name| {
            let (app, window) = (self.app.get_value(), self.window.get_value());
            let request = PassRequest { name, origin: Some(app.origin) };
            Box::pin(async move { issue(&window, license_id, request, self.attempt).await })
        });
    }

    /// By a move that was handed over, as a portable pass or as a code.
    pub(crate) fn redeem(self, portable_pass: Option<String>, code: Option<String>) {
        self.begin(move |name| {
            let window = self.window.get_value();
            let request = self.request(portable_pass, code, name);
            Box::pin(async move { redeem(&window, request, self.attempt).await.map_err(phrase::move_fault) })
        });
    }

    /// By moving the customer's own pass here from another device, in one go.
    pub(crate) fn move_here(self, pass_id: PassId) {
        self.begin(move |name| {
            let window = self.window.get_value();
            Box::pin(async move {
                let offered = api::offer_move(pass_id, self.offering).await.map_err(phrase::move_fault)?;
                let request = self.request(Some(offered.portable_pass), None, name);
                let answer = redeem(&window, request, self.attempt).await;
                if answer.as_ref().is_err_and(|fault| fault.definite) {
                    // The other device gets its license back now rather than in 15 minutes.
                    let _ = api::cancel_move(offered.move_id).await;
                }
                answer.map_err(phrase::move_fault)
            })
        });
    }

    fn request(self, portable_pass: Option<String>, code: Option<String>, name: String) -> RedeemRequest {
        let app = self.app.get_value();
        RedeemRequest { portable_pass, code, name, audience: Some(app.audience()), origin: Some(app.origin) }
    }

    fn begin(self, work: impl FnOnce(String) -> Work) {
        if self.busy.get_untracked() {
            return;
        }
        let Some(name) = self.name.check() else { return };
        self.busy.set(true);
        self.fault.set(None);
        self.finish(work(name));
    }

    fn finish(self, work: Work) {
        spawn_local(async move {
            let answer = work.await;
            self.busy.try_set(false);
            match answer {
                Ok(()) => {
                    self.done.try_set(true);
                    self.live.say(words::CONNECTED_DONE);
                    self.connecting.finish();
                    browser::close_window();
                }
                Err(fault) => {
                    self.fault.try_set(Some(fault));
                }
            }
        });
    }

    /// What is seen once it is done, where the browser does not let the window close itself.
    pub(crate) fn outcome(self) -> AnyView {
        maybe(move || {
            self.done.get().then(|| {
                let title = el("p", "strong").text(words::CONNECTED_DONE).view();
                let detail = el("p", "").text(words::CONNECTED_DETAIL).view();
                alert("good", vec![title, detail, button("button", words::CLOSE_WINDOW, browser::close_window)])
            })
        })
    }
}
