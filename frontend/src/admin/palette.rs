//! Ctrl+K: go to a page, or find somebody or something by address or id. And the other keys: `/` for the search of a list,
//! `?` for what keys there are.

use leptos::prelude::*;
use shared::api::admin::customers::CustomerRow;
use wasm_bindgen::JsCast;

use crate::admin::address::opening;
use crate::admin::api::{self, read_value};
use crate::admin::form::value_of;
use crate::admin::layer::{body, layer};
use crate::admin::shell::SECTIONS;
use crate::admin::team::Team;
use crate::admin::words;
use crate::browser;
use crate::components::el::{dynamic, el, maybe};
use crate::components::icon::icon;
use crate::load::{Loader, derived};
use crate::router::Router;

/// The ids that open something over a page.
const OPENED: [&str; 6] = ["lic_", "ord_", "pas_", "mov_", "lea_", "mai_"];

/// The palette; a context of all pages.
#[derive(Clone, Copy)]
pub(crate) struct Palette {
    team: Team,
    router: Router,
    is_open: RwSignal<bool>,
    shows_keys: RwSignal<bool>,
    text: RwSignal<String>,
    chosen: RwSignal<usize>,
}

/// Somewhere to go.
#[derive(Clone, PartialEq, Eq)]
struct Target {
    icon: &'static str,
    name: String,
    note: String,
    address: String,
}

impl Palette {
    /// Provides the context and heeds the keys.
    pub(crate) fn provide(team: Team) -> Self {
        let palette = Self {
            team,
            router: Router::of_app(),
            is_open: RwSignal::new(false),
            shows_keys: RwSignal::new(false),
            text: RwSignal::new(String::new()),
            chosen: RwSignal::new(0),
        };
        let listener = window_event_listener_untyped("keydown", move |event| {
            if let Some(event) = event.dyn_ref::<web_sys::KeyboardEvent>() {
                palette.press(event);
            }
        });
        on_cleanup(move || listener.remove());
        palette
    }

    /// Shows it.
    pub(crate) fn open(self) {
        self.text.set(String::new());
        self.chosen.set(0);
        self.is_open.set(true);
        browser::focus_on("#palette-text");
    }

    fn press(self, event: &web_sys::KeyboardEvent) {
        let key = event.key();
        if (event.ctrl_key() || event.meta_key()) && !event.alt_key() && key.eq_ignore_ascii_case("k") {
            event.prevent_default();
            if self.is_open.get_untracked() {
                self.is_open.set(false);
            } else {
                self.open();
            }
            return;
        }
        let is_plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        if !is_plain || is_typing() {
            return;
        }
        match key.as_str() {
            "/" => {
                event.prevent_default();
                browser::focus_on("#q");
            }
            "?" => self.shows_keys.set(true),
            _ => {}
        }
    }

    /// The palette itself; stands once.
    pub(crate) fn dialog(self) -> AnyView {
        let close = move || self.is_open.set(false);
        layer("dialog palette", "palette", self.is_open.into(), words::FIND, close, move || self.content())
    }

