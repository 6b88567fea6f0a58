//! Two months of the demo's vendor: what some customers bought, sold by the same rules as today's orders, at a clock that
//! stands where it happened.

use serde_json::json;
use shared::id::AccountId;
use shared::quote::Selection;
use shared::time::Timestamp;

use super::ensure_account;
use crate::app::App;
use crate::clock::Clock;
use crate::error::Failure;
use crate::http::order::sell;
use crate::store::not_found;
use crate::store::records::Account;

/// Who bought: their addresses' first parts, and their names.
const PEOPLE: [(&str, &str); 8] = [
    ("ines", "Ines Okafor"),
    ("jonas", "Jonas Lindqvist"),
    ("mei", "Mei Tanaka"),
    ("ravi", "Ravi Menon"),
    ("sofia", "Sofia Rossi"),
    ("tomas", "Tomás Herrera"),
    ("wanda", "Wanda Kowalska"),
    ("yusuf", "Yusuf Demir"),
];

/// How many days ago, who, and what.
const SALES: [(i64, usize, Bought); 22] = [
    (58, 0, Bought::Solo),
    (55, 1, Bought::Solo),
    (51, 2, Bought::Pro),
    (50, 3, Bought::Trial),
    (44, 4, Bought::Solo),
    (41, 3, Bought::Pro),
    (37, 5, Bought::Studio),
    (36, 1, Bought::SoloYear),
    (31, 6, Bought::Trial),
    (30, 0, Bought::Solo),
    (29, 7, Bought::SoloYear),
    (24, 4, Bought::Pro),
    (23, 6, Bought::Pro),
    (20, 2, Bought::Solo),
    (17, 5, Bought::Pro),
    (16, 7, Bought::Solo),
    (13, 1, Bought::Solo),
    (9, 0, Bought::Pro),
    (8, 3, Bought::SoloYear),
    (5, 6, Bought::Solo),
    (2, 4, Bought::Studio),
    (1, 2, Bought::Pro),
];

#[derive(Clone, Copy)]
enum Bought {
    Trial,
    Solo,
    SoloYear,
    Pro,
    Studio,
}

impl Bought {
    fn selection(self) -> Result<Selection, serde_json::Error> {
        serde_json::from_value(match self {
            Self::Trial => json!({"offer": "trial", "term": "first_use:P14D"}),
            Self::Solo => json!({"offer": "solo", "term": "P1M", "terminals": 1}),
            Self::SoloYear => json!({"offer": "solo", "term": "P1Y", "terminals": 2, "coupon": super::COUPON}),
            Self::Pro => json!({"offer": "pro", "term": "P1Y", "terminals": 1}),
            Self::Studio => {
                json!({"offer": "studio", "term": "P1Y", "terminals": 5, "seats": 5, "uses": {"ai.render": 5000}})
            }
        })
    }
}

/// How long ago the first of it happened, in days: when the vendor began.
pub(super) const DAYS: i64 = 60;

/// The app with a clock that stands so many days ago.
pub(super) fn ago(app: &App, now: Timestamp, days: i64) -> App {
    let then = now.as_unix().saturating_sub(days * 86_400);
    App { clock: Clock::fixed(Timestamp::from_unix(then)), ..app.clone() }
}

/// Sells everything, the oldest first. Everybody's account gets the demo's password.
pub(super) async fn fill_history(app: &App, password_hash: &str) -> Result<(), Failure> {
    let now = app.clock.now();
    for (days, who, bought) in SALES {
        let then = ago(app, now, days);
        let selection = bought.selection().map_err(|error| Failure::fault(error.to_string()))?;
        let Some((address, name)) = PEOPLE.get(who) else { continue };
        let account = Account {
            account_id: then.new_id(AccountId::new),
            email: format!("{address}@example.com"),
            name: (*name).to_owned(),
            password_hash: password_hash.to_owned(),
            created_at: then.clock.now(),
            email_confirmed_at: Some(then.clock.now()),
        };
        let sold = app.store.write(move |tx| {
            let account_id = ensure_account(tx, &account)?;
            let (_, product) = tx.products(None, 1)?.into_iter().next().ok_or_else(not_found)?;
            sell(tx, &then, &product, account_id, &selection)
        });
        sold.await?;
    }
    super::leases::fill_leases(app).await?;
    // Nobody is written to about what was long ago.
    let passed_over = app.store.write(|tx| {
        let (vendor_id, last) = match tx.products(None, 1)?.first() {
            Some((_, product)) => (product.vendor_id, tx.last_event(product.vendor_id)?),
            None => return Ok(()),
        };
        tx.set_mail_cursor(vendor_id, last)
    });
    Ok(passed_over.await?)
}
