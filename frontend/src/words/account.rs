//! Texts about accounts: signing in, and what protects that.

words! {
    ACCOUNT = "Account";
    ACCOUNT_TITLE = "Account and security";

    SECOND_TITLE = "One more step";
    SECOND_LEAD = "Enter the code that your authenticator app shows, or one of your recovery codes.";
    SECOND_CODE = "Code";
    SECOND_MISSING = "Enter a code.";
    SIGN_IN_BY_PASSKEY = "Sign in with a passkey";
    PASSKEY_FAILED = "No passkey was used. Try again, or sign in another way.";

    PROOF_TITLE = "Is it still you?";
    PROOF_LEAD = "This is sensitive. Enter your password to go on.";
    PROOF_VERB = "Go on";
    PROOF_CODE_LEAD = "This is sensitive. Enter the code that your authenticator app shows, or a recovery code, to go on.";
    PROOF_BY_PASSKEY = "Use a passkey";
    PROOF_BY_CODE = "Use a code";
    PROOF_BY_PASSWORD = "Use your password";

    PROFILE_TITLE = "Profile";
    NAME_CHANGED = "Your name is changed.";

    CONFIRMED = "Confirmed";
    UNCONFIRMED = "Not confirmed";
    UNCONFIRMED_DETAIL = "Follow the link in the mail that we sent to this address. Receipts and a forgotten password's link go there.";
    SEND_AGAIN = "Send the link again";
    LINK_SENT_AGAIN = "The link is on its way again.";
    LINK_SENT = "A link is on its way";
    ADDRESS_NEW = "New e-mail address";
    ADDRESS_NEW_HINT = "We send a link there. It becomes yours when you follow it.";
    ADDRESS_VERB = "Change address";
    ADDRESS_NO_MAIL = "This portal sends no mail, so the address cannot be changed here. Ask whoever runs it.";

    FORGOT_QUESTION = "Forgot your password?";
    FORGOT_TITLE = "Choose a new password";
    FORGOT_LEAD = "Enter the e-mail address of your account. We send you a link to choose a new password.";
    FORGOT_VERB = "Send the link";
    FORGOT_SENT = "Look into your mail";
    FORGOT_NO_MAIL = "Ask for a link";
    FORGOT_NO_MAIL_DETAIL = "This portal sends no mail. Whoever runs it can give you a link to choose a new password.";
    FORGOT_AGAIN = "Ask for another link";
    BACK_TO_SIGN_IN = "Back to signing in";
    RESET_TITLE = "New password";
    RESET_VERB = "Set the password";
    RESET_NOTE = "You are signed out everywhere. Your two-step sign-in stays.";
    RESET_DONE = "Your password is changed";
    RESET_DONE_DETAIL = "Every browser was signed out. Sign in with the new password.";
    RESET_VOID_DETAIL = "It was used already, is over an hour old, or is not whole.";
    LINK_VOID = "This link does not work";
    CONFIRM_TITLE = "Confirm your address";
    CONFIRM_LEAD = "With this you confirm that the mail reached you.";
    CONFIRM_VERB = "Confirm";
    CONFIRM_DONE = "Your address is confirmed";
    CONFIRM_VOID_DETAIL = "It was used already, is over three days old, or a later one was sent. You can have another sent from your account.";

    PASSWORD_TITLE = "Password";
    PASSWORD_CURRENT = "Current password";
    PASSWORD_NEW = "New password";
    PASSWORD_VERB = "Change password";
    PASSWORD_CHANGED = "Your password is changed. Other devices are signed out.";

    TOTP_TITLE = "Two-step sign-in";
    TOTP_OFF = "After your password, a code from an authenticator app on your phone: nobody signs in with your password alone.";
    TOTP_SET_UP = "Set up";
    TOTP_SCAN = "Scan this with your authenticator app, then enter the code that it shows.";
    TOTP_QR_ALT = "QR code for your authenticator app";
    TOTP_SECRET = "Secret to type instead";
    TOTP_CONFIRM = "Turn on";
    TOTP_REMOVE = "Turn off";
    TOTP_REMOVE_TITLE = "Turn two-step sign-in off?";
    TOTP_REMOVE_LEAD = "Your password alone will do to sign in, and your recovery codes stop working.";
    TOTP_REMOVED = "Two-step sign-in is off.";
    CODES_TITLE = "Recovery codes";
    CODES_LEAD = "Each signs you in once without your app. Keep them where you find them without this device: they are shown this once.";
    CODES_RENEW = "New recovery codes";
    CODES_KEPT = "I have kept them";

    PASSKEYS_TITLE = "Passkeys";
    PASSKEYS_LEAD = "Sign in with your fingerprint, face or PIN instead of a password.";
    PASSKEYS_NONE = "This portal is reached by a number instead of a name, or your browser has no passkeys: none can be added here.";
    PASSKEY_ADD = "Add a passkey";
    PASSKEY_ADDED = "The passkey is added.";
    PASSKEY_REMOVE = "Remove";
    PASSKEY_REMOVED = "The passkey is removed.";
    NEVER_USED = "Not used yet";

    OTHER_SIGN_INS = "Other ways to sign in";
    SOURCE_FAILED = "You are not signed in";
    SOURCE_DENIED = "The sign-in was refused or given up. Try again, or sign in another way.";
    SOURCE_UNREACHABLE = "The sign-in service does not answer as it should. Try again in a moment, or sign in another way.";
    SOURCE_UNTRUSTED = "What the sign-in service said of you could not be believed. Try again; if that does not help, tell the vendor.";
    SOURCE_OVER = "This took too long, was done already, or began in another browser. Begin again.";
    SOURCE_GONE = "This way to sign in is not there any more. Sign in another way.";
    SOURCE_LINKED = "That sign-in is linked to an account of yours. Sign in to it with its password or passkey.";
    SOURCE_TAKEN = "That sign-in belongs to another account already, or another one is linked to yours.";
    SOURCE_BUSY = "There is too much to do at the moment. Try again in a moment.";
    SIGN_INS_TITLE = "Linked sign-ins";
    SIGN_INS_LEAD = "What a linked sign-in grants comes to this account. It does not open it: only you do.";
    SIGN_INS_OWN = "This account is opened by that sign-in, which protects it. There is no password to change here.";
    SIGN_IN_UNLINK = "Unlink";
    SIGN_IN_UNLINKED = "The sign-in is not linked any more.";

    SESSIONS_TITLE = "Where you are signed in";
    SESSION_CURRENT = "This browser";
    SESSION_END = "Sign out";
    SESSION_ENDED = "That browser is signed out.";
    SESSIONS_END_OTHERS = "Sign out everywhere else";
    SESSIONS_ENDED = "Every other browser is signed out.";
}

