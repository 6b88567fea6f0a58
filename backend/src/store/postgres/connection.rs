//! Where connections come from, and what every one of them is told.

use std::path::{Path, PathBuf};
use std::time::Duration;

use postgres::config::{Host, SslMode};
use postgres::{Client, Config, Error, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{Durability, OpenError, Options};

mod tls;

/// What each connection is told. Locks are not waited for longer than clients wait for an answer, and a node that went away
/// without a word holds nothing for long.
const SETTINGS: &str = "
    SET timezone = 'UTC';
    SET jit = off;
    SET plan_cache_mode = force_generic_plan;
    SET lock_timeout = '10s';
    SET idle_in_transaction_session_timeout = '20s';
    SET tcp_keepalives_idle = 5;
    SET tcp_keepalives_interval = 2;
    SET tcp_keepalives_count = 3;";

/// Where connections come from.
#[derive(Clone)]
pub(super) struct Source {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    durability: Durability,
}

impl Source {
    /// From a URL as `psql` takes it; `sslmode` may be `verify-ca` or `verify-full` too, with the machine's roots or those in
    /// `sslrootcert`.
    pub(super) fn parse(url: &str, options: Options) -> Result<Self, OpenError> {
        let wrong = |reason: String| OpenError::Url(reason);
        let (url, asked) = Asked::take(url);
        let mut config: Config = url.parse().map_err(|error: Error| wrong(super::fault::sentence(&error)))?;
        let is_local = config.get_hosts().iter().all(|host| !matches!(host, Host::Tcp(_)));
        if is_local {
            // A socket of this machine, which nobody listens at.
            config.ssl_mode(SslMode::Disable);
        } else if asked.verifies {
            config.ssl_mode(SslMode::Require);
        }
        let tls = match config.get_ssl_mode() {
            SslMode::Disable => None,
            _ => Some(tls::connector(asked.verifies, asked.roots.as_deref()).map_err(wrong)?),
        };
        if config.get_application_name().is_none() {
            config.application_name("passgate");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(3));
        }
        config.keepalives_idle(Duration::from_secs(5));
        config.keepalives_interval(Duration::from_secs(2));
        config.keepalives_retries(3);
        config.tcp_user_timeout(Duration::from_secs(15));
        Ok(Self { config, tls, durability: options.durability })
    }

    /// A new connection.
    pub(super) fn connect(&self) -> Result<Client, Error> {
        let mut client = match &self.tls {
            Some(tls) => self.config.connect(tls.clone())?,
            None => self.config.connect(NoTls)?,
        };
        client.batch_execute(SETTINGS)?;
        client.batch_execute(match self.durability {
            Durability::Full => "SET synchronous_commit = on",
            Durability::Relaxed => "SET synchronous_commit = off",
        })?;
        Ok(client)
    }

    /// Where it is.
    pub(super) fn hosts(&self) -> &[Host] {
        self.config.get_hosts()
    }

    /// The database, without its password, for people.
    pub(super) fn name(&self) -> String {
        let database = self.config.get_dbname().or_else(|| self.config.get_user()).unwrap_or("postgres");
        let host = self.config.get_hosts().first().map_or_else(String::new, |host| match host {
            Host::Tcp(name) => format!(" at {name}"),
            #[cfg(unix)]
            Host::Unix(path) => format!(" at {}", path.display()),
        });
        format!("{database}{host}")
    }
}

/// What a URL asks of TLS that the client library does not know.
#[derive(Default)]
struct Asked {
    verifies: bool,
    roots: Option<PathBuf>,
}

impl Asked {
    /// The URL without it, and it.
    fn take(url: &str) -> (String, Self) {
        let mut asked = Self::default();
        let Some((before, query)) = url.split_once('?') else { return (url.to_owned(), asked) };
        let kept = query.split('&').filter(|pair| match pair.split_once('=') {
            Some(("sslmode", "verify-ca" | "verify-full")) => {
                asked.verifies = true;
                false
            }
            Some(("sslmode", "allow")) => false,
            Some(("sslrootcert", path)) => {
                asked.roots = Some(Path::new(path).to_owned());
                false
            }
            _ => true,
        });
        let kept: Vec<_> = kept.collect();
        let url = if kept.is_empty() { before.to_owned() } else { format!("{before}?{}", kept.join("&")) };
        (url, asked)
    }
}