    fn content(self) -> AnyView {
        let pages = derived(move || self.matching_pages());
        let found = Loader::new(move || {
            let text = self.text.get().trim().to_owned();
            let path = self.team.path(&format!("customers?limit=5&q={}", browser::encode(&text)));
            async move {
                if text.chars().count() < 2 || OPENED.iter().any(|prefix| text.starts_with(prefix)) {
                    return Ok(Vec::new());
                }
                let page = api::list(path).await?;
                Ok(page.items.iter().filter_map(|item| read_value::<CustomerRow>(item).ok()).collect::<Vec<_>>())
            }
        });
        let targets = derived(move || {
            let mut targets = pages.get();
            for row in found.ready().unwrap_or_default() {
                targets.push(Target {
                    icon: "person",
                    name: row.customer.name,
                    note: row.customer.email,
                    address: self.team.page(&format!("customers/{}", row.customer.customer_id)),
                });
            }
            targets
        });
        let go = move |place: usize| {
            if let Some(target) = targets.with_untracked(|targets| targets.get(place).cloned()) {
                self.is_open.set(false);
                self.router.follow(&target.address);
            }
        };
        let keys = move |event: web_sys::Event| {
            let Some(event) = event.dyn_ref::<web_sys::KeyboardEvent>() else { return };
            let count = targets.with_untracked(Vec::len).max(1);
            let here = self.chosen.get_untracked();
            match event.key().as_str() {
                "ArrowDown" => self.chosen.set((here + 1) % count),
                "ArrowUp" => self.chosen.set((here + count - 1) % count),
                "Enter" => go(here),
                _ => return,
            }
            event.prevent_default();
        };
        let active = derived(move || format!("palette-{}", self.chosen.get()));
        let input = el("input", "")
            .attr("id", "palette-text")
            .attr("type", "text")
            .attr("role", "combobox")
            .attr("aria-expanded", "true")
            .attr("aria-controls", "palette-list")
            .attr("aria-activedescendant", active)
            .attr("aria-label", words::FIND_LABEL)
            .attr("placeholder", words::FIND_LABEL)
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .value(self.text.into())
            .on("input", move |event| {
                self.chosen.set(0);
                self.text.set(value_of(&event));
            })
            .on("keydown", keys);
        let options = dynamic(move || {
            let option = |(place, target): (usize, Target)| {
                let Target { icon: image, name, note, .. } = target;
                let selected = derived(move || self.chosen.get() == place);
                let note = (!note.is_empty()).then(|| el("span", "muted small").text(note).view());
                el("li", "option")
                    .attr("id", format!("palette-{place}"))
                    .attr("role", "option")
                    .aria("aria-selected", selected)
                    .child(icon(image))
                    .child(el("span", "").text(name))
                    .maybe(note)
                    .on_click(move || go(place))
                    .view()
            };
            targets.get().into_iter().enumerate().map(option).collect::<Vec<_>>().into_any()
        });
        let list = el("ul", "options").attr("id", "palette-list").attr("role", "listbox");
        let list = list.attr("aria-label", words::FIND).child(options);
        let nothing = maybe(move || {
            let is_busy = found.ready().is_none() && !found.is_failed();
            (targets.with(Vec::is_empty) && !is_busy).then(|| el("p", "muted").text(words::FOUND_NOTHING).view())
        });
        body(el("div", "stack").child(el("div", "field").child(input)).child(list).child(nothing).into())
    }

    fn matching_pages(self) -> Vec<Target> {
        let text = self.text.get().trim().to_ascii_lowercase();
        if OPENED.iter().any(|prefix| text.starts_with(prefix)) {
            let address = opening(self.router, &text);
            return vec![Target { icon: "arrow", name: words::open_id(&text), note: String::new(), address }];
        }
        if text.starts_with("cus_") {
            let address = self.team.page(&format!("customers/{text}"));
            return vec![Target { icon: "person", name: words::open_id(&text), note: String::new(), address }];
        }
        let all = SECTIONS.iter().flat_map(|(_, entries)| entries.iter());
        let pages = all.map(|(rest, name, icon)| (*rest, *name, *icon));
        let pages = pages.chain([("products/new", words::NEW_PRODUCT, "plus")]);
        let fitting = pages.filter(|(_, name, _)| name.to_ascii_lowercase().contains(&text));
        let target = |(rest, name, icon): (&str, &str, &'static str)| Target {
            icon,
            name: name.to_owned(),
            note: String::new(),
            address: self.team.page(rest),
        };
        fitting.map(target).collect()
    }
}

/// Whether keys go into a field.
fn is_typing() -> bool {
    document()
        .active_element()
        .is_some_and(|element| element.matches("input, textarea, select, dialog *").unwrap_or(true))
}

/// What keys there are.
pub(crate) fn shortcuts(palette: &Palette) -> AnyView {
    let shows_keys = palette.shows_keys;
    let close = move || shows_keys.set(false);
    layer("dialog", "keys", shows_keys.into(), words::SHORTCUTS, close, || {
        let row = |(keys, what): (&'static str, &'static str)| {
            [el("dt", "").child(el("kbd", "").text(keys)).view(), el("dd", "").text(what).view()]
        };
        body(el("dl", "facts keys").children(words::KEYS_THERE_ARE.into_iter().flat_map(row)).into())
    })
}
