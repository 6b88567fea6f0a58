//! The links in mails that show who holds a mailbox.

use shared::id::AccountId;

use crate::app::App;
use crate::auth::secret::Secret;
use crate::store::mail::{LinkPurpose, LinkRecord};

/// What the secrets of links to a new password begin with.
pub const RESET_PREFIX: &str = "pgr";

/// What the secrets of links that confirm an address begin with.
pub const ADDRESS_PREFIX: &str = "pge";

/// A new link, with its address. The secret follows `#`, so that it reaches no log and no referrer.
pub fn new_link(app: &App, purpose: LinkPurpose, account_id: AccountId, email: &str) -> (LinkRecord, String) {
    let (prefix, page, seconds) = match purpose {
        LinkPurpose::Password => (RESET_PREFIX, "reset", 3_600),
        LinkPurpose::Address => (ADDRESS_PREFIX, "confirm", 3 * 24 * 3_600),
    };
    let (secret, now) = (Secret::new(prefix, &app.rng), app.clock.now());
    let record = LinkRecord {
        secret_hash: secret.hash(),
        purpose,
        account_id,
        email: email.to_owned(),
        created_at: now,
        expires_at: now.checked_add_seconds(seconds).unwrap_or(now),
    };
    (record, format!("{}/{page}#{}", app.config.public_url, secret.reveal()))
}
