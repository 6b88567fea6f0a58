//! The menu as it stands in the fields: texts, some of which may not be readable yet. `read` makes a menu of it.

use shared::menu::{Counting, Leasing, LimitChoice, MenuContent, Offer, Term, Unreturned, UsesChoice};
use shared::money::Currency;
use shared::time::Period;

use super::text::{amount_text, period_text};

/// Everything that is edited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sheet {
    pub currency: String,
    pub features: Vec<FeatureRow>,
    pub offers: Vec<OfferColumn>,
}

/// A feature: a row of the matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FeatureRow {
    pub feature: String,
    pub name: String,
}

/// An offer: a column of the matrix, and its choices and rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OfferColumn {
    pub offer: String,
    pub name: String,
    pub summary: String,
    pub base: String,
    /// One for each row of features.
    pub cells: Vec<Cell>,
    pub terms: Vec<TermRow>,
    pub uses: Vec<UsesRow>,
    pub terminals: Vec<LimitRow>,
    pub seats: Vec<LimitRow>,
    pub moving: MovingRow,
    pub window: String,
    pub slice: String,
    pub leasing: LeasingRow,
    /// The digest of the license text.
    pub agreement: String,
}

/// Whether an offer has a feature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub kind: CellKind,
    pub price: String,
}

/// The same without its price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum CellKind {
    #[default]
    Absent,
    Included,
    Optional,
}

/// A term that may be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TermRow {
    pub kind: TermKind,
    /// A period or a day, as the kind has it.
    pub length: String,
    pub price: String,
    pub trial: bool,
}

/// What kind of term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum TermKind {
    #[default]
    For,
    FirstUse,
    Until,
    Perpetual,
}

/// How many uses of a feature may be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct UsesRow {
    pub feature: String,
    /// Empty limits are unlimited.
    pub limits: Vec<LimitRow>,
    /// Empty: once for the whole term.
    pub resets: String,
    pub count: Counting,
}

/// A number that may be chosen, and what it adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LimitRow {
    pub limit: String,
    pub price: String,
}

/// Whether and how often passes move.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct MovingRow {
    pub is_allowed: bool,
    /// Empty: as often as the customer likes.
    pub limit: String,
    /// Empty: over the whole term.
    pub per: String,
    pub recoveries: String,
}

/// How services check the license out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LeasingRow {
    pub min_seconds: String,
    pub max_seconds: String,
    pub unreturned: Unreturned,
}

impl Default for LeasingRow {
    fn default() -> Self {
        Self::of(Leasing::default())
    }
}

impl LeasingRow {
    fn of(leasing: Leasing) -> Self {
        let Leasing { min_seconds, max_seconds, unreturned } = leasing;
        Self { min_seconds: min_seconds.to_string(), max_seconds: max_seconds.to_string(), unreturned }
    }
}

impl Sheet {
    /// The fields of `content`.
    pub(super) fn of(content: &MenuContent) -> Self {
        let money = Money(content.currency);
        let features = content.features.iter();
        let features =
            features.map(|named| FeatureRow { feature: named.feature.to_string(), name: named.name.clone() });
        let features: Vec<FeatureRow> = features.collect();
        let offers = content.offers.iter().map(|offer| OfferColumn::of(offer, &features, money)).collect();
        Self { currency: content.currency.to_string(), features, offers }
    }

    /// Adds an offer like those people often make, with a name that none has.
    pub(super) fn add_offer(&mut self, name: String, agreement: String) {
        let number = self.offers.len() + 1;
        self.offers.push(OfferColumn {
            offer: format!("offer-{number}"),
            name,
            base: "0".to_owned(),
            cells: self.features.iter().map(|_| Cell::default()).collect(),
            terms: vec![TermRow { length: "1 year".to_owned(), price: "0".to_owned(), ..TermRow::default() }],
            moving: MovingRow { is_allowed: true, recoveries: "1".to_owned(), ..MovingRow::default() },
            window: "7 days".to_owned(),
            slice: "0".to_owned(),
            agreement,
            ..OfferColumn::default()
        });
    }

