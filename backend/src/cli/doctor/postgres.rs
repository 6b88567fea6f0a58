//! The store in PostgreSQL: what answers there, what it promises, and who uses it.

use shared::time::Timestamp;

use super::Finding;
use super::store::look_inside;
use crate::clock::Clock;
use crate::config::Settings;
use crate::store::Store;
use crate::store::postgres::{OpenError, Options, PostgresEngine, Seen, look_at};

/// How many connections a server holds: eight that write, six that read, one that tells and one that listens.
const CONNECTIONS: i64 = 16;

/// Clocks that differ by more seconds put events of different nodes in the wrong order.
const APART: i64 = 2;

pub(super) async fn look(settings: &Settings, url: &str) -> Vec<Finding> {
    let now = Clock::system().now();
    let seen = match look_at(url) {
        Ok(seen) => seen,
        // The schema of a release before: a server brings it up to date.
        Err(error @ OpenError::Older { .. }) => return vec![Finding::warn("schema", format!("{error}."))],
        Err(error) => return vec![Finding::fail("store", format!("{error}."))],
    };
    let mut findings = vec![
        look_at_store(&seen),
        look_at_promises(&seen),
        look_at_way(&seen),
        look_at_nodes(&seen),
        compare(&seen, now),
    ];
    if seen.schema.is_some() {
        match PostgresEngine::open_beside(url, Options::default()) {
            Ok(engine) => findings.extend(look_inside(settings, &Store::new(engine), now).await),
            Err(error) => findings.push(Finding::fail("store", format!("{error}."))),
        }
    }
    findings.push(Finding::ok(
        "backup",
        "PostgreSQL's own (pg_dump, or continuous archiving): see to it there, nobody here knows of it.",
    ));
    findings
}

fn look_at_store(seen: &Seen) -> Finding {
    let Seen { name, release, bytes, .. } = seen;
    match seen.schema {
        Some(schema) => {
            let message = format!("{name}: PostgreSQL {release}, schema {schema}, {} MiB.", bytes >> 20);
            Finding::ok("store", message)
        }
        None => Finding::warn("store", format!("{name} is empty yet: its schema is made at the first start.")),
    }
}

fn look_at_promises(seen: &Seen) -> Finding {
    if seen.is_durable {
        return Finding::ok("durability", "What the database confirms is on its disk.");
    }
    Finding::fail(
        "durability",
        "fsync or full_page_writes is off: what was answered is lost with the power. Set both on in postgresql.conf.",
    )
}

fn look_at_way(seen: &Seen) -> Finding {
    match seen.is_encrypted {
        None => Finding::ok("way", "The database is on this machine."),
        Some(true) => Finding::ok("way", "What is said to the database is encrypted."),
        Some(false) => Finding::warn(
            "way",
            "What is said to the database is not encrypted: let it speak TLS, and add sslmode=verify-full to the URL.",
        ),
    }
}

fn look_at_nodes(seen: &Seen) -> Finding {
    let Seen { nodes, most_connections: most, .. } = seen;
    let used = match nodes {
        0 => "No server uses this database now".to_owned(),
        1 => "One server uses this database".to_owned(),
        nodes => format!("{nodes} servers use this database"),
    };
    // One more, so that one can be replaced while it still runs.
    if (nodes + 1) * CONNECTIONS > *most {
        let sentence = "of which each server holds up to 16: raise max_connections.";
        return Finding::warn("server", format!("{used}, which takes {most} connections, {sentence}"));
    }
    Finding::ok("server", format!("{used}, which takes {most} connections."))
}

fn compare(seen: &Seen, now: Timestamp) -> Finding {
    let apart = (now.as_unix() - seen.time).abs();
    if apart > APART {
        return Finding::warn(
            "clocks",
            format!("This machine's and the database's are {apart} seconds apart: set both, by NTP, and every node's."),
        );
    }
    Finding::ok("clocks", "This machine's and the database's agree.")
}
