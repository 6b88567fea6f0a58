//! Every text that a vendor's team reads, in English: fixed texts here, texts with something in them in `sentences`, and all of
//! the menu's editor in `editor`. What customers read too is in the library's own catalogue.

macro_rules! words {
    ($($name:ident = $text:literal;)*) => { $(pub(crate) const $name: &str = $text;)* };
}

mod access;
mod business;
mod editor;
mod events;
mod leasing;
mod sentences;
mod sources;

pub(crate) use crate::words::{
    CLOSE, LOADING, NOT_FOUND, NOT_FOUND_DETAIL, NOT_FOUND_HERE, PRODUCT, SIGN_IN, SIGN_OUT, SIGNED_OUT, SKIP, TRIAL,
    UNLIMITED, agreement_version as titled_version, sentence, signed_in_as, version,
};
pub(crate) use access::*;
pub(crate) use business::*;
pub(crate) use editor::*;
pub(crate) use events::*;
pub(crate) use leasing::*;
pub(crate) use sentences::*;
pub(crate) use sources::*;

// The shell.
words! {
    NAV = "Pages";
    NAV_SELL = "Sell";
    NAV_SUPPORT = "Support";
    NAV_TRUST = "Keys and team";
    OVERVIEW = "Overview";
    PRODUCTS = "Products";
    AGREEMENTS = "Agreements";
    ORDERS = "Orders";
    CUSTOMERS = "Customers";
    LICENSES = "Licenses";
    PASSES = "Passes";
    MOVES = "Moves";
    KEYS = "Signing keys";
    PLAYGROUND = "Playground";
    AUDIT = "Audit log";
    TO_START = "To the start";
    TO_PORTAL = "Customers' portal";
    CHANGE_VENDOR = "Change vendor";
    OFFLINE_STRIP = "You are offline. What you see may be old.";
    NO_ACCOUNT = "No account yet?";
    CREATE_ACCOUNT = "Create account";
    VENDORS = "Choose a vendor";
    NO_VENDOR = "You are in no vendor's team yet";
    NO_VENDOR_DETAIL = "Ask an owner of the team for an invitation, and open its link here.";
    FIND = "Find or go to";
    FIND_LABEL = "A page, a name, an address or an id";
    FOUND_NOTHING = "Nothing found.";
    SHORTCUTS = "Keys";
    CANCEL = "Cancel";
    SAVE = "Save";
    SAVED = "Saved.";
    REMOVE = "Remove";
    NONE = "–";
    NOT_SET = "Not set";
    CHOOSE_ONE = "Choose one";
    STALE = "This may be out of date: the server cannot be reached.";
    CONFLICT = "Somebody else changed this meanwhile";
    CONFLICT_DETAIL = "Nothing was saved. Look at what is there now, then change it again.";
    SHOW_NEWEST = "Show what is there now";
}

/// Which keys there are, and what they do.
pub(crate) const KEYS_THERE_ARE: [(&str, &str); 5] = [
    ("Ctrl K", "Find, or go to a page"),
    ("/", "Search in the list"),
    ("?", "These keys"),
    ("Esc", "Close what is on top"),
    ("↑ ↓ Enter", "Choose from what was found"),
];

// What is to do first.
words! {
    TO_DO = "First steps";
    DONE = "Done.";
    NOT_DONE = "Still to do.";
    LOOK_AGAIN = "Look again";
    DO_PRODUCT = "Add your product";
    DO_PRODUCT_WHY = "Give it a name and one sentence about it.";
    DO_MENU = "Price a menu and publish it";
    DO_MENU_WHY = "Offers, terms and prices, with the customer's page beside them.";
    DO_APP = "Name where your app is";
    DO_APP_WHY = "Only apps at the addresses you name are handed passes.";
    DO_KEY = "Have a key that signs";
    DO_KEY_WHY = "It is made with the vendor; make the next one ahead of time.";
    DO_SELL = "Sell the first license";
    DO_SELL_WHY = "Send somebody the address of your menu, or buy from it yourself.";
    SHOP = "Your menu";
    SHOP_WHY = "Customers choose and buy here.";
    SHOP_ADDRESS = "address of the menu";
}

