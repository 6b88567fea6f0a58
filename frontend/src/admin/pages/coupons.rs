//! `/admin/{vendor}/coupons`, and one coupon. Making and changing them is in `forms`.

mod forms;

use leptos::prelude::*;
use serde_json::Value;
use shared::api::admin::coupons::Coupon;
use shared::team::Permission;
use shared::time::{Date, Timestamp};

use crate::admin::api::{self, read_value};
use crate::admin::layer::body;
use crate::admin::list::{Leads, List, Row, list_page};
use crate::admin::team::Team;
use crate::admin::{intl, words};
use crate::browser;
use crate::components::button::button;
use crate::components::copy::copy;
use crate::components::el::{Text, el};
use crate::components::lines::facts;
use crate::components::skeleton::skeleton;
use crate::components::status::badge;
use crate::load::Loader;

/// What the sheet's address says before a coupon's code, which could be anybody's id otherwise.
pub(super) const OPENED: &str = "coupon";

static LIST: List = List {
    name: "coupons",
    title: words::COUPONS,
    lead: words::COUPONS_LEAD,
    columns: &[words::COUPON_CODE, words::TAKES_OFF, words::FOR_WHAT, words::STATUS, words::REDEEMED, words::VALID],
    search: "",
    filters: &[],
    sorts: &[],
    row,
    nothing: ("coupon", words::NO_COUPONS, words::NO_COUPONS_DETAIL),
    action: Some(new_button),
    is_exported: false,
    bulk: None,
};

/// All coupons.
pub(crate) fn coupons() -> AnyView {
    list_page(&LIST)
}

fn new_button(team: Team) -> Option<AnyView> {
    let may = team.may(Permission::EditCatalog);
    may.then(|| button("button primary", words::NEW_COUPON, move || forms::create(team)))
}

fn row(_team: Team, item: &Value) -> Option<Row> {
    let coupon: Coupon = read_value(item).ok()?;
    let text = |text: String| AnyView::from(Text::from(text));
    Some(Row {
        id: format!("{OPENED}_{}", coupon.code),
        name: coupon.code.to_string(),
        address: Leads::Open,
        cells: vec![
            el("span", "number").text(takes_off(&coupon)).into(),
            text(for_what(&coupon)),
            badge(standing(&coupon, browser::now())),
            el("span", "number").text(redeemed(&coupon)).into(),
            text(ends(&coupon)),
        ],
    })
}

/// One coupon.
pub(super) fn sheet(code: &str, title: RwSignal<String>) -> AnyView {
    let team = Team::of_app();
    title.set(code.to_owned());
    let path = path(team, code);
    let loader: Loader<Coupon> = Loader::new(move || {
        team.heed_changes();
        api::get(path.clone())
    });
    body(loader.show(|| skeleton("stack", 1, "skeleton medium"), move |coupon| about(team, &coupon)))
}

/// Where the server has a coupon.
fn path(team: Team, code: &str) -> String {
    team.path(&format!("coupons/{}", browser::encode(code)))
}

fn about(team: Team, coupon: &Coupon) -> AnyView {
    let text = |text: String| AnyView::from(Text::from(text));
    let each = if coupon.once_per_customer { words::ONCE_ONLY } else { words::AS_OFTEN };
    let facts = facts(vec![
        (words::COUPON_CODE, copy(coupon.code.to_string(), words::COUPON_CODE)),
        (words::STATUS, badge(standing(coupon, browser::now()))),
        (words::TAKES_OFF, text(takes_off(coupon))),
        (words::FOR_WHAT, text(for_what(coupon))),
        (words::VALID, text(valid(coupon))),
        (words::REDEEMED, text(redeemed(coupon))),
        (words::EACH_CUSTOMER, text(each.to_owned())),
        (words::SINCE, text(intl::date_time(coupon.created_at))),
    ]);
    let buttons = team.may(Permission::EditCatalog).then(|| {
        let (one, other) = (coupon.clone(), coupon.clone());
        let switch = if coupon.active { words::SWITCH_OFF } else { words::SWITCH_ON };
        el("div", "row")
            .child(button("button", words::EDIT_COUPON, move || forms::edit(team, &one)))
            .child(button("button", switch, move || forms::switch(team, &other)))
            .view()
    });
    el("div", "stack").maybe(buttons).child(facts).into()
}

/// A coupon's state in a word.
fn standing(coupon: &Coupon, now: Timestamp) -> (&'static str, &'static str) {
    if !coupon.active {
        ("badge dot", words::COUPON_OFF)
    } else if coupon.ends_at.is_some_and(|end| end <= now) {
        ("badge dot", words::COUPON_ENDED)
    } else if coupon.limit.is_some_and(|limit| coupon.redeemed >= limit) {
        ("badge dot warn", words::COUPON_USED_UP)
    } else if coupon.starts_at.is_some_and(|start| start > now) {
        ("badge dot accent", words::COUPON_NOT_BEGUN)
    } else {
        ("badge dot good", words::COUPON_ACTIVE)
    }
}

fn takes_off(coupon: &Coupon) -> String {
    match (coupon.percent_off, coupon.amount_off) {
        (Some(percent), _) => words::percent(percent),
        (None, Some(amount)) => intl::money(amount),
        (None, None) => words::NONE.to_owned(),
    }
}

fn for_what(coupon: &Coupon) -> String {
    let Some(product) = &coupon.product else { return words::EVERY_PRODUCT.to_owned() };
    let offers: Vec<String> = coupon.offers.iter().map(ToString::to_string).collect();
    if offers.is_empty() { product.to_string() } else { format!("{product}: {}", offers.join(", ")) }
}

fn redeemed(coupon: &Coupon) -> String {
    let limit = coupon.limit.map(|limit| intl::number(u64::from(limit)));
    words::redeemed_of(&intl::number(u64::from(coupon.redeemed)), limit.as_deref())
}

fn valid(coupon: &Coupon) -> String {
    let from = intl::day(coupon.starts_at.unwrap_or(coupon.created_at).date());
    match coupon.ends_at.map(last_day) {
        Some(last) => words::from_until(&from, &intl::day(last)),
        None => words::from_for_ever(&from),
    }
}

/// The same shortly.
fn ends(coupon: &Coupon) -> String {
    coupon.ends_at.map_or_else(|| words::WITHOUT_END.to_owned(), |end| words::until(&intl::day(last_day(end))))
}

/// The last day that lies before an end.
fn last_day(end: Timestamp) -> Date {
    Timestamp::from_unix(end.as_unix() - 1).date()
}
