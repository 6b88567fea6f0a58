//! One typed function per endpoint. How they travel is in `client`, how a retry stays one request in `attempt`.

mod attempt;
mod client;
mod message;
mod sign_in;

use shared::api::Page;
use shared::api::account::{PublicInstance, Session, SignIn, SignUp};
use shared::api::catalog::{Agreement, OriginAnswer, ProductSummary, PublicVendor};
use shared::api::leases::{IdentifierMade, IdentifierRequest, LicenseServices};
use shared::api::license::{Counted, License};
use shared::api::moves::{Move, MoveOffered, MovePreview, MoveRequest, PreviewRequest, RedeemRequest};
use shared::api::order::{Order, OrderPlaced, OrderRequest, TestDecision, TestPayment};
use shared::api::pass::{PassIssued, PassRequest, RecoverRequest, RenameRequest};
use shared::api::sources::{LinkRequest, LinkStarted, LinkedSources, Sources};
use shared::coupon::CouponTerms;
use shared::id::{IdentifierId, MoveId, PassId, SourceId};
use shared::menu::Menu;
use shared::slug::Slug;

pub use attempt::Attempt;
pub use client::{Call, Fault, Method, call, call_revised, fetch};
pub use message::{read, read_value, write};
pub use sign_in::*;

use crate::browser::encode;

/// Who is signed in.
pub async fn get_session() -> Result<Session, Fault> {
    fetch(Call::new(Method::Get, "/session")).await
}

/// Signs in.
pub async fn sign_in(request: &SignIn) -> Result<Session, Fault> {
    fetch(Call::new(Method::Post, "/session").json(request)?).await
}

/// Creates an account and signs in.
pub async fn sign_up(request: &SignUp) -> Result<Session, Fault> {
    fetch(Call::new(Method::Post, "/accounts").json(request)?).await
}

/// Signs out.
pub async fn sign_out() -> Result<(), Fault> {
    call(Call::new(Method::Delete, "/session")).await.map(drop)
}

/// Every product with a published menu; `cursor` continues a list.
pub async fn list_products(cursor: Option<&str>) -> Result<Page<ProductSummary>, Fault> {
    list("/products", cursor).await
}

/// A product's current menu.
pub async fn get_menu(vendor: &str, product: &str) -> Result<Menu, Fault> {
    let path = format!("/vendors/{}/products/{}/menu", encode(vendor), encode(product));
    fetch(Call::new(Method::Get, &path)).await
}

/// A vendor as its customers see it.
pub async fn get_vendor(vendor: &str) -> Result<PublicVendor, Fault> {
    fetch(Call::new(Method::Get, &format!("/vendors/{}", encode(vendor)))).await
}

/// What a coupon takes off a product. Errors: `INVALID_INPUT` with `coupon`, when there is none to be redeemed.
pub async fn get_coupon(vendor: &str, product: &str, code: &str) -> Result<CouponTerms, Fault> {
    let path = format!("/vendors/{}/products/{}/coupons/{}", encode(vendor), encode(product), encode(code));
    fetch(Call::new(Method::Get, &path)).await
}

/// Through what one may sign in to be this vendor's customer.
pub async fn list_sources(vendor: &str) -> Result<Sources, Fault> {
    fetch(Call::new(Method::Get, &format!("/vendors/{}/sources", encode(vendor)))).await
}

/// The address that leads to a vendor's provider, and then on to `next`.
pub fn source_start(vendor: &str, source_id: SourceId, next: &str) -> String {
    format!("{ROOT}/vendors/{}/sources/{source_id}/start?next={}", encode(vendor), encode(next))
}

/// The vendors' sign-ins that are linked to the account.
pub async fn list_linked() -> Result<LinkedSources, Fault> {
    fetch(Call::new(Method::Get, "/account/sources")).await
}

/// Begins to link a vendor's sign-in; where its person goes on.
pub async fn link_source(vendor: Slug, source_id: SourceId) -> Result<LinkStarted, Fault> {
    fetch(Call::new(Method::Post, "/account/sources").json(&LinkRequest { vendor, source_id })?).await
}

/// Unlinks one.
pub async fn unlink_source(source_id: SourceId) -> Result<(), Fault> {
    call(Call::new(Method::Delete, &format!("/account/sources/{source_id}"))).await.map(drop)
}

/// What this installation offers.
pub async fn get_instance() -> Result<PublicInstance, Fault> {
    fetch(Call::new(Method::Get, "/instance")).await
}

/// A version of a vendor's license text.
pub async fn get_agreement(vendor: &str, digest: &str) -> Result<Agreement, Fault> {
    let path = format!("/vendors/{}/agreements/{}", encode(vendor), encode(digest));
    fetch(Call::new(Method::Get, &path)).await
}

/// Whether an app at `origin` may be handed passes for the product, and what its vendor looks like.
pub async fn check_origin(vendor: &str, product: &str, origin: &str) -> Result<OriginAnswer, Fault> {
    let (vendor, product, origin) = (encode(vendor), encode(product), encode(origin));
    let path = format!("/vendors/{vendor}/products/{product}/origins?origin={origin}");
    fetch(Call::new(Method::Get, &path)).await
}

/// Places an order.
pub async fn place_order(request: &OrderRequest, attempt: Attempt) -> Result<OrderPlaced, Fault> {
    attempt.send(Call::new(Method::Post, "/orders").json(request)?).await
}

/// The customer's orders, the newest first.
pub async fn list_orders(cursor: Option<&str>) -> Result<Page<Order>, Fault> {
    list("/orders", cursor).await
}

