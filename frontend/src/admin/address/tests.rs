//! Which page an address names.

use super::{Page, Place};

#[track_caller]
fn check(path: &str, vendor: Option<&str>, page: Page) {
    assert_eq!(Place::at(path), Some(Place { vendor: vendor.map(str::to_owned), page }), "{path}");
}

#[test]
fn every_page_has_its_address_and_nothing_else_has() {
    check("/admin", None, Page::Overview);
    check("/admin/", None, Page::Overview);
    check("/admin/acme", Some("acme"), Page::Overview);
    check("/admin/acme/products", Some("acme"), Page::Products);
    check("/admin/acme/products/new", Some("acme"), Page::NewProduct);
    check("/admin/acme/products/pad", Some("acme"), Page::Product("pad".to_owned()));
    check("/admin/acme/products/pad/menu", Some("acme"), Page::Menu("pad".to_owned()));
    check("/admin/acme/customers/cus_1", Some("acme"), Page::Customer("cus_1".to_owned()));
    check("/admin/join", None, Page::Join);
    check("/admin/acme/team", Some("acme"), Page::Team);
    check("/admin/acme/audit", Some("acme"), Page::Audit);
    for path in
        ["/", "/licenses", "/administrator", "/admin/acme/nowhere", "/admin/acme/products/pad/x", "/admin/a/keys/1"]
    {
        assert_eq!(Place::at(path), None, "{path}");
    }
}
