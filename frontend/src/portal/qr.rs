//! QR codes, by a module that is loaded when a page first needs it (`assets/qr.js`).

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type Qr;

    #[wasm_bindgen(js_namespace = passgate, js_name = loadQr, catch)]
    async fn load() -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn draw(this: &Qr, text: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn read(this: &Qr, input: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn scan(this: &Qr, video: &str, signal: &web_sys::AbortSignal) -> Result<JsValue, JsValue>;
}

/// The module could not be loaded, or could not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failed;

impl From<JsValue> for Failed {
    fn from(_: JsValue) -> Self {
        Self
    }
}

async fn module() -> Result<Qr, Failed> {
    Ok(load().await?.unchecked_into())
}

/// The address of a picture that shows `text`.
pub(crate) async fn draw(text: &str) -> Result<String, Failed> {
    module().await?.draw(text)?.as_string().ok_or(Failed)
}

/// The text of the file that was chosen in the input `id`, or of the QR code in that picture; empty when there is neither,
/// `None` when no file was chosen.
pub(crate) async fn read(id: &str) -> Result<Option<String>, Failed> {
    Ok(module().await?.read(id).await?.as_string())
}

/// The text of the QR code that the camera sees; shows meanwhile what it sees in the video `id`. `None` once `signal`
/// ends it. Errors: there is no camera, or it may not be used.
pub(crate) async fn scan(id: &str, signal: &web_sys::AbortSignal) -> Result<Option<String>, Failed> {
    Ok(module().await?.scan(id, signal).await?.as_string())
}
