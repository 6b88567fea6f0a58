//! The dialogs in which coupons are made, changed and switched.

use std::sync::Arc;

use leptos::prelude::*;
use shared::api::admin::catalog::Product;
use shared::api::admin::coupons::{Change, Coupon, CouponEdit, CouponNew};
use shared::coupon::CouponCode;
use shared::menu::Menu;
use shared::money::{Currency, Money};
use shared::slug::Slug;
use shared::time::{Date, Timestamp};

use crate::admin::api::{self, Attempt, Fault, Method, call, if_match, read_value, write};
use crate::admin::ask::{Act, Answer, Ask, Outcome, Part};
use crate::admin::form::{Label, choices, tick};
use crate::admin::pages::editor::text::read_amount;
use crate::admin::team::Team;
use crate::admin::words;
use crate::components::el::{dynamic, el, maybe, several};
use crate::load::{Loader, derived};

use super::{last_day, path};

/// The most orders that a limit may allow.
const LIMIT_MAX: u32 = 1_000_000;

/// What stands in the fields of a new coupon.
#[derive(Clone, Copy)]
struct Fields {
    team: Team,
    code: Answer,
    /// `percent` or `amount`.
    kind: Answer,
    percent: Answer,
    amount: Answer,
    currency: Answer,
    product: Answer,
    offers: RwSignal<Vec<Slug>>,
    starts: Answer,
    ends: Answer,
    limit: Answer,
    once: RwSignal<bool>,
}

/// Asks for a new coupon.
pub(super) fn create(team: Team) {
    let empty = || Answer::new(String::new());
    let fields = Fields {
        team,
        code: empty(),
        kind: Answer::new("percent".to_owned()),
        percent: Answer::new("10".to_owned()),
        amount: empty(),
        currency: Answer::new("EUR".to_owned()),
        product: empty(),
        offers: RwSignal::new(Vec::new()),
        starts: empty(),
        ends: empty(),
        limit: empty(),
        once: RwSignal::new(true),
    };
    let attempt = Attempt::new();
    let act: Act = Arc::new(move |_| {
        let request = write(Method::Post, &team.path("coupons"), &fields.read()?);
        Some(Box::pin(async move {
            let answer = attempt.act(request?).await;
            match &answer {
                Ok(()) => team.note_change(),
                Err(fault) => fields.heed(fault),
            }
            answer
        }))
    });
    let part: Part = Arc::new(move || fields.show());
    let title = words::NEW_COUPON.to_owned();
    let plain = Ask::plain(title, words::NEW_COUPON_MEANS, words::CREATE_COUPON, act, words::COUPON_CREATED);
    team.asking.ask(Ask { fields: Some(part), ..plain });
}

/// Asks for another end or limit.
pub(super) fn edit(team: Team, coupon: &Coupon) {
    let ends = Answer::new(coupon.ends_at.map(|end| last_day(end).to_string()).unwrap_or_default());
    let limit = Answer::new(coupon.limit.map(|limit| limit.to_string()).unwrap_or_default());
    let part: Part = Arc::new(move || several([ends_field(ends), limit_field(limit)]));
    let redeemed = coupon.redeemed;
    let (path, revision) = (path(team, coupon.code.as_str()), coupon.revision);
    let act: Act = Arc::new(move |_| {
        let ends_at = ends.read(day(Date::end), words::DAY_WRONG);
        let limit = limit.read(limit_from(redeemed.max(1)), words::LIMIT_WRONG);
        let edit = CouponEdit { active: None, ends_at: Change::Becomes(ends_at?), limit: Change::Becomes(limit?) };
        Some(change(team, &path, revision, &edit))
    });
    let title = words::change_coupon(coupon.code.as_str());
    let plain = Ask::plain(title, words::EDIT_COUPON_MEANS, words::SAVE, act, words::COUPON_SAVED);
    team.asking.ask(Ask { fields: Some(part), ..plain });
}

