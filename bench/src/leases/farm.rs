//! A service, the licenses that it checks out by their identifiers, and its requests.

use std::{path::Path, sync::Arc};

use backend::{
    app::App,
    auth::secret::Secret,
    store::{leases::IdentifierRecord, not_found, records::LicenseRecord, team::TokenRecord},
};
use shared::{
    id::{IdentifierId, TokenId, VendorId},
    team::Permission,
};

use crate::{Outcome, site::Site};

/// Seats of each license: more than there are clients.
const SEATS: u32 = 1000;

/// A license with an identifier.
#[derive(Clone)]
pub(crate) struct Named {
    pub(crate) license: Arc<LicenseRecord>,
    pub(crate) identifier_id: IdentifierId,
    pub(crate) secret: Arc<Secret>,
}

impl Named {
    /// What the store knows the identifier by.
    pub(crate) fn hash(&self) -> String {
        self.secret.hash()
    }
}

/// The service.
pub(crate) struct Farm {
    pub(crate) site: Arc<Site>,
    pub(crate) vendor_id: VendorId,
    pub(crate) token_id: TokenId,
    secret: Secret,
}

impl Farm {
    pub(crate) async fn open(site: Arc<Site>) -> Outcome<Self> {
        let secret = Secret::new("pgt", &site.app.rng);
        let (vendor_id, token_id) = add_token(&site.app, &secret).await?;
        Ok(Self { site, vendor_id, token_id, secret })
    }

    /// New licenses, each with an identifier.
    pub(crate) async fn add_named(&self, count: usize) -> Outcome<Vec<Named>> {
        self.name(self.site.add_licenses_with(count, |license| license.seats = SEATS).await?).await
    }

    /// The same service, at the portal once it is served by another process: see [`Site::leave`].
    pub(crate) fn leave(self, folder: &Path) -> Outcome<(Arc<Site>, Self)> {
        let site = Arc::try_unwrap(self.site).map_err(|_| "the portal is in use still")?;
        let site = Arc::new(site.leave(folder)?);
        Ok((Arc::clone(&site), Self { site, ..self }))
    }

    /// Licenses that are there, each with an identifier.
    pub(crate) async fn name(&self, licenses: Vec<LicenseRecord>) -> Outcome<Vec<Named>> {
        let app = &self.site.app;
        let mut all = Vec::new();
        for license in licenses {
            let identifier_id = app.new_id(IdentifierId::new);
            let secret = Arc::new(Secret::new("lid", &app.rng));
            all.push(Named { license: Arc::new(license), identifier_id, secret });
        }
        add_identifiers(app, all.clone()).await?;
        Ok(all)
    }

    /// The request that checks the license out for a render, with an idempotency key of its own.
    pub(crate) fn check_out_request(&self, named: &Named) -> Vec<u8> {
        let body = format!(
            r#"{{"identifier":"{}","feature":"ai.render","count":1,"ttl_seconds":600,"holder":"farm"}}"#,
            named.secret.reveal()
        );
        let key = format!("idempotency-key: {:032x}\r\n", self.site.app.rng.u128());
        self.request("POST", "/api/v1/leases", &key, &body)
    }

    /// The request that returns a lease.
    pub(crate) fn return_request(&self, lease_id: &str) -> Vec<u8> {
        self.request("DELETE", &format!("/api/v1/leases/{lease_id}"), "", r#"{"unspent":0}"#)
    }

    fn request(&self, method: &str, path: &str, more: &str, body: &str) -> Vec<u8> {
        format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n{more}content-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            self.site.address,
            self.secret.reveal(),
            body.len(),
        )
        .into_bytes()
    }
}

/// A token of the demo's vendor for a service: the vendor, and the token's id.
pub(crate) async fn add_token(app: &App, secret: &Secret) -> Outcome<(VendorId, TokenId)> {
    let (token_id, now) = (app.new_id(TokenId::new), app.clock.now());
    let (secret_hash, hint) = (secret.hash(), secret.hint());
    let added = app.store.write(move |tx| {
        let slug = "acme".parse().map_err(|_| not_found())?;
        let vendor_id = tx.vendor(&slug)?.ok_or_else(not_found)?.vendor_id;
        tx.add_token(&TokenRecord {
            vendor_id,
            token_id,
            secret_hash: secret_hash.clone(),
            name: "Farm".to_owned(),
            scopes: vec![Permission::EditLeases],
            hint: hint.clone(),
            created_by: "bench".to_owned(),
            created_at: now,
            expires_at: None,
            last_used_at: None,
        })?;
        Ok((vendor_id, token_id))
    });
    Ok(added.await?)
}

/// Writes the identifiers of licenses.
pub(crate) async fn add_identifiers(app: &App, all: Vec<Named>) -> Outcome<()> {
    let now = app.clock.now();
    let added = app.store.write(move |tx| {
        all.iter().try_for_each(|named| {
            tx.add_identifier(&IdentifierRecord {
                vendor_id: named.license.vendor_id,
                identifier_id: named.identifier_id,
                license_id: named.license.license_id,
                secret_hash: named.secret.hash(),
                hint: named.secret.hint(),
                label: None,
                service: None,
                expires_at: None,
                uses_limit: None,
                uses_left: None,
                created_by: "bench".to_owned(),
                created_at: now,
                ended_at: None,
            })
        })
    });
    Ok(added.await?)
}

/// The lease that an answer tells of.
pub(crate) fn lease_id(answer: &[u8]) -> Outcome<String> {
    let text = std::str::from_utf8(answer)?;
    let (_, rest) = text.split_once(r#""lease_id":""#).ok_or("an answer without a lease")?;
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}
