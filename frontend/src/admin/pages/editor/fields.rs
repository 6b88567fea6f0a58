//! The state of the editor, and the fields that write to it.

use leptos::prelude::*;
use shared::api::admin::catalog::{Draft, Product};
use shared::menu::{AgreementName, MenuContent};

use super::Start;
use super::read::{Reading, read};
use super::sheet::{OfferColumn, Sheet};
use crate::admin::api::{Attempt, Fault};
use crate::admin::form::{Label, Wrong};
use crate::admin::team::Team;
use crate::admin::words;
use crate::browser;
use crate::components::el::Text;
use crate::load::{Loader, derived};
use crate::router::Router;

/// The editor. Every closure of it holds this: a pointer takes less code to move than what it points to. That lives as long as
/// the program, some hundred bytes for each visit of the page; the signals in it go with the page.
#[derive(Clone, Copy)]
pub(super) struct Desk(&'static Parts);

impl std::ops::Deref for Desk {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        self.0
    }
}

/// Everything the editor knows.
pub(super) struct Parts {
    pub team: Team,
    pub router: Router,
    pub loader: Loader<Start>,
    pub product: StoredValue<Product>,
    pub published: StoredValue<Option<MenuContent>>,
    pub agreements: StoredValue<Vec<AgreementName>>,
    /// What stands in the fields.
    pub sheet: RwSignal<Sheet>,
    /// What they say, and what is wrong.
    pub reading: Memo<Reading>,
    /// Grows when fields come or go; only then they are drawn again.
    pub shape: RwSignal<u32>,
    /// Which offer is shown.
    pub shown: RwSignal<usize>,
    /// The draft as it is kept.
    pub draft: RwSignal<Draft>,
    /// What the fields say of it: features in the order of the matrix.
    pub kept: Memo<MenuContent>,
    pub busy: RwSignal<bool>,
    pub fault: RwSignal<Option<Fault>>,
    pub publishing: RwSignal<bool>,
    pub publish: Attempt,
}

impl Desk {
    /// The editor of what `start` holds.
    pub(super) fn new(team: Team, start: Start, loader: Loader<Start>) -> Self {
        let Start { product, draft, published, agreements } = start;
        let sheet = RwSignal::new(Sheet::of(&draft.content));
        let agreements = StoredValue::new(agreements);
        let reading = Memo::new(move |_| sheet.with(|sheet| agreements.with_value(|known| read(sheet, known))));
        let draft = RwSignal::new(draft);
        let kept = Memo::new(move |_| {
            let sheet = draft.with(|draft| Sheet::of(&draft.content));
            agreements.with_value(|known| read(&sheet, known)).content
        });
        Self(Box::leak(Box::new(Parts {
            team,
            router: Router::of_app(),
            loader,
            product: StoredValue::new(product),
            published: StoredValue::new(published),
            agreements,
            sheet,
            reading,
            shape: RwSignal::new(0),
            shown: RwSignal::new(0),
            draft,
            kept,
            busy: RwSignal::new(false),
            fault: RwSignal::new(None),
            publishing: RwSignal::new(false),
            publish: Attempt::new(),
        })))
    }

    /// Whether the fields say something else than what is kept. Tracks.
    pub(super) fn is_dirty(self) -> bool {
        self.kept.with(|kept| self.reading.with(|reading| reading.content != *kept || reading.unreadable > 0))
    }

    /// The same without being told of changes.
    pub(super) fn is_dirty_now(self) -> bool {
        untrack(move || self.is_dirty())
    }

    /// Changes what the fields say.
    pub(super) fn change(self, change: impl FnOnce(&mut Sheet)) {
        self.sheet.update(change);
    }

    /// Changes which fields there are; `focus` is the id of the one that is next.
    pub(super) fn reshape(self, focus: &str, change: impl FnOnce(&mut Sheet)) {
        self.sheet.update(change);
        self.shape.update(|shape| *shape = shape.wrapping_add(1));
        if !focus.is_empty() {
            browser::focus_on(&by_id(focus));
        }
    }

    /// What is wrong at `path`.
    pub(super) fn wrong(self, path: String) -> Wrong {
        derived(move || {
            let here = |problem: &&shared::api::problem::FieldProblem| problem.field == path;
            self.reading.with(|reading| reading.problems.iter().find(here).map(|problem| problem.detail.clone()))
        })
    }