/// Asks whether to switch it off, or on again.
pub(super) fn switch(team: Team, coupon: &Coupon) {
    let (path, revision, active) = (path(team, coupon.code.as_str()), coupon.revision, !coupon.active);
    let act: Act = Arc::new(move |_| {
        Some(change(team, &path, revision, &CouponEdit { active: Some(active), ..CouponEdit::default() }))
    });
    let (verb, means, done) = if active {
        (words::SWITCH_ON, words::SWITCH_ON_MEANS, words::SWITCHED_ON)
    } else {
        (words::SWITCH_OFF, words::SWITCH_OFF_MEANS, words::SWITCHED_OFF)
    };
    let title = words::ask_coupon(verb, coupon.code.as_str());
    team.asking.ask(Ask { takes: !active, ..Ask::plain(title, means, verb, act, done) });
}

fn change(team: Team, path: &str, revision: u64, edit: &CouponEdit) -> Outcome {
    let request = write(Method::Patch, path, edit);
    Box::pin(async move {
        let answer = call(if_match(request?, revision)).await;
        // Also when it was refused: somebody else may have changed it, and the sheet shows what is there now.
        team.note_change();
        answer.map(drop)
    })
}

/// Reads a day, or nothing, as a point in time.
fn day(point: fn(Date) -> Timestamp) -> impl FnOnce(&str) -> Option<Option<Timestamp>> {
    move |text| if text.is_empty() { Some(None) } else { Some(Some(point(text.parse().ok()?))) }
}

/// Reads a limit that is not less than `least`, or nothing.
fn limit_from(least: u32) -> impl FnOnce(&str) -> Option<Option<u32>> {
    move |text| {
        if text.is_empty() {
            return Some(None);
        }
        text.parse().ok().filter(|limit| (least..=LIMIT_MAX).contains(limit)).map(Some)
    }
}

fn ends_field(ends: Answer) -> AnyView {
    ends.input(Label::new("coupon-ends", words::ENDS_ON, words::EMPTY_FOR_EVER), "date")
}

fn limit_field(limit: Answer) -> AnyView {
    limit.input(Label::new("coupon-limit", words::LIMIT, words::EMPTY_UNLIMITED), "number")
}

impl Fields {
    fn show(self) -> AnyView {
        let choices = choices(&[("percent", words::OFF_PERCENT), ("amount", words::OFF_AMOUNT)]);
        let kind = Label::new("coupon-kind", words::OFF_KIND, "");
        let kind = kind.select(choices, self.kind.value, move |chosen| self.kind.value.set(chosen), self.kind.wrong());
        let is_percent = Memo::new(move |_| self.kind.value.with(|kind| kind == "percent"));
        let off = dynamic(move || {
            if is_percent.get() {
                return self.percent.input(Label::new("coupon-percent", words::PERCENT, ""), "number");
            }
            el("div", "pair")
                .child(self.amount.input(Label::new("coupon-amount", words::AMOUNT, ""), "decimal"))
                .child(self.currency.input(Label::new("coupon-currency", words::CURRENCY, ""), "text"))
                .into()
        });
        let starts = Label::new("coupon-starts", words::STARTS_ON, words::EMPTY_AT_ONCE);
        let once = tick(words::ONCE_EACH, self.once.into(), move || self.once.update(|once| *once = !*once));
        several([
            self.code.input(Label::new("coupon-code", words::COUPON_CODE, words::COUPON_CODE_HINT), "text"),
            kind,
            off,
            self.product_field(),
            el("div", "pair").child(self.starts.input(starts, "date")).child(ends_field(self.ends)).view(),
            limit_field(self.limit),
            once,
        ])
    }

    fn product_field(self) -> AnyView {
        let path = self.team.path("products?limit=100");
        let products = Loader::new(move || api::list(path.clone()));
        let choose = move |product: String| {
            self.offers.set(Vec::new());
            self.product.value.set(product);
        };
        let product = dynamic(move || {
            let found = products.ready().map(|found| found.items).unwrap_or_default();
            let found = found.iter().filter_map(|item| read_value::<Product>(item).ok());
            let found = found.map(|product| (product.product.to_string(), product.name));
            let choices = std::iter::once((String::new(), words::EVERY_PRODUCT.to_owned())).chain(found).collect();
            let label = Label::new("coupon-product", words::COUPON_PRODUCT, "");
            label.select(choices, self.product.value, choose, self.product.wrong())
        });
        let offers = dynamic(move || {
            let product = self.product.value.get();
            if product.is_empty() { ().into_any() } else { self.offers_of(product) }
        });
        several([product, offers])
    }

