//! The one boundary to the database, in domain words: [`Store`] runs closures over a [`Tx`].
//!
//! Handlers see this trait only. Every SQL statement lives below, in one folder per database; one contract test suite
//! runs on each. Closures may run more than once (a database may ask for a retry), so they must not act outside `tx`.

use std::fmt::Display;
use std::sync::Arc;

use shared::id::{AccountId, CustomerId, LicenseId, MoveId, OrderId, PassId, ProductId, SliceId, VendorId};
use shared::license::{LivePass, Refusal};
use shared::menu::Menu;
use shared::refusal::RefusalCode;
use shared::slug::{Feature, Slug};
use shared::team::Role;
use shared::time::Timestamp;
use shared::verdict::PassStatus;

use crate::traces::{Recorder, Times};

pub mod catalog;
pub mod copy;
pub mod coupons;
pub mod figures;
pub mod instance;
mod job;
pub mod leases;
pub mod listing;
pub mod log;
pub mod mail;
pub mod measures;
pub mod postgres;
mod queue;
pub mod records;
pub mod sign_in;
pub mod sources;
mod sql;
pub mod sqlite;
pub mod storefront;
pub mod team;
mod threads;
pub mod webhooks;

use catalog::Catalog;
use coupons::Coupons;
use figures::Figures;
use instance::Instance;
pub use job::Job;
use leases::Leases;
use listing::Listing;
use log::Log;
use mail::Mails;
use measures::Measures;
use records::{
    Account, Agreement, Claim, Claimed, Event, LicenseRecord, MoveRecord, OrderRecord, Pass, Product, Session,
    SigningKey, SliceRecord, StatusList, StoredAnswer, Vendor,
};
use sign_in::SignIn;
use sources::Sources;
use storefront::Storefront;
use team::Team;
use webhooks::Webhooks;

