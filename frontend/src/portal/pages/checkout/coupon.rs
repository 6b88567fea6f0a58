//! A coupon: its code typed, looked up, and its line in the price.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::coupon::{CouponCode, CouponTerms};
use shared::menu::Menu;
use shared::quote::{Quote, Selection, SelectionError, quote_with};

use super::Purchase;
use crate::api::{self, Fault};
use crate::components::button::{button, submit};
use crate::components::el::{dynamic, el, several};
use crate::components::field::Field;
use crate::components::icon::icon;
use crate::components::live::Live;
use crate::{browser, intl, words};

/// The coupon that is taken off, and the one that is typed.
#[derive(Clone, Copy)]
pub(super) struct Coupon {
    terms: RwSignal<Option<CouponTerms>>,
    typed: RwSignal<String>,
    error: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    live: Live,
}

/// What `selection` costs with this coupon, and the selection that names it.
pub(super) fn price(
    menu: &Menu,
    mut selection: Selection,
    coupon: Option<&CouponTerms>,
) -> Result<(Quote, Selection), SelectionError> {
    selection.coupon = coupon.map(|terms| terms.code.to_string());
    quote_with(menu, &selection, coupon).map(|quote| (quote, selection))
}

/// The terms of the coupon called `code`. Errors within: why it is none, as a sentence; without: nobody could be asked.
pub(super) async fn look_up(vendor: &str, product: &str, code: &str) -> Result<Result<CouponTerms, String>, Fault> {
    match api::get_coupon(vendor, product, code).await {
        Ok(terms) => Ok(Ok(terms)),
        Err(fault) if fault.definite => Ok(Err(words::sentence(fault.said_first()))),
        Err(fault) => Err(fault),
    }
}

impl Coupon {
    /// Begins with the one that is taken off, or with what is wrong with the one that was to be.
    pub(super) fn new(terms: Option<CouponTerms>, error: Option<String>) -> Self {
        Self {
            terms: RwSignal::new(terms),
            typed: RwSignal::new(String::new()),
            error: RwSignal::new(error),
            busy: RwSignal::new(false),
            live: Live::of_app(),
        }
    }

    /// The one that is taken off.
    pub(super) fn terms(self) -> Option<CouponTerms> {
        self.terms.get_untracked()
    }

    /// Takes `terms` from now on, as after the menu changed.
    pub(super) fn keep(self, terms: Option<CouponTerms>) {
        self.terms.set(terms);
    }

    /// The code's field, or the code with a way to take it off again. Nothing where nothing is to be paid anyway.
    pub(super) fn field(self, purchase: Purchase) -> AnyView {
        dynamic(move || {
            if self.terms.with(Option::is_some) {
                let remove = button("button", words::COUPON_REMOVE, move || self.remove(purchase));
                return el("div", "row").child(remove).into();
            }
            if purchase.seen.with(|seen| seen.quote.total.is_zero()) {
                return several([]);
            }
            let field = Field {
                name: "coupon",
                label: words::COUPON,
                hint: words::COUPON_HINT,
                kind: "text",
                autocomplete: "off",
            };
            let form = el("form", "stack tight")
                .attr("novalidate", "")
                .on_submit(move || self.apply(purchase))
                .child(field.show(self.typed, self.error.into()))
                .child(el("div", "row").child(submit("button", words::COUPON_APPLY, self.busy)));
            let has_error = self.error.with_untracked(Option::is_some);
            let summary = el("summary", "").child(el("span", "").text(words::COUPON_QUESTION)).child(icon("chevron"));
            el("details", "summary").flag("open", Signal::stored(has_error)).child(summary).child(form).into()
        })
    }

    fn apply(self, purchase: Purchase) {
        if self.busy.get_untracked() {
            return;
        }
        let Ok(code) = self.typed.get_untracked().trim().parse::<CouponCode>() else {
            return self.complain(words::COUPON_WRONG.to_owned());
        };
        self.busy.set(true);
        self.error.set(None);
        spawn_local(async move {
            let (vendor, product) = purchase
                .seen
                .with_untracked(|seen| (seen.menu.vendor.slug.to_string(), seen.menu.product.slug.to_string()));
            let found = look_up(&vendor, &product, code.as_str()).await;
            self.busy.try_set(false);
            match found {
                Ok(Ok(terms)) => self.take(purchase, terms),
                Ok(Err(detail)) => self.complain(detail),
                Err(fault) => self.complain(fault.detail),
            }
        });
    }

    fn take(self, purchase: Purchase, terms: CouponTerms) {
        let priced = purchase.seen.try_with_untracked(|seen| price(&seen.menu, seen.selection.clone(), Some(&terms)));
        match priced {
            Some(Ok(priced)) => {
                self.typed.set(String::new());
                self.terms.set(Some(terms));
                self.show(purchase, priced);
            }
            Some(Err(wrong)) => self.complain(words::sentence(wrong.detail)),
            // The page has gone.
            None => {}
        }
    }

    fn remove(self, purchase: Purchase) {
        self.terms.set(None);
        let priced = purchase.seen.with_untracked(|seen| price(&seen.menu, seen.selection.clone(), None));
        if let Ok(priced) = priced {
            self.show(purchase, priced);
        }
    }

    /// The server does not take it any more: the price is the one without, and the field says why.
    pub(super) fn refuse(self, purchase: Purchase, detail: &str) {
        let code = self.terms().map(|terms| terms.code.to_string()).unwrap_or_default();
        self.error.set(Some(words::sentence(detail)));
        self.remove(purchase);
        self.typed.set(code);
        browser::focus_on("#coupon");
    }

    fn show(self, purchase: Purchase, (quote, selection): (Quote, Selection)) {
        self.live.say(&words::total_is(&intl::money(quote.total)));
        purchase.seen.update(|seen| {
            seen.quote = quote;
            seen.selection = selection;
        });
    }

    fn complain(self, detail: String) {
        self.error.try_set(Some(detail));
        browser::focus_on("#coupon");
    }
}