// Lists.
words! {
    SEARCH = "Search";
    SORT = "Order";
    ANY = "Any";
    NEWEST = "Newest first";
    ENDS_SOONEST = "Ends soonest";
    EXPORT = "Export as CSV";
    FIRST_PAGE = "First page";
    NEXT_PAGE = "Next page";
    PAGES = "Pages of the list";
    CLEAR_FILTERS = "Clear search and filters";
    NOTHING_FITS = "Nothing fits";
    NOTHING_FITS_DETAIL = "Search for something else, or clear the filters.";
    SELECTION = "Selection";
    CLEAR_SELECTION = "Clear selection";
    SELECT_ALL = "Select all rows";
    FROM_DAY = "From";
    BEFORE_DAY = "Before";
    STATUS = "Status";
    SINCE = "Since";
    WHEN = "When";
    ACTS = "Acts";
    NEXT = "Next";
}

// Customers, licenses, passes, moves, orders.
words! {
    CUSTOMER = "Customer";
    CUSTOMERS_LEAD = "Everybody who has an order or a license of yours.";
    CUSTOMER_NUMBER = "Customer number";
    ALL_CUSTOMERS = "All customers";
    EMAIL = "E-mail";
    SEARCH_CUSTOMERS = "Name, address or id";
    NO_CUSTOMERS = "No customers yet";
    NO_CUSTOMERS_DETAIL = "Whoever orders from your menu is listed here.";
    HAS_NO_LICENSES = "No licenses.";
    HAS_NO_ORDERS = "No orders.";
    HAS_NO_PASSES = "No device was ever connected.";
    HAS_NO_MOVES = "Nothing was moved.";

    LICENSE = "License";
    LICENSES_LEAD = "What your customers bought or tried.";
    LICENSE_NUMBER = "License number";
    SEARCH_LICENSES = "Name, address or id";
    NO_LICENSES = "No licenses yet";
    NO_LICENSES_DETAIL = "Each order that is paid grants one; it is listed here.";
    LICENSE_ACTIVE = "Active";
    LICENSE_SUSPENDED = "Suspended";
    LICENSE_REVOKED = "Revoked";
    TRIALS_ONLY = "Trials";
    NO_TRIALS = "No trials";
    ENDS_AFTER = "Ends after";
    ENDS_BEFORE = "Ends before";
    TERM = "Term";
    GRANTED = "Granted";
    FEATURE = "Feature";
    FEATURES = "Features";
    MOVING = "Moving";
    DEVICE = "Device";
    DEVICES = "Devices";
    SEATS = "Seats";
    MENU_VERSION = "Bought from";
    SEE_LICENSE = "See the license";
    SEE_ORDER = "See the order";
    SEE_PASS = "See the pass";

    PASS = "Pass";
    PASSES_LEAD = "Which device uses which license.";
    PASS_NUMBER = "Pass number";
    SEARCH_PASSES = "Device, name, address or id";
    NO_PASSES = "No passes yet";
    NO_PASSES_DETAIL = "An app that is connected to a license gets one; it is listed here.";
    PASS_VALID = "Active";
    PASS_MOVING = "Being moved";
    PASS_IS_SUSPENDED = "Suspended";
    PASS_ENDED = "Ended";
    CONNECTED = "Connected";
    LAST_SEEN = "Last seen";
    WORKS_UNTIL = "Works without contact until";
    MOVED_FROM = "Moved from";
    ENDED_AT = "Ended";

    MOVE = "Move";
    MOVES_LEAD = "Licenses on their way from one device to another.";
    MOVE_NUMBER = "Move number";
    SEARCH_MOVES = "Device, name, address or id";
    NO_MOVES = "No moves yet";
    NO_MOVES_DETAIL = "When a customer moves a license to another device, it is listed here.";
    MOVE_OPEN = "Open";
    MOVE_REDEEMED = "Moved";
    MOVE_CANCELLED = "Cancelled";
    MOVE_EXPIRED = "Expired";
    MOVE_FROM = "From device";
    MOVE_TO = "To device";
    OFFERED = "Offered";
    REDEEMABLE_UNTIL = "Redeemable until";
    NEW_PASS = "New pass";
    NOBODY_YET = "Nobody yet";
    SETTLED = "Settled";

    ORDER = "Order";
    ORDERS_LEAD = "What was ordered, and whether it is paid.";
    ORDER_NUMBER = "Order number";
    SEARCH_ORDERS = "Name, address or id";
    NO_ORDERS = "No orders yet";
    NO_ORDERS_DETAIL = "Whatever is ordered from your menus is listed here.";
    ORDER_PAID = "Paid";
    ORDER_AWAITING = "Awaiting payment";
    ORDER_CANCELLED = "Cancelled";
    ORDER_REFUNDED = "Refunded";
    TOTAL = "Total";
    PLACED = "Ordered";
    PAYMENT = "Payment";
    PAID_FREE = "Free, nothing to pay";
    PAID_INVOICE = "By invoice";
    PAID_SOURCE = "Nothing: granted at sign-in";
    REFERENCE = "Reference";
    PAY_UNTIL = "Pay until";
    MARK_PAID = "Mark as paid";
    MARKED_PAID = "The order is paid and its license granted.";
    REFUND_BY_HAND = " The order was paid by transfer: send the money back yourself, Passgate moves none.";
    KIND_INVOICE = "How to pay by invoice";
    KIND_ORDER_CANCELLED = "Order cancelled";
    CANCEL_ORDER = "Cancel order";
    ORDER_IS_CANCELLED = "The order is cancelled.";
    PAID_TEST = "Test payment: no money moves";
    PRODUCT_LABEL = "Product";
}

