//! `/admin/new`: a vendor that is not there yet.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::account::PublicInstance;
use shared::api::admin::team::{Vendor, VendorNew};
use shared::refusal::RefusalCode;
use shared::slug::Slug;
use shared::team::may_name_vendor;

use crate::admin::api::{self, Attempt, Fault, Method, write};
use crate::admin::ask::Answer;
use crate::admin::form::Label;
use crate::admin::words;
use crate::browser;
use crate::components::button::{link, submit};
use crate::components::el::{el, maybe};
use crate::components::fault::{empty, fault_notice};
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::load::Loader;

use super::product::slug_of;

/// What this installation offers.
pub(super) fn instance() -> Loader<PublicInstance> {
    Loader::new(|| api::get("/instance".to_owned()))
}

/// The page.
pub(crate) fn new_vendor() -> AnyView {
    let content = instance().show(
        || skeleton("stack", 1, "skeleton medium"),
        |found| {
            if found.vendor_sign_up {
                return form();
            }
            let back = link("button", words::TO_START, "/admin");
            empty("box", words::VENDOR_SIGN_UP_OFF_TITLE, words::VENDOR_SIGN_UP_OFF, back)
        },
    );
    let lead = Signal::stored(words::NEW_VENDOR_LEAD.to_owned());
    page(Width::Narrow, Signal::stored(words::NEW_VENDOR.to_owned()), Some(lead), content)
}

/// What is typed.
#[derive(Clone, Copy)]
struct Form {
    name: Answer,
    slug: Answer,
    /// True once somebody wrote the slug themselves.
    own_slug: RwSignal<bool>,
    fault: RwSignal<Option<Fault>>,
    busy: RwSignal<bool>,
    attempt: Attempt,
}

fn form() -> AnyView {
    let form = Form {
        name: Answer::new(String::new()),
        slug: Answer::new(String::new()),
        own_slug: RwSignal::new(false),
        fault: RwSignal::new(None),
        busy: RwSignal::new(false),
        attempt: Attempt::new(),
    };
    let name = Label::new("name", words::NEW_VENDOR_NAME, words::VENDOR_NAME_HINT);
    let take_name = move |name: String| {
        if !form.own_slug.get_untracked() {
            form.slug.value.set(slug_of(&name));
        }
        form.name.value.set(name);
    };
    let slug = Label::new("vendor", words::VENDOR_SLUG, words::SLUG_HINT);
    let take_slug = move |slug: String| {
        form.own_slug.set(true);
        form.slug.value.set(slug);
    };
    el("form", "card stack")
        .attr("novalidate", "")
        .on_submit(move || form.send())
        .child(maybe(move || form.fault.get().map(|fault| fault_notice(&fault))))
        .child(name.input("text", form.name.value, take_name, form.name.wrong()))
        .child(slug.input("text", form.slug.value, take_slug, form.slug.wrong()))
        .child(submit("button primary block", words::CREATE_VENDOR, form.busy))
        .into()
}

impl Form {
    fn send(self) {
        if self.busy.get_untracked() {
            return;
        }
        let is_name = |text: &str| (1..=100).contains(&text.chars().count()).then(|| text.to_owned());
        let name = self.name.read(is_name, words::TOKEN_NAME_WRONG);
        let is_slug = |text: &str| text.parse::<Slug>().ok().filter(may_name_vendor);
        let slug = self.slug.read(is_slug, words::SLUG_WRONG);
        let (Some(name), Some(vendor)) = (name, slug) else { return browser::focus_on("[aria-invalid='true']") };
        self.fault.set(None);
        self.busy.set(true);
        let request = write(Method::Post, "/vendors", &VendorNew { vendor, name });
        spawn_local(async move {
            let answer: Result<Vendor, Fault> = match request {
                Ok(request) => self.attempt.send(request).await,
                Err(fault) => Err(fault),
            };
            self.busy.try_set(false);
            match answer {
                // Loaded anew: the list of teams is another. Its first page is what is left to do.
                Ok(made) => browser::leave_to(&format!("/admin/{}", made.vendor)),
                Err(fault) => self.refuse(fault),
            }
        });
    }

    fn refuse(self, mut fault: Fault) {
        if fault.is(RefusalCode::Conflict) {
            fault.fields.push(shared::api::problem::FieldProblem {
                field: "vendor".to_owned(),
                detail: words::VENDOR_TAKEN.to_owned(),
            });
        }
        self.name.heed("name", &fault);
        self.slug.heed("vendor", &fault);
        if fault.fields.is_empty() {
            self.fault.try_set(Some(fault));
        }
        browser::focus_on("[aria-invalid='true']");
    }
}