    /// A field of the sheet: its path is its id; `place` finds it.
    pub(super) fn field(self, path: String, label: FieldLabel, kind: &'static str, place: Place) -> AnyView {
        let label = match label {
            FieldLabel::Shown(label, hint) => Label::new(path.clone(), label, hint),
            FieldLabel::Heard(label) => Label::hidden(path.clone(), label),
        };
        let (value, set) = self.bind(place);
        label.input(kind, value, set, self.wrong(path))
    }

    /// The value of a place, and what sets it.
    pub(super) fn bind(self, place: Place) -> (Signal<String>, impl Fn(String) + 'static) {
        let find = Place::clone(&place);
        let value = derived(move || {
            self.sheet.track();
            // One way to find a place, which is for writing: nothing is written here.
            let found = self.sheet.try_update_untracked(|sheet| find(sheet).cloned());
            found.flatten().unwrap_or_default()
        });
        let set = move |text: String| {
            self.change(|sheet| {
                if let Some(known) = place(sheet) {
                    *known = text;
                }
            });
        };
        (value, set)
    }

    /// The offer at `index`, to change it.
    pub(super) fn with_offer(self, index: usize, change: impl FnOnce(&mut OfferColumn)) {
        self.change(|sheet| {
            if let Some(offer) = sheet.offers.get_mut(index) {
                change(offer);
            }
        });
    }

    /// What the reader calls the place of a problem: "Pro", "Features".
    pub(super) fn name_of(self, field: &str) -> String {
        match index_of(field, "offers[") {
            Some(index) => self.sheet.with_untracked(|sheet| {
                let name = sheet.offers.get(index).map(|offer| offer.name.trim().to_owned());
                name.filter(|name| !name.is_empty()).unwrap_or_else(|| words::offer_number(index + 1))
            }),
            None if field.starts_with("features") => words::FEATURES.to_owned(),
            None => words::MENU.to_owned(),
        }
    }

    /// Shows the field of a problem and puts the focus there.
    pub(super) fn lead_to(self, field: &str) {
        if let Some(index) = index_of(field, "offers[") {
            self.shown.set(index);
        }
        browser::focus_on_any(places_of(field).collect());
    }
}

/// Where a problem is to be put right: at its own field, or else at the first one of what holds it, then at what holds that.
/// Features of offers are ticked where all features are.
fn places_of(field: &str) -> impl Iterator<Item = String> {
    let holders = core::iter::successors(Some(field), |inner| inner.rfind(['.', '[']).and_then(|end| inner.get(..end)));
    let place = |holder: &str| match holder.strip_suffix("].features") {
        Some(_) => by_id("features"),
        None => format!("{}, [id^=\"{holder}.\"]", by_id(holder)),
    };
    holders.map(place)
}

/// Finds a text of the sheet.
pub(super) type Place = std::sync::Arc<dyn Fn(&mut Sheet) -> Option<&mut String> + Send + Sync>;

/// Finds a text of one offer.
pub(super) fn in_offer(
    index: usize,
    find: impl Fn(&mut OfferColumn) -> Option<&mut String> + Send + Sync + 'static,
) -> Place {
    std::sync::Arc::new(move |sheet| sheet.offers.get_mut(index).and_then(&find))
}

/// How a field is labelled.
pub(super) enum FieldLabel {
    /// With a hint below.
    Shown(Text, &'static str),
    /// By the table around it, for those who see.
    Heard(Text),
}

/// A visible label.
pub(super) fn shown(label: impl Into<Text>, hint: &'static str) -> FieldLabel {
    FieldLabel::Shown(label.into(), hint)
}

/// A label that is only heard.
pub(super) fn heard(label: impl Into<Text>) -> FieldLabel {
    FieldLabel::Heard(label.into())
}

/// The selector of an element by an id that holds brackets.
pub(super) fn by_id(id: &str) -> String {
    format!("[id=\"{id}\"]")
}

fn index_of(field: &str, before: &str) -> Option<usize> {
    field.strip_prefix(before)?.split(']').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{by_id, places_of};

    #[test]
    fn a_problem_leads_to_its_field_or_to_what_holds_it() {
        let at = |holder: &str| format!("{}, [id^=\"{holder}.\"]", by_id(holder));
        let perpetual: Vec<_> = places_of("offers[0].terms[1].term").collect();
        let holders = ["offers[0].terms[1].term", "offers[0].terms[1]", "offers[0].terms", "offers[0]", "offers"];
        assert_eq!(perpetual, holders.map(at));
        let feature: Vec<_> = places_of("offers[2].features[4].feature").collect();
        assert_eq!(feature.get(2), Some(&by_id("features")));
    }
}
