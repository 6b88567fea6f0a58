//! Terminals that have their passes, and the requests by which they count.

use backend::store::records::LicenseRecord;
use shared::time::Timestamp;

use crate::{
    Outcome,
    issue::block_on,
    site::{Site, Terminal},
};

const PATH: &str = "/api/v1/uses";

/// A terminal with its pass.
#[derive(Clone)]
pub(crate) struct Holder {
    pub(crate) terminal: Terminal,
    pub(crate) token: String,
}

/// Connects `devices` terminals to each of `licenses` new licenses.
pub(crate) fn connect(site: &Site, licenses: usize, devices: usize) -> Outcome<Vec<Holder>> {
    let licenses = block_on(site.add_licenses(licenses))?;
    connect_to(site, licenses.iter().flat_map(|license| std::iter::repeat_n(license, devices)))
}

/// Connects a terminal to each of the licenses.
pub(crate) fn connect_to<'a>(
    site: &Site,
    licenses: impl IntoIterator<Item = &'a LicenseRecord>,
) -> Outcome<Vec<Holder>> {
    licenses.into_iter().map(|license| block_on(add_pass(site, site.terminal(license.clone())?))).collect()
}

async fn add_pass(site: &Site, mut terminal: Terminal) -> Outcome<Holder> {
    let pass = terminal.pass.clone();
    let added = site.app.store.write(move |tx| {
        let mut pass = pass.clone();
        (pass.status_list, pass.status_index) = tx.next_status_place(pass.vendor_id)?;
        tx.add_pass(&pass, None)?;
        Ok(pass)
    });
    terminal.pass = added.await?;
    let token = token(site, &terminal, site.app.clock.now()).await?;
    Ok(Holder { terminal, token })
}

/// The terminal's pass, signed at this time.
pub(crate) async fn token(site: &Site, terminal: &Terminal, at: Timestamp) -> Outcome<String> {
    let keys = site.app.keys.vendor_keys(&site.app.store, terminal.pass.vendor_id, site.app.clock.now()).await?;
    let claims = terminal.license.license.pass_claims(site.binding(terminal), at);
    Ok(keys.signer()?.sign(&claims.map_err(|refusal| refusal.detail)?)?)
}

/// Where uses are counted.
pub(crate) fn url(site: &Site) -> String {
    site.url(PATH)
}

/// The request that counts one use, with a proof and an idempotency key of its own.
pub(crate) fn use_request(site: &Site, holder: &Holder) -> Vec<u8> {
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
