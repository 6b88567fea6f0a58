//! Texts about what services have of a license, and what of it is counted.

words! {
    SERVICES = "Services and uses";
    SERVICES_LEAD = "What services have of this license, and what of it is counted.";
    SEE_SERVICES = "See services and uses";
    SEATS_HELD = "Seats";
    NO_SEATS = "This license has no seats: services do not check it out.";
    NOBODY_HOLDS = "No service holds the license at the moment.";
    IDENTIFIERS_TITLE = "Identifiers for services";
    IDENTIFIERS_LEAD = "Hand one to a service, and it may check this license out. Whoever has it can do that, so make one for each service.";
    NO_IDENTIFIERS = "No identifier is good at the moment.";
    MAKE_IDENTIFIER = "Make an identifier";
    NEW_IDENTIFIER = "New identifier";
    IDENTIFIER_LABEL = "What it is for";
    IDENTIFIER_LABEL_HINT = "For you: which service you hand it to.";
    IDENTIFIER_END = "Good until";
    IDENTIFIER_END_HINT = "The whole of that day, of UTC. Empty: until you end it.";
    IDENTIFIER_USES = "Check-outs at most";
    IDENTIFIER_USES_HINT = "Empty: any number.";
    IDENTIFIER_LABEL_WRONG = "Enter 1 to 100 characters.";
    IDENTIFIER_END_WRONG = "Choose a day from today on.";
    IDENTIFIER_USES_WRONG = "Enter a number from 1 to 1,000,000.";
    IDENTIFIER_MADE = "The identifier is ready.";
    IDENTIFIER = "identifier";
    SHOWN_ONCE = "Copy it now: it cannot be read again. The service asks for it as the license identifier.";
    REPLACE = "Replace";
    REPLACE_MEANS = "The old one stops working at once. What services hold by it they keep until they return it or its time is over.";
    REPLACE_VERB = "Replace identifier";
    END_ONE = "End";
    END_IDENTIFIER = "End identifier";
    IDENTIFIER_ENDED = "The identifier is ended.";
    END_IDENTIFIER_MEANS = "The service that has it cannot check the license out any more, at once. What it holds it keeps until it returns it or its time is over.";
    MADE_BY_YOU = "made by you";
    GOOD_FOREVER = "good until you end it";
    COUNTED_TITLE = "What is counted";
    NOTHING_COUNTED = "Nothing of this license is counted.";
    COUNTED_ON_ISSUE = "Counted when you get it: with each pass that is issued to a device, or as you sign in by your organization.";
    COUNTED_ON_CHECKOUT = "Counted when a service checks the license out; what it returns unspent comes back.";
    COUNTED_ON_USE = "Counted each time it is used, on a device or by a service.";
    SHOW_HISTORY = "Show history";
    HIDE_HISTORY = "Hide history";
    NOTHING_COUNTED_YET = "Nothing was counted yet.";
    A_DEVICE = "a device that is gone";
    SOMEBODY = "somebody";
    BY_ISSUE = "As the license was issued";
}

/// "2 of 5 seats in use".
pub fn seats_in_use(taken: u32, limit: u32) -> String {
    format!("{taken} of {} in use", super::counted(u64::from(limit), super::SEATS))
}

/// "3 services wait for a seat."
pub fn services_wait(count: u32) -> String {
    format!("{} for a seat.", super::counted(u64::from(count), ("service waits", "services wait")))
}

/// "Since 14:02, until 14:12 unless it is extended".
pub fn held_until(since: &str, until: &str) -> String {
    format!("Since {since}, until {until} unless it is extended")
}

pub fn made_on_device(device: &str) -> String {
    let device = super::isolate(device);
    format!("made by the app on {device}")
}

pub fn good_until(when: &str) -> String {
    format!("good until {when}")
}

pub fn check_outs_left(left: &str, made: &str) -> String {
    format!("{left} of {made} check-outs left")
}

pub fn replace_title(name: &str) -> String {
    let name = super::isolate(name);
    format!("Replace {name}?")
}

pub fn end_title(name: &str) -> String {
    let name = super::isolate(name);
    format!("End {name}?")
}

pub fn issued_to(device: &str) -> String {
    let device = super::isolate(device);
    format!("As a pass was issued to {device}")
}

pub fn used_on(device: &str) -> String {
    let device = super::isolate(device);
    format!("On {device}")
}

pub fn used_offline_on(device: &str) -> String {
    let device = super::isolate(device);
    format!("Offline on {device}")
}

pub fn spent_by(holder: &str) -> String {
    let holder = super::isolate(holder);
    format!("By {holder}, a service")
}

/// The name of a control that stands once for each function.
pub fn history_of(act: &str, feature: &str) -> String {
    let feature = super::isolate(feature);
    format!("{act}: {feature}")
}
