//! The browser's own facilities in the few forms the pages need: clock, storage, address, focus.

use leptos::prelude::{document, window};
use shared::time::Timestamp;
use wasm_bindgen::JsCast;

/// The time now, as the device's clock has it. The pages' only clock.
pub fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "seconds since 1970 fit an i64 for ever")]
    Timestamp::from_unix((js_sys::Date::now() / 1000.0) as i64)
}

/// The address shown, without origin: path, query and fragment.
pub fn current_address() -> String {
    let location = window().location();
    let part = |part: Result<String, wasm_bindgen::JsValue>| part.unwrap_or_default();
    part(location.pathname()) + &part(location.search()) + &part(location.hash())
}

/// The path of the address shown.
pub fn current_path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// What the address shown says after its `?`.
pub fn current_query() -> String {
    window().location().search().unwrap_or_default().trim_start_matches('?').to_owned()
}

/// What the address shown says after its `#`, which is taken out of it and of the browser's history; empty when nothing.
pub fn take_fragment() -> String {
    let address = current_address();
    let (rest, fragment) = address.split_once('#').unwrap_or((&address, ""));
    replace_address(rest);
    fragment.to_owned()
}

/// A member of the query of the address shown; `None` when it is not there, or empty.
pub fn query(name: &str) -> Option<String> {
    let query = window().location().search().ok()?;
    let members = web_sys::UrlSearchParams::new_with_str(&query).ok()?;
    members.get(name).filter(|value| !value.is_empty())
}

/// The portal's origin, as `https://licenses.example.com`.
pub fn own_origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Shows another address without navigating, so that reload and back find it.
pub fn replace_address(address: &str) {
    if let Ok(history) = window().history() {
        // Failing (too many calls a second) only costs the memory of the last click.
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(address));
    }
}

/// Leaves the portal for `address`, or for a page of it that the router does not know.
pub fn leave_to(address: &str) {
    // Refused only for addresses that are none; then the page stays, with its links.
    let _ = window().location().assign(address);
}

/// The same, so that going back does not lead here again.
pub fn leave_for_good(address: &str) {
    // Refused only for addresses that are none; then the page stays, with its links.
    let _ = window().location().replace(address);
}

/// Whether one of our own pages led here, of this program or of another.
pub fn comes_from_our_pages() -> bool {
    document().referrer().strip_prefix(own_origin().as_str()).is_some_and(|rest| rest.starts_with('/'))
}

/// The window that opened this one, where one did and is still there.
pub fn opener() -> Option<web_sys::Window> {
    let opener: web_sys::Window = window().opener().ok()?.unchecked_into();
    let is_there = !opener.is_null() && !opener.is_undefined() && !opener.closed().unwrap_or(true);
    is_there.then_some(opener)
}

/// Opens `address` in a window of its own, called `name`; one that is open by that name is led there. False where the browser
/// opens none. Only in a click.
pub fn open_window(address: &str, name: &str) -> bool {
    let opened = window().open_with_url_and_target_and_features(address, name, "popup,width=520,height=760");
    opened.is_ok_and(|opened| opened.is_some())
}

/// What the window was called by the page that opened it.
pub fn window_name() -> String {
    window().name().unwrap_or_default()
}

/// Tells the other windows of this origin that something happened, by a `storage` event with this key.
pub fn announce(key: &str) {
    let Ok(Some(storage)) = window().local_storage() else { return };
    // A forbidden storage tells nobody; then the person goes on by hand.
    let _ = storage.set_item(key, &random_key());
    let _ = storage.remove_item(key);
}

/// Closes this window, as far as the browser lets a page do that.
pub fn close_window() {
    // Refused for windows that the person opened; then the page says that all is done.
    let _ = window().close();
}

/// True while the browser knows it has no network.
pub fn is_offline() -> bool {
    !window().navigator().on_line()
}

/// True on a narrow window, where summaries begin folded.
pub fn is_narrow() -> bool {
    window().inner_width().ok().and_then(|width| width.as_f64()).is_some_and(|width| width < 896.0)
}

/// Percent-encodes `text` for use within a query.
pub fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// What this tab remembers under `key`.
pub fn recall(key: &str) -> Option<String> {
    window().session_storage().ok()??.get_item(key).ok()?
}

/// Remembers `value` under `key` for as long as the tab lives; `None` forgets.
pub fn remember(key: &str, value: Option<&str>) {
    let Ok(Some(storage)) = window().session_storage() else { return };
    // A full or forbidden storage costs only the memory across a reload.
    let _ = match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    };
}

/// A key that no other request has: 122 random bits.
pub fn random_key() -> String {
    window().crypto().map(|crypto| crypto.random_uuid()).unwrap_or_default()
}

/// Puts the focus on the first element that `selector` finds, once the page has been drawn.
pub fn focus_on(selector: &str) {
    focus_on_any(vec![selector.to_owned()]);
}

/// The same with the first selector that finds any.
pub fn focus_on_any(selectors: Vec<String>) {
    leptos::prelude::request_animation_frame(move || {
        let mut found = selectors.iter().filter_map(|selector| document().query_selector(selector).ok().flatten());
        let found = found.next();
        if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            // An element that cannot take the focus leaves it where it is.
            let _ = element.focus();
        }
    });
}

/// Whether the element with this id has the focus.
pub fn has_focus(id: &str) -> bool {
    document().active_element().is_some_and(|element| element.id() == id)
}

/// What a person would call this device: "Chrome on Linux".
pub fn device_name() -> String {
    name_of(&window().navigator().user_agent().unwrap_or_default())
}

/// The same for a browser that calls itself `agent`.
pub fn name_of(agent: &str) -> String {
    let first = |names: &[(&str, &'static str)], other| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map_or(other, |(_, name)| *name)
    };
    let browser = first(
        &[
            ("Edg/", "Edge"),
            ("OPR/", "Opera"),
            ("Firefox/", "Firefox"),
            ("SamsungBrowser/", "Samsung Internet"),
            ("Chrome/", "Chromium"),
            ("Safari/", "Safari"),
        ],
        "Browser",
    );
    let system = first(
        &[
            ("Android", "Android"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Windows", "Windows"),
            ("CrOS", "ChromeOS"),
            ("Mac OS X", "macOS"),
            ("Linux", "Linux"),
        ],
        "this device",
    );
    format!("{browser} on {system}")
}
