//! Texts of the menu's editor.

// The page and its bar.
words! {
    BACK_TO_PRODUCT = "Back to the product";
    NEEDS_AGREEMENT = "Every offer names a license text that customers accept, and there is none yet. Add one first.";
    NOT_SAVED = "Not saved yet";
    DRAFT_SAVED = "Draft saved";
    NEW_MENU = "A new menu";
    SAVE_DRAFT = "Save draft";
    REVIEW = "Review and publish";
    DISCARD = "Discard draft";
    ASK_DISCARD = "Discard the draft?";
    DISCARD_MEANS = "Everything that differs from the menu on sale is lost.";
    DISCARDED = "The draft is discarded.";
    DRAFT_CONFLICT = "Somebody else saved another draft since you began. Yours is still in the fields.";
    TAKE_THEIRS = "Show theirs, lose mine";
    KEEP_MINE = "Save mine over theirs";
    UNREADABLE = "Something cannot be read yet. Put it right, then save.";
    PREVIEW = "As customers see it";
    PREVIEW_NOTE = "Live, from what stands in the fields. Nothing here can be bought.";
    PREVIEW_EMPTY = "Add an offer with a term, and the customers' page appears here.";
}

// Features.
words! {
    CURRENCY = "Currency";
    CURRENCY_HINT = "Three letters, like EUR, USD or JPY. Prices are typed like 49.90.";
    CURRENCY_WRONG = "Enter a currency as three letters, like EUR.";
    MATRIX = "Features by offer";
    FEATURE_ID = "In passes";
    FEATURE_NAME = "For customers";
    FEATURE_WRONG = "Use lower-case words joined by dots, like export.pdf.";
    NO_FEATURES = "What can your software do? Add its features, then say which offer has which.";
    ADD_FEATURE = "Add feature";
    CELL_ABSENT = "No";
    CELL_INCLUDED = "Included";
    CELL_OPTIONAL = "Optional";
}

// Offers.
words! {
    OFFERS = "Offers";
    NO_OFFERS = "An offer is what customers choose: Solo, Pro, Team. Add the first.";
    ADD_OFFER = "Add offer";
    COPY_OFFER = "Copy this offer";
    REMOVE_OFFER = "Remove this offer";
    MOVE_LEFT = "Show earlier";
    MOVE_RIGHT = "Show later";
    OFFER_SLUG_HINT = "It names the offer in orders; keep it.";
    BASE = "Base price";
    BASE_HINT = "Before any choice.";
    AGREEMENT_HINT = "What customers accept with this offer.";
    NO_AGREEMENT_YET = "Agreement";
    TERMS = "Terms";
    TERMS_HINT = "How long it lasts, like 14 days or 1 year, and what that adds to the base price.";
    ADD_TERM = "Add term";
    IS_TRIAL = "Trial";
    TERM_FOR = "For";
    TERM_FIRST_USE = "From first use, for";
    TERM_UNTIL = "Until the day";
    TERM_PERPETUAL = "For ever";
    USES = "Counted uses";
    USES_HINT = "For features that may be used so many times only.";
    ADD_USES_ROW = "Count a feature";
    FEATURES_FIRST = "Add a feature first.";
    RESETS = "Anew every";
    RESETS_HINT = "Like 1 month. Empty: once for the whole term.";
    COUNTED = "Counted";
    COUNT_ON_USE = "Each time it runs";
    COUNT_ON_ISSUE = "When the license is acquired";
    COUNT_ON_CHECKOUT = "When it is sent to a service";
    LIMITS_HINT = "How many uses, and what that adds. Empty is unlimited.";
    ADD_LIMIT = "Add limit";
    DEVICES_HINT = "On how many at once, and what that adds. One, where nothing stands here.";
    ADD_DEVICES = "Add number of devices";
    SEATS_HINT = "For services: how many may hold the license at once. None, where nothing stands here.";
    ADD_SEATS = "Add number of seats";
    MAY_MOVE = "May be moved to other devices";
    MOVE_LIMIT = "How often";
    MOVE_LIMIT_HINT = "Empty: as often as they like.";
    MOVE_PER = "In each";
    MOVE_PER_HINT = "Like 1 month. Empty: over the whole term.";
    RECOVERIES = "Lost devices";
    RECOVERIES_HINT = "How many may be signed out without them.";
    OFFLINE = "Without contact";
    WINDOW = "Works without contact for";
    WINDOW_HINT = "Like 7 days. A suspended license may go on for so long offline.";
    SLICE = "Uses set aside offline";
    SLICE_HINT = "How many a device may take along; 0 for none.";
    LEASING = "Leases";
    LEASING_HINT = "For services that check the license out: for how long at once.";
    LEASE_MIN = "Shortest, in seconds";
    LEASE_MAX = "Longest, in seconds";
    LEASE_MAX_HINT = "A service that died holds its seat for so long. Extending begins it anew.";
    UNRETURNED = "Uses of a lease that nobody returned come back";
}

// What is wrong.
words! {
    PRICE_MISSING = "Enter a price; 0 for none.";
    PRICE_NEGATIVE = "A price cannot be negative.";
    PRICE_WRONG = "Enter digits, like 49 or 49.90, without signs or spaces.";
    PRICE_HUGE = "This price is too large.";
    NO_DECIMALS = "This currency has no decimals.";
    TWO_DECIMALS = "Use at most 2 decimals.";
    THREE_DECIMALS = "Use at most 3 decimals.";
    NUMBER_WRONG = "Enter a whole number.";
    PERIOD_WRONG = "Enter a time like 14 days, 1 month or 1 year.";
    DAY_WRONG = "Choose a day.";
}

