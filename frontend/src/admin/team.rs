//! In whose team the person is, and what they may do there.

use leptos::prelude::*;
use shared::api::admin::team::Vendor;
use shared::team::Permission;

use crate::admin::ask::Asking;
use crate::admin::once::Once;
use crate::router::Router;

/// A vendor's team with the person in it; a context of everything below its pages.
#[derive(Clone, Copy)]
pub(crate) struct Team {
    vendor: StoredValue<Vendor>,
    /// The vendor's name; its settings change it.
    pub name: RwSignal<String>,
    /// Counts what was changed here, so that lists that show it ask again.
    changes: RwSignal<u32>,
    /// Where the person is.
    pub router: Router,
    /// What asks before an act.
    pub asking: Asking,
    /// What shows a secret once.
    pub once: Once,
}

impl Team {
    /// Provides the context.
    pub(crate) fn provide(vendor: Vendor) -> Self {
        let team = Self {
            name: RwSignal::new(vendor.name.clone()),
            vendor: StoredValue::new(vendor),
            changes: RwSignal::new(0),
            router: Router::of_app(),
            asking: Asking::new(),
            once: Once::new(),
        };
        provide_context(team);
        team
    }

    /// The one whose pages these are.
    pub(crate) fn of_app() -> Self {
        expect_context()
    }

    /// The vendor's slug.
    pub(crate) fn slug(self) -> String {
        self.vendor.with_value(|vendor| vendor.vendor.to_string())
    }

    /// The vendor.
    pub(crate) fn vendor(self) -> Vendor {
        self.vendor.get_value()
    }

    /// Whether the person may do that.
    pub(crate) fn may(self, permission: Permission) -> bool {
        self.vendor.with_value(|vendor| vendor.role.may(permission))
    }

    /// Where the server has `rest` of this vendor, below the API's root.
    pub(crate) fn path(self, rest: &str) -> String {
        format!("/admin/vendors/{}/{rest}", self.slug())
    }

    /// Where these pages have `rest` of this vendor.
    pub(crate) fn page(self, rest: &str) -> String {
        format!("/admin/{}/{rest}", self.slug()).trim_end_matches('/').to_owned()
    }

    /// Says that something was changed.
    pub(crate) fn note_change(self) {
        self.changes.update(|changes| *changes = changes.wrapping_add(1));
    }

    /// Makes whoever asks be asked again after a change.
    pub(crate) fn heed_changes(self) {
        self.changes.track();
    }
}
