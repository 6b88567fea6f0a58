//! Whether the server answers now: asked before a link loads another document, since a browser that cannot load one shows its own
//! error in place of the page that was there.

use std::cell::RefCell;

use gloo_net::http::{Method, RequestBuilder};
use leptos::prelude::window;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::RequestCache;

use crate::browser;

/// A small file that is always there and costs the server nothing.
const ASKED_FOR: &str = "/favicon.svg";

/// How long an answer counts, and how long one is waited for: then the browser tries, and shows that it does.
const MILLISECONDS: i32 = 2_000;

thread_local! {
    /// What was asked last, and when.
    static ASKED: RefCell<Option<(f64, js_sys::Promise)>> = const { RefCell::new(None) };
}

/// Asks. Done when a link is pressed, so that the answer is mostly there when it is let go.
pub(super) fn ask() {
    if browser::is_offline() {
        return;
    }
    let asked = future_to_promise(async {
        let request = RequestBuilder::new(ASKED_FOR).method(Method::HEAD).cache(RequestCache::NoStore);
        Ok(JsValue::from_bool(request.send().await.is_ok_and(|answer| answer.ok())))
    });
    ASKED.set(Some((js_sys::Date::now(), asked)));
}

/// Whether it answers.
pub(super) async fn answers() -> bool {
    if browser::is_offline() {
        return false;
    }
    let is_fresh = |asked_at: f64| js_sys::Date::now() - asked_at < f64::from(MILLISECONDS);
    if !ASKED.with_borrow(|asked| asked.as_ref().is_some_and(|(asked_at, _)| is_fresh(*asked_at))) {
        ask();
    }
    let Some((_, asked)) = ASKED.take() else { return true };
    let patience = js_sys::Promise::new(&mut |resolve, _| {
        // Refused only for a window that has gone.
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_1(
            &resolve,
            MILLISECONDS,
            &JsValue::from_bool(true),
        );
    });
    let first = js_sys::Promise::race(&js_sys::Array::of2(&asked, &patience));
    JsFuture::from(first).await.is_ok_and(|answers| answers.is_truthy())
}
