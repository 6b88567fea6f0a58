//! What a move is carried by, the code or the portable pass, and the move that it names.

use shared::id::{MoveId, PassId};
use shared::jws;
use shared::license::{MoveState, Refusal};
use shared::move_code::MoveCode;
use shared::portable::PortableClaims;
use shared::refusal::RefusalCode;
use shared::slug::Slug;
use shared::verdict::Code;
use shared::verify::{self, Expect};

use super::{SAME_NAME, hash_code};
use crate::app::App;
use crate::auth::known::Names;
use crate::error::Failure;
use crate::keys::Keyring;
use crate::store::records::{MoveRecord, Vendor};
use crate::store::{Outcome, Tx, not_found};

/// What somebody presents who wants to receive a license.
pub(super) enum Carrier {
    /// The short code.
    Code(MoveCode),
    /// The signed token.
    Portable(String),
}

impl Carrier {
    /// Errors: `INVALID_INPUT` unless exactly one of the two is given; field `code` for what cannot be one.
    pub(super) fn read(portable_pass: Option<String>, code: Option<String>) -> Result<Self, Failure> {
        match (portable_pass, code) {
            (Some(token), None) => Ok(Self::Portable(token.trim().to_owned())),
            (None, Some(code)) => code.parse().map(Self::Code).map_err(|_| {
                Failure::fields([("code", "A code has fourteen letters and digits, like ABCD-EFGHJ-KMNPQ.")])
            }),
            _ => Err(Failure::fields([("code", "Send either `code` or `portable_pass`.")])),
        }
    }

    /// The move that it names, in whatever state.
    ///
    /// Errors: `NOT_FOUND` for a code that is unknown, wrong or used up; what is wrong with the portable pass.
    pub(super) async fn find(&self, app: &App) -> Result<MoveRecord, Failure> {
        match self {
            Self::Code(code) => {
                let (keys, code) = (app.keys.clone(), code.clone());
                // Decided where tries are counted, one after the other: many guesses at once are no more than five.
                let entered = app.store.write(move |tx| enter_code(tx, &keys, &code)).await?;
                entered.ok_or_else(|| unknown_code().into())
            }
            Self::Portable(token) => find_portable(app, token).await,
        }
    }

    /// Refuses a license of other software than the app's own, `{vendor}/{product}`.
    ///
    /// Errors: another vendor's: `WRONG_ISSUER`, and for a code `NOT_FOUND`; another product's: `WRONG_AUDIENCE`.
    pub(super) fn check_audience(&self, names: &Names, audience: Option<&str>) -> Result<(), Failure> {
        let Some(audience) = audience else { return Ok(()) };
        let wanted = audience.split_once('/').filter(|(vendor, product)| is_slug(vendor) && is_slug(product));
        let Some((vendor, product)) = wanted else {
            return Err(Failure::fields([("audience", "Name the software as `vendor/product`.")]));
        };
        match self {
            Self::Code(_) if vendor != names.vendor.as_str() => Err(unknown_code().into()),
            Self::Portable(_) if vendor != names.vendor.as_str() => Err(judged(Code::WrongIssuer)),
            _ if product != names.product.as_str() => Err(judged(Code::WrongAudience)),
            _ => Ok(()),
        }
    }
}

/// The move whose code this is. Where the name is an open move's and the secret is not, one try is spent.
fn enter_code(tx: &mut dyn Tx, keys: &Keyring, code: &MoveCode) -> Outcome<Option<MoveRecord>> {
    let named = tx.moves_named(&code.name(), SAME_NAME)?;
    let is_right = |record: &&MoveRecord| record.code_hash == hash_code(keys, record.move_id, code);
    if let Some(record) = named.iter().find(is_right) {
        return Ok((record.tries > 0).then(|| record.clone()));
    }
    if let Some(open) = named.into_iter().find(|record| record.state == MoveState::Offered) {
        tx.update_move(&MoveRecord { tries: open.tries.saturating_sub(1), ..open })?;
    } else {
        // As much work as for a name that is known.
        hash_code(keys, MoveId::new(0, 0), code);
    }
    Ok(None)
}

/// Judged strictly by its vendor's keys, in every step but its expiry: what has become of the move says more.
async fn find_portable(app: &App, token: &str) -> Result<MoveRecord, Failure> {
    let now = app.clock.now();
    let claimed = jws::peek(token).ok_or_else(|| judged(Code::Malformed))?;
    let vendor = find_vendor(app, &claimed.iss).await?.ok_or_else(|| judged(Code::WrongIssuer))?;
    let keys = app.keys.vendor_keys(&app.store, vendor.vendor_id, now).await?;
    let issuer = app.config.issuer(&vendor.slug);
    let product = claimed.aud.strip_prefix(vendor.slug.as_str()).and_then(|rest| rest.strip_prefix('/'));
    if !product.is_some_and(is_slug) {
        return Err(judged(Code::WrongAudience));
    }
    let expect = Expect { issuer: &issuer, audience: &claimed.aud, keys: keys.verifying(), now, jkt: None };
    let claims: PortableClaims = verify::read(token, &expect)
        .map_err(|denial| Failure::code(RefusalCode::Judged(denial.code), denial.detail))?;
    let (Ok(move_id), Ok(pass_id)) = (claims.move_id.parse::<MoveId>(), claims.from.parse::<PassId>()) else {
        return Err(judged(Code::Malformed));
    };
    let found = app.store.read(move |tx| tx.move_at(vendor.vendor_id, move_id)).await?;
    Ok(found.filter(|record| record.pass_id == pass_id).ok_or_else(not_found)?)
}

async fn find_vendor(app: &App, issuer: &str) -> Outcome<Option<Vendor>> {
    let slug = issuer.strip_prefix(&app.config.public_url).and_then(|rest| rest.strip_prefix("/v/"));
    let Some(slug) = slug.and_then(|slug| slug.parse::<Slug>().ok()) else { return Ok(None) };
    app.store.read(move |tx| tx.vendor(&slug)).await
}

fn is_slug(text: &str) -> bool {
    text.parse::<Slug>().is_ok()
}

fn judged(code: Code) -> Failure {
    Refusal::from(code).into()
}

fn unknown_code() -> Refusal {
    Refusal::new(RefusalCode::NotFound, "No license waits under this code. Check it, or start a new move.")
}
