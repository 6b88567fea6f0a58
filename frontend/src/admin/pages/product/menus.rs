//! The menus of a product that were published, the newest first.

use std::sync::Arc;

use leptos::prelude::*;
use shared::api::Page;
use shared::api::admin::catalog::{MenuVersion, Product};
use shared::menu::Menu;
use shared::team::Permission;

use crate::admin::api::{self, Method, call, if_match, read_value, write};
use crate::admin::ask::{Act, Ask, Reason};
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::components::button::button;
use crate::components::el::{Text, el};
use crate::components::skeleton::skeleton;
use crate::components::table::table;
use crate::load::Loader;
use crate::router::Router;

use super::super::customers::part;

/// The part of the page.
pub(super) fn menus(team: Team, product: &Product) -> AnyView {
    let slug = product.product.to_string();
    let path = team.path(&format!("products/{slug}/menus"));
    let loader = Loader::new(move || {
        team.heed_changes();
        api::list(path.clone())
    });
    let newest = product.menu;
    let router = Router::of_app();
    loader.show(
        || skeleton("stack", 1, "skeleton medium"),
        move |found: Page<serde_json::Value>| {
            let versions = found.items.iter().filter_map(|item| read_value::<MenuVersion>(item).ok());
            let versions: Vec<MenuVersion> = versions.collect();
            let count = versions.len();
            let rows = versions.into_iter().map(|version| {
                let is_newest = newest == Some(version.menu);
                let again = if !is_newest && team.may(Permission::EditCatalog) {
                    let (slug, menu) = (slug.clone(), version.menu);
                    button("button quiet", words::START_FROM, move || start_from(team, router, &slug, menu))
                } else if is_newest {
                    el("span", "badge dot good").text(words::ON_SALE).into()
                } else {
                    super::super::none()
                };
                vec![
                    el("span", "strong").text(words::version(version.menu)).into(),
                    Text::from(intl::date_time(version.published_at)).into(),
                    Text::from(version.published_by.unwrap_or_else(|| words::OPERATOR.to_owned())).into(),
                    el("span", "number").text(intl::number(version.orders)).into(),
                    again,
                ]
            });
            let columns = [words::MENU, words::PUBLISHED, words::BY_WHOM, words::ORDERS, words::NEXT];
            part(words::HISTORY, count, words::NEVER_PUBLISHED, table(words::HISTORY, columns, rows))
        },
    )
}

/// Makes an older version the draft of the next one.
fn start_from(team: Team, router: Router, slug: &str, menu: u32) {
    let (version, draft) =
        (team.path(&format!("products/{slug}/menus/{menu}")), team.path(&format!("products/{slug}/draft")));
    let editor = team.page(&format!("products/{slug}/menu"));
    let act: Act = Arc::new(move |_| {
        let (version, draft, editor) = (version.clone(), draft.clone(), editor.clone());
        Some(Box::pin(async move {
            let older: Menu = api::get(version).await?;
            let now: shared::api::admin::catalog::Draft = api::get(draft.clone()).await?;
            call(if_match(write(Method::Put, &draft, &older.content())?, now.revision)).await?;
            team.note_change();
            router.go(&editor);
            Ok(())
        }))
    });
    team.asking.ask(Ask {
        title: words::ask_start_from(menu),
        consequence: words::START_FROM_MEANS.to_owned(),
        verb: words::START_FROM.to_owned(),
        takes: false,
        reason: Reason::None,
        typed: String::new(),
        fields: None,
        act,
        done: words::DRAFT_REPLACED,
    });
}
