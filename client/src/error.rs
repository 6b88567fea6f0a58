//! What may go wrong between a service and its portal.

use shared::api::problem::Problem;
use shared::refusal::RefusalCode;
use shared::verdict::{Code, Remedy};
use shared::verify::Denial;

/// Why there is no answer, or none that helps.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The portal refused, with its reasons. Also `UNAVAILABLE` and `RATE_LIMITED`, once trying again has not helped.
    #[error("{}: {}", self.code(), self.detail())]
    Refused(Box<Problem>),
    /// No answer came, however often it was tried.
    #[error("The portal cannot be reached: {0}.")]
    Unreachable(String),
    /// A token is not one to rely on.
    #[error("{}: {}", self.code(), self.detail())]
    Untrusted(Denial),
    /// An answer that no portal gives: something else is at its address, or it is much newer than this client.
    #[error("This is not the answer of a portal: {0}.")]
    Strange(String),
    /// What the client was made with is wrong, or the machine lacks something.
    #[error("{0}")]
    Setup(String),
}

impl Error {
    /// The code of the contract that comes closest.
    pub fn code(&self) -> RefusalCode {
        match self {
            Self::Refused(problem) => problem.code,
            Self::Untrusted(denial) => RefusalCode::Judged(denial.code),
            Self::Unreachable(_) => RefusalCode::Judged(Code::Unavailable),
            Self::Strange(_) | Self::Setup(_) => RefusalCode::Internal,
        }
    }

    /// What happened, for the person who can act.
    pub fn detail(&self) -> &str {
        match self {
            Self::Refused(problem) => problem.detail.as_deref().unwrap_or(&problem.title),
            Self::Untrusted(denial) => &denial.detail,
            Self::Unreachable(reason) | Self::Strange(reason) | Self::Setup(reason) => reason,
        }
    }

    /// What would help, where something does.
    pub fn remedy(&self) -> Option<Remedy> {
        match self {
            Self::Refused(problem) => problem.remedy,
            Self::Untrusted(denial) => denial.code.remedy(),
            _ => None,
        }
    }

    /// What names the request in the portal's logs, where it was answered.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Refused(problem) => Some(&problem.request_id),
            _ => None,
        }
    }
}
