//! What requests ask for again and again: a pass's vendor, and whether it is genuine; whose a session or a service's token is.
//!
//! Nothing of importance lives here: what is forgotten is found out anew.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};
use shared::id::{AccountId, ProductId};
use shared::jws::{MAX_TOKEN_LENGTH, Opened};
use shared::pass::PassClaims;
use shared::slug::Slug;
use shared::time::Timestamp;
use shared::verify::{Denial, Expect, Step, find_pass_signature, find_signature, hold};

use crate::store::records::{LicenseRecord, Vendor};
use crate::store::team::TokenRecord;
use crate::store::{Outcome, Store, StoreError, Tx};

/// For how long a vendor, a session or a token is believed, in seconds: as a vendor's keys are.
const BELIEVED_SECONDS: i64 = 10;

/// How many tokens of services are remembered: then it begins anew. Only those that are there are.
const MANY_TOKENS: usize = 1000;

/// How many sessions are remembered: then it begins anew. Only those that are there are.
const MANY_SESSIONS: usize = 10_000;

/// How many passes are remembered, of some 20 MB: then it begins anew. Only genuine ones are, so that nobody fills memory
/// with tokens of their own making.
const MANY_PASSES: usize = 20_000;

/// How many products' names are remembered: then it begins anew.
const MANY_PRODUCTS: usize = 10_000;

/// What a product and its vendor are called in addresses and tokens, for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// The vendor's.
    pub vendor: Slug,
    /// The product's.
    pub product: Slug,
}

/// Vendors, passes, sessions and tokens of services that were seen lately.
#[derive(Default)]
pub struct Known {
    vendors: Mutex<HashMap<Slug, (Vendor, Timestamp)>>,
    /// By the hashes of their secrets.
    tokens: Mutex<HashMap<String, (TokenRecord, Vendor, Timestamp)>>,
    /// Whose they are, by the hashes of their secrets.
    sessions: Mutex<HashMap<String, (AccountId, Timestamp)>>,
    names: Mutex<HashMap<ProductId, Names>>,
    /// By SHA-256 of their tokens.
    genuine: Mutex<HashMap<[u8; 32], Arc<Genuine>>>,
}

/// What a genuine pass says.
#[derive(Debug)]
struct Genuine {
    /// Which key signed it: whether that still stands is looked up anew every time.
    kid: String,
    claims: PassClaims,
}

/// A token that is presented as a pass.
#[derive(Debug)]
pub(crate) struct Presented<'t> {
    token: &'t str,
    digest: [u8; 32],
    /// What it says, if it was genuine before.
    genuine: Option<Arc<Genuine>>,
    /// What it claims, where it has the shape of a token and was not.
    opened: Option<Opened<'t>>,
}

impl Presented<'_> {
    /// The issuer and the audience that it names, to choose whose keys to judge it by; never decide anything else from them.
    /// None when it has not the shape of a token.
    pub(crate) fn addressees(&self) -> Option<(String, String)> {
        if let Some(Genuine { claims, .. }) = self.genuine.as_deref() {
            return Some((claims.iss.clone(), claims.aud.clone()));
        }
        self.opened.as_ref()?.peek().map(|claimed| (claimed.iss, claimed.aud))
    }
}

impl Known {
    /// The vendor with this slug, as the store has it now or had it a few seconds ago.
    pub(crate) async fn vendor(&self, store: &Store, slug: Slug, now: Timestamp) -> Outcome<Option<Vendor>> {
        let recalled = self.vendors.lock().unwrap_or_else(PoisonError::into_inner).get(&slug).cloned();
        if let Some((vendor, since)) = recalled
            && is_lately(since, now)
        {
            return Ok(Some(vendor));
        }
        let found = store.read(move |tx| tx.vendor(&slug)).await?;
        if let Some(vendor) = found.clone() {
            let mut vendors = self.vendors.lock().unwrap_or_else(PoisonError::into_inner);
            vendors.insert(vendor.slug.clone(), (vendor, now));
        }
        Ok(found)
    }

    /// The token whose secret has this hash, and whose it is, as they were a few seconds ago: it may have ended since.
    pub(super) fn token(&self, secret_hash: &str, now: Timestamp) -> Option<(TokenRecord, Vendor)> {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let (token, vendor, _) = tokens.get(secret_hash).filter(|(_, _, since)| is_lately(*since, now))?;
        Some((token.clone(), vendor.clone()))
    }

    /// Believes a token that was just read.
    pub(super) fn remember_token(&self, token: TokenRecord, vendor: Vendor, now: Timestamp) {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if tokens.len() >= MANY_TOKENS {
            tokens.clear();
        }
        tokens.insert(token.secret_hash.clone(), (token, vendor, now));
    }

    /// Tokens are asked for anew: one was revoked.
    pub(crate) fn forget_tokens(&self) {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whose session it was a few seconds ago, by its secret's hash: it may have ended since.
    pub(super) fn session(&self, secret_hash: &str, now: Timestamp) -> Option<AccountId> {
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.get(secret_hash).filter(|(_, since)| is_lately(*since, now)).map(|(account_id, _)| *account_id)
    }

    /// Believes a session that was just read.
    pub(super) fn remember_session(&self, secret_hash: String, account_id: AccountId, now: Timestamp) {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= MANY_SESSIONS {
            sessions.clear();
        }
        sessions.insert(secret_hash, (account_id, now));
    }

    /// The session is asked for anew: it has ended.
    pub(crate) fn forget_session(&self, secret_hash: &str) {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).remove(secret_hash);
    }

