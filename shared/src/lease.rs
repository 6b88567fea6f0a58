//! Leases as tokens: that a service has checked a license out, for a while (mechanism M2). Bound to no key: whoever verifies
//! one learns that the lease stood when it was signed, and until when it was to stand.

use alloc::string::String;

use crate::time::Timestamp;
#[cfg(feature = "verify")]
use crate::{
    claims::ClaimReader,
    strict::Object,
    verify::{Bounds, Claims},
};

/// The claims of a lease (`typ` `license-lease+jwt`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct LeaseClaims {
    /// `{public_url}/v/{vendor}`.
    pub iss: String,
    /// `{vendor}/{product}`.
    pub aud: String,
    /// The customer.
    pub sub: String,
    /// The lease's id.
    pub jti: String,
    /// When it was checked out or extended last.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::pass::as_unix"))]
    pub iat: Timestamp,
    /// The first second at which it does not stand any more.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::pass::as_unix"))]
    pub exp: Timestamp,
    /// The license.
    pub lic: LeasedLicense,
    /// The lease's id once more.
    pub lease: String,
    /// Who has it, as the service calls them.
    pub holder: String,
    /// The function it is for; absent: the license as such.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub feature: Option<String>,
    /// How many uses of the function were debited with it.
    pub count: u64,
}

/// The license of a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct LeasedLicense {
    /// Its id.
    pub id: String,
}

#[cfg(feature = "verify")]
impl Claims for LeaseClaims {
    const TYP: &'static str = "license-lease+jwt";

    fn read(payload: &Object) -> Result<Self, &'static str> {
        let mut read = ClaimReader::default();
        let lic = read.object(payload, "lic", &["id"]);
        let claims = Self {
            iss: read.text(payload, "iss"),
            aud: read.text(payload, "aud"),
            sub: read.text(payload, "sub"),
            jti: read.text(payload, "jti"),
            iat: read.time(payload, "iat"),
            exp: read.time(payload, "exp"),
            lic: LeasedLicense { id: read.text(lic, "id") },
            lease: read.text(payload, "lease"),
            holder: read.text(payload, "holder"),
            feature: payload.get("feature").is_some().then(|| read.text(payload, "feature")),
            count: read.count(payload, "count"),
        };
        if claims.lease != claims.jti {
            read.refuse("lease");
        }
        read.finish(claims)
    }

    fn bounds(&self) -> Bounds<'_> {
        Bounds { iss: &self.iss, aud: &self.aud, iat: self.iat, nbf: None, exp: self.exp, jkt: None }
    }
}
