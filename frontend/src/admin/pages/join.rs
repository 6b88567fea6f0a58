//! `/admin/join#…`: an invitation into a team, before it is accepted.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::admin::team::{InvitationPreview, InvitationSecret, Vendor};

use crate::admin::api::{Attempt, Fault, Method, fetch, write};
use crate::admin::{intl, words};
use crate::browser;
use crate::components::button::{button, plain};
use crate::components::el::{Text, el, maybe};
use crate::components::fault::fault_notice;
use crate::components::lines::facts;
use crate::components::page::{Width, plain_page};
use crate::components::skeleton::skeleton;
use crate::load::Loader;

/// The page. The secret is in the fragment, which no server is sent.
pub(crate) fn join() -> AnyView {
    let address = browser::current_address();
    let secret = address.split_once('#').map(|(_, secret)| secret.to_owned()).unwrap_or_default();
    let asked = InvitationSecret { invitation: secret };
    let again = asked.clone();
    let loader = Loader::new(move || {
        let request = write(Method::Post, "/invitations/preview", &asked);
        async move { fetch::<InvitationPreview>(request?).await }
    });
    let content = loader.show(|| skeleton("stack", 1, "skeleton medium"), move |found| show(found, again.clone()));
    plain_page(Width::Narrow, words::JOIN, content)
}

fn show(found: InvitationPreview, secret: InvitationSecret) -> AnyView {
    let fault = RwSignal::new(None::<Fault>);
    let busy = RwSignal::new(false);
    let attempt = Attempt::new();
    let accept = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let request = write(Method::Post, "/invitations/accept", &secret);
        spawn_local(async move {
            let answer: Result<Vendor, Fault> = match request {
                Ok(request) => attempt.send(request).await,
                Err(fault) => Err(fault),
            };
            busy.try_set(false);
            match answer {
                // Loaded anew: the list of teams is another.
                Ok(vendor) => browser::leave_to(&format!("/admin/{}", vendor.vendor)),
                Err(refused) => {
                    fault.try_set(Some(refused));
                }
            }
        });
    };
    let text = |text: String| AnyView::from(Text::from(text));
    let facts = facts(vec![
        (words::TEAM, text(found.vendor.name)),
        (words::ROLE, text(words::role(found.role).to_owned())),
        (words::INVITED_BY, text(found.invited_by)),
        (words::OPEN_UNTIL, text(intl::date_time(found.expires_at))),
    ]);
    let join = plain("button primary block").aria("aria-busy", busy).text(words::JOIN_TEAM).on_click(accept);
    el("div", "card stack")
        .child(maybe(move || fault.get().map(|fault| fault_notice(&fault))))
        .child(facts)
        .child(join)
        .child(button("button quiet block", words::NOT_NOW, || browser::leave_to("/admin")))
        .into()
}
