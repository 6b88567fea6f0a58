//! The store, its master key, the clock against what the store knows, and the last backup.

use shared::time::Timestamp;

use super::Finding;
use crate::backup::read_record;
use crate::cli::open_master_key;
use crate::clock::Clock;
use crate::config::Settings;
use crate::keys::Keyring;
use crate::rng::Rng;
use crate::store::Store;
use crate::store::instance::Standing;
use crate::store::sqlite::{OpenError, Options, SqliteEngine, find_damage, hold};

/// Longer than an active key should sign, in days.
const OLD_KEY_DAYS: i64 = 365;

/// A clock before this is one that was never set: 2026-01-01.
const EARLIEST: i64 = 1_767_225_600;

const DAY: i64 = 86_400;

pub(super) async fn look(settings: &Settings) -> Vec<Finding> {
    let file = settings.store_file();
    let now = Clock::system().now();
    if !file.exists() {
        return vec![Finding::warn(
            "store",
            format!("There is none at {} yet: it is made at the first start.", file.display()),
        )];
    }
    let running = match hold(&file) {
        Ok(_) => Finding::ok("server", "No server uses this store now."),
        Err(OpenError::InUse(_)) => Finding::ok("server", "A server uses this store."),
        Err(error) => Finding::fail("server", format!("{error}.")),
    };
    let mut findings = vec![running];
    findings.push(match find_damage(&file) {
        Ok(damage) if damage.is_empty() => Finding::ok("store", "No page of it is damaged."),
        Ok(damage) => Finding::fail(
            "store",
            format!("It is damaged ({}): stop the server, and bring the last backup back.", damage.join("; ")),
        ),
        Err(error) => Finding::fail("store", format!("{error}.")),
    });
    match SqliteEngine::open_beside(&file, Options::default()) {
        Ok(engine) => findings.extend(look_inside(settings, &Store::new(engine), now).await),
        // The schema of a release before: everything else was looked at.
        Err(error @ OpenError::Older { .. }) => findings.push(Finding::warn("schema", format!("{error}."))),
        // Said already.
        Err(_) => {}
    }
    findings.push(look_at_backup(settings, now));
    findings
}

pub(super) async fn look_inside(settings: &Settings, store: &Store, now: Timestamp) -> Vec<Finding> {
    let rng = Rng::system();
    let fits = match open_master_key(settings, &rng, true) {
        Ok(master) => Keyring::new(master, rng).check_master_key(store).await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let key = match fits {
        Ok(()) => Finding::ok("master key", format!("{} opens the store's keys.", settings.master_key_place())),
        Err(error) => Finding::fail("master key", format!("{error}.")),
    };
    match store.read(|tx| tx.standing()).await {
        Ok(standing) => {
            vec![key, look_at_clock(&standing, now), look_at_signing(&standing, now), look_at_outbox(&standing)]
        }
        Err(error) => vec![key, Finding::fail("store", format!("It cannot be read: {error}."))],
    }
}

/// Passes end by the clock, and events are in its order.
fn look_at_clock(standing: &Standing, now: Timestamp) -> Finding {
    let behind = standing.last_event_at.map_or(0, |last| last.as_unix() - now.as_unix());
    if now.as_unix() < EARLIEST {
        Finding::fail("clock", format!("It says {now}: set it, by NTP."))
    } else if behind > 60 {
        Finding::fail(
            "clock",
            format!("It says {now}, {behind} seconds before the last event in the store: set it, by NTP."),
        )
    } else {
        Finding::ok("clock", format!("It says {now}."))
    }
}

fn look_at_signing(standing: &Standing, now: Timestamp) -> Finding {
    match standing.oldest_key_at.map(|since| (now.as_unix() - since.as_unix()) / DAY) {
        Some(days) if days > OLD_KEY_DAYS => Finding::warn(
            "signing keys",
            format!("The oldest has signed for {days} days: rotate it (passgate keys rotate)."),
        ),
        Some(days) => Finding::ok("signing keys", format!("The oldest has signed for {days} days.")),
        None => Finding::warn("signing keys", "There is no vendor with a key that signs yet: passgate vendor add."),
    }
}

fn look_at_outbox(standing: &Standing) -> Finding {
    let message = format!(
        "{} mails wait, {} of {} webhooks fail, {} were given up",
        standing.queued_mails, standing.failing_webhooks, standing.active_webhooks, standing.disabled_webhooks,
    );
    if standing.failing_webhooks + standing.disabled_webhooks > 0 {
        Finding::warn("deliveries", format!("{message}: their vendors see why in the admin pages."))
    } else {
        Finding::ok("deliveries", format!("{message}."))
    }
}

fn look_at_backup(settings: &Settings, now: Timestamp) -> Finding {
    let Some(record) = read_record(&settings.data_dir) else {
        return Finding::warn("backup", "There was none yet: passgate backup --to FILE.");
    };
    let days = (now.as_unix() - record.made_at.as_unix()) / DAY;
    let limit = settings.backup_days().map(i64::from);
    if limit.is_some_and(|limit| days >= limit) {
        return Finding::warn(
            "backup",
            format!("The last one is of {}, {days} days ago: passgate backup --to FILE.", record.made_at),
        );
    }
    Finding::ok("backup", format!("The last one is of {}.", record.made_at))
}