// Acts.
words! {
    REASON = "Reason";
    REASON_SEEN = "The customer sees it, and it stands in the audit log.";
    REASON_KEPT = "It stands in the audit log.";
    REASON_MISSING = "Say why, in a few words.";
    REASON_LONG = "Use at most 500 characters.";
    SUSPEND = "Suspend";
    REINSTATE = "Reinstate";
    REVOKE = "Revoke";
    EXTEND = "Extend";
    ADD_USES = "Add uses";
    ALLOW_MOVES = "Allow moves";
    REFUND = "Refund";
    SUSPEND_LICENSE = "Suspend license";
    REINSTATE_LICENSE = "Reinstate license";
    REVOKE_LICENSE = "Revoke license";
    EXTEND_LICENSE = "Extend license";
    SUSPENDED = "The license is suspended.";
    REINSTATED = "The license is active again.";
    REVOKED = "The license is revoked.";
    EXTENDED = "The license ends later now.";
    USES_ADDED = "The uses are added.";
    MOVES_ALLOWED = "The moves are allowed.";
    REFUNDED = "The order is refunded.";
    EXTEND_MEANS = "Its devices learn of it when they refresh next. Nothing is charged.";
    ADD_USES_MEANS = "They are added to what is left in this period. Nothing is charged.";
    ALLOW_MOVES_MEANS = "They are added to what is left in this period.";
    NEW_END = "Last day";
    NEW_END_HINT = "The license works through the whole of this day (UTC).";
    NEW_END_WRONG = "Choose a day after the one on which it ends now.";
    HOW_MANY_USES = "How many uses";
    HOW_MANY_MOVES = "How many moves";
    USES_WRONG = "Enter a number from 1 to 1,000,000.";
    MOVES_WRONG = "Enter a number from 1 to 100.";
    SUSPEND_PASS = "Suspend pass";
    REINSTATE_PASS = "Reinstate pass";
    REVOKE_PASS = "Revoke pass";
    PASS_SUSPENDED = "The pass is suspended.";
    PASS_REINSTATED = "The pass is active again.";
    PASS_REVOKED = "The pass is revoked.";
    BULK_DONE = "Done for all of them.";
}

