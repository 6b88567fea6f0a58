//! Web origins and addresses as people write them down: held to one spelling, so that comparing texts is comparing origins.

/// Why a text cannot be the origin of something that handles passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginFault {
    /// Not scheme, host and port as browsers spell them.
    Form,
    /// Plain http, which anybody on the way can read and change, elsewhere than on this machine alone.
    Insecure,
}

/// Scheme, host and port as browsers spell them (RFC 6454, section 6.1): `https://app.example.com`.
///
/// Lower case, no path, no slash at the end, no default port. Errors, in this order: `Form`, `Insecure`.
pub fn check_origin(text: &str) -> Result<(), OriginFault> {
    let (scheme, authority) = text.split_once("://").ok_or(OriginFault::Form)?;
    let (host, port) = split_port(authority).ok_or(OriginFault::Form)?;
    let default_port = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return Err(OriginFault::Form),
    };
    if port == Some(default_port) || !is_host(host) {
        return Err(OriginFault::Form);
    }
    if scheme == "http" && !is_loopback(host) { Err(OriginFault::Insecure) } else { Ok(()) }
}

/// The longest address of a page, in bytes.
const MAX_ADDRESS: usize = 2000;

/// The address of a page: an origin, and perhaps a path, a query and a fragment, in the characters of RFC 3986.
///
/// Nothing but http and https leads anywhere, so a link to it never runs a script. Errors: as [`check_origin`].
pub fn check_address(text: &str) -> Result<(), OriginFault> {
    let start = text.find("://").ok_or(OriginFault::Form)? + 3;
    let (_, rest) = text.split_at_checked(start).ok_or(OriginFault::Form)?;
    let length = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (origin, path) = text.split_at_checked(start + length).ok_or(OriginFault::Form)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    if text.len() > MAX_ADDRESS || !path.bytes().all(is_plain) {
        return Err(OriginFault::Form);
    }
    check_origin(origin)
}

/// The host (with its brackets, if it has some) and the port.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            let canonical = port.parse::<u16>().ok().filter(|number| number.to_string() == port)?;
            Some((host, Some(canonical)))
        }
        _ => Some((authority, None)),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<core::net::Ipv6Addr>().is_ok_and(|parsed| parsed.to_string() == address);
    }
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    host.len() <= 253 && host.split('.').all(|label| !label.is_empty() && label.bytes().all(is_letter))
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "[::1]")
        || host.parse::<core::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{OriginFault, check_address, check_origin};

    #[test]
    fn an_origin_has_one_spelling() {
        for good in ["https://a.example.com", "https://[2001:db8::1]:8443", "http://localhost:3000"] {
            assert_eq!(check_origin(good), Ok(()), "{good}");
        }
        for bad in ["", "null", "*", "https://*.example.com", "https://a.example.com/", "https://A.example.com"] {
            assert_eq!(check_origin(bad), Err(OriginFault::Form), "{bad}");
        }
        assert_eq!(check_origin("http://a.example.com"), Err(OriginFault::Insecure));
    }

    #[test]
    fn an_address_leads_to_a_page() {
        for good in ["https://a.example.com", "https://a.example.com/app/?x=%20#y", "http://localhost:3000/?a"] {
            assert_eq!(check_address(good), Ok(()), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "javascript://a.example.com/%0aalert(1)",
            "data:text/html,x",
            "https://user@a.example.com/",
            "https://a.example.com/\"onclick=",
            "https://a.example.com/ x",
            "https://a.example.com/ä",
            "//a.example.com",
            "/app",
            "",
        ] {
            assert_eq!(check_address(bad), Err(OriginFault::Form), "{bad}");
        }
        assert_eq!(check_address(&format!("https://a.example.com/{}", "a".repeat(2000))), Err(OriginFault::Form));
        assert_eq!(check_address("http://a.example.com/app"), Err(OriginFault::Insecure));
    }
}
