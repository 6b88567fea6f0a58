//! The parts of issuing a pass, each alone: signatures, writes, and a bare commit.

use std::{sync::Arc, time::Instant};

use backend::store::records::{Claim, LicenseRecord, StoredAnswer};
use shared::{
    id::EventId,
    proof::{ProofExpect, check_proof},
    time::Timestamp,
};
use tokio::task::JoinSet;

use super::{each, since};
use crate::{
    Outcome,
    site::{Site, Terminal},
};

/// How often the signature work is done.
const SIGNATURES: usize = 500;

/// Seconds for checking one proof and signing one pass, on one core.
pub(super) fn signatures(site: &Site, terminal: &Terminal) -> Outcome<f64> {
    let now = site.app.clock.now();
    let keys = super::block_on(async {
        Ok(site.app.keys.vendor_keys(&site.app.store, terminal.license.vendor_id, now).await?)
    })?;
    let signer = keys.signer()?;
    let url = site.url(&super::issue_path(terminal));
    let proof = terminal.key.proof(&site.app, &url, None);
    let expect = ProofExpect { method: "POST", url: &url, token: None, nonce: None, now };
    let start = Instant::now();
    for _ in 0..SIGNATURES {
        check_proof(&proof, &expect).map_err(|refusal| refusal.to_string())?;
        let claims = terminal.license.license.pass_claims(site.binding(terminal), now);
        signer.sign(&claims.map_err(|refusal| refusal.detail)?)?;
    }
    Ok(each(since(start), SIGNATURES))
}

/// Seconds for the writes of one pass, in groups of `clients`.
pub(super) async fn writes(site: &Arc<Site>, terminals: &[Terminal], clients: usize) -> Outcome<f64> {
    let vendor_id = terminals.first().ok_or("no terminals")?.license.vendor_id;
    let keys = site.app.keys.vendor_keys(&site.app.store, vendor_id, site.app.clock.now()).await?;
    let kid = keys.signer()?.kid().to_owned();
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for share in terminals.chunks(terminals.len().div_ceil(clients)) {
        let (site, share, kid) = (Arc::clone(site), share.to_vec(), kid.clone());
        tasks.spawn(async move {
            for terminal in share {
                write_pass(&site, terminal, kid.clone()).await.map_err(|error| error.to_string())?;
            }
            Ok::<_, String>(())
        });
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    Ok(each(since(start), terminals.len()))
}

async fn write_pass(site: &Site, terminal: Terminal, kid: String) -> Outcome<()> {
    let now = site.app.clock.now();
    let event_id = site.app.new_id(EventId::new);
    let account_id = site.account_id;
    let claim = Claim {
        scope: account_id.to_string(),
        key: terminal.pass.pass_id.to_string(),
        fingerprint: terminal.pass.jkt.clone(),
        now,
    };
    let answer = StoredAnswer { status: 201, body: vec![b'x'; 1200], unsigned: None };
    // The periods of its counters begin.
    let license = terminal.license.license.at(now);
    let begun = LicenseRecord { license, ..terminal.license.clone() };
    let before = terminal.license.license.features.clone();
    let written = site.app.store.write(move |tx| {
        let (vendor_id, license_id) = (terminal.license.vendor_id, terminal.license.license_id);
        tx.claim(&claim)?;
        tx.license(account_id, license_id)?;
        tx.spend_proof(&terminal.pass.jkt, &claim.key, Timestamp::from_unix(now.as_unix() + 61), now)?;
        tx.passes(vendor_id, license_id)?;
        let mut pass = terminal.pass.clone();
        (pass.status_list, pass.status_index) = tx.next_status_place(vendor_id)?;
        let features =
            begun.license.features.iter().filter(|(feature, counter)| before.get(*feature) != Some(*counter));
        features.map(|(feature, _)| feature).try_for_each(|feature| tx.update_counter(&begun, feature))?;
        tx.add_pass(&pass, Some(&kid))?;
        tx.append_event(&site_event(&terminal, event_id, now))?;
        tx.keep_answer(&claim, &answer)
    });
    Ok(written.await?)
}

fn site_event(terminal: &Terminal, event_id: EventId, at: Timestamp) -> backend::store::records::Event {
    backend::store::records::Event {
        event_id,
        vendor_id: terminal.license.vendor_id,
        at,
        kind: "pass.issued".to_owned(),
        actor: terminal.license.customer_id.to_string(),
        subject: terminal.pass.pass_id.to_string(),
        body: format!(r#"{{"begun":null,"counted":[],"epoch":0,"license_id":"{}"}}"#, terminal.license.license_id),
    }
}

/// Milliseconds for one durable commit that writes one small row.
pub(crate) async fn commits(site: &Site, times: usize) -> Outcome<f64> {
    let start = Instant::now();
    for number in 0..times {
        let now = site.app.clock.now();
        let jti = format!("{}-{number}", site.app.rng.u128());
        site.app.store.write(move |tx| tx.spend_proof("bench", &jti, now, now)).await?;
    }
    Ok(each(since(start), times) * 1e3)
}
