//! Texts with something in them.

use shared::api::admin::customers::BulkAct;
use shared::team::Role;

use crate::words::isolate;

/// "1 license", "3 licenses".
fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

pub(crate) fn role(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Viewer",
        Role::Support => "Support",
        Role::Admin => "Admin",
        Role::Owner => "Owner",
    }
}

pub(crate) fn you_are(role: &str) -> String {
    format!("You are in this team as: {role}.")
}

pub(crate) fn open_id(id: &str) -> String {
    format!("Open {id}")
}

pub(crate) fn unseen(why: &str) -> String {
    format!("This could not be looked at: {why}")
}

pub(crate) fn done_of(done: usize, all: usize) -> String {
    format!("{done} of {all} done")
}

pub(crate) fn type_to_confirm(word: &str) -> String {
    format!("Type {word} to confirm")
}

pub(crate) fn type_exactly(word: &str) -> String {
    format!("Type {word} exactly.")
}

// Lists.

pub(crate) fn rows_shown(count: usize) -> String {
    format!("{} on this page", counted(count, "row", "rows"))
}

pub(crate) fn unreadable_rows(count: usize) -> String {
    format!("{} could not be read. Reload the page.", counted(count, "row", "rows"))
}

pub(crate) fn selected(count: usize) -> String {
    format!("{count} selected")
}

pub(crate) fn select_row(name: &str) -> String {
    let name = isolate(name);
    format!("Select {name}")
}

pub(crate) fn devices_of(used: u32, limit: u32) -> String {
    format!("{used} of {limit}")
}

pub(crate) fn from_device(device: &str) -> String {
    let device = isolate(device);
    format!("From {device}")
}

pub(crate) fn from_until(from: &str, until: &str) -> String {
    format!("From {from} until {until}")
}

pub(crate) fn from_for_ever(from: &str) -> String {
    format!("From {from}, without end")
}

pub(crate) fn left_now(left: u32) -> String {
    format!("({left} left now)")
}

pub(crate) fn because(reason: &str) -> String {
    format!("Reason: {reason}")
}

// Acts on licenses.

pub(crate) fn ask_suspend(what: &str, whose: &str) -> String {
    let (what, whose) = (isolate(what), isolate(whose));
    format!("Suspend {what} of {whose}?")
}

pub(crate) fn suspend_means(whose: &str) -> String {
    let whose = isolate(whose);
    format!(
        "{whose} cannot use it on any device until you reinstate it. Devices that are online learn of it within a minute, \
         others when they refresh next."
    )
}

pub(crate) fn ask_reinstate(what: &str, whose: &str) -> String {
    let (what, whose) = (isolate(what), isolate(whose));
    format!("Reinstate {what} of {whose}?")
}

pub(crate) fn reinstate_means(whose: &str) -> String {
    let whose = isolate(whose);
    format!("{whose} can use it again on every device it is on.")
}

pub(crate) fn ask_revoke(what: &str, whose: &str) -> String {
    let (what, whose) = (isolate(what), isolate(whose));
    format!("Revoke {what} of {whose}?")
}

pub(crate) fn revoke_means(whose: &str) -> String {
    let whose = isolate(whose);
    format!("{whose} loses it for good, on every device. It cannot be brought back, and nothing is paid back.")
}

pub(crate) fn ask_extend(what: &str, whose: &str) -> String {
    let (what, whose) = (isolate(what), isolate(whose));
    format!("Extend {what} of {whose}")
}

pub(crate) fn ask_add_uses(what: &str, whose: &str) -> String {
    let (what, whose) = (isolate(what), isolate(whose));
    format!("Add uses to {what} of {whose}")
}

pub(crate) fn ask_allow_moves(what: &str, whose: &str) -> String {
    let (what, whose) = (isolate(what), isolate(whose));
    format!("Allow more moves of {what} of {whose}")
}

pub(crate) fn ask_paid(total: &str, whose: &str) -> String {
    let whose = isolate(whose);
    format!("Has {whose} paid {total}?")
}

pub(crate) fn paid_means(whose: &str) -> String {
    let whose = isolate(whose);
    format!(
        "The license is granted at once, and {whose} gets a receipt. Say how you know, such as the line of the statement."
    )
}

pub(crate) fn other_tax(count: usize) -> String {
    match count {
        1 => "A published menu has another tax.".to_owned(),
        count => format!("{count} published menus have another tax."),
    }
}

pub(crate) fn menu_has_tax(product: &str, menu: u32, tax: &str) -> String {
    let (product, tax) = (isolate(product), isolate(tax));
    format!("{product}, menu {menu}: {tax}")
}

pub(crate) fn ask_retax(product: &str, tax: &str) -> String {
    let (product, tax) = (isolate(product), isolate(tax));
    format!("Publish the menu of {product} with this tax: {tax}?")
}

pub(crate) fn ask_remove_origin(origin: &str, product: &str) -> String {
    let product = isolate(product);
    format!("Remove {origin} from {product}?")
}

