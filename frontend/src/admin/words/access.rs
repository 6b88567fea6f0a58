//! Texts about what lets others in and what goes out: tokens, webhooks, the vendor's settings, and new vendors.

use shared::team::Permission;

use crate::words::isolate;

words! {
    NAV_SET_UP = "Set up";
    SHOWN_ONCE = "It is shown only now and cannot be read again.";
    KEPT_IT = "I have kept it";
}

// API tokens.
words! {
    TOKENS = "API tokens";
    TOKENS_LEAD = "Programs act for you with a token: each may do only what you tick.";
    API_TOKEN = "Token";
    NO_TOKENS = "No tokens yet";
    NO_TOKENS_DETAIL = "Create one for each program that is to use the API, so that each can be revoked alone.";
    CREATE_TOKEN = "Create token";
    API_DOCS = "API documentation";
    TOKEN_MEANS = "You see its secret once, when it is created.";
    TOKEN_NAME = "What it is for";
    TOKEN_NAME_HINT = "Like: Billing, nightly export.";
    TOKEN_NAME_WRONG = "Enter 1 to 100 characters, all on one line.";
    SCOPES = "What it may do";
    SCOPES_HINT = "Tick no more than the program needs.";
    SCOPES_MISSING = "Tick at least one.";
    EXPIRES = "Last day";
    EXPIRES_HINT = "It works through the whole of this day (UTC). Empty: until it is revoked.";
    EXPIRES_WRONG = "Choose a day that is not over, or none.";
    NEVER_EXPIRES = "Until revoked";
    LAST_USED = "Last used";
    NEVER_USED = "Never";
    TOKEN_READY = "The token is ready";
    TOKEN_HOW = "Give it to the program, which sends it with each request as “Authorization: Bearer …”. Whoever has it may do the same.";
    TOKEN_SECRET = "API token";
    TOKEN_CREATED = "The token is created.";
    REVOKE_TOKEN = "Revoke token";
    REVOKE_TOKEN_MEANS = "Programs that use it are refused at once. It cannot be brought back.";
    TOKEN_REVOKED = "The token is revoked.";
}

