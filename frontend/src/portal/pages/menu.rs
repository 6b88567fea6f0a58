//! `/products/{vendor}/{product}`: the menu of a product, and the configurator.

use leptos::prelude::*;
use shared::menu::Menu;

use crate::api;
use crate::browser;
use crate::components::brand::wear_of;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::load::{Loader, derived};
use crate::menu::{Purpose, configurator};
use crate::selection;
use crate::words;

/// The menu seen last, so that checkout begins with what the customer saw; a context of the whole application.
#[derive(Clone, Copy)]
pub(crate) struct KnownMenus(StoredValue<Option<Menu>>);

impl KnownMenus {
    /// Provides the context.
    pub(crate) fn provide() {
        provide_context(Self(StoredValue::new(None)));
    }

    /// The application's.
    pub(crate) fn of_app() -> Self {
        expect_context()
    }

    /// Remembers `menu` as seen.
    pub(crate) fn keep(self, menu: &Menu) {
        self.0.set_value(Some(menu.clone()));
    }

    /// The menu of this product and version, if it is the one seen last.
    pub(crate) fn find(self, vendor: &str, product: &str, version: u32) -> Option<Menu> {
        let asked = |menu: &Menu| {
            menu.vendor.slug.as_str() == vendor && menu.product.slug.as_str() == product && menu.menu == version
        };
        self.0.get_value().filter(asked)
    }
}

/// The page.
pub(crate) fn menu(vendor: String, product: String) -> AnyView {
    let known = KnownMenus::of_app();
    let slug = vendor.clone();
    let loader = Loader::new(move || {
        let (vendor, product) = (vendor.clone(), product.clone());
        async move { api::get_menu(&vendor, &product).await }
    });
    wear_of(slug);
    let title = loader.title(|menu| menu.product.name, words::MENU);
    let lead = derived(move || loader.ready().map(|menu| menu.product.summary).unwrap_or_default());
    let content = loader.show(
        || skeleton("cards", 3, "skeleton tall"),
        move |menu| {
            known.keep(&menu);
            let wanted = browser::query("selection").and_then(|text| selection::decode(&text));
            match selection::fit(&menu, wanted) {
                Some(first) => configurator(menu, RwSignal::new(first), Purpose::Buying),
                None => super::not_found::nothing_here(),
            }
        },
    );
    page(Width::Full, title, Some(lead), content)
}
