//! Codes of authenticator apps: TOTP (RFC 6238) with SHA-1, six digits and steps of 30 seconds, which every app can.

use ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use shared::id::AccountId;
use shared::time::Timestamp;
use zeroize::Zeroizing;

use super::{KeyFault, Keyring};

const STEP_SECONDS: u64 = 30;

/// Clocks of telephones differ, and people take time to type: the code before and the code after count too.
const STEPS_AROUND: u64 = 1;

/// 160 bits, as RFC 4226 recommends.
const LENGTH: usize = 20;

/// What an authenticator app and the store share.
pub struct TotpSecret(Zeroizing<[u8; LENGTH]>);

impl Keyring {
    /// A new secret.
    pub fn new_totp(&self) -> TotpSecret {
        TotpSecret(Zeroizing::new(self.rng.bytes()))
    }

    /// What the store keeps of it.
    pub fn seal_totp(&self, account_id: AccountId, secret: &TotpSecret) -> Vec<u8> {
        self.seal(&bound_to(account_id), secret.0.as_slice())
    }

    /// Opens what [`Keyring::seal_totp`] made. Errors: `WrongMasterKey`, also for another account's.
    pub fn open_totp(&self, account_id: AccountId, sealed: &[u8]) -> Result<TotpSecret, KeyFault> {
        let secret = Zeroizing::new(self.open(&bound_to(account_id), sealed)?);
        let secret = secret.as_slice().try_into().map_err(|_| KeyFault::WrongMasterKey)?;
        Ok(TotpSecret(Zeroizing::new(secret)))
    }
}

impl TotpSecret {
    /// The secret as apps take it: base 32 (RFC 4648) without padding.
    pub fn base32(&self) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let groups =
            self.0.chunks_exact(5).map(|group| group.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte)));
        let letters = groups.flat_map(|bits| (0..8).rev().map(move |place| (bits >> (place * 5)) & 31));
        letters.filter_map(|digit| LETTERS.get(usize::try_from(digit).ok()?).copied().map(char::from)).collect()
    }

    /// The step whose code this is, if it is that of now or of a step around.
    pub fn step_of(&self, code: &str, now: Timestamp) -> Option<u64> {
        let code: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
        let is_code = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        let code: u32 = code.parse().ok().filter(|_| is_code)?;
        let step = u64::try_from(now.as_unix()).ok()? / STEP_SECONDS;
        // All of them, whichever is right: how long it takes tells nothing.
        let around = step.saturating_sub(STEPS_AROUND)..=step.saturating_add(STEPS_AROUND);
        around.fold(None, |found, step| if self.code(step) == Some(code) { Some(step) } else { found })
    }

    /// RFC 4226, section 5.3.
    fn code(&self, step: u64) -> Option<u32> {
        let tag = sign(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.0.as_slice()), &step.to_be_bytes());
        let offset = usize::from(tag.as_ref().last()? & 15);
        let (bytes, _) = tag.as_ref().get(offset..)?.split_first_chunk::<4>()?;
        Some((u32::from_be_bytes(*bytes) & 0x7fff_ffff) % 1_000_000)
    }
}

/// A sealed secret copied to another account does not open.
fn bound_to(account_id: AccountId) -> String {
    format!("passgate totp\n{account_id}")
}

#[cfg(test)]
mod tests {
    use super::TotpSecret;
    use shared::time::Timestamp;
    use zeroize::Zeroizing;

    fn secret() -> TotpSecret {
        TotpSecret(Zeroizing::new(*b"12345678901234567890"))
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        let vectors = [(59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924")];
        for (at, code) in vectors.into_iter().chain([(2_000_000_000, "279037"), (20_000_000_000, "353130")]) {
            let step = u64::try_from(at / 30).ok();
            assert_eq!(secret().step_of(code, Timestamp::from_unix(at)), step, "{at}");
        }
        assert_eq!(secret().base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn a_code_counts_one_step_early_and_one_step_late() {
        let check = |at: i64, wanted: Option<u64>| {
            assert_eq!(secret().step_of(" 081 804", Timestamp::from_unix(at)), wanted, "{at}");
        };
        let first = 1_111_111_109 / 30 * 30;
        let step = u64::try_from(first / 30).ok();
        check(first - 31, None);
        check(first - 30, step);
        check(first + 59, step);
        check(first + 60, None);
        for bad in ["", "81804", "0081804", "+81804", "08180a", "０８１８０４"] {
            assert_eq!(secret().step_of(bad, Timestamp::from_unix(first)), None, "{bad}");
        }
    }
}
