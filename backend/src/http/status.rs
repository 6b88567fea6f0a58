//! Status lists: where all passes of a vendor stand, as one small signed token that browsers can keep.
//!
//! A list is built when it is asked for and has changed, by one of those who ask, and served from memory otherwise.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use actix_web::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, VARY};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use shared::slug::Slug;
use shared::status_list::{BITS, PackedList, StatusListClaims};
use shared::time::Timestamp;
use tokio::sync::Mutex;

use super::etag::answer_with_etag;
use super::pages::file::takes;
use crate::app::App;
use crate::error::Failure;
use crate::keys::Signer;
use crate::store::records::{StatusList, Vendor};
use crate::store::{StoreError, not_found};
use deflated::Deflated;

mod deflated;

/// For how many seconds a verifier may keep a list.
const TTL_SECONDS: u64 = 60;

/// The same, for whatever is in between.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=60");
const _: () = assert!(TTL_SECONDS == 60, "what is in between keeps a list for as long");

/// How long a list may be used at all: a device that replays an old list gains no more than this.
const LIFE_SECONDS: i64 = 12 * 3600;

/// An unchanged list is signed anew when it is so old: whoever fetches it can use it for most of its life.
const SIGNED_ANEW_SECONDS: i64 = 3600;

/// The lists that were asked for.
#[derive(Default)]
pub struct StatusLists(RwLock<HashMap<(Slug, u32), Arc<Kept>>>);

/// What is kept of a list.
#[derive(Default)]
struct Kept {
    published: RwLock<Option<Arc<Published>>>,
    /// Whoever builds has it; the others wait for what that one publishes.
    deflated: Arc<Mutex<Deflated>>,
}

/// A list, signed.
struct Published {
    token: Bytes,
    /// Letters of base64url have a quarter less in them than they take, and these were encoded twice.
    gzip: Bytes,
    etag: String,
    gzip_etag: String,
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
    let accepted = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, HeaderValue::from_static("application/statuslist+jwt")));
    answer.insert_header((CACHE_CONTROL, KEPT));
    answer.insert_header((VARY, HeaderValue::from_static("Accept-Encoding")));
    if takes(accepted, "gzip") {
        answer.insert_header((CONTENT_ENCODING, HeaderValue::from_static("gzip")));
        return Ok(answer_with_etag(&request, answer, &published.gzip_etag, published.gzip.clone()));
    }
    Ok(answer_with_etag(&request, answer, &published.etag, published.token.clone()))
}

async fn find_published(app: &App, place: (Slug, u32)) -> Result<Arc<Published>, Failure> {
    let now = app.clock.now();
    // Before the store is asked, so that a change that comes meanwhile is not missed.
    let told = app.changes.told();
    if let Some(known) = app.status_lists.published(&place)
        && known.is_checked(now, told)
    {
        return Ok(known);
    }
    let (slug, list) = place.clone();
    let found = app.store.read(move |tx| {
        let vendor = tx.vendor(&slug)?.ok_or_else(not_found)?;
        let version = tx.status_list_version(vendor.vendor_id, list)?.ok_or_else(not_found)?;
        Ok((vendor, version))
    });
    let (vendor, version) = found.await?;
    let signer = app.keys.vendor_keys(&app.store, vendor.vendor_id, now).await?.signer().map_err(StoreError::from)?;
    let kept = app.status_lists.keep(&place);
    if let Some(known) = kept.fresh(version, &signer, now, told) {
        return Ok(known);
    }
    let mut deflated = Arc::clone(&kept.deflated).lock_owned().await;
    // Somebody else has built it meanwhile.
    if let Some(known) = kept.fresh(version, &signer, now, told) {
        return Ok(known);
    }
    let status_list = read_list(app, &vendor, list).await?;
    let issuer = app.config.issuer(&vendor.slug);
    // Deflating takes milliseconds: not on a thread that serves requests.
    let build = move || {
        let version = status_list.version;
        let stream = deflated.deflate(status_list.entries).map_err(StoreError::Fault)?;
        let token = signer.sign(&claims(&issuer, list, &stream, now))?;
        let published = Arc::new(Published::new(token, signer.kid(), version, (now, told)));
        kept.publish(&published);
        Ok::<_, StoreError>(published)
    };
    Ok(web::block(build).await.map_err(|error| Failure::fault(error.to_string()))??)
}

async fn read_list(app: &App, vendor: &Vendor, list: u32) -> Result<StatusList, Failure> {
    let vendor_id = vendor.vendor_id;
    Ok(app.store.read(move |tx| tx.status_list(vendor_id, list)?.ok_or_else(not_found)).await?)
}

fn claims(issuer: &str, list: u32, stream: &[u8], now: Timestamp) -> StatusListClaims {
    StatusListClaims {
        iss: issuer.to_owned(),
        sub: format!("{issuer}/status/{list}"),
        iat: now,
        exp: now.checked_add_seconds(LIFE_SECONDS).unwrap_or(Timestamp::MAX),
        ttl: TTL_SECONDS,
        status_list: PackedList { bits: BITS, lst: URL_SAFE_NO_PAD.encode(stream) },
    }
}

fn gzip(token: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(token.as_bytes());
    written.and_then(|()| encoder.finish()).expect("writing to memory cannot fail")
}

impl Published {
    fn new(token: String, kid: &str, version: u64, (now, told): (Timestamp, u64)) -> Self {
        let etag = format!("{version}-{}-{}", now.as_unix(), kid);
        Self {
            gzip_etag: format!("{etag}-gzip"),
            etag,
            gzip: gzip(&token).into(),
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

    /// Whether this says what the store said, or what it said later.
    fn is_fresh(&self, version: u64, kid: &str, now: Timestamp) -> bool {
        let age = now.as_unix() - self.signed_at.as_unix();
        self.version >= version && self.kid == kid && (0..SIGNED_ANEW_SECONDS).contains(&age)
    }
}

impl Kept {
    fn published(&self) -> Option<Arc<Published>> {
        self.published.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is published, where it says what the store did when it was asked at that time.
    fn fresh(&self, version: u64, signer: &Signer, now: Timestamp, told: u64) -> Option<Arc<Published>> {
        let known = self.published().filter(|known| known.is_fresh(version, signer.kid(), now))?;
        known.check(now, told);
        Some(known)
    }

    fn publish(&self, published: &Arc<Published>) {
        *self.published.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(published));
    }
}

impl StatusLists {
    fn published(&self, place: &(Slug, u32)) -> Option<Arc<Published>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(place)?.published()
    }

    /// For a list that there is: nobody fills memory with places of their own making.
    fn keep(&self, place: &(Slug, u32)) -> Arc<Kept> {
        if let Some(kept) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(place) {
            return Arc::clone(kept);
        }
        let mut lists = self.0.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lists.entry(place.clone()).or_default())
    }

    /// When what is published of a vendor's list was signed, if somebody has asked for it.
    pub fn published_at(&self, vendor: &Slug, list: u32) -> Option<Timestamp> {
        self.published(&(vendor.clone(), list)).map(|published| published.signed_at)
    }
}
