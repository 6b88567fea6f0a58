//! What requests with a pass ask for again and again: its vendor, and whether it is genuine.
//!
//! Nothing of importance lives here: what is forgotten is found out anew.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};
use shared::pass::PassClaims;
use shared::slug::Slug;
use shared::time::Timestamp;
use shared::verify::{Denial, Expect, Step, find_signature};

use crate::store::records::Vendor;
use crate::store::{Outcome, Store};

/// For how long a vendor is believed, in seconds: as its keys are.
const VENDOR_SECONDS: i64 = 10;

/// How many passes are remembered, of a megabyte: then it begins anew. Only genuine ones are, so that nobody fills memory
/// with tokens of their own making.
const MANY_PASSES: usize = 20_000;

/// Vendors and passes that were seen lately.
#[derive(Default)]
pub struct Known {
    vendors: Mutex<HashMap<Slug, (Vendor, Timestamp)>>,
    /// SHA-256 of tokens. Each names the key that signed it, which is looked up anew every time.
    genuine: Mutex<HashSet<[u8; 32]>>,
}

impl Known {
    /// The vendor with this slug, as the store has it now or had it a few seconds ago.
    pub(crate) async fn vendor(&self, store: &Store, slug: Slug, now: Timestamp) -> Outcome<Option<Vendor>> {
        let recalled = self.vendors.lock().unwrap_or_else(PoisonError::into_inner).get(&slug).cloned();
        if let Some((vendor, since)) = recalled
            && (0..VENDOR_SECONDS).contains(&(now.as_unix() - since.as_unix()))
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

    /// As [`shared::verify::read_pass`], but a token that was genuine before is not asked about again; everything else of it
    /// is.
    pub(crate) fn read_pass(&self, token: &str, expect: &Expect<'_>) -> Result<PassClaims, Denial> {
        let found = find_signature::<PassClaims>(token, expect.keys)?;
        let digest: [u8; 32] = Sha256::digest(token).into();
        if !self.is_genuine(&digest) {
            if !found.signature().is_genuine() {
                return Err(Step::Signature.into());
            }
            self.remember(digest);
        }
        found.read_claims(expect)
    }

    fn is_genuine(&self, digest: &[u8; 32]) -> bool {
        self.genuine.lock().unwrap_or_else(PoisonError::into_inner).contains(digest)
    }

    fn remember(&self, digest: [u8; 32]) {
        let mut genuine = self.genuine.lock().unwrap_or_else(PoisonError::into_inner);
        if genuine.len() >= MANY_PASSES {
            genuine.clear();
        }
        genuine.insert(digest);
    }
}
