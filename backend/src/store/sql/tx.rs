//! One transaction: [`SqlTx`], which hands each question to the file of its resource.

use std::cell::RefCell;
use std::fmt::Display;

use shared::id::{AccountId, CustomerId, LicenseId, MoveId, OrderId, PassId, ProductId, SliceId, VendorId};
use shared::menu::Menu;
use shared::slug::{Feature, Slug};
use shared::team::Role;
use shared::time::Timestamp;
use shared::verdict::PassStatus;

use super::events::Ends;
use super::row::{Columns, FromSql, Params, Result};
use super::{accounts, catalog, check, events, licenses, moves, once, orders, passes, slices, vendors};
use crate::store::postgres::line::Line;
use crate::store::records::{
    Account, Agreement, Claim, Claimed, Event, LicenseRecord, MoveRecord, OrderRecord, Pass, Product, Session,
    SigningKey, SliceRecord, StatusList, StoredAnswer, Vendor,
};
use crate::store::sqlite::statement as sqlite;
use crate::store::{Outcome, StoreError, Tx, not_found};

/// A transaction on one of the store's connections.
pub(in crate::store) struct SqlTx<'c> {
    link: Link<'c>,
    /// Absent where it only reads.
    ends: Option<&'c Ends>,
}

/// The connection of one of the databases, in a transaction.
#[derive(Clone, Copy)]
pub(in crate::store) enum Link<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c RefCell<Line>),
}

impl<'c> SqlTx<'c> {
    /// One that writes. `ends` is what was appended before in the same transaction.
    pub(in crate::store) const fn for_writing(link: Link<'c>, ends: &'c Ends) -> Self {
        Self { link, ends: Some(ends) }
    }

    /// One that reads, on a snapshot.
    pub(in crate::store) const fn for_reading(link: Link<'c>) -> Self {
        Self { link, ends: None }
    }

    /// The connection, for what only one of the databases can be asked.
    pub(super) const fn link(&self) -> Link<'c> {
        self.link
    }

    /// The first row, when there is one.
    pub(super) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&mut Columns<'_>) -> Result<T>,
    ) -> Outcome<Option<T>> {
        match self.link {
            Link::Sqlite(connection) => sqlite::one(connection, sql, params, read),
            Link::Postgres(line) => line.borrow_mut().one(sql, params, self.writes(), read),
        }
    }

    /// Every row.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&mut Columns<'_>) -> Result<T>,
    ) -> Outcome<Vec<T>> {
        match self.link {
            Link::Sqlite(connection) => sqlite::all(connection, sql, params, read),
            Link::Postgres(line) => line.borrow_mut().all(sql, params, self.writes(), read),
        }
    }

    /// The number, or the yes or no, that the statement asks for.
    pub(super) fn value<T: FromSql>(&self, sql: &str, params: impl Params) -> Outcome<T> {
        self.one(sql, params, |columns| columns.get())?
            .ok_or_else(|| StoreError::Fault("a query gave no row".to_owned()))
    }

    /// Changes rows; how many.
    pub(super) fn change(&self, sql: &str, params: impl Params) -> Outcome<usize> {
        self.may_write()?;
        match self.link {
            Link::Sqlite(connection) => sqlite::change(connection, sql, params),
            Link::Postgres(line) => line.borrow_mut().change(sql, params),
        }
    }

    /// Errors: a fault where this only reads.
    pub(super) fn may_write(&self) -> Outcome<()> {
        self.ends().map(drop)
    }

    /// What was appended to vendors' events in this transaction. Errors: a fault where this only reads.
    pub(super) fn ends(&self) -> Outcome<&'c Ends> {
        self.ends.ok_or_else(|| StoreError::Fault("a read cannot write".to_owned()))
    }

    const fn writes(&self) -> bool {
        self.ends.is_some()
    }

    /// Changes the one row that there must be.
    pub(super) fn change_one(&self, sql: &str, params: impl Params) -> Outcome<()> {
        if self.change(sql, params)? == 0 { Err(not_found()) } else { Ok(()) }
    }

    /// Waits until no other transaction that writes has anything to do with this vendor or account; true when somebody
    /// may have changed it just before. Every statement that is bound to a vendor does this by itself.
    pub(super) fn hold(&self, id: impl Display) -> Outcome<bool> {
        match self.link {
            Link::Postgres(line) if self.writes() => line.borrow_mut().hold(&id.to_string()),
            // There is one writer, and readers have a snapshot.
            _ => Ok(false),
        }
    }

    /// Looks for what does not name its vendor, holds the vendor it belongs to, and looks again where that may have been
    /// changed meanwhile.
    pub(super) fn held<T>(&self, find: impl Fn() -> Outcome<T>, vendors: impl Fn(&T) -> Vec<VendorId>) -> Outcome<T> {
        let mut found = find()?;
        if self.writes() && matches!(self.link, Link::Postgres(_)) {
            loop {
                let mut is_new = false;
                for vendor_id in vendors(&found) {
                    is_new |= self.hold(vendor_id)?;
                }
                if !is_new {
                    break;
                }
                found = find()?;
            }
        }
        Ok(found)
    }
}

