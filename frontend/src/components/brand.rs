//! A vendor's colour and logo, while one of its pages is shown.
//!
//! The colour is set as custom properties of the document by script, since the pages' policy allows no inline style.

use leptos::prelude::*;
use shared::api::catalog::{Brand, PublicVendor};
use shared::brand::Accents;
use wasm_bindgen::JsCast;

use super::el::{el, maybe};
use crate::api;
use crate::load::{Loader, whenever};

/// The custom properties that a vendor's colour is given by; `style/base.css` reads them.
const PROPERTIES: [&str; 3] = ["--brand-light", "--brand-dark", "--brand-dark-text"];

/// What the header shows: a logo and whose it is. A context of the whole application.
#[derive(Clone, Copy)]
pub struct Worn(RwSignal<Option<(Brand, String)>>);

impl Worn {
    /// Provides the context.
    pub fn provide() {
        provide_context(Self(RwSignal::new(None)));
    }

    /// The logo, where the page that is shown has one.
    pub fn logo() -> AnyView {
        let Self(worn) = expect_context();
        maybe(move || {
            let (brand, name) = worn.get()?;
            let logo = brand.logo?;
            let image = el("img", "").attr("src", logo.path).attr("alt", name);
            let image = image.attr("width", logo.width.to_string()).attr("height", logo.height.to_string());
            Some(el("span", "vendor-logo").child(image).view())
        })
    }
}

/// The page that is being made is this vendor's.
pub fn wear(brand: Option<Brand>, name: &str) {
    let Some(brand) = brand else { return };
    let Worn(worn) = expect_context();
    if let Some(accents) = &brand.accents {
        paint(document().document_element(), Some(accents));
    }
    worn.set(Some((brand, name.to_owned())));
    on_cleanup(move || {
        paint(document().document_element(), None);
        // The whole application may be going.
        let _ = worn.try_set(None);
    });
}

/// Asks who the vendor is and wears its brand.
pub fn wear_of(vendor: String) -> Loader<PublicVendor> {
    let loader = Loader::new(move || {
        let vendor = vendor.clone();
        async move { api::get_vendor(&vendor).await }
    });
    whenever(move || {
        if let Some(vendor) = loader.ready() {
            wear(vendor.brand, &vendor.name);
        }
    });
    loader
}

/// Gives a part of the page these colours, or the usual ones again.
pub fn paint(part: Option<web_sys::Element>, accents: Option<&Accents>) {
    let Some(part) = part.and_then(|part| part.dyn_into::<web_sys::HtmlElement>().ok()) else { return };
    let colours = accents.map(|accents| [accents.light, accents.dark, accents.dark_text]);
    for (number, property) in PROPERTIES.into_iter().enumerate() {
        let colour = colours.and_then(|colours| colours.get(number).map(ToString::to_string)).unwrap_or_default();
        // An empty one is taken away. Refused only for names that are none.
        let _ = part.style().set_property(property, &colour);
    }
    let _ = part.toggle_attribute_with_force("data-brand", accents.is_some());
}
