//! What SQLite's errors mean to the handlers.

use rusqlite::{Connection, Error, ErrorCode, ffi};

use crate::store::StoreError;

/// The unique constraints, as SQLite names their columns, and the names that handlers know them by.
const UNIQUE: [(&str, &str); 30] = [
    ("vendors.vendor_id", "vendors.vendor_id"),
    ("vendors.slug", "vendors.slug"),
    ("signing_keys.vendor_id, signing_keys.kid", "signing_keys.kid"),
    ("signing_keys.vendor_id", "signing_keys.active"),
    ("products.vendor_id, products.product_id", "products.product_id"),
    ("products.vendor_id, products.slug", "products.slug"),
    ("menus.vendor_id, menus.product_id, menus.version", "menus.version"),
    ("agreements.vendor_id, agreements.digest", "agreements.digest"),
    ("agreements.vendor_id, agreements.title, agreements.version", "agreements.version"),
    ("accounts.account_id", "accounts.account_id"),
    ("accounts.email_key", "accounts.email"),
    ("members.vendor_id, members.account_id", "members.account_id"),
    ("orders.vendor_id, orders.order_id", "orders.order_id"),
    ("licenses.vendor_id, licenses.license_id", "licenses.license_id"),
    ("licenses.vendor_id, licenses.order_id", "licenses.order_id"),
    ("licenses.vendor_id, licenses.customer_id, licenses.product_id", "licenses.trial"),
    ("passes.vendor_id, passes.license_id, passes.jkt", "passes.jkt"),
    ("passes.vendor_id, passes.predecessor", "passes.predecessor"),
    ("passes.vendor_id, passes.status_list, passes.status_index", "passes.status_place"),
    ("moves.vendor_id, moves.pass_id", "moves.open"),
    ("moves.code_name", "moves.code"),
    ("moves.vendor_id, moves.successor", "moves.successor"),
    ("slices.vendor_id, slices.pass_id, slices.feature", "slices.open"),
    ("proofs.digest", "proofs.jti"),
    ("passkeys.credential_id", "passkeys.credential_id"),
    ("coupons.vendor_id, coupons.code", "coupons.code"),
    ("redemptions.vendor_id, redemptions.order_id", "redemptions.order_id"),
    ("identities.account_id, identities.vendor_id, identities.source_id", "identities.account"),
    (
        "source_grants.vendor_id, source_grants.source_id, source_grants.subject, source_grants.rule_id",
        "source_grants.once",
    ),
    ("redemptions.vendor_id, redemptions.code, redemptions.customer_id", "redemptions.once"),
];

/// Runs a statement that gives no rows, kept prepared.
pub(super) fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

/// What an error of SQLite's is to a handler: a duplicate, a database that cannot be used now, or a fault of ours.
#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
pub(super) fn from_sqlite(error: Error) -> StoreError {
    let Error::SqliteFailure(failure, message) = &error else {
        return StoreError::Fault(error.to_string());
    };
    if is_unique(*failure) {
        let columns = message.as_deref().and_then(|message| message.strip_prefix("UNIQUE constraint failed: "));
        let known = UNIQUE.iter().find(|(sqlite, _)| Some(*sqlite) == columns);
        return known.map_or_else(|| StoreError::Fault(error.to_string()), |(_, name)| StoreError::Duplicate(name));
    }
    match failure.code {
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::DiskFull
        | ErrorCode::SystemIoFailure
        | ErrorCode::ReadOnly
        | ErrorCode::CannotOpen
        | ErrorCode::DatabaseCorrupt
        | ErrorCode::NotADatabase
        | ErrorCode::OutOfMemory
        | ErrorCode::PermissionDenied
        | ErrorCode::FileLockingProtocolFailed => StoreError::Unavailable(error.to_string()),
        _ => StoreError::Fault(error.to_string()),
    }
}

fn is_unique(failure: ffi::Error) -> bool {
    let code = failure.extended_code;
    code == ffi::SQLITE_CONSTRAINT_UNIQUE || code == ffi::SQLITE_CONSTRAINT_PRIMARYKEY
}
