//! What may stand in templates.

use super::MailKind;

/// A placeholder, and what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Between `{{` and `}}`.
    pub name: &'static str,
    /// What stands there in a mail.
    pub meaning: &'static str,
    /// What stands there in a preview.
    pub example: &'static str,
    /// True where it is several lines, so that a subject cannot hold it.
    pub is_long: bool,
}

macro_rules! placeholders {
    ($($list:ident { $($name:literal: $meaning:literal, $example:literal;)+ })+) => {$(
        const $list: &[Meaning] = &[$(Meaning { name: $name, meaning: $meaning, example: $example, is_long: false }),+];
    )+};
}

placeholders! {
    VENDOR {
        "vendor.name": "Your name.", "Acme";
        "vendor.support": "The address that customers write to, from the settings; your name where there is none.", "support@example.com";
    }
    CUSTOMER {
        "customer.name": "What the customer is called.", "Ada Lovelace";
    }
    ORDER {
        "product.name": "The product.", "Sketchpad";
        "offer.name": "The offer.", "Pro";
        "order.total": "What was paid.", "19.99 EUR";
        "order.id": "The order's id.", "ord_01kav7v2c5e0rtb8mcq0q1n3hx";
        "order.date": "When it was paid: a date.", "2026-11-22";
        "order.link": "Where the customer finds the receipt.", "https://licenses.example.com/orders/ord_01kav7v2c5e0rtb8mcq0q1n3hx";
        "license.link": "Where the customer finds the license.", "https://licenses.example.com/licenses/lic_01kav7v2c5e0rtb8mcq0q1n3hx";
    }
    PAYMENT {
        "product.name": "The product.", "Sketchpad";
        "offer.name": "The offer.", "Pro";
        "order.total": "What is to be paid.", "19.99 EUR";
        "order.id": "The order's id.", "ord_01kav7v2c5e0rtb8mcq0q1n3hx";
        "order.link": "Where the customer finds the order.", "https://licenses.example.com/orders/ord_01kav7v2c5e0rtb8mcq0q1n3hx";
        "payment.reference": "What the transfer must name.", "P-Q0Q1N3HX2K";
        "payment.due": "Until when to pay: a date.", "2026-12-06";
    }
    CANCELLED {
        "product.name": "The product.", "Sketchpad";
        "offer.name": "The offer.", "Pro";
        "order.total": "What was to be paid.", "19.99 EUR";
        "order.id": "The order's id.", "ord_01kav7v2c5e0rtb8mcq0q1n3hx";
        "order.link": "Where the customer finds the order.", "https://licenses.example.com/orders/ord_01kav7v2c5e0rtb8mcq0q1n3hx";
    }
    LICENSE {
        "product.name": "The product.", "Sketchpad";
        "offer.name": "The offer that it was bought from.", "Pro";
        "license.id": "The license's id.", "lic_01kav7v2c5e0rtb8mcq0q1n3hx";
        "license.link": "Where the customer finds the license.", "https://licenses.example.com/licenses/lic_01kav7v2c5e0rtb8mcq0q1n3hx";
    }
    EXPIRING {
        "license.ends_at": "When it ends: a date.", "2026-12-01";
        "product.link": "Where the customer may buy again.", "https://licenses.example.com/products/acme/sketchpad";
    }
    MOVED {
        "device.name": "The device that has it now.", "Firefox on Linux";
        "moved.at": "When it moved: a date and time.", "2026-11-22 02:00 UTC";
    }
    ACT {
        "reason": "Why, as your team wrote it.", "The payment was taken back.";
    }
    INVITATION {
        "invitation.role": "What they will be in your team.", "support";
        "invitation.invited_by": "Who invited them.", "Ada Lovelace";
        "invitation.expires_at": "Until when the invitation is open: a date.", "2026-11-29";
        "invitation.link": "Where they accept it.", "https://licenses.example.com/admin/join#pgi_example";
    }
    ADDRESS {
        "address": "The address.", "ada@example.com";
    }
    LINK {
        "link": "Where it is done.", "https://licenses.example.com/confirm#pge_example";
    }
}

const LINES: &[Meaning] = &[Meaning {
    name: "order.lines",
    meaning: "What the price consists of, a line each.",
    example: "Pro: 0.00 EUR\nOne month: 12.00 EUR\nExport as PDF: 7.99 EUR",
    is_long: true,
}];

const INSTRUCTIONS: &[Meaning] = &[Meaning {
    name: "payment.instructions",
    meaning: "How to pay, from the settings.",
    example: "Acme Ltd\nIBAN DE00 0000 0000 0000 0000 00",
    is_long: true,
}];

/// Everything that may stand in mails of this kind.
pub fn placeholders(kind: MailKind) -> impl Iterator<Item = &'static Meaning> {
    let lists: &[&'static [Meaning]] = match kind {
        MailKind::SignUp | MailKind::AddressChange => &[ADDRESS, LINK],
        MailKind::PasswordReset => &[LINK],
        MailKind::AddressChanged => &[ADDRESS],
        MailKind::Receipt => &[CUSTOMER, ORDER, LINES, VENDOR],
        MailKind::Invoice => &[CUSTOMER, PAYMENT, LINES, INSTRUCTIONS, VENDOR],
        MailKind::OrderCancelled => &[CUSTOMER, CANCELLED, LINES, ACT, VENDOR],
        MailKind::LicenseExpiring => &[CUSTOMER, LICENSE, EXPIRING, VENDOR],
        MailKind::LicenseMoved => &[CUSTOMER, LICENSE, MOVED, VENDOR],
        MailKind::LicenseSuspended | MailKind::LicenseReinstated | MailKind::LicenseRevoked => {
            &[CUSTOMER, LICENSE, ACT, VENDOR]
        }
        MailKind::Invitation => &[INVITATION, VENDOR],
    };
    lists.iter().copied().flatten()
}
