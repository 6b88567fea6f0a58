//! The one door for configuration: options, environment (`PASSGATE_…`) and a TOML file become one [`Config`].
//!
//! An option beats the environment, the environment the file, the file the default.

mod mail;
mod network;
mod operations;
mod options;
mod public_url;

pub use mail::{MailConfig, MailFrom, MailOptionError, SmtpServer, SmtpTls};
pub use network::Network;
pub use operations::{MetricsToken, MetricsTokenError, Operations, OtlpEndpoint, OtlpEndpointError};
pub(crate) use options::STORE_FILE;
pub use options::{ConfigError, Demo, LogFormat, Options, Settings, demo_password};
pub use public_url::PublicUrl;
use shared::slug::Slug;

/// What the server knows about the installation, once it listens.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the operator's")]
pub struct Config {
    /// Where browsers and apps reach the server: scheme, host and port, without a slash at the end.
    pub public_url: String,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Whether requests are limited by address and account.
    pub rate_limits: bool,
    /// Whether the sandbox takes payments.
    pub test_payments: bool,
    /// Whether whoever signs up may add a vendor.
    pub vendor_sign_up: bool,
    /// Whether webhooks may be told by plain http, and webhooks and sign-in providers be in the operator's own network.
    pub private_webhooks: bool,
    /// How mail is sent; without, it is kept to be read by those who would have sent it.
    pub mail: Option<MailConfig>,
    /// For how many days a mail's text is kept after it was written; for ever where absent.
    pub mail_kept_days: Option<u32>,
    /// What an operator is told, and who may ask.
    pub operations: Operations,
    /// Whether the demo app is served.
    pub demo: bool,
    /// How costly a guess at a password is.
    pub password_cost: PasswordCost,
}

/// The parameters of argon2id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
}

impl PasswordCost {
    /// What OWASP's Password Storage Cheat Sheet recommends: 19 MiB, two passes, one lane.
    pub const RECOMMENDED: Self = Self { memory_kib: 19 * 1024, passes: 2 };
    /// As cheap as argon2 allows: for tests, never for people.
    pub const CHEAPEST: Self = Self { memory_kib: 8, passes: 1 };
}

/// For how many days mails are kept whole where the operator does not say otherwise: a quarter, as long as somebody may ask what
/// they were told.
pub const MAIL_KEPT_DAYS: u32 = 90;

impl Config {
    /// The issuer of a vendor's tokens: `{public_url}/v/{vendor}`.
    pub fn issuer(&self, vendor: &Slug) -> String {
        format!("{}/v/{vendor}", self.public_url)
    }

    /// Whether browsers reach the server by https.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}