// The vendor's settings.
words! {
    SETTINGS = "Settings";
    SETTINGS_LEAD = "What you say of yourself, where customers read it.";
    VENDOR_NAME = "Name";
    VENDOR_NAME_HINT = "Customers see it on menus, orders and receipts.";
    SUPPORT_EMAIL = "Support address";
    SUPPORT_EMAIL_HINT = "Where customers write to. May be empty.";
    WEBSITE = "Website";
    WEBSITE_HINT = "Begins with https://. May be empty.";
    WEBSITE_WRONG = "Enter an address that begins with https:// or http://.";
    VENDOR_SLUG_FIXED = "Part of addresses and of every pass; it never changes.";
    CONFLICT_KEPT = "What you typed is still here, and nothing was saved.";
    TAKE_THEIRS_ALL = "Take theirs";
    KEEP_TYPED = "Keep what I typed";
    KEPT_TYPED = "Look at it once more, then save.";
    BRAND = "Colour";
    ACCENT = "Accent colour";
    ACCENT_HINT = "Like #2456d6; empty for the usual one. Customers' pages use the nearest that can be read, by day and in the dark.";
    ACCENT_WRONG = "Enter # and six digits from 0 to 9 and a to f.";
    ACCENT_PICK = "Pick the accent colour";
    ACCENT_BUTTON = "Buy now";
    ACCENT_LINK = "See the receipt";
    LOGO = "Logo";
    LOGO_CHOOSE = "Choose an image";
    LOGO_HINT = "PNG, JPEG or WebP, at most 64 kB and 1024 by 1024 pixels. It is saved at once.";
    LOGO_LARGE = "The image has more than 64 kB: save it smaller.";
    LOGO_UNREADABLE = "The file could not be read.";
    LOGO_REMOVE = "Remove logo";
    TAX_TITLE = "Tax";
    TAX_LEAD = "Menus take it with them when they are published. Licenses and orders that were bought keep what they were bought with.";
    TAX = "Tax";
    TAX_NONE = "No tax";
    TAX_INCLUDED = "Included in prices";
    TAX_ADDED = "Added to prices";
    TAX_NAME = "Name of the tax";
    TAX_NAME_HINT = "As on receipts: VAT.";
    TAX_NAME_WRONG = "Write 1 to 40 characters.";
    TAX_RATE = "Rate in percent";
    TAX_RATE_HINT = "Up to three decimals: 8.875.";
    TAX_RATE_WRONG = "Enter a number above 0 and at most 100, with up to three decimals.";
    TAX_NUMBER = "Registration number";
    TAX_NUMBER_HINT = "Stands on receipts. May be empty.";
    RETAX = "Publish again with this tax";
    RETAX_MEANS = "The menu is published as its next version, otherwise as it is. Orders that were made stay what they are; who is ordering right now is asked to look again.";
    RETAXED = "The menu is published.";
    PAYMENT_TITLE = "Payment";
    PAYMENT_LEAD = "How customers pay what costs something.";
    INVOICE = "By invoice";
    INVOICE_HINT = "The customer transfers the money to your account. You mark the order as paid when it has come; the license is granted then.";
    INVOICE_OFF = "Not offered";
    INVOICE_ON = "Offered to customers";
    INVOICE_INSTRUCTIONS = "How to pay";
    INVOICE_INSTRUCTIONS_HINT = "Your account, in lines, as customers read it. The amount and a reference stand below by themselves.";
    INVOICE_INSTRUCTIONS_WRONG = "Write 1 to 2000 characters.";
    INVOICE_DAYS = "Days to pay";
    INVOICE_DAYS_HINT = "1 to 90. An order that is not paid a week after that is cancelled.";
    INVOICE_DAYS_WRONG = "Enter a number from 1 to 90.";
    SANDBOX_ON = "Test payments are on in this installation: customers may pretend to pay. The operator turns them off where money is meant.";
    SANDBOX_OFF = "Test payments are off in this installation.";
    APP_ORIGINS = "App origins";
    APP_ORIGINS_LEAD = "Where your web apps run. Only they are handed passes of their product by the connect window, and may ask this portal from the browser.";
    NO_ORIGINS = "No app is known yet. Without its origin, an app gets no pass.";
    ORIGIN = "Origin";
    ORIGIN_HINT = "Like https://app.example.com: no path, no slash at the end.";
    ORIGIN_WRONG = "Enter an origin like https://app.example.com that is not there yet.";
    ADD_ORIGIN = "Add origin";
    ADD_ORIGIN_MEANS = "Apps at this address may be handed passes of the product.";
    REMOVE_ORIGIN = "Remove origin";
    REMOVE_ORIGIN_MEANS = "Apps at this address are handed no new pass, and cannot reach this portal from the browser: they go on until their passes run out.";
    SENDS_MAIL = "Mail";
    MAIL_OFF = "This installation sends no mail. It is kept, to be read on the Mail page.";
}

