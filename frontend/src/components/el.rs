//! Elements, and parts of a page that follow signals.
//!
//! Views are built from these instead of `view!` on purpose. The macro gives every element a type of its own, and Leptos
//! compiles its building and rebuilding code once for each type; with one type for all elements the portal's WASM is
//! a third smaller.

use crate::load::derived;
use leptos::prelude::*;
use leptos::tachys::html::attribute::any_attribute::{AnyAttribute, IntoAnyAttribute};
use leptos::tachys::html::attribute::custom::custom_attribute;
use leptos::tachys::html::event;
use leptos::tachys::html::property::prop;
use leptos::{ev, oco::Oco};

/// An element under construction. Boxed, since it is handed on with every attribute: a pointer takes less code to move.
#[must_use = "an element stands nowhere before it is put somewhere"]
pub struct El(Box<Parts>);

struct Parts {
    tag: &'static str,
    attributes: Vec<AnyAttribute>,
    children: Vec<AnyView>,
}

/// An element with this tag and these classes (none, when empty).
pub fn el(tag: &'static str, class: &'static str) -> El {
    let empty = El(Box::new(Parts { tag, attributes: Vec::new(), children: Vec::new() }));
    if class.is_empty() { empty } else { empty.attr("class", class) }
}

/// A text, or a signal of one.
pub enum Text {
    /// Stays.
    Fixed(Oco<'static, str>),
    /// Follows a signal.
    Following(Signal<String>),
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self::Fixed(Oco::Borrowed(text))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Fixed(Oco::from(text))
    }
}

impl From<Signal<String>> for Text {
    fn from(text: Signal<String>) -> Self {
        Self::Following(text)
    }
}

impl From<Text> for AnyView {
    fn from(text: Text) -> Self {
        match text {
            Text::Fixed(text) => text.into_any(),
            Text::Following(text) => text.into_any(),
        }
    }
}

impl From<El> for AnyView {
    fn from(element: El) -> Self {
        element.view()
    }
}

impl El {
    fn with(mut self, attribute: AnyAttribute) -> Self {
        self.0.attributes.push(attribute);
        self
    }

    fn with_text(self, name: &'static str, value: Text) -> Self {
        let attribute = match value {
            Text::Fixed(value) => custom_attribute(name, value).into_any_attr(),
            Text::Following(value) => custom_attribute(name, value).into_any_attr(),
        };
        self.with(attribute)
    }

    fn push(mut self, child: AnyView) -> Self {
        self.0.children.push(child);
        self
    }

    /// With an attribute.
    pub fn attr(self, name: &'static str, value: impl Into<Text>) -> Self {
        self.with_text(name, value.into())
    }

    /// With an attribute that is there or not: `hidden`.
    pub fn flag(self, name: &'static str, value: impl Into<Signal<bool>>) -> Self {
        let value: Signal<bool> = value.into();
        self.with(custom_attribute(name, value).into_any_attr())
    }

    /// With an ARIA attribute that is "true" or "false".
    pub fn aria(self, name: &'static str, value: impl Into<Signal<bool>>) -> Self {
        let value: Signal<bool> = value.into();
        self.attr(name, derived(move || value.get().to_string()))
    }

    /// With a property that follows a signal: `checked`.
    pub fn prop(self, name: &'static str, value: impl Into<Signal<bool>>) -> Self {
        let value: Signal<bool> = value.into();
        self.with(prop(name, value).into_any_attr())
    }

    /// With the property `value`, as inputs have it.
    pub fn value(self, value: Signal<String>) -> Self {
        self.with(prop("value", value).into_any_attr())
    }

    /// With a text inside.
    pub fn text(self, text: impl Into<Text>) -> Self {
        self.push(text.into().into())
    }

    /// With an element inside.
    pub fn child(self, child: impl Into<AnyView>) -> Self {
        self.push(child.into())
    }

    /// With an element inside, where there is one.
    pub fn maybe(self, child: Option<AnyView>) -> Self {
        match child {
            Some(child) => self.push(child),
            None => self,
        }
    }

    /// With several elements inside.
    pub fn children(mut self, children: impl IntoIterator<Item = AnyView>) -> Self {
        self.0.children.extend(children);
        self
    }

    /// Heeding an event of the browser.
    pub fn on(self, name: &'static str, act: impl Fn(web_sys::Event) + 'static) -> Self {
        let act: Box<dyn FnMut(web_sys::Event)> = Box::new(act);
        self.with(event::on(ev::Custom::<web_sys::Event>::new(name), act).into_any_attr())
    }

    /// Heeding a click.
    pub fn on_click(self, act: impl Fn() + 'static) -> Self {
        self.on("click", move |_| act())
    }

    /// Heeding a form's submission, which the browser is kept from carrying out itself.
    pub fn on_submit(self, act: impl Fn() + 'static) -> Self {
        self.on("submit", move |event| {
            event.prevent_default();
            act();
        })
    }

    /// The finished view.
    pub fn view(self) -> AnyView {
        let Parts { tag, attributes, children } = *self.0;
        leptos::html::custom(tag).child(children).add_any_attr(attributes).into_any()
    }
}

/// What `view` makes of the signals it reads, made anew when they change.
pub fn dynamic(view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let view: Box<dyn Fn() -> AnyView + Send> = Box::new(view);
    (move || view()).into_any()
}

/// What `view` makes, made anew only when `key` reads something else: what it shows beside that it must follow itself.
pub fn keyed(key: impl Fn() -> String + Send + Sync + 'static, view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let key: Box<dyn Fn() -> String + Send + Sync> = Box::new(key);
    let key = Memo::new(move |_| key());
    dynamic(move || {
        // Read, not only tracked: a memo that nobody has read follows nothing.
        key.with(|_| ());
        untrack(&view)
    })
}

/// The same for a part that may be absent.
pub fn maybe(view: impl Fn() -> Option<AnyView> + Send + 'static) -> AnyView {
    dynamic(move || view().unwrap_or_else(|| ().into_any()))
}

/// Several views in a row, without an element around them.
pub fn several<const N: usize>(views: [AnyView; N]) -> AnyView {
    Vec::from(views).into_any()
}
