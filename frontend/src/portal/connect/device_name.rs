//! What the customer calls this device: proposed, editable, checked.

use leptos::prelude::*;

use super::AppWindow;
use crate::components::field::Field;
use crate::load::whenever;
use crate::{browser, words};

const ID: &str = "name";
const LONGEST: usize = 100;

/// What is wrong with a device's name, as a sentence.
pub(crate) fn name_problem(name: &str) -> Option<&'static str> {
    match name.chars().count() {
        0 => Some(words::DEVICE_NAME_MISSING),
        1..=LONGEST => None,
        _ => Some(words::DEVICE_NAME_LONG),
    }
}

/// The name, being typed.
#[derive(Clone, Copy)]
pub(crate) struct DeviceName {
    name: RwSignal<String>,
    error: RwSignal<Option<String>>,
}

impl DeviceName {
    /// Begins with what the app calls the device, which is better than what we guess, unless the person is already there.
    pub(crate) fn new(window: StoredValue<AppWindow, LocalStorage>) -> Self {
        let untouched = browser::device_name();
        let name = RwSignal::new(untouched.clone());
        whenever(move || {
            let device = window.with_value(AppWindow::device).filter(|name| !name.is_empty());
            if let Some(device) = device
                && !browser::has_focus(ID)
                && name.with_untracked(|name| *name == untouched)
            {
                name.set(device.chars().take(LONGEST).collect());
            }
        });
        Self { name, error: RwSignal::new(None) }
    }

    /// The input.
    pub(crate) fn field(self) -> AnyView {
        let field = Field {
            name: ID,
            label: words::DEVICE_NAME,
            hint: words::DEVICE_NAME_HINT,
            kind: "text",
            autocomplete: "off",
        };
        field.show(self.name, self.error.into())
    }

    /// The name, where it is one; otherwise says what is wrong, beside the input.
    pub(crate) fn check(self) -> Option<String> {
        let name = self.name.get_untracked().trim().to_owned();
        let problem = name_problem(&name);
        self.error.set(problem.map(str::to_owned));
        if problem.is_some() {
            browser::focus_on("[aria-invalid='true']");
            return None;
        }
        Some(name)
    }
}
