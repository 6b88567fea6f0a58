//! Which trace a request belongs to: W3C Trace Context's `traceparent`, version 00.

use crate::rng::Rng;

/// A span's place in a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// The trace.
    pub trace: u128,
    /// The span.
    pub span: u64,
    /// The span that it is a part of.
    pub parent: Option<u64>,
}

impl Context {
    /// For a request with this `traceparent`: a part of the caller's trace, or the beginning of one. `None` when the caller says
    /// that its trace is not kept.
    pub fn of_request(traceparent: Option<&str>, rng: &Rng) -> Option<Self> {
        let span = new_id(rng);
        match traceparent.and_then(read) {
            Some((_, _, false)) => None,
            Some((trace, parent, true)) => Some(Self { trace, span, parent: Some(parent) }),
            None => Some(Self { trace: rng.u128().max(1), span, parent: None }),
        }
    }

    /// For a part of this span.
    #[must_use]
    pub fn part(&self, rng: &Rng) -> Self {
        Self { trace: self.trace, span: new_id(rng), parent: Some(self.span) }
    }
}

/// Zero is no id.
fn new_id(rng: &Rng) -> u64 {
    u64::from_be_bytes(rng.bytes()).max(1)
}

/// Trace, parent, and whether it is kept; `None` for what the standard says to ignore.
fn read(text: &str) -> Option<(u128, u64, bool)> {
    let mut parts = text.split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |part: &str, length| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let is_whole = is_hex(version, 2) && is_hex(trace, 32) && is_hex(parent, 16) && is_hex(flags, 2);
    // Later versions may say more at the end.
    if !is_whole || version == "ff" || (version == "00" && parts.next().is_some()) {
        return None;
    }
    let trace = u128::from_str_radix(trace, 16).ok().filter(|id| *id != 0)?;
    let parent = u64::from_str_radix(parent, 16).ok().filter(|id| *id != 0)?;
    let flags = u8::from_str_radix(flags, 16).ok()?;
    Some((trace, parent, flags & 1 == 1))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[track_caller]
    fn check(text: &str, wanted: Option<(u128, u64, bool)>) {
        assert_eq!(read(text), wanted, "{text}");
    }

    #[test]
    fn a_traceparent_is_what_the_standard_says_or_nothing() {
        let (trace, parent) = (0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736, 0x00f0_67aa_0ba9_02b7);
        check("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", Some((trace, parent, true)));
        check("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", Some((trace, parent, false)));
        check("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03-later", Some((trace, parent, true)));
        for bad in [
            "",
            "00",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        ] {
            check(bad, None);
        }
    }
}
