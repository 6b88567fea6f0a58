//! What is shown of figures: a few numbers for now, a chart for each thing that is counted, each with its table, and a link to
//! the list that a number counts.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::api::admin::figures::{Bucket, Figures, Sales};
use shared::money::{Currency, Money};

use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::browser;
use crate::components::chart::{Kind, Point, sparkline};
use crate::components::el::el;

use super::parts::{Number, card, draw, number, plain, quiet, single, table};
use super::range::{Range, Span, within};

/// The seconds of a day.
const DAY: i64 = 86_400;

/// Where what has a name is listed, from a day until another.
type Address<'a> = dyn Fn(&str, (shared::time::Date, shared::time::Date)) -> String + 'a;

/// Figures, with when each bucket is and where its lists are.
struct Shown<'a> {
    team: Team,
    range: &'a Range,
    figures: &'a Figures,
    spans: Vec<Span>,
}

/// Everything.
pub(super) fn cards(team: Team, range: &Range, figures: &Figures) -> AnyView {
    let shown = Shown { team, range, figures, spans: Span::of(figures) };
    let charts = shown.sales().into_iter().chain([shown.active(), shown.granted()]);
    el("div", "stack")
        .child(el("div", "figures").children(charts))
        .child(el("div", "figures rest").children([shown.uses(), shown.moves(), shown.denials()]))
        .into()
}

/// Currencies in which something was sold or paid back, each with its sum: orders, amount and what was paid back.
pub(super) fn currencies(figures: &Figures) -> Vec<(Currency, u64, i64, i64)> {
    let mut sums: BTreeMap<String, (Currency, u64, i64, i64)> = BTreeMap::new();
    for bucket in &figures.buckets {
        for Sales { orders, amount } in &bucket.sales {
            let sum = sums.entry(amount.currency.to_string()).or_insert((amount.currency, 0, 0, 0));
            sum.1 += orders;
            sum.2 += amount.amount;
        }
        for Sales { amount, .. } in &bucket.refunds {
            let sum = sums.entry(amount.currency.to_string()).or_insert((amount.currency, 0, 0, 0));
            sum.3 += amount.amount;
        }
    }
    sums.into_values().collect()
}

/// What was sold in a currency within a bucket.
pub(super) fn sold(sales: &[Sales], currency: Currency) -> (u64, i64) {
    let found = sales.iter().find(|sales| sales.amount.currency == currency);
    found.map_or((0, 0), |sales| (sales.orders, sales.amount.amount))
}

