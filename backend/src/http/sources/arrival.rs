//! What becomes of somebody for whom a provider vouched: whose account it is, whether it is opened, and what it is granted; all
//! in one transaction.
//!
//! A provider is a vendor's own and could claim any address. So addresses say nothing: a person is known by (source, `sub`).
//! A source opens the accounts that it made, and these are for its vendor only. An account that somebody made here and linked
//! is opened by its person alone; the source's rules grant to it when its person comes by the source, signed in.

use std::net::IpAddr;

use actix_web::cookie::Cookie;
use actix_web::{HttpRequest, web};
use serde_json::{Map, Value, json};
use shared::id::{AccountId, CustomerId, LicenseId};
use shared::team::Role;
use shared::time::Timestamp;

use super::Trouble;
use super::granting::apply_rules;
use crate::app::App;
use crate::auth::Customer;
use crate::auth::member::{Actor, Authority, Standing};
use crate::auth::session::new_session;
use crate::http::account::{is_email, is_name};
use crate::http::event::event;
use crate::store::records::{Account, Session, Vendor};
use crate::store::sources::{IdentityRecord, SourceRecord};
use crate::store::{Outcome, StoreError, Tx, not_found};

/// Somebody for whom a provider vouched.
#[derive(Clone)]
pub(super) struct Arriving {
    pub(super) app: web::Data<App>,
    pub(super) vendor: Vendor,
    pub(super) source: SourceRecord,
    pub(super) subject: String,
    pub(super) claims: Map<String, Value>,
    /// Who was signed in in this browser.
    pub(super) caller: Option<Customer>,
    /// Who set out to link.
    pub(super) linking: Option<AccountId>,
    pub(super) old_session: Option<String>,
    pub(super) address: IpAddr,
    pub(super) agent: String,
}

/// What became of them.
pub(super) struct Arrived {
    /// The cookie of their new session, and the secret's hash of the one before; nothing where the session there was goes on.
    pub(super) session: Option<(Cookie<'static>, Option<String>)>,
    /// The licenses that changed.
    pub(super) changed: Vec<LicenseId>,
}

/// Whose account it is, and how it is opened.
enum Opening {
    /// The account that the source made: a new session.
    Session,
    /// Their own, which they are signed in to.
    Open,
}

impl Arriving {
    /// Signs in, or links. Errors: `Linked`, `Taken`, `Over` where somebody else is signed in by now; `Gone`; `Busy`.
    pub(super) async fn settle(self, request: &HttpRequest) -> Result<Arrived, Trouble> {
        let app = self.app.clone();
        let now = app.clock.now();
        let new_account = app.new_id(AccountId::new);
        let (mut session, cookie) = new_session(&app, request, new_account);
        let new_customer = app.new_id(CustomerId::new);
        let old = self.old_session.clone();
        let done = app.store.write(move |tx| {
            // It may have been suspended or removed meanwhile.
            let source = tx.source(self.vendor.vendor_id, self.source.source_id)?.ok_or_else(not_found)?;
            if source.revision != self.source.revision {
                return Err(StoreError::Stale);
            }
            let (account_id, opening) = match self.open_account(tx, new_account, now)? {
                Ok(found) => found,
                Err(trouble) => return Ok(Err(trouble)),
            };
            let customer_id = tx.ensure_customer(self.vendor.vendor_id, account_id, new_customer, now)?;
            let is_new = account_id == new_account;
            let body = json!({ "customer_id": customer_id, "new": is_new });
            self.tell(tx, "source.signed_in", account_id, &self.source.source_id, &body)?;
            let changed = apply_rules(tx, &self, &self.authority(account_id), now)?;
            if matches!(opening, Opening::Session) {
                session = Session { account_id, ..session.clone() };
                self.old_session.as_deref().map(|old| tx.end_session(old)).transpose()?;
                tx.add_source_session(&session, self.source.source_id)?;
            }
            Ok(Ok((matches!(opening, Opening::Session), changed)))
        });
        let (is_new_session, changed) = match done.await {
            Err(StoreError::Stale) => return Err(Trouble::Over),
            Err(StoreError::Duplicate("identities.account")) => return Err(Trouble::Taken),
            done => done??,
        };
        Ok(Arrived { session: is_new_session.then_some((cookie, old)), changed })
    }

    fn open_account(
        &self,
        tx: &mut dyn Tx,
        new_account: AccountId,
        now: Timestamp,
    ) -> Outcome<Result<(AccountId, Opening), Trouble>> {
        let (vendor_id, source_id) = (self.vendor.vendor_id, self.source.source_id);
        let known = tx.identity(vendor_id, source_id, &self.subject)?;
        if let Some(known) = &known {
            tx.touch_identity(known, now)?;
        }
        // Only a session that its person began here speaks for an account of their own.
        let own = self.caller.as_ref().filter(|caller| caller.source_id.is_none()).map(|caller| caller.account_id);
        let identity = |account_id| IdentityRecord {
            vendor_id,
            source_id,
            subject: self.subject.clone(),
            account_id,
            created_at: now,
            last_at: now,
        };
        match (self.linking, known) {
            (Some(linking), _) if own != Some(linking) => Ok(Err(Trouble::Over)),
            (Some(linking), Some(known)) if known.account_id != linking => Ok(Err(Trouble::Taken)),
            (Some(linking), Some(_)) => Ok(Ok((linking, Opening::Open))),
            (Some(linking), None) => {
                tx.add_identity(&identity(linking))?;
                self.tell(tx, "account.linked", linking, &linking, &json!({ "source_id": source_id }))?;
                Ok(Ok((linking, Opening::Open)))
            }
            (None, Some(known)) => {
                if tx.vendor_of_account(known.account_id)? == Some(vendor_id) {
                    return Ok(Ok((known.account_id, Opening::Session)));
                }
                let is_open = own == Some(known.account_id);
                Ok(if is_open { Ok((known.account_id, Opening::Open)) } else { Err(Trouble::Linked) })
            }
            (None, None) => {
                tx.add_source_account(&self.account(new_account, now), vendor_id)?;
                tx.add_identity(&identity(new_account))?;
                Ok(Ok((new_account, Opening::Session)))
            }
        }
    }

    /// What the provider calls the person; nothing of it opens anything.
    fn account(&self, account_id: AccountId, now: Timestamp) -> Account {
        let text = |name: &str| self.claims.get(name).and_then(Value::as_str).unwrap_or_default().trim();
        let email = Some(text("email")).filter(|email| is_email(email)).unwrap_or_default();
        let names = [text("name"), text("preferred_username"), text("nickname"), email];
        let name = names.into_iter().find(|name| is_name(name)).unwrap_or("Somebody");
        Account {
            account_id,
            email: email.to_owned(),
            name: name.to_owned(),
            password_hash: String::new(),
            created_at: now,
            email_confirmed_at: None,
        }
    }

    /// The person, as who acts on their licenses.
    fn authority(&self, account_id: AccountId) -> Authority {
        Authority {
            actor: Actor::Account(account_id),
            standing: Standing::Role(Role::Viewer),
            vendor: self.vendor.clone(),
            address: self.address,
            agent: self.agent.clone(),
        }
    }

    /// Appends what happened, done by the person.
    pub(super) fn tell(
        &self,
        tx: &mut dyn Tx,
        kind: &str,
        account_id: AccountId,
        subject: &impl ToString,
        body: &Value,
    ) -> Outcome<()> {
        tx.append_event(&event(&self.app, self.vendor.vendor_id, kind, &account_id, subject, body))
    }
}
