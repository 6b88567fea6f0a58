//! Why a rule refuses.

use crate::quote::SelectionError;
use crate::refusal::RefusalCode;
use crate::time::Timestamp;
use crate::verdict;

/// Why a rule refuses: the code, and a sentence for the person who can act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The code of the contract.
    pub code: RefusalCode,
    /// What happened, in words.
    pub detail: String,
    /// The member of the request that is at fault, where one is: `selection.term`.
    pub field: Option<String>,
    /// What would help.
    pub remedy: Option<verdict::Remedy>,
    /// When it may be tried again, where time alone helps.
    pub opens_at: Option<Timestamp>,
    /// Who holds what is wanted, in the services' words.
    pub holders: Vec<String>,
}

impl Refusal {
    /// A refusal for which nothing in particular would help.
    pub fn new(code: RefusalCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), field: None, remedy: None, opens_at: None, holders: Vec::new() }
    }

    /// `INVALID_INPUT`: the member `field` of the request is wrong.
    pub fn of_field(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new(RefusalCode::InvalidInput, detail) }
    }

    /// The same refusal, with when it may be tried again.
    #[must_use]
    pub const fn until(mut self, opens_at: Option<Timestamp>) -> Self {
        self.opens_at = opens_at;
        self
    }

    /// The same refusal, with what would help.
    #[must_use]
    pub const fn with(mut self, remedy: verdict::Remedy) -> Self {
        self.remedy = Some(remedy);
        self
    }
}

impl From<verdict::Code> for Refusal {
    /// A judging code as a refusal, with its own sentence and remedy.
    fn from(code: verdict::Code) -> Self {
        Self { remedy: code.remedy(), ..Self::new(RefusalCode::Judged(code), code.sentence()) }
    }
}

impl From<SelectionError> for Refusal {
    /// The member is named as it stands in requests: `selection.term`.
    fn from(error: SelectionError) -> Self {
        Self::of_field(format!("selection.{}", error.field), error.detail)
    }
}