/// One order.
pub async fn get_order(order_id: &str) -> Result<Order, Fault> {
    fetch(Call::new(Method::Get, &format!("/orders/{}", encode(order_id)))).await
}

/// Gives up an order that is not paid.
pub async fn cancel_order(order_id: &str) -> Result<(), Fault> {
    call(Call::new(Method::Delete, &format!("/orders/{}", encode(order_id)))).await.map(drop)
}

/// Lets the sandbox approve or decline the payment of an order.
pub async fn pay_test(order_id: &str, decision: TestDecision, attempt: Attempt) -> Result<OrderPlaced, Fault> {
    let path = format!("/orders/{}/payments/test", encode(order_id));
    attempt.send(Call::new(Method::Post, &path).json(&TestPayment { decision })?).await
}

/// The customer's licenses, the newest first.
pub async fn list_licenses(cursor: Option<&str>) -> Result<Page<License>, Fault> {
    list("/licenses", cursor).await
}

/// One license.
pub async fn get_license(license_id: &str) -> Result<License, Fault> {
    fetch(Call::new(Method::Get, &format!("/licenses/{}", encode(license_id)))).await
}

/// What services have of a license, and what of it is counted.
pub async fn get_services(license_id: &str) -> Result<LicenseServices, Fault> {
    fetch(Call::new(Method::Get, &format!("/licenses/{}/services", encode(license_id)))).await
}

/// What counted uses of a license's function, the newest first.
pub async fn list_counted(license_id: &str, feature: &str, cursor: Option<&str>) -> Result<Page<Counted>, Fault> {
    let path = format!("/licenses/{}/uses?feature={}", encode(license_id), encode(feature));
    let path = cursor.map_or_else(|| path.clone(), |cursor| format!("{path}&cursor={}", encode(cursor)));
    fetch(Call::new(Method::Get, &path)).await
}

/// Makes an identifier, or one in the place of another.
pub async fn add_identifier(request: &IdentifierRequest, attempt: Attempt) -> Result<IdentifierMade, Fault> {
    attempt.send(Call::new(Method::Post, "/identifiers").json(request)?).await
}

/// Ends an identifier.
pub async fn end_identifier(identifier_id: IdentifierId) -> Result<(), Fault> {
    call(Call::new(Method::Delete, &format!("/identifiers/{identifier_id}"))).await.map(drop)
}

/// Where passes of a license are issued, below the API's root.
pub fn passes_path(license_id: &str) -> String {
    format!("/licenses/{}/passes", encode(license_id))
}

/// Where a license's changes are told as they happen, as an address of this portal.
pub fn license_events(license_id: &str) -> String {
    format!("{ROOT}/licenses/{}/events", encode(license_id))
}

/// Asks for a pass bound to the key that signed `proof`.
pub async fn issue_pass(
    license_id: &str,
    request: &PassRequest,
    proof: &str,
    attempt: Attempt,
) -> Result<PassIssued, Fault> {
    let call = Call::new(Method::Post, &passes_path(license_id)).json(request)?;
    attempt.send(call.header("DPoP", proof)).await
}

/// Gives a device another name.
pub async fn rename_terminal(license_id: &str, pass_id: PassId, name: String) -> Result<(), Fault> {
    let path = format!("{}/{pass_id}", passes_path(license_id));
    call(Call::new(Method::Patch, &path).json(&RenameRequest { name })?).await.map(drop)
}

/// Retires the pass of a device that is lost or to be signed out.
pub async fn recover_pass(license_id: &str, pass_id: PassId, attempt: Attempt) -> Result<(), Fault> {
    let path = format!("/licenses/{}/recover", encode(license_id));
    attempt.act(Call::new(Method::Post, &path).json(&RecoverRequest { pass_id })?).await
}

/// Offers a pass to whichever device redeems it.
pub async fn offer_move(pass_id: PassId, attempt: Attempt) -> Result<MoveOffered, Fault> {
    attempt.send(Call::new(Method::Post, "/moves").json(&MoveRequest { pass_id })?).await
}

/// How a move stands.
pub async fn get_move(move_id: MoveId) -> Result<Move, Fault> {
    fetch(Call::new(Method::Get, &format!("/moves/{move_id}"))).await
}

/// Takes a move back.
pub async fn cancel_move(move_id: MoveId) -> Result<(), Fault> {
    call(Call::new(Method::Delete, &format!("/moves/{move_id}"))).await.map(drop)
}

/// What would arrive by redeeming.
pub async fn preview_move(request: &PreviewRequest) -> Result<MovePreview, Fault> {
    fetch(Call::new(Method::Post, "/moves/preview").json(request)?).await
}

/// Where moves are redeemed, below the API's root.
pub const REDEEM_PATH: &str = "/moves/redeem";

/// Redeems a move for the key that signed `proof`.
pub async fn redeem_move(request: &RedeemRequest, proof: &str, attempt: Attempt) -> Result<PassIssued, Fault> {
    let call = Call::new(Method::Post, REDEEM_PATH).json(request)?;
    attempt.send(call.header("DPoP", proof)).await
}

async fn list<T: serde::de::DeserializeOwned>(path: &str, cursor: Option<&str>) -> Result<Page<T>, Fault> {
    let path = cursor.map_or_else(|| path.to_owned(), |cursor| format!("{path}?cursor={}", encode(cursor)));
    fetch(Call::new(Method::Get, &path)).await
}

/// The API's root on this portal.
pub const ROOT: &str = "/api/v1";
