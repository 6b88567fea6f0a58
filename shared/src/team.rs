//! Who may do what for a vendor: roles of members, and the permissions that roles and API tokens carry.

use core::fmt;
use core::str::FromStr;

use crate::slug::Slug;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident: $what:literal, $example:literal; $($(#[$each:meta])* $variant:ident = $word:literal,)+) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$each])* $variant,)+
        }

        impl $name {
            /// Every one, in the order of their rank or resource.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word by which it goes over the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err(UnknownWord) }
            }
        }

        crate::wire_as_text!($name, $what, $example, words = $name::ALL.iter().map(|word| word.as_str()));
    };
}

pub(crate) use words;

/// The text is none of the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownWord;

words! {
    /// What a member is in a vendor's team. Each rank may do what the ranks below may.
    Role: "a role: viewer, support, admin or owner", "support";
    /// Looks at everything.
    Viewer = "viewer",
    /// Helps customers: acts on licenses and passes.
    Support = "support",
    /// Runs the vendor's business: menus, orders, keys, tokens, webhooks, the team below owners.
    Admin = "admin",
    /// Everything; at least one remains.
    Owner = "owner",
}

words! {
    /// What somebody may do for a vendor: the scopes of API tokens, and what roles consist of.
    Permission: "a permission: a resource and read or write, or introspect", "licenses:write";
    /// See products, menus, agreements.
    ReadCatalog = "catalog:read",
    /// Change products, menus, agreements.
    EditCatalog = "catalog:write",
    /// See orders and figures.
    ReadOrders = "orders:read",
    /// Refund orders.
    EditOrders = "orders:write",
    /// See customers, licenses, passes, moves.
    ReadLicenses = "licenses:read",
    /// Act on licenses and passes.
    EditLicenses = "licenses:write",
    /// Check licenses out and in: what services do.
    EditLeases = "leases:write",
    /// Ask what passes, leases and identifiers are worth: what services do.
    Introspect = "introspect",
    /// See signing keys.
    ReadKeys = "keys:read",
    /// Create, activate, retire and revoke signing keys.
    EditKeys = "keys:write",
    /// See members and invitations.
    ReadTeam = "team:read",
    /// Invite, change and remove members.
    EditTeam = "team:write",
    /// See API tokens, never their secrets.
    ReadTokens = "tokens:read",
    /// Create and revoke API tokens.
    EditTokens = "tokens:write",
    /// See webhooks and their deliveries.
    ReadWebhooks = "webhooks:read",
    /// Change webhooks, redeliver.
    EditWebhooks = "webhooks:write",
    /// See the audit log.
    ReadAudit = "audit:read",
    /// See the vendor's settings.
    ReadSettings = "settings:read",
    /// Change the vendor's settings.
    EditSettings = "settings:write",
}

/// Whether a vendor may have this slug: below `/admin/`, some words are pages of their own.
pub fn may_name_vendor(slug: &Slug) -> bool {
    !matches!(slug.as_str(), "join" | "new")
}

impl Role {
    /// Whether this role includes the permission.
    pub fn may(self, permission: Permission) -> bool {
        use Permission as P;
        let least = match permission {
            P::ReadCatalog
            | P::ReadOrders
            | P::ReadLicenses
            | P::ReadKeys
            | P::ReadTeam
            | P::ReadWebhooks
            | P::ReadAudit
            | P::ReadSettings => Self::Viewer,
            P::EditLicenses => Self::Support,
            P::EditCatalog
            | P::EditOrders
            | P::EditLeases
            | P::Introspect
            | P::EditKeys
            | P::EditTeam
            | P::ReadTokens
            | P::EditTokens
            | P::EditWebhooks
            | P::EditSettings => Self::Admin,
        };
        self >= least
    }

    /// Whether a member of this role may make somebody `role`, take that role from somebody, or remove them: nobody
    /// gives or takes what they have not themselves, and only an owner deals with owners.
    pub fn may_appoint(self, role: Self) -> bool {
        self.may(Permission::EditTeam) && self >= role
    }
}

#[cfg(test)]
mod tests {
    use super::{Permission, Role};

    #[test]
    fn each_rank_may_do_what_the_ranks_below_may() {
        for permission in Permission::ALL {
            let may: Vec<bool> = Role::ALL.iter().map(|role| role.may(*permission)).collect();
            assert!(may.is_sorted(), "{permission}: {may:?}");
            assert_eq!(may.last(), Some(&true), "an owner may everything: {permission}");
        }
    }

    #[test]
    fn looking_is_not_acting() {
        for permission in Permission::ALL {
            assert!(!Role::Viewer.may(*permission) || permission.as_str().ends_with(":read"), "{permission}");
        }
        let acts: Vec<_> =
            Permission::ALL.iter().filter(|act| Role::Support.may(**act) && !Role::Viewer.may(**act)).collect();
        assert_eq!(acts, [&Permission::EditLicenses]);
    }

    #[test]
    fn nobody_appoints_above_themselves() {
        for role in Role::ALL {
            assert!(Role::Owner.may_appoint(*role));
            assert_eq!(Role::Admin.may_appoint(*role), *role != Role::Owner);
            assert!(!Role::Support.may_appoint(*role) && !Role::Viewer.may_appoint(*role));
        }
    }

    #[test]
    fn words_are_read_back() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(*role));
        }
        for permission in Permission::ALL {
            assert_eq!(permission.as_str().parse(), Ok(*permission));
        }
        assert!("Owner".parse::<Role>().is_err());
    }
}
