//! Account, agreement, payment: the right column.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::catalog::PublicVendor;
use shared::api::order::{OrderRequest, PaymentMethod};
use shared::refusal::RefusalCode;
use wasm_bindgen::JsCast;

use crate::api::{self, Attempt, Fault};
use crate::components::account_form::{Mode, account_choice};
use crate::components::brand::wear_of;
use crate::components::button::{button, submit};
use crate::components::choice::{Choice, group, radio};
use crate::components::dialog::dialog;
use crate::components::el::{dynamic, el, maybe, several};
use crate::components::fault::{alert_text, fault_notice};
use crate::components::field::error_text;
use crate::components::lines::price_lines;
use crate::components::live::Live;
use crate::components::skeleton::skeleton;
use crate::components::sources::source_buttons;
use crate::load::{Loader, derived};
use crate::portal::pages::agreement::agreement_text;
use crate::portal::pages::menu::KnownMenus;
use crate::router::Router;
use crate::selection::changes::{Seen, changes};
use crate::session::Session;
use crate::{browser, intl, phrase, selection, words};

use super::{Purchase, coupon};

/// What an order names that is wrong with its coupon.
const COUPON: &str = "selection.coupon";

#[derive(Clone, Copy)]
struct Form {
    purchase: Purchase,
    vendor: Loader<PublicVendor>,
    chosen: RwSignal<Option<PaymentMethod>>,
    agreed: RwSignal<bool>,
    agreement_error: RwSignal<bool>,
    fault: RwSignal<Option<Fault>>,
    busy: RwSignal<bool>,
    attempt: Attempt,
    known: KnownMenus,
    session: Session,
    router: Router,
    live: Live,
}

/// The right column.
pub(super) fn form(purchase: Purchase) -> AnyView {
    let vendor = purchase.seen.with_untracked(|seen| seen.menu.vendor.slug.to_string());
    let form = Form {
        purchase,
        vendor: wear_of(vendor),
        chosen: RwSignal::new(None),
        agreed: RwSignal::new(false),
        agreement_error: RwSignal::new(false),
        fault: RwSignal::new(None),
        busy: RwSignal::new(false),
        attempt: Attempt::new(),
        known: KnownMenus::of_app(),
        session: Session::of_app(),
        router: Router::of_app(),
        live: Live::of_app(),
    };
    let signed_in = form.session.is_signed_in();
    let lines = dynamic(move || {
        purchase.seen.with(|seen| {
            let offer = seen.menu.offer(&seen.selection.offer).map_or("", |offer| offer.name.as_str());
            let lines = phrase::quote_lines(&seen.quote.lines, offer, &seen.menu.product.features);
            price_lines(lines, seen.quote.total, seen.quote.tax.as_ref())
        })
    });
    let step = dynamic(move || match signed_in.get() {
        None => skeleton("stack", 1, "skeleton medium"),
        Some(false) => account_step(),
        Some(true) => form.pay_step(),
    });
    el("section", "card stack")
        .attr("aria-label", words::ORDER_TITLE)
        .child(el("h2", "").text(words::ORDER_TITLE))
        .child(lines)
        .child(purchase.coupon.field(purchase))
        .child(el("hr", ""))
        .child(step)
        .into()
}

fn account_step() -> AnyView {
    several([
        el("h2", "").text(words::YOUR_ACCOUNT).view(),
        el("p", "muted").text(words::ACCOUNT_WHY).view(),
        account_choice(Mode::SignUp, || browser::focus_on("#agree")),
        source_buttons(None, browser::current_address()),
    ])
}

