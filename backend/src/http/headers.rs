//! The headers of every answer: what browsers may do with it.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::config::Config;

/// Sets what the answer's handler has not set itself.
pub(super) fn secure(headers: &mut HeaderMap, path: &str, config: &Config) {
    let mut add = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    add(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    add(header::REFERRER_POLICY, "strict-origin-when-cross-origin");
    add(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    add(
        header::CROSS_ORIGIN_RESOURCE_POLICY,
        if super::cors::is_for_apps(path) { "cross-origin" } else { "same-origin" },
    );
    add(header::CACHE_CONTROL, "no-store");
    if config.is_https() {
        add(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
}
