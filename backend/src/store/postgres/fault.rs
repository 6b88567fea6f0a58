//! What PostgreSQL's errors mean to the handlers.

use postgres::Error;
use postgres::error::{DbError, SqlState};

use crate::store::StoreError;

/// The unique constraints and indexes, by their names in the schema, and the names that handlers know them by.
const UNIQUE: [(&str, &str); 28] = [
    ("vendors_pkey", "vendors.vendor_id"),
    ("vendors_slug", "vendors.slug"),
    ("signing_keys_pkey", "signing_keys.kid"),
    ("signing_keys_active", "signing_keys.active"),
    ("products_pkey", "products.product_id"),
    ("products_slug", "products.slug"),
    ("menus_pkey", "menus.version"),
    ("agreements_pkey", "agreements.digest"),
    ("agreements_version", "agreements.version"),
    ("accounts_pkey", "accounts.account_id"),
    ("accounts_email_key", "accounts.email"),
    ("members_pkey", "members.account_id"),
    ("orders_pkey", "orders.order_id"),
    ("licenses_pkey", "licenses.license_id"),
    ("licenses_order_id", "licenses.order_id"),
    ("licenses_trial", "licenses.trial"),
    ("passes_live", "passes.jkt"),
    ("passes_successor", "passes.predecessor"),
    ("passes_status_index", "passes.status_place"),
    ("moves_open", "moves.open"),
    ("moves_code", "moves.code"),
    ("moves_successor", "moves.successor"),
    ("slices_open", "slices.open"),
    ("proofs_digest", "proofs.jti"),
    ("passkeys_credential_id", "passkeys.credential_id"),
    ("coupons_pkey", "coupons.code"),
    ("redemptions_pkey", "redemptions.order_id"),
    ("redemptions_once", "redemptions.once"),
];

/// The answers' own key: two requests with one idempotency key ran at once, and the other was first.
const ANSWERED: &str = "answers_key";

/// What an error is to a handler: a duplicate, a database that cannot be used now, or a fault of ours.
pub(super) fn from_postgres(error: &Error) -> StoreError {
    let Some(said) = error.as_db_error() else {
        // Without a word from the database: the connection is gone, or a value was not what the statement wants.
        let is_ours = std::error::Error::source(error).is_some_and(|cause| !cause.is::<std::io::Error>());
        let sentence = sentence(error);
        return if is_ours && !error.is_closed() {
            StoreError::Fault(sentence)
        } else {
            StoreError::Unavailable(sentence)
        };
    };
    if *said.code() == SqlState::UNIQUE_VIOLATION {
        let known = UNIQUE.iter().find(|(constraint, _)| Some(*constraint) == said.constraint());
        return known.map_or_else(|| StoreError::Fault(sentence(error)), |(_, name)| StoreError::Duplicate(name));
    }
    if is_passing(said) { StoreError::Unavailable(sentence(error)) } else { StoreError::Fault(sentence(error)) }
}

/// Whether the whole transaction may succeed if it is run again at once.
pub(super) fn is_worth_another_try(error: &Error) -> bool {
    error.as_db_error().is_some_and(|said| {
        [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED].contains(said.code())
            || (*said.code() == SqlState::UNIQUE_VIOLATION && said.constraint() == Some(ANSWERED))
    })
}

/// Whether somebody else's lock was waited for as long as one may.
pub(super) fn is_lock_timeout(error: &Error) -> bool {
    error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE)
}

/// Of the database's own state, not of what it was asked: connections, resources, operators, the system, conflicts.
fn is_passing(said: &DbError) -> bool {
    let code = said.code().code();
    ["08", "53", "55", "57", "58", "XX", "40"].iter().any(|class| code.starts_with(class))
        || *said.code() == SqlState::READ_ONLY_SQL_TRANSACTION
}

/// The error with its cause, which `Display` leaves out.
pub(super) fn sentence(error: &Error) -> String {
    match (error.as_db_error(), std::error::Error::source(error)) {
        (Some(said), _) => said.message().to_owned(),
        (None, Some(cause)) => format!("{error}: {cause}"),
        (None, None) => error.to_string(),
    }
}
