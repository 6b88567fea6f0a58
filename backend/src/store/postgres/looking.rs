//! A look at the database beside the nodes that use it, which changes nothing: for `passgate doctor`.

use std::thread;

use postgres::Error;
use postgres::config::Host;

use super::bell::NODE;
use super::connection::Source;
use super::{OpenError, Options, fault, migrate};

/// How the database stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The database and where it is, without its password.
    pub name: String,
    /// The release of PostgreSQL, like `15.14`.
    pub release: String,
    /// Its newest migration; none where the first server has not started yet.
    pub schema: Option<i64>,
    /// How much room it takes.
    pub bytes: i64,
    /// Whether it waits for the disk before it confirms, and mends pages that were half written.
    pub is_durable: bool,
    /// Whether what is said on the way is encrypted; none where it does not leave the machine.
    pub is_encrypted: Option<bool>,
    /// How many processes of ours use it.
    pub nodes: i64,
    /// How many connections it takes, of everybody together.
    pub most_connections: i64,
    /// Its clock, in seconds since the Unix epoch.
    pub time: i64,
}

const STANDING: &str = "
    SELECT current_setting('server_version'), pg_database_size(current_database()),
        current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on',
        coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false),
        (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1),
        current_setting('max_connections')::bigint, extract(epoch FROM clock_timestamp())::bigint";

/// Looks at the database at this URL.
///
/// # Errors
/// In this order: [`OpenError::Url`], [`OpenError::Failed`], and the others as they are listed.
pub fn look_at(url: &str) -> Result<Seen, OpenError> {
    let source = Source::parse(url, Options::default())?;
    let failed = |reason: String| OpenError::Failed { name: source.name(), reason };
    // On a thread of its own: the client library does not run inside an event loop.
    thread::scope(|scope| scope.spawn(|| look(&source)).join())
        .unwrap_or_else(|_| Err(failed("looking at it panicked".to_owned())))
}

fn look(source: &Source) -> Result<Seen, OpenError> {
    let failed = |error: Error| OpenError::Failed { name: source.name(), reason: fault::sentence(&error) };
    let mut client = source.connect().map_err(failed)?;
    let schema = migrate::find_schema(&mut client, &source.name())?;
    let row = client.query_one(STANDING, &[&NODE]).map_err(failed)?;
    let is_near = |host: &Host| match host {
        Host::Tcp(name) => ["localhost", "127.0.0.1", "::1"].contains(&name.as_str()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    let is_encrypted: bool = row.get(3);
    Ok(Seen {
        name: source.name(),
        release: row.get(0),
        schema,
        bytes: row.get(1),
        is_durable: row.get(2),
        is_encrypted: (!source.hosts().iter().all(is_near)).then_some(is_encrypted),
        nodes: row.get(4),
        most_connections: row.get(5),
        time: row.get(6),
    })
}
