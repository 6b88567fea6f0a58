//! `/agreements/{vendor}/{digest}`: a version of a license text; also shown in a dialog at checkout.

use leptos::prelude::*;
use shared::api::catalog::Agreement;

use crate::api;
use crate::components::el::el;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::load::{Loader, derived};
use crate::words;

/// The page.
pub(crate) fn agreement(vendor: String, digest: String) -> AnyView {
    let loader = load(vendor, digest);
    let title = loader.title(|agreement| agreement.title, words::AGREEMENT);
    let lead = derived(move || loader.ready().map(|agreement| words::version(agreement.version)).unwrap_or_default());
    let content = loader.show(waiting, |agreement| el("div", "card prose").text(agreement.text).into());
    page(Width::Medium, title, Some(lead), content)
}

/// The text alone.
pub(super) fn agreement_text(vendor: String, digest: String) -> AnyView {
    load(vendor, digest).show(waiting, |agreement| el("div", "prose").text(agreement.text).into())
}

fn waiting() -> AnyView {
    skeleton("stack", 1, "skeleton tall")
}

fn load(vendor: String, digest: String) -> Loader<Agreement> {
    Loader::new(move || {
        let (vendor, digest) = (vendor.clone(), digest.clone());
        async move { api::get_agreement(&vendor, &digest).await }
    })
}
