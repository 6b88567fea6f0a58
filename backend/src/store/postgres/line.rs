//! One connection to PostgreSQL, in a transaction: its prepared statements, and what the transaction holds.

use std::collections::{BTreeSet, HashMap};

use postgres::types::ToSql;
use postgres::{Client, Statement};
use sha2::{Digest as _, Sha256};
use shared::id::VendorId;
use shared::license::Refusal;
use shared::refusal::RefusalCode;

use super::dialect::translate;
use super::fault;
use super::values::Bound;
use crate::store::sql::row::{Columns, Params, Result, Row};
use crate::store::{Outcome, StoreError};

/// A connection of one of the store's threads.
pub(in crate::store) struct Line {
    client: Client,
    /// By their text, for transactions that read and for those that write.
    statements: [HashMap<String, Statement>; 2],
    /// The vendors, accounts and idempotency keys whose turn this transaction has, in the order in which they were taken.
    held: Vec<i64>,
    /// Those that the job has asked for, had or not.
    asked: Vec<i64>,
    /// How many of them were held when the step began; none: this is no step, but the whole transaction.
    step: Option<usize>,
    /// A statement failed: PostgreSQL takes nothing more of this transaction.
    failed: bool,
    /// One failed in a way that another try of the whole transaction may not.
    again: bool,
}