// The audit log.
words! {
    AUDIT_LEAD = "Every change: who, what, when and from where. Entries are chained, so that none can be changed later.";
    EVENT = "Event";
    EVENT_NUMBER = "number";
    HASH = "hash";
    WHO = "Who";
    WHO_ID = "Who (id)";
    SUBJECT = "About";
    SUBJECT_ID = "About (id)";
    NO_EVENTS = "Nothing happened yet";
    NO_EVENTS_DETAIL = "Every change that anybody makes is listed here.";
    PARTICULARS = "Particulars";
    STORY = "What happened";
    SEE_ALL_EVENTS = "All of it";
}

// Products and agreements.
words! {
    NEW_PRODUCT = "New product";
    CREATE_PRODUCT = "Create product";
    PRODUCT_CREATED = "The product is created. Price its menu next.";
    PRODUCTS_LEAD = "What you license. Each has a menu that customers choose from.";
    ALL_PRODUCTS = "All products";
    SEARCH_PRODUCTS = "Name or slug";
    NO_PRODUCTS = "No products yet";
    NO_PRODUCTS_DETAIL = "Add what you want to license, then price its menu.";
    NAME = "Name";
    SLUG = "Slug";
    SLUG_HINT = "Part of addresses and of every pass; it never changes.";
    SLUG_WRONG = "Use lower-case letters, digits and hyphens between them.";
    SLUG_TAKEN = "Another product of yours has this slug.";
    SUMMARY = "Summary";
    SUMMARY_HINT = "One sentence that customers read.";
    ORIGINS = "Origins of the app";
    ORIGINS_HINT = "One on each line, like https://app.example.com. Only apps there are handed passes.";
    APP_URL = "Where the app is opened";
    APP_URL_HINT = "Customers are led there once they have a license.";
    DETAILS = "Details";
    MENU = "Menu";
    DRAFT = "Draft";
    NOT_PUBLISHED = "Not published";
    EDIT_MENU = "Edit the menu";
    SEE_SHOP = "See it as customers do";
    DELETE_PRODUCT = "Delete product";
    DELETE_MEANS = "Only a product that never had a menu can be deleted. It cannot be brought back.";
    PRODUCT_DELETED = "The product is deleted.";
    HISTORY = "Published menus";
    NEVER_PUBLISHED = "No menu was published yet. Customers see nothing of this product.";
    PUBLISHED = "Published";
    BY_WHOM = "By";
    OPERATOR = "Operator";
    ON_SALE = "On sale";
    START_FROM = "Start from this version";
    START_FROM_MEANS = "Its content becomes the draft of the next version, in place of the draft there is. Nothing is published yet.";
    DRAFT_REPLACED = "The draft begins from the older version.";

    AGREEMENT = "Agreement";
    AGREEMENTS_LEAD = "License texts that customers accept. A text never changes; a new version is another one.";
    ALL_TEXTS = "All texts";
    NEW_AGREEMENT = "New agreement";
    NEW_VERSION = "New version";
    ADD_AGREEMENT = "Add agreement";
    AGREEMENT_ADDED = "The agreement is added. Offers can name it now.";
    NO_AGREEMENTS = "There is none yet. Every offer names one.";
    TITLE = "Title";
    TEXT = "Text";
    VERSION = "Version";
    USED_BY = "On sale with";
    AGREEMENT_TITLE_HINT = "The same title as before makes the next version of that text.";
    AGREEMENT_TEXT_HINT = "Blank lines separate paragraphs.";
    TITLE_WRONG = "Enter a title of at most 100 characters.";
    TEXT_WRONG = "Enter a text of at most 50,000 characters.";
}

