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

/// "Last used 3 hours ago".
pub fn last_used(when: &str) -> String {
    format!("Last used {when}")
}
