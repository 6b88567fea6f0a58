//! Which page an address names.

use super::Page;

#[track_caller]
fn check(path: &str, page: Page) {
    assert_eq!(Page::at(path), page, "{path}");
}

#[test]
fn every_page_has_its_address_and_nothing_else_has() {
    let own = |text: &str| text.to_owned();
    check("/", Page::Products);
    check("/products/acme/sketchpad", Page::Menu(own("acme"), own("sketchpad")));
    check("/products/acme/sketchpad/", Page::Menu(own("acme"), own("sketchpad")));
    check("/agreements/acme/digest", Page::Agreement(own("acme"), own("digest")));
    check("/checkout/acme/sketchpad", Page::Checkout(own("acme"), own("sketchpad")));
    check("/pay/ord_1", Page::Pay(own("ord_1")));
    check("/orders", Page::Orders);
    check("/orders/ord_1", Page::Order(own("ord_1")));
    check("/sign-in", Page::SignIn);
    check("/sign-up", Page::SignUp);
    check("/forgot", Page::Forgot);
    check("/reset", Page::Reset);
    check("/confirm", Page::Confirm);
    check("/licenses", Page::Licenses);
    check("/licenses/lic_1", Page::License(own("lic_1")));
    check("/licenses/lic_1/services", Page::Services(own("lic_1")));
    check("/licenses/lic_1/move/pas_1", Page::Send(own("lic_1"), own("pas_1")));
    check("/receive", Page::Receive);
    check("/connect", Page::Connect);
    for path in ["/demo/", "/sdk/index.js", "/api/v1/session", "/products", "/products/acme", "/orders/a/b", "/Connect"]
        .into_iter()
        .chain(["/licenses/lic_1/move", "/licenses/lic_1/passes/pas_1", "/receive/x"])
    {
        check(path, Page::NotFound);
    }
}
