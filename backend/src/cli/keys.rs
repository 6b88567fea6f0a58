//! `passgate keys`: a vendor's signing keys.

use clap::Subcommand;
use serde_json::json;
use shared::id::EventId;
use shared::slug::Slug;

use super::vendor::parse_slug;
use super::{CommandError, Outcome, Printer, open_app};
use crate::config::Settings;
use crate::keys::{retire_key, revoke_key, rotate_keys};
use crate::store::records::{Event, KeyState, SigningKey};

#[derive(Subcommand)]
pub(super) enum Command {
    /// Lists the keys, oldest first.
    List {
        /// The vendor's slug.
        #[arg(value_parser = parse_slug)]
        vendor: Slug,
    },
    /// Lets the next key sign; the active one stays published until its last token has expired.
    Rotate {
        /// The vendor's slug.
        #[arg(value_parser = parse_slug)]
        vendor: Slug,
    },
    /// Withdraws the next key before it ever signed.
    Retire {
        /// The vendor's slug.
        #[arg(value_parser = parse_slug)]
        vendor: Slug,
        /// The key's thumbprint.
        kid: String,
    },
    /// Ends a compromised key at once: nothing signed by it is accepted any more.
    Revoke {
        /// The vendor's slug.
        #[arg(value_parser = parse_slug)]
        vendor: Slug,
        /// The key's thumbprint.
        kid: String,
    },
}

pub(super) async fn run(settings: &Settings, printer: &Printer, command: Command) -> Outcome {
    let app = open_app(settings)?;
    let (Command::List { vendor: slug }
    | Command::Rotate { vendor: slug }
    | Command::Retire { vendor: slug, .. }
    | Command::Revoke { vendor: slug, .. }) = &command;
    let (wanted, now) = (slug.clone(), app.clock.now());
    let vendor = app.store.read(move |tx| tx.vendor(&wanted)).await?;
    let vendor_id = vendor.ok_or_else(|| CommandError::new(format!("there is no vendor {slug}")))?.vendor_id;
    let here = app.clone();
    let keys = app.store.write(move |tx| {
        let make = || here.keys.make_key(vendor_id, KeyState::Next, now);
        let changes = match &command {
            Command::List { .. } => Vec::new(),
            Command::Rotate { .. } => rotate_keys(tx, vendor_id, &make, now)?,
            Command::Retire { kid, .. } => retire_key(tx, vendor_id, kid, &make, now)?,
            Command::Revoke { kid, .. } => revoke_key(tx, vendor_id, kid, &make, now)?,
        };
        for change in changes {
            tx.append_event(&Event {
                event_id: here.new_id(EventId::new),
                vendor_id,
                at: now,
                kind: change.kind.to_owned(),
                actor: "operator".to_owned(),
                subject: change.kid,
                body: "{}".to_owned(),
            })?;
        }
        tx.signing_keys(vendor_id)
    });
    let keys = keys.await?;
    let lines: Vec<_> = keys.iter().map(|key| format!("{}  {:8}  {}", key.kid, state(key), key.created_at)).collect();
    let items: Vec<_> = keys.iter().map(describe).collect();
    printer.answer(&lines.join("\n"), &json!({ "keys": items }))
}

fn describe(key: &SigningKey) -> serde_json::Value {
    json!({
        "kid": key.kid, "state": state(key), "created_at": key.created_at, "activated_at": key.activated_at,
        "retired_at": key.retired_at,
    })
}

const fn state(key: &SigningKey) -> &'static str {
    match key.state {
        KeyState::Next => "next",
        KeyState::Active => "active",
        KeyState::Retired => "retired",
        KeyState::Revoked => "revoked",
    }
}
