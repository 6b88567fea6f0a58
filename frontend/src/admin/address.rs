//! Which page an address below `/admin` names, and how addresses are made.

use leptos::prelude::*;

use crate::browser;
use crate::router::Router;

#[cfg(test)]
mod tests;

/// Where somebody is: of which vendor, and on which page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The vendor's slug; none where one is still to be chosen.
    pub vendor: Option<String>,
    /// The page.
    pub page: Page,
}

/// A page of a vendor, with what its address says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    /// What to do next.
    Overview,
    /// What was sold and used.
    Figures,
    /// All products.
    Products,
    /// A product that is not there yet.
    NewProduct,
    /// One product: its texts, addresses and published menus.
    Product(String),
    /// The editor of its next menu.
    Menu(String),
    /// License texts.
    Agreements,
    /// Coupons.
    Coupons,
    /// Customers.
    Customers,
    /// Everything about one customer.
    Customer(String),
    /// Licenses.
    Licenses,
    /// Leases, and who waits for a seat.
    Leases,
    /// Passes.
    Passes,
    /// Moves.
    Moves,
    /// Orders.
    Orders,
    /// Mail to customers and to the team.
    Mail,
    /// The texts that mail is made from.
    MailTexts,
    /// The audit log.
    Audit,
    /// Signing keys.
    Keys,
    /// Status lists.
    StatusLists,
    /// How the installation stands.
    Instance,
    /// Any token, judged step by step.
    Playground,
    /// Who is in the team.
    Team,
    /// Tokens by which programs act for the vendor.
    Tokens,
    /// Where the vendor is told of events.
    Webhooks,
    /// One of those: what was sent and answered.
    Webhook(String),
    /// Who vouches for the vendor's customers.
    Sources,
    /// A source that is not there yet.
    NewSource,
    /// One of them.
    Source(String),
    /// What the vendor says of itself.
    Settings,
    /// A vendor that is not there yet.
    NewVendor,
    /// An invitation into a team.
    Join,
}

/// One of the programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    /// Customers, and what happens; who vouches for them and who is told of it.
    Desk,
    /// What is sold, and what that stands on.
    Workshop,
    /// Where one enters, who may act, and what the vendor sets.
    Office,
}

/// Whether `path` is a page that `program` shows.
pub(super) fn is_page_of(program: Program, path: &str) -> bool {
    Place::at(path).is_some_and(|place| place.page.program() == program)
}

impl Page {
    const fn program(&self) -> Program {
        match self {
            Self::Products
            | Self::NewProduct
            | Self::Product(_)
            | Self::Menu(_)
            | Self::Agreements
            | Self::Playground
            | Self::Keys
            | Self::StatusLists
            | Self::MailTexts
            | Self::NewVendor => Program::Workshop,
            Self::Overview | Self::Settings | Self::Team | Self::Tokens | Self::Instance | Self::Join => {
                Program::Office
            }
            _ => Program::Desk,
        }
    }
}

impl Place {
    /// The place at `path`; none where these pages have none. Slugs and ids need no escaping, so none is undone.
    pub(crate) fn at(path: &str) -> Option<Self> {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        if parts.next() != Some("admin") {
            return None;
        }
        let vendor = parts.next().map(str::to_owned);
        if vendor.as_deref() == Some("join") && parts.clone().next().is_none() {
            return Some(Self { vendor: None, page: Page::Join });
        }
        if vendor.as_deref() == Some("new") && parts.clone().next().is_none() {
            return Some(Self { vendor: None, page: Page::NewVendor });
        }
        let rest: Vec<&str> = parts.collect();
        let page = match *rest.as_slice() {
            [] => Page::Overview,
            ["figures"] => Page::Figures,
            ["products"] => Page::Products,
            ["products", "new"] => Page::NewProduct,
            ["products", product] => Page::Product(product.to_owned()),
            ["products", product, "menu"] => Page::Menu(product.to_owned()),
            ["agreements"] => Page::Agreements,
            ["coupons"] => Page::Coupons,
            ["customers"] => Page::Customers,
            ["customers", customer] => Page::Customer(customer.to_owned()),
            ["licenses"] => Page::Licenses,
            ["leases"] => Page::Leases,
            ["passes"] => Page::Passes,
            ["moves"] => Page::Moves,
            ["orders"] => Page::Orders,
            ["mail"] => Page::Mail,
            ["mail", "texts"] => Page::MailTexts,
            ["audit"] => Page::Audit,
            ["keys"] => Page::Keys,
            ["status-lists"] => Page::StatusLists,
            ["instance"] => Page::Instance,
            ["playground"] => Page::Playground,
            ["team"] => Page::Team,
            ["tokens"] => Page::Tokens,
            ["webhooks"] => Page::Webhooks,
            ["webhooks", webhook] => Page::Webhook(webhook.to_owned()),
            ["settings"] => Page::Settings,
            ["sources"] => Page::Sources,
            ["sources", "new"] => Page::NewSource,
            ["sources", source] => Page::Source(source.to_owned()),
            _ => return None,
        };
        Some(Self { vendor, page })
    }

    /// The place shown. Changes only when another one is to be shown.
    pub(crate) fn shown(router: Router) -> Memo<Option<Self>> {
        Memo::new(move |_| Self::at(&router.path()))
    }
}

/// A value within a query; none when it is not there, or empty.
pub(crate) fn member(query: &str, name: &str) -> Option<String> {
    let members = web_sys::UrlSearchParams::new_with_str(query).ok()?;
    members.get(name).filter(|value| !value.is_empty())
}

/// The query with these members changed; `None` takes one away.
pub(crate) fn with_members(query: &str, changes: &[(&str, Option<&str>)]) -> String {
    let Ok(members) = web_sys::UrlSearchParams::new_with_str(query) else { return String::new() };
    for (name, value) in changes {
        match value {
            Some(value) if !value.is_empty() => members.set(name, value),
            _ => members.delete(name),
        }
    }
    members.to_string().into()
}

/// This page's address with another query.
pub(crate) fn here_with(query: &str) -> String {
    let path = browser::current_path();
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

/// The name of the member that says what is opened over the page: an id.
pub(crate) const OPEN: &str = "open";

/// The address that opens `id` over this page. Tracks.
pub(crate) fn opening(router: Router, id: &str) -> String {
    here_with(&with_members(&router.query(), &[(OPEN, Some(id))]))
}

/// What is opened over the page. Tracks.
pub(crate) fn opened(router: Router) -> Option<String> {
    member(&router.query(), OPEN)
}
