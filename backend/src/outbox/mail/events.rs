//! What is written of an event: to whom, and with which values.

use serde_json::Value;
use shared::api::order::OrderState;
use shared::id::{CustomerId, LicenseId, OrderId, PassId, VendorId};
use shared::mail::{MailKind, one_line, show_money};
use shared::menu::{Menu, Term};
use shared::quote::QuoteItem;
use shared::tax::QuoteTax;
use shared::time::Timestamp;

use super::compose::{Envelope, Values, vendor_values, write_for_vendor};
use crate::app::App;
use crate::store::mail::MailRecord;
use crate::store::records::{CustomerRecord, Event, LicenseRecord, OrderRecord, Product};
use crate::store::{Outcome, Tx};

/// The mail that an event causes; none where what it tells of is not there any more, or is no longer so.
pub(super) fn write_of(tx: &mut dyn Tx, app: &App, event: &Event) -> Outcome<Option<MailRecord>> {
    let kind = match event.kind.as_str() {
        "order.fulfilled" => return write_of_order(tx, app, MailKind::Receipt, event),
        "order.invoiced" => return write_of_order(tx, app, MailKind::Invoice, event),
        "license.expiring" => MailKind::LicenseExpiring,
        "pass.move.redeemed" => MailKind::LicenseMoved,
        "license.suspended" => MailKind::LicenseSuspended,
        "license.reinstated" => MailKind::LicenseReinstated,
        "license.revoked" => MailKind::LicenseRevoked,
        _ => return Ok(None),
    };
    write_of_license(tx, app, kind, event)
}

/// What every mail to a customer about something bought may hold.
struct Bought {
    to: String,
    product: Product,
    menu: Menu,
    values: Values,
}

impl Bought {
    fn find(
        tx: &mut dyn Tx,
        vendor_id: VendorId,
        customer_id: CustomerId,
        product_id: shared::id::ProductId,
        menu: u32,
    ) -> Outcome<Option<Self>> {
        let Some(CustomerRecord { email, name, .. }) = tx.customer_at(vendor_id, customer_id)? else { return Ok(None) };
        let Some(product) = tx.product_by_id(vendor_id, product_id)? else { return Ok(None) };
        let Some(menu) = tx.menu(&product, menu)? else { return Ok(None) };
        let mut values = vendor_values(tx, vendor_id)?;
        values.extend([("customer.name", name), ("product.name", product.name.clone())]);
        Ok(Some(Self { to: email, product, menu, values }))
    }

    fn set_offer(&mut self, offer: &shared::slug::Slug) {
        let name = self.menu.offer(offer).map_or_else(|| offer.to_string(), |offer| offer.name.clone());
        self.values.insert("offer.name", name);
    }
}

fn write_of_order(tx: &mut dyn Tx, app: &App, kind: MailKind, event: &Event) -> Outcome<Option<MailRecord>> {
    let Ok(order_id) = event.subject.parse::<OrderId>() else { return Ok(None) };
    let Some(order) = tx.order_at(event.vendor_id, order_id)? else { return Ok(None) };
    write_order(tx, app, kind, order, event.at, Values::new())
}

/// That a team has cancelled the order at `now`, and why. Whoever cancels their own knows of it.
pub fn write_cancelled(
    tx: &mut dyn Tx,
    app: &App,
    order: OrderRecord,
    reason: &str,
    now: Timestamp,
) -> Outcome<Option<MailRecord>> {
    let values = Values::from([("reason", reason.to_owned())]);
    write_order(tx, app, MailKind::OrderCancelled, order, now, values)
}

/// A mail about an order; `values` are its own.
fn write_order(
    tx: &mut dyn Tx,
    app: &App,
    kind: MailKind,
    order: OrderRecord,
    at: Timestamp,
    values: Values,
) -> Outcome<Option<MailRecord>> {
    let (order_id, vendor_id) = (order.order_id, order.vendor_id);
    let found = Bought::find(tx, order.vendor_id, order.customer_id, order.product_id, order.menu_version)?;
    let Some(mut bought) = found else { return Ok(None) };
    bought.set_offer(&order.selection.offer);
    bought.values.extend(values);
    let show = |line: &shared::quote::QuoteLine| {
        format!("{}: {}", one_line(&show_item(&line.item, &bought.menu)), show_money(line.price))
    };
    let lines = order.quote.lines.iter().map(show).chain(order.quote.tax.as_ref().and_then(show_tax));
    let lines = lines.collect::<Vec<_>>().join("\n");
    // Paid, cancelled: nobody is asked to pay any more.
    let invoice = order.invoice.filter(|_| order.state == OrderState::AwaitingPayment);
    match (kind, invoice) {
        (MailKind::Invoice, None) => return Ok(None),
        (MailKind::Invoice, Some(invoice)) => bought.values.extend([
            ("payment.instructions", invoice.instructions),
            ("payment.reference", invoice.reference),
            ("payment.due", invoice.due_at.date().to_string()),
        ]),
        _ => {}
    }
    let link = format!("{}/orders/{order_id}", app.config.public_url);
    let license = order.license_id.map(|license_id| license_link(app, license_id));
    bought.values.extend([
        ("order.lines", lines),
        ("order.total", show_money(order.quote.total)),
        ("order.id", order_id.to_string()),
        ("order.date", at.date().to_string()),
        ("order.link", link.clone()),
        ("license.link", license.unwrap_or_else(|| link.clone())),
    ]);
    let (to, about, link) = (bought.to, order_id.to_string(), Some(link));
    let envelope = Envelope { vendor_id: Some(vendor_id), kind, to, about, link, over_at: None };
    write_for_vendor(tx, app, vendor_id, envelope, &bought.values).map(Some)
}

