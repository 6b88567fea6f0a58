//! Writing where the caret is.

use leptos::prelude::document;
use wasm_bindgen::JsCast;

/// Puts `text`, which is ASCII, where the caret is in the control with this id, and gives what stands in it then.
pub(super) fn put_in(field: &str, text: &str) -> Option<String> {
    let element = document().get_element_by_id(field)?;
    let length = u32::try_from(text.len()).unwrap_or(0);
    // Neither refuses: both fields hold text, and the caret was in them.
    Some(if let Some(area) = element.dyn_ref::<web_sys::HtmlTextAreaElement>() {
        let caret = area.selection_start().ok().flatten().unwrap_or(0) + length;
        let _ = area.set_range_text(text);
        let _ = area.set_selection_range(caret, caret);
        area.value()
    } else if let Some(input) = element.dyn_ref::<web_sys::HtmlInputElement>() {
        let caret = input.selection_start().ok().flatten().unwrap_or(0) + length;
        let _ = input.set_range_text(text);
        let _ = input.set_selection_range(caret, caret);
        input.value()
    } else {
        return None;
    })
}
