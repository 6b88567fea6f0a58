//! Choosing the license, naming the device, and handing the pass over.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::license::License;
use shared::menu::Menu;
use shared::refusal::RefusalCode;

use crate::api::{self, Attempt, Fault};
use crate::components::button::{button, link, submit};
use crate::components::choice::{Choice, group, radio};
use crate::components::el::{el, maybe, several};
use crate::components::fault::{alert, alert_text, empty, fault_notice};
use crate::components::field::Field;
use crate::components::live::Live;
use crate::components::skeleton::skeleton;
use crate::components::status::is_usable;
use crate::connect::{AppRequest, AppWindow, Connecting};
use crate::load::Loader;
use crate::{browser, phrase, words};

/// The part of the page for those signed in.
pub(super) fn choose(menu: StoredValue<Menu>, request: AppRequest) -> AnyView {
    let loader = Loader::new(move || {
        let request = request.clone();
        async move { all_of_product(&request).await }
    });
    loader.show(
        || skeleton("stack", 2, "skeleton medium"),
        move |licenses| {
            let now = browser::now();
            let usable: Vec<License> = licenses.into_iter().filter(|license| is_usable(license, now)).collect();
            let address = menu.with_value(|menu| format!("/products/{}/{}", menu.vendor.slug, menu.product.slug));
            if usable.is_empty() {
                let detail = menu.with_value(|menu| words::no_license_for(&menu.product.name));
                return empty("key", words::NO_LICENSE, detail, link("button primary", words::CHOOSE_LICENSE, address));
            }
            let Some(window) = Connecting::of_app().window() else { return ().into_any() };
            Handover::new(usable, window).form(address)
        },
    )
}

/// Every license of the app's product, however many pages the list has.
async fn all_of_product(request: &AppRequest) -> Result<Vec<License>, Fault> {
    let mut found = Vec::new();
    let mut cursor = None;
    loop {
        let page = api::list_licenses(cursor.as_deref()).await?;
        found.extend(page.items.into_iter().filter(|license| {
            license.product.vendor.slug.as_str() == request.vendor
                && license.product.product.as_str() == request.product
        }));
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(found),
        }
    }
}

#[derive(Clone, Copy)]
struct Handover {
    licenses: StoredValue<Vec<License>>,
    window: StoredValue<AppWindow, LocalStorage>,
    connecting: Connecting,
    live: Live,
    attempt: Attempt,
    chosen: RwSignal<String>,
    name: RwSignal<String>,
    name_error: RwSignal<Option<String>>,
    fault: RwSignal<Option<Fault>>,
    busy: RwSignal<bool>,
    done: RwSignal<bool>,
}

impl Handover {
    fn new(licenses: Vec<License>, window: AppWindow) -> Self {
        let has_room = |license: &&License| license.terminals.items.len() < license.terminals.limit as usize;
        let first = licenses.iter().find(has_room).or(licenses.first());
        let first = first.map(|license| license.license_id.to_string()).unwrap_or_default();
        Self {
            licenses: StoredValue::new(licenses),
            window: StoredValue::new_local(window),
            connecting: Connecting::of_app(),
            live: Live::of_app(),
            attempt: Attempt::new(),
            chosen: RwSignal::new(first),
            name: RwSignal::new(browser::device_name()),
            name_error: RwSignal::new(None),
            fault: RwSignal::new(None),
            busy: RwSignal::new(false),
            done: RwSignal::new(false),
        }
    }

