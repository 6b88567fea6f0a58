//! Texts about leases, seats and identifiers.

words! {
    LEASES = "Leases and seats";
    LEASES_LEAD = "Licenses that services have checked out, and who waits for a seat.";
    HOLDER = "Holder";
    SERVICE = "Service";
    CHECKED_OUT = "Checked out";
    HOLDS_UNTIL = "Holds until";
    LEASE = "Lease";
    LEASE_NUMBER = "Lease number";
    IDENTIFIER = "Identifier";
    IDENTIFIERS = "Identifiers";
    HAS_NO_IDENTIFIERS = "No identifier of this license is good.";
    HAS_NO_LEASES = "No service has checked this license out yet.";
    LEASE_OPEN = "Open";
    LEASE_RETURNED = "Returned";
    LEASE_EXPIRED = "Expired";
    LEASE_ENDED = "Ended by us";
    SEARCH_LEASES = "Holder, name, address or id";
    NO_LEASES = "No leases yet";
    NO_LEASES_DETAIL = "When a service checks a license out, its lease is listed here. A service needs an API token that may do that.";
    WAITING_NOW = "Waiting for a seat";
    NOBODY_WAITS = "Nobody waits for a seat.";
    FIRST_FREE = "First seat free";
    WAITERS = "Who waits";
    REFUSED_LATELY = "Refused for want of a seat";
    NOBODY_REFUSED = "No service was refused for want of a seat.";
    ALL_REFUSALS = "All refusals";
    LATEST_FIRST = "The latest first; the same refusal of a license is noted once in ten minutes.";
    USES_DEBITED = "Uses debited";
    USES_SPENT = "Uses spent";
    WHOLE_LICENSE = "The license as such";
    MADE_BY_CUSTOMER = "The customer";
    NO_END = "No end";
    END_LEASE = "End this lease";
    END_LEASE_TITLE = "End this lease?";
    LEASE_IS_ENDED = "The lease is ended.";
    END_IDENTIFIER = "End";
    END_IDENTIFIER_VERB = "End identifier";
    IDENTIFIER_IS_ENDED = "The identifier is ended.";
    MADE_BY = "Made by";
    CODE = "Code";
    ENDS = "Ends";
    GRANTED_FROM = "Granted from";
    GRANTED_BEFORE = "Granted before";
    FULFILLED_FIRST = "Paid, newest first";
    PLACED_FIRST = "Placed, newest first";
    COUNTED_FEATURE = "Counted uses of";
    CHECK_OUTS_LEFT = "Check-outs left";
    SEE_STORY = "What the log says of its license";
}

/// "3 of 5 in use, 2 wait".
pub(crate) fn seats_in_use(taken: u32, seats: u32, waiting: u32) -> String {
    let waiting = match waiting {
        0 => String::new(),
        1 => ", 1 waits".to_owned(),
        waiting => format!(", {waiting} wait"),
    };
    format!("{taken} of {seats} in use{waiting}")
}

pub(crate) fn end_lease_means(holder: &str, whose: &str) -> String {
    let (holder, whose) = (crate::words::isolate(holder), crate::words::isolate(whose));
    format!(
        "{holder} loses the seat at once, and the service is refused when it extends the lease. What {whose} is charged for \
         uses is what the offer says of leases that nobody returned."
    )
}

pub(crate) fn end_identifier_title(name: &str) -> String {
    let name = crate::words::isolate(name);
    format!("End the identifier {name}?")
}

pub(crate) fn end_identifier_means(whose: &str) -> String {
    let whose = crate::words::isolate(whose);
    format!(
        "No service can check the license out by it any more; leases that were taken by it stand. {whose} can make another one."
    )
}

/// "4 of 10".
pub(crate) fn left_of_made(left: &str, made: &str) -> String {
    format!("{left} of {made}")
}
