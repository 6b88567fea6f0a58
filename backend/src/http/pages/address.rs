//! Which addresses are pages, of which program, and which names are files.

use super::program::Program;

/// The program with the customers' page at this address; the page may still find that nothing is there.
pub(super) fn program_of(path: &str) -> Option<Program> {
    let segments: Vec<_> = path.trim_matches('/').split('/').collect();
    match segments.as_slice() {
        ["" | "sign-in" | "sign-up" | "forgot" | "reset" | "confirm"]
        | ["products" | "checkout" | "agreements", _, _] => Some(Program::Buying),
        ["licenses" | "connect" | "receive"] | ["licenses", _] | ["licenses", _, "move", _] => Some(Program::Having),
        ["account" | "orders"] | ["orders" | "pay", _] | ["licenses", _, "services"] => Some(Program::Keeping),
        _ => None,
    }
}

/// The program with the page for vendors' teams at `rest` below `/admin`; the page may still find that nothing is there.
pub(super) fn admin_program_of(rest: &str) -> Option<Program> {
    let segments: Vec<_> = rest.trim_matches('/').split('/').collect();
    match segments.as_slice() {
        ["new"]
        | [_, "agreements" | "keys" | "playground" | "products" | "status-lists"]
        | [_, "products", _]
        | [_, "products", _, "menu"]
        | [_, "mail", "texts"] => Some(Program::Workshop),
        [_] | [_, "instance" | "settings" | "team" | "tokens"] => Some(Program::Office),
        [
            _,
            "audit" | "coupons" | "customers" | "figures" | "leases" | "licenses" | "mail" | "moves" | "orders"
            | "passes" | "sources" | "webhooks",
        ]
        | [_, "customers" | "sources" | "webhooks", _] => Some(Program::Desk),
        _ => None,
    }
}

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
    use super::{Program, admin_program_of, is_hashed, is_plain, program_of};

    #[test]
    fn the_customers_pages_are_known() {
        for page in [
            "/",
            "/products/acme/sketchpad",
            "/checkout/acme/sketchpad",
            "/agreements/acme/x",
            "/sign-in",
            "/sign-up",
            "/forgot",
            "/reset",
            "/confirm",
        ] {
            assert_eq!(program_of(page), Some(Program::Buying), "{page}");
        }
        for page in ["/licenses/", "/licenses/lic_1", "/licenses/lic_1/move/pas_1", "/connect", "/receive"] {
            assert_eq!(program_of(page), Some(Program::Having), "{page}");
        }
        for page in ["/account", "/pay/ord_1", "/orders", "/orders/ord_1", "/licenses/lic_1/services"] {
            assert_eq!(program_of(page), Some(Program::Keeping), "{page}");
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
            assert_eq!(program_of(other), None, "{other}");
        }
    }

    #[test]
    fn the_pages_of_vendors_teams_are_known() {
        for page in [
            "acme/customers",
            "acme/customers/cus_1",
            "acme/leases",
            "acme/mail",
            "acme/figures",
            "acme/sources/new",
            "acme/webhooks/whk_1",
        ] {
            assert_eq!(admin_program_of(page), Some(Program::Desk), "{page}");
        }
        for page in
            ["new", "acme/products", "acme/products/new", "acme/products/pad/menu", "acme/keys", "acme/mail/texts"]
        {
            assert_eq!(admin_program_of(page), Some(Program::Workshop), "{page}");
        }
        for page in ["", "join", "acme", "acme/settings", "acme/team", "acme/tokens"] {
            assert_eq!(admin_program_of(page), Some(Program::Office), "{page}");
        }
        for other in ["acme/x", "acme/keys/1", "acme/orders/1", "acme/products/pad/x", "acme/orders/1/2", "a/b/c/d/e"] {
            assert_eq!(admin_program_of(other), None, "{other}");
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
