//! What the fields say is the menu they show, and whatever is wrong is told at its place.

use shared::menu::{AgreementName, MenuContent};

use super::{Reading, read};
use crate::admin::pages::editor::sheet::{CellKind, LimitRow, Sheet, TermKind, UsesRow};
use crate::admin::words;

fn agreement() -> AgreementName {
    AgreementName { version: 1, digest: "digest".to_owned(), title: "Terms".to_owned() }
}

fn sheet() -> Sheet {
    let mut sheet = Sheet { currency: "EUR".to_owned(), ..Sheet::default() };
    sheet.add_feature();
    sheet.rename_feature(0, "draw".to_owned());
    if let Some(row) = sheet.features.first_mut() {
        row.name = "Draw".to_owned();
    }
    sheet.add_offer("Pro".to_owned(), "digest".to_owned());
    sheet
}

#[track_caller]
fn check(change: impl FnOnce(&mut Sheet), field: &str, detail: &str) {
    let mut sheet = sheet();
    change(&mut sheet);
    let Reading { problems, .. } = read(&sheet, &[agreement()]);
    let told = problems.iter().find(|problem| problem.field == field).map(|problem| problem.detail.as_str());
    assert_eq!(told, Some(detail), "{problems:?}");
}

#[test]
fn a_good_menu_has_no_faults_and_is_shown_again_as_it_was() {
    let mut sheet = sheet();
    let offer = sheet.offers.first_mut().expect("there is one offer");
    let cell = offer.cells.first_mut().expect("there is one feature");
    cell.kind = CellKind::Optional;
    cell.price = "5.00".to_owned();
    let limit = |limit: &str, price: &str| LimitRow { limit: limit.to_owned(), price: price.to_owned() };
    offer.uses.push(UsesRow {
        feature: "draw".to_owned(),
        limits: vec![limit("100", "0.00"), limit("", "10.00")],
        resets: "1 month".to_owned(),
        ..UsesRow::default()
    });
    offer.terminals = vec![limit("1", "0.00"), limit("3", "20.00")];
    offer.base = "0.00".to_owned();
    // As a period of seven days is written.
    offer.window = "1 week".to_owned();
    offer.terms.iter_mut().for_each(|term| term.price = "120.00".to_owned());
    let reading = read(&sheet, &[agreement()]);
    assert_eq!((reading.problems, reading.unreadable), (Vec::new(), 0));
    assert_eq!(Sheet::of(&reading.content), sheet);
}

#[test]
fn what_cannot_be_read_is_told_at_its_place() {
    check(|sheet| sheet.currency = "euros".to_owned(), "currency", words::CURRENCY_WRONG);
    check(|sheet| sheet.rename_feature(0, "Draw!".to_owned()), "features[0].feature", words::FEATURE_WRONG);
    let first = |change: fn(&mut super::OfferColumn)| move |sheet: &mut Sheet| sheet.offers.iter_mut().for_each(change);
    check(first(|offer| offer.offer = "a b".to_owned()), "offers[0].offer", words::SLUG_WRONG);
    check(first(|offer| offer.base = "1.234".to_owned()), "offers[0].base", words::TWO_DECIMALS);
    check(first(|offer| offer.window = "soon".to_owned()), "offers[0].offline.window", words::PERIOD_WRONG);
    let until = first(|offer| offer.terms.iter_mut().for_each(|term| term.kind = TermKind::Until));
    check(until, "offers[0].terms[0].term", words::DAY_WRONG);
}

#[test]
fn what_breaks_a_rule_is_told_by_the_servers_own_check() {
    let none = Sheet { currency: "EUR".to_owned(), ..Sheet::default() };
    let reading = read(&none, &[]);
    let server: Vec<_> = reading.content.find_faults().into_iter().map(|fault| fault.field).collect();
    assert_eq!(reading.problems.into_iter().map(|problem| problem.field).collect::<Vec<_>>(), server);
    let elsewhere = read(&sheet(), &[]);
    assert!(elsewhere.problems.iter().any(|problem| problem.field == "offers[0].agreement"));
    assert_eq!(elsewhere.unreadable, 0);
}

#[test]
fn a_feature_that_is_taken_away_is_gone_from_every_offer() {
    let mut sheet = sheet();
    sheet
        .offers
        .iter_mut()
        .for_each(|offer| offer.uses.push(UsesRow { feature: "draw".to_owned(), ..UsesRow::default() }));
    sheet.remove_feature(0);
    let MenuContent { features, offers, .. } = read(&sheet, &[agreement()]).content;
    assert!(features.is_empty() && offers.iter().all(|offer| offer.features.is_empty() && offer.uses.is_empty()));
}
