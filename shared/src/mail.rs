//! Mail: its kinds.

use core::fmt;
use core::str::FromStr;

use crate::team::{UnknownWord, words};

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
