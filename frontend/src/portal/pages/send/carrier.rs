//! The open move in its three forms: QR code, short code, file; and how long it lasts.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::catalog::ProductSummary;
use shared::api::moves::MoveOffered;
use shared::license::MOVE_SECONDS;

use crate::components::copy::copy;
use crate::components::el::{El, dynamic, el};
use crate::components::fault::alert_text;
use crate::components::live::Live;
use crate::components::skeleton::skeleton;
use crate::components::tabs::tabs;
use crate::load::{derived, whenever};
use crate::portal::follow::ticking;
use crate::portal::qr;
use crate::{browser, words};

const SECOND: Duration = Duration::from_secs(1);

/// What is carried to the other device. It is shown once.
pub(super) fn carrier(offered: &MoveOffered, product: &ProductSummary) -> El {
    let address = format!("{}/receive", browser::own_origin());
    let panels = [
        ("qr", words::QR, qr_code(offered.url.clone(), &address)),
        ("code", words::CODE, short_code(offered.code.clone())),
        ("file", words::FILE, file(&offered.portable_pass, product)),
    ];
    el("section", "card stack")
        .attr("aria-label", words::HOW_TO_CARRY)
        .child(el("p", "").text(words::carry_lead(&product.name, &address)))
        .child(tabs(words::HOW_TO_CARRY, panels))
        .child(countdown())
        .child(el("p", "small muted").text(words::KEEP_SECRET))
}

fn qr_code(url: String, address: &str) -> AnyView {
    let (picture, has_failed) = (RwSignal::new(String::new()), RwSignal::new(false));
    spawn_local(async move {
        match qr::draw(&url).await {
            Ok(drawn) => picture.try_set(drawn).is_none(),
            Err(_) => has_failed.try_set(true).is_none(),
        };
    });
    let alt = words::qr_alt(address);
    let picture = dynamic(move || match picture.get() {
        _ if has_failed.get() => alert_text("warn", "", words::QR_FAILED),
        picture if picture.is_empty() => skeleton("qr", 1, "skeleton"),
        picture => el("img", "qr").attr("src", picture).attr("alt", alt.clone()).into(),
    });
    el("div", "stack center").child(picture).child(el("p", "muted").text(words::QR_HINT)).into()
}

fn short_code(code: String) -> AnyView {
    el("div", "stack center")
        .child(el("div", "move-code").child(copy(code, words::MOVE_CODE)))
        .child(el("p", "muted").text(words::CODE_HINT))
        .into()
}

fn file(portable_pass: &str, product: &ProductSummary) -> AnyView {
    // Letters, digits, dots, dashes: nothing in it needs escaping.
    let save = el("a", "button primary")
        .attr("href", format!("data:application/jwt,{portable_pass}"))
        .attr("download", format!("{}.portable-pass", product.product))
        .text(words::SAVE_FILE);
    el("div", "stack center").child(el("div", "").child(save)).child(el("p", "muted").text(words::FILE_HINT)).into()
}

/// The time that is left, from now: the device's clock may be wrong, its pace is not.
fn countdown() -> AnyView {
    let end = browser::now().as_unix() + MOVE_SECONDS;
    let now = ticking(SECOND);
    let left = move || (end - now.get().as_unix()).clamp(0, MOVE_SECONDS);
    let live = Live::of_app();
    whenever(move || {
        if left() == 60 {
            live.say(words::LAST_MINUTE);
        }
    });
    let text = derived(move || match left() {
        0 => words::MOVE_ENDING.to_owned(),
        left => words::time_left(&format!("{}:{:02}", left / 60, left % 60)),
    });
    el("p", "number strong center").attr("role", "timer").text(text).into()
}
