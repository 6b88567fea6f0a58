//! What publishing would change is told in words, and nothing else is.

use shared::menu::{AgreementName, MenuContent};

use super::{Change, compare};
use crate::admin::pages::editor::read::read;
use crate::admin::pages::editor::sheet::{CellKind, Sheet};
use crate::admin::words;

fn sheet() -> Sheet {
    let mut sheet = Sheet { currency: "EUR".to_owned(), ..Sheet::default() };
    sheet.add_feature();
    sheet.rename_feature(0, "draw".to_owned());
    sheet.features.iter_mut().for_each(|row| row.name = "Draw".to_owned());
    sheet.add_offer("Pro".to_owned(), "digest".to_owned());
    sheet.offers.iter_mut().for_each(|offer| offer.terms.iter_mut().for_each(|term| term.price = "120".to_owned()));
    sheet
}

fn content(sheet: &Sheet) -> MenuContent {
    let agreement = AgreementName { version: 1, digest: "digest".to_owned(), title: "Terms".to_owned() };
    read(sheet, &[agreement]).content
}

#[track_caller]
fn check(change: impl FnOnce(&mut Sheet), expected: &[(&str, Option<&str>, Option<&str>)]) {
    let mut newer = sheet();
    change(&mut newer);
    let price = |amount: i64, _: &MenuContent| format!("{}.{:02}", amount / 100, amount % 100);
    let found = compare(&content(&sheet()), &content(&newer), &price);
    let own = |text: Option<&str>| text.map(str::to_owned);
    let expected =
        expected.iter().map(|(what, old, new)| Change { what: (*what).to_owned(), old: own(*old), new: own(*new) });
    assert_eq!(found, expected.collect::<Vec<_>>());
}

#[test]
fn nothing_is_told_where_nothing_differs() {
    check(|_| {}, &[]);
}

#[test]
fn a_price_is_told_with_what_it_was() {
    let change = |sheet: &mut Sheet| {
        sheet.offers.iter_mut().for_each(|offer| {
            offer.terms.iter_mut().for_each(|term| term.price = "99".to_owned());
        });
    };
    check(change, &[("Pro, 1 year", Some("120.00"), Some("99.00"))]);
}

#[test]
fn an_offer_that_comes_or_goes_is_told_once() {
    check(|sheet| sheet.add_offer("Team".to_owned(), "digest".to_owned()), &[("Team", None, Some(words::ADDED))]);
    check(|sheet| sheet.offers.clear(), &[("Pro", Some(words::ON_SALE), None)]);
}

#[test]
fn a_feature_that_is_sold_now_is_told_with_its_price() {
    let change = |sheet: &mut Sheet| {
        sheet.offers.iter_mut().flat_map(|offer| &mut offer.cells).for_each(|cell| {
            cell.kind = CellKind::Optional;
            cell.price = "5".to_owned();
        });
    };
    check(change, &[("Pro, Draw", None, Some("optional, 5.00"))]);
}