    fn form(self, menu_address: String) -> AnyView {
        // What the app itself calls the device is better than what we guess, until the person types.
        let untouched = browser::device_name();
        Effect::new(move |_| {
            let device = self.window.with_value(AppWindow::device).filter(|name| !name.is_empty());
            if let Some(device) = device
                && self.name.with_untracked(|name| *name == untouched)
            {
                self.name.set(device.chars().take(100).collect());
            }
        });
        let field = Field {
            name: "name",
            label: words::DEVICE_NAME,
            hint: words::DEVICE_NAME_HINT,
            kind: "text",
            autocomplete: "off",
        };
        let cards = self.licenses.with_value(|licenses| licenses.iter().map(|license| self.card(license)).collect());
        let label = Signal::derive(move || if self.busy.get() { words::CONNECTING } else { words::CONNECT }.to_owned());
        let form = el("form", "card stack wide")
            .attr("novalidate", "")
            .flag("hidden", self.done)
            .on_submit(move || self.send())
            .child(group("choices one", words::WHICH_LICENSE, "", cards))
            .child(field.show(self.name, self.name_error.into()))
            .child(maybe(move || self.fault.get().map(|fault| refusal(&fault))))
            .child(submit("button primary block large", label, self.busy))
            .child(link("", words::BUY_ANOTHER, menu_address));
        several([form.view(), maybe(move || self.done.get().then(finished))])
    }

    fn card(self, license: &License) -> AnyView {
        let now = browser::now();
        let (used, limit) = (license.terminals.items.len(), license.terminals.limit);
        let id = license.license_id.to_string();
        let this = id.clone();
        let card = Choice {
            name: license.offer_name.clone(),
            price: words::devices_taken(used, limit),
            note: phrase::license_term(license.term, now),
            mark: "",
        };
        radio("license", card, Signal::derive(move || self.chosen.get() == id), move || self.chosen.set(this.clone()))
    }

    fn send(self) {
        if self.busy.get_untracked() {
            return;
        }
        let name = self.name.get_untracked().trim().to_owned();
        let wrong = match name.chars().count() {
            0 => Some(words::DEVICE_NAME_MISSING),
            1..=100 => None,
            _ => Some(words::DEVICE_NAME_LONG),
        };
        self.name_error.set(wrong.map(str::to_owned));
        if wrong.is_some() {
            return browser::focus_on("[aria-invalid='true']");
        }
        self.busy.set(true);
        self.fault.set(None);
        let (license, window) = (self.chosen.get_untracked(), self.window.get_value());
        spawn_local(async move {
            let result = hand_over(&license, name, &window, self.attempt).await;
            self.busy.set(false);
            match result {
                Ok(()) => self.finish(),
                Err(fault) => self.fault.set(Some(fault)),
            }
        });
    }

    fn finish(self) {
        self.done.set(true);
        self.live.say(words::CONNECTED_DONE);
        self.connecting.finish();
        browser::close_window();
    }
}

/// Seen only where the browser does not let the window close itself.
fn finished() -> AnyView {
    let title = el("p", "strong").text(words::CONNECTED_DONE).view();
    let detail = el("p", "").text(words::CONNECTED_DETAIL).view();
    alert("good", vec![title, detail, button("button", words::CLOSE_WINDOW, browser::close_window)])
}

fn refusal(fault: &Fault) -> AnyView {
    if fault.is(RefusalCode::DevicesExhausted) {
        return alert_text("warn", words::DEVICES_FULL, words::DEVICES_FULL_DETAIL);
    }
    fault_notice(fault)
}

/// Proof by the app's key, pass from the server, pass to the app. The server may want its nonce in the proof.
async fn hand_over(license: &str, name: String, window: &AppWindow, attempt: Attempt) -> Result<(), Fault> {
    let address = format!("{}{}{}", browser::own_origin(), api::ROOT, api::passes_path(license));
    let silent = |_| Fault::silent_app();
    let proof = window.prove("POST", &address, None).await.map_err(silent)?;
    let mut answer = api::issue_pass(license, name.clone(), &proof, attempt).await;
    let wanted = answer
        .as_ref()
        .err()
        .filter(|fault| fault.is(RefusalCode::ProofInvalid) || fault.is(RefusalCode::ProofRequired));
    if let Some(nonce) = wanted.and_then(|fault| fault.nonce.clone()) {
        let proof = window.prove("POST", &address, Some(&nonce)).await.map_err(silent)?;
        answer = api::issue_pass(license, name, &proof, attempt).await;
    }
    let issued = answer?;
    window.hand_over(&issued.pass, &issued.pass_id.to_string()).await.map_err(silent)
}
