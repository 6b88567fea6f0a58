//! The one door for randomness: the operating system's.

/// 128 random bits; an error where the system has none to give.
#[expect(clippy::disallowed_methods, reason = "this is the door")]
pub(crate) fn bits() -> Result<u128, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(u128::from_ne_bytes(bytes))
}
