//! Every text a customer reads, in English: fixed texts here, texts with something in them in `sentences`, and all about
//! devices and moving between them in `moving`.
//!
//! One catalogue per language; another language is another file with the same names.

#![expect(missing_docs, reason = "a text says itself what it says")]

macro_rules! words {
    ($($name:ident = $text:literal;)*) => { $(#[doc = $text] pub const $name: &str = $text;)* };
}

mod account;
mod moving;
mod sentences;
mod services;

pub use account::*;
pub use moving::*;
pub use sentences::*;
pub use services::*;

/// A noun for one and for several.
pub type Unit = (&'static str, &'static str);

pub const YEARS: Unit = ("year", "years");
pub const MONTHS: Unit = ("month", "months");
pub const WEEKS: Unit = ("week", "weeks");
pub const DAYS: Unit = ("day", "days");
pub const DEVICES: Unit = ("device", "devices");
pub const SEATS: Unit = ("seat", "seats");

// The shell.
words! {
    PRODUCT = "Passgate";
    FOOTER = "Licenses by Passgate";
    LOADING = "Loading";
    SKIP = "Skip to content";
    NAV = "Main menu";
    NAV_PRODUCTS = "Products";
    NAV_LICENSES = "My licenses";
    NAV_ORDERS = "Orders";

    SIGN_OUT = "Sign out";
    SIGNED_OUT = "You are signed out.";
    OFFLINE_STRIP = "You are offline. Licenses you have connected keep working.";
    BACK_TO_CONNECT = "Back to connecting";
    CLOSE = "Close";
    COPY = "Copy";
    COPIED = "Copied.";
    COPY_FAILED = "Copying was not allowed. Select the text and copy it.";
    SHOW_MORE = "Show more";
    AND = " and ";
}

// When something does not work.
words! {
    FAULT_TITLE = "This did not work";
    FAULT_OFFLINE = "You are offline. Check your connection and try again.";
    FAULT_UNREACHABLE = "The portal could not be reached. Try again in a moment.";
    FAULT_UNREADABLE = "The portal's answer could not be read. Reload the page and try again.";
    FAULT_SERVER = "Something went wrong on our side. Try again in a moment.";
    FAULT_RATE_LIMITED = "Too many attempts. Wait a minute and try again.";
    FAULT_SILENT_APP = "The app did not answer. Go back to it, leave its window open and try again.";
    OFFLINE = "You are offline";
    FORBIDDEN = "You may not see this";
    TRY_AGAIN = "Try again";
    STUCK = "This page cannot be opened now";
    STUCK_OFFLINE = "You are offline.";
    STUCK_UNREACHABLE = "The portal does not answer.";
    STUCK_STILL = "Tried again:";
    STUCK_HERE = "You are still where you were, and nothing you typed is lost.";
    REQUEST_ID = "Request id";
    NOT_FOUND = "Page not found";
    NOT_FOUND_HERE = "There is nothing here";
    NOT_FOUND_DETAIL = "The address may be mistyped, or what was here is gone.";
    TO_PRODUCTS = "See all products";
}

// Products and the menu.
words! {
    PRODUCTS_TITLE = "Products";
    PRODUCTS_LEAD = "Choose what you want to license.";
    MENU = "License menu";
    NO_PRODUCTS = "Nothing on offer yet";
    NO_PRODUCTS_DETAIL = "Products appear here as soon as their vendor publishes a menu.";
    CHOOSE_OFFER = "Choose an offer";
    CHOOSE_LICENSE = "Choose a license";
    FROM = "from";
    FREE = "Free";
    TRIAL = "Free trial";
    INCLUDED = "Included";
    OPTIONAL = "optional";
    HOW_LONG = "How long";
    HOW_LONG_HINT = "Nothing renews by itself.";
    ADD_FEATURES = "Add features";
    DEVICES_TITLE = "Devices";
    DEVICES_HINT = "On how many devices you use it at the same time.";
    SEATS_TITLE = "Seats";
    SEATS_HINT = "How many services may hold the license at the same time.";
    YOUR_LICENSE = "Your license";
    TOTAL = "Total";
    TO_CHECKOUT = "Continue";
    COUPON_QUESTION = "I have a coupon";
    COUPON = "Coupon";
    COUPON_HINT = "The code as it was given to you.";
    COUPON_APPLY = "Apply";
    COUPON_REMOVE = "Remove the coupon";
    COUPON_WRONG = "A code has 4 to 32 letters, digits and hyphens.";
    PERPETUAL = "Forever";
    NEVER_ENDS = "Never ends.";
    STARTS_ON_FIRST_USE = "Starts when you connect your first device.";
    SAME_END_FOR_ALL = "Ends on this day, whenever you buy.";
    TRIAL_ONCE = "Once per customer.";
    UNLIMITED = "Unlimited";
    UNLIMITED_USES = "Unlimited uses";
    NO_MOVING = "Stays on the device it is connected to";
    MOVING_FREELY = "Can be moved to other devices";
}

// Checkout and payment.
words! {
    CHECKOUT_TITLE = "Checkout";
    CHANGE_SELECTION = "Change selection";
    NOTHING_CHOSEN = "Nothing is chosen yet";
    NOTHING_CHOSEN_DETAIL = "Pick an offer from the menu first.";
    WHAT_YOU_GET = "What you get";
    ORDER_TITLE = "Your order";
    YOUR_ACCOUNT = "Your account";
    ACCOUNT_WHY = "Your license belongs to your account, so that you find it on every device.";
    I_AGREE = "I agree to the";
    READ_AGREEMENT = "Read it";
    MUST_AGREE = "Read and accept the agreement to go on.";
    GET_FREE = "Get it for free";
    PLACING_ORDER = "One moment …";
    TEST_PAYMENT_NOTE = "Test mode: the next page pretends to be a payment provider. No money moves.";
    INVOICE_NOTE = "You are told next how to pay. Your license is ready as soon as the payment has come.";
    HOW_TO_PAY = "How to pay";
    BY_TEST = "Test payment";
    BY_INVOICE = "By invoice, with a bank transfer";
    ORDER_BY_INVOICE = "Order and pay by invoice";
    TO_PAY = "Amount";
    REFERENCE = "Reference";
    PAY_UNTIL = "Pay until";
    NO_PAYMENT_METHOD = "This portal has no way to take payments yet. Please ask the vendor.";
    CHANGED = "The offer has changed since you chose. Nothing was ordered; please look again.";
    MENU_IS_NEWER = "The menu was updated since you chose. Please check your order before you go on.";
    BEFORE = "Before:";
    NOW = "Now:";
    OFFER = "Offer";
    NOT_OFFERED = "no longer offered";
    NOT_THERE = "not part of it";
    PAY_TITLE = "Test payment";
    TEST_MARK = "Test mode. This page stands in for a payment provider: no card is asked for and no money moves.";
    DECLINE = "Decline payment";
    DECLINED = "The payment was declined. Nothing was charged; you can try again.";
    PAY_LATER = "Back to the order without paying";
}

// Orders.
words! {
    ORDER = "Order";
    ORDERS_TITLE = "Orders";
    NO_ORDERS = "No orders yet";
    NO_ORDERS_DETAIL = "What you buy or get for free is listed here, with its receipt.";
    ALL_ORDERS = "All orders";
    ORDER_AWAITING = "Your order is waiting for payment";
    ORDER_THANKS = "Thank you, it is all yours";
    STATUS_ORDER_CANCELLED = "Order cancelled";
    STATUS_ORDER_REFUNDED = "Order refunded";
    ORDER_DONE = "Done. Your license is ready.";
    ORDER_CANCELLED = "This order was cancelled before it was paid. Nothing was charged.";
    ORDER_REFUNDED = "This order was paid back.";
    PROGRESS = "Progress";
    STEP_AWAITING = "Waiting for your payment";
    STEP_AWAITING_DETAIL = "This page follows the payment by itself.";
    STEP_INVOICE_DETAIL = "Transfer the money as told below. The license is yours as soon as the payment has come.";
    STEP_PAID = "Payment received";
    STEP_FREE = "Order placed, nothing to pay";
    STEP_LICENSED = "License issued";
    STEP_LICENSED_DETAIL = "You find it under My licenses at any time.";
    STEP_CONNECT = "Connect your app";
    PAY = "Pay now";
    CANCEL_ORDER = "Cancel order";
    RECEIPT = "Receipt";
    PRODUCT_LABEL = "Product";
    PLACED = "Ordered";
    STATUS = "Status";
    ORDER_NUMBER = "Order number";
    AGREEMENT = "Agreement";
}

// Accounts.
words! {
    SIGN_IN = "Sign in";
    SIGN_IN_TITLE = "Sign in";
    SIGN_UP = "Create account";
    SIGN_UP_TITLE = "Create your account";
    NEW_HERE = "I am new here";
    HAVE_ACCOUNT = "I have an account";
    ACCOUNT_MODE = "New or known";
    NEW_HERE_QUESTION = "New here?";
    HAVE_ACCOUNT_QUESTION = "Already have an account?";
    NAME = "Name";
    NAME_HINT = "What we may call you.";
    NAME_MISSING = "Enter a name.";
    EMAIL = "E-mail";
    EMAIL_WRONG = "Enter an e-mail address, like name@example.com.";
    PASSWORD = "Password";
    PASSWORD_RULE = "At least 10 characters. A few words in a row are easy to remember.";
    PASSWORD_MISSING = "Enter your password.";
    PASSWORD_SHORT = "Use at least 10 characters.";
    PASSWORD_LONG = "Use at most 256 characters.";
}

// Licenses.
words! {
    LICENSE = "License";
    LICENSES_TITLE = "My licenses";
    NO_LICENSES = "No licenses yet";
    NO_LICENSES_DETAIL = "Pick a product, choose what you need, and your license appears here.";
    ALL_LICENSES = "All licenses";
    TO_LICENSE = "See license";
    TO_LICENSES = "See my licenses";
    OVERVIEW = "Overview";
    STALE = "This may be out of date: the portal cannot be reached. It is tried again by itself.";
    VENDOR = "Vendor";
    TERM = "Term";
    GRANTED_BY = "Granted by";
    GRANTED = "Issued";
    MOVING = "Moving";
    SEE_ORDER = "See order and receipt";
    LICENSE_NUMBER = "License number";
    FEATURES = "Features";
    STATUS_ACTIVE = "Active";
    STATUS_NOT_STARTED = "Not started";
    STATUS_EXPIRING = "Expiring";
    STATUS_EXPIRED = "Expired";
    STATUS_SUSPENDED = "Suspended";
    STATUS_REVOKED = "Revoked";
    STATUS_BEING_MOVED = "Being moved";
    STATUS_ENDED = "Ended";
    STATUS_AWAITING_PAYMENT = "Awaiting payment";
    STATUS_FULFILLED = "Paid";
    STATUS_CANCELLED = "Cancelled";
    STATUS_REFUNDED = "Refunded";
    FROM_VENDOR = "From the vendor";
    NOTE_SUSPENDED = "License suspended";
    NOTE_REINSTATED = "License usable again";
    NOTE_REVOKED = "License revoked";
    NOTE_EXTENDED = "License extended";
    NOTE_USES_ADDED = "Uses added";
    NOTE_MOVES_ALLOWED = "More moves allowed";
    NOTE_DEVICE_SUSPENDED = "Device suspended";
    NOTE_DEVICE_REINSTATED = "Device usable again";
    NOTE_DEVICE_REVOKED = "Device signed out for good";
    NOTE_LEASE_ENDED = "A seat that a service held was ended";
    NOTE_IDENTIFIER_ENDED = "An identifier for services was ended";
    NOTE_OTHER = "Note";
}

// The connect window.
words! {
    CONNECT_TITLE = "Connect this device";
    NO_APP = "No app is waiting";
    NO_APP_DETAIL = "This window connects an app to your license. Open the app and choose “Connect” there.";
    APP_LOST = "The app has lost this window";
    APP_LOST_DETAIL = "A page on the way cut it off, which some sign-in services do. Close this window and choose “Connect” in the app again: who is signed in stays so.";
    SIGN_IN_ELSEWHERE = "Sign in in the window that has opened. This one goes on by itself.";
    SIGNED_IN_HERE = "You are signed in";
    SIGNED_IN_HERE_DETAIL = "Close this window, and go on in the one that the app opened.";
    NOT_REGISTERED = "This app may not be connected";
    WHICH_LICENSE = "Which license";
    NO_LICENSE = "You have no license for this yet";
    DEVICE_NAME = "Name of this device";
    DEVICE_NAME_HINT = "So that you recognise it in your list of devices.";
    DEVICE_NAME_MISSING = "Enter a name for this device.";
    DEVICE_NAME_LONG = "Use at most 100 characters.";
    CONNECT = "Connect";
    CONNECTING = "Connecting …";
    BUY_ANOTHER = "Get another license";
    CONNECTED_DONE = "Connected. You can go back to the app.";
    CONNECTED_DETAIL = "The app has its pass and works on this device from now on.";
    CLOSE_WINDOW = "Close this window";
}
