//! Moving a pass to another terminal (mechanisms L6 to L9): offered and taken back here, looked at and redeemed in
//! [`redeem`].

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use shared::api::moves::{Move, MoveOffered, MoveRequest, MovedTo};
use shared::id::MoveId;
use shared::license::{MOVE_TRIES, MoveState, PortableBinding, Refusal};
use shared::move_code::MoveCode;
use shared::refusal::RefusalCode;
use shared::time::Timestamp;
use shared::verdict::PassStatus;

use super::body::Strict;
use super::event::event;
use super::once::{Answer, IdempotencyKey, fingerprint, once_sealed};
use super::pass::Issuer;
use crate::app::App;
use crate::auth::Caller;
use crate::changes::Subject;
use crate::error::Failure;
use crate::keys::Keyring;
use crate::store::records::{LicenseRecord, MoveRecord, Pass};
use crate::store::{Outcome, StoreError, Tx, not_found};

mod carrier;
mod ending;
pub mod redeem;

use ending::cancel_move;
pub(in crate::http) use ending::{end_move_of, settle_pass};
pub use ending::{keep_sweeping, sweep_moves};

/// How often a code is drawn again whose name another open move has. With a thousand moves open, one name in eight
/// hundred is taken.
const DRAWS: usize = 8;

/// How many moves with one name are looked at, the newest first.
const SAME_NAME: u32 = 8;

/// The pass is `moving`, and whoever presents the portable pass or the code first becomes its successor.
///
/// For the terminal whose pass it is, or its customer. Errors, in this order: `NOT_FOUND`; `EXPIRED` for a terminal's pass
/// that is to be refreshed first; `SUSPENDED`, `REVOKED`, `NOT_YET_VALID` or `TERM_ENDED` of the license; `BEING_MOVED`,
/// `SUSPENDED`, `MOVED` or `REVOKED` of the pass; `MOVE_NOT_ALLOWED`; `MOVE_LIMIT_REACHED`. A retry gets its first answer.
#[utoipa::path(post, path = "/api/v1/moves", tag = "moves", request_body = MoveRequest,
    params(("Idempotency-Key" = String, Header), ("DPoP" = Option<String>, Header)),
    security(("terminal" = []), ("session" = [])), responses((status = 201, body = MoveOffered)))]
pub async fn offer_move(
    app: web::Data<App>,
    request: HttpRequest,
    caller: Caller,
    key: IdempotencyKey,
    body: Strict<MoveRequest>,
) -> Result<HttpResponse, Failure> {
    let now = app.clock.now();
    let (print, pass_id) = (fingerprint(&request, &[&body.bytes]), body.value.pass_id);
    let asking = caller.clone();
    let found = app.store.read(move |tx| {
        let pass = asking.find_pass(tx, pass_id)?.ok_or_else(not_found)?;
        Ok((pass.vendor_id, pass.license_id))
    });
    let (vendor_id, license_id) = found.await?;

    let (scope, here) = (caller.scope(), app.clone());
    let answer = once_sealed(&app, scope, key, print, move |tx| {
        // Inside, so that a late retry gets its answer.
        caller.refuse_expired(now)?;
        caller.spend(tx, now)?;
        let record = tx.license_at(vendor_id, license_id)?.ok_or_else(not_found)?;
        ending::settle_license(tx, &here, &record, now)?;
        let pass = caller.find_pass(tx, pass_id)?.ok_or_else(not_found)?;
        let (code, record, offered) = begin_move(tx, &here, record, pass, now)?;
        let body = json!({ "license_id": offered.license_id, "move_id": offered.move_id });
        let kind = "pass.move.offered";
        tx.append_event(&event(&here, offered.vendor_id, kind, &caller.actor(), &offered.pass_id, &body))?;
        let issuer = Issuer::find(tx, &here, &record, now)?;
        let portable_pass = sign_portable(&here, &issuer, &record, &offered, now)?;
        let url = format!("{}/receive#{code}", here.config.public_url);
        let (move_id, expires_at) = (offered.move_id, offered.expires_at);
        let message = MoveOffered { move_id, portable_pass, code: code.to_string(), url, expires_at };
        Answer::json(StatusCode::CREATED, &message)
    });
    let answer = answer.await?;
    app.changes.tell(Subject::License(license_id));
    Ok(answer)
}

/// Where a move stands, without what is worth the license. Errors: `NOT_FOUND`.
#[utoipa::path(get, path = "/api/v1/moves/{id}", tag = "moves",
    params(("id" = MoveId, Path), ("DPoP" = Option<String>, Header)),
    security(("terminal" = []), ("session" = [])), responses((status = 200, body = Move)))]