fn write_of_license(tx: &mut dyn Tx, app: &App, kind: MailKind, event: &Event) -> Outcome<Option<MailRecord>> {
    let body: Value = serde_json::from_str(&event.body).unwrap_or_default();
    let member = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let named = if kind == MailKind::LicenseMoved { member("license_id") } else { event.subject.clone() };
    let Ok(license_id) = named.parse::<LicenseId>() else { return Ok(None) };
    let vendor_id = event.vendor_id;
    let Some(record) = tx.license_at(vendor_id, license_id)? else { return Ok(None) };
    let found = Bought::find(tx, vendor_id, record.customer_id, record.product_id, record.license.menu)?;
    let Some(mut bought) = found else { return Ok(None) };
    bought.set_offer(&record.license.offer);
    match kind {
        MailKind::LicenseExpiring => {
            let Some(ends_at) = still_ending(&record, event.at) else { return Ok(None) };
            let Some(vendor) = tx.vendor_by_id(vendor_id)? else { return Ok(None) };
            let product = format!("{}/products/{}/{}", app.config.public_url, vendor.slug, bought.product.slug);
            bought.values.extend([("license.ends_at", ends_at.date().to_string()), ("product.link", product)]);
        }
        MailKind::LicenseMoved => {
            let successor = member("successor").parse::<PassId>().ok();
            let pass = successor.map(|pass_id| tx.pass(vendor_id, pass_id)).transpose()?.flatten();
            let device = pass.map_or_else(|| "another device".to_owned(), |pass| pass.name);
            bought.values.extend([("device.name", device), ("moved.at", show_time(event.at))]);
        }
        _ => {
            bought.values.insert("reason", member("reason"));
        }
    }
    let link = license_link(app, license_id);
    bought.values.extend([("license.id", license_id.to_string()), ("license.link", link.clone())]);
    let (to, about) = (bought.to, license_id.to_string());
    let envelope = Envelope { vendor_id: Some(vendor_id), kind, to, about, link: Some(link), over_at: None };
    write_for_vendor(tx, app, vendor_id, envelope, &bought.values).map(Some)
}

/// When a license ends that may be used until then; one that was extended or ended meanwhile is not written of.
fn still_ending(record: &LicenseRecord, told_at: Timestamp) -> Option<Timestamp> {
    let ends_at = record.license.term.ends_at()?;
    let days = (ends_at.as_unix() - told_at.as_unix()) / 86_400;
    (record.license.state == shared::license::LicenseState::Active && (0..=30).contains(&days)).then_some(ends_at)
}

fn license_link(app: &App, license_id: LicenseId) -> String {
    format!("{}/licenses/{license_id}", app.config.public_url)
}

/// `2026-11-22 02:00 UTC`.
fn show_time(at: Timestamp) -> String {
    let text = at.to_string();
    let minutes = text.get(..16).unwrap_or(&text).replace('T', " ");
    format!("{minutes} UTC")
}

fn show_item(item: &QuoteItem, menu: &Menu) -> String {
    let limit =
        |limit: &u32, one: &str, many: &str| if *limit == 1 { one.to_owned() } else { format!("{limit} {many}") };
    match item {
        QuoteItem::Base { offer } => menu.offer(offer).map_or_else(|| offer.to_string(), |offer| offer.name.clone()),
        QuoteItem::Term { term } => show_term(*term),
        QuoteItem::Feature { feature } => menu.feature_name(feature).to_owned(),
        QuoteItem::Uses { feature, limit: Some(limit) } => format!("{}, {limit} times", menu.feature_name(feature)),
        QuoteItem::Uses { feature, limit: None } => format!("{}, without limit", menu.feature_name(feature)),
        QuoteItem::Terminals { limit: count } => limit(count, "1 device", "devices"),
        QuoteItem::Seats { limit: count } => limit(count, "1 seat", "seats"),
        QuoteItem::Coupon { code } => format!("Coupon {code}"),
        QuoteItem::Tax { name, rate } => format!("{name} {rate} %"),
    }
}

/// What the other lines do not say of the tax: how much of them it is, and the vendor's number.
fn show_tax(tax: &QuoteTax) -> Option<String> {
    let included = tax.included.then(|| format!("Includes {} {} %: {}", tax.name, tax.rate, show_money(tax.amount)));
    let number = tax.number.as_ref().map(|number| format!("{} number: {number}", tax.name));
    let lines: Vec<_> = included.into_iter().chain(number).map(|line| one_line(&line)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn show_term(term: Term) -> String {
    match term {
        Term::For(period) => show_period(period),
        Term::Perpetual => "Without end".to_owned(),
        Term::FirstUse(period) => format!("{} from the first use", show_period(period)),
        Term::Until(date) => format!("Until {date}"),
    }
}

/// In words where it is of one unit.
fn show_period(period: shared::time::Period) -> String {
    let text = period.to_string();
    let words = text.strip_prefix('P').and_then(|rest| rest.split_at_checked(rest.len().saturating_sub(1)));
    let unit = words.and_then(|(count, unit)| {
        let count: u32 = count.parse().ok()?;
        let unit = match unit {
            "D" => "day",
            "W" => "week",
            "M" => "month",
            "Y" => "year",
            _ => return None,
        };
        Some(if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") })
    });
    unit.unwrap_or(text)
}
