//! A pass for the app that waits: proof by its key, pass from the server, pass to the app.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use shared::api::moves::RedeemRequest;
use shared::api::pass::{PassIssued, PassRequest};
use shared::refusal::RefusalCode;

use super::AppWindow;
use crate::api::{self, Attempt, Fault};
use crate::browser;

/// Has the server issue a pass of a license for the app, and hands it over.
pub(super) async fn issue(
    window: &AppWindow,
    license_id: String,
    request: PassRequest,
    attempt: Attempt,
) -> Result<(), Fault> {
    let path = api::passes_path(&license_id);
    let asked = Rc::new((license_id, request));
    let send: Send = Box::new(move |proof| {
        let asked = Rc::clone(&asked);
        Box::pin(async move { api::issue_pass(&asked.0, &asked.1, &proof, attempt).await })
    });
    obtain(window, &path, send).await
}

/// Redeems a move for the app, and hands the pass over.
pub(super) async fn redeem(window: &AppWindow, request: RedeemRequest, attempt: Attempt) -> Result<(), Fault> {
    let request = Rc::new(request);
    let send: Send = Box::new(move |proof| {
        let request = Rc::clone(&request);
        Box::pin(async move { api::redeem_move(&request, &proof, attempt).await })
    });
    obtain(window, api::REDEEM_PATH, send).await
}

/// Sends the request that gives the pass, with the proof it is handed.
type Send = Box<dyn Fn(String) -> Pin<Box<dyn Future<Output = Result<PassIssued, Fault>>>>>;

/// Has the app prove its key for `POST path`, sends the request, and hands the pass over. The server may want its nonce
/// in the proof. Errors: the server's refusals; an app that does not answer.
async fn obtain(window: &AppWindow, path: &str, send: Send) -> Result<(), Fault> {
    let address = format!("{}{}{path}", browser::own_origin(), api::ROOT);
    let silent = |_| Fault::silent_app();
    let proof = window.prove("POST", &address, None).await.map_err(silent)?;
    let mut answer = send(proof).await;
    let wanted = answer
        .as_ref()
        .err()
        .filter(|fault| fault.is(RefusalCode::ProofInvalid) || fault.is(RefusalCode::ProofRequired));
    if let Some(nonce) = wanted.and_then(|fault| fault.nonce.clone()) {
        let proof = window.prove("POST", &address, Some(&nonce)).await.map_err(silent)?;
        answer = send(proof).await;
    }
    let issued = answer?;
    window.hand_over(&issued.pass, &issued.pass_id.to_string()).await.map_err(silent)
}
