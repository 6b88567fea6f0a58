//! Terminals that have their passes, and the requests by which they count.

use crate::{
    Outcome,
    issue::block_on,
    site::{Site, Terminal},
};

const PATH: &str = "/api/v1/uses";

/// A terminal with its pass.
#[derive(Clone)]
pub(super) struct Holder {
    pub(super) terminal: Terminal,
    pub(super) token: String,
}

/// Connects `devices` terminals to each of `licenses` new licenses.
pub(super) fn connect(site: &Site, licenses: usize, devices: usize) -> Outcome<Vec<Holder>> {
    let licenses = block_on(site.add_licenses(licenses))?;
    let licenses = licenses.iter().flat_map(|license| std::iter::repeat_n(license, devices));
    licenses.map(|license| block_on(add_pass(site, site.terminal(license.clone())?))).collect()
}

async fn add_pass(site: &Site, mut terminal: Terminal) -> Outcome<Holder> {
    let pass = terminal.pass.clone();
    let added = site.app.store.write(move |tx| {
        let mut pass = pass.clone();
        (pass.status_list, pass.status_index) = tx.next_status_place(pass.vendor_id)?;
        tx.add_pass(&pass)?;
        Ok(pass)
    });
    terminal.pass = added.await?;
    let now = site.app.clock.now();
    let keys = site.app.keys.vendor_keys(&site.app.store, terminal.pass.vendor_id, now).await?;
    let claims = terminal.license.license.pass_claims(site.binding(&terminal), now);
    let token = keys.signer()?.sign(&claims.map_err(|refusal| refusal.detail)?)?;
    Ok(Holder { terminal, token })
}

/// Where uses are counted.
pub(super) fn url(site: &Site) -> String {
    site.url(PATH)
}

/// The request that counts one use, with a proof and an idempotency key of its own.
pub(super) fn use_request(site: &Site, holder: &Holder) -> Vec<u8> {
    let body = r#"{"feature":"ai.render"}"#;
    format!(
        "POST {PATH} HTTP/1.1\r\nhost: {}\r\nauthorization: DPoP {}\r\ndpop: {}\r\nidempotency-key: {:032x}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        site.address,
        holder.token,
        holder.terminal.key.proof(&site.app, &url(site), Some(&holder.token)),
        site.app.rng.u128(),
        body.len(),
    )
    .into_bytes()
}
