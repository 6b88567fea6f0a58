//! `/admin/{vendor}/products/{product}/menu`: the editor of a product's next menu, with the customer's page beside it.
//!
//! `sheet` is what stands in the fields, `read` makes a menu of it and says what is wrong, `diff` what publishing would
//! change; `matrix` and `offer` are the fields, `preview` the customer's page, `publish` the last look before it is on sale.

mod choices;
mod diff;
mod fields;
mod matrix;
mod offer;
mod preview;
mod publish;
mod read;
mod save;
mod sheet;
pub(super) mod text;

use leptos::prelude::*;
use serde_json::Value;
use shared::api::Page;
use shared::api::admin::catalog::{AgreementRow, Draft, Product};
use shared::menu::{AgreementName, Menu, MenuContent};

use crate::admin::api::{self, read_value};
use crate::admin::team::Team;
use crate::admin::words;
use crate::browser;
use crate::components::button::{back_link, link};
use crate::components::el::{el, keyed, maybe, several};
use crate::components::fault::alert;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::load::{Loader, derived};

use fields::Desk;

/// What the editor begins with.
#[derive(Clone, PartialEq)]
struct Start {
    product: Product,
    draft: Draft,
    published: Option<MenuContent>,
    agreements: Vec<AgreementName>,
}

/// The page.
pub(crate) fn editor(product: String) -> AnyView {
    let team = Team::of_app();
    let base = team.path(&format!("products/{}", browser::encode(&product)));
    let agreements = team.path("agreements?limit=100");
    let loader: Loader<Start> = Loader::new(move || load(base.clone(), agreements.clone()));
    let title = loader.title(|start| words::menu_of(&start.product.name), words::MENU);
    let content = loader.show(|| skeleton("stack", 3, "skeleton medium"), move |start| edit(team, start, loader));
    let back = el("div", "").child(back_link(words::BACK_TO_PRODUCT, team.page(&format!("products/{product}")))).view();
    page(Width::Full, title, None, el("div", "editor-page stack").child(content).child(back).into())
}

async fn load(base: String, agreements: String) -> Result<Start, api::Fault> {
    let product: Product = api::get(base.clone()).await?;
    let draft: Draft = api::get(format!("{base}/draft")).await?;
    let published = match product.menu {
        Some(version) => Some(api::get::<Menu>(format!("{base}/menus/{version}")).await?.content()),
        None => None,
    };
    let found: Page<Value> = api::list(agreements).await?;
    let rows = found.items.iter().filter_map(|item| read_value::<AgreementRow>(item).ok());
    let name = |row: AgreementRow| AgreementName { version: row.version, digest: row.digest, title: row.title };
    Ok(Start { product, draft, published, agreements: rows.map(name).collect() })
}

fn edit(team: Team, start: Start, loader: Loader<Start>) -> AnyView {
    let desk = Desk::new(team, start, loader);
    guard(desk);
    if desk.agreements.with_value(Vec::is_empty) {
        let text = el("p", "").text(words::NEEDS_AGREEMENT).view();
        let first = link("button", words::NEW_AGREEMENT, team.page("agreements"));
        return several([alert("warn", vec![text, first]), body(desk)]);
    }
    body(desk)
}

fn body(desk: Desk) -> AnyView {
    let shape = move || desk.shape.get().to_string();
    let matrix = keyed(shape, move || matrix::matrix(desk));
    let offers = keyed(move || format!("{} {}", desk.shape.get(), desk.shown.get()), move || offer::offers(desk));
    let fields = el("div", "stack wide").child(problems(desk)).child(matrix).child(offers);
    let preview = el("aside", "preview").attr("aria-label", words::PREVIEW).child(preview::preview(desk));
    several([save::bar(desk), el("div", "editor").child(fields).child(preview).view(), publish::dialog(desk)])
}

/// Everything that must be put right, each leading to its field.
fn problems(desk: Desk) -> AnyView {
    let all = derived(move || desk.reading.with(|reading| reading.problems.clone()));
    maybe(move || {
        let all = all.get();
        if all.is_empty() {
            return None;
        }
        let title = el("p", "strong").text(words::problems(all.len())).view();
        let item = |problem: shared::api::problem::FieldProblem| {
            let (field, place) = (problem.field.clone(), desk.name_of(&problem.field));
            let lead = move || desk.lead_to(&field);
            let button = crate::components::button::button("button link", format!("{place}: {}", problem.detail), lead);
            el("li", "").child(button).view()
        };
        let list = el("ul", "").children(all.into_iter().take(8).map(item)).view();
        let class = "notice warn";
        let icon = crate::components::icon::icon("warn");
        Some(el("div", class).child(icon).child(el("div", "").child(title).child(list)).view())
    })
}

/// Asks before the window is closed on what is not saved.
fn guard(desk: Desk) {
    let listener = window_event_listener_untyped("beforeunload", move |event| {
        if desk.is_dirty_now() {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}
