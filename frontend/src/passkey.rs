//! Passkeys, by a module that is loaded when somebody uses one (`assets/passkey.js`).

use serde_json::Value;
use shared::api::sign_in::{PasskeyAnswer, PasskeyChallenge};
use wasm_bindgen::prelude::*;

use crate::api::Fault;
use crate::words;

#[wasm_bindgen]
extern "C" {
    type Passkeys;

    #[wasm_bindgen(js_namespace = passgate, js_name = canPasskeys)]
    fn can_passkeys() -> bool;

    #[wasm_bindgen(js_namespace = passgate, js_name = loadPasskeys, catch)]
    async fn load() -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn create(this: &Passkeys, options: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    async fn get(this: &Passkeys, options: &str) -> Result<JsValue, JsValue>;
}

/// Whether this browser has passkeys for this portal: not where it is reached by a number instead of a name.
pub fn can() -> bool {
    can_passkeys()
}

/// Makes a passkey. Errors: a sentence, where the person or the browser did not.
pub async fn make(asked: PasskeyChallenge) -> Result<PasskeyAnswer, Fault> {
    let options = asked.options.to_string();
    let text = async { load().await?.unchecked_into::<Passkeys>().create(&options).await };
    answer(asked.challenge, text.await)
}

/// Asks for a passkey there is. Errors: a sentence, where the person or the browser did not.
pub async fn find(asked: PasskeyChallenge) -> Result<PasskeyAnswer, Fault> {
    let options = asked.options.to_string();
    let text = async { load().await?.unchecked_into::<Passkeys>().get(&options).await };
    answer(asked.challenge, text.await)
}

fn answer(challenge: String, text: Result<JsValue, JsValue>) -> Result<PasskeyAnswer, Fault> {
    let text = text.ok().and_then(|text| text.as_string());
    let credential: Option<Value> = text.and_then(|text| serde_json::from_str(&text).ok());
    let credential = credential.ok_or_else(|| Fault::said(words::PASSKEY_FAILED.to_owned()))?;
    Ok(PasskeyAnswer { challenge, credential })
}
