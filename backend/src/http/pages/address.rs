//! Which addresses are pages of the portal, and which names are files.

/// Whether the portal has a page at this address; the page may still find that nothing is there.
pub(super) fn is_page(path: &str) -> bool {
    let segments: Vec<_> = path.trim_matches('/').split('/').collect();
    match segments.as_slice() {
        [one] => matches!(*one, "" | "account" | "orders" | "licenses" | "sign-in" | "sign-up" | "connect" | "receive"),
        [one, _id] => matches!(*one, "orders" | "licenses" | "pay"),
        [one, _vendor, _name] => matches!(*one, "products" | "checkout" | "agreements"),
        ["licenses", _license, "move", _pass] => true,
        _ => false,
    }
}

/// Whether there is a page for vendors' teams at `rest` below `/admin`; it may still find that nothing is there.
pub(super) fn is_admin_page(rest: &str) -> bool {
    let segments: Vec<_> = rest.trim_matches('/').split('/').collect();
    match segments.as_slice() {
        [_] => true,
        [_vendor, page] => LISTS.contains(page) || SINGLE.contains(page),
        [_vendor, "products", _product, "menu"] => true,
        [_vendor, list, _id] => LISTS.contains(list),
        _ => false,
    }
}

/// Pages that list things, each of which has a page of its own.
const LISTS: [&str; 7] = ["agreements", "customers", "licenses", "moves", "orders", "passes", "products"];
/// Pages that stand alone.
const SINGLE: [&str; 6] = ["audit", "keys", "playground", "settings", "team", "tokens"];

/// Whether `path` names a file inside a folder and nothing beside it: no empty, hidden or climbing part.
pub(super) fn is_plain(path: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    path.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && part.bytes().all(is_letter))
}

/// Whether the name holds a hash of the content, as Trunk writes it: `portal-1a2b3c4d5e6f7a8b_bg.wasm`.
pub(super) fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_hash = |part: &str| part.len() == 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    name.split(['-', '_', '.']).any(is_hash)
}

#[cfg(test)]
mod tests {
    use super::{is_admin_page, is_hashed, is_page, is_plain};

    #[test]
    fn the_portals_pages_are_known() {
        for page in [
            "/",
            "/products/acme/sketchpad",
            "/checkout/acme/sketchpad",
            "/agreements/acme/x",
            "/pay/ord_1",
            "/account",
            "/orders",
            "/orders/ord_1",
            "/licenses/",
            "/licenses/lic_1",
            "/licenses/lic_1/move/pas_1",
            "/sign-in",
            "/sign-up",
            "/connect",
            "/receive",
        ] {
            assert!(is_page(page), "{page}");
        }
        for other in [
            "/x",
            "/products",
            "/products/acme",
            "/products/a/b/c",
            "/orders/1/2",
            "/licenses/1/2/3",
            "/connect/x",
            "/admin.php",
        ] {
            assert!(!is_page(other), "{other}");
        }
    }

    #[test]
    fn the_pages_of_vendors_teams_are_known() {
        for page in [
            "",
            "acme",
            "acme/products",
            "acme/products/new",
            "acme/products/pad/menu",
            "acme/customers/cus_1",
            "acme/keys",
        ] {
            assert!(is_admin_page(page), "{page}");
        }
        for other in ["acme/x", "acme/keys/1", "acme/products/pad/x", "acme/orders/1/2", "a/b/c/d/e"] {
            assert!(!is_admin_page(other), "{other}");
        }
    }

    #[test]
    fn files_are_named_plainly() {
        for good in ["index.html", "a/b-1_2.js"] {
            assert!(is_plain(good), "{good}");
        }
        for bad in ["", "/", "..", "../x", "a/../b", ".git", "a//b", "a/", "/etc/passwd", "a b", "a%2e", "a\\b", "ä"] {
            assert!(!is_plain(bad), "{bad}");
        }
        assert!(is_hashed("base-1a2b3c4d5e6f7a8b.css") && is_hashed("portal-1a2b3c4d5e6f7a8b_bg.wasm"));
        assert!(!is_hashed("index.html") && !is_hashed("boot.js") && !is_hashed("1a2b3c4d5e6f7a8b/boot.js"));
    }
}
