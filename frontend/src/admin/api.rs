//! What these pages ask of the server: below `/admin/vendors/{vendor}`, but for the list of vendors itself.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::api::Page;
use shared::api::admin::team::Vendor;

pub(crate) use crate::api::{Attempt, Call, Fault, Method, ROOT, call, call_revised, fetch, read, read_value};

/// The vendors in whose teams the caller is.
pub(crate) async fn list_vendors() -> Result<Page<Vendor>, Fault> {
    fetch(Call::new(Method::Get, "/admin/vendors?limit=100")).await
}

/// What is at `path`.
pub(crate) async fn get<T: DeserializeOwned>(path: String) -> Result<T, Fault> {
    fetch(Call::new(Method::Get, &path)).await
}

/// A page of a list, its items as they came: each list reads its own.
pub(crate) async fn list(path: String) -> Result<Page<Value>, Fault> {
    get(path).await
}

/// A request that changes something.
pub(crate) fn write(method: Method, path: &str, body: &impl Serialize) -> Result<Call, Fault> {
    Call::new(method, path).json(body)
}

/// The header that makes a write fail where somebody else wrote before.
pub(crate) fn if_match(call: Call, revision: u64) -> Call {
    call.header("If-Match", &format!("\"{revision}\""))
}

/// What is published at `path`, outside the API.
pub(crate) async fn get_text(path: String) -> Result<String, Fault> {
    call(Call::new(Method::Get, &path).outside()).await
}