impl Shown<'_> {
    fn product(&self) -> String {
        if self.range.product.is_empty() { String::new() } else { format!("&product={}", self.range.product) }
    }

    /// Where the vendor's `list` is narrowed by `query`, and to the product.
    fn list(&self, list: &str, query: &str) -> String {
        format!("{}?{query}{}", self.team.page(list), self.product())
    }

    /// Where events are listed that `query` tells.
    fn events(&self, query: &str, (from, until): (shared::time::Date, shared::time::Date)) -> String {
        self.list("audit", &format!("{query}&{}", within(from, until)))
    }

    fn points(&self, read: impl Fn(&Bucket) -> (u64, String), address: impl Fn(&Span) -> String) -> Vec<Point> {
        let point = |(bucket, span): (&Bucket, &Span)| {
            let (value, text) = read(bucket);
            Point { short: span.short.clone(), name: span.name.clone(), value, text, address: address(span) }
        };
        self.figures.buckets.iter().zip(&self.spans).map(point).collect()
    }

    fn sales(&self) -> Vec<AnyView> {
        let found = currencies(self.figures);
        if found.is_empty() {
            return vec![card(words::SALES.to_owned(), None, quiet(words::NOTHING_SOLD), Vec::new())];
        }
        let of = |(currency, orders, amount, refunded): (Currency, u64, i64, i64)| {
            let money = move |amount: i64| intl::money(Money::new(amount, currency));
            // Those that were paid back since are among them.
            let list = |from, until| {
                self.list("orders", &format!("sort=-fulfilled_at&currency={currency}&{}", within(from, until)))
            };
            let (from, until) = Span::all(self.figures);
            let title = words::sales_in(currency.as_str());
            let total = Number { text: money(amount), address: list(from, until) };
            let counted = words::orders_counted(orders, &intl::number(orders));
            let refund = (refunded > 0).then(|| money(refunded));
            let note = words::orders_and_refunds(&counted, refund.as_deref());
            let value = |bucket: &Bucket| {
                let (_, amount) = sold(&bucket.sales, currency);
                (amount.unsigned_abs(), money(amount))
            };
            let points = self.points(value, |span| list(span.from, span.until));
            let rows: Vec<(String, Vec<Number>)> = std::iter::zip(&self.figures.buckets, &points)
                .map(|(bucket, point)| {
                    let (orders, _) = sold(&bucket.sales, currency);
                    let (_, refunded) = sold(&bucket.refunds, currency);
                    let amount = Number { text: point.text.clone(), address: point.address.clone() };
                    (point.name.clone(), vec![amount, plain(intl::number(orders)), plain(money(refunded))])
                })
                .collect();
            let columns = vec![words::AMOUNT.to_owned(), words::ORDERS.to_owned(), words::PAID_BACK.to_owned()];
            let drawn = draw(&title, Kind::Bars, points, currency.as_str());
            card(title.clone(), Some(total), quiet(note), vec![drawn, table(title, columns, rows)])
        };
        found.into_iter().map(of).collect()
    }

    /// The licenses that may be used: those there are now, and how many of them end soon.
    fn active(&self) -> AnyView {
        let title = words::ACTIVE_LICENSES.to_owned();
        let value = |bucket: &Bucket| (bucket.active_licenses, intl::number(bucket.active_licenses));
        let points = self.points(value, |_| String::new());
        let soon = self.figures.expiring;
        let now = browser::now();
        let next = now.checked_add_seconds(1).unwrap_or(now);
        let address = self.list("licenses", &format!("state=active&sort=ends_at&ends_after={next}"));
        let total = Number { text: intl::number(self.figures.active_licenses), address };
        let end = now.checked_add_seconds(i64::from(soon.within_days) * DAY).unwrap_or(now).date().end();
        let address = self.list("licenses", &format!("state=active&sort=ends_at&ends_after={next}&ends_before={end}"));
        let text = words::end_within(soon.licenses, &intl::number(soon.licenses), soon.within_days);
        single(title, total, number(Number { text, address }, "small"), Kind::Line, points)
    }

    fn granted(&self) -> AnyView {
        let title = words::NEW_LICENSES.to_owned();
        let value = |bucket: &Bucket| (bucket.licenses_granted, intl::number(bucket.licenses_granted));
        let points = self.points(value, |span| self.list("licenses", &within(span.from, span.until)));
        let sum = points.iter().map(|point| point.value).sum();
        let address = {
            let (from, until) = Span::all(self.figures);
            self.list("licenses", &within(from, until))
        };
        let total = Number { text: intl::number(sum), address };
        single(title, total, ().into_any(), Kind::Bars, points)
    }

    fn uses(&self) -> AnyView {
        let counts = |bucket: &Bucket| bucket.uses.iter().map(|(name, count)| (name.to_string(), *count)).collect();
        let address = |feature: &str, span| self.events(&format!("feature={}", browser::encode(feature)), span);
        let rows = self.by_name(counts, &address);
        self.breakdown(words::USES_COUNTED, words::FEATURE, words::NO_USES, None, rows, &address)
    }

    fn moves(&self) -> AnyView {
        let counts = |bucket: &Bucket| {
            let moves = bucket.moves;
            vec![(words::MOVES_OFFERED.to_owned(), moves.offered), (words::MOVES_REDEEMED.to_owned(), moves.redeemed)]
        };
        let kind = |name: &str| if name == words::MOVES_OFFERED { "pass.move.offered" } else { "pass.move.redeemed" };
        let address = |name: &str, span| self.events(&format!("kind={}", kind(name)), span);
        let rows = self.by_name(counts, &address);
        self.breakdown(words::MOVES, words::MOVE, words::NO_MOVES_THEN, None, rows, &address)
    }

    fn denials(&self) -> AnyView {
        let counts = |bucket: &Bucket| bucket.denials.iter().map(|(code, count)| (code.clone(), *count)).collect();
        let address = |code: &str, span| self.events(&format!("kind=license.denied&code={code}"), span);
        let rows = self.by_name(counts, &address);
        let sum = rows.iter().flat_map(|(_, values, _)| values).sum();
        let all = self.events("kind=license.denied", Span::all(self.figures));
        let all = Number { text: intl::number(sum), address: all };
        self.breakdown(words::DENIALS, words::DENIAL_CODE, words::NO_DENIALS, Some(all), rows, &address)
    }

    /// Counts by name, the greatest first: the name, what is counted in each bucket, and in all.
    fn by_name(
        &self,
        counts: impl Fn(&Bucket) -> Vec<(String, u64)>,
        address: &Address<'_>,
    ) -> Vec<(String, Vec<u64>, Number)> {
        let mut found: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for (index, bucket) in self.figures.buckets.iter().enumerate() {
            for (name, count) in counts(bucket) {
                let values = found.entry(name).or_insert_with(|| vec![0; self.figures.buckets.len()]);
                if let Some(value) = values.get_mut(index) {
                    *value = count;
                }
            }
        }
        let mut rows: Vec<(String, Vec<u64>, u64)> = found
            .into_iter()
            .map(|(name, values)| {
                let sum = values.iter().sum();
                (name, values, sum)
            })
            .filter(|(.., sum)| *sum > 0)
            .collect();
        rows.sort_by_key(|(.., sum)| std::cmp::Reverse(*sum));
        let number =
            |name: &str, sum| Number { text: intl::number(sum), address: address(name, Span::all(self.figures)) };
        rows.into_iter().map(|(name, values, sum)| (name.clone(), values, number(&name, sum))).collect()
    }

    fn breakdown(
        &self,
        title: &'static str,
        what: &'static str,
        nothing: &'static str,
        all: Option<Number>,
        found: Vec<(String, Vec<u64>, Number)>,
        address: &Address<'_>,
    ) -> AnyView {
        if found.is_empty() {
            return card(title.to_owned(), None, quiet(nothing), Vec::new());
        }
        let columns: Vec<String> = found.iter().map(|(name, ..)| name.clone()).collect();
        let rows = self.spans.iter().enumerate().map(|(index, span)| {
            let value = |(_, values, _): &(String, Vec<u64>, Number)| values.get(index).copied().unwrap_or_default();
            let cell = |one: &(String, Vec<u64>, Number)| {
                let text = intl::number(value(one));
                // What did not happen is listed nowhere.
                if value(one) == 0 {
                    plain(text)
                } else {
                    Number { text, address: address(&one.0, (span.from, span.until)) }
                }
            };
            (span.name.clone(), found.iter().map(cell).collect())
        });
        let rows = rows.collect();
        let head =
            [what, words::COURSE, words::HOW_MANY].map(|name| el("th", "").attr("scope", "col").text(name).view());
        let line = |(name, values, sum): (String, Vec<u64>, Number)| {
            el("tr", "")
                .child(el("th", "").attr("scope", "row").text(name))
                .child(el("td", "").child(sparkline(&values)))
                .child(el("td", "end").child(number(sum, "number strong")))
                .view()
        };
        let list = el("table", "breakdown")
            .child(el("caption", "visually-hidden").text(title))
            .child(el("thead", "visually-hidden").child(el("tr", "").children(head)))
            .child(el("tbody", "").children(found.into_iter().map(line)));
        card(title.to_owned(), all, ().into_any(), vec![list.view(), table(title.to_owned(), columns, rows)])
    }
}