/// Why a transaction came to nothing. Nothing of it was written; but for [`StoreError::Unavailable`], after which that may be in
/// doubt, and the same idempotency key asks again.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The closure refused by a rule.
    #[error("refused: {}", .0.detail)]
    Refused(Refusal),
    /// The database refused what must be unique; names the constraint, like `accounts.email`.
    #[error("already there: {0}")]
    Duplicate(&'static str),
    /// What is to be edited is another by now than what the writer looked at.
    #[error("changed meanwhile")]
    Stale,
    /// Too many wait already; try again in a second.
    #[error("the queue of writes is full")]
    Busy,
    /// The database cannot be used now: locked, full, read-only or gone.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A fault of ours.
    #[error("{0}")]
    Fault(String),
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What a refused lookup becomes: the same for missing things and for other tenants' things.
pub fn not_found() -> StoreError {
    StoreError::Refused(Refusal::new(RefusalCode::NotFound, "There is nothing here."))
}

/// What a transaction comes to.
pub type Outcome<T> = Result<T, StoreError>;

/// A database that takes jobs: SQLite or PostgreSQL.
pub trait Engine: Send + Sync {
    /// Queues a job that may write; it is finished after its effects are durable.
    fn submit_write(&self, job: Job) -> Result<(), StoreError>;
    /// Queues a job that only reads, on a consistent snapshot.
    fn submit_read(&self, job: Job) -> Result<(), StoreError>;
    /// The same for one that reads a few rows by their keys: where that is quicker, it runs before this returns.
    fn submit_glance(&self, job: Job) -> Result<(), StoreError> {
        self.submit_read(job)
    }
    /// What it measures of itself.
    fn measures(&self) -> &Measures;
    /// Takes no more jobs, and comes back when those that wait are done and the database is closed. Dropping it does so too; but
    /// of a process that ends, nobody waits for the last handle to be dropped.
    fn close(&self);
    /// Tells the other processes on the same database something. Notes may be lost.
    fn tell(&self, _note: &dyn Display) {}
    /// Hands over what the others tell.
    fn hear(&self, _hear: Hear) {}
    /// Whether this process does what is to be done once: one of those on a database is on duty.
    fn is_on_duty(&self) -> bool {
        true
    }
}

/// Takes a note; none where notes were lost.
pub type Hear = Box<dyn Fn(Option<&str>) + Send + Sync>;

/// The store, shared by all handlers.
#[derive(Clone)]
pub struct Store {
    engine: Arc<dyn Engine>,
}

impl Store {
    /// A store on this engine.
    pub fn new(engine: impl Engine + 'static) -> Self {
        Self { engine: Arc::new(engine) }
    }

    /// The engine below, for what is not a transaction.
    pub fn engine(&self) -> &dyn Engine {
        self.engine.as_ref()
    }

    /// Whether this process does what is to be done once, whatever it is: telling, mailing, sweeping, counting.
    pub fn is_on_duty(&self) -> bool {
        self.engine.is_on_duty()
    }

    /// What the database measures of itself.
    pub fn measures(&self) -> &Measures {
        self.engine.measures()
    }

    /// Runs `closure` in a transaction and answers once its effects are durable; an error rolls back all of it.
    pub async fn write<T: Send + 'static>(
        &self,
        closure: impl FnMut(&mut dyn Tx) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        self.run("store.write", closure, |engine, job| engine.submit_write(job)).await
    }

    /// Runs `closure` on a consistent snapshot; it cannot write.
    pub async fn read<T: Send + 'static>(
        &self,
        closure: impl FnMut(&mut dyn Tx) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        self.run("store.read", closure, |engine, job| engine.submit_read(job)).await
    }

    /// [`Store::read`] of a few rows by their keys, and nothing that takes longer.
    pub async fn glance<T: Send + 'static>(
        &self,
        closure: impl FnMut(&mut dyn Tx) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        self.run("store.read", closure, |engine, job| engine.submit_glance(job)).await
    }

    /// Hands the closure to the store's threads and waits; a request that is traced has it noted under `name`.
    async fn run<T: Send + 'static>(
        &self,
        name: &'static str,
        mut closure: impl FnMut(&mut dyn Tx) -> Outcome<T> + Send + 'static,
        submit: impl FnOnce(&dyn Engine, Job) -> Result<(), StoreError>,
    ) -> Outcome<T> {
        let traced = Recorder::current().map(|recorder| (recorder.now(), recorder, Times::default()));
        let noted = traced.clone();
        let (job, receiver) = Job::new(move |tx: &mut dyn Tx| {
            if let Some((_, recorder, times)) = &noted {
                times.begin(recorder);
            }
            closure(tx)
        });
        submit(&*self.engine, job)?;
        let outcome =
            receiver.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the store has stopped".to_owned())));
        if let Some((asked, recorder, times)) = traced {
            recorder.add_transaction(name, asked, &times);
        }
        outcome
    }
}

