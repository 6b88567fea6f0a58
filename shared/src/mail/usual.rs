//! What mails say where the vendor has not written otherwise: subject and body of each kind.

use super::MailKind;

/// The subject and the body.
pub const fn usual_text(kind: MailKind) -> (&'static str, &'static str) {
    match kind {
        MailKind::SignUp => (
            "Confirm your e-mail address",
            "Somebody, hopefully you, signed up with this address: {{address}}

Please confirm that it is yours:

{{link}}

The link works for three days. If it was not you, do nothing.",
        ),
        MailKind::PasswordReset => (
            "Choose a new password",
            "Somebody, hopefully you, asked for a new password for the account with this address.

Choose it here:

{{link}}

The link works once and for an hour. If it was not you, do nothing: your password stays as it is.",
        ),
        MailKind::AddressChange => (
            "Confirm your new e-mail address",
            "Somebody, hopefully you, wants to use this address for their account: {{address}}

Please confirm that it is yours:

{{link}}

The link works for three days. If it was not you, do nothing.",
        ),
        MailKind::AddressChanged => (
            "Your e-mail address was changed",
            "Your account has another e-mail address from now on: {{address}}

If it was not you, ask whoever runs this installation for help at once.",
        ),
        MailKind::Receipt => (
            "Your order of {{product.name}}: {{order.total}}",
            "Hello {{customer.name}},

thank you for your order of {{product.name}}.

{{order.lines}}

Total: {{order.total}}
Paid on {{order.date}}, order {{order.id}}

Your license:

{{license.link}}

Your receipt:

{{order.link}}

{{vendor.name}}
{{vendor.support}}",
        ),
        MailKind::Invoice => INVOICE,
        MailKind::OrderCancelled => ORDER_CANCELLED,
        MailKind::LicenseExpiring => (
            "Your license of {{product.name}} ends on {{license.ends_at}}",
            "Hello {{customer.name}},

your license of {{product.name}} ({{offer.name}}) ends on {{license.ends_at}}.

To go on using it, choose an offer here:

{{product.link}}

Your license:

{{license.link}}

{{vendor.name}}
{{vendor.support}}",
        ),
        MailKind::LicenseMoved => MOVED,
        MailKind::LicenseSuspended => (
            "Your license of {{product.name}} is suspended",
            "Hello {{customer.name}},

your license of {{product.name}} ({{offer.name}}) cannot be used for now. The reason:

{{reason}}

Your license:

{{license.link}}

{{vendor.name}}
{{vendor.support}}",
        ),
        MailKind::LicenseReinstated => (
            "Your license of {{product.name}} works again",
            "Hello {{customer.name}},

your license of {{product.name}} ({{offer.name}}) can be used again. The reason:

{{reason}}

Your license:

{{license.link}}

{{vendor.name}}
{{vendor.support}}",
        ),
        MailKind::LicenseRevoked => (
            "Your license of {{product.name}} has ended",
            "Hello {{customer.name}},

your license of {{product.name}} ({{offer.name}}) was ended and cannot be used any more. The reason:

{{reason}}

Your license:

{{license.link}}

{{vendor.name}}
{{vendor.support}}",
        ),
        MailKind::Invitation => (
            "Join the team of {{vendor.name}}",
            "{{invitation.invited_by}} invites you to the team of {{vendor.name}}, as {{invitation.role}}.

Accept it here:

{{invitation.link}}

The link works once, until {{invitation.expires_at}}. If you do not know {{vendor.name}}, do nothing.",
        ),
    }
}

const INVOICE: (&str, &str) = (
    "Please pay {{order.total}} for {{product.name}}",
    "Hello {{customer.name}},

thank you for your order of {{product.name}}.

{{order.lines}}

Total: {{order.total}}
Please pay until {{payment.due}} and name this in the transfer: {{payment.reference}}

{{payment.instructions}}

Your license is ready as soon as your payment has come. Your order:

{{order.link}}

{{vendor.name}}
{{vendor.support}}",
);

const ORDER_CANCELLED: (&str, &str) = (
    "Your order of {{product.name}} was cancelled",
    "Hello {{customer.name}},

your order of {{product.name}} ({{offer.name}}) was cancelled: {{order.total}} are not to be paid any more. The reason:

{{reason}}

If your payment is on its way, write to us. Your order:

{{order.link}}

{{vendor.name}}
{{vendor.support}}",
);

const MOVED: (&str, &str) = (
    "Your license of {{product.name}} moved to {{device.name}}",
    "Hello {{customer.name}},

your license of {{product.name}} moved to another device: {{device.name}}, at {{moved.at}}.

If it was not you, look at your license and write to us:

{{license.link}}

{{vendor.name}}
{{vendor.support}}",
);
