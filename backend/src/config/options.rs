//! The options of the commands that need a store or a server, from all their sources.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Deserialize;

use super::public_url::PublicUrlError;
use super::{
    Config, MAIL_KEPT_DAYS, MailConfig, MailFrom, MailOptionError, MetricsTokenError, Network, Operations,
    OtlpEndpoint, PasswordCost, PublicUrl, SmtpServer,
};

/// The file of the store in the folder of the data.
pub(crate) const STORE_FILE: &str = "passgate.db";

/// The options as they were given; absent ones may come from the file.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// A TOML file with options, written as `listen = "127.0.0.1:8080"`.
    #[arg(long, env = "PASSGATE_CONFIG", value_name = "FILE", global = true)]
    #[serde(skip)]
    config: Option<PathBuf>,
    /// Where the store and the master key are [default: passgate-data].
    #[arg(long, env = "PASSGATE_DATA_DIR", value_name = "FOLDER", global = true)]
    data_dir: Option<PathBuf>,
    /// The file that holds the master key of the signing keys [default: master.key in the data folder, made when absent].
    #[arg(long, env = "PASSGATE_MASTER_KEY_FILE", value_name = "FILE", global = true)]
    master_key_file: Option<PathBuf>,
    /// Where to listen [default: 127.0.0.1:8080]; port 0 takes a free one.
    #[arg(long, env = "PASSGATE_LISTEN", value_name = "ADDRESS:PORT", global = true)]
    listen: Option<SocketAddr>,
    /// Where browsers and apps reach the server [default: where it listens]; stands in every token.
    #[arg(long, env = "PASSGATE_PUBLIC_URL", value_name = "URL", global = true)]
    public_url: Option<PublicUrl>,
    /// The database [default: SQLite in the data folder]: `postgres://user:password@host/database`. Others on this machine see
    /// what a command was called with: with a password, use the environment or the file.
    #[arg(long, env = "PASSGATE_DATABASE_URL", value_name = "URL", hide_env_values = true, global = true)]
    database_url: Option<String>,
    /// Whether requests are limited by address and account [default: on].
    #[arg(long, env = "PASSGATE_RATE_LIMITS", value_name = "ON|OFF", global = true)]
    rate_limits: Option<Switch>,
    /// Whether the sandbox takes payments [default: off; demo: on].
    #[arg(long, env = "PASSGATE_TEST_PAYMENTS", value_name = "ON|OFF", global = true)]
    test_payments: Option<Switch>,
    /// Whether whoever signs up may add a vendor [default: off; demo: on]; `passgate vendor add` always may.
    #[arg(long, env = "PASSGATE_VENDOR_SIGN_UP", value_name = "ON|OFF", global = true)]
    vendor_sign_up: Option<Switch>,
    /// Whether webhooks may name http addresses, and webhooks and sign-in providers addresses in this network [default: off].
    #[arg(long, env = "PASSGATE_PRIVATE_WEBHOOKS", value_name = "ON|OFF", global = true)]
    private_webhooks: Option<Switch>,
    /// The server that sends mail [default: none, mail is kept]: smtp:// or smtps://, user:password@, ?tls=required. Others on
    /// this machine see what a command was called with: with a password, use the environment or the file.
    #[arg(long, env = "PASSGATE_SMTP_URL", value_name = "URL", hide_env_values = true, global = true)]
    // Read later, by a reader that does not repeat what it refuses: it may hold a password.
    smtp_url: Option<String>,
    /// The address that mail comes from; needed with an SMTP server.
    #[arg(long, env = "PASSGATE_MAIL_FROM", value_name = "ADDRESS", global = true)]
    mail_from: Option<MailFrom>,
    /// For how many days the texts of mails are kept [default: 90]; 0 keeps them for ever.
    #[arg(long, env = "PASSGATE_MAIL_KEPT_DAYS", value_name = "DAYS", global = true)]
    mail_kept_days: Option<u32>,
    /// The proxies whose X-Forwarded-For is believed: addresses or networks, separated by commas.
    #[arg(long, env = "PASSGATE_TRUSTED_PROXIES", value_name = "NETWORKS", value_delimiter = ',', global = true)]
    trusted_proxies: Option<Vec<Network>>,
    /// After how many days without a backup the installation's page and `passgate doctor` warn [default: 2]; 0 never.
    #[arg(long, env = "PASSGATE_BACKUP_DAYS", value_name = "DAYS", global = true)]
    backup_days: Option<u32>,
    /// What is to be shown, as a bearer token, to read /metrics [default: nobody may]. Others on this machine see what a command
    /// was called with: use the environment or the file.
    #[arg(long, env = "PASSGATE_METRICS_TOKEN", value_name = "TOKEN", hide_env_values = true, global = true)]
    // Read later, by a reader that does not repeat what it refuses.
    metrics_token: Option<String>,
    /// Where traces are sent, as OTLP over HTTP [default: nowhere].
    #[arg(long, env = "PASSGATE_OTLP_ENDPOINT", value_name = "URL", global = true)]
    otlp_endpoint: Option<OtlpEndpoint>,
    /// How the log is written [default: text].
    #[arg(long, env = "PASSGATE_LOG", value_name = "TEXT|JSON", global = true)]
    log: Option<LogFormat>,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Switch {
    On,
    Off,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration {} cannot be read: {reason}", .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A database that this build has no engine for.
    #[error("--database-url must begin with postgres://: leave it out for SQLite, and name the folder with --data-dir")]
    Database,
    /// The address cannot be the public one.
    #[error(transparent)]
    PublicUrl(#[from] PublicUrlError),
    /// An SMTP server without a sender.
    #[error("mail needs a sender: say --mail-from as well")]
    NoSender,
    /// Not an SMTP server.
    #[error(transparent)]
    Mail(#[from] MailOptionError),
    /// Not a token for `/metrics`.
    #[error(transparent)]
    MetricsToken(#[from] MetricsTokenError),
    /// The environment's master key is not text.
    #[error("PASSGATE_MASTER_KEY must be 43 characters of base64url")]
    MasterKey,
}

/// The options with their defaults.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the store and the master key are.
    pub data_dir: PathBuf,
    /// The file of the master key.
    pub master_key_file: PathBuf,
    /// Where PostgreSQL is; absent: SQLite in the data folder. May hold a password.
    pub database_url: Option<String>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// How the log is written.
    pub log: LogFormat,
    public_url: Option<PublicUrl>,
    trusted_proxies: Vec<Network>,
    rate_limits: Switch,
    test_payments: Option<Switch>,
    vendor_sign_up: Option<Switch>,
    private_webhooks: Option<Switch>,
    mail: Option<MailConfig>,
    operations: Operations,
    mail_kept_days: u32,
}

impl Options {
    /// Adds what the file says, and the defaults.
    pub fn settle(self) -> Result<Settings, ConfigError> {
        let file = self.config.as_deref().map_or_else(|| Ok(Self::default()), read_file)?;
        let database_url = self.database_url.or(file.database_url).filter(|url| url != "sqlite:");
        let is_postgres = |url: &String| url.starts_with("postgres://") || url.starts_with("postgresql://");
        if database_url.as_ref().is_some_and(|url| !is_postgres(url)) {
            return Err(ConfigError::Database);
        }
        let smtp_server = self.smtp_url.or(file.smtp_url).map(|url| url.parse::<SmtpServer>()).transpose()?;
        let mail = match (smtp_server, self.mail_from.or(file.mail_from)) {
            (Some(server), Some(from)) => Some(MailConfig { server, from }),
            (Some(_), None) => return Err(ConfigError::NoSender),
            (None, _) => None,
        };
        let data_dir = self.data_dir.or(file.data_dir).unwrap_or_else(|| "passgate-data".into());
        let master_key_file = self.master_key_file.or(file.master_key_file);
        let metrics_token = self.metrics_token.or(file.metrics_token).map(|token| token.parse()).transpose()?;
        let backup_days = Some(self.backup_days.or(file.backup_days).unwrap_or(2)).filter(|days| *days > 0);
        let otlp_endpoint = self.otlp_endpoint.or(file.otlp_endpoint);
        // Backups of PostgreSQL are its own, and nobody here knows of them.
        let recorded_in = database_url.is_none().then(|| data_dir.clone());
        let operations = Operations { data_dir: recorded_in, backup_days, metrics_token, otlp_endpoint };
        Ok(Settings {
            master_key_file: master_key_file.unwrap_or_else(|| data_dir.join("master.key")),
            data_dir,
            database_url,
            listen: self.listen.or(file.listen).unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080))),
            log: self.log.or(file.log).unwrap_or(LogFormat::Text),
            public_url: self.public_url.or(file.public_url),
            trusted_proxies: self.trusted_proxies.or(file.trusted_proxies).unwrap_or_default(),
            rate_limits: self.rate_limits.or(file.rate_limits).unwrap_or(Switch::On),
            test_payments: self.test_payments.or(file.test_payments),
            vendor_sign_up: self.vendor_sign_up.or(file.vendor_sign_up),
            private_webhooks: self.private_webhooks.or(file.private_webhooks),
            mail,
            operations,
            mail_kept_days: self.mail_kept_days.or(file.mail_kept_days).unwrap_or(MAIL_KEPT_DAYS),
        })
    }
}