impl Form {
    fn pay_step(self) -> AnyView {
        let session = self.session;
        let send = move || {
            if self.busy.get_untracked() {
                return;
            }
            if !self.agreed.get_untracked() {
                self.agreement_error.set(true);
                return browser::focus_on("#agree");
            }
            self.busy.set(true);
            self.fault.set(None);
            spawn_local(async move { self.place().await });
        };
        let who =
            derived(move || session.account().map(|account| words::signed_in_as(&account.email)).unwrap_or_default());
        let pay = move || {
            dynamic(move || match self.method() {
                Some(method) => {
                    let label = derived(move || self.pay_label());
                    let button = submit("button primary block large", label, self.busy);
                    let note = match method {
                        PaymentMethod::Test => words::TEST_PAYMENT_NOTE,
                        PaymentMethod::Invoice => words::INVOICE_NOTE,
                        PaymentMethod::Free | PaymentMethod::Source => "",
                    };
                    let note = (!note.is_empty()).then(|| el("p", "small muted center").text(note).view());
                    el("div", "stack tight").child(button).maybe(note).into()
                }
                None => alert_text("warn", "", words::NO_PAYMENT_METHOD),
            })
        };
        // Who takes the money, and how, is the vendor's to say.
        let pay = self.vendor.show(
            || skeleton("stack", 1, "skeleton low"),
            move |vendor| {
                let choose = (vendor.payments.len() > 1).then(|| self.methods(vendor.payments));
                let pay = pay();
                el("div", "stack").maybe(choose).child(pay).into()
            },
        );
        el("form", "stack")
            .attr("novalidate", "")
            .on_submit(send)
            .child(el("p", "muted small").text(who))
            .child(self.agreement())
            .child(maybe(move || self.fault.get().map(|fault| fault_notice(&fault))))
            .child(pay)
            .into()
    }

    /// How it is paid: what was chosen, or else the first that there is.
    fn method(self) -> Option<PaymentMethod> {
        if self.purchase.seen.with(|seen| seen.quote.total.is_zero()) {
            return Some(PaymentMethod::Free);
        }
        let offered = self.vendor.ready().map(|vendor| vendor.payments).unwrap_or_default();
        self.chosen.get().filter(|chosen| offered.contains(chosen)).or_else(|| offered.first().copied())
    }

    /// The ways to pay, where there is a choice.
    fn methods(self, offered: Vec<PaymentMethod>) -> AnyView {
        maybe(move || {
            let is_free = self.purchase.seen.with(|seen| seen.quote.total.is_zero());
            let card = |method: &PaymentMethod| {
                let (method, name) = match *method {
                    PaymentMethod::Invoice => (*method, words::BY_INVOICE),
                    _ => (*method, words::BY_TEST),
                };
                let choice = Choice { name: name.to_owned(), price: String::new(), note: String::new(), mark: "" };
                let checked = derived(move || self.method() == Some(method));
                radio("payment", choice, checked, move || self.chosen.set(Some(method)))
            };
            (!is_free).then(|| group("choices one", words::HOW_TO_PAY, "", offered.iter().map(card).collect()))
        })
    }

    fn pay_label(self) -> String {
        if self.busy.get() {
            return words::PLACING_ORDER.to_owned();
        }
        let total = self.purchase.seen.with(|seen| seen.quote.total);
        match self.method() {
            Some(PaymentMethod::Invoice) => words::ORDER_BY_INVOICE.to_owned(),
            _ if total.is_zero() => words::GET_FREE.to_owned(),
            _ => words::pay_now(&intl::money(total)),
        }
    }

    /// The box to tick, with the text readable in a dialog. Follows the agreement in force.
    fn agreement(self) -> AnyView {
        let named = Memo::new(move |_| {
            self.purchase.seen.with(|seen| {
                let offer = seen.menu.offer(&seen.selection.offer)?;
                Some((seen.menu.vendor.slug.to_string(), offer.agreement.clone()))
            })
        });
        let tick = move |event: web_sys::Event| {
            let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
            self.agreed.set(input.is_some_and(|input| input.checked()));
            self.agreement_error.set(false);
        };
        let error = maybe(move || {
            self.agreement_error.get().then(|| error_text("agree-error".to_owned(), words::MUST_AGREE.to_owned()))
        });
        let open = RwSignal::new(false);
        let text = maybe(move || {
            let (vendor, agreement) = named.get()?;
            let title = words::agreement_version(&agreement.title, agreement.version);
            let digest = agreement.digest;
            let read = button("button link", words::READ_AGREEMENT, move || open.set(true));
            Some(several([read, dialog(open, title, move || agreement_text(vendor.clone(), digest.clone()))]))
        });
        let title = derived(move || {
            named
                .get()
                .map(|(_, agreement)| words::agreement_version(&agreement.title, agreement.version))
                .unwrap_or_default()
        });
        let input = el("input", "")
            .attr("type", "checkbox")
            .attr("id", "agree")
            .attr("aria-describedby", "agree-error")
            .aria("aria-invalid", self.agreement_error)
            .prop("checked", self.agreed)
            .on("change", tick);
        let label =
            el("label", "").attr("for", "agree").text(words::I_AGREE).text(" ").child(el("strong", "").text(title));
        let tick = el("div", "tick").child(input).child(el("div", "").child(label).text(" ").child(text));
        el("div", "field").child(tick).child(error).into()
    }

