//! What a page waits for: its program's module, and what that will ask the API for first. The browser is told with the page
//! (`Link: rel=preload`), so that it asks at once and not after the program has come: on a slow network a page is there a round
//! trip earlier. The module comes first: it is the largest, and a browser opens six connections at most.
//!
//! The requests must be those of `frontend`, letter by letter; one that no program makes is fetched for nothing, and the
//! browser says so in its console (`tests/e2e/ahead`).

use std::sync::LazyLock;

use actix_web::http::header::HeaderValue;

use super::program::Program;

/// The header's value for the page of `program` at `path`. `has_session`: the browser may be signed in.
pub(super) fn asked_ahead(program: Program, path: &str, has_session: bool) -> Option<HeaderValue> {
    let module = MODULES.iter().find(|(own, _)| *own == program).map(|(_, module)| module.as_str());
    links(module, path, has_session)
}

/// Where the programs' modules are, as their pages say.
static MODULES: LazyLock<Vec<(Program, String)>> = LazyLock::new(|| {
    let of = |program: Program| Some((program, module_in(&program.first_page()?.text())?.to_owned()));
    Program::ALL.into_iter().filter_map(of).collect()
});

/// The address of the module that a page loads.
fn module_in(page: &str) -> Option<&str> {
    let (before, _) = page.split_once(MODULE)?;
    let start = before.rfind(['\'', '"', '=', ' ']).map_or(0, |place| place + 1);
    page.get(start..before.len() + MODULE.len()).filter(|address| address.starts_with('/'))
}

/// How the names of modules end.
const MODULE: &str = "_bg.wasm";

fn links(module: Option<&str>, path: &str, has_session: bool) -> Option<HeaderValue> {
    let module = module.map(|address| format!("<{address}>; {PRELOAD}; type=\"application/wasm\""));
    let asked = requests(path, has_session).into_iter().map(|what| format!("</api/v1/{what}>; {PRELOAD}"));
    let links: Vec<_> = module.into_iter().chain(asked).collect();
    HeaderValue::try_from(links.join(", ")).ok().filter(|links| !links.is_empty())
}

const PRELOAD: &str = "rel=preload; as=fetch; crossorigin=anonymous";

fn requests(path: &str, has_session: bool) -> Vec<String> {
    let segments: Vec<_> = path.trim_matches('/').split('/').collect();
    if !segments.iter().all(|segment| is_plain(segment)) {
        return Vec::new();
    }
    let of_page = match segments.as_slice() {
        [""] => vec!["products".to_owned()],
        ["products" | "checkout", vendor, product] => {
            vec![format!("vendors/{vendor}/products/{product}/menu"), format!("vendors/{vendor}")]
        }
        [list @ ("licenses" | "orders")] if has_session => vec![(*list).to_owned()],
        [kind @ ("licenses" | "orders"), id] if has_session => vec![format!("{kind}/{id}")],
        // Not what is a vendor's: whether it is the caller's is not known here.
        ["admin", ..] if has_session => vec!["admin/vendors?limit=100".to_owned()],
        _ => Vec::new(),
    };
    std::iter::once("session".to_owned()).chain(of_page).collect()
}

/// What slugs and ids are made of, and the empty path.
fn is_plain(segment: &str) -> bool {
    segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::{links, module_in, requests};

    #[test]
    fn the_browser_is_told_what_the_page_will_ask_for() {
        assert_eq!(requests("/", false), ["session", "products"]);
        assert_eq!(
            requests("/products/acme/pad", false),
            ["session", "vendors/acme/products/pad/menu", "vendors/acme"]
        );
        assert_eq!(requests("/licenses/", true), ["session", "licenses"]);
        assert_eq!(requests("/orders/ord_1", true), ["session", "orders/ord_1"]);
        for path in ["/admin", "/admin/acme", "/admin/acme/keys"] {
            assert_eq!(requests(path, true), ["session", "admin/vendors?limit=100"], "{path}");
        }
    }

    #[test]
    fn nobody_asks_for_what_needs_a_session_without_one() {
        for path in ["/licenses", "/licenses/lic_1", "/orders", "/admin/acme", "/account"] {
            assert_eq!(requests(path, false), ["session"], "{path}");
        }
    }

    #[test]
    fn what_stands_in_an_address_gets_into_no_header() {
        for path in ["/products/a%0d%0aSet-Cookie/x", "/orders/a>; rel=stylesheet", "/products/a,b/c", "/licenses/ä"] {
            assert_eq!(links(None, path, true), None, "{path}");
        }
    }

    #[test]
    fn the_module_stands_first() {
        let found = links(Some("/admin/desk-1_bg.wasm"), "/admin/acme", false).expect("there is a session to ask for");
        assert_eq!(
            found.to_str().ok(),
            Some(
                "</admin/desk-1_bg.wasm>; rel=preload; as=fetch; crossorigin=anonymous; type=\"application/wasm\", \
                </api/v1/session>; rel=preload; as=fetch; crossorigin=anonymous"
            )
        );
    }

    #[test]
    fn a_page_says_where_its_module_is() {
        let script = "<script>await init({ module_or_path: '/admin/desk-1_bg.wasm' });</script>";
        for page in [script, "<link crossorigin href=/admin/desk-1_bg.wasm rel=preload>"] {
            assert_eq!(module_in(page), Some("/admin/desk-1_bg.wasm"), "{page}");
        }
        for page in ["", "<script src=/boot.js></script>", "https://else.example/desk_bg.wasm"] {
            assert_eq!(module_in(page), None, "{page}");
        }
    }
}
