//! The parts of counting a use, each alone: signatures, and the writes.

use std::{sync::Arc, time::Instant};

use backend::store::{
    StoreError,
    records::{Claim, Event, LicenseRecord, StoredAnswer},
};
use shared::{
    id::EventId,
    proof::{ProofExpect, check_proof},
    slug::Feature,
    time::Timestamp,
    verify::{Expect, read_pass},
};
use tokio::task::JoinSet;

use super::holders::{Holder, url};
use crate::{
    Outcome,
    issue::{block_on, each, since},
    site::Site,
};

/// How often the signature work is done.
const SIGNATURES: usize = 500;

/// Seconds for checking one proof, and for checking one pass, on one core.
pub(super) fn signatures(site: &Site, holder: &Holder) -> Outcome<(f64, f64)> {
    let now = site.app.clock.now();
    let vendor_id = holder.terminal.license.vendor_id;
    let keys = block_on(async { Ok(site.app.keys.vendor_keys(&site.app.store, vendor_id, now).await?) })?;
    let url = url(site);
    let proof = holder.terminal.key.proof(&site.app, &url, Some(&holder.token));
    let expect = ProofExpect { method: "POST", url: &url, token: Some(&holder.token), nonce: None, now };
    let start = Instant::now();
    for _ in 0..SIGNATURES {
        check_proof(&proof, &expect).map_err(|refusal| refusal.to_string())?;
    }
    let of_proof = each(since(start), SIGNATURES);

    let binding = site.binding(&holder.terminal);
    let (issuer, audience, jkt) = (&binding.issuer, &binding.audience, Some(binding.jkt.as_str()));
    let expect = Expect { issuer, audience, keys: keys.verifying(), now, jkt };
    let start = Instant::now();
    for _ in 0..SIGNATURES {
        read_pass(&holder.token, &expect).map_err(|denial| denial.detail)?;
    }
    Ok((of_proof, each(since(start), SIGNATURES)))
}

/// Seconds for the writes of one use, in groups of `clients`, each of which counts `times` as one of the holders.
pub(super) async fn writes(site: &Arc<Site>, holders: &[Holder], clients: usize, times: usize) -> Outcome<f64> {
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for holder in holders.iter().cycle().take(clients) {
        let (site, holder) = (Arc::clone(site), holder.clone());
        tasks.spawn(async move {
            for _ in 0..times {
                write_use(&site, &holder).await.map_err(|error| error.to_string())?;
            }
            Ok::<_, String>(())
        });
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    Ok(each(since(start), clients * times))
}

async fn write_use(site: &Site, holder: &Holder) -> Outcome<()> {
    let now = site.app.clock.now();
    let event_id = site.app.new_id(EventId::new);
    let pass = holder.terminal.pass.clone();
    let key = format!("{:032x}", site.app.rng.u128());
    let claim = Claim { scope: pass.pass_id.to_string(), key, fingerprint: pass.jkt.clone(), now };
    let answer = StoredAnswer { status: 200, body: vec![b'x'; 90], unsigned: None };
    let feature: Feature = "ai.render".parse().map_err(|_| "no feature")?;
    let written = site.app.store.write(move |tx| {
        let gone = || StoreError::Fault("it is not there".to_owned());
        tx.claim(&claim)?;
        tx.spend_proof(&pass.jkt, &claim.key, Timestamp::from_unix(now.as_unix() + 61), now)?;
        tx.pass(pass.vendor_id, pass.pass_id)?.ok_or_else(gone)?;
        let record = tx.license_at(pass.vendor_id, pass.license_id)?.ok_or_else(gone)?;
        let license = record.license.spend(&feature, 1, now)?.license;
        tx.update_counter(&LicenseRecord { license, ..record }, &feature)?;
        tx.append_event(&Event {
            event_id,
            vendor_id: pass.vendor_id,
            at: now,
            kind: "use.counted".to_owned(),
            actor: pass.pass_id.to_string(),
            subject: pass.license_id.to_string(),
            body: format!(
                r#"{{"feature":"ai.render","count":1,"left":1000000,"resets_at":"{now}","pass_id":"{}"}}"#,
                pass.pass_id
            ),
        })?;
        tx.keep_answer(&claim, &answer)
    });
    Ok(written.await?)
}
