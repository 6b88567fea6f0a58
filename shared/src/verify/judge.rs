//! What a genuine pass allows now.

use super::LEEWAY_SECONDS;
use crate::pass::{PassClaims, PassStatus};
use crate::time::Timestamp;
use crate::verdict::{Code, Verdict};

/// Judges a verified pass: status, term, life of the pass, feature, in this order.
///
/// `status` is what a status list newer than the pass says; without one the pass speaks for itself. `feature`: `None` asks
/// about the pass as a whole. The term ends sharp at its `exp`; the leeway of clocks holds for its beginning and for the
/// pass's own life only. Once `now` has reached an end, no later `now` approves again.
pub fn judge(pass: &PassClaims, status: Option<PassStatus>, feature: Option<&str>, now: Timestamp) -> Verdict {
    let until = pass.lic.term.end();
    match check(pass, status, feature, now) {
        Ok(left) => Verdict::approve(left, until),
        Err(code) => {
            let left = (code == Code::UsesExhausted).then_some(0);
            Verdict { left, until, ..Verdict::deny(code) }
        }
    }
}

fn check(
    pass: &PassClaims,
    status: Option<PassStatus>,
    feature: Option<&str>,
    now: Timestamp,
) -> Result<Option<u64>, Code> {
    check_status(pass.pass_status)?;
    check_status(status.unwrap_or(PassStatus::Valid))?;
    let late = Timestamp::from_unix(now.as_unix().saturating_add(LEEWAY_SECONDS));
    let early = Timestamp::from_unix(now.as_unix().saturating_sub(LEEWAY_SECONDS));
    if late < pass.lic.term.start() {
        return Err(Code::NotYetValid);
    }
    if pass.lic.term.end().is_some_and(|end| now >= end) {
        return Err(Code::TermEnded);
    }
    if early >= pass.exp {
        return Err(Code::Expired);
    }
    if late < pass.nbf {
        return Err(Code::NotYetValid);
    }
    feature.map_or(Ok(None), |feature| check_feature(pass, feature))
}

fn check_status(status: PassStatus) -> Result<(), Code> {
    match status {
        PassStatus::Valid => Ok(()),
        PassStatus::Invalid => Err(Code::Revoked),
        PassStatus::Suspended => Err(Code::Suspended),
        PassStatus::Moving => Err(Code::BeingMoved),
    }
}

/// The uses left of `feature`, `None` when they are not counted or not limited.
fn check_feature(pass: &PassClaims, feature: &str) -> Result<Option<u64>, Code> {
    let grant = pass.lic.features.get(feature).ok_or(Code::FeatureMissing)?;
    match grant.uses.and_then(|uses| uses.left) {
        Some(0) => Err(Code::UsesExhausted),
        left => Ok(left),
    }
}
