//! `/admin/{vendor}/products/{product}`: its texts, where its app is, and its menus; and `…/products/new`.

mod menus;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::admin::catalog::{Product, ProductEdit, ProductNew};
use shared::api::problem::FieldProblem;
use shared::product::find_faults;
use shared::refusal::RefusalCode;
use shared::slug::Slug;
use shared::team::Permission;

use crate::admin::api::{self, Attempt, Fault, Method, fetch, if_match, write};
use crate::admin::form::{Label, Wrong};
use crate::admin::team::Team;
use crate::admin::words;
use crate::browser;
use crate::components::button::{back_link, button, link, submit};
use crate::components::el::{el, maybe, several};
use crate::components::fault::{alert_text, fault_notice};
use crate::components::live::Live;
use crate::components::page::{Width, page, plain_page};
use crate::components::skeleton::skeleton;
use crate::load::{Loader, derived};
use crate::router::Router;

/// The form of a product, new or known.
#[derive(Clone, Copy)]
struct Form {
    team: Team,
    known: StoredValue<Option<Product>>,
    slug: RwSignal<String>,
    /// True once somebody wrote the slug themselves.
    own_slug: RwSignal<bool>,
    name: RwSignal<String>,
    summary: RwSignal<String>,
    origins: RwSignal<String>,
    app_url: RwSignal<String>,
    problems: RwSignal<Vec<FieldProblem>>,
    fault: RwSignal<Option<Fault>>,
    busy: RwSignal<bool>,
    attempt: Attempt,
    live: Live,
    router: Router,
}

/// A product that is not there yet.
pub(crate) fn new_product() -> AnyView {
    let team = Team::of_app();
    let form = Form::new(team, None);
    let back = el("div", "").child(back_link(words::ALL_PRODUCTS, team.page("products"))).view();
    plain_page(Width::Medium, words::NEW_PRODUCT, several([form.show(words::CREATE_PRODUCT), back]))
}

/// A product.
pub(crate) fn product(product: String) -> AnyView {
    let team = Team::of_app();
    let path = team.path(&format!("products/{}", browser::encode(&product)));
    let loader: Loader<Product> = Loader::new(move || {
        team.heed_changes();
        api::get(path.clone())
    });
    let title = loader.title(|found| found.name, words::PRODUCT_LABEL);
    let lead = derived(move || loader.ready().map(|found| found.summary).unwrap_or_default());
    let content = loader.show(|| skeleton("stack", 2, "skeleton tall"), move |found| about(team, found));
    let back = el("div", "").child(back_link(words::ALL_PRODUCTS, team.page("products"))).view();
    page(Width::Medium, title, Some(lead), several([content, back]))
}

fn about(team: Team, found: Product) -> AnyView {
    let slug = found.product.to_string();
    let shop = found.menu.map(|_| link("button", words::SEE_SHOP, format!("/products/{}/{slug}", team.slug())));
    let edit_menu = link("button primary", words::EDIT_MENU, team.page(&format!("products/{slug}/menu")));
    let actions = el("div", "row").child(edit_menu).maybe(shop);
    let menus = menus::menus(team, &found);
    let form = Form::new(team, Some(found.clone()));
    let details = el("section", "card stack")
        .attr("aria-label", words::DETAILS)
        .child(el("h2", "").text(words::DETAILS))
        .child(form.show(words::SAVE));
    let delete = team.may(Permission::EditCatalog).then(|| {
        let label = words::DELETE_PRODUCT;
        el("div", "row").child(button("button", label, move || form.delete(&found))).view()
    });
    several([actions.view(), menus, details.view(), delete.unwrap_or_else(|| ().into_any())])
}

impl Form {
    fn new(team: Team, known: Option<Product>) -> Self {
        let text = |read: fn(&Product) -> String| RwSignal::new(known.as_ref().map(read).unwrap_or_default());
        Self {
            team,
            slug: text(|product| product.product.to_string()),
            own_slug: RwSignal::new(known.is_some()),
            name: text(|product| product.name.clone()),
            summary: text(|product| product.summary.clone()),
            origins: text(|product| product.origins.join("\n")),
            app_url: text(|product| product.app_url.clone().unwrap_or_default()),
            known: StoredValue::new(known),
            problems: RwSignal::new(Vec::new()),
            fault: RwSignal::new(None),
            busy: RwSignal::new(false),
            attempt: Attempt::new(),
            live: Live::of_app(),
            router: Router::of_app(),
        }
    }

    /// What is wrong with the member called `name`, or with an item of it.
    fn wrong(self, name: &'static str) -> Wrong {
        derived(move || {
            self.problems.with(|problems| {
                let is_here = |problem: &&FieldProblem| problem.field.split('[').next() == Some(name);
                problems.iter().find(is_here).map(|problem| problem.detail.clone())
            })
        })
    }

