//! Renaming a device, in its place. What is typed is kept for the whole page, so that news about devices does not lose it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::license::License;
use shared::id::PassId;
use wasm_bindgen::JsCast;

use crate::api::{self, Fault};
use crate::components::button::{button, submit};
use crate::components::el::{el, maybe};
use crate::components::fault::fault_notice;
use crate::components::field::Field;
use crate::components::live::Live;
use crate::load::Loader;
use crate::portal::connect::name_problem;
use crate::slot::Slot;
use crate::{browser, words};

/// Which device is being renamed, and to what.
#[derive(Clone, Copy)]
pub(super) struct Rename {
    license: Slot<License>,
    loader: Loader<License>,
    of: Slot<PassId>,
    name: RwSignal<String>,
    error: RwSignal<Option<String>>,
    fault: RwSignal<Option<Fault>>,
    busy: RwSignal<bool>,
    live: Live,
}

impl Rename {
    /// None yet.
    pub(super) fn new(license: Slot<License>, loader: Loader<License>) -> Self {
        Self {
            license,
            loader,
            of: Slot::empty(),
            name: RwSignal::new(String::new()),
            error: RwSignal::new(None),
            fault: RwSignal::new(None),
            busy: RwSignal::new(false),
            live: Live::of_app(),
        }
    }

    /// The id of the button that begins it, which has the focus again afterwards.
    pub(super) fn button_id(pass_id: PassId) -> String {
        format!("rename-{pass_id}")
    }

    /// Begins with the name that the device has.
    pub(super) fn begin(self, pass_id: PassId, name: String) {
        self.name.set(name);
        self.error.set(None);
        self.fault.set(None);
        self.of.fill(pass_id);
        browser::focus_on("#device-name");
    }

    /// True while that device is being renamed. Tracks.
    pub(super) fn is_of(self, pass_id: PassId) -> bool {
        self.of.with(|of| *of == pass_id).unwrap_or(false)
    }

    fn end(self, pass_id: PassId) {
        self.of.clear();
        browser::focus_on(&format!("#{}", Self::button_id(pass_id)));
    }

    /// The input. Escape leaves the name as it was.
    pub(super) fn form(self, pass_id: PassId) -> AnyView {
        let end = move || self.end(pass_id);
        let keys = move |event: web_sys::Event| {
            if event.dyn_ref::<web_sys::KeyboardEvent>().is_some_and(|event| event.key() == "Escape") {
                end();
            }
        };
        let field =
            Field { name: "device-name", label: words::DEVICE_NAME, hint: "", kind: "text", autocomplete: "off" };
        let buttons = el("div", "row").child(submit("button primary", words::SAVE, self.busy)).child(button(
            "button",
            words::KEEP,
            end,
        ));
        el("form", "rename stack tight")
            .attr("novalidate", "")
            .on_submit(move || self.send(pass_id))
            .on("keydown", keys)
            .child(field.show(self.name, self.error.into()))
            .child(maybe(move || self.fault.get().map(|fault| fault_notice(&fault))))
            .child(buttons)
            .into()
    }

    fn send(self, pass_id: PassId) {
        let wanted = self.name.get_untracked().trim().to_owned();
        let problem = name_problem(&wanted);
        self.error.set(problem.map(str::to_owned));
        if problem.is_some() {
            return browser::focus_on("[aria-invalid='true']");
        }
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.fault.set(None);
        let license_id = self.license.peek(|license| license.license_id.to_string()).unwrap_or_default();
        spawn_local(async move {
            let answer = api::rename_terminal(&license_id, pass_id, wanted).await;
            self.busy.try_set(false);
            match answer {
                Ok(()) => {
                    self.live.toast(words::RENAMED);
                    self.loader.refresh();
                    self.end(pass_id);
                }
                Err(refused) => {
                    self.fault.try_set(Some(refused));
                }
            }
        });
    }
}
