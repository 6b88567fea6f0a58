//! Terms, periods, prices and limits as the customer reads them.

use shared::api::license::License;
use shared::license::LicenseTerm;
use shared::menu::{FeatureName, Offer, Term, TermChoice};
use shared::money::{Currency, Money};
use shared::quote::{QuoteItem, QuoteLine};
use shared::refusal::RefusalCode;
use shared::slug::Feature;
use shared::tax::TaxRate;
use shared::time::{Period, Timestamp};

use crate::api::Fault;
use crate::{intl, words};

/// "1 year and 6 months", "14 days", "1 week".
pub fn period(period: Period) -> String {
    let mut parts = Vec::new();
    let mut add = |count: u32, unit: words::Unit| {
        if count > 0 {
            parts.push(words::counted(u64::from(count), unit));
        }
    };
    add(period.months() / 12, words::YEARS);
    add(period.months() % 12, words::MONTHS);
    match (period.months(), period.days()) {
        (0, 7) => add(1, words::WEEKS),
        (_, days) => add(days, words::DAYS),
    }
    parts.join(words::AND)
}

/// "month", "14 days": what follows "every" or "per".
pub fn every(of: Period) -> String {
    let text = period(of);
    text.strip_prefix("1 ").map_or_else(|| text.clone(), str::to_owned)
}

/// A term as the name of a choice.
pub fn term(term: Term) -> String {
    match term {
        Term::For(length) => period(length),
        Term::FirstUse(length) => words::from_first_use(&period(length)),
        Term::Until(date) => words::until(&intl::day(date)),
        Term::Perpetual => words::PERPETUAL.to_owned(),
    }
}

/// What choosing a term means, as a sentence.
pub fn term_note(choice: &TermChoice, now: Timestamp) -> String {
    let meaning = match choice.term {
        Term::For(length) => now.checked_add(length).map_or_else(String::new, |end| words::ends_on(&intl::date(end))),
        Term::FirstUse(_) => words::STARTS_ON_FIRST_USE.to_owned(),
        Term::Until(_) => words::SAME_END_FOR_ALL.to_owned(),
        Term::Perpetual => words::NEVER_ENDS.to_owned(),
    };
    if choice.trial { format!("{meaning} {}", words::TRIAL_ONCE) } else { meaning }
}

/// A license's term: "Until 31 December 2027 (in 5 months)".
pub fn license_term(term: LicenseTerm, now: Timestamp) -> String {
    match term {
        LicenseTerm::Fixed { starts_at, .. } if now < starts_at => words::begins_on(&intl::date_time(starts_at)),
        LicenseTerm::Fixed { ends_at, .. } if now < ends_at => words::ends(&intl::relative(ends_at, now)),
        LicenseTerm::Fixed { ends_at, .. } => words::ended(&intl::relative(ends_at, now)),
        LicenseTerm::Perpetual { .. } => words::NEVER_ENDS.to_owned(),
        LicenseTerm::FirstUse { period: length } => words::lasts_from_first_use(&period(length)),
    }
}

/// An added price: "+ €5.00", or "included" for none.
pub fn added(amount: i64, currency: Currency) -> String {
    if amount == 0 { words::INCLUDED.to_owned() } else { format!("+ {}", intl::money(Money::new(amount, currency))) }
}

/// A price: "€5.00", or "Free" for none.
pub fn price(amount: i64, currency: Currency) -> String {
    if amount == 0 { words::FREE.to_owned() } else { intl::money(Money::new(amount, currency)) }
}

/// "100 uses per month", "Unlimited uses".
pub fn uses(limit: Option<u64>, resets: Option<Period>) -> String {
    let count =
        limit.map_or_else(|| words::UNLIMITED_USES.to_owned(), |limit| words::uses(limit, &intl::number(limit)));
    match resets {
        Some(period) if limit.is_some() => words::per(&count, &every(period)),
        _ => count,
    }
}

/// A feature's name in words, or the feature itself where none is known.
pub fn feature<'a>(names: &'a [FeatureName], feature: &'a Feature) -> &'a str {
    names.iter().find(|named| named.feature == *feature).map_or(feature.as_str(), |named| &named.name)
}

/// What a line of a price is for.
pub fn quote_item(item: &QuoteItem, offer_name: &str, names: &[FeatureName]) -> String {
    match item {
        QuoteItem::Base { .. } => offer_name.to_owned(),
        QuoteItem::Term { term: chosen } => words::term_line(&term(*chosen)),
        QuoteItem::Feature { feature: added } => feature(names, added).to_owned(),
        QuoteItem::Uses { feature: counted, limit } => format!("{}: {}", feature(names, counted), uses(*limit, None)),
        QuoteItem::Terminals { limit } => words::counted(u64::from(*limit), words::DEVICES),
        QuoteItem::Seats { limit } => words::counted(u64::from(*limit), words::SEATS),
        QuoteItem::Coupon { code } => words::coupon_line(code.as_str()),
        QuoteItem::Tax { name, rate } => tax(name, *rate),
    }
}

