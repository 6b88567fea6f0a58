//! Who signs what belongs to a license: passes, portable passes, slices.

use serde::Serialize;
use shared::license::PassBinding;
use shared::time::Timestamp;
use shared::verify::Claims;

use crate::app::App;
use crate::auth::Terminal;
use crate::config::Config;
use crate::error::Failure;
use crate::keys::{Signer, Unsigned};
use crate::store::records::{LicenseRecord, Pass, Product, Vendor};
use crate::store::{Outcome, StoreError, Tx};

/// Who signs, for which product.
#[derive(Clone)]
pub(in crate::http) struct Issuer<S> {
    pub(in crate::http) vendor: Vendor,
    pub(in crate::http) product: Product,
    signer: S,
}

impl Issuer<()> {
    /// Finds them in the store.
    pub(in crate::http) fn find(tx: &mut dyn Tx, record: &LicenseRecord) -> Outcome<Self> {
        let gone = || StoreError::Fault(format!("{} names a product that is not there", record.license_id));
        let vendor = tx.vendor_by_id(record.vendor_id)?.ok_or_else(gone)?;
        let product = tx.product_by_id(record.vendor_id, record.product_id)?.ok_or_else(gone)?;
        Ok(Self { vendor, product, signer: () })
    }

    /// For a terminal's pass, whatever state it is in, with the key that signs now. Errors: `REVOKED` for a pass that is
    /// not there.
    pub(in crate::http) async fn of_terminal(app: &App, terminal: &Terminal) -> Result<Issuer<Signer>, Failure> {
        let asking = terminal.clone();
        let found = app.store.read(move |tx| {
            let (_, record) = asking.find(tx)?;
            Self::find(tx, &record)
        });
        found.await?.with_keys(app, app.clock.now()).await
    }

    /// With the key that signs now. Errors: the store's.
    pub(in crate::http) async fn with_keys(self, app: &App, now: Timestamp) -> Result<Issuer<Signer>, Failure> {
        let keys = app.keys.vendor_keys(&app.store, self.vendor.vendor_id, now).await?;
        let signer = keys.signer().map_err(StoreError::from)?;
        Ok(Issuer { vendor: self.vendor, product: self.product, signer })
    }
}

impl Issuer<Signer> {
    /// `{public_url}/v/{vendor}`, and `{vendor}/{product}`.
    pub(in crate::http) fn names(&self, config: &Config) -> (String, String) {
        (config.issuer(&self.vendor.slug), format!("{}/{}", self.vendor.slug, self.product.slug))
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
        let (issuer, audience) = self.names(config);
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
