//! Texts of the pages about the business itself: figures, coupons, mail, status lists and the installation.

// Figures.
words! {
    FIGURES = "Figures";
    FIGURES_LEAD = "What was sold and used, counted from the log of everything that happened. Days are those of UTC.";
    LAST_WEEK = "7 days";
    LAST_MONTH = "30 days";
    LAST_QUARTER = "90 days";
    LAST_YEAR = "12 months";
    STRETCH = "Stretch of time";
    BY = "By";
    BY_DAY = "Day";
    BY_WEEK = "Week";
    BY_MONTH = "Month";
    LAST_DAY = "To";
    ALL_PRODUCTS_TOGETHER = "All";
    DAY_ORDER_WRONG = "Choose a day that is not after the last.";
    SALES = "Sales";
    NOTHING_SOLD = "Nothing was sold in this time.";
    ACTIVE_LICENSES = "Active licenses";
    NEW_LICENSES = "New licenses";
    USES_COUNTED = "Uses";
    NO_USES = "Nothing that is counted was used in this time.";
    DENIALS = "Denials";
    NO_DENIALS = "No rule refused anything in this time.";
    DENIAL_CODE = "Code";
    MOVES_OFFERED = "Offered";
    MOVES_REDEEMED = "Redeemed";
    HOW_MANY = "How many";
    COURSE = "Course";
    AS_TABLE = "Numbers as a table";
    AMOUNT = "Amount";
    PAID_BACK = "Paid back";
    NO_FIGURES = "Nothing to count";
    NO_FIGURES_DETAIL = "Figures begin with the first license. What is long ago needs a longer time.";
    TO_PRODUCTS = "To the products";
    NO_MOVES_THEN = "Nothing was moved in this time.";
    SEE_FIGURES = "All figures";
    LAST_30_DAYS = "The last 30 days";
}

/// "12 orders".
pub(crate) fn orders_counted(count: u64, number: &str) -> String {
    format!("{number} {}", if count == 1 { "order" } else { "orders" })
}

/// "17 end within 30 days".
pub(crate) fn end_within(count: u64, number: &str, days: u32) -> String {
    format!("{number} {} within {days} days", if count == 1 { "ends" } else { "end" })
}

/// "Sales in EUR".
pub(crate) fn sales_in(currency: &str) -> String {
    format!("Sales in {currency}")
}

/// "12 orders, €49.00 paid back".
pub(crate) fn orders_and_refunds(orders: &str, refunded: Option<&str>) -> String {
    refunded.map_or_else(|| orders.to_owned(), |refunded| format!("{orders}, {refunded} paid back"))
}

/// What a chart says as a whole.
pub(crate) fn course(from: &str, to: &str, lowest: &str, greatest: &str, greatest_at: &str) -> String {
    format!("From {from} to {to}. The lowest is {lowest}, the greatest {greatest} at {greatest_at}.")
}

pub(crate) fn week_of(day: &str) -> String {
    format!("Week of {day}")
}

