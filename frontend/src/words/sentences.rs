//! Texts with something in them.

use super::Unit;

/// The title of the browser's tab.
pub(crate) fn tab_title(page: &str) -> String {
    format!("{page} · {}", super::PRODUCT)
}

/// "1 device", "3 devices".
pub(crate) fn counted(count: u64, (one, many): Unit) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A detail of the server as a sentence: with a capital letter and a full stop.
pub(crate) fn sentence(detail: &str) -> String {
    let mut letters = detail.chars();
    let capital = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    let stop = if detail.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{capital}{}{stop}", letters.as_str())
}

pub(crate) fn by_vendor(vendor: &str) -> String {
    format!("by {vendor}")
}

pub(crate) fn version(version: u32) -> String {
    format!("Version {version}")
}

pub(crate) fn agreement_version(title: &str, version: u32) -> String {
    format!("{title}, version {version}")
}

// Terms.

pub(crate) fn from_first_use(period: &str) -> String {
    format!("{period} from first use")
}

pub(crate) fn lasts_from_first_use(period: &str) -> String {
    format!("Lasts {period} from the moment you connect your first device.")
}

pub(crate) fn until(day: &str) -> String {
    format!("Until {day}")
}

pub(crate) fn ends_on(day: &str) -> String {
    format!("Bought today, it ends on {day}.")
}

pub(crate) fn begins_on(time: &str) -> String {
    format!("Begins {time}")
}

pub(crate) fn ends(when: &str) -> String {
    format!("Ends {when}")
}

pub(crate) fn ended(when: &str) -> String {
    format!("Ended {when}")
}

pub(crate) fn term_line(term: &str) -> String {
    format!("Term: {term}")
}

// Counts.

pub(crate) fn uses(limit: u64, number: &str) -> String {
    format!("{number} {}", if limit == 1 { "use" } else { "uses" })
}

pub(crate) fn per(count: &str, period: &str) -> String {
    format!("{count} per {period}")
}

pub(crate) fn renewed_every(period: &str) -> String {
    format!("Counted anew every {period}.")
}

pub(crate) fn renewed_at(limit: &str, day: &str, period: &str) -> String {
    format!("{limit} again on {day}, then every {period}.")
}

pub(crate) fn how_often(feature: &str) -> String {
    format!("How often: {feature}")
}

pub(crate) fn left_of(left: &str, limit: &str) -> String {
    format!("{left} of {limit} left")
}

pub(crate) fn uses_left_label(feature: &str, left: &str) -> String {
    format!("{feature}: {left}")
}

pub(crate) fn devices_of(used: usize, limit: u32) -> String {
    format!("{used} of {limit}")
}

pub(crate) fn devices_taken(used: usize, limit: u32) -> String {
    format!("{used} of {}", counted(u64::from(limit), super::DEVICES))
}

pub(crate) fn on_devices(devices: &str) -> String {
    format!("On {devices} at the same time")
}

pub(crate) fn moving_times(times: u64) -> String {
    match times {
        1 => "Can be moved to another device once".to_owned(),
        times => format!("Can be moved to another device {times} times"),
    }
}

pub(crate) fn offline_for(period: &str) -> String {
    format!("Works offline for {period} at a time")
}

pub(crate) fn optional(price: &str) -> String {
    format!("optional, {price}")
}

pub(crate) fn no_devices(product: &str) -> String {
    format!("No device is connected yet. Open {product} and choose “Connect”.")
}

// Buying.

pub(crate) fn total_is(total: &str) -> String {
    format!("Total {total}")
}

pub(crate) fn pay_now(total: &str) -> String {
    format!("Pay {total} now")
}

pub(crate) fn approve(total: &str) -> String {
    format!("Approve payment of {total}")
}

pub(crate) fn signed_in_as(email: &str) -> String {
    format!("Signed in as {email}")
}

pub(crate) fn step_connect_detail(product: &str) -> String {
    format!("Open {product} and choose “Connect” on each device you want to use.")
}

// Connecting.

pub(crate) fn connecting_app(origin: &str) -> String {
    format!("An app at {origin} waits to be connected.")
}

pub(crate) fn connect_lead(origin: &str) -> String {
    format!("for the app at {origin}")
}

pub(crate) fn not_registered(origin: &str, product: &str) -> String {
    format!("{origin} is not registered as an app of {product}. Nothing was sent to it.")
}

pub(crate) fn no_license_for(product: &str) -> String {
    format!("Choose a license for {product}; then you come back here and connect.")
}