    fn show(self, verb: &'static str) -> AnyView {
        let is_new = self.known.with_value(Option::is_none);
        let may = self.team.may(Permission::EditCatalog);
        let name = Label::new("name", words::NAME, "").input(
            "text",
            self.name,
            move |text| self.take_name(text),
            self.wrong("name"),
        );
        let slug = if is_new {
            let label = Label::new("product", words::SLUG, words::SLUG_HINT);
            let set = move |text| {
                self.own_slug.set(true);
                self.slug.set(text);
            };
            label.input("text", self.slug, set, self.wrong("product"))
        } else {
            let known = self.slug.get_untracked();
            el("p", "muted").text(words::SLUG).text(" ").child(el("code", "").text(known)).into()
        };
        let summary = Label::new("summary", words::SUMMARY, words::SUMMARY_HINT);
        let summary = summary.input("text", self.summary, move |text| self.summary.set(text), self.wrong("summary"));
        let origins = Label::new("origins", words::ORIGINS, words::ORIGINS_HINT);
        let origins = origins.area("3", self.origins, move |text| self.origins.set(text), self.wrong("origins"));
        let app = Label::new("app_url", words::APP_URL, words::APP_URL_HINT);
        let app = app.input("url", self.app_url, move |text| self.app_url.set(text), self.wrong("app_url"));
        let save = may.then(|| el("div", "row").child(submit("button primary", verb, self.busy)).view());
        let fault = maybe(move || {
            let fault = self.fault.get()?;
            let is_stale = fault.is(RefusalCode::Conflict) && !is_new;
            Some(if is_stale { self.conflict() } else { fault_notice(&fault) })
        });
        el("form", "stack")
            .attr("novalidate", "")
            .on_submit(move || self.send())
            .child(fault)
            .child(name)
            .child(slug)
            .child(summary)
            .child(origins)
            .child(app)
            .maybe(save)
            .into()
    }

    fn conflict(self) -> AnyView {
        let again = move || {
            self.fault.set(None);
            self.team.note_change();
        };
        let notice = alert_text("warn", words::CONFLICT, words::CONFLICT_DETAIL);
        el("div", "stack tight").child(notice).child(button("button", words::SHOW_NEWEST, again)).into()
    }

    fn take_name(self, name: String) {
        if !self.own_slug.get_untracked() {
            self.slug.set(slug_of(&name));
        }
        self.name.set(name);
    }

    fn edit(self) -> ProductEdit {
        let line = |text: String| text.trim().to_owned();
        let origins = self.origins.get_untracked();
        let origins = origins.split_whitespace().map(|origin| origin.trim_end_matches('/').to_owned()).collect();
        ProductEdit {
            name: line(self.name.get_untracked()),
            summary: line(self.summary.get_untracked()),
            origins,
            app_url: Some(line(self.app_url.get_untracked())).filter(|address| !address.is_empty()),
        }
    }

    fn send(self) {
        if self.busy.get_untracked() {
            return;
        }
        let edit = self.edit();
        let mut problems = find_faults(&edit);
        let slug = self.slug.get_untracked().trim().parse::<Slug>();
        if slug.is_err() {
            problems.push(FieldProblem { field: "product".to_owned(), detail: words::SLUG_WRONG.to_owned() });
        }
        self.problems.set(problems.clone());
        let (true, Ok(slug)) = (problems.is_empty(), slug) else { return browser::focus_on("[aria-invalid='true']") };
        self.busy.set(true);
        self.fault.set(None);
        spawn_local(async move {
            let answer = self.write(slug, edit).await;
            self.busy.try_set(false);
            match answer {
                Ok(product) if self.known.with_value(Option::is_none) => {
                    self.live.toast(words::PRODUCT_CREATED);
                    self.router.go(&self.team.page(&format!("products/{}/menu", product.product)));
                }
                Ok(product) => {
                    self.known.try_set_value(Some(product));
                    self.live.toast(words::SAVED);
                    self.team.note_change();
                }
                Err(fault) => self.take_fault(fault),
            }
        });
    }

    async fn write(self, product: Slug, edit: ProductEdit) -> Result<Product, Fault> {
        if let Some(known) = self.known.get_value() {
            let path = self.team.path(&format!("products/{}", known.product));
            return fetch(if_match(write(Method::Put, &path, &edit)?, known.revision)).await;
        }
        let ProductEdit { name, summary, origins, app_url } = edit;
        let body = ProductNew { product, name, summary, origins, app_url };
        self.attempt.send(write(Method::Post, &self.team.path("products"), &body)?).await
    }

    fn take_fault(self, mut fault: Fault) {
        if fault.is(RefusalCode::Conflict) && self.known.with_value(Option::is_none) {
            let taken = FieldProblem { field: "product".to_owned(), detail: words::SLUG_TAKEN.to_owned() };
            self.problems.try_set(vec![taken]);
        } else {
            let fields = std::mem::take(&mut fault.fields);
            if fields.is_empty() {
                self.fault.try_set(Some(fault));
                return;
            }
            self.problems.try_set(fields);
        }
        browser::focus_on("[aria-invalid='true']");
    }

    fn delete(self, product: &Product) {
        use crate::admin::ask::{Ask, Reason};
        let (team, router) = (self.team, self.router);
        let path = team.path(&format!("products/{}", product.product));
        let revision = product.revision;
        let act: crate::admin::ask::Act = std::sync::Arc::new(move |_| {
            let deleting = super::acts::delete(team, path.clone(), Some(revision));
            Some(Box::pin(async move {
                deleting.await?;
                router.go(&team.page("products"));
                Ok(())
            }))
        });
        team.asking.ask(Ask {
            title: words::ask_delete(&product.name),
            consequence: words::DELETE_MEANS.to_owned(),
            verb: words::DELETE_PRODUCT.to_owned(),
            takes: true,
            reason: Reason::None,
            typed: product.product.to_string(),
            fields: None,
            act,
            done: words::PRODUCT_DELETED,
        });
    }
}

/// A slug that fits a name: "Sketch Pad 2" gives `sketch-pad-2`.
pub(super) fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars().map(|letter| letter.to_ascii_lowercase()) {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(63);
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::slug_of;

    #[test]
    fn a_name_gives_a_slug() {
        for (name, slug) in [("Sketch Pad 2", "sketch-pad-2"), ("  Über! ", "ber"), ("", ""), ("a--b", "a-b")] {
            assert_eq!(slug_of(name), slug, "{name:?}");
        }
        assert_eq!(slug_of(&"x".repeat(100)).len(), 63);
    }
}
