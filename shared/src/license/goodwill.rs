//! What a vendor's team gives a customer beyond what was bought: a longer term, more uses, more moves.

use serde::{Deserialize, Serialize};

use super::acts::conflict;
use super::{Counter, License, LicenseState, LicenseTerm, MAX_COUNT, Refusal};
use crate::slug::Feature;
use crate::time::Timestamp;

/// The most moves that are allowed at a time.
pub const MAX_EXTRA_MOVES: u32 = 100;

/// Moves beyond what the offer has, in one window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtraMoves {
    /// The first second of the window that they count in.
    pub since: Timestamp,
    /// How many.
    pub moves: u32,
}

impl License {
    /// The license with a term that ends at `ends_at`; `None` where it ends then already.
    ///
    /// Errors, in this order: `CONFLICT` for a revoked license, and for one without end or whose term has not begun; field
    /// `ends_at` when the term ends later already, or would still be over at `now`.
    pub fn extend(&self, ends_at: Timestamp, now: Timestamp) -> Result<Option<Self>, Refusal> {
        self.refuse_revoked()?;
        let (starts_at, before) = match self.term {
            LicenseTerm::Fixed { starts_at, ends_at } => (starts_at, ends_at),
            LicenseTerm::Perpetual { .. } => return Err(conflict("This license has no end.")),
            LicenseTerm::FirstUse { .. } => return Err(conflict("The term of this license has not begun.")),
        };
        if ends_at == before {
            return Ok(None);
        }
        if ends_at < before {
            return Err(Refusal::of_field("ends_at", format!("The term ends later already: on {}.", before.date())));
        }
        if ends_at <= now {
            return Err(Refusal::of_field("ends_at", "This time is over already."));
        }
        Ok(Some(Self { term: LicenseTerm::Fixed { starts_at, ends_at }, ..self.clone() }))
    }

    /// The license with `count` more uses of `feature` in the period that `now` lies in, and the counter afterwards. The
    /// period's limit grows with what is left; when uses are granted anew, both are the offer's again.
    ///
    /// Errors, in this order: field `count` outside 1 to [`MAX_COUNT`]; `CONFLICT` for a revoked license; field `feature`
    /// where it is not counted with a limit; `CONFLICT` before the first of its periods has begun.
    pub fn add_uses(&self, feature: &Feature, count: u64, now: Timestamp) -> Result<(Self, Counter), Refusal> {
        if !(1..=u64::from(MAX_COUNT)).contains(&count) {
            return Err(Refusal::of_field("count", format!("Add 1 to {MAX_COUNT} uses at a time.")));
        }
        self.refuse_revoked()?;
        let mut next = self.at(now);
        let has_begun = self.starts_at().is_some();
        let counter = next.features.get_mut(feature).and_then(Option::as_mut);
        let uncounted = || Refusal::of_field("feature", "This license does not count that with a limit.");
        let counter = counter.filter(|counter| counter.limit.is_some()).ok_or_else(uncounted)?;
        if counter.resets.is_some() && !has_begun {
            return Err(conflict("The term of this license has not begun, and its periods with it."));
        }
        counter.limit = counter.limit.map(|limit| limit.saturating_add(count));
        counter.left = counter.left.map(|left| left.saturating_add(count));
        counter.added = counter.added.saturating_add(count);
        let counter = *counter;
        Ok((next, counter))
    }

