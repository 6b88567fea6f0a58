//! Texts with something in them.

use std::borrow::Cow;

use super::Unit;

/// A name within a sentence. One that is written from right to left would turn what stands around it, such as the number after
/// it, so it is isolated (Unicode Standard Annex 9). Others stay as they are: the marks would be in the way of whoever
/// searches the page.
pub fn isolate(name: &str) -> Cow<'_, str> {
    let is_turned = name.chars().any(|letter| {
        matches!(letter, '\u{590}'..='\u{8ff}' | '\u{200f}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    });
    if is_turned { Cow::Owned(format!("\u{2068}{name}\u{2069}")) } else { Cow::Borrowed(name) }
}

/// The title of the browser's tab.
pub fn tab_title(page: &str) -> String {
    format!("{page} · {}", super::PRODUCT)
}

/// "1 device", "3 devices".
pub fn counted(count: u64, (one, many): Unit) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A detail of the server as a sentence: with a capital letter and a full stop.
pub fn sentence(detail: &str) -> String {
    let mut letters = detail.chars();
    let capital = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    let stop = if detail.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{capital}{}{stop}", letters.as_str())
}

pub fn by_vendor(vendor: &str) -> String {
    let vendor = isolate(vendor);
    format!("by {vendor}")
}

pub fn version(version: u32) -> String {
    format!("Version {version}")
}

pub fn agreement_version(title: &str, version: u32) -> String {
    let title = isolate(title);
    format!("{title}, version {version}")
}

// Terms.

pub fn from_first_use(period: &str) -> String {
    format!("{period} from first use")
}

pub fn lasts_from_first_use(period: &str) -> String {
    format!("Lasts {period} from the moment you connect your first device.")
}

pub fn until(day: &str) -> String {
    format!("Until {day}")
}

pub fn ends_on(day: &str) -> String {
    format!("Bought today, it ends on {day}.")
}

pub fn begins_on(time: &str) -> String {
    format!("Begins {time}")
}

pub fn ends(when: &str) -> String {
    format!("Ends {when}")
}

pub fn ended(when: &str) -> String {
    format!("Ended {when}")
}

pub fn term_line(term: &str) -> String {
    format!("Term: {term}")
}

pub fn includes(what: &str) -> String {
    format!("Includes {what}")
}

/// A tax that a price is without.
pub fn plus(what: &str) -> String {
    format!("plus {what}")
}

/// The vendor's registration number, on a receipt.
pub fn tax_number(name: &str, number: &str) -> String {
    format!("{} number: {}", isolate(name), isolate(number))
}

/// A line of a price: a coupon.
pub fn coupon_line(code: &str) -> String {
    format!("Coupon {code}")
}

// Counts.

pub fn uses(limit: u64, number: &str) -> String {
    format!("{number} {}", if limit == 1 { "use" } else { "uses" })
}

pub fn per(count: &str, period: &str) -> String {
    format!("{count} per {period}")
}

pub fn renewed_every(period: &str) -> String {
    format!("Counted anew every {period}.")
}

pub fn renewed_at(limit: &str, day: &str, period: &str) -> String {
    format!("{limit} again on {day}, then every {period}.")
}

pub fn how_often(feature: &str) -> String {
    let feature = isolate(feature);
    format!("How often: {feature}")
}

pub fn left_of(left: &str, limit: &str) -> String {
    format!("{left} of {limit} left")
}

pub fn uses_left_label(feature: &str, left: &str) -> String {
    let feature = isolate(feature);
    format!("{feature}: {left}")
}

pub fn devices_of(used: usize, limit: u32) -> String {
    format!("{used} of {limit}")
}

pub fn devices_taken(used: usize, limit: u32) -> String {
    format!("{used} of {}", counted(u64::from(limit), super::DEVICES))
}

pub fn on_devices(devices: &str) -> String {
    format!("On {devices} at the same time")
}

pub fn moving_times(times: u64) -> String {
    match times {
        1 => "Can be moved to another device once".to_owned(),
        times => format!("Can be moved to another device {times} times"),
    }
}

pub fn offline_for(period: &str) -> String {
    format!("Works offline for {period} at a time")
}

pub fn optional(price: &str) -> String {
    format!("optional, {price}")
}

pub fn no_devices(product: &str) -> String {
    let product = isolate(product);
    format!("No device is connected yet. Open {product} and choose “Connect”.")
}

// Buying.

pub fn total_is(total: &str) -> String {
    format!("Total {total}")
}

pub fn pay_now(total: &str) -> String {
    format!("Pay {total} now")
}

pub fn approve(total: &str) -> String {
    format!("Approve payment of {total}")
}

pub fn signed_in_as(email: &str) -> String {
    format!("Signed in as {email}")
}

pub fn step_connect_detail(product: &str) -> String {
    let product = isolate(product);
    format!("Open {product} and choose “Connect” on each device you want to use.")
}

// Connecting.

pub fn connecting_app(origin: &str) -> String {
    format!("An app at {origin} waits to be connected.")
}

pub fn connect_lead(origin: &str) -> String {
    format!("for the app at {origin}")
}

pub fn not_registered(origin: &str, product: &str) -> String {
    let product = isolate(product);
    format!("{origin} is not registered as an app of {product}. Nothing was sent to it.")
}

pub fn no_license_for(product: &str) -> String {
    let product = isolate(product);
    format!("Choose a license for {product}; then you come back here and connect.")
}

#[cfg(test)]
mod tests {
    use super::super::{moved_to, sign_out_title};

    #[test]
    fn a_name_from_right_to_left_turns_nothing_around_it() {
        assert_eq!(sign_out_title("Desk"), "Sign out Desk?");
        assert_eq!(sign_out_title("Bücher 🦊 端末"), "Sign out Bücher 🦊 端末?");
        assert_eq!(sign_out_title("שולחן"), "Sign out \u{2068}שולחן\u{2069}?");
        assert_eq!(moved_to("مكتب", "12:30"), "Moved to \u{2068}مكتب\u{2069}, 12:30");
    }
}
