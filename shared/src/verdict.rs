//! Verdicts: may this run now, and if not, why and what would help.
//!
//! The codes are those of judging; refusals of writes have their own list beside the messages.

use alloc::borrow::ToOwned as _;
use alloc::string::String;

use crate::time::Timestamp;

/// An enum whose values cross the wire as fixed words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $case:literal, { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = $case))]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some([$($word),*]))
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word that crosses the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The value that `word` names, exactly as written by [`as_str`](Self::as_str).
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// Why a verdict is what it is.
    Code, "SCREAMING_SNAKE_CASE", {
        /// It may run.
        Valid = "VALID",
        /// The pass or the term begins later.
        NotYetValid = "NOT_YET_VALID",
        /// The pass has worked without contact for as long as it may.
        Expired = "EXPIRED",
        /// What was bought has ended.
        TermEnded = "TERM_ENDED",
        /// The vendor suspended the pass.
        Suspended = "SUSPENDED",
        /// The pass is valid no more.
        Revoked = "REVOKED",
        /// The license is on its way to another device.
        BeingMoved = "BEING_MOVED",
        /// The license went to another device.
        Moved = "MOVED",
        /// Another vendor, or another installation, signed the token.
        WrongIssuer = "WRONG_ISSUER",
        /// The token is for another product.
        WrongAudience = "WRONG_AUDIENCE",
        /// The token is of another kind.
        WrongType = "WRONG_TYPE",
        /// The text is not a token of ours.
        Malformed = "MALFORMED",
        /// The signature is not the key's.
        SignatureInvalid = "SIGNATURE_INVALID",
        /// No key of the issuer has the token's `kid`.
        UnknownKey = "UNKNOWN_KEY",
        /// The pass is bound to another device.
        DeviceMismatch = "DEVICE_MISMATCH",
        /// The license does not include the feature.
        FeatureMissing = "FEATURE_MISSING",
        /// No use is left.
        UsesExhausted = "USES_EXHAUSTED",
        /// The device's clock contradicts what was seen before.
        ClockSuspect = "CLOCK_SUSPECT",
        /// The status is too old to rely on.
        StatusStale = "STATUS_STALE",
        /// There is nothing to judge, or nobody to ask.
        Unavailable = "UNAVAILABLE",
    }
}

words! {
    /// What would help against a denial.
    Remedy, "snake_case", {
        /// Buy again, or more.
        Renew = "renew",
        /// Finish or cancel the move, or move the license here.
        Move = "move",
        /// Retire a lost device's pass.
        Recover = "recover",
        /// Give a seat back.
        FreeSeat = "free_seat",
        /// Open the portal's window and obtain a pass for this device.
        Connect = "connect",
        /// Sign in.
        SignIn = "sign_in",
        /// Ask the vendor.
        ContactVendor = "contact_vendor",
    }
}

words! {
    /// Where a pass stands: in the token, in the store and (as two bits) in the status list.
    PassStatus, "snake_case", {
        /// It may be used, and moved.
        Valid = "valid",
        /// It is on its way to another device and may not be used.
        Moving = "moving",
        /// The vendor has suspended it.
        Suspended = "suspended",
        /// It is over for good.
        Invalid = "invalid",
    }
}

impl Code {
    /// What usually helps against a denial with this code.
    pub const fn remedy(self) -> Option<Remedy> {
        match self {
            Self::Valid | Self::NotYetValid | Self::ClockSuspect | Self::StatusStale => None,
            Self::TermEnded | Self::UsesExhausted => Some(Remedy::Renew),
            Self::Suspended | Self::Revoked => Some(Remedy::ContactVendor),
            Self::BeingMoved | Self::Moved => Some(Remedy::Move),
            Self::Expired
            | Self::WrongIssuer
            | Self::WrongAudience
            | Self::WrongType
            | Self::Malformed
            | Self::SignatureInvalid
            | Self::UnknownKey
            | Self::DeviceMismatch
            | Self::FeatureMissing
            | Self::Unavailable => Some(Remedy::Connect),
        }
    }

    /// The code in a sentence for the person at the screen.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Valid => "This is licensed.",
            Self::NotYetValid => "The license begins later.",
            Self::Expired => "The pass must be refreshed: connect to the internet.",
            Self::TermEnded => "The license has ended.",
            Self::Suspended => "The vendor has suspended this license.",
            Self::Revoked => "This license is valid no more.",
            Self::BeingMoved => "The license is being moved to another device.",
            Self::Moved => "The license was moved to another device.",
            Self::WrongIssuer => "The pass is from another issuer.",
            Self::WrongAudience => "The pass is for another product.",
            Self::WrongType => "This is not a pass.",
            Self::Malformed => "The pass cannot be read.",
            Self::SignatureInvalid => "The pass was changed, or is not genuine.",
            Self::UnknownKey => "The pass is signed with a key the issuer does not have.",
            Self::DeviceMismatch => "The pass belongs to another device.",
            Self::FeatureMissing => "The license does not include this.",
            Self::UsesExhausted => "No uses are left.",
            Self::ClockSuspect => "The clock of this device is wrong: set it to the present time.",
            Self::StatusStale => "The status of the license could not be checked for too long.",
            Self::Unavailable => "There is no pass on this device yet.",
        }
    }
}

/// The answer to "may this run now?".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it may.
    pub approved: bool,
    /// Why; `VALID` exactly when approved.
    pub code: Code,
    /// The reason in a sentence for a person.
    pub detail: String,
    /// What would help, where something does.
    pub remedy: Option<Remedy>,
    /// Uses left of a counted feature when the pass was signed; absent when it is not counted.
    pub left: Option<u64>,
    /// When the license's term ends; absent when it does not, or when the pass could not be read.
    pub until: Option<Timestamp>,
}

impl Verdict {
    /// An approval.
    pub fn approve(left: Option<u64>, until: Option<Timestamp>) -> Self {
        Self { approved: true, left, until, ..Self::deny(Code::Valid) }
    }

    /// A denial with the code's own sentence and remedy.
    pub fn deny(code: Code) -> Self {
        let detail = code.sentence().to_owned();
        Self { approved: false, code, detail, remedy: code.remedy(), left: None, until: None }
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Remedy, Verdict};

    #[test]
    fn words_are_read_as_written_and_nothing_else_is() {
        for code in Code::ALL {
            assert_eq!(Code::parse(code.as_str()), Some(*code));
            assert!(code.as_str().bytes().all(|b| b.is_ascii_uppercase() || b == b'_'));
        }
        for remedy in Remedy::ALL {
            assert_eq!(Remedy::parse(remedy.as_str()), Some(*remedy));
        }
        assert_eq!(Code::parse("valid"), None);
        assert_eq!(Remedy::parse(""), None);
        assert_eq!(Code::ALL.len(), 20, "the contract lists twenty judging codes");
    }

    #[cfg(feature = "serde")]
    #[test]
    fn messages_carry_the_same_words() {
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).ok(), Some(code.as_str().into()));
        }
        for remedy in Remedy::ALL {
            assert_eq!(serde_json::to_value(remedy).ok(), Some(remedy.as_str().into()));
        }
    }

    #[test]
    fn every_denial_has_a_sentence() {
        for code in Code::ALL {
            let verdict = Verdict::deny(*code);
            assert!(verdict.detail.ends_with('.'), "{code}");
            assert!(!verdict.approved);
        }
    }
}