// Coupons.
words! {
    COUPONS = "Coupons";
    COUPONS_LEAD = "Codes that customers enter at checkout, and what each takes off.";
    NO_COUPONS = "No coupons yet";
    NO_COUPONS_DETAIL = "Make a code, and say what it takes off.";
    NEW_COUPON = "New coupon";
    CREATE_COUPON = "Create coupon";
    COUPON_CREATED = "The coupon is created.";
    COUPON_SAVED = "The coupon is changed.";
    COUPON_CODE = "Code";
    COUPON_CODE_HINT = "4 to 32 letters, digits and hyphens. It never changes.";
    COUPON_CODE_WRONG = "Use 4 to 32 letters, digits and hyphens.";
    TAKES_OFF = "Takes off";
    OFF_KIND = "What it takes off";
    OFF_PERCENT = "A part of the price";
    OFF_AMOUNT = "An amount";
    PERCENT = "Percent";
    PERCENT_WRONG = "Enter a whole number from 1 to 100.";
    COUPON_PRODUCT = "For which product";
    COUPON_OFFERS = "For which offers";
    COUPON_OFFERS_HINT = "None ticked is every offer.";
    EVERY_PRODUCT = "Every product";
    STARTS_ON = "First day";
    ENDS_ON = "Last day";
    EMPTY_AT_ONCE = "Empty is at once. The day begins at midnight, UTC.";
    EMPTY_FOR_EVER = "Empty is for ever. The day ends at midnight, UTC.";
    DAY_BEFORE_START = "Choose a day after the first.";
    LIMIT = "How often in all";
    EMPTY_UNLIMITED = "Empty is without limit.";
    LIMIT_WRONG = "Enter a number from 1 to 1,000,000, not less than what is redeemed.";
    ONCE_EACH = "Once for each customer";
    REDEEMED = "Redeemed";
    COUPON_ACTIVE = "Active";
    COUPON_ENDED = "Ended";
    COUPON_NOT_BEGUN = "Not begun";
    COUPON_USED_UP = "Used up";
    COUPON_OFF = "Switched off";
    EDIT_COUPON = "Change";
    SWITCH_OFF = "Switch off";
    SWITCH_ON = "Switch on";
    SWITCH_OFF_MEANS = "Nobody can redeem it any more until you switch it on. Orders that have it keep their price.";
    SWITCH_ON_MEANS = "Customers can redeem it again, within its days and its limit.";
    SWITCHED_OFF = "The coupon is switched off.";
    SWITCHED_ON = "The coupon is switched on.";
    EDIT_COUPON_MEANS = "Orders that were placed with it keep their price.";
    NEW_COUPON_MEANS = "Customers can enter it at checkout from its first day on.";
    VALID = "Valid";
    WITHOUT_END = "Without end";
    FOR_WHAT = "For";
    EACH_CUSTOMER = "Each customer";
    ONCE_ONLY = "Once";
    AS_OFTEN = "As often as wanted";
}

pub(crate) fn redeemed_of(redeemed: &str, limit: Option<&str>) -> String {
    limit.map_or_else(|| redeemed.to_owned(), |limit| format!("{redeemed} of {limit}"))
}

/// "Until 30 November 2026".
pub(crate) fn until(day: &str) -> String {
    format!("Until {day}")
}

pub(crate) fn percent(percent: u8) -> String {
    format!("{percent}%")
}

pub(crate) fn ask_coupon(verb: &str, code: &str) -> String {
    format!("{verb} {code}?")
}

pub(crate) fn change_coupon(code: &str) -> String {
    format!("Change {code}")
}

// Mail.
words! {
    MAIL = "Mail";
    MAIL_LEAD = "What was written to customers and to your team, and what became of it.";
    MAIL_SUBJECT = "Subject";
    MAIL_KIND = "About";
    MAIL_TO = "To";
    MAIL_WRITTEN = "Written";
    MAIL_SENT_AT = "Sent";
    MAIL_NEXT = "Next attempt";
    MAIL_ATTEMPTS = "Attempts";
    MAIL_ERROR = "What went wrong";
    MAIL_NUMBER = "Mail number";
    MAIL_LINK = "Link";
    MAIL_LINK_NAME = "link of the mail";
    MAIL_TEXT = "Text";
    MAIL_TEXT_GONE = "The text is not kept any more: it was old, or held a link that is worth a license or an account.";
    NO_MAILS = "No mail yet";
    NO_MAILS_DETAIL = "Receipts, invitations and news of licenses are listed here.";
    MAIL_QUEUED = "Waiting";
    MAIL_SENT = "Sent";
    MAIL_FAILED = "Failed";
    MAIL_KEPT = "Not sent";
    RESEND = "Send again";
    RESEND_MEANS = "The same text goes to the same address once more.";
    RESENT = "The mail is on its way.";
    NOT_SENDING = "Mail is not set up on this installation";
    NOT_SENDING_DETAIL = "Nothing is sent. What would have been is kept here: open a mail, copy its link and pass it on yourself.";
    TEMPLATES_TITLE = "Texts of mail";
    ALL_MAIL = "All mail";
    NO_TEMPLATES = "There are none.";
    TEMPLATE_WHOSE = "Whose";
    TEMPLATES_LEAD = "Mails are made from these texts. What stands in double braces is put in for each customer.";
    TEMPLATE_OURS = "Yours";
    TEMPLATE_DEFAULT = "Default";
    TEMPLATE_PREVIEW = "As a customer reads it";
    TEMPLATE_PREVIEW_WAITS = "Put right what is wrong, and the preview is here.";
    TEMPLATE_SAVED = "The text is saved. The next mail is made from it.";
    PLACEHOLDERS = "Put in";
    BACK_TO_DEFAULT = "Back to the default";
    BACK_TO_DEFAULT_MEANS = "Your own text of these mails is lost.";
    IS_DEFAULT_AGAIN = "The default text is back.";
    KIND_SIGN_UP = "Confirm an address";
    KIND_PASSWORD_RESET = "Choose a new password";
    KIND_ADDRESS_CHANGE = "Confirm a new address";
    KIND_ADDRESS_CHANGED = "The address was changed";
    KIND_RECEIPT = "Receipt";
    KIND_LICENSE_EXPIRING = "License ends soon";
    KIND_LICENSE_MOVED = "License was moved";
    KIND_LICENSE_SUSPENDED = "License suspended";
    KIND_LICENSE_REINSTATED = "License reinstated";
    KIND_LICENSE_REVOKED = "License revoked";
    KIND_INVITATION = "Invitation to the team";
}

