//! `/admin/{vendor}/agreements`: license texts, each a row of versions.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;
use shared::api::admin::catalog::{AgreementNew, AgreementRow};
use shared::api::catalog::Agreement;
use shared::menu::AgreementName;
use shared::team::Permission;

use crate::admin::api::{self, Attempt, Fault, Method, read_value, write};
use crate::admin::form::{Label, Wrong};
use crate::admin::layer::{body, layer};
use crate::admin::team::Team;
use crate::admin::words;
use crate::browser;
use crate::components::button::{button, submit};
use crate::components::el::{Text, el, maybe, several};
use crate::components::fault::fault_notice;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::components::table::table;
use crate::load::{Loader, derived};

use super::customers::part;

/// The layer in which a text is read or written.
#[derive(Clone, Copy)]
struct Desk {
    team: Team,
    /// The text that is read: its digest and title.
    reading: RwSignal<Option<(String, String)>>,
    writing: RwSignal<bool>,
    title: RwSignal<String>,
    text: RwSignal<String>,
    wrong: RwSignal<Vec<(&'static str, String)>>,
    fault: RwSignal<Option<Fault>>,
    busy: RwSignal<bool>,
    attempt: Attempt,
}

/// The page.
pub(crate) fn agreements() -> AnyView {
    let team = Team::of_app();
    let desk = Desk {
        team,
        reading: RwSignal::new(None),
        writing: RwSignal::new(false),
        title: RwSignal::new(String::new()),
        text: RwSignal::new(String::new()),
        wrong: RwSignal::new(Vec::new()),
        fault: RwSignal::new(None),
        busy: RwSignal::new(false),
        attempt: Attempt::new(),
    };
    let path = team.path("agreements?limit=100");
    let loader = Loader::new(move || {
        team.heed_changes();
        api::list(path.clone())
    });
    let list = loader.show(|| skeleton("stack", 3, "skeleton low"), move |found| desk.list(&found.items));
    let new = team.may(Permission::EditCatalog).then(|| {
        let button = button("button primary", words::NEW_AGREEMENT, move || desk.write(String::new(), String::new()));
        el("div", "row").child(button).view()
    });
    let parts = several([new.unwrap_or_else(|| ().into_any()), list, desk.reader(), desk.writer()]);
    let lead = Signal::stored(words::AGREEMENTS_LEAD.to_owned());
    page(Width::Full, Signal::stored(words::AGREEMENTS.to_owned()), Some(lead), parts)
}

impl Desk {
    fn list(self, items: &[Value]) -> AnyView {
        let found: Vec<AgreementRow> = items.iter().filter_map(|item| read_value(item).ok()).collect();
        let count = found.len();
        let rows = found.into_iter().map(|row| {
            let AgreementRow { version, digest, title, products } = row;
            let read = {
                let title = title.clone();
                button("button link", title.clone(), move || self.reading.set(Some((digest.clone(), title.clone()))))
            };
            let products: Vec<String> = products.iter().map(ToString::to_string).collect();
            let used = if products.is_empty() { super::none() } else { Text::from(products.join(", ")).into() };
            vec![read, Text::from(words::version(version)).into(), used]
        });
        let table = table(words::AGREEMENTS, [words::TITLE, words::VERSION, words::USED_BY], rows);
        part(words::ALL_TEXTS, count, words::NO_AGREEMENTS, table)
    }

    fn write(self, title: String, text: String) {
        self.reading.set(None);
        self.title.set(title);
        self.text.set(text);
        self.wrong.set(Vec::new());
        self.fault.set(None);
        self.writing.set(true);
    }

    fn reader(self) -> AnyView {
        let open = derived(move || self.reading.with(Option::is_some));
        let title = derived(move || self.reading.get().map(|(_, title)| title).unwrap_or_default());
        layer(
            "dialog sheet",
            "reader",
            open,
            title,
            move || self.reading.set(None),
            move || {
                let Some((digest, title)) = self.reading.get_untracked() else { return ().into_any() };
                let slug = self.team.slug();
                let loader: Loader<Agreement> = Loader::new(move || {
                    let (slug, digest) = (slug.clone(), digest.clone());
                    async move { crate::api::get_agreement(&slug, &digest).await }
                });
                let shown = loader.show(
                    || skeleton("stack", 1, "skeleton tall"),
                    move |found| {
                        let (title, text) = (title.clone(), found.text.clone());
                        let next = self.team.may(Permission::EditCatalog).then(|| {
                            let write = move || self.write(title.clone(), text.clone());
                            el("div", "row").child(button("button", words::NEW_VERSION, write)).view()
                        });
                        let text = el("div", "prose").text(found.text).view();
                        several([next.unwrap_or_else(|| ().into_any()), text])
                    },
                );
                body(shown)
            },
        )
    }

    fn wrong(self, name: &'static str) -> Wrong {
        derived(move || {
            self.wrong.with(|wrong| wrong.iter().find(|(field, _)| *field == name).map(|(_, detail)| detail.clone()))
        })
    }

    fn writer(self) -> AnyView {
        let close = move || self.writing.set(false);
        layer("dialog sheet", "writer", self.writing.into(), words::NEW_AGREEMENT, close, move || {
            let title = Label::new("agreement-title", words::TITLE, words::AGREEMENT_TITLE_HINT);
            let title = title.input("text", self.title, move |text| self.title.set(text), self.wrong("title"));
            let text = Label::new("agreement-text", words::TEXT, words::AGREEMENT_TEXT_HINT);
            let text = text.area("16", self.text, move |text| self.text.set(text), self.wrong("text"));
            let fields = el("div", "stack")
                .child(maybe(move || self.fault.get().map(|fault| fault_notice(&fault))))
                .child(title)
                .child(text);
            let foot = el("div", "dialog-foot").child(button("button", words::CANCEL, close)).child(submit(
                "button primary",
                words::ADD_AGREEMENT,
                self.busy,
            ));
            el("form", "dialog-form")
                .attr("novalidate", "")
                .on_submit(move || self.send())
                .child(body(fields.view()))
                .child(foot)
                .into()
        })
    }

    fn send(self) {
        if self.busy.get_untracked() {
            return;
        }
        let new = AgreementNew {
            title: self.title.get_untracked().trim().to_owned(),
            text: self.text.get_untracked().trim().to_owned(),
        };
        let mut wrong = Vec::new();
        if new.title.is_empty() || new.title.chars().count() > 100 {
            wrong.push(("title", words::TITLE_WRONG.to_owned()));
        }
        if new.text.is_empty() || new.text.chars().count() > 50_000 {
            wrong.push(("text", words::TEXT_WRONG.to_owned()));
        }
        let is_good = wrong.is_empty();
        self.wrong.set(wrong);
        if !is_good {
            return browser::focus_on("dialog [aria-invalid='true']");
        }
        self.busy.set(true);
        let team = self.team;
        spawn_local(async move {
            let answer: Result<AgreementName, Fault> = match write(Method::Post, &team.path("agreements"), &new) {
                Ok(request) => self.attempt.send(request).await,
                Err(fault) => Err(fault),
            };
            self.busy.try_set(false);
            match answer {
                Ok(_) => {
                    self.writing.try_set(false);
                    team.asking.live.toast(words::AGREEMENT_ADDED);
                    team.note_change();
                }
                Err(fault) => {
                    self.fault.try_set(Some(fault));
                }
            }
        });
    }
}