/// "VAT 19 %".
pub fn tax(name: &str, rate: TaxRate) -> String {
    format!("{name} {rate}\u{a0}%")
}

/// The lines of a price in words, each with what it costs. The offer's own line is left out where it costs nothing: its term says it all.
pub fn quote_lines(lines: &[QuoteLine], offer_name: &str, names: &[FeatureName]) -> Vec<(String, String)> {
    let shown = |line: &&QuoteLine| !(line.price.is_zero() && matches!(line.item, QuoteItem::Base { .. }));
    let cost = |line: &QuoteLine| match line.item {
        _ if !line.price.is_zero() => intl::money(line.price),
        QuoteItem::Term { .. } => words::FREE.to_owned(),
        _ => words::INCLUDED.to_owned(),
    };
    let words = |line: &QuoteLine| (quote_item(&line.item, offer_name, names), cost(line));
    lines.iter().filter(shown).map(words).collect()
}

/// Where an offer's prices begin: the cheapest term that is no trial, with every cheapest choice.
pub fn least_price(offer: &Offer) -> i64 {
    let terms = || offer.terms.iter().filter(|choice| !choice.trial);
    let term = terms().map(|choice| choice.price).min();
    let term = term.or_else(|| offer.terms.iter().map(|choice| choice.price).min()).unwrap_or(0);
    let included = |feature: &Feature| offer.features.iter().any(|f| f.feature == *feature && f.included);
    let uses = offer.uses.iter().filter(|uses| included(&uses.feature));
    let uses = uses.filter_map(|uses| uses.limits.iter().map(|limit| limit.price).min());
    let limits = [&offer.terminals, &offer.seats].into_iter();
    let limits = limits.filter_map(|choices| choices.iter().map(|choice| choice.price).min());
    uses.chain(limits).fold(offer.base.saturating_add(term), i64::saturating_add)
}

/// Whether a pass may move, as a sentence.
pub fn moving(moving: &shared::menu::Moving) -> String {
    match (moving.allowed, moving.limit, moving.per) {
        (false, ..) => words::NO_MOVING.to_owned(),
        (true, None, _) => words::MOVING_FREELY.to_owned(),
        (true, Some(limit), Some(per)) => words::per(&words::moving_times(u64::from(limit)), &every(per)),
        (true, Some(limit), None) => words::moving_times(u64::from(limit)),
    }
}

/// "Sketchpad Pro".
pub fn license_name(license: &License) -> String {
    format!("{} {}", license.product.name, license.offer_name)
}

/// "2 of 3 moves left until 1 May 2027."
pub fn moves_left(license: &License) -> String {
    let until = license.moves.opens_at.map(intl::date);
    match (license.moving.allowed, license.moving.limit, license.moves.left) {
        (false, ..) => words::REFUSED_STAYS.to_owned(),
        (true, Some(limit), Some(left)) => words::moves_left(left, limit, until.as_deref()),
        (true, ..) => words::MOVES_FREE.to_owned(),
    }
}

/// Why a move is refused, in our own words where we have some: with dates as the reader writes them.
pub fn move_fault(fault: Fault) -> Fault {
    use shared::verdict::Code;
    let day = fault.opens_at.map(intl::date);
    let detail = match (fault.code, day) {
        (Some(RefusalCode::MoveLimitReached), Some(day)) => words::moves_open_again(&day),
        (Some(code), _) => match code {
            RefusalCode::MoveLimitReached => words::MOVES_USED_UP,
            RefusalCode::MoveNotAllowed => words::REFUSED_STAYS,
            RefusalCode::NotFound => words::REFUSED_UNKNOWN,
            RefusalCode::MoveUsed => words::REFUSED_USED,
            RefusalCode::MoveExpired => words::REFUSED_ENDED,
            RefusalCode::SameDevice => words::REFUSED_SAME_DEVICE,
            RefusalCode::Judged(code) => match code {
                Code::WrongAudience => words::REFUSED_PRODUCT,
                Code::WrongIssuer | Code::WrongType | Code::Malformed | Code::SignatureInvalid | Code::UnknownKey => {
                    words::REFUSED_TOKEN
                }
                Code::Expired => words::REFUSED_ENDED,
                Code::TermEnded => words::REFUSED_TERM,
                Code::Suspended => words::REFUSED_SUSPENDED,
                Code::Revoked | Code::Moved => words::REFUSED_REVOKED,
                Code::BeingMoved => words::REFUSED_MOVING,
                _ => return fault,
            },
            _ => return fault,
        }
        .to_owned(),
        (None, _) => return fault,
    };
    Fault { detail, ..fault }
}

/// The same for signing a device out.
pub fn recovery_fault(fault: Fault) -> Fault {
    if !fault.is(RefusalCode::MoveLimitReached) {
        return fault;
    }
    let day = fault.opens_at.map(intl::date);
    let detail = day.map_or_else(|| words::RECOVERIES_USED_UP.to_owned(), |day| words::recoveries_open_again(&day));
    Fault { detail, ..fault }
}
