//! Status lists: where all passes of a vendor stand, as one small signed token that browsers can keep.
//!
//! A list is built when it is asked for and has changed, and served from memory otherwise.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use shared::slug::Slug;
use shared::status_list::{BITS, PackedList, StatusListClaims, set_status};
use shared::time::Timestamp;

use super::etag::answer_with_etag;
use crate::app::App;
use crate::error::Failure;
use crate::store::records::{STATUS_LIST_CAPACITY, StatusList, Vendor};
use crate::store::{StoreError, not_found};

/// For how many seconds a verifier may keep a list.
const TTL_SECONDS: u64 = 60;

/// How long a list may be used at all: a device that replays an old list gains no more than this.
const LIFE_SECONDS: i64 = 12 * 3600;

/// An unchanged list is signed anew when it is so old: whoever fetches it can use it for most of its life.
const SIGNED_ANEW_SECONDS: i64 = 3600;

/// The lists that were asked for, signed.
#[derive(Default)]
pub struct StatusLists(RwLock<HashMap<(Slug, u32), Arc<Published>>>);

struct Published {
    token: Bytes,
    etag: String,
    kid: String,
    version: u64,
    signed_at: Timestamp,
    /// When the store was last asked whether the list has changed, Unix seconds.
    checked_at: AtomicI64,
    /// How many changes this process had told of by then.
    told: AtomicU64,
}

/// A list of the vendor's pass states, signed.
///
/// Two bits for each pass: 0 valid, 1 invalid, 2 suspended, 3 moving; at most a second old when it is sent. With
/// `If-None-Match` an unchanged list is not sent again; `ttl` counts from when it was asked for.
#[utoipa::path(get, path = "/v/{vendor}/status/{list}", tag = "keys",
    params(("vendor" = Slug, Path), ("list" = u32, Path), ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = String, content_type = "application/statuslist+jwt", headers(("ETag" = String))),
        (status = 304, description = "Unchanged.")))]
pub async fn get_status_list(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<(Slug, u32)>,
) -> Result<HttpResponse, Failure> {
    let published = find_published(&app, path.into_inner()).await?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, "application/statuslist+jwt"));
    answer.insert_header((CACHE_CONTROL, format!("public, max-age={TTL_SECONDS}")));
    Ok(answer_with_etag(&request, answer, &published.etag, published.token.clone()))
}

async fn find_published(app: &App, place: (Slug, u32)) -> Result<Arc<Published>, Failure> {
    let now = app.clock.now();
    // Before the store is asked, so that a change that comes meanwhile is not missed.
    let told = app.changes.told();
    let known = app.status_lists.get(&place);
    if let Some(known) = &known
        && known.is_checked(now, told)
    {
        return Ok(Arc::clone(known));
    }
    let (slug, list) = place.clone();
    let found = app.store.read(move |tx| {
        let vendor = tx.vendor(&slug)?.ok_or_else(not_found)?;
        let version = tx.status_list_version(vendor.vendor_id, list)?.ok_or_else(not_found)?;
        Ok((vendor, version))
    });
    let (vendor, version) = found.await?;
    let signer = app.keys.vendor_keys(&app.store, vendor.vendor_id, now).await?.signer().map_err(StoreError::from)?;
    if let Some(known) = known
        && known.is_fresh(version, signer.kid(), now)
    {
        known.check(now, told);
        return Ok(known);
    }
    let status_list = read_list(app, &vendor, list).await?;
    let issuer = app.config.issuer(&vendor.slug);
    // Packing and deflating take milliseconds: not on a thread that serves requests.
    let published = web::block(move || {
        let claims = claims(&issuer, list, &status_list, now);
        let token = signer.sign(&claims)?;
        Ok::<_, StoreError>(Published::new(token, signer.kid(), status_list.version, (now, told)))
    });
    let published = Arc::new(published.await.map_err(|error| Failure::fault(error.to_string()))??);
    app.status_lists.put(place, &published);
    Ok(published)
}

async fn read_list(app: &App, vendor: &Vendor, list: u32) -> Result<StatusList, Failure> {
    let vendor_id = vendor.vendor_id;
    Ok(app.store.read(move |tx| tx.status_list(vendor_id, list)?.ok_or_else(not_found)).await?)
}

fn claims(issuer: &str, list: u32, status_list: &StatusList, now: Timestamp) -> StatusListClaims {
    StatusListClaims {
        iss: issuer.to_owned(),
        sub: format!("{issuer}/status/{list}"),
        iat: now,
        exp: now.checked_add_seconds(LIFE_SECONDS).unwrap_or(Timestamp::MAX),
        ttl: TTL_SECONDS,
        status_list: PackedList { bits: BITS, lst: URL_SAFE_NO_PAD.encode(deflate(&pack(status_list))) },
    }
}

/// Always the whole capacity: a place that is given away later is `valid` already, and the length tells nobody how many
/// passes there are. Deflated, the unused places take a few hundred bytes.
fn pack(status_list: &StatusList) -> Vec<u8> {
    let mut packed = vec![0; STATUS_LIST_CAPACITY as usize / 4];
    for (index, status) in &status_list.entries {
        set_status(&mut packed, (*index).into(), *status);
    }
    packed
}

fn deflate(packed: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(packed);
    written.and_then(|()| encoder.finish()).expect("writing to memory cannot fail")
}

impl Published {
    fn new(token: String, kid: &str, version: u64, (now, told): (Timestamp, u64)) -> Self {
        Self {
            etag: format!("{version}-{}-{}", now.as_unix(), kid),
            token: token.into(),
            kid: kid.to_owned(),
            version,
            signed_at: now,
            checked_at: AtomicI64::new(now.as_unix()),
            told: AtomicU64::new(told),
        }
    }

    /// Whether nothing can have changed since the store was asked: not here, and elsewhere not for longer than a second.
    fn is_checked(&self, now: Timestamp, told: u64) -> bool {
        self.checked_at.load(Ordering::Relaxed) == now.as_unix() && self.told.load(Ordering::Relaxed) == told
    }

    fn check(&self, now: Timestamp, told: u64) {
        self.checked_at.store(now.as_unix(), Ordering::Relaxed);
        self.told.store(told, Ordering::Relaxed);
    }

    fn is_fresh(&self, version: u64, kid: &str, now: Timestamp) -> bool {
        let age = now.as_unix() - self.signed_at.as_unix();
        self.version == version && self.kid == kid && (0..SIGNED_ANEW_SECONDS).contains(&age)
    }
}

impl StatusLists {
    fn get(&self, place: &(Slug, u32)) -> Option<Arc<Published>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(place).cloned()
    }

    /// When what is published of a vendor's list was signed, if somebody has asked for it.
    pub fn published_at(&self, vendor: &Slug, list: u32) -> Option<Timestamp> {
        self.get(&(vendor.clone(), list)).map(|published| published.signed_at)
    }

    /// Keeps the newer of two that were built at once.
    fn put(&self, place: (Slug, u32), published: &Arc<Published>) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.get(&place).is_none_or(|other| other.version <= published.version) {
            kept.insert(place, Arc::clone(published));
        }
    }
}
