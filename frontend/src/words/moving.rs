//! Texts about devices, and about moving a license from one to another.

use super::Unit;

const TIMES: Unit = ("time", "times");
const MOVES: Unit = ("move", "moves");

// Devices.
words! {
    SUSPENDED_CLONED = "Suspended: used from two places at once";
    SUSPENDED_VENDOR = "Suspended by the vendor";
    SUSPENDED_LICENSE = "Suspended with its license";
    CLONED_HELP = "The browser's data may have been copied. Sign this device out, then connect it again.";
    VENDOR_HELP = "Ask the vendor what would help.";
    RENAME = "Rename";
    SAVE = "Save";
    KEEP = "Cancel";
    RENAMED = "Renamed.";
    SIGN_OUT_DEVICE = "Sign out this device";
    DEVICE_SIGNED_OUT = "The device is signed out.";
    MOVES_FREE = "It can be moved to other devices as often as you like.";
    SEE_MOVE = "See the move";
    DEVICES_FULL = "Every device of this license is taken";
    DEVICES_FULL_DETAIL = "Move it here from one of them, sign out one you no longer have, or choose another license.";
    DEVICES_FULL_STAY = "Sign out one you no longer have, or choose another license.";
    SIGN_OUT_LOST = "Sign out a lost device";
    MOVE_TO_DEVICE = "Move to another device";
}

// Sending.
words! {
    MOVE_OPEN = "A move is open";
    MOVE_OPEN_DETAIL = "Its code was shown once and cannot be read again. Wait for the other device, take it back, or start again with a new code.";
    MOVE_CANCELLED = "Move cancelled";
    MOVE_EXPIRED = "Move expired";
    MOVE_GONE = "This device is not connected any more";
    MOVE_GONE_DETAIL = "Its license was moved, or it was signed out.";
    CANCEL_MOVE = "Cancel the move";
    START_MOVE = "Move it";
    START_AGAIN = "Start again";
    BACK_TO_LICENSE = "Back to the license";
    HOW_TO_CARRY = "How to carry it over";
    QR = "QR code";
    CODE = "Code";
    FILE = "File";
    MOVE_CODE = "Move code";
    QR_HINT = "Scan it with the other device's camera, or in the app there.";
    QR_FAILED = "The QR code could not be drawn. Use the code or the file.";
    CODE_HINT = "Capitals do not matter, nor do spaces and dashes.";
    FILE_HINT = "Bring the file to the other device and open it there. It works once.";
    SAVE_FILE = "Save the file";
    KEEP_SECRET = "Whoever has it can take the license. It is shown only now.";
    LAST_MINUTE = "One minute left to redeem the move.";
    MOVE_ENDING = "Its time is over …";
    MOVED = "Moved to another device";
    NOBODY_REDEEMED = "Nobody redeemed it in 15 minutes.";
}

// Receiving.
words! {
    RECEIVE_TITLE = "Receive a license";
    RECEIVE_LEAD = "from another device: scan its QR code, type its code or choose its file.";
    CODE_FIELD = "Code";
    CODE_FIELD_HINT = "14 letters and digits, like ABCD-EFGHJ-KMNPQ. A link works as well.";
    CODE_WRONG = "This is no move's code. It has 14 letters and digits, and never 0, O, 1, I, L or U.";
    FILE_WRONG = "Nothing about a move was found in that file. Choose the file that the other device saved, or a picture of its QR code.";
    QR_WRONG = "That QR code is not a move's.";
    CAMERA_FAILED = "The camera cannot be used. Allow it for this page, or type the code.";
    LOOK = "Continue";
    LOOKING = "Looking …";
    OTHER_WAYS = "Other ways";
    SCAN = "Scan with the camera";
    STOP_SCAN = "Stop the camera";
    VIEWFINDER = "What the camera sees";
    CHOOSE_FILE = "Choose a file or picture";
    FROM_DEVICE = "Comes from";
    UNTIL = "Licensed until";
    REDEEM_BY = "Can be received until";
    ARRIVES = "What arrives";
    MOVE_HERE = "Move it here";
    MOVING_HERE = "Moving …";
    ANOTHER_CODE = "Use another code";
    RECEIVE_HERE = "Move a license here from another device";
    RECEIVE_LINK = "Receive a license from another device";
}

// When a move is refused.
words! {
    REFUSED_UNKNOWN = "No open move has this code. Check it; after five wrong tries it ends, and the other device must start again.";
    REFUSED_USED = "This was used already: another device has the license now.";
    REFUSED_ENDED = "This move was cancelled, or its 15 minutes are over. Start it again on the device that the license comes from.";
    REFUSED_SAME_DEVICE = "The license is on this device already. Receive it on another one.";
    REFUSED_PRODUCT = "This license is for another app. Open that app on this device and receive it there.";
    REFUSED_TOKEN = "This is not a portable pass of this portal, or it was changed on its way. Start again on the other device.";
    REFUSED_TERM = "The term of this license has ended, so there is nothing to move.";
    REFUSED_SUSPENDED = "This license is suspended. Ask the vendor what would help.";
    REFUSED_REVOKED = "This device's pass or its license has been ended.";
    REFUSED_MOVING = "This device's license is being moved already.";
    REFUSED_STAYS = "This license cannot be moved: it stays on the device it is connected to.";
}

