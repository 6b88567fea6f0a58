//! Comparing the address a proof names with the address that was asked.

/// Whether both are the same target: scheme and authority without regard to case and default port, the path byte for
/// byte, query and fragment not counted (RFC 9449 section 4.3, RFC 3986 section 6.2).
pub(super) fn is_same_target(left: &str, right: &str) -> bool {
    match (split(left), split(right)) {
        (Some(left), Some(right)) => left == right,
        _ => false,
    }
}

/// Scheme, authority and path.
fn split(url: &str) -> Option<(String, String, &str)> {
    let target = url.split(['?', '#']).next()?;
    let (scheme, rest) = target.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let (authority, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
    let default_port = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let authority = authority.to_ascii_lowercase();
    let authority = authority.strip_suffix(default_port).unwrap_or(&authority).to_owned();
    (!authority.is_empty()).then_some((scheme, authority, path))
}

#[cfg(test)]
mod tests {
    use super::is_same_target;

    #[test]
    fn spelling_that_does_not_matter_is_ignored() {
        let wanted = "https://licenses.example.com/api/v1/passes/refresh";
        for same in [
            wanted,
            "HTTPS://Licenses.Example.com/api/v1/passes/refresh",
            "https://licenses.example.com:443/api/v1/passes/refresh",
            "https://licenses.example.com/api/v1/passes/refresh?x=1#y",
        ] {
            assert!(is_same_target(same, wanted), "{same}");
        }
        assert!(is_same_target("http://h:80", "http://h/"));
    }

    #[test]
    fn another_target_is_told_apart() {
        let wanted = "https://licenses.example.com/api/v1/passes/refresh";
        for other in [
            "http://licenses.example.com/api/v1/passes/refresh",
            "https://licenses.example.com:8443/api/v1/passes/refresh",
            "https://licenses.example.com:80/api/v1/passes/refresh",
            "https://licenses.example.com.evil.example/api/v1/passes/refresh",
            "https://user@licenses.example.com/api/v1/passes/refresh",
            "https://licenses.example.com/api/v1/passes/refresh/",
            "https://licenses.example.com/API/v1/passes/refresh",
            "https://licenses.example.com/api/v1/passes%2Frefresh",
            "//licenses.example.com/api/v1/passes/refresh",
            "ftp://licenses.example.com/api/v1/passes/refresh",
            "https:///api/v1/passes/refresh",
            "",
        ] {
            assert!(!is_same_target(other, wanted), "{other}");
        }
    }
}
