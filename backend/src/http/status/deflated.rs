//! A status list deflated, in parts that stand alone: a pass that changes costs its part and not the whole list.
//!
//! Always the whole capacity: a place that is given away later is `valid` already, and the length tells nobody how many passes
//! there are. Deflated, the unused places take a few hundred bytes.

use flate2::{Compress, Compression, FlushCompress, Status};
use shared::pass::PassStatus;
use shared::status_list::set_status;

use crate::store::records::STATUS_LIST_CAPACITY;

/// Places of a part. Fewer would be quicker to deflate; each part begins without the others' words and is some bytes longer for it.
const PART: u32 = 1 << 18;

/// Bytes of a part before it is deflated: four places each.
const PART_BYTES: usize = PART as usize / 4;

/// How a zlib stream begins (RFC 1950): deflate, a window of 32 KiB, as small as it gets.
const HEAD: [u8; 2] = [0x78, 0xda];

/// How it ends, before its checksum: an empty block that says it is the last.
const LAST_BLOCK: [u8; 2] = [3, 0];

/// The modulus of Adler-32.
const ADLER: u64 = 65_521;

/// An entry that is not `valid`, at its place.
type Entry = (u32, PassStatus);

/// What was deflated last.
#[derive(Default)]
pub(super) struct Deflated {
    entries: Vec<Entry>,
    parts: Vec<Vec<u8>>,
}

impl Deflated {
    /// The whole list as a zlib stream, once its entries that are not `valid` are these, in the order of their places. Deflates
    /// the parts that have changed since the last time.
    pub(super) fn deflate(&mut self, entries: Vec<Entry>) -> Result<Vec<u8>, String> {
        let mut parts = Vec::new();
        for first in (0..STATUS_LIST_CAPACITY).step_by(PART as usize) {
            let (before, now) = (slice(&self.entries, first), slice(&entries, first));
            let kept = self.parts.get_mut(parts.len()).filter(|_| before == now);
            parts.push(match kept {
                Some(part) => std::mem::take(part),
                None => deflate_part(&pack(now, first))?,
            });
        }
        let stream = [&HEAD, parts.concat().as_slice(), &LAST_BLOCK, &adler(&entries).to_be_bytes()].concat();
        (self.entries, self.parts) = (entries, parts);
        Ok(stream)
    }
}

/// The entries of the part that begins at this place.
fn slice(entries: &[Entry], first: u32) -> &[Entry] {
    let place = |bound: u32| entries.partition_point(|(index, _)| *index < bound);
    entries.get(place(first)..place(first.saturating_add(PART))).unwrap_or_default()
}

fn pack(entries: &[Entry], first: u32) -> Vec<u8> {
    let mut packed = vec![0; PART_BYTES];
    for (index, status) in entries {
        set_status(&mut packed, (index - first).into(), *status);
    }
    packed
}

/// Blocks that end on a whole byte, none of which says it is the last.
fn deflate_part(packed: &[u8]) -> Result<Vec<u8>, String> {
    let mut deflated = Vec::with_capacity(packed.len() + 1024);
    let mut compress = Compress::new(Compression::best(), false);
    let status =
        compress.compress_vec(packed, &mut deflated, FlushCompress::Sync).map_err(|error| error.to_string())?;
    // There is room for a part that cannot be made smaller.
    if status != Status::Ok || compress.total_in() != packed.len() as u64 || !deflated.ends_with(&[0, 0, 255, 255]) {
        return Err("a part of a status list was not deflated whole".to_owned());
    }
    deflated.shrink_to_fit();
    Ok(deflated)
}

/// The checksum of the whole list (RFC 1950, section 9): zero bytes add nothing to the first sum, and the second adds the first up
/// at each byte, so that a byte counts in it as often as there are bytes from it on.
fn adler(entries: &[Entry]) -> u32 {
    let length = u64::from(STATUS_LIST_CAPACITY / 4);
    let sums = entries.iter().fold((1, length), |(first, second), (index, status)| {
        let value = u64::from(status.as_bits()) << (index % 4 * 2);
        ((first + value) % ADLER, (second + value * (length - u64::from(index / 4))) % ADLER)
    });
    u32::try_from(((sums.1 % ADLER) << 16) | sums.0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::Read as _;

    use flate2::read::ZlibDecoder;
    use shared::pass::PassStatus;
    use shared::status_list::get_status;

    use super::{Deflated, Entry, PART};
    use crate::store::records::STATUS_LIST_CAPACITY;

    /// Dice that fall alike each time.
    struct Dice(u32);

    impl Dice {
        fn below(&mut self, bound: u32) -> u32 {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u32::try_from((u64::from(self.0) * u64::from(bound)) >> 32).expect("it is below the bound")
        }

        fn status(&mut self) -> PassStatus {
            [PassStatus::Invalid, PassStatus::Suspended, PassStatus::Moving][self.below(3) as usize]
        }
    }

    /// What the stream inflates to; the decoder checks its sum.
    fn inflate(stream: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        ZlibDecoder::new(stream).read_to_end(&mut packed).expect("the stream is whole and its sum is right");
        packed
    }

    #[track_caller]
    fn check(stream: &[u8], entries: &[Entry]) {
        let packed = inflate(stream);
        assert_eq!(packed.len(), STATUS_LIST_CAPACITY as usize / 4);
        let told = (0..STATUS_LIST_CAPACITY).filter_map(|index| {
            let status = get_status(&packed, index.into()).expect("it is that long");
            (status != PassStatus::Valid).then_some((index, status))
        });
        assert_eq!(told.collect::<Vec<_>>(), entries);
    }

    /// Entries side by side, at the bounds of parts as well.
    fn entries(dice: &mut Dice) -> Vec<Entry> {
        let near = [0, PART - 32, STATUS_LIST_CAPACITY - 64, dice.below(STATUS_LIST_CAPACITY - 64)];
        let count = dice.below(300);
        let all: BTreeMap<_, _> =
            (0..count).map(|_| (near[dice.below(4) as usize] + dice.below(64), dice.status())).collect();
        all.into_iter().collect()
    }

    #[test]
    fn what_changes_again_and_again_inflates_to_what_it_is_now() {
        let (mut dice, mut deflated) = (Dice(1), Deflated::default());
        for _ in 0..12 {
            let entries = entries(&mut dice);
            let stream = deflated.deflate(entries.clone()).expect("it deflates");
            check(&stream, &entries);
        }
    }

    #[test]
    fn only_the_part_that_changed_is_deflated_anew() {
        let mut deflated = Deflated::default();
        deflated.deflate(vec![(7, PassStatus::Invalid), (PART + 9, PassStatus::Moving)]).expect("it deflates");
        let kept: Vec<_> = deflated.parts.iter().map(Vec::as_ptr).collect();
        let entries = vec![(7, PassStatus::Invalid), (PART + 9, PassStatus::Suspended)];
        check(&deflated.deflate(entries.clone()).expect("it deflates"), &entries);
        let moved = deflated.parts.iter().zip(kept).map(|(part, kept)| part.as_ptr() != kept);
        assert_eq!(moved.collect::<Vec<_>>(), [false, true, false, false]);
    }

    #[test]
    fn the_worst_list_deflates_as_well() {
        let mut dice = Dice(1);
        let mut entries: Vec<Entry> = Vec::new();
        for index in 0..STATUS_LIST_CAPACITY {
            if dice.below(4) > 0 {
                entries.push((index, dice.status()));
            }
        }
        check(&Deflated::default().deflate(entries.clone()).expect("it deflates"), &entries);
    }
}
