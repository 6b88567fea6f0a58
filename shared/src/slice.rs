//! Slices: uses debited in advance, signed, to be spent while the server cannot be reached.

use alloc::string::String;

use crate::pass::Confirmation;
use crate::time::Timestamp;
#[cfg(feature = "verify")]
use crate::{
    claims::ClaimReader,
    strict::Object,
    verify::{Bounds, Claims},
};

/// The claims of a slice (`typ` `use-slice+jwt`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SliceClaims {
    /// `{public_url}/v/{vendor}`.
    pub iss: String,
    /// `{vendor}/{product}`.
    pub aud: String,
    /// The customer.
    pub sub: String,
    /// The slice's id.
    pub jti: String,
    /// When it was debited.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::pass::as_unix"))]
    pub iat: Timestamp,
    /// The first second at which nothing of it may be spent any more.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::pass::as_unix"))]
    pub exp: Timestamp,
    /// The terminal's key.
    pub cnf: Confirmation,
    /// Uses of which feature.
    pub feature: String,
    /// How many uses.
    pub count: u64,
    /// The pass it belongs to.
    pub pass: String,
}

#[cfg(feature = "verify")]
impl Claims for SliceClaims {
    const TYP: &'static str = "use-slice+jwt";

    fn read(payload: &Object) -> Result<Self, &'static str> {
        let mut read = ClaimReader::default();
        let cnf = read.object(payload, "cnf", &["jkt"]);
        let claims = Self {
            iss: read.text(payload, "iss"),
            aud: read.text(payload, "aud"),
            sub: read.text(payload, "sub"),
            jti: read.text(payload, "jti"),
            iat: read.time(payload, "iat"),
            exp: read.time(payload, "exp"),
            cnf: Confirmation { jkt: read.text(cnf, "jkt") },
            feature: read.text(payload, "feature"),
            count: read.count(payload, "count"),
            pass: read.text(payload, "pass"),
        };
        read.finish(claims)
    }

    fn bounds(&self) -> Bounds<'_> {
        Bounds { iss: &self.iss, aud: &self.aud, iat: self.iat, nbf: None, exp: self.exp, jkt: Some(&self.cnf.jkt) }
    }
}
