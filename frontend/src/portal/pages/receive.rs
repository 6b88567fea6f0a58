//! `/receive`: receiving a license from another device: scanned, typed or from a file; shown first, then taken.
//!
//! Alone it leads to the app, which has this device's key. In the window that an app opened it takes the license for that
//! app. A code in the address's fragment is read and removed from it.

mod arrival;
mod given;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::moves::{MovePreview, PreviewRequest};

use crate::api::{self, Fault};
use crate::components::button::{plain, submit};
use crate::components::el::{dynamic, el, keyed, maybe, several};
use crate::components::fault::fault_notice;
use crate::components::field::Field;
use crate::components::icon::icon;
use crate::components::live::Live;
use crate::components::page::{Width, page};
use crate::load::derived;
use crate::portal::connect::Connecting;
use crate::portal::errand::AppRequest;
use crate::portal::qr;
use crate::slot::Slot;
use crate::{browser, phrase, words};
use given::Given;

use super::connect::for_app;

const VIDEO: &str = "viewfinder";
const FILE: &str = "carried-file";

/// The page.
pub(crate) fn receive() -> AnyView {
    let connecting = Connecting::of_app();
    let content = dynamic(move || match connecting.request().filter(|_| connecting.is_waiting()) {
        Some(request) => for_app(request.clone(), move |_| Receiving::new(Some(request.clone())).show()),
        None => Receiving::new(None).show(),
    });
    let title = Signal::stored(words::RECEIVE_TITLE.to_owned());
    page(Width::Narrow, title, Some(Signal::stored(words::RECEIVE_LEAD.to_owned())), content)
}

#[derive(Clone, Copy)]
struct Receiving {
    /// The app that waits, in its window.
    app: StoredValue<Option<AppRequest>>,
    text: RwSignal<String>,
    error: RwSignal<Option<String>>,
    fault: RwSignal<Option<Fault>>,
    busy: RwSignal<bool>,
    /// Ends the camera.
    scan: StoredValue<Option<web_sys::AbortController>, LocalStorage>,
    is_scanning: RwSignal<bool>,
    /// What would arrive, and by what it was asked for.
    found: Slot<(Given, MovePreview)>,
    live: Live,
}

impl Receiving {
    fn new(app: Option<AppRequest>) -> Self {
        let receiving = Self {
            app: StoredValue::new(app),
            text: RwSignal::new(String::new()),
            error: RwSignal::new(None),
            fault: RwSignal::new(None),
            busy: RwSignal::new(false),
            scan: StoredValue::new_local(None),
            is_scanning: RwSignal::new(false),
            found: Slot::empty(),
            live: Live::of_app(),
        };
        receiving.read_address();
        let listener = window_event_listener_untyped("hashchange", move |_| receiving.read_address());
        on_cleanup(move || {
            listener.remove();
            receiving.stop_scan();
        });
        receiving
    }

    /// Takes the code out of the address, where it would stay in the browser's history.
    fn read_address(self) {
        let address = browser::current_address();
        let Some((rest, code)) = address.split_once('#').filter(|(_, code)| !code.is_empty()) else { return };
        browser::replace_address(rest);
        self.found.clear();
        self.text.set(code.to_owned());
        self.look(code, words::CODE_WRONG);
    }

    fn show(self) -> AnyView {
        keyed(
            move || self.found.is_filled().to_string(),
            move || {
                let show = |(given, preview): &(Given, MovePreview)| {
                    arrival::arrival(self.app.get_value(), given.clone(), preview, move || self.begin_again())
                };
                self.found.peek(show).unwrap_or_else(|| self.form())
            },
        )
    }

    fn begin_again(self) {
        self.found.clear();
        browser::focus_on("#code");
    }