    /// The license with so many more moves in the window that `now` lies in.
    ///
    /// Errors, in this order: field `moves` outside 1 to [`MAX_EXTRA_MOVES`]; `CONFLICT` for a revoked license, for one that
    /// does not move, for one that moves without limit, and before the first window has begun.
    pub fn allow_moves(&self, moves: u32, now: Timestamp) -> Result<Self, Refusal> {
        if !(1..=MAX_EXTRA_MOVES).contains(&moves) {
            return Err(Refusal::of_field("moves", format!("Allow 1 to {MAX_EXTRA_MOVES} moves at a time.")));
        }
        self.refuse_revoked()?;
        match (self.moving.allowed, self.moving.limit) {
            (false, _) => return Err(conflict("This license stays on the device it was first used on.")),
            (true, None) => return Err(conflict("This license moves without limit already.")),
            (true, Some(_)) => {}
        }
        if self.moving.per.is_some() && self.starts_at().is_none() {
            return Err(conflict("The term of this license has not begun, and its windows with it."));
        }
        let mut next = self.at(now);
        let before = next.extra_moves.map_or(0, |extra| extra.moves);
        let since = self.move_window(now).since;
        next.extra_moves = Some(ExtraMoves { since, moves: before.saturating_add(moves) });
        Ok(next)
    }