// Webhooks.
words! {
    WEBHOOKS = "Webhooks";
    WEBHOOKS_LEAD = "Programs of yours that are told what happens: an order was paid, a license moved, a counter ran out.";
    WEBHOOK = "Webhook";
    ALL_WEBHOOKS = "All webhooks";
    NO_WEBHOOKS = "No webhooks yet";
    NO_WEBHOOKS_DETAIL = "Add the address of a program of yours, and it is told what happens from then on.";
    ADD_WEBHOOK = "Add webhook";
    ADD_WEBHOOK_MEANS = "It is told what happens from now on. You see its secret once.";
    EDIT_WEBHOOK = "Edit webhook";
    EDIT_WEBHOOK_MEANS = "What is told already stays told. Another address begins anew, at once.";
    WEBHOOK_URL = "Address";
    WEBHOOK_URL_HINT = "An https address on the internet, which is sent POST requests.";
    WEBHOOK_URL_WRONG = "Enter an address that begins with https://.";
    WEBHOOK_FOR = "What it is for";
    WEBHOOK_FOR_WRONG = "Use at most 200 characters, all on one line.";
    EVENTS = "Events";
    EVENTS_HINT = "Nothing ticked and nothing typed: every event.";
    EVERY_EVENT = "Every event";
    SINGLE_EVENTS = "Single events";
    SINGLE_EVENTS_HINT = "Separated by spaces, like order.fulfilled pass.cloned. The audit log shows what they are called.";
    SINGLE_EVENTS_WRONG = "Each is words joined by dots, like license.created or license.*.";
    WEBHOOK_ACTIVE = "Active";
    WEBHOOK_FAILING = "Failing";
    WEBHOOK_PAUSED = "Paused";
    WEBHOOK_DISABLED = "Disabled";
    ADDED_ON = "Added";
    WEBHOOK_ADDED = "The webhook is added.";
    WEBHOOK_SAVED = "The webhook is changed.";
    WEBHOOK_READY = "The webhook is ready";
    SECRET_READY = "The new secret is ready";
    SECRET_HOW = "Your program checks with it that messages come from here: Standard Webhooks, signature “v1”.";
    SECRET_WHAT = "secret of the webhook";
    PUBLIC_KEY = "Public key (v1a)";
    PUBLIC_KEY_WHY = "Checks “v1a” signatures in place of the secret: whoever reads it can check messages and make none.";
    ROLL_SECRET = "New secret";
    ASK_ROLL = "Make a new secret?";
    ROLL_MEANS = "The one before signs beside it for a day, so that you can change it without losing a message.";
    SECRET_ROLLED = "The secret is another now.";
    PAUSE = "Pause";
    ASK_PAUSE = "Pause this webhook?";
    PAUSE_MEANS = "What happens meanwhile is kept and sent, in order, when it is active again.";
    PAUSED = "The webhook is paused.";
    ACTIVATE_WEBHOOK = "Make active";
    ASK_ACTIVATE_WEBHOOK = "Make this webhook active again?";
    ACTIVATE_WEBHOOK_MEANS = "What happened meanwhile is sent now, in order.";
    WEBHOOK_ACTIVATED = "The webhook is active.";
    DISABLED_TITLE = "This webhook was disabled";
    DISABLED_DETAIL = "Every attempt of a day failed, or your program answered 410. What happens is kept. Put the program right, send a test, then make the webhook active again.";
    SEND_TEST = "Send a test";
    REMOVE_WEBHOOK = "Remove webhook";
    REMOVE_WEBHOOK_MEANS = "Its program is told nothing more, and what was sent is forgotten here.";
    WEBHOOK_REMOVED = "The webhook is removed.";
    DELIVERIES = "Deliveries";
    NO_DELIVERIES = "Nothing was sent yet";
    NO_DELIVERIES_DETAIL = "Each attempt is listed here with what was sent and what was answered.";
    ANSWERED = "Answer";
    NO_ANSWER = "No answer";
    TOOK = "Took";
    REDELIVER = "Send again";
    DELIVERED = "It was taken.";
    WHAT_WAS_SENT = "Sent and answered";
    REQUEST_BODY = "Sent";
    RESPONSE_BODY = "Answered";
    EMPTY_BODY = "Nothing.";
    CHANGED_MEANWHILE = "Somebody else changed this webhook before you. What you typed is still here: save again to put it in place of theirs.";
}

// New vendors.
words! {
    NEW_VENDOR = "Add a vendor";
    NEW_VENDOR_LEAD = "A vendor has its own products, customers, keys and team. You will be its owner.";
    CREATE_VENDOR = "Add vendor";
    NEW_VENDOR_NAME = "Name";
    VENDOR_TAKEN = "This slug is taken: choose another.";
    VENDOR_SLUG = "Slug";
    NO_VENDOR_ADD = "Add one of your own, or ask an owner of a team for an invitation and open its link here.";
    VENDOR_SIGN_UP_OFF = "New vendors are added by whoever runs this installation: ask there.";
    VENDOR_SIGN_UP_OFF_TITLE = "Vendors are not added here";
}

/// What a group of permissions is about: the word before the colon.
pub(crate) fn resource(permission: Permission) -> &'static str {
    match permission.as_str().split(':').next().unwrap_or_default() {
        "catalog" => PRODUCTS_AND_MENUS,
        "orders" => super::ORDERS,
        "licenses" => CUSTOMERS_AND_LICENSES,
        "leases" | "introspect" => super::LEASING,
        "keys" => super::KEYS,
        "team" => super::TEAM,
        "tokens" => TOKENS,
        "webhooks" => WEBHOOKS,
        "audit" => super::AUDIT,
        "settings" => SETTINGS,
        other => other,
    }
}

words! {
    PRODUCTS_AND_MENUS = "Products and menus";
    CUSTOMERS_AND_LICENSES = "Customers and licenses";
}