pub async fn get_move(
    app: web::Data<App>,
    caller: Caller,
    move_id: web::Path<MoveId>,
) -> Result<HttpResponse, Failure> {
    let (now, here, move_id) = (app.clock.now(), app.clone(), move_id.into_inner());
    // A write: a terminal's proof is good once, and a move whose time is over ends now.
    let found = app.store.write(move |tx| {
        caller.spend(tx, now)?;
        let record = caller.find_move(tx, move_id)?.ok_or_else(not_found)?;
        let record = ending::settle_move(tx, &here, record, now)?;
        show_move(tx, &record)
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

/// The move is taken back, and the old pass is `valid` again; also when the move has ended unredeemed already.
///
/// Errors: `NOT_FOUND`; `MOVE_USED` when another device has the license by now.
#[utoipa::path(delete, path = "/api/v1/moves/{id}", tag = "moves",
    params(("id" = MoveId, Path), ("DPoP" = Option<String>, Header)),
    security(("terminal" = []), ("session" = [])), responses((status = 204)))]
pub async fn withdraw_move(
    app: web::Data<App>,
    caller: Caller,
    move_id: web::Path<MoveId>,
) -> Result<HttpResponse, Failure> {
    let (now, here, move_id) = (app.clock.now(), app.clone(), move_id.into_inner());
    let ended = app.store.write(move |tx| {
        caller.spend(tx, now)?;
        let record = caller.find_move(tx, move_id)?.ok_or_else(not_found)?;
        let record = ending::settle_move(tx, &here, record, now)?;
        match record.state {
            MoveState::Offered => cancel_move(tx, &here, record, &caller.actor(), now),
            MoveState::Cancelled | MoveState::Expired => Ok(record),
            MoveState::Redeemed => {
                let detail = "Another device has the license already: move it back from there.";
                Err(Refusal::new(RefusalCode::MoveUsed, detail).into())
            }
        }
    });
    let ended = ended.await?;
    app.changes.tell(Subject::License(ended.license_id));
    Ok(HttpResponse::NoContent().finish())
}

/// Marks the pass and writes the move down, with a code whose name no other open move has.
fn begin_move(
    tx: &mut dyn Tx,
    app: &App,
    record: LicenseRecord,
    pass: Pass,
    now: Timestamp,
) -> Outcome<(MoveCode, LicenseRecord, MoveRecord)> {
    let window = record.license.move_window(now);
    let moves = tx.count_moves(record.vendor_id, record.license_id, window.since)?;
    let expires_at = record.license.offer_move(pass.status, pass.reason, moves, now)?;
    let (code, move_id) = (draw_code(tx, app)?, app.new_id(MoveId::new));
    let offered = MoveRecord {
        vendor_id: record.vendor_id,
        move_id,
        license_id: record.license_id,
        pass_id: pass.pass_id,
        code_name: code.name(),
        code_hash: hash_code(&app.keys, move_id, &code),
        tries: MOVE_TRIES,
        state: MoveState::Offered,
        offered_at: now,
        expires_at,
        settled_at: None,
        successor: None,
    };
    // The pass first: the database takes no move of a pass that still works.
    tx.update_pass(&Pass { status: PassStatus::Moving, reason: None, ..pass })?;
    tx.add_move(&offered)?;
    Ok((code, record, offered))
}

fn draw_code(tx: &mut dyn Tx, app: &App) -> Outcome<MoveCode> {
    for _ in 0..DRAWS {
        let code = MoveCode::from_random(app.rng.u128());
        let same = tx.moves_named(&code.name(), SAME_NAME)?;
        if same.iter().all(|other| other.state != MoveState::Offered) {
            return Ok(code);
        }
    }
    Err(StoreError::Busy)
}

/// What the store keeps of a code: bound to its move, so that no two moves share a hash, and keyed, so that who has read
/// the store cannot try all 49 bits of the secret.
fn hash_code(keys: &Keyring, move_id: MoveId, code: &MoveCode) -> String {
    keys.hash("move code", format!("{move_id}\n{}", code.secret()).as_bytes())
}

fn sign_portable(
    app: &App,
    issuer: &Issuer,
    record: &LicenseRecord,
    offered: &MoveRecord,
    now: Timestamp,
) -> Outcome<String> {
    let (name, audience) = issuer.addresses(&app.config);
    let binding = PortableBinding {
        issuer: name,
        audience,
        customer_id: record.customer_id,
        license_id: record.license_id,
        pass_id: offered.pass_id,
        move_id: offered.move_id,
        expires_at: offered.expires_at,
    };
    Ok(issuer.prepare(&record.license.portable_claims(binding, now)?)?.sign()?)
}

fn show_move(tx: &mut dyn Tx, record: &MoveRecord) -> Outcome<Move> {
    let successor = match record.successor {
        Some(pass_id) => tx.pass(record.vendor_id, pass_id)?,
        None => None,
    };
    Ok(Move {
        move_id: record.move_id,
        pass_id: record.pass_id,
        state: record.state,
        offered_at: record.offered_at,
        expires_at: record.expires_at,
        settled_at: record.settled_at,
        moved_to: successor.map(|pass| MovedTo { name: pass.name, at: pass.connected_at }),
    })
}
