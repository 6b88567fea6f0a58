//! Identifiers of a license: those that are good, making one, replacing one, ending one. A new one is shown once.

use leptos::prelude::*;
use shared::api::leases::{Identifier, IdentifierRequest, LicenseServices};
use shared::id::IdentifierId;
use shared::time::{Date, Timestamp};

use super::section;
use crate::api::{self, Attempt};
use crate::components::button::{button, plain, submit};
use crate::components::copy::copy;
use crate::components::dialog::{confirm, dialog};
use crate::components::el::{dynamic, el, keyed, several};
use crate::components::field::Field;
use crate::load::{Loader, derived};
use crate::portal::doing::Doing;
use crate::slot::Slot;
use crate::{browser, intl, words};

const LABEL: Field = Field {
    name: "label",
    label: words::IDENTIFIER_LABEL,
    hint: words::IDENTIFIER_LABEL_HINT,
    kind: "text",
    autocomplete: "off",
};
const END: Field = Field {
    name: "expires_at",
    label: words::IDENTIFIER_END,
    hint: words::IDENTIFIER_END_HINT,
    kind: "date",
    autocomplete: "off",
};
const USES: Field = Field {
    name: "uses",
    label: words::IDENTIFIER_USES,
    hint: words::IDENTIFIER_USES_HINT,
    kind: "number",
    autocomplete: "off",
};

/// A value that is typed, and what is wrong with it.
#[derive(Clone, Copy)]
struct Typed {
    value: RwSignal<String>,
    wrong: RwSignal<Option<String>>,
}

impl Typed {
    fn new() -> Self {
        Self { value: RwSignal::new(String::new()), wrong: RwSignal::new(None) }
    }

    fn set(self, value: String) {
        self.value.set(value);
        self.wrong.set(None);
    }

    fn show(self, field: Field) -> AnyView {
        field.show(self.value, self.wrong.into())
    }

    /// What `read` makes of it; says `wrong` where that is nothing.
    fn read<T>(self, read: impl FnOnce(&str) -> Option<T>, wrong: &'static str) -> Option<T> {
        let value = self.value.with_untracked(|value| read(value.trim()));
        self.wrong.set(value.is_none().then(|| wrong.to_owned()));
        value
    }
}

#[derive(Clone, Copy)]
struct Identifiers {
    found: Slot<LicenseServices>,
    loader: Loader<LicenseServices>,
    /// Whether the dialog that makes one is open, and the one that ends one.
    makes: RwSignal<bool>,
    ends: RwSignal<bool>,
    /// Which one is to be replaced or ended, and what it is called.
    of: RwSignal<Option<(IdentifierId, String)>>,
    /// The new one, while it is shown.
    made: RwSignal<String>,
    label: Typed,
    end: Typed,
    uses: Typed,
    doing: Doing,
    attempt: Attempt,
}

/// The section.
pub(super) fn identifiers(found: Slot<LicenseServices>, loader: Loader<LicenseServices>) -> AnyView {
    let identifiers = Identifiers {
        found,
        loader,
        makes: RwSignal::new(false),
        ends: RwSignal::new(false),
        of: RwSignal::new(None),
        made: RwSignal::new(String::new()),
        label: Typed::new(),
        end: Typed::new(),
        uses: Typed::new(),
        doing: Doing::new(),
        attempt: Attempt::new(),
    };
    let key = move || found.with(|found| format!("{} {:?}", found.seats.limit, found.identifiers)).unwrap_or_default();
    let list = keyed(key, move || found.peek(|found| identifiers.list(found)).into_any());
    several([
        section(words::IDENTIFIERS_TITLE, Signal::stored(String::new()), list),
        identifiers.making(),
        identifiers.ending(),
    ])
}

/// What somebody calls it.
fn name_of(identifier: &Identifier) -> String {
    identifier.label.clone().unwrap_or_else(|| identifier.hint.clone())
}

impl Identifiers {
    fn list(self, found: &LicenseServices) -> AnyView {
        if found.seats.limit == 0 {
            return el("p", "muted").text(words::NO_SEATS).into();
        }
        let list = if found.identifiers.is_empty() {
            el("p", "muted").text(words::NO_IDENTIFIERS).view()
        } else {
            el("ul", "devices").children(found.identifiers.iter().map(|identifier| self.card(identifier))).view()
        };
        let make = button("button primary", words::MAKE_IDENTIFIER, move || self.begin(None));
        el("div", "stack")
            .child(el("p", "").text(words::IDENTIFIERS_LEAD))
            .child(list)
            .child(el("div", "row").child(make))
            .into()
    }

    fn card(self, identifier: &Identifier) -> AnyView {
        let name = name_of(identifier);
        let device = identifier.device.as_deref();
        let made = device.map_or_else(|| words::MADE_BY_YOU.to_owned(), words::made_on_device);
        let made = format!("{}, {made}", intl::date(identifier.created_at));
        let end = identifier.expires_at.map(|end| words::good_until(&intl::date_time(end)));
        let end = end.unwrap_or_else(|| words::GOOD_FOREVER.to_owned());
        let left = identifier.left.zip(identifier.uses).map(|(left, uses)| {
            let number = |number: u32| intl::number(u64::from(number));
            el("p", "small muted").text(words::check_outs_left(&number(left), &number(uses))).view()
        });
        let (one, other) = (identifier.clone(), (identifier.identifier_id, name.clone()));
        let act =
            |label: &'static str| plain("button quiet").attr("aria-label", words::of_device(label, &name)).text(label);
        let replace = act(words::REPLACE).on_click(move || self.begin(Some(&one)));
        let end_it = act(words::END_ONE).on_click(move || {
            self.of.set(Some(other.clone()));
            self.doing.fault.set(None);
            self.ends.set(true);
        });
        el("li", "device stack tight")
            .child(
                el("div", "row apart")
                    .child(el("h3", "").attr("dir", "auto").text(name.clone()))
                    .child(el("code", "muted small").text(identifier.hint.clone())),
            )
            .child(el("p", "small muted").text(made))
            .child(el("p", "small muted").text(end))
            .maybe(left)
            .child(el("div", "row").child(replace).child(end_it))
            .into()
    }