    fn form(self) -> AnyView {
        let field = Field {
            name: "code",
            label: words::CODE_FIELD,
            hint: words::CODE_FIELD_HINT,
            kind: "text",
            autocomplete: "off",
        };
        let label = derived(move || if self.busy.get() { words::LOOKING } else { words::LOOK }.to_owned());
        let send = move || self.look(&self.text.get_untracked(), words::CODE_WRONG);
        let form = el("form", "stack")
            .attr("novalidate", "")
            .on_submit(send)
            .child(field.show(self.text, self.error.into()))
            .child(maybe(move || self.fault.get().map(|fault| fault_notice(&fault))))
            .child(submit("button primary block", label, self.busy));
        el("section", "card stack")
            .attr("aria-label", words::RECEIVE_TITLE)
            .child(form)
            .child(el("hr", ""))
            .child(self.other_ways())
            .into()
    }

    /// The camera, and files.
    fn other_ways(self) -> AnyView {
        let camera = dynamic(move || {
            if self.is_scanning.get() {
                let video = el("video", "viewfinder")
                    .attr("id", VIDEO)
                    .attr("muted", "")
                    .attr("playsinline", "")
                    .attr("aria-label", words::VIEWFINDER);
                let stop = plain("button block").text(words::STOP_SCAN).on_click(move || self.stop_scan());
                several([video.view(), stop.view()])
            } else {
                let scan = plain("button block").child(icon("camera")).text(words::SCAN);
                scan.on_click(move || self.scan()).into()
            }
        });
        let input = el("input", "visually-hidden")
            .attr("type", "file")
            .attr("id", FILE)
            .attr("accept", ".portable-pass,application/jwt,text/plain,image/*")
            .on("change", move |_| self.read_file());
        let file = el("label", "button block").child(input).child(icon("document")).text(words::CHOOSE_FILE);
        el("div", "stack tight")
            .attr("role", "group")
            .attr("aria-label", words::OTHER_WAYS)
            .child(camera)
            .child(file)
            .into()
    }

    fn scan(self) {
        let Ok(controller) = web_sys::AbortController::new() else { return };
        let signal = controller.signal();
        self.scan.set_value(Some(controller));
        self.is_scanning.set(true);
        self.error.set(None);
        self.fault.set(None);
        spawn_local(async move {
            let seen = qr::scan(VIDEO, &signal).await;
            // Stopped, or the page has gone.
            if signal.aborted() {
                return;
            }
            self.stop_scan();
            match seen {
                Ok(Some(text)) => self.take(&text, words::QR_WRONG),
                Ok(None) => {}
                Err(_) => self.complain(words::CAMERA_FAILED),
            }
        });
    }

    fn stop_scan(self) {
        self.scan.try_update_value(|scan| {
            if let Some(controller) = scan.take() {
                controller.abort();
            }
        });
        self.is_scanning.try_set(false);
    }

    fn read_file(self) {
        spawn_local(async move {
            match qr::read(FILE).await {
                Ok(Some(text)) => self.take(&text, words::FILE_WRONG),
                Ok(None) => {}
                Err(_) => self.complain(words::FILE_WRONG),
            }
        });
    }

    /// What was scanned or read; it stands in the field only when it is of use.
    fn take(self, text: &str, wrong: &'static str) {
        if let Some(given) = Given::read(text) {
            self.text.try_set(given.to_string());
        }
        self.look(text, wrong);
    }

    fn complain(self, wrong: &'static str) {
        self.fault.try_set(None);
        self.error.try_set(Some(wrong.to_owned()));
        browser::focus_on("#code");
    }

    /// Asks what would arrive.
    fn look(self, text: &str, wrong: &'static str) {
        let Some(given) = Given::read(text) else { return self.complain(wrong) };
        if self.busy.try_get_untracked() != Some(false) {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        self.fault.set(None);
        let audience = self.app.with_value(|app| app.as_ref().map(AppRequest::audience));
        spawn_local(async move {
            let (portable_pass, code) = given.members();
            let answer = api::preview_move(&PreviewRequest { portable_pass, code, audience }).await;
            self.busy.try_set(false);
            match answer {
                Ok(preview) => {
                    self.live.say(words::ARRIVES);
                    self.found.fill((given, preview));
                    browser::focus_on("h1");
                }
                Err(fault) => {
                    self.fault.try_set(Some(phrase::move_fault(fault)));
                    browser::focus_on("#code");
                }
            }
        });
    }
}