    /// Adds a feature that no offer has yet.
    pub(super) fn add_feature(&mut self) {
        self.features.push(FeatureRow::default());
        for offer in &mut self.offers {
            offer.cells.push(Cell::default());
        }
    }

    /// Takes a feature away, from the offers too.
    pub(super) fn remove_feature(&mut self, row: usize) {
        let removed = self.features.remove(row).feature;
        for offer in &mut self.offers {
            offer.cells.remove(row);
            offer.uses.retain(|uses| uses.feature != removed);
        }
    }

    /// Renames a feature, where it is counted too.
    pub(super) fn rename_feature(&mut self, row: usize, feature: String) {
        let Some(known) = self.features.get_mut(row) else { return };
        let before = std::mem::replace(&mut known.feature, feature.clone());
        for uses in self.offers.iter_mut().flat_map(|offer| &mut offer.uses).filter(|uses| uses.feature == before) {
            uses.feature.clone_from(&feature);
        }
    }
}

#[derive(Clone, Copy)]
struct Money(Currency);

impl Money {
    fn text(self, amount: i64) -> String {
        amount_text(amount, self.0.decimals().unwrap_or(2))
    }

    fn limit(self, choice: &LimitChoice) -> LimitRow {
        LimitRow { limit: choice.limit.to_string(), price: self.text(choice.price) }
    }
}

impl OfferColumn {
    fn of(offer: &Offer, features: &[FeatureRow], money: Money) -> Self {
        let cell = |row: &FeatureRow| {
            let found = offer.features.iter().find(|feature| feature.feature.as_str() == row.feature);
            found.map_or_else(Cell::default, |found| Cell {
                kind: if found.included { CellKind::Included } else { CellKind::Optional },
                price: money.text(found.price),
            })
        };
        let uses = |uses: &UsesChoice| UsesRow {
            feature: uses.feature.to_string(),
            limits: uses
                .limits
                .iter()
                .map(|choice| LimitRow {
                    limit: choice.limit.map(|limit| limit.to_string()).unwrap_or_default(),
                    price: money.text(choice.price),
                })
                .collect(),
            resets: maybe_period(uses.resets),
            count: uses.count,
        };
        let term = |choice: &shared::menu::TermChoice| {
            let (kind, length) = match choice.term {
                Term::For(period) => (TermKind::For, period_text(period)),
                Term::FirstUse(period) => (TermKind::FirstUse, period_text(period)),
                Term::Until(day) => (TermKind::Until, day.to_string()),
                Term::Perpetual => (TermKind::Perpetual, String::new()),
            };
            TermRow { kind, length, price: money.text(choice.price), trial: choice.trial }
        };
        Self {
            offer: offer.offer.to_string(),
            name: offer.name.clone(),
            summary: offer.summary.clone(),
            base: money.text(offer.base),
            cells: features.iter().map(cell).collect(),
            terms: offer.terms.iter().map(term).collect(),
            uses: offer.uses.iter().map(uses).collect(),
            terminals: offer.terminals.iter().map(|choice| money.limit(choice)).collect(),
            seats: offer.seats.iter().map(|choice| money.limit(choice)).collect(),
            moving: MovingRow {
                is_allowed: offer.moving.allowed,
                limit: offer.moving.limit.map(|limit| limit.to_string()).unwrap_or_default(),
                per: maybe_period(offer.moving.per),
                recoveries: offer.moving.recoveries.to_string(),
            },
            window: period_text(offer.offline.window),
            slice: offer.offline.slice.to_string(),
            leasing: LeasingRow::of(offer.leasing),
            agreement: offer.agreement.digest.clone(),
        }
    }
}

fn maybe_period(period: Option<Period>) -> String {
    period.map(period_text).unwrap_or_default()
}
