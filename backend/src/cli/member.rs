//! `passgate member add`: who may act for a vendor.

use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use serde_json::json;
use shared::id::EventId;
use shared::slug::Slug;
use shared::team::Role;

use super::vendor::parse_slug;
use super::{CommandError, Outcome, Printer, open_app};
use crate::config::Settings;
use crate::store::records::{Event, email_key};

#[derive(Subcommand)]
pub(super) enum Command {
    /// Makes an account a member of a vendor's team.
    Add {
        /// The account's e-mail address; the person must have signed up.
        email: String,
        /// The vendor's slug.
        #[arg(long, value_parser = parse_slug)]
        vendor: Slug,
        /// What the member may do.
        #[arg(long, default_value = "viewer", value_parser = roles())]
        role: Role,
    },
}

/// Reads a role, and names them all in the help.
fn roles() -> impl clap::builder::TypedValueParser<Value = Role> {
    let words = Role::ALL.iter().map(|role| role.as_str());
    PossibleValuesParser::new(words).try_map(|word| word.parse().map_err(|_| "there is no such role"))
}

pub(super) async fn run(settings: &Settings, printer: &Printer, command: Command) -> Outcome {
    let Command::Add { email, vendor: slug, role } = command;
    let app = open_app(settings)?;
    let (now, event_id) = (app.clock.now(), app.new_id(EventId::new));
    let (key, wanted) = (email_key(&email), slug.clone());
    let found = app.store.read(move |tx| Ok((tx.vendor(&wanted)?, tx.account_by_email(&key)?)));
    let (vendor, account) = found.await?;
    let vendor_id = vendor.ok_or_else(|| CommandError::new(format!("there is no vendor {slug}")))?.vendor_id;
    let account = account.ok_or_else(|| CommandError::new("nobody has signed up with this address"))?;
    let account_id = account.account_id;
    let event = Event {
        event_id,
        vendor_id,
        at: now,
        kind: "member.added".to_owned(),
        actor: "operator".to_owned(),
        subject: account_id.to_string(),
        body: json!({ "role": role.as_str() }).to_string(),
    };
    let done = app.store.write(move |tx| {
        tx.add_member(vendor_id, account_id, role, now)?;
        tx.append_event(&event)
    });
    done.await?;
    let answer = json!({ "vendor": slug, "account_id": account_id, "role": role.as_str() });
    printer.answer(&format!("{email} is now {} at {slug}.", role.as_str()), &answer)
}
