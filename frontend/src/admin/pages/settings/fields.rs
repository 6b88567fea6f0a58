//! The settings as texts in fields, and what is read of them.

use shared::api::admin::team::{InvoiceTerms, Settings};
use shared::brand::Colour;
use shared::tax::{Tax, TaxRate};

use crate::admin::ask::Answer;
use crate::admin::form::choices;
use crate::admin::words;

/// Whether there is a tax, and how prices have it.
pub(super) const NO_TAX: &str = "none";
const INCLUDED: &str = "included";
const ADDED: &str = "added";

/// Whether customers may pay by invoice.
pub(super) const OFF: &str = "off";
const ON: &str = "on";

/// The choices of the two lists.
pub(super) fn tax_choices() -> Vec<(String, String)> {
    choices(&[(NO_TAX, words::TAX_NONE), (INCLUDED, words::TAX_INCLUDED), (ADDED, words::TAX_ADDED)])
}

/// See [`tax_choices`].
pub(super) fn invoice_choices() -> Vec<(String, String)> {
    choices(&[(OFF, words::INVOICE_OFF), (ON, words::INVOICE_ON)])
}

/// Names and labels, in the form's order.
pub(super) const FIELDS: [(&str, &str); 11] = [
    ("name", words::VENDOR_NAME),
    ("support_email", words::SUPPORT_EMAIL),
    ("website", words::WEBSITE),
    ("accent", words::ACCENT),
    ("tax", words::TAX),
    ("tax.name", words::TAX_NAME),
    ("tax.rate", words::TAX_RATE),
    ("tax.number", words::TAX_NUMBER),
    ("invoice", words::INVOICE),
    ("invoice.days", words::INVOICE_DAYS),
    ("invoice.instructions", words::INVOICE_INSTRUCTIONS),
];

/// What stands in the fields.
pub(super) type Answers = [Answer; 11];

/// The settings as they stand in the fields.
pub(super) fn texts(settings: &Settings) -> [String; 11] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (tax, invoice) = (settings.tax.as_ref(), settings.invoice.as_ref());
    let how = tax.map_or(NO_TAX, |tax| if tax.included { INCLUDED } else { ADDED });
    [
        settings.name.clone(),
        text(&settings.support_email),
        text(&settings.website),
        settings.accent.map(|accent| accent.to_string()).unwrap_or_default(),
        how.to_owned(),
        tax.map(|tax| tax.name.clone()).unwrap_or_default(),
        tax.map(|tax| tax.rate.to_string()).unwrap_or_default(),
        tax.and_then(|tax| tax.number.clone()).unwrap_or_default(),
        if invoice.is_some() { ON } else { OFF }.to_owned(),
        invoice.map_or(14, |terms| terms.days).to_string(),
        invoice.map(|terms| terms.instructions.clone()).unwrap_or_default(),
    ]
}

/// What is typed; nothing where a field is wrong, which says so itself.
pub(super) fn read(answers: &Answers) -> Option<Settings> {
    let [name, support, website, accent, how, tax_name, rate, number, invoice, days, instructions] = *answers;
    let is_name = |text: &str| (1..=100).contains(&text.chars().count()).then(|| text.to_owned());
    let name = name.read(is_name, words::TOKEN_NAME_WRONG);
    let support = support.read(or_nothing(|text| text.contains('@').then(|| text.to_owned())), words::EMAIL_WRONG);
    let is_web = |text: &str| text.starts_with("https://") || text.starts_with("http://");
    let website = website.read(or_nothing(|text| is_web(text).then(|| text.to_owned())), words::WEBSITE_WRONG);
    let accent = accent.read(or_nothing(|text| text.parse::<Colour>().ok()), words::ACCENT_WRONG);
    let how = how.read(|text| Some(text.to_owned()), "").unwrap_or_default();
    let tax = if how == NO_TAX {
        Some(None)
    } else {
        let line = |text: &str| (1..=40).contains(&text.chars().count()).then(|| text.to_owned());
        let name = tax_name.read(line, words::TAX_NAME_WRONG);
        // A comma is what many people's keyboards have for it.
        let rate = rate.read(|text| text.replace(',', ".").parse::<TaxRate>().ok(), words::TAX_RATE_WRONG);
        let number = number.read(or_nothing(line), words::TAX_NAME_WRONG);
        let tax = |(name, rate), number| Some(Tax { name, rate, included: how == INCLUDED, number });
        name.zip(rate).zip(number).map(|(two, number)| tax(two, number))
    };
    let is_on = invoice.read(|text| Some(text == ON), "") == Some(true);
    let invoice = if is_on {
        let in_range = |text: &str| text.parse().ok().filter(|days| (1..=90_u32).contains(days));
        let days = days.read(in_range, words::INVOICE_DAYS_WRONG);
        let is_text = |text: &str| (1..=2000).contains(&text.chars().count()).then(|| text.to_owned());
        let instructions = instructions.read(is_text, words::INVOICE_INSTRUCTIONS_WRONG);
        days.zip(instructions).map(|(days, instructions)| Some(InvoiceTerms { instructions, days }))
    } else {
        Some(None)
    };
    Some(Settings {
        name: name?,
        support_email: support?,
        website: website?,
        accent: accent?,
        tax: tax?,
        invoice: invoice?,
        brand: None,
        other_tax: Vec::new(),
        payments: Vec::new(),
        mail: None,
    })
}

/// A reader of what may be left empty.
fn or_nothing<T>(read: impl Fn(&str) -> Option<T>) -> impl Fn(&str) -> Option<Option<T>> {
    move |text| match text {
        "" => Some(None),
        text => read(text).map(Some),
    }
}