pub(crate) fn ask_resend(to: &str) -> String {
    format!("Send it to {to} again?")
}

pub(crate) fn ask_default(kind: &str) -> String {
    format!("Back to the default text of “{kind}”?")
}

pub(crate) fn mail_from(from: &str) -> String {
    format!("Mail is sent from {from}.")
}

// Status lists.
words! {
    STATUS_LISTS = "Status lists";
    STATUS_LISTS_LEAD = "Apps and services look here whether a pass still stands. Each list is signed and holds no names.";
    NO_STATUS_LISTS = "No status list yet";
    NO_STATUS_LISTS_DETAIL = "It begins with the first pass.";
    STATUS_LIST = "List";
    LIST_ADDRESS = "address of the list";
    PASSES_IN_IT = "Passes";
    IN_IT_VALID = "Active";
    IN_IT_MOVING = "Being moved";
    IN_IT_SUSPENDED = "Suspended";
    IN_IT_INVALID = "Ended";
    PUBLISHED_AT = "Published";
}

pub(crate) fn status_list(number: u32) -> String {
    format!("List {number}")
}

// The installation.
words! {
    INSTANCE = "Installation";
    INSTANCE_LEAD = "How this Passgate stands: what was looked at just now, and what it keeps.";
    CHECKS = "Checks";
    NO_CHECKS = "Nothing was looked at.";
    CHECK = "What";
    CHECK_GOOD = "Good";
    CHECK_BAD = "Needs care";
    CHECK_NOTE = "To know";
    CHECK_AGAIN = "Look again";
    ABOUT_INSTANCE = "About";
    SERVER_VERSION = "Version of Passgate";
    STARTED = "Started";
    STORE = "Store";
    STORE_SIZE = "Size";
    STORE_SCHEMA = "Schema";
    MAIL_SENDING = "Mail";
    IS_SENDING = "Is sent";
    IS_NOT_SENDING = "Is kept, not sent";
    KEYS_IN_USE = "Signing keys in use";
    CHECK_STORE = "Store";
    CHECK_SIGNING = "Signing";
    CHECK_FIGURES = "Figures";
    CHECK_WEBHOOKS = "Webhooks";
    CHECK_ADDRESS = "Address";
    CHECK_MAIL = "Mail";
    CHECK_BACKUP = "Backup";
    BACKUPS = "Backups";
    LAST_BACKUP = "Last backup";
    NO_BACKUP = "None yet";
    BACKUP_SIZE = "Its size";
    BACKUP_COMMAND = "Command";
    BACKUP_NOTE = "A backup holds the data of every vendor here, so it is made where the server runs, by whoever runs it, while it goes on. The master key is not in it: keep a copy of that elsewhere.";
}
