//! One typed function per endpoint. How they travel is in `client`, how a retry stays one request in `attempt`.

mod attempt;
mod client;
mod message;

use shared::api::Page;
use shared::api::account::{Session, SignIn, SignUp};
use shared::api::catalog::{Agreement, OriginAnswer, ProductSummary};
use shared::api::license::License;
use shared::api::order::{Order, OrderPlaced, OrderRequest, TestDecision, TestPayment};
use shared::api::pass::{PassIssued, PassRequest};
use shared::menu::Menu;

pub(crate) use attempt::Attempt;
pub(crate) use client::Fault;
use client::{Call, Method, call, fetch};
pub(crate) use message::{read, write};

use crate::browser::encode;

/// Who is signed in.
pub(crate) async fn get_session() -> Result<Session, Fault> {
    fetch(Call::new(Method::Get, "/session")).await
}

/// Signs in.
pub(crate) async fn sign_in(request: &SignIn) -> Result<Session, Fault> {
    fetch(Call::new(Method::Post, "/session").json(request)?).await
}

/// Creates an account and signs in.
pub(crate) async fn sign_up(request: &SignUp) -> Result<Session, Fault> {
    fetch(Call::new(Method::Post, "/accounts").json(request)?).await
}

/// Signs out.
pub(crate) async fn sign_out() -> Result<(), Fault> {
    call(Call::new(Method::Delete, "/session")).await.map(drop)
}

/// Every product with a published menu; `cursor` continues a list.
pub(crate) async fn list_products(cursor: Option<&str>) -> Result<Page<ProductSummary>, Fault> {
    list("/products", cursor).await
}

/// A product's current menu.
pub(crate) async fn get_menu(vendor: &str, product: &str) -> Result<Menu, Fault> {
    let path = format!("/vendors/{}/products/{}/menu", encode(vendor), encode(product));
    fetch(Call::new(Method::Get, &path)).await
}

/// A version of a vendor's license text.
pub(crate) async fn get_agreement(vendor: &str, digest: &str) -> Result<Agreement, Fault> {
    let path = format!("/vendors/{}/agreements/{}", encode(vendor), encode(digest));
    fetch(Call::new(Method::Get, &path)).await
}

/// Whether an app at `origin` may be handed passes for the product.
pub(crate) async fn check_origin(vendor: &str, product: &str, origin: &str) -> Result<bool, Fault> {
    let (vendor, product, origin) = (encode(vendor), encode(product), encode(origin));
    let path = format!("/vendors/{vendor}/products/{product}/origins?origin={origin}");
    fetch(Call::new(Method::Get, &path)).await.map(|answer: OriginAnswer| answer.registered)
}

/// Places an order.
pub(crate) async fn place_order(request: &OrderRequest, attempt: Attempt) -> Result<OrderPlaced, Fault> {
    attempt.send(Call::new(Method::Post, "/orders").json(request)?).await
}

/// The customer's orders, the newest first.
pub(crate) async fn list_orders(cursor: Option<&str>) -> Result<Page<Order>, Fault> {
    list("/orders", cursor).await
}

/// One order.
pub(crate) async fn get_order(order_id: &str) -> Result<Order, Fault> {
    fetch(Call::new(Method::Get, &format!("/orders/{}", encode(order_id)))).await
}

/// Gives up an order that is not paid.
pub(crate) async fn cancel_order(order_id: &str) -> Result<(), Fault> {
    call(Call::new(Method::Delete, &format!("/orders/{}", encode(order_id)))).await.map(drop)
}

/// Lets the sandbox approve or decline the payment of an order.
pub(crate) async fn pay_test(order_id: &str, decision: TestDecision, attempt: Attempt) -> Result<OrderPlaced, Fault> {
    let path = format!("/orders/{}/payments/test", encode(order_id));
    attempt.send(Call::new(Method::Post, &path).json(&TestPayment { decision })?).await
}

/// The customer's licenses, the newest first.
pub(crate) async fn list_licenses(cursor: Option<&str>) -> Result<Page<License>, Fault> {
    list("/licenses", cursor).await
}

/// One license.
pub(crate) async fn get_license(license_id: &str) -> Result<License, Fault> {
    fetch(Call::new(Method::Get, &format!("/licenses/{}", encode(license_id)))).await
}

/// Where passes of a license are issued, below the API's root.
pub(crate) fn passes_path(license_id: &str) -> String {
    format!("/licenses/{}/passes", encode(license_id))
}

/// Asks for a pass bound to the key that signed `proof`.
pub(crate) async fn issue_pass(
    license_id: &str,
    name: String,
    proof: &str,
    attempt: Attempt,
) -> Result<PassIssued, Fault> {
    let call = Call::new(Method::Post, &passes_path(license_id)).json(&PassRequest { name, origin: None })?;
    attempt.send(call.header("DPoP", proof)).await
}

async fn list<T: serde::de::DeserializeOwned>(path: &str, cursor: Option<&str>) -> Result<Page<T>, Fault> {
    let path = cursor.map_or_else(|| path.to_owned(), |cursor| format!("{path}?cursor={}", encode(cursor)));
    fetch(Call::new(Method::Get, &path)).await
}

/// The API's root on this portal.
pub(crate) const ROOT: &str = "/api/v1";
