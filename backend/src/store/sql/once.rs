//! Exactly once: answers by idempotency key, and proofs that were used.
//!
//! What a claim finds absent stays absent until the transaction has kept its answer: there is one writer, or a turn is held.

use sha2::{Digest as _, Sha256};
use shared::license::Refusal;
use shared::refusal::RefusalCode;
use shared::time::Timestamp;

use super::row::text;
use super::tx::SqlTx;
use crate::store::Outcome;
use crate::store::records::{ANSWER_KEPT_SECONDS, Claim, Claimed, LeftOut, StoredAnswer};

pub(super) fn claim(tx: &SqlTx<'_>, claim: &Claim) -> Outcome<Claimed> {
    // Who asks with the same key at the same time waits for the first one's answer.
    tx.hold(format_args!("{} {}", claim.scope, claim.key))?;
    let sql = "
        SELECT fingerprint, status, body, signature_at, vendor_id, kid FROM answers WHERE scope = ? AND key = ?";
    let found = tx.one(sql, (&claim.scope, &claim.key), |columns| {
        let (fingerprint, status, body) = (columns.get::<String>()?, columns.number()?, columns.get()?);
        let (at, vendor_id, kid) =
            (columns.number_optional()?, columns.parse_optional()?, columns.get::<Option<String>>()?);
        let unsigned = at.zip(vendor_id).zip(kid).map(|((at, vendor_id), kid)| LeftOut { at, vendor_id, kid });
        Ok((fingerprint, StoredAnswer { status, body, unsigned }))
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
pub(super) fn keep_answer(tx: &SqlTx<'_>, claim: &Claim, answer: &StoredAnswer) -> Outcome<()> {
    let now = claim.now.as_unix();
    let sql = "
        DELETE FROM answers WHERE number <= (SELECT min(number) + 1 FROM answers) AND claimed_at < ?1
            /*pg AND number IN (SELECT number FROM answers ORDER BY number LIMIT 2 FOR UPDATE SKIP LOCKED)*/";
    tx.change(sql, [now.saturating_sub(ANSWER_KEPT_SECONDS)])?;
    let unsigned = answer.unsigned.as_ref();
    let sql = "
        INSERT INTO answers (scope, key, fingerprint, claimed_at, status, body, signature_at, vendor_id, kid)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let params = (
        &claim.scope,
        &claim.key,
        &claim.fingerprint,
        now,
        answer.status,
        &answer.body,
        unsigned.map(|left_out| left_out.at),
        text(unsigned.map(|left_out| left_out.vendor_id)),
        unsigned.map(|left_out| &left_out.kid),
    );
    tx.change(sql, params).map(drop)
}

/// Forgets two expired proofs for each new one: proofs live for about a minute, and so does the table.
pub(super) fn spend_proof(tx: &SqlTx<'_>, jkt: &str, jti: &str, expires_at: Timestamp, now: Timestamp) -> Outcome<()> {
    let sql = "
        DELETE FROM proofs WHERE number <= (SELECT min(number) + 1 FROM proofs) AND expires_at < ?1
            /*pg AND number IN (SELECT number FROM proofs ORDER BY number LIMIT 2 FOR UPDATE SKIP LOCKED)*/";
    tx.change(sql, [now.as_unix()])?;
    // The length goes first, so that no two pairs run together to the same text.
    let mut digest = Sha256::new();
    digest.update((jkt.len() as u64).to_be_bytes());
    digest.update(jkt);
    digest.update(jti);
    let digest: [u8; 32] = digest.finalize().into();
    tx.change("INSERT INTO proofs (digest, expires_at) VALUES (?, ?)", (digest, expires_at.as_unix())).map(drop)
}