// Publishing.
words! {
    PUBLISH = "Publish";
    PUBLISH_MEANS = "From then on customers choose from this version. Licenses that were bought before stay what they are.";
    WHAT_CHANGES = "What changes";
    NOTHING_CHANGES = "Nothing differs from the menu on sale.";
    PERHAPS_NOT_MEANT = "Perhaps not meant";
    ADDED = "added";
    GOES = "is sold no more";
    BECOMES = " becomes ";
    ORDER_OF_OFFERS = "Order of offers";
    NAME_FACT = "name";
    SUMMARY_FACT = "summary";
    BASE_FACT = "base price";
    TRIAL_FACT = "trial";
    INCLUDED_FACT = "included";
    WHOLE_TERM = "once for the whole term";
    MOVING_FACT = "moving";
    RECOVERIES_FACT = "lost devices";
    OFFLINE_FACT = "works without contact for";
    SLICE_FACT = "uses set aside offline";
    LEASES_FACT = "leases";
    AGREEMENT_FACT = "agreement";
}

pub(crate) fn menu_of(product: &str) -> String {
    format!("Menu of {product}")
}

pub(crate) fn saved_by(who: &str, when: &str) -> String {
    format!("Draft saved by {who}, {when}")
}

pub(crate) fn as_published(version: u32) -> String {
    format!("As published in version {version}")
}

pub(crate) fn problems(count: usize) -> String {
    match count {
        1 => "1 thing to put right before it can be published".to_owned(),
        count => format!("{count} things to put right before it can be published"),
    }
}

pub(crate) fn problems_first(count: usize) -> String {
    format!("{}. Close this and look at the list above the fields.", problems(count))
}

pub(crate) fn publish_version(version: u32) -> String {
    format!("Publish version {version}")
}

pub(crate) fn published(version: u32) -> String {
    format!("Version {version} is on sale.")
}

pub(crate) fn first_menu(offers: usize) -> String {
    match offers {
        1 => "This is the first menu, with 1 offer.".to_owned(),
        offers => format!("This is the first menu, with {offers} offers."),
    }
}

pub(crate) fn added(what: &str) -> String {
    format!("added, {what}")
}

pub(crate) fn of_offer(offer: &str, what: &str) -> String {
    format!("{offer}, {what}")
}

pub(crate) fn feature_called(feature: &str) -> String {
    format!("Feature {feature}")
}

pub(crate) fn optional_for(price: &str) -> String {
    format!("optional, {price}")
}

pub(crate) fn counted_fact(feature: &str) -> String {
    format!("{feature}, counted")
}

pub(crate) fn devices(count: u32) -> String {
    if count == 1 { "1 device".to_owned() } else { format!("{count} devices") }
}

pub(crate) fn seats(count: u32) -> String {
    if count == 1 { "1 seat".to_owned() } else { format!("{count} seats") }
}

pub(crate) fn uses(count: u64) -> String {
    if count == 1 { "1 use".to_owned() } else { format!("{count} uses") }
}

pub(crate) fn leases(shortest: u32, longest: u32, returned: bool) -> String {
    let uses = if returned { "uses come back" } else { "uses are spent" };
    format!("{shortest} to {longest} seconds, {uses} when nobody returns it")
}

pub(crate) fn offer_number(number: usize) -> String {
    format!("Offer {number}")
}

pub(crate) fn new_offer(number: usize) -> String {
    format!("Offer {number}")
}

pub(crate) fn copy_of(name: &str) -> String {
    format!("{name} copy")
}

// Labels that are heard: the row is named by its number.

pub(crate) fn feature_id_of(row: usize) -> String {
    format!("Feature {row} in passes")
}

pub(crate) fn feature_name_of(row: usize) -> String {
    format!("Feature {row} for customers")
}

pub(crate) fn remove_feature(row: usize) -> String {
    format!("Remove feature {row}")
}

pub(crate) fn cell_of(offer: &str, row: usize) -> String {
    format!("{offer} has feature {row}")
}

pub(crate) fn price_of(cell: &str) -> String {
    format!("{cell}: price")
}

pub(crate) fn term_kind_of(row: usize) -> String {
    format!("Term {row}: kind")
}

pub(crate) fn term_length_of(row: usize) -> String {
    format!("Term {row}: how long")
}

pub(crate) fn term_day_of(row: usize) -> String {
    format!("Term {row}: last day")
}

pub(crate) fn term_price_of(row: usize) -> String {
    format!("Term {row}: price")
}

pub(crate) fn remove_term(row: usize) -> String {
    format!("Remove term {row}")
}

pub(crate) fn devices_of_row(row: usize) -> String {
    format!("Devices {row}: how many")
}

pub(crate) fn devices_price_of(row: usize) -> String {
    format!("Devices {row}: price")
}

pub(crate) fn seats_of_row(row: usize) -> String {
    format!("Seats {row}: how many")
}

pub(crate) fn seats_price_of(row: usize) -> String {
    format!("Seats {row}: price")
}

pub(crate) fn uses_of_row(row: usize) -> String {
    format!("Limit {row}: uses")
}

pub(crate) fn uses_price_of(row: usize) -> String {
    format!("Limit {row}: price")
}

pub(crate) fn remove_row(row: usize) -> String {
    format!("Remove row {row}")
}

pub(crate) fn remove_counting(row: usize) -> String {
    format!("Do not count this feature (row {row})")
}
