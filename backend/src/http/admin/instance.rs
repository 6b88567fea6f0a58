//! How the installation stands, as far as a vendor's admins are told, and the vendor's status lists.

use actix_web::{HttpResponse, web};
use shared::api::Page;
use shared::api::admin::instance::{BackupReport, InstanceCheck, InstanceReport, StatusListRow, StoreReport};
use shared::id::VendorId;
use shared::slug::Slug;

use crate::app::App;
use crate::auth::Member;
use crate::auth::member::need::{EditSettings, ReadKeys};
use crate::backup::{Record, read_record};
use crate::error::Failure;
use crate::http::openapi::ListParams;
use crate::http::page::PageQuery;
use crate::store::instance::{StatusListCounts, StoreSize};
use crate::store::records::KeyState;

/// The vendor's status lists, the newest first, with how many of their passes stand how.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/status-lists", tag = "vendors",
    params(("vendor" = Slug, Path), ListParams), security(("session" = []), ("token" = [])),
    responses((status = 200, body = Page<StatusListRow>)))]
pub async fn list_status_lists(
    app: web::Data<App>,
    member: Member<ReadKeys>,
    query: PageQuery,
) -> Result<HttpResponse, Failure> {
    let (vendor_id, before, wanted) = (member.vendor.vendor_id, query.after()?, query.wanted());
    let found = app.store.read(move |tx| tx.status_list_counts(vendor_id, before, wanted)).await?;
    let slug = &member.vendor.slug;
    let items = found.into_iter().map(|counts| show(&app, slug, &counts)).collect();
    Ok(HttpResponse::Ok().json(query.page(items, |item: &StatusListRow| item.list.to_string())))
}

fn show(app: &App, slug: &Slug, counts: &StatusListCounts) -> StatusListRow {
    let others = counts.moving + counts.suspended + counts.invalid;
    StatusListRow {
        list: counts.list,
        uri: format!("{}/status/{}", app.config.issuer(slug), counts.list),
        size: counts.size,
        version: counts.version,
        valid: counts.size.saturating_sub(others),
        moving: counts.moving,
        suspended: counts.suspended,
        invalid: counts.invalid,
        published_at: app.status_lists.published_at(slug, counts.list),
    }
}

/// How the installation stands, looked at now.
#[utoipa::path(get, path = "/api/v1/admin/vendors/{vendor}/instance", tag = "vendors",
    params(("vendor" = Slug, Path)), security(("session" = []), ("token" = [])),
    responses((status = 200, body = InstanceReport)))]
pub async fn report_instance(app: web::Data<App>, member: Member<EditSettings>) -> Result<HttpResponse, Failure> {
    let vendor_id = member.vendor.vendor_id;
    let read = app.store.read(move |tx| {
        let keys = tx.signing_keys(vendor_id)?;
        Ok(Seen {
            size: tx.store_size()?,
            published_keys: keys.iter().filter(|key| key.state != KeyState::Revoked).count(),
            signs: keys.iter().any(|key| key.state == KeyState::Active),
            uncounted: tx.last_event(vendor_id)?.saturating_sub(tx.counted(vendor_id)?),
            disabled_webhooks: tx.count_disabled_webhooks(vendor_id)?,
        })
    });
    let seen = read.await?;
    let record = app.config.operations.data_dir.as_deref().map(read_record);
    let mut checks = vec![
        check_store(&app).await,
        check_signing(&app, vendor_id, seen.signs).await,
        check(
            "figures",
            (seen.uncounted > BEHIND).then(|| format!("{} events are not in the figures yet.", seen.uncounted)),
        ),
        check(
            "webhooks",
            (seen.disabled_webhooks > 0).then(|| format!("{} webhooks were given up.", seen.disabled_webhooks)),
        ),
        check("address", address_fault(&app)),
    ];
    if let Some(record) = &record {
        checks.push(check("backup", backup_fault(&app, record.as_ref())));
    }
    Ok(HttpResponse::Ok().json(InstanceReport {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: app.started_at,
        store: StoreReport { kind: seen.size.kind.to_owned(), bytes: seen.size.bytes, schema: seen.size.schema },
        mail: app.config.mail.is_some(),
        signing_keys: u32::try_from(seen.published_keys).unwrap_or(u32::MAX),
        backup: record.map(report_backup),
        checks,
    }))
}

/// What the store says at once.
struct Seen {
    size: StoreSize,
    published_keys: usize,
    signs: bool,
    uncounted: u64,
    disabled_webhooks: u32,
}

/// Figures may be so many events behind: they are counted every other second.
const BEHIND: u64 = 20_000;

/// That something can be written, durably.
async fn check_store(app: &App) -> InstanceCheck {
    let written = app.store.write(|_| Ok(())).await;
    check("store", written.err().map(|_| "Nothing can be written now: look at the server's log.".to_owned()))
}

/// That the key which signs opens under the master key.
async fn check_signing(app: &App, vendor_id: VendorId, has_active: bool) -> InstanceCheck {
    let opened = app.keys.vendor_keys(&app.store, vendor_id, app.clock.now()).await;
    let signs = has_active && opened.is_ok_and(|keys| keys.signer().is_ok());
    check("signing", (!signs).then(|| "No key of this vendor's can sign: activate or make one.".to_owned()))
}

/// One that is too old, or none.
fn backup_fault(app: &App, record: Option<&Record>) -> Option<String> {
    let limit = i64::from(app.config.operations.backup_days?);
    let Some(record) = record else {
        return Some("There was no backup yet: whoever runs the server makes one.".to_owned());
    };
    let days = (app.clock.now().as_unix() - record.made_at.as_unix()) / 86_400;
    (days >= limit).then(|| format!("The last backup is {days} days old: whoever runs the server makes a new one."))
}

/// Tells nothing of where backups lie, and no way to get one: they hold every vendor's data.
fn report_backup(record: Option<Record>) -> BackupReport {
    BackupReport {
        made_at: record.as_ref().map(|record| record.made_at),
        bytes: record.map(|record| record.bytes),
        command: "passgate backup --to passgate-$(date +%F).backup".to_owned(),
    }
}

/// Browsers keep keys and passkeys for https and for this machine only.
fn address_fault(app: &App) -> Option<String> {
    let url = &app.config.public_url;
    let is_here = ["http://localhost", "http://127.", "http://[::1]"].iter().any(|start| url.starts_with(start));
    let is_fine = app.config.is_https() || is_here;
    (!is_fine).then(|| format!("Browsers reach this at {url}, without https: apps cannot keep their keys there."))
}

fn check(name: &str, fault: Option<String>) -> InstanceCheck {
    InstanceCheck { name: name.to_owned(), ok: fault.is_none(), message: fault }
}
