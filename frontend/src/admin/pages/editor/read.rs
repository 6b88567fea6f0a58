//! From what stands in the fields to a menu, and everything that is wrong on the way. The rules are the server's own.

use shared::api::problem::FieldProblem;
use shared::menu::{
    AgreementName, FeatureName, Leasing, LimitChoice, MenuContent, Moving, Offer, OfferFeature, Offline, Term,
    TermChoice, UsesChoice, UsesLimit,
};
use shared::money::Currency;
use shared::slug::{Feature, Slug};
use shared::time::Period;

use super::sheet::{Cell, CellKind, LimitRow, OfferColumn, Sheet, TermKind, TermRow, UsesRow};
use super::text::{read_amount, read_period};
use crate::admin::words;

/// What the fields say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// The menu, with something harmless in place of what cannot be read: for the preview.
    pub content: MenuContent,
    /// What cannot be read, and what breaks a rule, each with its place.
    pub problems: Vec<FieldProblem>,
    /// How many of them cannot be read: a draft with such cannot be saved.
    pub unreadable: usize,
}

struct Reader<'a> {
    problems: Vec<FieldProblem>,
    decimals: u32,
    agreements: &'a [AgreementName],
}

/// Reads the fields. `agreements` are the license texts that there are.
pub(super) fn read(sheet: &Sheet, agreements: &[AgreementName]) -> Reading {
    let mut reader = Reader { problems: Vec::new(), decimals: 2, agreements };
    let currency = reader.currency(&sheet.currency);
    reader.decimals = currency.decimals().unwrap_or(2);
    let mut features = Vec::new();
    for (index, row) in sheet.features.iter().enumerate() {
        let feature = reader.feature(&format!("features[{index}].feature"), &row.feature, index);
        features.push(FeatureName { feature, name: row.name.trim().to_owned() });
    }
    let offers = sheet.offers.iter().enumerate();
    let offers = offers.map(|(index, offer)| reader.offer(index, offer, sheet, &features)).collect();
    let content = MenuContent { currency, features, offers };
    let unreadable = reader.problems.len();
    let mut problems = reader.problems;
    let broken = content.find_faults().into_iter().chain(content.find_unknown_agreements(agreements));
    // Where something cannot be read, a rule about what stands in its place says nothing.
    let broken = broken.map(FieldProblem::from);
    let broken: Vec<_> = broken.filter(|fault| !problems.iter().any(|known| known.field == fault.field)).collect();
    problems.extend(broken);
    Reading { content, problems, unreadable }
}

