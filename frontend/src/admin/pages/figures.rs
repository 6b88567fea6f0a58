//! `/admin/{vendor}/figures`: what was sold and used, over a stretch of time that the address says. Which time that is, is in
//! `range`; what is shown of it in `cards`.

mod cards;
mod parts;
mod range;
mod summary;

use leptos::prelude::*;
use shared::api::admin::catalog::Product;
use shared::api::admin::figures::{Bucket, Figures};

use crate::admin::address::{here_with, with_members};
use crate::admin::api::{self, read_value};
use crate::admin::form::{Label, choices, never_wrong};
use crate::admin::team::Team;
use crate::admin::words;
use crate::browser;
use crate::components::button::link;
use crate::components::el::{dynamic, el, maybe, several};
use crate::components::fault::empty;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::load::{Loader, derived};
use crate::router::Router;

use range::{Range, days_before, year_before};

pub(super) use summary::summary;

/// What is shown, and how another stretch of time is gone to.
#[derive(Clone, Copy)]
struct Desk {
    team: Team,
    router: Router,
    /// What the address says after its `?`.
    query: Memo<String>,
}

/// The page.
pub(crate) fn figures() -> AnyView {
    let (team, router) = (Team::of_app(), Router::of_app());
    let own = browser::current_path();
    let query = Memo::new(move |before: Option<&String>| {
        // On the way to another page nothing changes here.
        if router.path() == own { router.query() } else { before.cloned().unwrap_or_default() }
    });
    let desk = Desk { team, router, query };
    let loader: Loader<Figures> = Loader::new(move || {
        team.heed_changes();
        let path = team.path(&format!("figures?{}", desk.range().query()));
        async move { api::get(path).await }
    });
    let stale = maybe(move || {
        loader.is_stale().then(|| el("p", "muted small").attr("role", "status").text(words::STALE).view())
    });
    let waiting = || skeleton("figures", 4, "skeleton tall");
    let content = loader.show(waiting, move |found| show(team, desk.range_untracked(), &found));
    let title = Signal::stored(words::FIGURES.to_owned());
    let lead = Signal::stored(words::FIGURES_LEAD.to_owned());
    page(Width::Full, title, Some(lead), several([desk.controls(), stale, content]))
}

fn show(team: Team, range: Range, found: &Figures) -> AnyView {
    if is_empty(found) {
        let action = link("button primary", words::TO_PRODUCTS, team.page("products"));
        return empty("chart", words::NO_FIGURES, words::NO_FIGURES_DETAIL, action);
    }
    cards::cards(team, &range, found)
}

/// Whether there is nothing to draw.
fn is_empty(found: &Figures) -> bool {
    let happened = |bucket: &Bucket| {
        bucket.active_licenses > 0
            || bucket.licenses_granted > 0
            || !bucket.sales.is_empty()
            || !bucket.refunds.is_empty()
            || !bucket.denials.is_empty()
    };
    !found.buckets.iter().any(happened)
}

impl Desk {
    /// The stretch of time that the address says. Tracks.
    fn range(self) -> Range {
        Range::read(&self.query.get(), browser::now().date())
    }

    fn range_untracked(self) -> Range {
        Range::read(&self.query.get_untracked(), browser::now().date())
    }

    fn go(self, changes: &[(&str, Option<&str>)]) {
        self.router.go(&here_with(&with_members(&self.query.get_untracked(), changes)));
    }

    fn controls(self) -> AnyView {
        let choices = choices(&[("day", words::BY_DAY), ("week", words::BY_WEEK), ("month", words::BY_MONTH)]);
        let by = Label::new("by", words::BY, "");
        let by = by.select(
            choices,
            derived(move || self.range().by.to_owned()),
            move |by| self.go(&[("by", Some(&by))]),
            never_wrong(),
        );
        // Half a date is none; the field says so itself until it is one.
        let set = move |name: &'static str| {
            move |day: String| {
                if day.parse::<shared::time::Date>().is_ok() {
                    self.go(&[(name, Some(&day))]);
                }
            }
        };
        let wrong = derived(move || {
            let range = self.range();
            (range.from > range.to).then(|| words::DAY_ORDER_WRONG.to_owned())
        });
        let from = derived(move || self.range().from.to_string());
        let from = Label::new("from", words::FROM_DAY, "").input("date", from, set("from"), wrong);
        let to = derived(move || self.range().to.to_string());
        let to = Label::new("to", words::LAST_DAY, "").input("date", to, set("to"), never_wrong());
        let fields = el("div", "controls").child(by).child(from).child(to).child(self.product());
        el("div", "stack").attr("role", "search").child(self.presets()).child(fields).into()
    }

    /// Stretches of time that are asked for often.
    fn presets(self) -> AnyView {
        let today = browser::now().date();
        let presets = [
            (words::LAST_WEEK, "day", days_before(today, 6)),
            (words::LAST_MONTH, "day", days_before(today, 29)),
            (words::LAST_QUARTER, "week", days_before(today, 89)),
            (words::LAST_YEAR, "month", year_before(today)),
        ];
        let preset = move |(label, by, from): (&'static str, &'static str, shared::time::Date)| {
            let (from, to) = (from.to_string(), today.to_string());
            let address = {
                let (from, to) = (from.clone(), to.clone());
                derived(move || {
                    let changes = [("by", Some(by)), ("from", Some(from.as_str())), ("to", Some(to.as_str()))];
                    here_with(&with_members(&self.query.get(), &changes))
                })
            };
            let current = derived(move || {
                let range = self.range();
                (range.by == by && range.from.to_string() == from && range.to.to_string() == to).to_string()
            });
            el("a", "preset").attr("href", address).attr("aria-current", current).text(label).view()
        };
        el("nav", "presets").attr("aria-label", words::STRETCH).children(presets.map(preset)).into()
    }

    fn product(self) -> AnyView {
        let path = self.team.path("products?limit=100");
        let products = Loader::new(move || api::list(path.clone()));
        let value = derived(move || self.range().product);
        dynamic(move || {
            let found = products.ready().map(|found| found.items).unwrap_or_default();
            let found = found.iter().filter_map(|item| read_value::<Product>(item).ok());
            let found = found.map(|product| (product.product.to_string(), product.name));
            let all = (String::new(), words::ALL_PRODUCTS_TOGETHER.to_owned());
            let choices = std::iter::once(all).chain(found).collect();
            let set = move |product: String| self.go(&[("product", Some(&product))]);
            Label::new("product", words::PRODUCT_LABEL, "").select(choices, value, set, never_wrong())
        })
    }
}
