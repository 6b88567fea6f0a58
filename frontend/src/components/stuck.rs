//! What stands over a page that could not be left: the next one is another document, and the server does not answer.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::button::submit;
use super::dialog::dialog;
use super::el::{el, maybe};
use crate::load::derived;
use crate::router::Router;
use crate::{browser, words};

/// The dialog, closed: once on every page.
pub fn stuck_dialog() -> AnyView {
    let router = Router::of_app();
    let open = router.is_stuck();
    maybe(move || open.get().then(|| dialog(open, words::STUCK, move || content(router))))
}

fn content(router: Router) -> AnyView {
    let (busy, again) = (RwSignal::new(false), RwSignal::new(false));
    let why = derived(move || {
        let why = if browser::is_offline() { words::STUCK_OFFLINE } else { words::STUCK_UNREACHABLE };
        // What is said once more is another text, so that it is read out.
        if again.get() && !busy.get() { format!("{} {why}", words::STUCK_STILL) } else { why.to_owned() }
    });
    let retry = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            router.try_again().await;
            again.try_set(true);
            busy.try_set(false);
        });
    };
    browser::focus_on("#stuck [type='submit']");
    el("form", "stack")
        .attr("id", "stuck")
        .on_submit(retry)
        .child(el("p", "").attr("role", "status").text(why))
        .child(el("p", "muted").text(words::STUCK_HERE))
        .child(el("div", "row").child(submit("button primary", words::TRY_AGAIN, busy)))
        .into()
}
