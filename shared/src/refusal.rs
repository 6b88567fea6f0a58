//! Why a write is refused: the codes of the contract, each with its HTTP status, and what would help.

use core::fmt;
use core::str::FromStr;

use crate::verdict;

/// A refusal's code: one of the judging codes, or one that only writes have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefusalCode {
    /// What judging a pass would answer.
    Judged(verdict::Code),
    /// Nothing is there, or it is another tenant's.
    NotFound,
    /// Nobody is signed in.
    SignInRequired,
    /// Signed in, but not allowed.
    Forbidden,
    /// Signed in and allowed, but this session has not shown lately who is there.
    ConfirmationRequired,
    /// A member of the body is wrong; `fields` names it.
    InvalidInput,
    /// The state changed meanwhile.
    Conflict,
    /// A newer menu was published.
    MenuChanged,
    /// The price is no longer the quoted one.
    PriceChanged,
    /// A newer agreement is in force.
    AgreementChanged,
    /// The payment was declined or is missing.
    PaymentRequired,
    /// Every device the license allows has a pass.
    DevicesExhausted,
    /// Every seat is taken.
    SeatsExhausted,
    /// The lease has ended.
    LeaseExpired,
    /// The lease was returned.
    LeaseReturned,
    /// The offer does not allow moving.
    MoveNotAllowed,
    /// Every move of the period is spent.
    MoveLimitReached,
    /// The move was not redeemed in time.
    MoveExpired,
    /// The move was redeemed by another terminal.
    MoveUsed,
    /// The move would end where it began.
    SameDevice,
    /// A terminal's proof is missing.
    ProofRequired,
    /// A terminal's proof is wrong, old or used.
    ProofInvalid,
    /// The request needs an `Idempotency-Key`.
    IdempotencyKeyRequired,
    /// The key was used with another request.
    IdempotencyKeyReused,
    /// Too many requests.
    RateLimited,
    /// A fault of ours.
    Internal,
}

/// The code is not one of the contract's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownCode;

/// Codes of writes, as text and as HTTP status.
const WRITES: [(RefusalCode, &str, u16); 26] = [
    (RefusalCode::NotFound, "NOT_FOUND", 404),
    (RefusalCode::SignInRequired, "SIGN_IN_REQUIRED", 401),
    (RefusalCode::Forbidden, "FORBIDDEN", 403),
    (RefusalCode::ConfirmationRequired, "CONFIRMATION_REQUIRED", 403),
    (RefusalCode::InvalidInput, "INVALID_INPUT", 422),
    (RefusalCode::Conflict, "CONFLICT", 409),
    (RefusalCode::MenuChanged, "MENU_CHANGED", 409),
    (RefusalCode::PriceChanged, "PRICE_CHANGED", 409),
    (RefusalCode::AgreementChanged, "AGREEMENT_CHANGED", 409),
    (RefusalCode::PaymentRequired, "PAYMENT_REQUIRED", 402),
    (RefusalCode::DevicesExhausted, "DEVICES_EXHAUSTED", 409),
    (RefusalCode::SeatsExhausted, "SEATS_EXHAUSTED", 409),
    (RefusalCode::LeaseExpired, "LEASE_EXPIRED", 409),
    (RefusalCode::LeaseReturned, "LEASE_RETURNED", 409),
    (RefusalCode::MoveNotAllowed, "MOVE_NOT_ALLOWED", 409),
    (RefusalCode::MoveLimitReached, "MOVE_LIMIT_REACHED", 409),
    (RefusalCode::MoveExpired, "MOVE_EXPIRED", 409),
    (RefusalCode::MoveUsed, "MOVE_USED", 409),
    (RefusalCode::SameDevice, "SAME_DEVICE", 409),
    (RefusalCode::ProofRequired, "PROOF_REQUIRED", 401),
    (RefusalCode::ProofInvalid, "PROOF_INVALID", 401),
    (RefusalCode::IdempotencyKeyRequired, "IDEMPOTENCY_KEY_REQUIRED", 400),
    (RefusalCode::IdempotencyKeyReused, "IDEMPOTENCY_KEY_REUSED", 422),
    (RefusalCode::RateLimited, "RATE_LIMITED", 429),
    (RefusalCode::Internal, "INTERNAL", 500),
    (RefusalCode::Judged(verdict::Code::Unavailable), "UNAVAILABLE", 503),
];

impl RefusalCode {
    /// Every code, those of writes first.
    pub fn all() -> impl Iterator<Item = Self> {
        let writes = WRITES.into_iter().map(|(code, _, _)| code);
        let is_write = |code: &Self| WRITES.iter().any(|(write, _, _)| write == code);
        let judged = verdict::Code::ALL.iter().map(|code| Self::Judged(*code));
        writes.chain(judged.filter(move |code| !is_write(code)))
    }

    /// The code as it stands in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Judged(code) => code.as_str(),
            other => other.row().map_or("INTERNAL", |(_, text, _)| text),
        }
    }

    /// The HTTP status that goes with it. A judging code on a write is `403`: the pass does not allow it.
    pub fn status(self) -> u16 {
        let judged = if matches!(self, Self::Judged(_)) { 403 } else { 500 };
        self.row().map_or(judged, |(_, _, status)| status)
    }

    fn row(self) -> Option<(Self, &'static str, u16)> {
        WRITES.into_iter().find(|(code, _, _)| *code == self)
    }
}

impl fmt::Display for RefusalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RefusalCode {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let write = WRITES.into_iter().find(|(_, name, _)| *name == text);
        let judged = || verdict::Code::parse(text).map(Self::Judged);
        write.map(|(code, _, _)| code).or_else(judged).ok_or(UnknownCode)
    }
}

#[cfg(feature = "serde")]
crate::wire_as_text!(RefusalCode, "a code of the contract", "NOT_FOUND");

#[cfg(test)]
mod tests {
    use super::{RefusalCode, WRITES};

    #[test]
    fn every_code_survives_its_text_and_has_an_error_status() {
        for (code, text, status) in WRITES {
            assert_eq!(text.parse::<RefusalCode>(), Ok(code));
            assert_eq!(code.as_str(), text);
            assert!((400..600).contains(&status) && code.status() == status);
        }
        assert_eq!("DEVICE_MISMATCH".parse::<RefusalCode>().map(RefusalCode::status), Ok(403));
        assert!("NO_SUCH_CODE".parse::<RefusalCode>().is_err());
    }
}