    /// What the license's product and vendor are called.
    pub(crate) fn names(&self, tx: &mut dyn Tx, record: &LicenseRecord) -> Outcome<Names> {
        let recalled = self.names.lock().unwrap_or_else(PoisonError::into_inner).get(&record.product_id).cloned();
        if let Some(names) = recalled {
            return Ok(names);
        }
        let gone = || StoreError::Fault(format!("{} names a product that is not there", record.license_id));
        let vendor = tx.vendor_by_id(record.vendor_id)?.ok_or_else(gone)?.slug;
        let product = tx.product_by_id(record.vendor_id, record.product_id)?.ok_or_else(gone)?.slug;
        let found = Names { vendor, product };
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() >= MANY_PRODUCTS {
            names.clear();
        }
        names.insert(record.product_id, found.clone());
        Ok(found)
    }

    /// The token, with what is known of it.
    pub(crate) fn presented<'t>(&self, token: &'t str) -> Presented<'t> {
        // Of what is too long to be a token, nothing is read.
        let digest = Sha256::digest(token.get(..=MAX_TOKEN_LENGTH).unwrap_or(token)).into();
        let genuine = self.genuine.lock().unwrap_or_else(PoisonError::into_inner).get(&digest).cloned();
        let opened = if genuine.is_none() { Opened::read(token) } else { None };
        Presented { token, digest, genuine, opened }
    }

    /// As [`shared::verify::read_pass`], but of a token that was genuine before, nothing is asked again that is the same each
    /// time: its form, its signature, and what it says.
    pub(crate) fn read_pass(&self, presented: &Presented<'_>, expect: &Expect<'_>) -> Result<PassClaims, Denial> {
        if let Some(Genuine { kid, claims }) = presented.genuine.as_deref() {
            if !expect.keys.iter().any(|key| key.kid() == kid) {
                return Err(Step::Key.into());
            }
            hold(claims, expect)?;
            return Ok(claims.clone());
        }
        let found = match &presented.opened {
            Some(opened) => find_pass_signature(opened, expect.keys)?,
            None => find_signature(presented.token, expect.keys)?,
        };
        if !found.signature().is_genuine() {
            return Err(Step::Signature.into());
        }
        let (kid, claims) = (found.signature().key().kid().to_owned(), found.read_claims(expect)?);
        let mut genuine = self.genuine.lock().unwrap_or_else(PoisonError::into_inner);
        if genuine.len() >= MANY_PASSES {
            genuine.clear();
        }
        genuine.insert(presented.digest, Arc::new(Genuine { kid, claims: claims.clone() }));
        Ok(claims)
    }
}

fn is_lately(since: Timestamp, now: Timestamp) -> bool {
    (0..BELIEVED_SECONDS).contains(&(now.as_unix() - since.as_unix()))
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use serde::Deserialize;
    use serde_json::Value;
    use shared::verify::{Expect, VerifyingKey, parse_jwks, read_pass};

    use super::{Known, Timestamp};

    const BOUNDS: &str = include_str!("../../../tests/vectors/bounds.json");

    #[derive(Deserialize)]
    struct Bounds {
        issuer: String,
        audience: String,
        keys: Value,
        now: i64,
        cases: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        token: String,
    }

    /// What is remembered decides as what is read does, whatever the token is held against this time.
    #[test]
    fn a_pass_that_is_remembered_is_held_against_the_same() -> Result<(), Box<dyn Error>> {
        let Bounds { issuer, audience, keys, now, cases } = serde_json::from_str(BOUNDS)?;
        let keys = parse_jwks(&keys.to_string())?;
        let token = &cases.first().ok_or("a case")?.token;
        let now = Timestamp::from_unix(now);
        let good = Expect { issuer: &issuer, audience: &audience, keys: &keys, now, jkt: None };
        let other: Vec<VerifyingKey> = keys.iter().skip(1).cloned().collect();
        let known = Known::default();
        let claims = known.read_pass(&known.presented(token), &good).map_err(|denial| denial.detail)?;
        let jkt = Some(claims.cnf.jkt.as_str());
        let early = Timestamp::from_unix(claims.iat.as_unix() - 31);
        let late = Timestamp::from_unix(claims.exp.as_unix() + 31);
        let asked = [
            (good, true),
            (Expect { jkt, ..good }, true),
            (Expect { now: late, ..good }, true),
            (Expect { jkt: Some("another"), ..good }, false),
            (Expect { issuer: "another", ..good }, false),
            (Expect { audience: "another", ..good }, false),
            (Expect { now: early, ..good }, false),
            (Expect { keys: &other, ..good }, false),
            (Expect { keys: &[], ..good }, false),
        ];
        for (expect, is_good) in asked {
            let presented = known.presented(token);
            assert!(presented.genuine.is_some(), "it is remembered");
            assert_eq!(presented.addressees(), Some((claims.iss.clone(), claims.aud.clone())));
            let (again, anew) = (known.read_pass(&presented, &expect), read_pass(token, &expect));
            assert_eq!((again.as_ref().ok(), again.is_ok()), (anew.as_ref().ok(), is_good), "{expect:?}");
            assert_eq!(again, anew);
        }
        let changed = token.replacen('A', "B", 1);
        assert!(known.presented(&changed).genuine.is_none() && known.presented(&format!("{token}.")).genuine.is_none());
        Ok(())
    }
}