impl Reader<'_> {
    fn wrong(&mut self, field: &str, detail: &str) {
        self.problems.push(FieldProblem { field: field.to_owned(), detail: detail.to_owned() });
    }

    fn currency(&mut self, text: &str) -> Currency {
        text.trim().to_ascii_uppercase().parse().unwrap_or_else(|_| {
            self.wrong("currency", words::CURRENCY_WRONG);
            "EUR".parse().expect("three capital letters are a currency code")
        })
    }

    fn feature(&mut self, field: &str, text: &str, index: usize) -> Feature {
        text.trim().parse().unwrap_or_else(|_| {
            self.wrong(field, words::FEATURE_WRONG);
            stand_in(index)
        })
    }

    fn amount(&mut self, field: &str, text: &str) -> i64 {
        read_amount(text, self.decimals).unwrap_or_else(|detail| {
            self.wrong(field, detail);
            0
        })
    }

    fn number<N: core::str::FromStr + From<u8>>(&mut self, field: &str, text: &str) -> N {
        text.trim().parse().unwrap_or_else(|_| {
            self.wrong(field, words::NUMBER_WRONG);
            N::from(1)
        })
    }

    fn period(&mut self, field: &str, text: &str) -> Option<Period> {
        let period = read_period(text);
        if period.is_none() {
            self.wrong(field, words::PERIOD_WRONG);
        }
        period
    }

    fn offer(&mut self, index: usize, column: &OfferColumn, sheet: &Sheet, names: &[FeatureName]) -> Offer {
        let at = format!("offers[{index}]");
        let slug: Slug = column.offer.trim().parse().unwrap_or_else(|_| {
            self.wrong(&format!("{at}.offer"), words::SLUG_WRONG);
            format!("offer-{}", index + 1).parse().expect("letters, a hyphen and a number are a slug")
        });
        let mut features = Vec::new();
        for (cell, named) in column.cells.iter().zip(names) {
            if let Some(feature) = self.cell(&format!("{at}.features[{}].price", features.len()), cell, &named.feature)
            {
                features.push(feature);
            }
        }
        let terms = column.terms.iter().enumerate();
        let terms = terms.map(|(row, term)| self.term(&format!("{at}.terms[{row}]"), term)).collect();
        let uses = column.uses.iter().enumerate();
        let uses = uses.map(|(row, uses)| self.uses(&format!("{at}.uses[{row}]"), uses, sheet, names)).collect();
        let agreement = self.agreements.iter().find(|known| known.digest == column.agreement).cloned();
        Offer {
            offer: slug,
            name: column.name.trim().to_owned(),
            summary: column.summary.trim().to_owned(),
            base: self.amount(&format!("{at}.base"), &column.base),
            features,
            terms,
            uses,
            terminals: self.limits(&format!("{at}.terminals"), &column.terminals),
            seats: self.limits(&format!("{at}.seats"), &column.seats),
            moving: self.moving(&at, column),
            offline: Offline {
                window: self
                    .period(&format!("{at}.offline.window"), &column.window)
                    .unwrap_or(Offline::default().window),
                slice: self.number(&format!("{at}.offline.slice"), &column.slice),
            },
            leasing: Leasing {
                min_seconds: self.number(&format!("{at}.leasing.min_seconds"), &column.leasing.min_seconds),
                max_seconds: self.number(&format!("{at}.leasing.max_seconds"), &column.leasing.max_seconds),
                unreturned: column.leasing.unreturned,
            },
            agreement: agreement.unwrap_or_else(|| AgreementName {
                version: 1,
                digest: column.agreement.clone(),
                title: words::NO_AGREEMENT_YET.to_owned(),
            }),
        }
    }

    fn cell(&mut self, field: &str, cell: &Cell, feature: &Feature) -> Option<OfferFeature> {
        let (included, price) = match cell.kind {
            CellKind::Absent => return None,
            CellKind::Included => (true, 0),
            CellKind::Optional => (false, self.amount(field, &cell.price)),
        };
        Some(OfferFeature { feature: feature.clone(), included, price })
    }

    /// Always a term, so that the places of those after it stay, also for one that cannot be read.
    fn term(&mut self, at: &str, row: &TermRow) -> TermChoice {
        let field = format!("{at}.term");
        let fallback = Offline::default().window;
        let term = match row.kind {
            TermKind::For => Term::For(self.period(&field, &row.length).unwrap_or(fallback)),
            TermKind::FirstUse => Term::FirstUse(self.period(&field, &row.length).unwrap_or(fallback)),
            TermKind::Perpetual => Term::Perpetual,
            TermKind::Until => {
                let day = row.length.trim().parse().map(Term::Until);
                if day.is_err() {
                    self.wrong(&field, words::DAY_WRONG);
                }
                day.unwrap_or(Term::For(fallback))
            }
        };
        TermChoice { term, price: self.amount(&format!("{at}.price"), &row.price), trial: row.trial }
    }

    fn uses(&mut self, at: &str, row: &UsesRow, sheet: &Sheet, names: &[FeatureName]) -> UsesChoice {
        let place = sheet.features.iter().position(|known| known.feature == row.feature);
        let feature = place.and_then(|place| names.get(place)).map(|named| named.feature.clone());
        let feature = feature.unwrap_or_else(|| self.feature(&format!("{at}.feature"), &row.feature, 0));
        let mut limits = Vec::new();
        for (index, choice) in row.limits.iter().enumerate() {
            let is_unlimited = choice.limit.trim().is_empty();
            let limit = (!is_unlimited).then(|| self.number(&format!("{at}.limits[{index}].limit"), &choice.limit));
            let price = self.amount(&format!("{at}.limits[{index}].price"), &choice.price);
            limits.push(UsesLimit { limit, price });
        }
        let resets =
            (!row.resets.trim().is_empty()).then(|| self.period(&format!("{at}.resets"), &row.resets)).flatten();
        UsesChoice { feature, limits, resets, count: row.count }
    }

    fn limits(&mut self, at: &str, rows: &[LimitRow]) -> Vec<LimitChoice> {
        let limit = |(index, row): (usize, &LimitRow)| LimitChoice {
            limit: self.number(&format!("{at}[{index}].limit"), &row.limit),
            price: self.amount(&format!("{at}[{index}].price"), &row.price),
        };
        rows.iter().enumerate().map(limit).collect()
    }

    fn moving(&mut self, at: &str, column: &OfferColumn) -> Moving {
        let row = &column.moving;
        let is_limited = row.is_allowed && !row.limit.trim().is_empty();
        let limit = is_limited.then(|| self.number(&format!("{at}.moving.limit"), &row.limit));
        let counts = is_limited && !row.per.trim().is_empty();
        Moving {
            allowed: row.is_allowed,
            limit,
            per: counts.then(|| self.period(&format!("{at}.moving.per"), &row.per)).flatten(),
            recoveries: self.number(&format!("{at}.moving.recoveries"), &row.recoveries),
        }
    }
}

/// Stands in for a feature that cannot be read; each row has its own.
fn stand_in(index: usize) -> Feature {
    format!("feature_{}", index + 1).parse().expect("letters, an underscore and a number are a feature")
}

#[cfg(test)]
mod tests;
