//! Who signs what belongs to a license: passes, portable passes, slices.

use serde::Serialize;
use shared::license::PassBinding;
use shared::time::Timestamp;
use shared::verify::Claims;

use crate::app::App;
use crate::auth::known::Names;
use crate::config::Config;
use crate::keys::{Signer, Unsigned};
use crate::store::records::{LicenseRecord, Pass};
use crate::store::{Outcome, Tx};

/// Who signs, for which product.
#[derive(Clone)]
pub(in crate::http) struct Issuer {
    names: Names,
    signer: Signer,
}

impl Issuer {
    /// Of the license's tokens, with the key that signs now. Mostly nothing is read for that.
    pub(in crate::http) fn find(tx: &mut dyn Tx, app: &App, record: &LicenseRecord, now: Timestamp) -> Outcome<Self> {
        let names = app.known.names(tx, record)?;
        let signer = app.keys.signer_in(tx, record.vendor_id, now)?;
        Ok(Self { names, signer })
    }

    /// `{public_url}/v/{vendor}`, and `{vendor}/{product}`.
    pub(in crate::http) fn addresses(&self, config: &Config) -> (String, String) {
        let Names { vendor, product } = &self.names;
        (config.issuer(vendor), format!("{vendor}/{product}"))
    }

    /// Makes a token of any kind ready to be signed.
    pub(in crate::http) fn prepare<C: Claims + Serialize>(&self, claims: &C) -> Outcome<Unsigned> {
        Ok(self.signer.prepare(claims)?)
    }

    /// Which key signs.
    pub(in crate::http) fn kid(&self) -> &str {
        self.signer.kid()
    }

    /// Makes the pass ready to be signed as it is at `now`. The store is told by whom when the pass is added or touched.
    pub(in crate::http) fn prepare_pass(
        &self,
        config: &Config,
        record: &LicenseRecord,
        pass: &Pass,
        now: Timestamp,
    ) -> Outcome<Unsigned> {
        let (issuer, audience) = self.addresses(config);
        let binding = PassBinding {
            audience,
            customer_id: record.customer_id,
            pass_id: pass.pass_id,
            license_id: record.license_id,
            jkt: pass.jkt.clone(),
            status: pass.status,
            status_uri: format!("{issuer}/status/{}", pass.status_list),
            status_index: pass.status_index,
            refreshes: pass.refreshes,
            issuer,
        };
        self.prepare(&record.license.pass_claims(binding, now)?)
    }
}
