//! Parts of a page that follow signals.
//!
//! Boxed on purpose: Leptos compiles its building and rebuilding code once for each type of closure, and with one type
//! the portal's WASM is a third smaller.

use leptos::prelude::*;

/// What `view` makes of the signals it reads, made anew when they change.
pub(crate) fn dynamic(view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let view: Box<dyn Fn() -> AnyView + Send> = Box::new(view);
    (move || view()).into_any()
}

/// The same for a part that may be absent.
pub(crate) fn maybe(view: impl Fn() -> Option<AnyView> + Send + 'static) -> AnyView {
    dynamic(move || view().into_any())
}

/// A handler of clicks.
pub(crate) fn clicked(act: impl Fn() + 'static) -> Box<dyn Fn(leptos::ev::MouseEvent)> {
    Box::new(move |_| act())
}

/// A handler of a form's submission, which the browser is kept from carrying out itself.
pub(crate) fn submitted(act: impl Fn() + 'static) -> Box<dyn Fn(leptos::ev::SubmitEvent)> {
    Box::new(move |event| {
        event.prevent_default();
        act();
    })
}

/// A signal as the value of an ARIA attribute: "true" or "false".
pub(crate) fn truth(signal: Signal<bool>) -> Signal<&'static str> {
    Signal::derive(move || if signal.get() { "true" } else { "false" })
}
