//! `/account`: the person's name, their password, and what else protects their sign-in.

mod address;
mod passkeys;
mod profile;
mod second;
mod sessions;
mod sign_ins;

use leptos::prelude::*;
use shared::api::sign_in::Security;

use crate::api;
use crate::components::el::{El, el};
use crate::components::page::{Width, plain_page};
use crate::components::skeleton::skeleton;
use crate::components::sources::source_trouble;
use crate::load::Loader;
use crate::portal::doing::Doing;
use crate::words;

use super::guard::signed_in;

/// The page.
pub(crate) fn account() -> AnyView {
    plain_page(Width::Medium, words::ACCOUNT_TITLE, signed_in(content))
}

fn content() -> AnyView {
    let security: Loader<Security> = Loader::new(api::get_security);
    let protected = security.show(
        || skeleton("stack", 2, "skeleton medium"),
        move |found| {
            let second = second::second_step(&found, security);
            el("div", "stack wide").child(second).child(passkeys::passkeys(found, security)).into()
        },
    );
    el("div", "stack wide")
        .child(source_trouble())
        .child(profile::profile())
        .child(address::address())
        .child(profile::password())
        .child(protected)
        .child(sign_ins::sign_ins())
        .child(sessions::sessions())
        .into()
}

/// A part of the page, with its heading.
fn section(title: &'static str) -> El {
    el("section", "card stack").attr("aria-label", title).child(el("h2", "").text(title))
}
