//! The address under which an installation is reached: it stands in every token, so it is held to one form.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use serde::Deserialize;
use shared::origin::{OriginFault, check_origin};

/// Scheme, host and port: `https://licenses.example.com`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PublicUrl(String);

/// Why an address cannot be the public one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicUrlError {
    /// Not an address of a host.
    #[error("the public URL must look like https://licenses.example.com: lower case, no path, no slash at the end")]
    Form,
    /// Browsers keep the session's cookie for https only, and anybody on the way could read passes.
    #[error(
        "the public URL must be https, except on this machine alone: put a TLS proxy in front and name its address"
    )]
    Insecure,
}

impl PublicUrl {
    /// The address of a server that listens at `address` and was not told another.
    pub fn of_listener(address: SocketAddr) -> Result<Self, PublicUrlError> {
        format!("http://{address}").parse()
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, PublicUrlError> {
        // Browsers leave a default port out of origins: one installation, one spelling.
        check_origin(text).map_err(|fault| match fault {
            OriginFault::Form => PublicUrlError::Form,
            OriginFault::Insecure => PublicUrlError::Insecure,
        })?;
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for PublicUrl {
    type Error = PublicUrlError;

    fn try_from(text: String) -> Result<Self, PublicUrlError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::{PublicUrl, PublicUrlError};

    #[track_caller]
    fn check(text: &str, wanted: Result<(), PublicUrlError>) {
        assert_eq!(text.parse::<PublicUrl>().map(|_| ()), wanted, "{text:?}");
    }

    #[test]
    fn a_public_url_has_one_spelling() {
        for good in [
            "https://a.example.com",
            "https://10.0.0.1:8443",
            "https://[2001:db8::1]",
            "https://xn--mnchen-3ya.example",
        ] {
            check(good, Ok(()));
        }
        for bad in [
            "",
            "https://",
            "a.example.com",
            "ftp://a.example.com",
            "https://a.example.com/",
            "https://a.example.com/x",
            "https://A.example.com",
            "https://a.example.com:443",
            "https://a.example.com:0443",
            "https://user@a.example.com",
            "https://a..example.com",
            "https://a.example.com:",
            "https://a.example.com:99999",
            "https://[2001:db8::0:1]",
            "https://a.example.com?x",
            "https://münchen.example",
            "HTTPS://a.example.com",
        ] {
            check(bad, Err(PublicUrlError::Form));
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        for good in ["http://127.0.0.1:8080", "http://localhost:3000", "http://[::1]:8080"] {
            check(good, Ok(()));
        }
        for bad in ["http://0.0.0.0:8080", "http://192.168.1.2:8080", "http://licenses.example.com"] {
            check(bad, Err(PublicUrlError::Insecure));
        }
    }
}
