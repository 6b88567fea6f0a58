//! A vendor's team: who is in it, and what they may do.

use actix_web::{HttpResponse, web};
use serde_json::json;
use shared::api::Page;
use shared::api::admin::team::{Member as ShownMember, MemberEdit};
use shared::id::AccountId;
use shared::license::Refusal;
use shared::refusal::RefusalCode;
use shared::slug::Slug;
use shared::team::Role;

use crate::app::App;
use crate::auth::member::Authority;
use crate::auth::member::need::{EditTeam, ReadTeam};
use crate::auth::{Fresh, Member};
use crate::error::Failure;
use crate::http::body::Strict;
use crate::http::event::tell;
use crate::http::openapi::ListParams;
use crate::http::page::PageQuery;
use crate::store::team::MemberRecord;
use crate::store::{Outcome, Tx, not_found};

type Path = web::Path<(Slug, AccountId)>;

/// The vendor's team.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/members", tag = "vendors", params(("vendor" = Slug, Path), ListParams),
    security(("session" = []), ("token" = [])), responses((status = 200, body = Page<ShownMember>)))]
pub async fn list_members(
    app: web::Data<App>,
    member: Member<ReadTeam>,
    query: PageQuery,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, after, wanted) = (member.vendor.vendor_id, query.after()?, query.wanted());
    let found = app.store.read(move |tx| tx.members(vendor_id, after, wanted)).await?;
    let items = found.into_iter().map(show).collect();
    Ok(HttpResponse::Ok().json(query.page(items, |member: &ShownMember| member.account_id.to_string())))
}

/// Gives a member another role.
///
/// Errors: `CONFIRMATION_REQUIRED`; `NOT_FOUND`; `FORBIDDEN` to give or take a role above one's own; `CONFLICT` when no owner would remain.
#[utoipa::path(patch, path = "/api/v1/admin/vendors/{vendor}/members/{account_id}", tag = "vendors", request_body = MemberEdit,
    params(("vendor" = Slug, Path), ("account_id" = AccountId, Path)),
    security(("session" = []), ("token" = [])), responses((status = 200, body = ShownMember)))]
pub async fn edit_member(
    app: web::Data<App>,
    member: Fresh<Member<EditTeam>>,
    path: Path,
    body: Strict<MemberEdit>,
) -> Result<HttpResponse, Failure> {
    let (by, here, account_id, role) = (member.into_authority(), app.clone(), path.into_inner().1, body.value.role);
    let done = app.store.write(move |tx| {
        let before = find_for(tx, &by, account_id, role)?;
        if before.role == role {
            return Ok(before);
        }
        keep_an_owner(tx, &by, before.role)?;
        tx.set_role(by.vendor.vendor_id, account_id, role)?;
        let body = json!({ "before": { "role": before.role }, "after": { "role": role } });
        tell(tx, &here, &by, "member.changed", &account_id, body)?;
        Ok(MemberRecord { role, ..before })
    });
    Ok(HttpResponse::Ok().json(show(done.await?)))
}

/// Removes a member; what they could do ends at once.
///
/// Errors: `CONFIRMATION_REQUIRED`; `NOT_FOUND`; `FORBIDDEN` for somebody above one's own role; `CONFLICT` when no owner would remain.
#[utoipa::path(delete, path = "/api/v1/admin/vendors/{vendor}/members/{account_id}", tag = "vendors",
    params(("vendor" = Slug, Path), ("account_id" = AccountId, Path)),
    security(("session" = []), ("token" = [])), responses((status = 204)))]
pub async fn remove_member(
    app: web::Data<App>,
    member: Fresh<Member<EditTeam>>,
    path: Path,
) -> Result<HttpResponse, Failure> {
    let (by, account_id) = (member.into_authority(), path.into_inner().1);
    remove(&app, by, account_id).await
}

/// Leaves the team.
///
/// Errors: `CONFLICT` when no owner would remain; `FORBIDDEN` for a token, which nobody is.
#[utoipa::path(post, path = "/api/v1/admin/vendors/{vendor}/leave", tag = "vendors", params(("vendor" = Slug, Path)),
    security(("session" = [])), responses((status = 204)))]
pub async fn leave_team(app: web::Data<App>, member: Member<ReadTeam>) -> Result<HttpResponse, Failure> {
    let by = member.into_authority();
    let Some(account_id) = by.actor.account_id() else {
        return Err(Failure::code(RefusalCode::Forbidden, "A token is not in the team: revoke it instead."));
    };
    remove(&app, by, account_id).await
}

async fn remove(app: &web::Data<App>, by: Authority, account_id: AccountId) -> Result<HttpResponse, Failure> {
    let here = app.clone();
    let done = app.store.write(move |tx| {
        let vendor_id = by.vendor.vendor_id;
        let before = if by.actor.account_id() == Some(account_id) {
            tx.member(vendor_id, account_id)?.ok_or_else(not_found)?
        } else {
            find_for(tx, &by, account_id, Role::Viewer)?
        };
        keep_an_owner(tx, &by, before.role)?;
        tx.remove_member(vendor_id, account_id)?;
        tell(tx, &here, &by, "member.removed", &account_id, json!({ "before": { "role": before.role } }))
    });
    done.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The member whose role is to become `role`. Errors: `NOT_FOUND`; `FORBIDDEN` unless both roles are the caller's to give.
fn find_for(tx: &mut dyn Tx, by: &Authority, account_id: AccountId, role: Role) -> Outcome<MemberRecord> {
    let found = tx.member(by.vendor.vendor_id, account_id)?.ok_or_else(not_found)?;
    refuse_above(by, role)?;
    refuse_above(by, found.role)?;
    Ok(found)
}

/// Refuses to give or take a role that is not the caller's to give.
pub(super) fn refuse_above(by: &Authority, role: Role) -> Result<(), Refusal> {
    if by.standing.may_appoint(role) {
        return Ok(());
    }
    Err(Refusal::new(RefusalCode::Forbidden, "Only an owner can do this."))
}

/// Refuses when somebody of this role is the only owner.
fn keep_an_owner(tx: &mut dyn Tx, by: &Authority, role: Role) -> Outcome<()> {
    if role == Role::Owner && tx.count_owners(by.vendor.vendor_id)? <= 1 {
        let detail = "A team keeps at least one owner: make somebody else an owner first.";
        return Err(Refusal::new(RefusalCode::Conflict, detail).into());
    }
    Ok(())
}

fn show(record: MemberRecord) -> ShownMember {
    let MemberRecord { account_id, email, name, role, added_at } = record;
    ShownMember { account_id, email, name, role, added_at }
}
