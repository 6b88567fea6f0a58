//! Exactly once: answers by idempotency key, and proofs that were used.
//!
//! There is one writer, so what a claim finds absent stays absent until the transaction has kept its answer.

use sha2::{Digest as _, Sha256};
use shared::license::Refusal;
use shared::refusal::RefusalCode;
use shared::time::Timestamp;

use super::tx::SqliteTx;
use crate::store::Outcome;
use crate::store::records::{ANSWER_KEPT_SECONDS, Claim, Claimed, StoredAnswer};

pub(super) fn claim(tx: &SqliteTx<'_>, claim: &Claim) -> Outcome<Claimed> {
    let sql = "SELECT fingerprint, status, body FROM answers WHERE scope = ? AND key = ?";
    let found = tx.one(sql, (&claim.scope, &claim.key), |columns| {
        Ok((columns.get::<String>()?, StoredAnswer { status: columns.number()?, body: columns.get()? }))
    })?;
    match found {
        None => Ok(Claimed::First),
        Some((fingerprint, answer)) if fingerprint == claim.fingerprint => Ok(Claimed::Replay(answer)),
        Some(_) => {
            let detail = "This idempotency key was used for another request: use a new one.";
            Err(Refusal::new(RefusalCode::IdempotencyKeyReused, detail).into())
        }
    }
}

/// Forgets two old answers for each new one, so that the table does not grow for ever.
pub(super) fn keep_answer(tx: &SqliteTx<'_>, claim: &Claim, answer: &StoredAnswer) -> Outcome<()> {
    let now = claim.now.as_unix();
    let sql = "DELETE FROM answers WHERE number <= (SELECT min(number) + 1 FROM answers) AND claimed_at < ?";
    tx.change(sql, [now.saturating_sub(ANSWER_KEPT_SECONDS)])?;
    let sql = "INSERT INTO answers (scope, key, fingerprint, claimed_at, status, body) VALUES (?, ?, ?, ?, ?, ?)";
    tx.change(sql, (&claim.scope, &claim.key, &claim.fingerprint, now, answer.status, &answer.body)).map(drop)
}

/// Forgets two expired proofs for each new one: proofs live for about a minute, and so does the table.
pub(super) fn spend_proof(
    tx: &SqliteTx<'_>,
    jkt: &str,
    jti: &str,
    expires_at: Timestamp,
    now: Timestamp,
) -> Outcome<()> {
    let sql = "DELETE FROM proofs WHERE number <= (SELECT min(number) + 1 FROM proofs) AND expires_at < ?";
    tx.change(sql, [now.as_unix()])?;
    // The length goes first, so that no two pairs run together to the same text.
    let mut digest = Sha256::new();
    digest.update((jkt.len() as u64).to_be_bytes());
    digest.update(jkt);
    digest.update(jti);
    let digest: [u8; 32] = digest.finalize().into();
    tx.change("INSERT INTO proofs (digest, expires_at) VALUES (?, ?)", (digest, expires_at.as_unix())).map(drop)
}
