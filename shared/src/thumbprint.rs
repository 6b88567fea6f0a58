//! Thumbprints of public keys (RFC 7638): the `kid` of signing keys and the `jkt` of terminal keys.

use alloc::string::String;

use sha2::{Digest as _, Sha256};

use crate::base64url;

/// The thumbprint of an Ed25519 public key: 43 characters of base64url.
pub fn ed25519_thumbprint(key: &[u8; 32]) -> String {
    let mut text = String::from(r#"{"crv":"Ed25519","kty":"OKP","x":""#);
    text.push_str(&base64url::encode(key));
    text.push_str(r#""}"#);
    sha256_base64url(text.as_bytes())
}

/// The thumbprint of a P-256 public key, from its big-endian coordinates.
pub fn p256_thumbprint(x: &[u8; 32], y: &[u8; 32]) -> String {
    let mut text = String::from(r#"{"crv":"P-256","kty":"EC","x":""#);
    text.push_str(&base64url::encode(x));
    text.push_str(r#"","y":""#);
    text.push_str(&base64url::encode(y));
    text.push_str(r#""}"#);
    sha256_base64url(text.as_bytes())
}

/// SHA-256 of `bytes` in base64url: also the `ath` of a proof for an access token.
pub fn sha256_base64url(bytes: &[u8]) -> String {
    base64url::encode(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::{ed25519_thumbprint, p256_thumbprint};
    use crate::base64url::decode_32;

    fn bytes(text: &str) -> [u8; 32] {
        decode_32(text).unwrap()
    }

    #[test]
    fn thumbprints_are_those_of_the_rfcs() {
        // RFC 8037, appendix A.3.
        let key = bytes("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assert_eq!(ed25519_thumbprint(&key), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        // RFC 9449, sections 4.1 and 6.1.
        let x = bytes("l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs");
        let y = bytes("9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA");
        assert_eq!(p256_thumbprint(&x, &y), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }
}