    /// The offers that are on sale of `product`, to be ticked.
    fn offers_of(self, product: String) -> AnyView {
        let vendor = self.team.slug();
        let menu: Loader<Menu> = Loader::new(move || {
            let (vendor, product) = (vendor.clone(), product.clone());
            async move { crate::api::get_menu(&vendor, &product).await }
        });
        let ticks = move |menu: Menu| {
            let offer = |(slug, name): (Slug, String)| {
                let this = slug.clone();
                let ticked = derived(move || self.offers.with(|offers| offers.contains(&this)));
                let toggle = move || {
                    self.offers.update(|offers| {
                        let before = offers.len();
                        offers.retain(|other| *other != slug);
                        if offers.len() == before {
                            offers.push(slug.clone());
                        }
                    });
                };
                tick(name, ticked, toggle)
            };
            let offers = menu.offers.into_iter().map(|offer| (offer.offer, offer.name));
            el("fieldset", "stack none")
                .child(el("legend", "strong").text(words::COUPON_OFFERS))
                .child(el("p", "hint muted small").text(words::COUPON_OFFERS_HINT))
                .children(offers.map(offer))
                .into()
        };
        // A product that is not on sale yet has no offers to choose from.
        maybe(move || menu.ready().map(ticks))
    }

    /// The coupon that the fields say; says beside each field what is wrong with it.
    fn read(self) -> Option<CouponNew> {
        let code = self.code.read(|text| text.parse::<CouponCode>().ok(), words::COUPON_CODE_WRONG);
        let is_percent = self.kind.value.with_untracked(|kind| kind == "percent");
        let off = if is_percent {
            let in_range = |text: &str| text.parse().ok().filter(|percent| (1..=100_u8).contains(percent));
            self.percent.read(in_range, words::PERCENT_WRONG).map(|percent| (Some(percent), None))
        } else {
            self.read_amount().map(|amount| (None, Some(amount)))
        };
        let starts_at = self.starts.read(day(Date::start), words::DAY_WRONG);
        let after = starts_at.flatten();
        let is_later = move |end: Option<Timestamp>| end.is_none_or(|end| after.is_none_or(|start| start < end));
        let ends_at = self.ends.read(|text| day(Date::end)(text).filter(|end| is_later(*end)), words::DAY_BEFORE_START);
        let limit = self.limit.read(limit_from(1), words::LIMIT_WRONG);
        let product = self.product.value.with_untracked(|product| product.parse().ok());
        let (percent_off, amount_off) = off?;
        Some(CouponNew {
            code: code?,
            percent_off,
            amount_off,
            product,
            offers: self.offers.get_untracked(),
            starts_at: starts_at?,
            ends_at: ends_at?,
            limit: limit?,
            once_per_customer: self.once.get_untracked(),
        })
    }

    /// Says beside each field what the server says of it.
    fn heed(self, fault: &Fault) {
        let fields = [
            ("code", self.code),
            ("amount_off", self.amount),
            ("product", self.product),
            ("starts_at", self.starts),
            ("ends_at", self.ends),
            ("limit", self.limit),
        ];
        for (name, field) in fields {
            field.heed(name, fault);
        }
    }

    fn read_amount(self) -> Option<Money> {
        let is_known =
            |text: &str| text.to_ascii_uppercase().parse().ok().filter(|one: &Currency| one.decimals().is_some());
        let currency = self.currency.read(is_known, words::CURRENCY_WRONG)?;
        let decimals = currency.decimals().unwrap_or(2);
        let read = |text: &str| read_amount(text, decimals).ok().filter(|amount| *amount > 0);
        let amount = self.amount.read(read, words::PRICE_WRONG)?;
        Some(Money::new(amount, currency))
    }
}
