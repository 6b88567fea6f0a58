//! `/admin/{vendor}/mail/texts`: the texts that mail is made from, each with a preview that follows what is typed.

mod caret;

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;
use shared::api::Page;
use shared::api::admin::mail::{MailPreview, MailTemplate, Placeholder, TemplateText};
use shared::team::Permission;
use wasm_bindgen::JsCast;

use crate::admin::api::{self, Fault, Method, call, fetch, if_match, read_value, write};
use crate::admin::ask::{Act, Ask};
use crate::admin::form::{Label, Wrong};
use crate::admin::layer::{body, layer};
use crate::admin::team::Team;
use crate::admin::words;
use crate::browser;
use crate::components::button::{back_link, button, plain, submit};
use crate::components::el::{Text, el, maybe, several};
use crate::components::fault::fault_notice;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::components::status::badge;
use crate::components::table::table;
use crate::load::{Loader, derived};
use crate::slot::Slot;

use super::customers::part;
use super::mail::kind_name;

/// How long somebody may pause while typing.
const PAUSE: Duration = Duration::from_millis(300);
const SUBJECT: &str = "mail-subject";
const BODY: &str = "mail-body";

/// The sheet in which a text is written.
#[derive(Clone, Copy)]
struct Desk {
    team: Team,
    /// What is edited, as it was fetched.
    edited: Slot<MailTemplate>,
    subject: RwSignal<String>,
    body: RwSignal<String>,
    /// Which of the two fields was in last: placeholders go there.
    last: RwSignal<&'static str>,
    /// Counts what was typed, so that an older preview does not replace a newer one.
    typed: RwSignal<u32>,
    preview: Slot<MailPreview>,
    wrong: RwSignal<Vec<(String, String)>>,
    fault: RwSignal<Option<Fault>>,
    busy: RwSignal<bool>,
}

