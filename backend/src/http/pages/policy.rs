//! What a page may load and whom it may talk to: its Content-Security-Policy and its relation to other windows.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, VARY};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::program::Program;

/// The policies of all pages, made once.
pub struct Policies {
    /// Of pages without an inline script.
    plain: HeaderValue,
    programs: Vec<(Program, HeaderValue)>,
}

/// Who may have opened the page, or be opened by it, and keep a handle on the other's window.
#[derive(Clone, Copy)]
pub(super) enum Opener {
    /// Only our own pages: the rule.
    IsOurs,
    /// A vendor's app, which waits for the pass: `/connect`, and where our own pages lead from there.
    MayBeAnApp,
    /// The page opens `/connect` and waits for the pass: the demo app.
    KeepsItsPopups,
}

static OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
static PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// What of the device the page may ask for.
#[derive(Clone, Copy)]
pub(super) enum Senses {
    /// Nothing: the rule.
    None,
    /// The camera, to read a QR code: `/receive`.
    Camera,
}

impl Senses {
    const fn policy(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::None => "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
            Self::Camera => "camera=(self), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        })
    }
}

impl Policies {
    /// The policies, with the hashes of the inline scripts in the programs' first pages.
    pub fn new() -> Self {
        let policy = |page: &str| {
            let content = content_policy(&inline_scripts(page));
            HeaderValue::from_str(&content).unwrap_or(HeaderValue::from_static("default-src 'none'"))
        };
        let of = |program: Program| program.first_page().map(|page| (program, policy(&page.text())));
        Self { plain: policy(""), programs: Program::ALL.into_iter().filter_map(of).collect() }
    }

    /// Adds a page's policies to its answer; `program` runs in it, if any.
    pub(super) fn add(&self, headers: &mut HeaderMap, program: Option<Program>, opener: Opener, senses: Senses) {
        let own = self.programs.iter().find(|(own, _)| Some(*own) == program);
        let content = own.map_or(&self.plain, |(_, content)| content);
        headers.insert(CONTENT_SECURITY_POLICY, content.clone());
        headers.insert(PERMISSIONS_POLICY.clone(), senses.policy());
        let opener = match opener {
            Opener::IsOurs => "same-origin",
            Opener::MayBeAnApp => "unsafe-none",
            Opener::KeepsItsPopups => "same-origin-allow-popups",
        };
        headers.insert(OPENER_POLICY.clone(), HeaderValue::from_static(opener));
        // The opener's policy depends on where one comes from.
        headers.append(VARY, HeaderValue::from_static("Sec-Fetch-Site"));
    }
}

impl Default for Policies {
    fn default() -> Self {
        Self::new()
    }
}

/// Nothing from elsewhere, nothing inline but what we know, no text that becomes a script.
fn content_policy(inline: &[&str]) -> String {
    let hash = |script: &&str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(script)));
    let scripts: Vec<_> =
        ["'self'", "'wasm-unsafe-eval'"].map(str::to_owned).into_iter().chain(inline.iter().map(hash)).collect();
    [
        "default-src 'none'",
        &format!("script-src {}", scripts.join(" ")),
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ]
    .join("; ")
}

/// The contents of the scripts that stand in the page itself.
fn inline_scripts(page: &str) -> Vec<&str> {
    let elements = page.split("<script").skip(1).filter_map(|rest| rest.split_once('>'));
    let inline = elements.filter(|(attributes, _)| !attributes.contains(" src="));
    inline.filter_map(|(_, rest)| rest.split_once("</script>")).map(|(content, _)| content).collect()
}

#[cfg(test)]
mod tests {
    use super::{content_policy, inline_scripts};

    #[test]
    fn the_inline_scripts_of_a_page_are_hashed() {
        let page = r#"<head><script src="/boot.js"></script><script type="module">start()</script></head>"#;
        assert_eq!(inline_scripts(page), ["start()"]);
        // As `openssl dgst -sha256 -binary | base64` gives it.
        let policy = content_policy(&["alert(1)"]);
        assert!(policy.contains("'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    }
}
