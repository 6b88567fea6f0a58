//! What opens over a page, by the id that the address names: a license, an order, a pass, a move.

use leptos::prelude::*;

use crate::admin::address::{OPEN, here_with, opened, with_members};
use crate::admin::layer::{body, layer};
use crate::admin::words;
use crate::components::button::button;
use crate::components::el::keyed;
use crate::components::fault::empty;
use crate::load::derived;
use crate::router::Router;

use super::{coupons, leases, licenses, mail, moves, orders, passes};

/// The sheet; stands once.
pub(crate) fn sheet() -> AnyView {
    let router = Router::of_app();
    let title = RwSignal::new(String::new());
    let id = Memo::new(move |_| opened(router));
    let open = derived(move || id.with(Option::is_some));
    let close = move || router.replace(&here_with(&with_members(&router.query(), &[(OPEN, None)])));
    let named =
        derived(move || Some(title.get()).filter(|title| !title.is_empty()).unwrap_or(words::LOADING.to_owned()));
    layer("dialog sheet", "sheet", open, named, close, move || {
        keyed(
            move || id.get().unwrap_or_default(),
            move || {
                let id = id.get_untracked().unwrap_or_default();
                match id.split('_').next().unwrap_or_default() {
                    "lic" => licenses::sheet(&id, title),
                    "ord" => orders::sheet(&id, title),
                    "pas" => passes::sheet(&id, title),
                    "mov" => moves::sheet(&id, title),
                    "lea" => leases::sheet(&id, title),
                    "mai" => mail::sheet(&id, title),
                    coupons::OPENED => coupons::sheet(id.split_once('_').map_or("", |(_, code)| code), title),
                    _ => {
                        title.set(words::NOT_FOUND.to_owned());
                        let back = button("button", words::CLOSE, close);
                        body(empty("search", words::NOT_FOUND_HERE, words::NOT_FOUND_DETAIL, back))
                    }
                }
            },
        )
    })
}
