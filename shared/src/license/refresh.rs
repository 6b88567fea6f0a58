//! Telling a copied pass from a retried request: every refresh is counted, in the token and by the server.

/// What a refresh comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// It is the next one; the pass carries this count from now on.
    Next(u64),
    /// It is the last one once more, whose answer was lost; the count stays.
    Again,
    /// The count was used up by somebody else who holds the same key: one of the two is a copy.
    Clone,
}

/// What a refresh comes to, with a pass that `presented` this count and with the request's idempotency `key`; the server
/// counted `refreshes`, the last of them with `last_key`.
///
/// A count beyond the server's own is one that it has forgotten, having been restored from a backup: no copy can be ahead
/// of the server. A request without a key cannot be told from a copy's, so its lost answer counts as one.
pub fn judge_refresh(presented: u64, key: Option<&str>, refreshes: u64, last_key: Option<&str>) -> Refresh {
    let is_retry = key.is_some() && key == last_key;
    if presented >= refreshes {
        Refresh::Next(presented.saturating_add(1))
    } else if is_retry && presented + 1 == refreshes {
        Refresh::Again
    } else {
        Refresh::Clone
    }
}

#[cfg(test)]
mod tests {
    use super::{Refresh, judge_refresh};

    #[track_caller]
    fn check(presented: u64, key: Option<&str>, known: (u64, Option<&str>), expected: Refresh) {
        let outcome = judge_refresh(presented, key, known.0, known.1);
        assert_eq!(outcome, expected, "{presented} with {key:?} of {known:?}");
    }

    #[test]
    fn each_count_is_used_once() {
        check(0, None, (0, None), Refresh::Next(1));
        check(0, Some("a"), (0, None), Refresh::Next(1));
        check(1, Some("b"), (1, Some("a")), Refresh::Next(2));
        check(0, Some("b"), (1, Some("a")), Refresh::Clone);
        check(7, Some("b"), (9, Some("a")), Refresh::Clone);
    }

    #[test]
    fn a_lost_answer_is_not_a_copy() {
        check(0, Some("a"), (1, Some("a")), Refresh::Again);
        check(1, Some("a"), (1, Some("a")), Refresh::Next(2));
        // A key names one request: it excuses the last refresh only.
        check(0, Some("a"), (2, Some("a")), Refresh::Clone);
        // Without keys nobody can tell.
        check(0, None, (1, None), Refresh::Clone);
        check(0, None, (1, Some("a")), Refresh::Clone);
        check(0, Some("a"), (1, None), Refresh::Clone);
    }

    #[test]
    fn a_server_from_a_backup_believes_the_later_count() {
        check(5, Some("e"), (3, Some("c")), Refresh::Next(6));
        check(4, None, (3, None), Refresh::Next(5));
        check(u64::MAX, None, (3, None), Refresh::Next(u64::MAX));
    }
}
