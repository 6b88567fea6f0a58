//! Mail: its kinds, the templates that vendors may write, and what becomes of them: a subject and a text.
//!
//! Values go into a template once and are never read again, so nothing that a customer or vendor is called can stand for
//! something else.

use core::fmt;
use core::str::FromStr;

use crate::team::{UnknownWord, words};

mod html;
mod placeholders;
mod template;
mod usual;
mod value;

pub use html::to_html;
pub use placeholders::{Meaning, placeholders};
pub use template::{Template, TemplateFault, Written};
pub use usual::usual_text;
pub use value::{one_line, show_money};

words! {
    /// What a mail is about.
    MailKind: "a kind of mail", "receipt";
    /// Confirm the address one signed up with. The installation's own.
    SignUp = "sign_up",
    /// Choose a new password. The installation's own.
    PasswordReset = "password_reset",
    /// Confirm a new address. The installation's own.
    AddressChange = "address_change",
    /// The account's address is another now, to the old one. The installation's own.
    AddressChanged = "address_changed",
    /// What was bought.
    Receipt = "receipt",
    /// How to pay by invoice.
    Invoice = "invoice",
    /// The vendor cancelled an order that was not paid.
    OrderCancelled = "order_cancelled",
    /// A license ends soon.
    LicenseExpiring = "license_expiring",
    /// A license is on another device now.
    LicenseMoved = "license_moved",
    /// The vendor suspended a license.
    LicenseSuspended = "license_suspended",
    /// The vendor reinstated a license.
    LicenseReinstated = "license_reinstated",
    /// The vendor revoked a license.
    LicenseRevoked = "license_revoked",
    /// Join the vendor's team.
    Invitation = "invitation",
}

impl MailKind {
    /// Whether a vendor writes it, and may have a template of its own; the installation writes the others.
    pub const fn is_vendors(self) -> bool {
        !matches!(self, Self::SignUp | Self::PasswordReset | Self::AddressChange | Self::AddressChanged)
    }

    /// Whether its link is a secret: whoever has it may do what it leads to.
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::SignUp | Self::PasswordReset | Self::AddressChange | Self::Invitation)
    }
}
