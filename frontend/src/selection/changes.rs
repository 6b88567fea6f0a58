//! What differs between what the customer saw and what is offered now, in words.

use shared::menu::Menu;
use shared::quote::{Quote, QuoteItem, QuoteLine, Selection};

use crate::{intl, phrase, words};

/// What a customer chose, from which menu, at which price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The menu.
    pub menu: Menu,
    /// What was picked from it.
    pub selection: Selection,
    /// What it costs.
    pub quote: Quote,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What differs.
    pub what: String,
    /// As it was.
    pub old: String,
    /// As it is now.
    pub new: String,
}

/// Every difference that matters to the customer: choices, prices, the total, the agreement.
pub fn changes(old: &Seen, new: &Seen) -> Vec<Change> {
    let mut found = Vec::new();
    let (old_lines, new_lines) = (&old.quote.lines, &new.quote.lines);
    for line in old_lines {
        match new_lines.iter().find(|other| same_kind(&line.item, &other.item)) {
            Some(other) if describe(old, line) == describe(new, other) => {}
            Some(other) => found.push(change(new, other, describe(old, line), describe(new, other))),
            None => found.push(change(old, line, describe(old, line), words::NOT_OFFERED.to_owned())),
        }
    }
    for line in new_lines.iter().filter(|line| !old_lines.iter().any(|other| same_kind(&line.item, &other.item))) {
        found.push(change(new, line, words::NOT_THERE.to_owned(), describe(new, line)));
    }
    if old.quote.total != new.quote.total {
        let what = words::TOTAL.to_owned();
        found.push(Change { what, old: intl::money(old.quote.total), new: intl::money(new.quote.total) });
    }
    if let (Some(before), Some(after)) = (agreement(old), agreement(new))
        && before.digest != after.digest
    {
        let name =
            |agreement: &shared::menu::AgreementName| words::agreement_version(&agreement.title, agreement.version);
        found.push(Change { what: words::AGREEMENT.to_owned(), old: name(before), new: name(after) });
    }
    found
}

fn agreement(seen: &Seen) -> Option<&shared::menu::AgreementName> {
    seen.menu.offer(&seen.selection.offer).map(|offer| &offer.agreement)
}

fn same_kind(left: &QuoteItem, right: &QuoteItem) -> bool {
    match (left, right) {
        (QuoteItem::Feature { feature: left }, QuoteItem::Feature { feature: right })
        | (QuoteItem::Uses { feature: left, .. }, QuoteItem::Uses { feature: right, .. }) => left == right,
        _ => std::mem::discriminant(left) == std::mem::discriminant(right),
    }
}

fn offer_name(seen: &Seen) -> &str {
    seen.menu.offer(&seen.selection.offer).map_or("", |offer| &offer.name)
}

fn describe(seen: &Seen, line: &QuoteLine) -> String {
    let item = match &line.item {
        // The list says "Term" already.
        QuoteItem::Term { term } => phrase::term(*term),
        item => phrase::quote_item(item, offer_name(seen), &seen.menu.product.features),
    };
    format!("{item}, {}", phrase::price(line.price.amount, line.price.currency))
}

fn change(seen: &Seen, line: &QuoteLine, old: String, new: String) -> Change {
    let what = match &line.item {
        QuoteItem::Base { .. } => words::OFFER.to_owned(),
        QuoteItem::Term { .. } => words::TERM.to_owned(),
        QuoteItem::Feature { feature } | QuoteItem::Uses { feature, .. } => {
            phrase::feature(&seen.menu.product.features, feature).to_owned()
        }
        QuoteItem::Terminals { .. } => words::DEVICES_TITLE.to_owned(),
        QuoteItem::Seats { .. } => words::SEATS_TITLE.to_owned(),
        QuoteItem::Coupon { code } => words::coupon_line(code.as_str()),
        QuoteItem::Tax { name, .. } => name.clone(),
    };
    Change { what, old, new }
}