// Signing keys.
words! {
    KEY = "Key";
    KEYS_LEAD = "Passes are signed with one of them. Make the next one ahead of time: apps learn of it before it signs.";
    NO_KEYS = "There is none.";
    NEW_KEY = "Create next key";
    KEY_NEXT = "Next";
    KEY_ACTIVE = "Signs";
    KEY_RETIRED = "Retired";
    KEY_REVOKED = "Revoked";
    ACTIVATE = "Activate";
    WITHDRAW = "Withdraw";
    ASK_NEW_KEY = "Create another key?";
    NEW_KEY_MEANS = "It is published at once and signs nothing until you activate it. Five minutes later every app knows it.";
    KEY_CREATED = "The key is published.";
    ASK_ACTIVATE = "Let this key sign from now on?";
    ACTIVATE_MEANS = "The key that signs now is retired and stays published until its last token has expired. Customers notice nothing.";
    KEY_ACTIVATED = "The key signs from now on.";
    ASK_WITHDRAW = "Withdraw this key?";
    WITHDRAW_MEANS = "It never signed anything, so nobody notices.";
    KEY_WITHDRAWN = "The key is withdrawn.";
    ASK_REVOKE_KEY = "Revoke this key?";
    REVOKE_KEY = "Revoke key";
    REVOKE_KEY_MEANS = "Do this only when somebody else may have it. Nothing that it signed is accepted any more, at once and for good.";
    REVOKE_ACTIVE_MEANS = "The next key signs from now on.";
    KEY_IS_REVOKED = "The key is revoked.";
    JWKS = "Public keys";
    JWKS_WHY = "Apps and services check passes with what is published here: the key that signs, the next, and the retired.";
}

// The playground.
words! {
    PLAYGROUND_LEAD = "Paste any token and see how it is judged, by the same code as in server and apps. It stays in this browser.";
    TOKEN = "Token";
    TOKEN_HINT = "A pass, a slice, a portable pass or a status list.";
    EXPECTED_PRODUCT = "Judged by the app of";
    ASKED_FEATURE = "Asked about the feature";
    ASKED_FEATURE_HINT = "Empty asks about the pass as a whole.";
    PASTE_FIRST = "Nothing is pasted yet.";
    NO_ED25519 = "This browser cannot check Ed25519 signatures. Try a newer one.";
    STEPS = "Steps";
    STEP_GOOD = "good";
    STEP_REFUSES = "refuses";
    STEP_SKIPPED = "not reached";
    WHAT_IT_SAYS = "What it says";
    HEADER = "Header";
    PAYLOAD = "Payload";
    UNREADABLE_PART = "This part cannot be read.";
    APPROVED = "Approved";
    GENUINE = "Genuine";
    KIND_PASS = "a pass";
    KIND_SLICE = "a slice of uses";
    KIND_PORTABLE = "a portable pass";
    KIND_STATUS_LIST = "a status list";
}

// The team.
words! {
    TEAM = "Team";
    TEAM_LEAD = "Who works with you here, and what each may do.";
    MEMBERS = "Members";
    ROLE = "Role";
    ROLE_HINT = "Viewers look, support helps customers, admins run the business, owners may everything.";
    CHANGE_ROLE = "Change role";
    ROLE_CHANGED = "The role is changed.";
    REMOVE_MEMBER = "Remove from the team";
    REMOVE_MEANS = "They see nothing of this vendor any more, at once. What they did stays in the audit log.";
    MEMBER_REMOVED = "The member is removed.";
    INVITE = "Invite somebody";
    INVITE_MEANS = "You get a link to send to them. It works once, for seven days.";
    CREATE_LINK = "Create link";
    INVITED = "The invitation is ready";
    INVITATION_LINK = "link of the invitation";
    INVITATIONS = "Open invitations";
    NO_INVITATIONS = "Nobody is invited at the moment.";
    OPEN_UNTIL = "Open until";
    WITHDRAW_INVITATION_MEANS = "Its link works no more.";
    INVITATION_WITHDRAWN = "The invitation is withdrawn.";
    EMAIL_WRONG = "Enter an e-mail address, like name@example.com.";
    JOIN = "Join a team";
    JOIN_TEAM = "Join the team";
    INVITED_BY = "Invited by";
    NOT_NOW = "Not now";
}
