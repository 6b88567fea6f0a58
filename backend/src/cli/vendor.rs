//! `passgate vendor add`: a new tenant.

use clap::Subcommand;
use serde_json::json;
use shared::id::{EventId, VendorId};
use shared::slug::Slug;
use shared::team::may_name_vendor;

use super::{CommandError, Outcome, Printer, open_app};
use crate::config::Settings;
use crate::store::StoreError;
use crate::store::records::{Event, Vendor};

#[derive(Subcommand)]
pub(super) enum Command {
    /// Adds a vendor, with signing keys.
    Add {
        /// Its short name in addresses: lower-case letters, digits and hyphens.
        #[arg(value_parser = parse_slug)]
        slug: Slug,
        /// Its name in words.
        #[arg(long)]
        name: String,
    },
}

pub(super) fn parse_slug(text: &str) -> Result<Slug, String> {
    text.parse().map_err(|_| "expected 1 to 63 lower-case letters, digits and inner hyphens".to_owned())
}

pub(super) async fn run(settings: &Settings, printer: &Printer, command: Command) -> Outcome {
    let Command::Add { slug, name } = command;
    if name.trim().is_empty() || name.chars().count() > 100 {
        return Err(CommandError::new("the name must have 1 to 100 characters"));
    }
    if !may_name_vendor(&slug) {
        return Err(CommandError::new(format!("{slug} is a page's name: choose another")));
    }
    let app = open_app(settings)?;
    let now = app.clock.now();
    let vendor = Vendor { vendor_id: app.new_id(VendorId::new), slug: slug.clone(), name, created_at: now };
    let keys = app.keys.first_keys(vendor.vendor_id, now);
    let event = Event {
        event_id: app.new_id(EventId::new),
        vendor_id: vendor.vendor_id,
        at: now,
        kind: "vendor.created".to_owned(),
        actor: "operator".to_owned(),
        subject: vendor.vendor_id.to_string(),
        body: "{}".to_owned(),
    };
    let vendor_id = vendor.vendor_id;
    let done = app.store.write(move |tx| {
        tx.add_vendor(&vendor)?;
        keys.iter().try_for_each(|key| tx.add_signing_key(key))?;
        tx.append_event(&event)
    });
    match done.await {
        Ok(()) => {}
        Err(StoreError::Duplicate(_)) => return Err(CommandError::new(format!("there is a vendor {slug} already"))),
        Err(error) => return Err(error.into()),
    }
    let answer = json!({ "vendor_id": vendor_id, "slug": slug, "issuer": app.config.issuer(&slug) });
    printer.answer(&format!("Added vendor {slug} ({vendor_id})."), &answer)
}