fn read_file(path: &Path) -> Result<Options, ConfigError> {
    let fault = |reason: String| ConfigError::File { path: path.to_owned(), reason };
    let text = fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
    // The message alone: the library shows the line at fault as well, which may hold a password.
    toml::from_str(&text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        fault(format!("line {}: {}", before.matches('\n').count() + 1, error.message()))
    })
}

impl Settings {
    /// The configuration of a server that listens at `bound`; a demo takes test payments and serves the demo app.
    pub fn config(&self, bound: SocketAddr, demo: Demo) -> Result<Config, ConfigError> {
        let public_url = self.public_url.clone().map_or_else(|| PublicUrl::of_listener(bound), Ok)?;
        let is_demo = demo == Demo::Yes;
        Ok(Config {
            public_url: public_url.to_string(),
            trusted_proxies: self.trusted_proxies.clone(),
            rate_limits: self.rate_limits == Switch::On,
            test_payments: self.test_payments.map_or(is_demo, |switch| switch == Switch::On),
            vendor_sign_up: self.vendor_sign_up.map_or(is_demo, |switch| switch == Switch::On),
            private_webhooks: self.private_webhooks == Some(Switch::On),
            mail: self.mail.clone(),
            operations: self.operations.clone(),
            mail_kept_days: Some(self.mail_kept_days).filter(|days| *days > 0),
            demo: is_demo,
            password_cost: PasswordCost::RECOMMENDED,
        })
    }

