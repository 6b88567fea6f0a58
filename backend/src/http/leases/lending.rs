//! What checking a license out comes to: its counter, a seat, the identifier's use, and what the log says of it.

use serde::Serialize;
use serde_json::json;
use shared::id::{LeaseId, TokenId};
use shared::license::{CheckOut, LeaseState, Seats, Wanted};
use shared::slug::Feature;
use shared::time::Timestamp;

use crate::app::App;
use crate::http::event::{Begun, event};
use crate::http::identifiers::use_up;
use crate::store::leases::{IdentifierRecord, LeaseRecord};
use crate::store::records::LicenseRecord;
use crate::store::{Outcome, Tx};

/// Who is lent a license, and what they want of it.
#[derive(Clone, Debug)]
pub(crate) struct Lending {
    pub(crate) token_id: TokenId,
    pub(crate) wanted: Wanted,
    pub(crate) holder: String,
    pub(crate) lease_id: LeaseId,
}

impl Lending {
    /// Checks the license out, at the time of the app's clock, to whoever has the identifier. The license afterwards, and the
    /// lease. Errors: those of [`License::check_out`](shared::license::License::check_out).
    pub(crate) fn lend(
        &self,
        tx: &mut dyn Tx,
        app: &App,
        record: &LicenseRecord,
        named: IdentifierRecord,
        seats: Seats,
    ) -> Outcome<(LicenseRecord, LeaseRecord)> {
        let now = app.clock.now();
        let CheckOut { license, lease } = record.license.check_out(seats, &self.wanted, now)?;
        let begun = (license.term != record.license.term).then_some(license.term);
        let record = LicenseRecord { revision: record.revision + u64::from(begun.is_some()), license, ..*record };
        match (begun, &lease.feature) {
            // A term that begins is a change that whoever acts on the license must have seen.
            (Some(_), _) => tx.update_license(&record)?,
            (None, Some(feature)) => tx.update_counter(&record, feature)?,
            (None, None) => {}
        }
        let lease = LeaseRecord {
            vendor_id: record.vendor_id,
            lease_id: self.lease_id,
            license_id: record.license_id,
            identifier_id: named.identifier_id,
            token_id: self.token_id,
            feature: lease.feature,
            count: lease.count,
            holder: self.holder.clone(),
            checked_out_at: lease.checked_out_at,
            expires_at: lease.expires_at,
            state: LeaseState::Open,
            ended_at: None,
            spent: None,
        };
        tx.add_lease(&lease)?;
        use_up(tx, app, named, &self.token_id, now)?;
        self.tell(tx, app, &record, &lease, begun.map(Begun::new))?;
        Ok((record, lease))
    }

    fn tell(
        &self,
        tx: &mut dyn Tx,
        app: &App,
        record: &LicenseRecord,
        lease: &LeaseRecord,
        begun: Option<Begun>,
    ) -> Outcome<()> {
        let (vendor_id, actor, subject) = (lease.vendor_id, &self.token_id, &lease.license_id);
        let feature = lease.feature.as_ref();
        let counter = feature.and_then(|feature| record.license.features.get(feature)).copied().flatten();
        let (left, resets_at) = counter.map_or((None, None), |counter| (counter.left, counter.resets_at));
        let told = Lent {
            begun,
            count: lease.count,
            expires_at: lease.expires_at,
            feature,
            lease_id: lease.lease_id,
            left,
            resets_at,
        };
        tx.append_event(&event(app, vendor_id, "lease.checked_out", actor, subject, &told))?;
        if left == Some(0) && lease.count > 0 {
            let body = json!({ "feature": feature, "resets_at": resets_at });
            tx.append_event(&event(app, vendor_id, "uses.exhausted", actor, subject, &body))?;
        }
        Ok(())
    }
}

/// What the log says of a license that was lent; the counter is that of the feature, afterwards.
#[derive(Serialize)]
struct Lent<'l> {
    begun: Option<Begun>,
    count: u64,
    expires_at: Timestamp,
    feature: Option<&'l Feature>,
    lease_id: LeaseId,
    left: Option<u64>,
    resets_at: Option<Timestamp>,
}
