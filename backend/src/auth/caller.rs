//! Whoever may act on a pass: the device that has it, or the customer whose it is.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest};
use shared::id::{MoveId, PassId, VendorId};
use shared::license::Refusal;
use shared::time::Timestamp;

use super::{Customer, Terminal};
use crate::error::Failure;
use crate::store::records::{MoveRecord, Pass};
use crate::store::{Outcome, Tx};

/// A device that presents its pass, or a customer with a session. A request with an `Authorization` header is a device's,
/// and no cookie of it is looked at: an app's page never acts with its visitor's session.
///
/// Errors: those of [`Terminal`] or of [`Customer`].
#[derive(Clone, Debug)]
pub enum Caller {
    /// A device, with its own pass.
    Terminal(Box<Terminal>),
    /// A customer, with all of theirs.
    Customer(Customer),
}

impl Caller {
    /// Who sees the answers to this caller's idempotency keys again.
    pub fn scope(&self) -> String {
        match self {
            Self::Terminal(terminal) => terminal.proof.jkt.clone(),
            Self::Customer(customer) => customer.account_id.to_string(),
        }
    }

    /// The caller's id, as events name who acted.
    pub fn actor(&self) -> String {
        match self {
            Self::Terminal(terminal) => terminal.claims.jti.clone(),
            Self::Customer(customer) => customer.account_id.to_string(),
        }
    }

    /// Refuses a device's pass that has expired by `now`: it is to be refreshed first.
    pub fn refuse_expired(&self, now: Timestamp) -> Result<(), Refusal> {
        match self {
            Self::Terminal(terminal) => terminal.refuse_expired(now),
            Self::Customer(_) => Ok(()),
        }
    }

    /// Uses the device's proof up, where the caller is one: inside the transaction of the effect.
    pub fn spend(&self, tx: &mut dyn Tx, now: Timestamp) -> Outcome<()> {
        match self {
            Self::Terminal(terminal) => terminal.proof.spend(tx, now),
            Self::Customer(_) => Ok(()),
        }
    }

    /// The pass with this id, if the caller may act on it.
    pub fn find_pass(&self, tx: &mut dyn Tx, pass_id: PassId) -> Outcome<Option<Pass>> {
        match self {
            Self::Terminal(terminal) => match own_pass(terminal).filter(|(_, own)| *own == pass_id) {
                Some((vendor_id, own)) => tx.pass(vendor_id, own),
                None => Ok(None),
            },
            Self::Customer(customer) => tx.pass_of(customer.account_id, pass_id),
        }
    }

    /// The move with this id, if the caller may act on the pass that it moves.
    pub fn find_move(&self, tx: &mut dyn Tx, move_id: MoveId) -> Outcome<Option<MoveRecord>> {
        match self {
            Self::Terminal(terminal) => match own_pass(terminal) {
                Some((vendor_id, own)) => Ok(tx.move_at(vendor_id, move_id)?.filter(|found| found.pass_id == own)),
                None => Ok(None),
            },
            Self::Customer(customer) => tx.move_of(customer.account_id, move_id),
        }
    }
}

/// Whose pass the terminal presented, and which.
fn own_pass(terminal: &Terminal) -> Option<(VendorId, PassId)> {
    Some((terminal.vendor.vendor_id, terminal.claims.jti.parse().ok()?))
}

impl FromRequest for Caller {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if request.headers().contains_key(AUTHORIZATION) {
            let terminal = Terminal::from_request(request, payload);
            return Box::pin(async move { Ok(Self::Terminal(Box::new(terminal.await?))) });
        }
        let customer = Customer::from_request(request, payload);
        Box::pin(async move { customer.await.map(Self::Customer) })
    }
}