pub(crate) fn ask_cancel_order(total: &str, whose: &str) -> String {
    let whose = isolate(whose);
    format!("Cancel the order of {whose} for {total}?")
}

pub(crate) fn cancel_order_means(whose: &str) -> String {
    let whose = isolate(whose);
    format!(
        "Nothing is to be paid any more, and {whose} gets a mail that says why. If the money comes all the same, send it back yourself."
    )
}

pub(crate) fn ask_refund(total: &str, whose: &str) -> String {
    let whose = isolate(whose);
    format!("Refund {total} to {whose}?")
}

pub(crate) fn refund_means(what: &str, whose: &str) -> String {
    let (what, whose) = (isolate(what), isolate(whose));
    format!("The order is paid back, and {whose} loses {what} for good, on every device.")
}

pub(crate) fn refund_verb(total: &str) -> String {
    format!("Refund {total}")
}

pub(crate) fn ask_pass(verb: &str, device: &str) -> String {
    let device = isolate(device);
    format!("{verb} of {device}?")
}

pub(crate) fn pass_means(act: BulkAct, whose: &str) -> String {
    let whose = isolate(whose);
    match act {
        BulkAct::Suspend => {
            format!("{whose} cannot use the license on this device until you reinstate it; others stay.")
        }
        BulkAct::Reinstate => format!("{whose} can use the license on this device again."),
        BulkAct::Revoke => {
            format!("This device loses the license for good. {whose} can connect it anew, or another one.")
        }
    }
}

fn bulk_word(act: BulkAct) -> &'static str {
    match act {
        BulkAct::Suspend => "Suspend",
        BulkAct::Reinstate => "Reinstate",
        BulkAct::Revoke => "Revoke",
    }
}

pub(crate) fn bulk_verb(act: BulkAct, count: usize) -> String {
    format!("{} {}", bulk_word(act), counted(count, "license", "licenses"))
}

pub(crate) fn ask_bulk(act: BulkAct, count: usize) -> String {
    format!("{}?", bulk_verb(act, count))
}

pub(crate) fn bulk_means(act: BulkAct) -> &'static str {
    match act {
        BulkAct::Suspend => "Their customers cannot use them on any device until you reinstate them.",
        BulkAct::Reinstate => "Their customers can use them again on every device they are on.",
        BulkAct::Revoke => "Their customers lose them for good, on every device. They cannot be brought back.",
    }
}

pub(crate) fn bulk_progress(done: usize, all: usize) -> String {
    format!("{} of {all}", done.min(all))
}

pub(crate) fn bulk_refused(count: usize, first: &str) -> String {
    format!("{} could not be changed and stay selected. The first: {first}", counted(count, "license", "licenses"))
}

// Products and menus.

pub(crate) fn ask_delete(product: &str) -> String {
    let product = isolate(product);
    format!("Delete {product}?")
}

pub(crate) fn ask_start_from(version: u32) -> String {
    format!("Start the next menu from version {version}?")
}

// Keys.

pub(crate) fn made_on(when: &str) -> String {
    format!("Created {when}")
}

pub(crate) fn signs_since(when: &str) -> String {
    format!("Signs since {when}")
}

pub(crate) fn published_until(when: &str) -> String {
    format!("Published until {when}")
}

pub(crate) fn passes_hit(count: u64, number: &str) -> String {
    let passes = if count == 1 { "pass cannot" } else { "passes cannot" };
    format!("{number} {passes} be used until refreshed, which devices do by themselves once they are online.")
}

// The playground.

pub(crate) fn keys_unreadable(why: &str) -> String {
    format!("The published keys cannot be read: {why}.")
}

pub(crate) fn denied(code: &str) -> String {
    format!("Denied: {code}")
}

pub(crate) fn remedy(word: &str) -> String {
    format!("What helps: {}", word.replace('_', " "))
}

pub(crate) fn ends_at(when: &str) -> String {
    format!("The term ends {when}.")
}

pub(crate) fn uses_left(left: u64) -> String {
    format!("Uses left when it was signed: {left}.")
}

pub(crate) fn kind_is(kind: &str) -> String {
    format!("This is {kind}.")
}

// The team.

pub(crate) fn role_of(who: &str) -> String {
    let who = isolate(who);
    format!("Role of {who}")
}

pub(crate) fn ask_role(who: &str, role: &str) -> String {
    let who = isolate(who);
    format!("Make {who} {role}?")
}

pub(crate) fn role_means(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Viewers look at everything and change nothing.",
        Role::Support => "Support acts on licenses and passes of customers.",
        Role::Admin => "Admins change menus, orders, keys, tokens and the team below owners.",
        Role::Owner => "Owners may everything, also remove you.",
    }
}

pub(crate) fn ask_remove(who: &str) -> String {
    let who = isolate(who);
    format!("Remove {who} from the team?")
}

pub(crate) fn ask_withdraw(email: &str) -> String {
    format!("Withdraw the invitation of {email}?")
}

pub(crate) fn send_link(email: &str) -> String {
    format!("Send this link to {email}; whoever has it may join.")
}