/// "Two-step sign-in is on. 9 recovery codes are left."
pub fn totp_on(codes: u32) -> String {
    match codes {
        1 => "Two-step sign-in is on. One recovery code is left.".to_owned(),
        codes => format!("Two-step sign-in is on. {codes} recovery codes are left."),
    }
}

/// "Continue with Acme University".
pub fn continue_with(source: &str) -> String {
    format!("Continue with {}", super::isolate(source))
}

/// "Acme University (Acme Software)".
pub fn sign_in_of(source: &str, vendor: &str) -> String {
    format!("{} ({})", super::isolate(source), super::isolate(vendor))
}

/// "Link Acme University (Acme Software)".
pub fn link_sign_in(source: &str) -> String {
    format!("Link {source}")
}

/// "Last used 3 hours ago".
pub fn last_used(when: &str) -> String {
    format!("Last used {when}")
}

/// What was done with another address.
pub fn link_sent_to(email: &str) -> String {
    format!("Follow the link in the mail to {email}. Until then your address stays as it is.")
}

/// The same for every address, whether it has an account or not.
pub fn forgot_sent_to(email: &str) -> String {
    format!("If {} has an account, a link to choose a new password is on its way. It works for an hour.", email.trim())
}

/// "ada@example.com is your address."
pub fn confirmed(email: &str) -> String {
    format!("{email} is your address.")
}