impl Tx for SqlTx<'_> {
    fn vendor(&mut self, slug: &Slug) -> Outcome<Option<Vendor>> {
        vendors::vendor(self, slug)
    }

    fn vendor_by_id(&mut self, vendor_id: VendorId) -> Outcome<Option<Vendor>> {
        vendors::vendor_by_id(self, vendor_id)
    }

    fn count_vendors(&mut self) -> Outcome<u64> {
        vendors::count_vendors(self)
    }

    fn add_vendor(&mut self, vendor: &Vendor) -> Outcome<()> {
        vendors::add_vendor(self, vendor)
    }

    fn add_member(&mut self, vendor_id: VendorId, account_id: AccountId, role: Role, now: Timestamp) -> Outcome<()> {
        vendors::add_member(self, vendor_id, account_id, role, now)
    }

    fn signing_keys(&mut self, vendor_id: VendorId) -> Outcome<Vec<SigningKey>> {
        vendors::signing_keys(self, vendor_id)
    }

    fn add_signing_key(&mut self, key: &SigningKey) -> Outcome<()> {
        vendors::add_signing_key(self, key)
    }

    fn update_signing_key(&mut self, key: &SigningKey) -> Outcome<()> {
        vendors::update_signing_key(self, key)
    }

    fn products(&mut self, after: Option<(Slug, Slug)>, limit: u32) -> Outcome<Vec<(Vendor, Product)>> {
        catalog::products(self, after, limit)
    }

    fn product(&mut self, vendor_id: VendorId, slug: &Slug) -> Outcome<Option<Product>> {
        catalog::product(self, vendor_id, slug)
    }

    fn product_by_id(&mut self, vendor_id: VendorId, product_id: ProductId) -> Outcome<Option<Product>> {
        catalog::product_by_id(self, vendor_id, product_id)
    }

    fn add_product(&mut self, product: &Product) -> Outcome<()> {
        catalog::add_product(self, product)
    }

    fn current_menu(&mut self, product: &Product) -> Outcome<Option<Menu>> {
        catalog::current_menu(self, product)
    }

    fn menu(&mut self, product: &Product, version: u32) -> Outcome<Option<Menu>> {
        catalog::menu(self, product, version)
    }

    fn publish_menu(&mut self, product: &Product, menu: &Menu, now: Timestamp) -> Outcome<()> {
        catalog::publish_menu(self, product, menu, now)
    }

    fn agreement(&mut self, vendor_id: VendorId, digest: &str) -> Outcome<Option<Agreement>> {
        catalog::agreement(self, vendor_id, digest)
    }

    fn add_agreement(&mut self, agreement: &Agreement) -> Outcome<()> {
        catalog::add_agreement(self, agreement)
    }

    fn is_app_origin(&mut self, origin: &str) -> Outcome<bool> {
        catalog::is_app_origin(self, origin)
    }

    fn add_account(&mut self, account: &Account) -> Outcome<()> {
        accounts::add_account(self, account)
    }

    fn account(&mut self, account_id: AccountId) -> Outcome<Option<Account>> {
        accounts::account(self, account_id)
    }

    fn account_by_email(&mut self, email_key: &str) -> Outcome<Option<Account>> {
        accounts::account_by_email(self, email_key)
    }

    fn set_password_hash(&mut self, account_id: AccountId, password_hash: &str) -> Outcome<()> {
        accounts::set_password_hash(self, account_id, password_hash)
    }

    fn ensure_customer(
        &mut self,
        vendor_id: VendorId,
        account_id: AccountId,
        new: CustomerId,
        now: Timestamp,
    ) -> Outcome<CustomerId> {
        accounts::ensure_customer(self, vendor_id, account_id, new, now)
    }

    fn add_session(&mut self, session: &Session) -> Outcome<()> {
        accounts::add_session(self, session)
    }

    fn session(&mut self, secret_hash: &str, now: Timestamp) -> Outcome<Option<Session>> {
        accounts::session(self, secret_hash, now)
    }

    fn is_session_good(&mut self, secret_hash: &str, now: Timestamp) -> Outcome<bool> {
        accounts::is_session_good(self, secret_hash, now)
    }

    fn end_session(&mut self, secret_hash: &str) -> Outcome<bool> {
        accounts::end_session(self, secret_hash)
    }

    fn add_order(&mut self, order: &OrderRecord) -> Outcome<()> {
        orders::add_order(self, order)
    }

    fn order(&mut self, account_id: AccountId, order_id: OrderId) -> Outcome<Option<OrderRecord>> {
        orders::order(self, account_id, order_id)
    }

    fn orders(&mut self, account_id: AccountId, before: Option<OrderId>, limit: u32) -> Outcome<Vec<OrderRecord>> {
        orders::orders(self, account_id, before, limit)
    }

    fn update_order(&mut self, order: &OrderRecord) -> Outcome<()> {
        orders::update_order(self, order)
    }

    fn add_license(&mut self, license: &LicenseRecord) -> Outcome<()> {
        licenses::add_license(self, license)
    }

    fn license(&mut self, account_id: AccountId, license_id: LicenseId) -> Outcome<Option<LicenseRecord>> {
        licenses::license(self, account_id, license_id)
    }

    fn license_at(&mut self, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Option<LicenseRecord>> {
        licenses::license_at(self, vendor_id, license_id)
    }

    fn licenses(
        &mut self,
        account_id: AccountId,
        before: Option<LicenseId>,
        limit: u32,
    ) -> Outcome<Vec<LicenseRecord>> {
        licenses::licenses(self, account_id, before, limit)
    }

    fn has_had_trial(&mut self, product: &Product, customer_id: CustomerId) -> Outcome<bool> {
        licenses::has_had_trial(self, product, customer_id)
    }

    fn update_license(&mut self, license: &LicenseRecord) -> Outcome<()> {
        licenses::update_license(self, license)
    }

    fn update_counter(&mut self, license: &LicenseRecord, feature: &Feature) -> Outcome<()> {
        licenses::update_counter(self, license, feature)
    }

    fn passes(&mut self, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Vec<Pass>> {
        passes::passes(self, vendor_id, license_id)
    }

    fn pass(&mut self, vendor_id: VendorId, pass_id: PassId) -> Outcome<Option<Pass>> {
        passes::pass(self, vendor_id, pass_id)
    }

    fn add_pass(&mut self, pass: &Pass, kid: Option<&str>) -> Outcome<()> {
        passes::add_pass(self, pass, kid)
    }

    fn update_pass(&mut self, pass: &Pass) -> Outcome<()> {
        passes::update_pass(self, pass)
    }

    fn next_status_place(&mut self, vendor_id: VendorId) -> Outcome<(u32, u32)> {
        passes::next_status_place(self, vendor_id)
    }

    fn status_list_version(&mut self, vendor_id: VendorId, list: u32) -> Outcome<Option<u64>> {
        passes::status_list_version(self, vendor_id, list)
    }

    fn status_list(&mut self, vendor_id: VendorId, list: u32) -> Outcome<Option<StatusList>> {
        passes::status_list(self, vendor_id, list)
    }

    fn pass_status_at(&mut self, vendor_id: VendorId, list: u32, index: u32) -> Outcome<Option<PassStatus>> {
        passes::pass_status_at(self, vendor_id, list, index)
    }

    fn pass_of(&mut self, account_id: AccountId, pass_id: PassId) -> Outcome<Option<Pass>> {
        passes::pass_of(self, account_id, pass_id)
    }

    fn add_move(&mut self, record: &MoveRecord) -> Outcome<()> {
        moves::add_move(self, record)
    }

    fn update_move(&mut self, record: &MoveRecord) -> Outcome<()> {
        moves::update_move(self, record)
    }

    fn move_at(&mut self, vendor_id: VendorId, move_id: MoveId) -> Outcome<Option<MoveRecord>> {
        moves::move_at(self, vendor_id, move_id)
    }

    fn move_of(&mut self, account_id: AccountId, move_id: MoveId) -> Outcome<Option<MoveRecord>> {
        moves::move_of(self, account_id, move_id)
    }

    fn moves_named(&mut self, code_name: &str, limit: u32) -> Outcome<Vec<MoveRecord>> {
        moves::moves_named(self, code_name, limit)
    }

    fn open_move(&mut self, vendor_id: VendorId, pass_id: PassId) -> Outcome<Option<MoveRecord>> {
        moves::open_move(self, vendor_id, pass_id)
    }

    fn successor(&mut self, vendor_id: VendorId, pass_id: PassId) -> Outcome<Option<Pass>> {
        passes::successor(self, vendor_id, pass_id)
    }

    fn due_moves(&mut self, now: Timestamp, limit: u32) -> Outcome<Vec<MoveRecord>> {
        moves::due_moves(self, now, limit)
    }

    fn count_moves(&mut self, vendor_id: VendorId, license_id: LicenseId, since: Timestamp) -> Outcome<u32> {
        moves::count_moves(self, vendor_id, license_id, since)
    }

    fn count_recoveries(&mut self, vendor_id: VendorId, license_id: LicenseId, since: Timestamp) -> Outcome<u32> {
        moves::count_recoveries(self, vendor_id, license_id, since)
    }

    fn add_slice(&mut self, record: &SliceRecord) -> Outcome<()> {
        slices::add_slice(self, record)
    }

    fn settle_slice(&mut self, record: &SliceRecord) -> Outcome<()> {
        slices::settle_slice(self, record)
    }

    fn slice(&mut self, vendor_id: VendorId, slice_id: SliceId) -> Outcome<Option<SliceRecord>> {
        slices::slice(self, vendor_id, slice_id)
    }

    fn open_slice(&mut self, vendor_id: VendorId, pass_id: PassId, feature: &Feature) -> Outcome<Option<SliceRecord>> {
        slices::open_slice(self, vendor_id, pass_id, feature)
    }

    fn open_slices(&mut self, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Vec<SliceRecord>> {
        slices::open_slices(self, vendor_id, license_id)
    }

    fn role(&mut self, vendor_id: VendorId, account_id: AccountId) -> Outcome<Option<Role>> {
        vendors::role(self, vendor_id, account_id)
    }

    fn claim(&mut self, claim: &Claim) -> Outcome<Claimed> {
        once::claim(self, claim)
    }

    fn keep_answer(&mut self, claim: &Claim, answer: &StoredAnswer) -> Outcome<()> {
        once::keep_answer(self, claim, answer)
    }

    fn spend_proof(&mut self, jkt: &str, jti: &str, expires_at: Timestamp, now: Timestamp) -> Outcome<()> {
        once::spend_proof(self, jkt, jti, expires_at, now)
    }

    fn append_event(&mut self, event: &Event) -> Outcome<()> {
        events::append_event(self, event)
    }

    fn events(&mut self, vendor_id: VendorId, after: u64, limit: u32) -> Outcome<Vec<(u64, Event)>> {
        events::events(self, vendor_id, after, limit)
    }

    fn find_faults(&mut self) -> Outcome<Vec<String>> {
        check::find_faults(self)
    }
}