impl Line {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            statements: Default::default(),
            held: Vec::new(),
            asked: Vec::new(),
            step: None,
            failed: false,
            again: false,
        }
    }

    /// Begins, ends or steps in a transaction.
    pub(super) fn command(&mut self, sql: &str) -> std::result::Result<(), postgres::Error> {
        self.client.batch_execute(sql)
    }

    /// Forgets what the last transaction held and came to.
    pub(super) fn start_afresh(&mut self) {
        self.held.clear();
        self.asked.clear();
        self.step = None;
        (self.failed, self.again) = (false, false);
    }

    /// Begins a step of the transaction, by its command. A step waits for nobody's turn.
    pub(super) fn step(&mut self, command: &str) -> std::result::Result<(), postgres::Error> {
        self.step = Some(self.held.len());
        self.asked.clear();
        (self.failed, self.again) = (false, false);
        self.command(command)
    }

    /// Takes the step back. The turns that it took are let go with it.
    pub(super) fn step_back(&mut self) -> std::result::Result<(), postgres::Error> {
        self.held.truncate(self.step.unwrap_or_default());
        (self.failed, self.again) = (false, false);
        self.command("ROLLBACK TO job")
    }

    /// Whether a statement failed, whatever its closure made of it.
    pub(super) const fn has_failed(&self) -> bool {
        self.failed
    }

    /// Whether a statement failed in a way that another try of the whole transaction may not.
    pub(super) const fn wants_another_try(&self) -> bool {
        self.again
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// The first row, when there is one.
    pub(in crate::store) fn one<T>(
        &mut self,
        sql: &str,
        params: impl Params,
        writes: bool,
        read: impl FnOnce(&mut Columns<'_>) -> Result<T>,
    ) -> Outcome<Option<T>> {
        let rows = self.query(sql, params, writes)?;
        rows.first().map(|row| read(&mut Columns::of(Row::Postgres(row))).map_err(unreadable)).transpose()
    }

    /// Every row.
    pub(in crate::store) fn all<T>(
        &mut self,
        sql: &str,
        params: impl Params,
        writes: bool,
        mut read: impl FnMut(&mut Columns<'_>) -> Result<T>,
    ) -> Outcome<Vec<T>> {
        let rows = self.query(sql, params, writes)?;
        rows.iter().map(|row| read(&mut Columns::of(Row::Postgres(row))).map_err(unreadable)).collect()
    }

    /// Changes rows; how many. A duplicate does not end the transaction, as no other failure does in SQLite.
    pub(in crate::store) fn change(&mut self, sql: &str, params: impl Params) -> Outcome<usize> {
        let bound = self.bind(params, true)?;
        let may_be_there = sql.trim_start().starts_with("INSERT") && !sql.contains("ON CONFLICT");
        if !may_be_there {
            return self.execute(sql, &bound).map_err(|error| self.judge(&error));
        }
        let added = self.execute(&format!("{sql} ON CONFLICT DO NOTHING"), &bound);
        match added.map_err(|error| self.judge(&error))? {
            0 => self.insert_again(sql, &bound),
            added => Ok(added),
        }
    }

    /// Finds out what it is that is there already.
    fn insert_again(&mut self, sql: &str, bound: &[Bound]) -> Outcome<usize> {
        self.command("SAVEPOINT again").map_err(|error| self.judge(&error))?;
        match self.execute(sql, bound) {
            Ok(added) => Ok(added),
            Err(error) => {
                let refusal = fault::from_postgres(&error);
                self.again |= self.is_worth_another_try(&error);
                self.command("ROLLBACK TO again").map_err(|error| self.judge(&error))?;
                Err(refusal)
            }
        }
    }

    fn execute(&mut self, sql: &str, bound: &[Bound]) -> std::result::Result<usize, postgres::Error> {
        let statement = self.prepare(sql, true)?;
        let changed = self.client.execute(&statement, &by_reference(bound))?;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    /// Waits until this transaction is the only one that writes of this vendor or account; true when it was not already.
    ///
    /// Locks are let go when the transaction has ended and others see what it wrote: so a vendor's writes come one after
    /// the other, each seeing those before it, and its events are numbered as they are seen.
    pub(in crate::store) fn hold(&mut self, id: &str) -> Outcome<bool> {
        let digest: [u8; 32] = Sha256::digest(id).into();
        let turn = digest.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes));
        if !self.asked.contains(&turn) {
            self.asked.push(turn);
        }
        if self.held.contains(&turn) {
            return Ok(false);
        }
        if self.step.is_none() {
            self.wait_for(turn)?;
            return Ok(true);
        }
        if self.takes(turn)? {
            return Ok(true);
        }
        (self.failed, self.again) = (true, true);
        Err(StoreError::Unavailable("it is somebody else's turn".to_owned()))
    }

    /// Takes the turns that a job is known to need, before it runs. One is waited for only while none is held: so nobody
    /// is held up who is waited for.
    pub(super) fn take_turns(&mut self, turns: &BTreeSet<i64>) -> Outcome<()> {
        let Some(mut awaited) = turns.first().copied() else { return Ok(()) };
        loop {
            self.command("SAVEPOINT turns").map_err(|error| self.judge(&error))?;
            self.wait_for(awaited)?;
            let mut missing = None;
            for turn in turns {
                if !self.held.contains(turn) && !self.takes(*turn)? {
                    missing = Some(*turn);
                    break;
                }
            }
            let Some(missing) = missing else { return Ok(()) };
            self.held.clear();
            self.command("ROLLBACK TO turns; RELEASE turns").map_err(|error| self.judge(&error))?;
            awaited = missing;
        }
    }

    /// The turns that the job has asked for.
    pub(super) fn asked(&self) -> &[i64] {
        &self.asked
    }

    fn wait_for(&mut self, turn: i64) -> Outcome<()> {
        self.lock("SELECT pg_advisory_xact_lock(?)", turn)?;
        self.held.push(turn);
        Ok(())
    }

    /// Takes the turn if it is nobody's.
    fn takes(&mut self, turn: i64) -> Outcome<bool> {
        let is_taken = self.lock("SELECT pg_try_advisory_xact_lock(?)", turn)?.get(0);
        if is_taken {
            self.held.push(turn);
        }
        Ok(is_taken)
    }

    fn lock(&mut self, sql: &str, turn: i64) -> Outcome<postgres::Row> {
        let locked = self.prepare(sql, true).and_then(|statement| self.client.query_one(&statement, &[&turn]));
        locked.map_err(|error| self.judge(&error))
    }

    fn query(&mut self, sql: &str, params: impl Params, writes: bool) -> Outcome<Vec<postgres::Row>> {
        let bound = self.bind(params, writes)?;
        let rows = self.prepare(sql, writes);
        let rows = rows.and_then(|statement| self.client.query(&statement, &by_reference(&bound)));
        rows.map_err(|error| self.judge(&error))
    }

    /// The values; a transaction that writes holds the vendors among them.
    fn bind(&mut self, params: impl Params, writes: bool) -> Outcome<Vec<Bound>> {
        let mut bound = Vec::new();
        let bind = |_, value: &dyn rusqlite::ToSql| {
            bound.push(Bound::of(value)?);
            Ok(())
        };
        params.each(bind).map_err(unreadable)?;
        if bound.iter().any(|value| value.as_text().is_some_and(|text| text.contains('\0'))) {
            // Nobody types it, and PostgreSQL keeps no text that holds it.
            return Err(Refusal::new(RefusalCode::InvalidInput, "A text holds a zero byte.").into());
        }
        if writes {
            for value in &bound {
                if let Some(id) = value.as_text().filter(|text| is_vendor(text)) {
                    self.hold(id)?;
                }
            }
        }
        Ok(bound)
    }

    fn prepare(&mut self, sql: &str, writes: bool) -> std::result::Result<Statement, postgres::Error> {
        let [reading, writing] = &mut self.statements;
        let statements = if writes { writing } else { reading };
        if let Some(statement) = statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(&translate(sql, writes))?;
        statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn judge(&mut self, error: &postgres::Error) -> StoreError {
        self.failed = true;
        self.again |= self.is_worth_another_try(error);
        fault::from_postgres(error)
    }

    /// A step that would have waited for a row is worth one too.
    fn is_worth_another_try(&self, error: &postgres::Error) -> bool {
        fault::is_worth_another_try(error) || (self.step.is_some() && fault::is_lock_timeout(error))
    }
}

fn is_vendor(text: &str) -> bool {
    text.starts_with(VendorId::PREFIX) && text.parse::<VendorId>().is_ok()
}

fn by_reference(bound: &[Bound]) -> Vec<&(dyn ToSql + Sync)> {
    bound.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// A column holds what we never write, or a value cannot be said.
#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn unreadable(error: rusqlite::Error) -> StoreError {
    StoreError::Fault(error.to_string())
}