    /// The file of the store.
    pub fn store_file(&self) -> PathBuf {
        self.data_dir.join(STORE_FILE)
    }

    /// After how many days without a backup somebody is warned.
    pub const fn backup_days(&self) -> Option<u32> {
        self.operations.backup_days
    }

    /// Where the master key comes from, in words.
    pub fn master_key_place(&self) -> String {
        match self.master_key() {
            Ok(None) => self.master_key_file.display().to_string(),
            Ok(Some(_)) | Err(_) => "PASSGATE_MASTER_KEY".to_owned(),
        }
    }

    /// The master key in the environment, where it is given there; wins over the file.
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub fn master_key(&self) -> Result<Option<String>, ConfigError> {
        // Not an option: those are visible to every user of the machine.
        match std::env::var("PASSGATE_MASTER_KEY") {
            Ok(text) => Ok(Some(text)),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => Err(ConfigError::MasterKey),
        }
    }
}

/// Whether a server shows what Passgate can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demo {
    /// With the demo app and test payments.
    Yes,
    /// For real.
    No,
}

/// The password of the demo's accounts, where the environment gives one.
#[expect(clippy::disallowed_methods, reason = "this is the door")]
pub fn demo_password() -> Option<String> {
    std::env::var("PASSGATE_DEMO_PASSWORD").ok().filter(|password| !password.is_empty())
}