    /// Opens the dialog for a new one, which takes the place of `replaced` where there is one.
    fn begin(self, replaced: Option<&Identifier>) {
        let day = |end: Timestamp| Timestamp::from_unix(end.as_unix() - 1).date().to_string();
        self.of.set(replaced.map(|replaced| (replaced.identifier_id, name_of(replaced))));
        self.label.set(replaced.and_then(|replaced| replaced.label.clone()).unwrap_or_default());
        self.end.set(replaced.and_then(|replaced| replaced.expires_at).map(day).unwrap_or_default());
        self.uses.set(replaced.and_then(|replaced| replaced.uses).map(|uses| uses.to_string()).unwrap_or_default());
        self.made.set(String::new());
        self.doing.fault.set(None);
        self.makes.set(true);
        browser::focus_on("dialog[open] input");
    }

    fn making(self) -> AnyView {
        let title = derived(move || {
            let replaced = self.of.get().filter(|_| self.made.with(String::is_empty));
            replaced.map_or_else(|| words::NEW_IDENTIFIER.to_owned(), |(_, name)| words::replace_title(&name))
        });
        // What was shown once is forgotten with the dialog.
        crate::load::whenever(move || {
            if !self.makes.get() {
                self.made.set(String::new());
            }
        });
        dialog(self.makes, title, move || {
            dynamic(move || {
                let made = self.made.get();
                if made.is_empty() { self.form() } else { shown_once(made) }
            })
        })
    }

    fn form(self) -> AnyView {
        let replaces = self.of.with_untracked(Option::is_some);
        let means = replaces.then(|| el("p", "").text(words::REPLACE_MEANS).view());
        let verb = if replaces { words::REPLACE_VERB } else { words::MAKE_IDENTIFIER };
        el("form", "stack")
            .attr("novalidate", "")
            .on_submit(move || self.send())
            .maybe(means)
            .child(self.doing.notice())
            .child(self.label.show(LABEL))
            .child(self.end.show(END))
            .child(self.uses.show(USES))
            .child(el("div", "row").child(submit("button primary", verb, self.doing.busy)))
            .into()
    }

    fn send(self) {
        let label = |text: &str| Some(text.to_owned()).filter(|text| (1..=100).contains(&text.chars().count()));
        let end = |text: &str| match text {
            "" => Some(None),
            day => Some(Some(day.parse::<Date>().ok()?.end())).filter(|end| *end > Some(browser::now())),
        };
        let uses = |text: &str| match text {
            "" => Some(None),
            uses => uses.parse().ok().filter(|uses| (1..=1_000_000_u32).contains(uses)).map(Some),
        };
        let label = self.label.read(label, words::IDENTIFIER_LABEL_WRONG);
        let end = self.end.read(end, words::IDENTIFIER_END_WRONG);
        let uses = self.uses.read(uses, words::IDENTIFIER_USES_WRONG);
        let (Some(label), Some(expires_at), Some(uses)) = (label, end, uses) else {
            return browser::focus_on("dialog[open] [aria-invalid='true']");
        };
        let Some(license_id) = self.found.peek(|found| found.license_id) else { return };
        let replaces = self.of.get_untracked().map(|(identifier_id, _)| identifier_id);
        let request = IdentifierRequest { license_id, label: Some(label), service: None, expires_at, uses, replaces };
        let attempt = self.attempt;
        self.doing.run(async move { api::add_identifier(&request, attempt).await }, move |made| {
            self.doing.live.say(words::IDENTIFIER_MADE);
            self.made.set(made.identifier);
            self.loader.refresh();
            browser::focus_on("dialog[open] .copy button");
        });
    }

    fn ending(self) -> AnyView {
        let title = derived(move || self.of.get().map(|(_, name)| words::end_title(&name)).unwrap_or_default());
        let verb = plain("button danger")
            .aria("aria-busy", self.doing.busy)
            .aria("aria-disabled", self.doing.busy)
            .text(words::END_IDENTIFIER)
            .on_click(move || {
                let Some((identifier_id, _)) = self.of.get_untracked() else { return };
                self.doing.run(api::end_identifier(identifier_id), move |()| {
                    self.ends.set(false);
                    self.doing.live.toast(words::IDENTIFIER_ENDED);
                    self.loader.refresh();
                    // The button that opened the dialog goes with its identifier.
                    browser::focus_on("h1");
                });
            });
        let means = move || {
            let means = el("p", "").text(words::END_IDENTIFIER_MEANS);
            el("div", "stack").child(means).child(self.doing.notice()).into()
        };
        confirm(self.ends, title, means, verb.view())
    }
}

fn shown_once(made: String) -> AnyView {
    el("div", "stack")
        .child(el("p", "strong").text(words::IDENTIFIER_MADE))
        .child(copy(made, words::IDENTIFIER))
        .child(el("p", "").text(words::SHOWN_ONCE))
        .into()
}
