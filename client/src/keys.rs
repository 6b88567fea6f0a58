//! The keys that vendors publish, kept for as long as the portal says that anybody may keep them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::Method;
use shared::verify::{VerifyingKey, parse_jwks};
use tokio::time::Instant;

use crate::error::Error;
use crate::portal::{Ask, Portal};

/// How long a set is used unasked: less than the five minutes for which a key is published before it signs.
const FRESH: Duration = Duration::from_mins(4);

/// A token may name a key that is not there; the portal is not asked for each.
const BETWEEN_LOOKS: Duration = Duration::from_secs(10);

/// For how long the portal is tried.
const PATIENCE: Duration = Duration::from_secs(5);

/// Which sets are known, by vendor.
#[derive(Debug, Default)]
pub(crate) struct Keys(Mutex<HashMap<String, (Vec<VerifyingKey>, Instant)>>);

/// Why keys are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// To begin with.
    Some,
    /// The ones at hand do not have the one that a token names.
    Newer,
}

impl Keys {
    /// The vendor's keys. Those that are known serve on while the portal cannot be reached.
    pub(crate) async fn of(&self, portal: &Portal, vendor: &str, wanted: Wanted) -> Result<Vec<VerifyingKey>, Error> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(vendor).cloned();
        let patience = if known.is_some() { Duration::ZERO } else { PATIENCE };
        if let Some((keys, since)) = &known {
            let enough = if wanted == Wanted::Newer { BETWEEN_LOOKS } else { FRESH };
            if since.elapsed() < enough {
                return Ok(keys.clone());
            }
        }
        let fetched = fetch(portal, vendor, patience).await;
        match (fetched, known) {
            (Ok(keys), _) => {
                let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                all.insert(vendor.to_owned(), (keys.clone(), Instant::now()));
                Ok(keys)
            }
            (Err(_), Some((keys, _))) => Ok(keys),
            (Err(error), None) => Err(error),
        }
    }
}

async fn fetch(portal: &Portal, vendor: &str, patience: Duration) -> Result<Vec<VerifyingKey>, Error> {
    let ask = Ask::new(Method::GET, format!("v/{vendor}/.well-known/jwks.json"), patience);
    let body = portal.ask_bytes(&ask).await?;
    let text = String::from_utf8(body).map_err(|error| Error::Strange(error.to_string()))?;
    parse_jwks(&text).map_err(|_| Error::Strange("the vendor's keys are not a JWK set to rely on".to_owned()))
}
