//! Every device of the license is taken: what helps, and then it goes on here.

use leptos::prelude::*;
use shared::api::license::{License, Terminal};
use shared::verdict::PassStatus;

use crate::api;
use crate::components::button::{link, plain};
use crate::components::el::el;
use crate::components::fault::alert;
use crate::components::skeleton::skeleton;
use crate::load::Loader;
use crate::portal::connect::Handover;
use crate::words;

/// Moving the license here from one of the devices, or signing out one that is lost.
pub(super) fn ways_out(license_id: String, handover: Handover) -> AnyView {
    let loader = Loader::new(move || {
        let license_id = license_id.clone();
        async move { api::get_license(&license_id).await }
    });
    loader.show(|| skeleton("stack", 1, "skeleton medium"), move |license| notice(&license, handover))
}

fn notice(license: &License, handover: Handover) -> AnyView {
    let may_move = license.moving.allowed && license.moves.left != Some(0);
    let movable = |terminal: &&Terminal| may_move && terminal.status == PassStatus::Valid;
    let movable: Vec<AnyView> =
        license.terminals.items.iter().filter(movable).map(|terminal| move_here(terminal, handover)).collect();
    let detail = if movable.is_empty() { words::DEVICES_FULL_STAY } else { words::DEVICES_FULL_DETAIL };
    let title = el("p", "strong").text(words::DEVICES_FULL).view();
    let detail = el("p", "").text(detail).view();
    let sign_out = link("", words::SIGN_OUT_LOST, format!("/licenses/{}", license.license_id));
    alert("warn", [title, detail].into_iter().chain(movable).chain([sign_out]).collect())
}

fn move_here(terminal: &Terminal, handover: Handover) -> AnyView {
    let pass_id = terminal.pass_id;
    plain("button")
        .aria("aria-disabled", handover.busy)
        .text(words::move_from(&terminal.name))
        .on_click(move || handover.move_here(pass_id))
        .into()
}
