//! Texts about authentication sources and claim rules.

use crate::words::isolate;

words! {
    SOURCES = "Sign-in";
    SOURCES_LEAD = "Your customers sign in where they have an account already, and get licenses by what your provider says of them.";
    SOURCE = "Authentication source";
    NO_SOURCES = "Customers sign in with an account of this portal";
    NO_SOURCES_DETAIL = "Add your OpenID Connect provider (Keycloak, Entra ID, Google, …), and its people find a button where they sign in.";
    ADD_SOURCE = "Add source";
    ALL_SOURCES = "All sources";
    SOURCE_ACTIVE = "Active";
    SOURCE_SUSPENDED = "Suspended";
    SOURCE_STATE_HINT = "A suspended source is offered to nobody, and whoever signed in through it is signed out.";
    PROVIDER = "Provider";
    SOURCE_NAME = "Name";
    SOURCE_NAME_HINT = "Customers read “Continue with …”.";
    ISSUER = "Issuer";
    ISSUER_HINT = "The address by which the provider names itself. It cannot be changed later: people are known by it.";
    ISSUER_WRONG = "Enter an address that begins with https://.";
    CLIENT_ID = "Client ID";
    CLIENT_ID_HINT = "What the provider calls this portal.";
    CLIENT_SECRET = "Client secret";
    CLIENT_SECRET_HINT = "Leave it empty for a public client. It cannot be read again.";
    CLIENT_SECRET_KEPT = "Leave it empty to keep what there is. It cannot be read again.";
    SECRET_KEPT = "There is one";
    SECRET_NONE = "None: a public client";
    SOURCE_SCOPES = "Scopes";
    SOURCE_SCOPES_HINT = "What is asked for, with spaces between: openid profile email groups.";
    REDIRECT_URI = "Redirect address";
    REDIRECT_URI_WHY = "Register exactly this address at the provider.";
    TEST_SOURCE = "Test";
    SOURCE_WORKS = "It works";
    SOURCE_WORKS_DETAIL = "The provider answers as it should, and every rule grants something.";
    SOURCE_ADDED = "The source is added.";
    SOURCE_SAVED = "The source is saved.";
    SOURCE_CHANGED = "Somebody else changed this source before you. Load the page again to see it.";
    REMOVE_SOURCE = "Remove source";
    REMOVE_SOURCE_MEANS = "Nobody signs in through it any more, and whoever did is signed out. What it granted stays. Adding the same provider again makes a new source that knows nobody.";
    SOURCE_REMOVED = "The source is removed.";
    FIELD_MISSING = "Enter something here.";

    RULES = "Rules";
    RULES_LEAD = "At each sign-in, every rule whose claim is there grants one license to that person, once.";
    NO_RULES = "No rules: who signs in is granted nothing.";
    ADD_RULE = "Add a rule";
    TAKE_RULE = "Take this rule";
    REMOVE_RULE = "Remove rule";
    CLAIM = "Claim";
    CLAIM_HINT = "A path like groups or realm_access.roles.";
    COMPARISON = "How it is compared";
    COMPARE_CONTAINS = "It is a list that contains";
    COMPARE_EQUALS = "It is exactly";
    CLAIM_VALUE = "Value";
    CLAIM_VALUE_HINT = "Letter for letter.";
    WHEN_GONE = "When the claim is gone at a later sign-in";
    GONE_KEEPS = "The license stays.";
    GONE_SUSPENDS = "The license is suspended until the claim is back.";
    GRANTED_OFFER = "Offer";
    GRANTED_FREE = "Choose what is granted. Nothing is charged, whatever the menu says.";
    NO_MENUS_YET = "No product has a published menu yet.";
    ONLY_TRIALS = "This product's menu has trials only. A trial is once for each customer, so no rule can grant one.";
    GRANTED_BY = "Granted by";
}

/// "groups contains students: sketchpad / edu".
pub(crate) fn rule(claim: &str, is_list: bool, value: &str, offer: &str) -> String {
    format!("{}: {offer}", self::claim(claim, is_list, value))
}

/// "groups contains students".
pub(crate) fn claim(claim: &str, is_list: bool, value: &str) -> String {
    let verb = if is_list { "contains" } else { "is" };
    format!("{} {verb} {}", isolate(claim), isolate(value))
}

/// "Remove Acme University?".
pub(crate) fn ask_remove_source(name: &str) -> String {
    format!("Remove {}?", isolate(name))
}
