//! What happened, in words: a sentence for every kind of event that the server writes.

use std::borrow::Cow;

/// Every kind, by family, and its sentence.
pub(crate) const EVENT_KINDS: &[(&str, &str)] = &[
    ("account.linked", "A sign-in was linked to an account"),
    ("account.unlinked", "A sign-in was unlinked from an account"),
    ("agreement.added", "A license text was added"),
    ("coupon.created", "A coupon was created"),
    ("coupon.redeemed", "A coupon was redeemed"),
    ("coupon.released", "An order gave its coupon back"),
    ("coupon.updated", "A coupon was changed"),
    ("identifier.created", "An identifier was made"),
    ("identifier.ended", "An identifier was ended"),
    ("key.activated", "A key began to sign"),
    ("key.created", "A signing key was made"),
    ("key.retired", "A key ceased to sign"),
    ("key.revoked", "A key was revoked"),
    ("lease.checked_out", "A service checked the license out"),
    ("lease.ended", "A lease was ended"),
    ("lease.expired", "A lease ran out without being returned"),
    ("lease.extended", "A lease was extended"),
    ("lease.returned", "A lease was returned"),
    ("license.created", "A license was granted"),
    ("license.denied", "Something was refused to a license"),
    ("license.expiring", "A license ends soon"),
    ("license.extended", "A license was extended"),
    ("license.moves_allowed", "More moves were allowed"),
    ("license.reinstated", "A license was reinstated"),
    ("license.revoked", "A license was revoked"),
    ("license.suspended", "A license was suspended"),
    ("license.uses_added", "Uses were added"),
    ("mail.resent", "A mail was sent again"),
    ("mail_template.updated", "A text of mail was changed"),
    ("member.added", "A member was added"),
    ("member.changed", "A member's role was changed"),
    ("member.invited", "Somebody was invited to the team"),
    ("member.joined", "Somebody joined the team"),
    ("member.removed", "A member was removed"),
    ("member.uninvited", "An invitation was withdrawn"),
    ("menu.draft_discarded", "A menu's draft was discarded"),
    ("menu.draft_saved", "A menu's draft was saved"),
    ("menu.published", "A menu was published"),
    ("order.cancelled", "An order was cancelled"),
    ("order.fulfilled", "An order was fulfilled"),
    ("order.invoiced", "An order is to be paid by invoice"),
    ("order.paid", "An order was marked as paid"),
    ("order.payment_declined", "A payment was declined"),
    ("order.placed", "An order was placed"),
    ("order.refunded", "An order was refunded"),
    ("pass.cloned", "A copied pass was noticed and suspended"),
    ("pass.issued", "A device was connected"),
    ("pass.move.cancelled", "A move was cancelled"),
    ("pass.move.expired", "A move ran out"),
    ("pass.move.offered", "A move was begun"),
    ("pass.move.redeemed", "A license arrived on another device"),
    ("pass.recovered", "A lost device was disconnected"),
    ("pass.reinstated", "A pass was reinstated"),
    ("pass.renamed", "A device was renamed"),
    ("pass.replaced", "A cleared browser was connected again"),
    ("pass.revoked", "A pass was revoked"),
    ("pass.suspended", "A pass was suspended"),
    ("product.created", "A product was created"),
    ("product.deleted", "A product was deleted"),
    ("product.updated", "A product was changed"),
    ("slice.granted", "Uses were lent to a device"),
    ("slice.settled", "Lent uses were settled"),
    ("source.added", "A sign-in source was added"),
    ("source.removed", "A sign-in source was removed"),
    ("source.rule_refused", "A claim rule could not grant its license"),
    ("source.signed_in", "Somebody signed in through a source"),
    ("source.updated", "A sign-in source was changed"),
    ("token.created", "An API token was created"),
    ("token.revoked", "An API token was revoked"),
    ("use.counted", "A use was counted"),
    ("uses.exhausted", "A counter ran out"),
    ("vendor.created", "The vendor was created"),
    ("vendor.updated", "The settings were changed"),
    ("webhook.created", "A webhook was added"),
    ("webhook.disabled", "A webhook was disabled after lasting failure"),
    ("webhook.removed", "A webhook was removed"),
    ("webhook.secret_renewed", "A webhook's secret was renewed"),
    ("webhook.updated", "A webhook was changed"),
];

/// What webhooks are sent to try them; nothing that happened.
const TEST: (&str, &str) = ("webhook.test", "A test message");

/// The sentence of a kind; the kind itself where this program is older than the server.
pub(crate) fn event(kind: &str) -> Cow<'static, str> {
    let found = EVENT_KINDS.iter().chain([&TEST]).find(|(known, _)| *known == kind);
    found.map_or_else(|| kind.to_owned().into(), |(_, sentence)| (*sentence).into())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use shared::license::Act;

    use super::{EVENT_KINDS, TEST, event};

    /// Where other words with dots are: placeholders of mail, and constraints of the store.
    const ELSEWHERE: [&str; 2] = ["outbox/mail", "/fault"];

    /// Such placeholders among what tells of events.
    const PLACEHOLDERS: [&str; 2] = ["vendor.name", "vendor.support"];

    /// The quoted words with dots in the server's sources, by where events are told of: `"license.created"`.
    fn quoted(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).expect("the server's sources lie beside these").flatten() {
            let path = entry.path();
            let name = path.to_string_lossy().into_owned();
            if ELSEWHERE.iter().any(|elsewhere| name.contains(elsewhere)) || name.contains("tests") {
                continue;
            }
            if path.is_dir() {
                quoted(&path, found);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap_or_default();
            let product = text.split("mod tests {").next().unwrap_or_default();
            let is_word =
                |text: &&str| text.contains('.') && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_' | b'.'));
            found.extend(product.split('"').filter(is_word).map(str::to_owned));
        }
    }

    #[test]
    fn every_kind_of_event_that_the_server_writes_has_words_and_no_other() {
        let mut found = BTreeSet::new();
        quoted(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend/src"), &mut found);
        for act in [Act::Suspend, Act::Reinstate, Act::Revoke] {
            found.extend(["license", "pass"].map(|whose| format!("{whose}.{}", act.done())));
        }
        let known: BTreeSet<_> = EVENT_KINDS.iter().map(|(kind, _)| (*kind).to_owned()).collect();
        let families: BTreeSet<_> = known.iter().filter_map(|kind| kind.split('.').next()).collect();
        let is_event = |text: &&String| text.split('.').next().is_some_and(|family| families.contains(family));
        let is_other = |text: &&String| *text == TEST.0 || PLACEHOLDERS.contains(&text.as_str());
        let told: BTreeSet<_> = found.iter().filter(is_event).filter(|text| !is_other(text)).cloned().collect();
        assert_eq!(&told - &known, BTreeSet::new(), "without words");
        assert_eq!(&known - &told, BTreeSet::new(), "never written");
    }

    #[test]
    fn kinds_stand_in_order_and_one_that_is_not_known_says_itself() {
        assert!(EVENT_KINDS.is_sorted_by(|one, next| one.0 < next.0));
        assert_eq!(event("license.suspended"), "A license was suspended");
        assert_eq!(event("license.dreamt_of"), "license.dreamt_of");
    }
}