/// The page.
pub(crate) fn mail_texts() -> AnyView {
    let team = Team::of_app();
    let desk = Desk {
        team,
        edited: Slot::empty(),
        subject: RwSignal::new(String::new()),
        body: RwSignal::new(String::new()),
        last: RwSignal::new(BODY),
        typed: RwSignal::new(0),
        preview: Slot::empty(),
        wrong: RwSignal::new(Vec::new()),
        fault: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    let path = team.path("mail-templates?limit=100");
    let loader = Loader::new(move || {
        team.heed_changes();
        api::list(path.clone())
    });
    let list = loader.show(|| skeleton("stack", 4, "skeleton low"), move |found: Page<Value>| desk.list(&found.items));
    let back = el("div", "").child(back_link(words::ALL_MAIL, team.page("mail"))).view();
    let lead = Signal::stored(words::TEMPLATES_LEAD.to_owned());
    let title = Signal::stored(words::TEMPLATES_TITLE.to_owned());
    page(Width::Full, title, Some(lead), several([list, back, desk.sheet()]))
}

impl Desk {
    fn list(self, items: &[Value]) -> AnyView {
        let found: Vec<MailTemplate> = items.iter().filter_map(|item| read_value(item).ok()).collect();
        let count = found.len();
        let rows = found.into_iter().map(|template| {
            let whose = if template.is_default {
                badge(("badge", words::TEMPLATE_DEFAULT))
            } else {
                badge(("badge accent", words::TEMPLATE_OURS))
            };
            let (name, subject) = (kind_name(template.kind), Text::from(template.subject.clone()));
            vec![button("button link", name, move || self.open(template.clone())), subject.into(), whose]
        });
        let columns = [words::MAIL_KIND, words::MAIL_SUBJECT, words::TEMPLATE_WHOSE];
        part(words::TEMPLATES_TITLE, count, words::NO_TEMPLATES, table(words::TEMPLATES_TITLE, columns, rows))
    }

    fn open(self, template: MailTemplate) {
        self.subject.set(template.subject.clone());
        self.body.set(template.body.clone());
        self.wrong.set(Vec::new());
        self.fault.set(None);
        self.busy.set(false);
        self.last.set(BODY);
        self.preview.clear();
        self.edited.fill(template);
        self.ask_preview();
    }

    fn sheet(self) -> AnyView {
        let open = derived(move || self.edited.is_filled());
        let title =
            derived(move || self.edited.with(|template| kind_name(template.kind).to_owned()).unwrap_or_default());
        layer(
            "dialog sheet",
            "mail-text",
            open,
            title,
            move || self.edited.clear(),
            move || self.edited.peek(|template| self.form(template)).into_any(),
        )
    }

    fn form(self, template: &MailTemplate) -> AnyView {
        let may = self.team.may(Permission::EditSettings);
        let subject = Label::new(SUBJECT, words::MAIL_SUBJECT, "");
        let subject =
            subject.input("text", self.subject, move |text| self.write(self.subject, text), self.wrong("subject"));
        let text = Label::new(BODY, words::MAIL_TEXT, "");
        let text = text.area("12", self.body, move |text| self.write(self.body, text), self.wrong("body"));
        let heed = move |event: web_sys::Event| {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            let id = target.map(|element| element.id()).unwrap_or_default();
            if let Some(field) = [SUBJECT, BODY].into_iter().find(|field| *field == id) {
                self.last.set(field);
            }
        };
        let fields = el("div", "stack").on("focusin", heed).child(subject).child(text);
        let placeholders = template.placeholders.iter().map(|placeholder| self.placeholder(placeholder));
        let placeholders = el("fieldset", "stack tight")
            .child(el("legend", "strong").text(words::PLACEHOLDERS))
            .child(el("div", "placeholders").children(placeholders));
        let content = el("div", "stack wide")
            .child(maybe(move || self.fault.get().map(|fault| fault_notice(&fault))))
            .child(fields)
            .child(placeholders)
            .child(self.shown());
        let kind = template.kind.as_str();
        let reset = (may && !template.is_default)
            .then(|| button("button start", words::BACK_TO_DEFAULT, move || self.reset(kind)));
        let save = may.then(|| submit("button primary", words::SAVE, self.busy));
        let foot = el("div", "dialog-foot")
            .maybe(reset)
            .child(button("button", words::CANCEL, move || self.edited.clear()))
            .maybe(save);
        el("form", "dialog-form")
            .attr("novalidate", "")
            .on_submit(move || self.save())
            .child(body(content.view()))
            .child(foot)
            .into()
    }

    fn placeholder(self, placeholder: &Placeholder) -> AnyView {
        let name = placeholder.name.clone();
        let insert = move || self.insert(&format!("{{{{{name}}}}}"));
        plain("button placeholder")
            .attr("title", placeholder.meaning.clone())
            .child(el("code", "").text(placeholder.name.clone()))
            .child(el("span", "muted small").text(placeholder.meaning.clone()))
            .on_click(insert)
            .into()
    }

    /// Puts `text` where the caret is, in the field that was in last.
    fn insert(self, text: &str) {
        let field = self.last.get_untracked();
        let Some(value) = caret::put_in(field, text) else { return };
        self.write(if field == SUBJECT { self.subject } else { self.body }, value);
        browser::focus_on(&format!("#{field}"));
    }

    fn wrong(self, name: &'static str) -> Wrong {
        derived(move || {
            self.wrong.with(|wrong| wrong.iter().find(|(field, _)| field == name).map(|(_, detail)| detail.clone()))
        })
    }

    fn shown(self) -> AnyView {
        let shown = maybe(move || {
            let read = |preview: &MailPreview| {
                let subject = el("p", "strong").text(preview.subject.clone()).view();
                el("div", "mail-text").child(subject).child(el("pre", "").text(preview.text.clone())).view()
            };
            let waits = || el("p", "muted").text(words::TEMPLATE_PREVIEW_WAITS).view();
            Some(self.preview.with(read).unwrap_or_else(waits))
        });
        el("section", "stack tight")
            .attr("aria-label", words::TEMPLATE_PREVIEW)
            .child(el("h3", "").text(words::TEMPLATE_PREVIEW))
            .child(shown)
            .into()
    }

    fn write(self, field: RwSignal<String>, text: String) {
        field.set(text);
        self.ask_preview();
    }

    fn text(self) -> TemplateText {
        TemplateText { subject: self.subject.get_untracked(), body: self.body.get_untracked() }
    }

    /// Where the server has the text that is edited, its revision, and its kind.
    fn target(self) -> Option<(String, u64)> {
        let team = self.team;
        self.edited.peek(|template| (team.path(&format!("mail-templates/{}", template.kind)), template.revision))
    }

    /// Asks what a mail would be, once nothing more is typed.
    fn ask_preview(self) {
        let number = self.typed.get_untracked().wrapping_add(1);
        self.typed.set(number);
        let send = move || {
            let Some((path, _)) = self.target() else { return };
            if self.typed.try_get_untracked() != Some(number) {
                return;
            }
            let request = write(Method::Post, &format!("{path}/preview"), &self.text());
            spawn_local(async move {
                let answer: Result<MailPreview, Fault> = match request {
                    Ok(request) => fetch(request).await,
                    Err(fault) => Err(fault),
                };
                if self.typed.try_get_untracked() != Some(number) {
                    return;
                }
                match answer {
                    Ok(preview) => {
                        self.wrong.set(Vec::new());
                        self.preview.fill(preview);
                    }
                    // What else went wrong is said when it is saved.
                    Err(fault) => {
                        self.preview.clear();
                        self.take_wrong(&fault);
                    }
                }
            });
        };
        set_timeout(send, PAUSE);
    }

    /// Says beside the fields what is wrong with them; false where that is not what is wrong.
    fn take_wrong(self, fault: &Fault) -> bool {
        let wrong = fault.fields.iter().map(|wrong| (wrong.field.clone(), words::sentence(&wrong.detail)));
        self.wrong.set(wrong.collect());
        !fault.fields.is_empty()
    }

    fn save(self) {
        let Some((path, revision)) = self.target() else { return };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.fault.set(None);
        let request = write(Method::Put, &path, &self.text());
        spawn_local(async move {
            let answer = match request {
                Ok(request) => call(if_match(request, revision)).await,
                Err(fault) => Err(fault),
            };
            self.busy.try_set(false);
            match answer {
                Ok(_) => {
                    self.edited.clear();
                    self.team.note_change();
                    self.team.asking.live.toast(words::TEMPLATE_SAVED);
                }
                Err(fault) if self.take_wrong(&fault) => browser::focus_on("dialog [aria-invalid='true']"),
                Err(fault) => {
                    self.fault.try_set(Some(fault));
                }
            }
        });
    }

    fn reset(self, kind: &'static str) {
        let team = self.team;
        let Some((path, revision)) = self.target() else { return };
        let act: Act = Arc::new(move |_| {
            let done = super::acts::delete(team, path.clone(), Some(revision));
            Some(Box::pin(async move {
                done.await?;
                self.edited.clear();
                Ok(())
            }))
        });
        let name = kind.parse().map_or(kind, kind_name);
        let (title, verb) = (words::ask_default(name), words::BACK_TO_DEFAULT);
        let plain = Ask::plain(title, words::BACK_TO_DEFAULT_MEANS, verb, act, words::IS_DEFAULT_AGAIN);
        team.asking.ask(Ask { takes: true, ..plain });
    }
}
