//! Which page of the portal an address names.

use leptos::prelude::Memo;

use crate::router::{Addresses, Router};
use crate::words;

/// The portal's addresses.
pub(crate) const ADDRESSES: Addresses =
    Addresses { is_page: |path| Page::at(path) != Page::NotFound, home: "/", home_label: words::TO_PRODUCTS };

#[cfg(test)]
mod tests;

/// A page, with what its address says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    /// `/`
    Products,
    /// `/products/{vendor}/{product}`
    Menu(String, String),
    /// `/agreements/{vendor}/{digest}`
    Agreement(String, String),
    /// `/checkout/{vendor}/{product}`
    Checkout(String, String),
    /// `/pay/{order}`
    Pay(String),
    /// `/orders`
    Orders,
    /// `/orders/{order}`
    Order(String),
    /// `/sign-in`
    SignIn,
    /// `/sign-up`
    SignUp,
    /// `/account`
    Account,
    /// `/licenses`
    Licenses,
    /// `/licenses/{license}`
    License(String),
    /// `/licenses/{license}/move/{pass}`
    Send(String, String),
    /// `/receive`
    Receive,
    /// `/connect`
    Connect,
    /// Anything else.
    NotFound,
}

impl Page {
    /// The page at `path`. Slugs, ids and digests need no escaping, so none is undone.
    fn at(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let own = |part: &str| part.to_owned();
        match *parts.as_slice() {
            [] => Self::Products,
            ["products", vendor, product] => Self::Menu(own(vendor), own(product)),
            ["agreements", vendor, digest] => Self::Agreement(own(vendor), own(digest)),
            ["checkout", vendor, product] => Self::Checkout(own(vendor), own(product)),
            ["pay", order] => Self::Pay(own(order)),
            ["orders"] => Self::Orders,
            ["orders", order] => Self::Order(own(order)),
            ["sign-in"] => Self::SignIn,
            ["sign-up"] => Self::SignUp,
            ["account"] => Self::Account,
            ["licenses"] => Self::Licenses,
            ["licenses", license] => Self::License(own(license)),
            ["licenses", license, "move", pass] => Self::Send(own(license), own(pass)),
            ["receive"] => Self::Receive,
            ["connect"] => Self::Connect,
            _ => Self::NotFound,
        }
    }
}

/// The page shown. Changes only when another page is to be shown.
pub(crate) fn page_shown(router: Router) -> Memo<Page> {
    Memo::new(move |_| Page::at(&router.path()))
}
