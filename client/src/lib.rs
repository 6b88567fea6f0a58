//! Checks Passgate licenses out from a service, keeps them while it works, and gives them back.
//!
//! ```no_run
//! use passgate_client::{CheckOut, Client};
//!
//! # async fn render_page(_: u32) {}
//! # async fn example(identifier: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new("https://licenses.example.com", "pgt_…")?;
//!
//! let wish = CheckOut { feature: Some("ai.render".parse()?), count: Some(20), ..CheckOut::new(identifier, "farm-1") };
//! let lease = client.check_out(wish).await?;
//!
//! let rendered = lease.run(async {
//!     for page in 1..=20 {
//!         render_page(page).await;
//!         lease.spent(1);
//!     }
//! });
//! match rendered.await {
//!     Ok(()) => println!("{:?}", lease.give_back(0).await?.state),
//!     // The work has stopped: the seat may be somebody else's already.
//!     Err(loss) => println!("{}: {}", loss.code, loss.detail),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What happens meanwhile:
//!
//! - A lease extends itself at half of its time. When the portal refuses that ([`Loss`]), or was out of reach until the lease's
//!   end, [`LeaseGuard::lost`] resolves and [`LeaseGuard::run`] drops the work.
//! - It goes back by [`LeaseGuard::give_back`], or when the guard is dropped: then a task in the background returns it, for
//!   30 seconds at most and never longer than the lease lasts. [`Client::settled`] waits for all of these before a program ends.
//! - Lost replies, 5xx and 429 are tried again, with the same `Idempotency-Key`, so that there is one lease however often it was
//!   asked for; pauses grow, are drawn at random within bounds, and are never shorter than `Retry-After` says.
//! - The machine's wall clock is never read. When a lease ends is told by the portal's clock, whose `Date` in answers is held
//!   against the time that has passed since.
//!
//! It wants a Tokio runtime, with time and IO enabled.

mod client;
mod clock;
mod error;
mod keeper;
mod keys;
mod lease;
mod portal;
mod random;
mod retry;

pub use client::Client;
pub use error::Error;
pub use lease::{LeaseGuard, Loss};

/// What to check out: [`CheckOut::new`], and what is wanted otherwise.
pub use shared::api::leases::LeaseRequest as CheckOut;
/// The portal's messages and words, as its documentation has them.
pub use shared::{
    api::{
        introspection::{Introspection, TokenKind},
        leases::{Lease, LeaseGranted},
        problem::Problem,
    },
    id::{LeaseId, LicenseId},
    lease::LeaseClaims,
    license::LeaseState,
    pass::PassClaims,
    refusal::RefusalCode,
    slug::Feature,
    time::Timestamp,
    verdict::{Code, Remedy},
};

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