/// How many uses are set aside on a device.
pub fn set_aside(uses: &str, feature: &str) -> String {
    let feature = super::isolate(feature);
    format!("{feature}: {uses} set aside for offline work")
}

pub fn last_contact(when: &str, exact: &str) -> String {
    format!("Last contact {when} ({exact})")
}

pub fn connected_on(day: &str) -> String {
    format!("Connected {day}")
}

pub fn waits_until(time: &str) -> String {
    format!("Waits for another device until {time}")
}

/// The name of a control that stands once for each device.
pub fn of_device(act: &str, device: &str) -> String {
    let device = super::isolate(device);
    format!("{act}: {device}")
}

/// "2 of 3 moves left until 1 May 2027".
pub fn moves_left(left: u32, limit: u32, until: Option<&str>) -> String {
    let counted = super::counted(u64::from(limit), MOVES);
    match until {
        Some(day) => format!("{left} of {counted} left until {day}."),
        None => format!("{left} of {counted} left."),
    }
}

/// "A lost device can be signed out 1 more time until 1 May 2027."
pub fn recoveries_left(left: u32, until: Option<&str>) -> String {
    let until = until.map(|day| format!(" until {day}")).unwrap_or_default();
    match left {
        0 => format!("No more device can be signed out{until}."),
        left => format!("A device can be signed out {left} more {}{until}.", if left == 1 { TIMES.0 } else { TIMES.1 }),
    }
}

pub fn sign_out_title(device: &str) -> String {
    let device = super::isolate(device);
    format!("Sign out {device}?")
}

pub fn sign_out_consequence(product: &str, device: &str) -> String {
    let (product, device) = (super::isolate(product), super::isolate(device));
    format!(
        "{product} stops on {device} at once, and its place is free for another device. This cannot be undone: to use it \
         there again, connect it again."
    )
}

pub fn slices_lost(uses: &str) -> String {
    format!("{uses} set aside there for offline work count as spent.")
}

// Sending.

pub fn from_device(what: &str, device: &str) -> String {
    let (what, device) = (super::isolate(what), super::isolate(device));
    format!("{what} from {device}")
}

pub fn move_question(what: &str, device: &str) -> String {
    let (what, device) = (super::isolate(what), super::isolate(device));
    format!("Move {what} from {device}?")
}

pub fn move_consequence(device: &str) -> String {
    let device = super::isolate(device);
    format!(
        "It stops working on {device} at once, and works there again if you cancel or nobody redeems it in 15 minutes."
    )
}

pub fn carry_lead(product: &str, address: &str) -> String {
    let product = super::isolate(product);
    format!("On the other device, open {product} or {address} and hand over one of these:")
}

pub fn time_left(clock: &str) -> String {
    format!("{clock} left")
}

pub fn moved_to(device: &str, time: &str) -> String {
    let device = super::isolate(device);
    format!("Moved to {device}, {time}")
}

pub fn works_not_again(product: &str, device: &str) -> String {
    let (product, device) = (super::isolate(product), super::isolate(device));
    format!("{product} works there now, and no longer on {device}.")
}

pub fn works_again(product: &str, device: &str) -> String {
    let (product, device) = (super::isolate(product), super::isolate(device));
    format!("{product} works on {device} again.")
}

pub fn qr_alt(address: &str) -> String {
    format!("QR code that opens {address} with the move's code")
}

// Receiving.

pub fn uses_arrive(feature: &str, uses: &str) -> String {
    let feature = super::isolate(feature);
    format!("{feature}: {uses} left")
}

pub fn open_app(product: &str) -> String {
    let product = super::isolate(product);
    format!("Open {product} here")
}

pub fn open_app_hint(product: &str) -> String {
    let product = super::isolate(product);
    format!("{product} asks once more, and then the license is on this device.")
}

pub fn in_the_app(product: &str) -> String {
    let product = super::isolate(product);
    format!(
        "Open {product} on this device, choose to receive a license from another device there, and hand it this code or file."
    )
}

pub fn move_from(device: &str) -> String {
    let device = super::isolate(device);
    format!("Move it here from {device}")
}

pub fn moves_open_again(day: &str) -> String {
    format!("Every move of this license is used. Moving is possible again from {day}.")
}

pub fn recoveries_open_again(day: &str) -> String {
    format!("No more device can be signed out now. It is possible again from {day}; until then, ask the vendor.")
}

pub const MOVES_USED_UP: &str = "Every move of this license is used.";
pub const RECOVERIES_USED_UP: &str = "No more device can be signed out. Ask the vendor.";
