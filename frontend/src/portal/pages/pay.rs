//! `/pay/{order}`: the sandbox, which stands where a payment provider's page would. No money moves here.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::order::{Order, OrderState, PaymentError, TestDecision};

use crate::api::{self, Attempt, Fault};
use crate::components::button::{button, link};
use crate::components::el::{el, maybe, several};
use crate::components::fault::{alert_text, fault_notice};
use crate::components::live::Live;
use crate::components::page::{Width, plain_page};
use crate::components::skeleton::skeleton;
use crate::load::{Loader, whenever};
use crate::router::Router;
use crate::{intl, words};

use super::guard::signed_in;

/// The page.
pub(crate) fn pay(order_id: String) -> AnyView {
    plain_page(Width::Narrow, words::PAY_TITLE, signed_in(move || content(order_id.clone())))
}

fn content(order_id: String) -> AnyView {
    let loader = Loader::new(move || {
        let order_id = order_id.clone();
        async move { api::get_order(&order_id).await }
    });
    let router = Router::of_app();
    whenever(move || {
        // Paid in another tab, or back by the browser's button: the order's own page says how it stands.
        if let Some(order) = loader.ready()
            && order.state != OrderState::AwaitingPayment
        {
            router.replace(&format!("/orders/{}", order.order_id));
        }
    });
    loader.show(|| skeleton("stack", 1, "skeleton tall"), move |order| sandbox(order, loader))
}

fn sandbox(order: Order, loader: Loader<Order>) -> AnyView {
    let busy = RwSignal::new(false);
    let fault = RwSignal::new(None::<Fault>);
    let attempt = Attempt::new();
    let live = Live::of_app();
    let router = Router::of_app();
    let order_id = StoredValue::new(order.order_id.to_string());
    let decide = move |decision: TestDecision| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        fault.set(None);
        spawn_local(async move {
            let Some(order) = order_id.try_get_value() else { return };
            match api::pay_test(&order, decision, attempt).await {
                Ok(placed) if placed.state == OrderState::Fulfilled => {
                    return router.replace(&format!("/orders/{order}"));
                }
                Ok(_) => {
                    live.say(words::DECLINED);
                    loader.refresh();
                }
                Err(refused) => fault.set(Some(refused)),
            }
            busy.set(false);
        });
    };
    let declined =
        (order.payment_error == Some(PaymentError::Declined)).then(|| alert_text("bad", "", words::DECLINED));
    let what =
        format!("{} {} · {}", order.product.name, order.offer_name, words::by_vendor(&order.product.vendor.name));
    let total = intl::money(order.total);
    let approve = button("button primary block large", words::approve(&total), move || decide(TestDecision::Approve));
    let card = el("section", "card stack")
        .attr("aria-label", words::PAY_TITLE)
        .aria("aria-busy", busy)
        .child(el("p", "muted").text(what))
        .child(el("p", "offer-price-large number").text(total))
        .maybe(declined)
        .child(maybe(move || fault.get().map(|fault| fault_notice(&fault))))
        .child(approve)
        .child(button("button block", words::DECLINE, move || decide(TestDecision::Decline)))
        .child(link("", words::PAY_LATER, format!("/orders/{}", order.order_id)));
    several([el("p", "test-mark").text(words::TEST_MARK).view(), card.view()])
}
