//! Who is calling: each kind of caller is a type, and a handler that asks for one has proof that the check happened.

pub mod browser;
pub mod caller;
pub mod fresh;
pub mod known;
pub mod member;
pub mod passkeys;
pub mod passwords;
pub mod proof;
pub mod secret;
pub mod service;
pub mod session;
pub mod terminal;

pub use browser::Browser;
pub use caller::Caller;
pub use fresh::Fresh;
pub use member::Member;
pub use service::{Lately, Service};
pub use session::{Customer, Presumed};
pub use terminal::Terminal;