/// One transaction, in domain words. Everything but accounts and sessions is asked for within one vendor.
///
/// Lookups answer `None` for what is missing and for what is another vendor's, alike. `add_…` answers
/// [`StoreError::Duplicate`] where the database's uniqueness refuses.
pub trait Tx:
    Catalog
    + Coupons
    + Figures
    + Instance
    + Leases
    + Listing
    + Log
    + Mails
    + SignIn
    + Sources
    + Storefront
    + Team
    + Webhooks
{
    // Vendors and their keys.

    /// The vendor with this slug.
    fn vendor(&mut self, slug: &Slug) -> Outcome<Option<Vendor>>;
    /// The vendor with this id.
    fn vendor_by_id(&mut self, vendor_id: VendorId) -> Outcome<Option<Vendor>>;
    /// How many vendors there are.
    fn count_vendors(&mut self) -> Outcome<u64>;
    /// A new vendor.
    fn add_vendor(&mut self, vendor: &Vendor) -> Outcome<()>;
    /// Makes the account a member of the vendor's team.
    fn add_member(&mut self, vendor_id: VendorId, account_id: AccountId, role: Role, now: Timestamp) -> Outcome<()>;
    /// The account's role in the vendor's team.
    fn role(&mut self, vendor_id: VendorId, account_id: AccountId) -> Outcome<Option<Role>>;
    /// The vendor's signing keys, oldest first.
    fn signing_keys(&mut self, vendor_id: VendorId) -> Outcome<Vec<SigningKey>>;
    /// A new signing key.
    fn add_signing_key(&mut self, key: &SigningKey) -> Outcome<()>;
    /// Sets the key's state and the times that belong to it.
    fn update_signing_key(&mut self, key: &SigningKey) -> Outcome<()>;

    // What is on offer.

    /// All vendors' products that have a published menu, by vendor and product slug, after the given pair, at most `limit`.
    fn products(&mut self, after: Option<(Slug, Slug)>, limit: u32) -> Outcome<Vec<(Vendor, Product)>>;
    /// The vendor's product with this slug.
    fn product(&mut self, vendor_id: VendorId, slug: &Slug) -> Outcome<Option<Product>>;
    /// The vendor's product with this id.
    fn product_by_id(&mut self, vendor_id: VendorId, product_id: ProductId) -> Outcome<Option<Product>>;
    /// A new product.
    fn add_product(&mut self, product: &Product) -> Outcome<()>;
    /// The newest menu of a product.
    fn current_menu(&mut self, product: &Product) -> Outcome<Option<Menu>>;
    /// A certain version of a product's menu.
    fn menu(&mut self, product: &Product, version: u32) -> Outcome<Option<Menu>>;
    /// Publishes a menu; its version must be the newest plus one. Published menus cannot be changed.
    fn publish_menu(&mut self, product: &Product, menu: &Menu, now: Timestamp) -> Outcome<()>;
    /// A version of the license text.
    fn agreement(&mut self, vendor_id: VendorId, digest: &str) -> Outcome<Option<Agreement>>;
    /// A new version of the license text; cannot be changed.
    fn add_agreement(&mut self, agreement: &Agreement) -> Outcome<()>;
    /// Does any product of any vendor list this app origin? Decides about CORS.
    fn is_app_origin(&mut self, origin: &str) -> Outcome<bool>;

    // People.

    /// A new account; `Duplicate("accounts.email")` when the address has one.
    fn add_account(&mut self, account: &Account) -> Outcome<()>;
    /// The account with this id.
    fn account(&mut self, account_id: AccountId) -> Outcome<Option<Account>>;
    /// The account with this address, in the form that [`records::email_key`] gives.
    fn account_by_email(&mut self, email_key: &str) -> Outcome<Option<Account>>;
    /// Replaces the account's password hash.
    fn set_password_hash(&mut self, account_id: AccountId, password_hash: &str) -> Outcome<()>;
    /// The account's customer id at this vendor; makes `new` its id when it has none.
    fn ensure_customer(
        &mut self,
        vendor_id: VendorId,
        account_id: AccountId,
        new: CustomerId,
        now: Timestamp,
    ) -> Outcome<CustomerId>;
    /// A new session.
    fn add_session(&mut self, session: &Session) -> Outcome<()>;
    /// The session whose secret has this hash, unless it has ended by `now`.
    fn session(&mut self, secret_hash: &str, now: Timestamp) -> Outcome<Option<Session>>;
    /// Whether there is a session whose secret has this hash, and it has not ended by `now`.
    fn is_session_good(&mut self, secret_hash: &str, now: Timestamp) -> Outcome<bool>;
    /// Ends the session whose secret has this hash; true when there was one.
    fn end_session(&mut self, secret_hash: &str) -> Outcome<bool>;

    // Orders.

    /// A new order.
    fn add_order(&mut self, order: &OrderRecord) -> Outcome<()>;
    /// The account's order with this id, at whichever vendor.
    fn order(&mut self, account_id: AccountId, order_id: OrderId) -> Outcome<Option<OrderRecord>>;
    /// The account's orders, newest first, older than `before`, at most `limit`.
    fn orders(&mut self, account_id: AccountId, before: Option<OrderId>, limit: u32) -> Outcome<Vec<OrderRecord>>;
    /// Sets the order's state, payment error and settling time. Its license is the one that names it: [`Tx::add_license`].
    fn update_order(&mut self, order: &OrderRecord) -> Outcome<()>;

    // Licenses.

    /// A new license; `Duplicate("licenses.trial")` when it is a trial and the customer has had one of this product,
    /// `Duplicate("licenses.order_id")` when the order has granted one.
    fn add_license(&mut self, license: &LicenseRecord) -> Outcome<()>;
    /// The account's license with this id, at whichever vendor.
    fn license(&mut self, account_id: AccountId, license_id: LicenseId) -> Outcome<Option<LicenseRecord>>;
    /// The vendor's license with this id, whoever's it is: for terminals, which prove themselves by their pass.
    fn license_at(&mut self, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Option<LicenseRecord>>;
    /// The account's licenses, newest first, older than `before`, at most `limit`.
    fn licenses(&mut self, account_id: AccountId, before: Option<LicenseId>, limit: u32)
    -> Outcome<Vec<LicenseRecord>>;
    /// Has the customer had a trial of this product?
    fn has_had_trial(&mut self, product: &Product, customer_id: CustomerId) -> Outcome<bool>;
    /// Sets the license's state, epoch, term and counters.
    fn update_license(&mut self, license: &LicenseRecord) -> Outcome<()>;
    /// Sets the license's counter of this feature and nothing else: what counting a use writes.
    fn update_counter(&mut self, license: &LicenseRecord, feature: &Feature) -> Outcome<()>;

    // Passes.

    /// The license's passes that are not `invalid`, newest first.
    fn passes(&mut self, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Vec<Pass>>;
    /// The same, as far as issuing cares.
    fn live_passes(&mut self, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Vec<LivePass>> {
        let passes = self.passes(vendor_id, license_id)?;
        Ok(passes.into_iter().map(|pass| LivePass { pass_id: pass.pass_id, jkt: pass.jkt }).collect())
    }
    /// The vendor's pass with this id, in whatever state.
    fn pass(&mut self, vendor_id: VendorId, pass_id: PassId) -> Outcome<Option<Pass>>;
    /// A new pass at a place of the status list that [`Tx::next_status_place`] gave. The database refuses more live
    /// passes than the license has devices, and a second live pass for one key.
    ///
    /// `kid` is the key that signs its first token, where it has one.
    fn add_pass(&mut self, pass: &Pass, kid: Option<&str>) -> Outcome<()>;
    /// Sets the pass's status with its reason and end, its name, last contact, expiry, refreshes, browser and
    /// origin; a changed status counts up its status list's version.
    fn update_pass(&mut self, pass: &Pass) -> Outcome<()>;
    /// The next free place (list, index) in the vendor's status lists.
    fn next_status_place(&mut self, vendor_id: VendorId) -> Outcome<(u32, u32)>;
    /// A status list's version and size, without its entries: cheap.
    fn status_list_version(&mut self, vendor_id: VendorId, list: u32) -> Outcome<Option<u64>>;
    /// A status list with the entries that are not `valid`.
    fn status_list(&mut self, vendor_id: VendorId, list: u32) -> Outcome<Option<StatusList>>;
    /// Sets the status of a pass found by its place; for tests and `check`.
    fn pass_status_at(&mut self, vendor_id: VendorId, list: u32, index: u32) -> Outcome<Option<PassStatus>>;

    /// The account's pass with this id, at whichever vendor, in whatever state.
    fn pass_of(&mut self, account_id: AccountId, pass_id: PassId) -> Outcome<Option<Pass>>;
    /// The pass that succeeds this one.
    fn successor(&mut self, vendor_id: VendorId, pass_id: PassId) -> Outcome<Option<Pass>>;

    // Moves.

    /// A new move on offer; its pass must be `moving` already. `Duplicate("moves.open")` when the pass has one,
    /// `Duplicate("moves.code")` when another open move's code has the same name.
    fn add_move(&mut self, record: &MoveRecord) -> Outcome<()>;
    /// Sets the move's tries, state, settling time and successor. A move ends once.
    fn update_move(&mut self, record: &MoveRecord) -> Outcome<()>;
    /// The vendor's move with this id.
    fn move_at(&mut self, vendor_id: VendorId, move_id: MoveId) -> Outcome<Option<MoveRecord>>;
    /// The account's move with this id, at whichever vendor.
    fn move_of(&mut self, account_id: AccountId, move_id: MoveId) -> Outcome<Option<MoveRecord>>;
    /// The moves whose code begins with these letters, at whichever vendor, the newest first, at most `limit`.
    fn moves_named(&mut self, code_name: &str, limit: u32) -> Outcome<Vec<MoveRecord>>;
    /// The pass's open move.
    fn open_move(&mut self, vendor_id: VendorId, pass_id: PassId) -> Outcome<Option<MoveRecord>>;
    /// Open moves of all vendors whose time is over, at most `limit`.
    fn due_moves(&mut self, now: Timestamp, limit: u32) -> Outcome<Vec<MoveRecord>>;
    /// How many of the license's moves are on offer, or were redeemed since then.
    fn count_moves(&mut self, vendor_id: VendorId, license_id: LicenseId, since: Timestamp) -> Outcome<u32>;
    /// How many of the license's passes were retired without their device since then.
    fn count_recoveries(&mut self, vendor_id: VendorId, license_id: LicenseId, since: Timestamp) -> Outcome<u32>;

    // Slices.

    /// A new slice; `Duplicate("slices.open")` while the pass has an open one of the feature.
    fn add_slice(&mut self, record: &SliceRecord) -> Outcome<()>;
    /// Sets what was spent, and when; once.
    fn settle_slice(&mut self, record: &SliceRecord) -> Outcome<()>;
    /// The vendor's slice with this id.
    fn slice(&mut self, vendor_id: VendorId, slice_id: SliceId) -> Outcome<Option<SliceRecord>>;
    /// The pass's slice of the feature that is not settled.
    fn open_slice(&mut self, vendor_id: VendorId, pass_id: PassId, feature: &Feature) -> Outcome<Option<SliceRecord>>;
    /// The license's slices that are not settled.
    fn open_slices(&mut self, vendor_id: VendorId, license_id: LicenseId) -> Outcome<Vec<SliceRecord>>;

    // Exactly once.

    /// Claims an idempotency key, or gives the first answer back. `IDEMPOTENCY_KEY_REUSED` when the request differs.
    /// The claim lasts when this transaction keeps its answer; without one the key stays free.
    fn claim(&mut self, claim: &Claim) -> Outcome<Claimed>;
    /// Stores the answer of a claim made in this transaction.
    fn keep_answer(&mut self, claim: &Claim, answer: &StoredAnswer) -> Outcome<()>;
    /// Records a terminal's proof as used; `Duplicate("proofs.jti")` when it was used before. Forgets those that
    /// expired before `now`.
    fn spend_proof(&mut self, jkt: &str, jti: &str, expires_at: Timestamp, now: Timestamp) -> Outcome<()>;

    // What happened.

    /// Appends an event to the vendor's log, linked by hash to the one before.
    fn append_event(&mut self, event: &Event) -> Outcome<()>;
    /// The vendor's events in order, after `after`, at most `limit`.
    fn events(&mut self, vendor_id: VendorId, after: u64, limit: u32) -> Outcome<Vec<(u64, Event)>>;

    // The store itself.

    /// Every inconsistency that can be found, as sentences; none in a sound store.
    fn find_faults(&mut self) -> Outcome<Vec<String>>;
}
