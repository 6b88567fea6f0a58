//! Which page of the portal an address names, and which program shows it.

use leptos::prelude::Memo;

use crate::router::Router;

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
    /// `/forgot`
    Forgot,
    /// `/reset`
    Reset,
    /// `/confirm`
    Confirm,
    /// `/account`
    Account,
    /// `/licenses`
    Licenses,
    /// `/licenses/{license}`
    License(String),
    /// `/licenses/{license}/services`
    Services(String),
    /// `/licenses/{license}/move/{pass}`
    Send(String, String),
    /// `/receive`
    Receive,
    /// `/connect`
    Connect,
    /// Anything else.
    NotFound,
}

/// One of the programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    /// What leads to a license.
    Buying,
    /// What is done with it.
    Having,
    /// What stays with its customer.
    Keeping,
}

/// Whether `path` is a page that `program` shows.
pub(super) fn is_page_of(program: Program, path: &str) -> bool {
    Page::at(path).program() == Some(program)
}

impl Page {
    /// The program that shows it; none, where there is nothing to show.
    const fn program(&self) -> Option<Program> {
        match self {
            Self::Products
            | Self::Menu(..)
            | Self::Agreement(..)
            | Self::Checkout(..)
            | Self::SignIn
            | Self::SignUp
            | Self::Forgot
            | Self::Reset
            | Self::Confirm => Some(Program::Buying),
            Self::Licenses | Self::License(_) | Self::Send(..) | Self::Receive | Self::Connect => Some(Program::Having),
            Self::Account | Self::Pay(_) | Self::Orders | Self::Order(_) | Self::Services(_) => Some(Program::Keeping),
            Self::NotFound => None,
        }
    }

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
            ["forgot"] => Self::Forgot,
            ["reset"] => Self::Reset,
            ["confirm"] => Self::Confirm,
            ["account"] => Self::Account,
            ["licenses"] => Self::Licenses,
            ["licenses", license] => Self::License(own(license)),
            ["licenses", license, "services"] => Self::Services(own(license)),
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