    async fn place(self) {
        let Some(request) = self.request() else { return };
        let answer = api::place_order(&request, self.attempt).await;
        match answer {
            Ok(placed) => {
                let order = format!("/orders/{}", placed.order_id);
                return self.router.go(placed.pay_url.as_deref().unwrap_or(&order));
            }
            Err(fault) if is_change(&fault) => self.look_again(&request, fault).await,
            Err(fault) if fault.fields.iter().any(|wrong| wrong.field == COUPON) => {
                self.purchase.coupon.refuse(self.purchase, fault.said_first());
            }
            Err(fault) => self.take_fault(fault),
        }
        self.busy.set(false);
    }

    fn take_fault(self, fault: Fault) {
        if fault.is(RefusalCode::SignInRequired) {
            self.session.lapse();
        }
        self.fault.set(Some(fault));
    }

    fn request(self) -> Option<OrderRequest> {
        let payment = untrack(|| self.method())?;
        self.purchase.seen.with_untracked(|seen| {
            let offer = seen.menu.offer(&seen.selection.offer)?;
            Some(OrderRequest {
                vendor: seen.menu.vendor.slug.clone(),
                product: seen.menu.product.slug.clone(),
                menu_version: seen.menu.menu,
                selection: seen.selection.clone(),
                quote_digest: seen.quote.digest.clone(),
                agreement_digest: offer.agreement.digest.clone(),
                payment,
            })
        })
    }

    /// The server sells something else by now: fetch the menu and say what changed, old and new.
    async fn look_again(self, request: &OrderRequest, fault: Fault) {
        let menu = match api::get_menu(request.vendor.as_str(), request.product.as_str()).await {
            Ok(menu) => menu,
            Err(fault) => return self.fault.set(Some(fault)),
        };
        self.known.keep(&menu);
        let coupon = match &request.selection.coupon {
            Some(code) => coupon::look_up(request.vendor.as_str(), request.product.as_str(), code).await,
            None => Ok(Err(String::new())),
        };
        let Some(fitted) = selection::fit(&menu, Some(request.selection.clone())) else {
            return self.fault.set(Some(fault));
        };
        let coupon =
            coupon.ok().and_then(Result::ok).filter(|terms| coupon::price(&menu, fitted.clone(), Some(terms)).is_ok());
        let Ok((quote, selection)) = coupon::price(&menu, fitted, coupon.as_ref()) else {
            return self.fault.set(Some(fault));
        };
        self.purchase.coupon.keep(coupon);
        let new = Seen { menu, selection, quote };
        let changed = self.purchase.seen.with_untracked(|old| changes(old, &new));
        if agreement_digest(&new) != Some(request.agreement_digest.clone()) {
            self.agreed.set(false);
        }
        self.purchase.seen.set(new);
        self.purchase.changed.set(Some(changed));
        self.live.say(words::CHANGED);
        browser::focus_on("#changed");
    }
}

fn agreement_digest(seen: &Seen) -> Option<String> {
    seen.menu.offer(&seen.selection.offer).map(|offer| offer.agreement.digest.clone())
}

fn is_change(fault: &Fault) -> bool {
    [RefusalCode::MenuChanged, RefusalCode::PriceChanged, RefusalCode::AgreementChanged]
        .iter()
        .any(|code| fault.is(*code))
}
