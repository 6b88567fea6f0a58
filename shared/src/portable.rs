//! Portable passes: what carries a license from one terminal to another (mechanisms L6 to L9). Bound to no key: whoever
//! presents one first becomes the successor, and nobody after.

use alloc::string::String;

use crate::pass::{LicenseClaims, PassStatus};
use crate::time::Timestamp;
#[cfg(feature = "verify")]
use crate::{
    claims::ClaimReader,
    pass::read::{read_license, read_status},
    strict::Object,
    verify::{Bounds, Claims},
};

/// The claims of a portable pass (`typ` `portable-pass+jwt`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PortableClaims {
    /// `{public_url}/v/{vendor}`.
    pub iss: String,
    /// `{vendor}/{product}`.
    pub aud: String,
    /// The customer.
    pub sub: String,
    /// The move's id once more.
    pub jti: String,
    /// When the move was offered.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::pass::as_unix"))]
    pub iat: Timestamp,
    /// The first second at which it may not be redeemed any more.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::pass::as_unix"))]
    pub exp: Timestamp,
    /// The move.
    #[cfg_attr(feature = "serde", serde(rename = "move"))]
    pub move_id: String,
    /// The pass that is on its way.
    pub from: String,
    /// Always `moving`: from a pass in another state no portable pass is made.
    pub pass_status: PassStatus,
    /// What is on its way.
    pub lic: LicenseClaims,
}

#[cfg(feature = "verify")]
impl Claims for PortableClaims {
    const TYP: &'static str = "portable-pass+jwt";

    fn read(payload: &Object) -> Result<Self, &'static str> {
        let mut read = ClaimReader::default();
        let claims = Self {
            iss: read.text(payload, "iss"),
            aud: read.text(payload, "aud"),
            sub: read.text(payload, "sub"),
            jti: read.text(payload, "jti"),
            iat: read.time(payload, "iat"),
            exp: read.time(payload, "exp"),
            move_id: read.text(payload, "move"),
            from: read.text(payload, "from"),
            pass_status: read_status(&mut read, payload),
            lic: read_license(&mut read, payload),
        };
        if claims.pass_status != PassStatus::Moving {
            read.refuse("pass_status");
        }
        read.finish(claims)
    }

    fn bounds(&self) -> Bounds<'_> {
        Bounds { iss: &self.iss, aud: &self.aud, iat: self.iat, nbf: None, exp: self.exp, jkt: None }
    }
}
