//! The last 30 days in a row, as the overview shows them.

use leptos::prelude::*;
use shared::api::admin::figures::{Bucket, Figures};
use shared::money::Money;

use crate::admin::api;
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::browser;
use crate::components::button::link;
use crate::components::chart::sparkline;
use crate::components::el::el;
use crate::components::skeleton::skeleton;
use crate::load::Loader;

use super::cards::{currencies, sold};
use super::range::Range;

/// The row.
pub(crate) fn summary(team: Team) -> AnyView {
    let loader: Loader<Figures> = Loader::new(move || {
        let path = team.path(&format!("figures?{}", Range::read("", browser::now().date()).query()));
        async move { api::get(path).await }
    });
    let head = el("div", "row apart").child(el("h2", "").text(words::LAST_30_DAYS)).child(link(
        "",
        words::SEE_FIGURES,
        team.page("figures"),
    ));
    let row = loader.show(|| skeleton("summary-row", 3, "skeleton cell"), move |found| row(&found));
    el("section", "card stack").attr("aria-label", words::LAST_30_DAYS).child(head).child(row).into()
}

fn row(figures: &Figures) -> AnyView {
    let values = |read: &dyn Fn(&Bucket) -> u64| figures.buckets.iter().map(read).collect::<Vec<u64>>();
    let mut all: Vec<(String, String, Vec<u64>)> = Vec::new();
    for (currency, _, amount, _) in currencies(figures) {
        let course = values(&|bucket| sold(&bucket.sales, currency).1.unsigned_abs());
        all.push((words::sales_in(currency.as_str()), intl::money(Money::new(amount, currency)), course));
    }
    let granted = values(&|bucket| bucket.licenses_granted);
    all.push((words::NEW_LICENSES.to_owned(), intl::number(granted.iter().sum()), granted));
    let active = values(&|bucket| bucket.active_licenses);
    all.push((words::ACTIVE_LICENSES.to_owned(), intl::number(figures.active_licenses), active));
    let one = |(name, text, values): (String, String, Vec<u64>)| {
        el("div", "")
            .child(el("dt", "muted small").text(name))
            .child(el("dd", "").child(el("span", "figure number").text(text)).child(sparkline(&values)))
            .view()
    };
    el("dl", "summary-row").children(all.into_iter().map(one)).into()
}
