//! `/orders/{id}`: confirmation and receipt. Follows the order until it is settled.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::order::{Invoice, Order, OrderState, PaymentError};
use shared::menu::FeatureName;
use shared::money::Money;

use crate::api;
use crate::components::brand::wear;
use crate::components::button::{back_link, button, link};
use crate::components::copy::copy;
use crate::components::el::{Text, dynamic, el, maybe, several};
use crate::components::fault::{alert_text, fault_notice};
use crate::components::icon::icon;
use crate::components::lines::{facts, price_lines};
use crate::components::live::Live;
use crate::components::page::{Width, page};
use crate::components::skeleton::skeleton;
use crate::components::status::order_status;
use crate::load::{Loader, derived, whenever};
use crate::portal::errand::Errand;
use crate::router::Router;
use crate::{intl, phrase, words};

use super::guard::signed_in;

/// How often an order that waits for its payment is looked at.
const FOLLOW: Duration = Duration::from_secs(2);

/// The page.
pub(crate) fn order(order_id: String) -> AnyView {
    let title = RwSignal::new(String::new());
    page(Width::Medium, title.into(), None, signed_in(move || content(order_id.clone(), title)))
}

fn content(order_id: String, title: RwSignal<String>) -> AnyView {
    let loader = Loader::new(move || {
        let order_id = order_id.clone();
        async move { api::get_order(&order_id).await }
    });
    let state = Memo::new(move |_| loader.ready().map(|order| order.state));
    whenever(move || {
        let text = state.get().map(|state| title_of(state));
        title.set(text.or_else(|| loader.is_failed().then_some(words::ORDER)).unwrap_or_default().to_owned());
    });
    follow(loader, state);
    let live = Live::of_app();
    let errand = Errand::of_app();
    let router = Router::of_app();
    Effect::new(move |before: Option<Option<OrderState>>| {
        let now = state.get();
        if now == Some(OrderState::Fulfilled) {
            // An app waits for its pass: back to the window's errand.
            if errand.is_waiting() {
                live.toast(words::ORDER_DONE);
                router.replace("/connect");
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
    loader.show(
        || skeleton("stack", 2, "skeleton medium"),
        move |order| {
            let names = derived(move || names.ready().unwrap_or_default());
            wear(order.product.brand.clone(), &order.product.vendor.name);
            several([progress(&order, loader), receipt(order, names)])
        },
    )
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

fn step(class: &'static str, name: &'static str, title: &'static str, detail: String) -> AnyView {
    let text = el("div", "").child(el("strong", "").text(title)).child(el("p", "").text(detail));
    el("li", class).child(icon(name)).child(text).into()
}

fn progress(order: &Order, loader: Loader<Order>) -> AnyView {
    let card = el("section", "card stack").attr("aria-label", words::PROGRESS);
    match order.state {
        OrderState::AwaitingPayment => {
            let declined =
                (order.payment_error == Some(PaymentError::Declined)).then(|| alert_text("bad", "", words::DECLINED));
            let detail = if order.invoice.is_some() { words::STEP_INVOICE_DETAIL } else { words::STEP_AWAITING_DETAIL };
            let wait = step("wait", "clock", words::STEP_AWAITING, detail.to_owned());
            let actions = el("div", "row").maybe(order.pay_url.clone().map(pay_button));
            card.maybe(declined)
                .child(el("ol", "steps").child(wait))
                .maybe(order.invoice.as_ref().map(|invoice| how_to_pay(invoice, order.total)))
                .child(actions.child(cancel_button(order.order_id.to_string(), loader)))
        }
        OrderState::Fulfilled => {
            let paid = if order.total.is_zero() { words::STEP_FREE } else { words::STEP_PAID };
            let address = order.license_id.map_or_else(|| "/licenses".to_owned(), |id| format!("/licenses/{id}"));
            let settled = order.settled_at.map(intl::date_time).unwrap_or_default();
            let steps = [
                step("done", "done", paid, settled),
                step("done", "done", words::STEP_LICENSED, words::STEP_LICENSED_DETAIL.to_owned()),
                step("wait", "device", words::STEP_CONNECT, words::step_connect_detail(&order.product.name)),
            ];
            card.child(el("ol", "steps").children(steps)).child(el("div", "row").child(link(
                "button primary",
                words::TO_LICENSE,
                address,
            )))
        }
        OrderState::Cancelled => card.child(el("p", "").text(words::ORDER_CANCELLED)),
        OrderState::Refunded => card.child(el("p", "").text(words::ORDER_REFUNDED)),
    }
    .into()
}

/// What the vendor's account is, what the transfer must name, and until when.
fn how_to_pay(invoice: &Invoice, total: Money) -> AnyView {
    let text = |text: String| AnyView::from(Text::from(text));
    let facts = facts(vec![
        (words::TO_PAY, text(intl::money(total))),
        (words::REFERENCE, copy(invoice.reference.clone(), words::REFERENCE)),
        (words::PAY_UNTIL, text(intl::date(invoice.due_at))),
    ]);
    let instructions = el("p", "lines-kept").text(invoice.instructions.clone());
    el("div", "stack").child(el("h2", "").text(words::HOW_TO_PAY)).child(instructions).child(facts).into()
}

fn pay_button(address: String) -> AnyView {
    let router = Router::of_app();
    button("button primary", words::PAY, move || router.go(&address))
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
    let fault = maybe(move || fault.get().map(|fault| fault_notice(&fault)));
    several([button("button quiet", words::CANCEL_ORDER, cancel), fault])
}

fn receipt(order: Order, names: Signal<Vec<FeatureName>>) -> AnyView {
    let agreement = words::agreement_version(&order.agreement.title, order.agreement.version);
    let agreement_address = format!("/agreements/{}/{}", order.product.vendor.slug, order.agreement.digest);
    let (lines, offer, total, tax) = (order.lines, order.offer_name.clone(), order.total, order.tax);
    let number = tax.as_ref().and_then(|tax| Some(words::tax_number(&tax.name, tax.number.as_ref()?)));
    let number = number.map(|number| el("p", "muted small").text(number).view());
    let lines = dynamic(move || {
        names.with(|names| price_lines(phrase::quote_lines(&lines, &offer, names), total, tax.as_ref()))
    });
    let what = format!("{} {} · {}", order.product.name, order.offer_name, order.product.vendor.name);
    let facts = facts(vec![
        (words::PRODUCT_LABEL, Text::from(what).into()),
        (words::PLACED, Text::from(intl::date_time(order.placed_at)).into()),
        (words::ORDER_NUMBER, copy(order.order_id.to_string(), words::ORDER_NUMBER)),
        (words::AGREEMENT, link("", agreement, agreement_address)),
    ]);
    let head = el("div", "row apart").child(el("h2", "").text(words::RECEIPT)).child(order_status(order.state));
    let card = el("section", "card stack").attr("aria-label", words::RECEIPT);
    let card = card.child(head).child(facts).child(el("hr", "")).child(lines).maybe(number);
    several([card.view(), el("div", "").child(back_link(words::ALL_ORDERS, "/orders")).view()])
}