    fn refuse_revoked(&self) -> Result<(), Refusal> {
        match self.state {
            LicenseState::Active | LicenseState::Suspended => Ok(()),
            LicenseState::Revoked => Err(conflict("The license is revoked: it does not come back.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::granted;
    use super::{License, LicenseState, LicenseTerm, MAX_EXTRA_MOVES};
    use crate::refusal::RefusalCode;
    use crate::slug::Feature;
    use crate::time::Timestamp;

    const NOW: &str = "2026-11-22T02:00:00Z";

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn ai() -> Feature {
        "ai.render".parse().expect("a feature")
    }

    fn license(changes: Value) -> License {
        granted(changes, NOW)
    }

    fn revoked(changes: Value) -> License {
        License { state: LicenseState::Revoked, ..license(changes) }
    }

    /// `Err` is the member at fault, or the code.
    #[track_caller]
    fn check_extend(license: &License, to: &str, now: &str, then: Result<bool, &str>) {
        let outcome = license.extend(at(to), at(now));
        let told = outcome.as_ref().map(Option::is_some).map_err(|refusal| match &refusal.field {
            Some(field) => field.as_str(),
            None => refusal.code.as_str(),
        });
        assert_eq!(told, then, "{to} at {now}: {outcome:?}");
        if let Ok(Some(next)) = outcome {
            assert_eq!(next.term.ends_at(), Some(at(to)));
            assert_eq!(next.extend(at(to), at(now)), Ok(None), "repeated, nothing changes");
        }
    }

    #[test]
    fn a_term_is_only_made_longer() {
        let (year, end) = (license(json!({})), license(json!({})).term.ends_at().expect("it ends"));
        let second = |seconds| end.checked_add_seconds(seconds).expect("a time").to_string();
        check_extend(&year, &second(1), NOW, Ok(true));
        check_extend(&year, &second(0), NOW, Ok(false));
        check_extend(&year, &second(-1), NOW, Err("ends_at"));
        check_extend(&year, &second(5), &second(4), Ok(true));
        check_extend(&year, &second(5), &second(5), Err("ends_at"));
        check_extend(&revoked(json!({})), &second(1), NOW, Err("CONFLICT"));
        let suspended = License { state: LicenseState::Suspended, ..year.clone() };
        check_extend(&suspended, &second(1), NOW, Ok(true));
        let perpetual = License { term: LicenseTerm::Perpetual { starts_at: at(NOW) }, ..year.clone() };
        check_extend(&perpetual, &second(1), NOW, Err("CONFLICT"));
        let period = "P14D".parse().expect("a period");
        check_extend(&License { term: LicenseTerm::FirstUse { period }, ..year }, &second(1), NOW, Err("CONFLICT"));
    }

    fn counted(limit: Option<u64>) -> License {
        let mut license = license(json!({}));
        let counter = super::Counter {
            limit,
            left: limit,
            resets: Some("P1M".parse().expect("a period")),
            resets_at: None,
            spent: 0,
            added: 0,
            count: crate::menu::Counting::OnUse,
        };
        license.features.insert(ai(), Some(counter));
        license
    }

    #[test]
    fn uses_are_added_to_what_is_left_and_gone_with_the_period() {
        let spent = counted(Some(10)).spend(&ai(), 10, at(NOW)).expect("there are ten").license;
        let (more, counter) = spent.add_uses(&ai(), 5, at(NOW)).expect("five more");
        assert_eq!((counter.limit, counter.left, counter.added, counter.spent), (Some(15), Some(5), 5, 10));
        let (more, counter) = more.add_uses(&ai(), 1, at(NOW)).expect("one more");
        assert_eq!((counter.limit, counter.left, counter.added), (Some(16), Some(6), 6));
        let next = more.at(counter.resets_at.expect("there is a next period"));
        let counter = next.features[&ai()].expect("it is counted");
        assert_eq!((counter.limit, counter.left, counter.added), (Some(10), Some(10), 0));
    }

    #[test]
    fn uses_are_added_only_where_they_are_counted() {
        let code = |license: &License, count| {
            let refusal = license.add_uses(&ai(), count, at(NOW)).expect_err("refused");
            (refusal.code, refusal.field)
        };
        let wrong = |field: &str| (RefusalCode::InvalidInput, Some(field.to_owned()));
        assert_eq!(code(&counted(None), 1), wrong("feature"));
        assert_eq!(code(&counted(Some(1)), 0), wrong("count"));
        assert_eq!(code(&counted(Some(1)), 1_000_001), wrong("count"));
        let revoked = License { state: LicenseState::Revoked, ..counted(Some(1)) };
        assert_eq!(code(&revoked, 1), (RefusalCode::Conflict, None));
        let unbegun = LicenseTerm::FirstUse { period: "P14D".parse().expect("a period") };
        let unbegun = License { term: unbegun, ..counted(Some(1)) };
        assert_eq!(code(&unbegun, 1), (RefusalCode::Conflict, None));
        assert_eq!(unbegun.allow_moves(1, at(NOW)).expect_err("refused").code, RefusalCode::Conflict);
        let mut none = counted(Some(1));
        none.features.insert(ai(), None);
        assert_eq!(code(&none, 1), wrong("feature"));
    }

    fn moving(license: License, allowed: bool, limit: Option<u32>) -> License {
        let per = Some("P1Y".parse().expect("a period"));
        License { moving: crate::menu::Moving { allowed, limit, per, ..license.moving }, ..license }
    }

    #[test]
    fn moves_are_allowed_in_this_window_only() {
        let year = moving(license(json!({})), true, Some(2));
        assert_eq!(year.moves_left(2), Some(0));
        let more = year.allow_moves(1, at(NOW)).and_then(|more| more.allow_moves(2, at(NOW))).expect("three more");
        assert_eq!(more.at(at(NOW)).moves_left(2), Some(3));
        let next_window = more.move_window(at(NOW)).opens_at.expect("there is a next window");
        assert_eq!(more.at(next_window).moves_left(2), Some(0));
        let late = more.allow_moves(1, next_window).expect("one more");
        assert_eq!(late.at(next_window).moves_left(2), Some(1));
    }

    #[test]
    fn moves_are_allowed_only_where_they_are_limited() {
        let code = |license: &License, moves| license.allow_moves(moves, at(NOW)).expect_err("refused").code;
        let year = license(json!({}));
        assert_eq!(code(&moving(year.clone(), false, Some(2)), 1), RefusalCode::Conflict);
        assert_eq!(code(&moving(year.clone(), true, None), 1), RefusalCode::Conflict);
        assert_eq!(code(&moving(revoked(json!({})), true, Some(2)), 1), RefusalCode::Conflict);
        assert_eq!(code(&moving(year.clone(), true, Some(2)), 0), RefusalCode::InvalidInput);
        assert_eq!(code(&moving(year, true, Some(2)), MAX_EXTRA_MOVES + 1), RefusalCode::InvalidInput);
    }
}
