//! The vendor's logo: shown, sent as it is chosen, and taken away.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::admin::team::LogoUpload;
use shared::base64url;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::Form;
use crate::admin::api::{Call, Fault, Method, if_match, write};
use crate::admin::words;
use crate::browser;
use crate::components::button::button;
use crate::components::el::{el, maybe};
use crate::components::fault::fault_notice;
use crate::components::field::error_text;
use crate::load::derived;

/// The largest file, in bytes.
const MAX_BYTES: f64 = 65_536.0;

const INPUT: &str = "logo";

/// The part of the page.
pub(super) fn logo(form: Form) -> AnyView {
    let wrong = RwSignal::new(None::<String>);
    let fault = RwSignal::new(None::<Fault>);
    let shown = maybe(move || {
        let logo = form.now.with(|now| now.brand.as_ref()?.logo.clone())?;
        let image = el("img", "").attr("src", logo.path).attr("alt", words::LOGO);
        let image = image.attr("width", logo.width.to_string()).attr("height", logo.height.to_string());
        let remove = button("button", words::LOGO_REMOVE, move || send(form, None, wrong, fault));
        let remove = form.may.then_some(remove);
        Some(el("div", "row").child(el("span", "vendor-logo").child(image)).maybe(remove).view())
    });
    let chosen = move |event: web_sys::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(input) = input else { return };
        let file = input.files().and_then(|files| files.get(0));
        // The same file may be chosen again.
        input.set_value("");
        match file {
            Some(file) if file.size() > MAX_BYTES => wrong.set(Some(words::LOGO_LARGE.to_owned())),
            Some(file) => send(form, Some(file), wrong, fault),
            None => {}
        }
    };
    let input = form.may.then(|| {
        let described = derived(move || {
            let error = if wrong.with(Option::is_some) { "logo-error " } else { "" };
            format!("{error}logo-hint")
        });
        let control = el("input", "")
            .attr("type", "file")
            .attr("id", INPUT)
            .attr("accept", "image/png,image/jpeg,image/webp")
            .attr("aria-describedby", described)
            .aria("aria-invalid", derived(move || wrong.with(Option::is_some)))
            .on("change", chosen);
        el("div", "field")
            .child(el("label", "").attr("for", INPUT).text(words::LOGO_CHOOSE))
            .child(control)
            .child(maybe(move || Some(error_text("logo-error".to_owned(), wrong.get()?))))
            .child(el("p", "hint").attr("id", "logo-hint").text(words::LOGO_HINT))
            .view()
    });
    el("section", "card stack")
        .attr("aria-label", words::LOGO)
        .child(el("h2", "").text(words::LOGO))
        .child(maybe(move || fault.get().map(|fault| fault_notice(&fault))))
        .child(shown)
        .maybe(input)
        .into()
}

/// Sends the file, or that there shall be none.
fn send(form: Form, file: Option<web_sys::File>, wrong: RwSignal<Option<String>>, fault: RwSignal<Option<Fault>>) {
    if form.busy.get_untracked() {
        return;
    }
    wrong.set(None);
    fault.set(None);
    form.busy.set(true);
    let path = form.team.path("logo");
    spawn_local(async move {
        let request = match file {
            Some(file) => match JsFuture::from(file.array_buffer()).await {
                Ok(bytes) => {
                    let image = base64url::encode(&js_sys::Uint8Array::new(&bytes).to_vec());
                    write(Method::Put, &path, &LogoUpload { image })
                }
                Err(_) => Err(Fault::said(words::LOGO_UNREADABLE.to_owned())),
            },
            None => Ok(Call::new(Method::Delete, &path)),
        };
        let answer = match request {
            Ok(request) => super::send(if_match(request, form.revision())).await,
            Err(fault) => Err(fault),
        };
        form.busy.try_set(false);
        match answer {
            Ok(saved) => {
                form.take(saved);
                form.team.asking.live.toast(words::SAVED);
            }
            Err(refused) => {
                let said = refused.fields.first().map(|problem| problem.detail.clone());
                if said.is_none() {
                    fault.try_set(Some(refused));
                }
                wrong.try_set(said);
                browser::focus_on("#logo");
            }
        }
    });
}