/// What somebody with it may do, within its group.
pub(crate) fn permission(permission: Permission) -> &'static str {
    match permission {
        Permission::ReadCatalog => "See products, menus and agreements",
        Permission::EditCatalog => "Change and publish them",
        Permission::ReadOrders => "See orders and figures",
        Permission::EditOrders => "Refund orders",
        Permission::ReadLicenses => "See customers, licenses, passes and moves",
        Permission::EditLicenses => "Act on licenses and passes",
        Permission::EditLeases => "Check licenses out and in, for services",
        Permission::Introspect => "Ask what a pass, lease or identifier is worth, for services",
        Permission::ReadKeys => "See signing keys",
        Permission::EditKeys => "Create, activate, retire and revoke them",
        Permission::ReadTeam => "See members and invitations",
        Permission::EditTeam => "Invite, change and remove members",
        Permission::ReadTokens => "See tokens, never their secrets",
        Permission::EditTokens => "Create and revoke tokens",
        Permission::ReadWebhooks => "See webhooks and their deliveries",
        Permission::EditWebhooks => "Change webhooks, send again",
        Permission::ReadAudit => "See who did what",
        Permission::ReadSettings => "See settings",
        Permission::EditSettings => "Change settings",
    }
}

/// "Orders: see orders and figures" would be long in a table: "Orders (see)".
pub(crate) fn scopes(scopes: &[Permission]) -> String {
    let mut parts: Vec<(&'static str, bool, bool)> = Vec::new();
    for scope in scopes {
        let is_write = scope.as_str().ends_with(":write");
        match parts.iter_mut().find(|(name, ..)| *name == resource(*scope)) {
            Some((_, sees, changes)) => (*sees, *changes) = (*sees || !is_write, *changes || is_write),
            None => parts.push((resource(*scope), !is_write, is_write)),
        }
    }
    let part = |(name, sees, changes): &(&str, bool, bool)| {
        let may = match (sees, changes) {
            (true, true) => "see, change",
            (true, false) => "see",
            _ => "change",
        };
        format!("{name} ({may})")
    };
    parts.iter().map(part).collect::<Vec<_>>().join(", ")
}

pub(crate) fn made_by(who: &str, when: &str) -> String {
    format!("by {}, {when}", isolate(who))
}

pub(crate) fn ask_revoke_token(name: &str) -> String {
    format!("Revoke the token “{}”?", isolate(name))
}

pub(crate) fn revoke_token_named(name: &str) -> String {
    format!("Revoke {}", isolate(name))
}

/// "Olivia Owner saved this before you, 22 Nov 2026, 14:02."
pub(crate) fn saved_before_you(who: &str, when: &str) -> String {
    format!("{} saved this before you, {when}.", isolate(who))
}

pub(crate) fn theirs_is(field: &str, value: &str) -> String {
    format!("{field} is now: {}", isolate(value))
}

pub(crate) fn family(prefix: &str) -> &'static str {
    match prefix {
        "agreement" => "Agreements",
        "coupon" => "Coupons",
        "key" => "Signing keys",
        "license" => "Licenses",
        "member" => "Team",
        "menu" => "Menus",
        "order" => "Orders",
        "pass" => "Passes and moves",
        "product" => "Products",
        "slice" => "Uses set aside offline",
        "token" => "API tokens",
        "use" => "Uses counted",
        "uses" => "Uses run out",
        "vendor" => "Settings",
        _ => "Webhooks",
    }
}

pub(crate) fn failing_since(since: &str, next: &str) -> String {
    format!("Every attempt since {since} failed. The next is made {next}; what happens meanwhile waits.")
}

pub(crate) fn ask_remove_webhook(url: &str) -> String {
    format!("Remove the webhook {url}?")
}

pub(crate) fn attempt(number: u32) -> String {
    format!("Attempt {number}")
}

pub(crate) fn milliseconds(millis: &str) -> String {
    format!("{millis} ms")
}

pub(crate) fn not_delivered(why: &str) -> String {
    format!("It was not taken: {why}")
}

pub(crate) fn answered_status(status: u16) -> String {
    format!("the answer was {status}")
}

pub(crate) fn redeliver_named(kind: &str, when: &str) -> String {
    format!("{REDELIVER}: {kind}, {when}")
}
