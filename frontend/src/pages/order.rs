//! `/orders/{id}`: confirmation and receipt. Follows the order until it is settled.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::order::{Order, OrderState, PaymentError};
use shared::menu::FeatureName;

use crate::api;
use crate::components::button::{back_link, button, button_link};
use crate::components::copy::copy;
use crate::components::dynamic::{dynamic, maybe};
use crate::components::fault::{fault_notice, notice};
use crate::components::icon::icon;
use crate::components::lines::price_lines;
use crate::components::live::Live;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton_stack;
use crate::components::status::order_status;
use crate::connect::Connecting;
use crate::load::Loader;
use crate::{intl, phrase, words};

use super::guard::{signed_in, use_go, use_part};

/// How often an order that waits for its payment is looked at.
const FOLLOW: Duration = Duration::from_secs(2);

/// The page.
pub(crate) fn order() -> AnyView {
    let title = RwSignal::new(String::new());
    page(Width::Medium, title.into(), Signal::stored(String::new()), signed_in(move || content(title)))
}

fn content(title: RwSignal<String>) -> AnyView {
    let order_id = use_part("order");
    let loader = Loader::new(move || {
        let order_id = order_id.get();
        async move { api::get_order(&order_id).await }
    });
    let state = Memo::new(move |_| loader.ready().map(|order| order.state));
    Effect::new(move |_| {
        let text = state.get().map(|state| title_of(state));
        title.set(text.or_else(|| loader.is_failed().then_some(words::ORDER)).unwrap_or_default().to_owned());
    });
    follow(loader, state);
    let live = Live::of_app();
    let connecting = Connecting::of_app();
    let go = use_go();
    Effect::new(move |before: Option<Option<OrderState>>| {
        let now = state.get();
        if now == Some(OrderState::Fulfilled) {
            // An app waits for its pass: back to the window's errand.
            if connecting.is_waiting() {
                live.toast(words::ORDER_DONE);
                go("/connect");
            } else if before.flatten().is_some() {
                live.say(words::ORDER_DONE);
            }
        }
        now
    });
    let names = Loader::new(move || {
        let product = loader.ready().map(|order| order.product);
        async move {
            let Some(product) = product else { return Ok(Vec::new()) };
            let menu = api::get_menu(product.vendor.slug.as_str(), product.product.as_str()).await?;
            Ok(menu.product.features)
        }
    });
    loader.show(|| skeleton_stack(2, "medium"), move |order| {
        let names = Signal::derive(move || names.ready().unwrap_or_default());
        view! { {progress(&order, loader)}{receipt(order, names)} }.into_any()
    })
}

fn title_of(state: OrderState) -> &'static str {
    match state {
        OrderState::AwaitingPayment => words::ORDER_AWAITING,
        OrderState::Fulfilled => words::ORDER_THANKS,
        OrderState::Cancelled => words::STATUS_ORDER_CANCELLED,
        OrderState::Refunded => words::STATUS_ORDER_REFUNDED,
    }
}

/// Looks again while the order waits for its payment and the page is shown.
fn follow(loader: Loader<Order>, state: Memo<Option<OrderState>>) {
    let look = move || {
        if state.get_untracked() == Some(OrderState::AwaitingPayment) && !document().hidden() {
            loader.refresh();
        }
    };
    if let Ok(timer) = set_interval_with_handle(look, FOLLOW) {
        on_cleanup(move || timer.clear());
    }
}

fn step(class: &'static str, name: &'static str, title: &'static str, detail: AnyView) -> AnyView {
    view! { <li class=class>{icon(name)}<div><strong>{title}</strong>{detail}</div></li> }.into_any()
}

fn progress(order: &Order, loader: Loader<Order>) -> AnyView {
    let steps = match order.state {
        OrderState::AwaitingPayment => {
            let declined = (order.payment_error == Some(PaymentError::Declined))
                .then(|| notice("bad", "bad", view! { <p>{words::DECLINED}</p> }.into_any(), true));
            let pay = order.pay_url.clone().map(|address| pay_button(address));
            view! {
                {declined}
                <ol class="steps">{step("wait", "clock", words::STEP_AWAITING, view! { <p>{words::STEP_AWAITING_DETAIL}</p> }.into_any())}</ol>
                <div class="row">{pay}{cancel_button(order.order_id.to_string(), loader)}</div>
            }
            .into_any()
        }
        OrderState::Fulfilled => {
            let paid = if order.total.is_zero() { words::STEP_FREE } else { words::STEP_PAID };
            let address = order.license_id.map(|id| format!("/licenses/{id}")).unwrap_or_else(|| "/licenses".to_owned());
            let connect = words::step_connect_detail(&order.product.name);
            view! {
                <ol class="steps">
                    {step("done", "done", paid, view! { <p>{order.settled_at.map(intl::date_time)}</p> }.into_any())}
                    {step("done", "done", words::STEP_LICENSED, view! { <p>{words::STEP_LICENSED_DETAIL}</p> }.into_any())}
                    {step("wait", "device", words::STEP_CONNECT, view! { <p>{connect}</p> }.into_any())}
                </ol>
                <div class="row">{button_link("primary", words::TO_LICENSE, address)}</div>
            }
            .into_any()
        }
        OrderState::Cancelled => view! { <p>{words::ORDER_CANCELLED}</p> }.into_any(),
        OrderState::Refunded => view! { <p>{words::ORDER_REFUNDED}</p> }.into_any(),
    };
    view! { <section class="card stack" aria-label=words::PROGRESS>{steps}</section> }.into_any()
}

fn pay_button(address: String) -> AnyView {
    let go = use_go();
    button("primary", words::PAY, move || go(&address))
}

fn cancel_button(order_id: String, loader: Loader<Order>) -> AnyView {
    let fault = RwSignal::new(None);
    let cancel = move || {
        let order_id = order_id.clone();
        spawn_local(async move {
            match api::cancel_order(&order_id).await {
                Ok(()) => loader.refresh(),
                Err(refused) => fault.set(Some(refused)),
            }
        });
    };
    view! { {button("quiet", words::CANCEL_ORDER, cancel)}{maybe(move || fault.get().map(|fault| fault_notice(&fault)))} }.into_any()
}

fn receipt(order: Order, names: Signal<Vec<FeatureName>>) -> AnyView {
    let agreement = words::agreement_version(&order.agreement.title, order.agreement.version);
    let agreement_address = format!("/agreements/{}/{}", order.product.vendor.slug, order.agreement.digest);
    let (lines, offer, total) = (order.lines, order.offer_name.clone(), order.total);
    let lines = dynamic(move || names.with(|names| price_lines(phrase::quote_lines(&lines, &offer, names), total)));
    view! {
        <section class="card stack" aria-label=words::RECEIPT>
            <div class="row apart"><h2>{words::RECEIPT}</h2>{order_status(order.state)}</div>
            <dl class="facts">
                <dt>{words::PRODUCT_LABEL}</dt>
                <dd>{format!("{} {}", order.product.name, order.offer_name)}" · "{order.product.vendor.name}</dd>
                <dt>{words::PLACED}</dt>
                <dd>{intl::date_time(order.placed_at)}</dd>
                <dt>{words::ORDER_NUMBER}</dt>
                <dd>{copy(order.order_id.to_string(), words::ORDER_NUMBER)}</dd>
                <dt>{words::AGREEMENT}</dt>
                <dd><a href=agreement_address>{agreement}</a></dd>
            </dl>
            <hr/>
            {lines}
        </section>
        <div>{back_link(words::ALL_ORDERS, "/orders")}</div>
    }
    .into_any()
}
