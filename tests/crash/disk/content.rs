//! What a disk holds: files in one folder, each with what would be left of it if the power went now.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use backend::rng::Rng;
use fuser::{Errno, FileAttr, FileType, INodeNo, ReplyEmpty};

/// The root's number; files count on from there.
const ROOT: u64 = 1;

/// The database's file.
pub(crate) const DATABASE: &str = "passgate.db";

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// How long a slow disk takes to sync.
const SLOW: Duration = Duration::from_millis(200);

/// What is wrong with a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    Nothing,
    Full,
    ReadOnly,
    Slow,
    /// Syncing fails. What was written is there to be read all the same, and is never synced: as with Linux, which takes it for
    /// written afterwards.
    Unsynced,
    /// The same for the database's file, and not for its log.
    UnsyncedFile,
    /// Syncing takes as long as this lasts.
    Held,
    /// Nothing can be read or written.
    Gone,
}

/// Something that was done to a file since it was synced.
#[derive(Clone)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Length(usize),
}

impl Change {
    fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Self::Length(length) => to.resize(*length, 0),
            Self::Write { offset, bytes } => {
                let end = offset + bytes.len();
                if to.len() < end {
                    to.resize(end, 0);
                }
                to[*offset..end].copy_from_slice(bytes);
            }
        }
    }

    /// What a cut leaves of it: each sector or none of it.
    fn tear(&self, keeps: &mut impl FnMut() -> bool) -> Vec<Self> {
        match self {
            Self::Length(length) => keeps().then_some(Self::Length(*length)).into_iter().collect(),
            Self::Write { offset, bytes } => {
                let first = SECTOR - offset % SECTOR;
                let (head, rest) = bytes.split_at(first.min(bytes.len()));
                let sectors = std::iter::once(head).chain(rest.chunks(SECTOR));
                let mut offset = *offset;
                let mut kept = Vec::new();
                for sector in sectors {
                    if keeps() {
                        kept.push(Self::Write { offset, bytes: sector.to_vec() });
                    }
                    offset += sector.len();
                }
                kept
            }
        }
    }
}

#[derive(Clone, Default)]
struct File {
    /// As it is read.
    now: Vec<u8>,
    /// As it was synced last.
    synced: Vec<u8>,
    changes: Vec<Change>,
    mode: u16,
}

impl File {
    fn change(&mut self, change: Change) {
        change.apply(&mut self.now);
        self.changes.push(change);
    }

    fn sync(&mut self) {
        for change in self.changes.drain(..) {
            change.apply(&mut self.synced);
        }
    }

    fn cut(&mut self, seed: u64, rng: &Rng) {
        let mut keeps = || match seed % 3 {
            0 => false,
            1 => true,
            _ => rng.bytes::<1>() < [128],
        };
        let torn: Vec<_> = self.changes.drain(..).flat_map(|change| change.tear(&mut keeps)).collect();
        for change in torn {
            change.apply(&mut self.synced);
        }
        self.now.clone_from(&self.synced);
    }
}

/// A disk's content.
pub(super) struct Content {
    pub(super) trouble: Trouble,
    /// Who waits for a file to be synced, while that is held.
    pub(super) held: Vec<(u64, ReplyEmpty)>,
    files: BTreeMap<u64, File>,
    names: BTreeMap<OsString, u64>,
    owner: (u32, u32),
}

impl Content {
    /// Nothing, owned by whoever owns `folder`.
    pub(super) fn new(folder: &Path) -> Self {
        let metadata = std::fs::metadata(folder).expect("it is there");
        let owner = (metadata.uid(), metadata.gid());
        Self { trouble: Trouble::Nothing, held: Vec::new(), files: BTreeMap::new(), names: BTreeMap::new(), owner }
    }

    /// What is left after a cut: all that was synced, and of the rest nothing, all, or a sector here and there.
    pub(super) fn cut(&mut self, seed: u64) {
        let rng = Rng::seeded(seed);
        for file in self.files.values_mut() {
            file.cut(seed, &rng);
        }
        let named: Vec<_> = self.names.values().copied().collect();
        self.files.retain(|number, _| named.contains(number));
    }

    /// What each file would hold after a cut now.
    pub(super) fn left_by_cut(&self, seed: u64) -> Vec<(&OsStr, Vec<u8>)> {
        let rng = Rng::seeded(seed);
        let left = |(name, number): (_, u64)| {
            let mut file = self.files[&number].clone();
            file.cut(seed, &rng);
            (name, file.now)
        };
        self.names.iter().map(|(name, number)| (name.as_os_str(), *number)).map(left).collect()
    }

    /// How long syncing takes.
    pub(super) const fn patience(&self) -> Duration {
        if matches!(self.trouble, Trouble::Slow) { SLOW } else { Duration::ZERO }
    }

    pub(super) fn look_up(&self, name: &OsStr) -> Result<FileAttr, Errno> {
        self.check_reading()?;
        let number = *self.names.get(name).ok_or(Errno::ENOENT)?;
        self.attributes(number)
    }

    pub(super) fn attributes(&self, number: u64) -> Result<FileAttr, Errno> {
        let (size, kind, perm) = match self.files.get(&number) {
            None if number == ROOT => (0, FileType::Directory, 0o700),
            None => return Err(Errno::ENOENT),
            Some(file) => (file.now.len() as u64, FileType::RegularFile, file.mode),
        };
        Ok(FileAttr {
            ino: INodeNo(number),
            size,
            blocks: size.div_ceil(512),
            atime: UNIX_EPOCH,
            mtime: UNIX_EPOCH,
            ctime: UNIX_EPOCH,
            crtime: UNIX_EPOCH,
            kind,
            perm,
            nlink: 1,
            uid: self.owner.0,
            gid: self.owner.1,
            rdev: 0,
            blksize: 4096,
            flags: 0,
        })
    }

    pub(super) fn create(&mut self, name: &OsStr, mode: u32) -> Result<FileAttr, Errno> {
        self.check_writing()?;
        let number = self.files.keys().last().map_or(ROOT, |last| *last) + 1;
        let mode = u16::try_from(mode & 0o777).unwrap_or_default();
        self.files.insert(number, File { mode, ..File::default() });
        self.names.insert(name.to_owned(), number);
        self.attributes(number)
    }

    pub(super) fn remove(&mut self, name: &OsStr) -> Result<(), Errno> {
        self.check_writing()?;
        // Whoever has it open keeps it.
        self.names.remove(name).map(drop).ok_or(Errno::ENOENT)
    }

    pub(super) fn rename(&mut self, name: &OsStr, to: &OsStr) -> Result<(), Errno> {
        self.check_writing()?;
        let number = self.names.remove(name).ok_or(Errno::ENOENT)?;
        self.names.insert(to.to_owned(), number);
        Ok(())
    }

    pub(super) fn names(&self) -> impl Iterator<Item = (u64, &OsStr)> {
        self.names.iter().map(|(name, number)| (*number, name.as_os_str()))
    }

    pub(super) fn read(&self, number: u64, offset: u64, size: u32) -> Result<&[u8], Errno> {
        self.check_reading()?;
        let bytes = &self.files.get(&number).ok_or(Errno::ENOENT)?.now;
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let end = start.saturating_add(size as usize).min(bytes.len());
        Ok(&bytes[start..end])
    }

    pub(super) fn write(&mut self, number: u64, offset: u64, bytes: &[u8]) -> Result<(), Errno> {
        self.check_writing()?;
        let file = self.files.get_mut(&number).ok_or(Errno::ENOENT)?;
        let offset = usize::try_from(offset).map_err(|_| Errno::ENOSPC)?;
        file.change(Change::Write { offset, bytes: bytes.to_vec() });
        Ok(())
    }

    pub(super) fn set_length(&mut self, number: u64, length: u64) -> Result<(), Errno> {
        self.check_writing()?;
        let file = self.files.get_mut(&number).ok_or(Errno::ENOENT)?;
        file.change(Change::Length(usize::try_from(length).map_err(|_| Errno::ENOSPC)?));
        Ok(())
    }

    pub(super) fn sync(&mut self, number: u64) -> Result<(), Errno> {
        self.check_reading()?;
        let fails = match self.trouble {
            Trouble::Unsynced => true,
            Trouble::UnsyncedFile => self.names.iter().any(|(name, named)| name == DATABASE && *named == number),
            _ => false,
        };
        let file = self.files.get_mut(&number).ok_or(Errno::ENOENT)?;
        if fails {
            file.changes.clear();
            return Err(Errno::EIO);
        }
        file.sync();
        Ok(())
    }

    fn check_reading(&self) -> Result<(), Errno> {
        if self.trouble == Trouble::Gone { Err(Errno::EIO) } else { Ok(()) }
    }

    fn check_writing(&self) -> Result<(), Errno> {
        match self.trouble {
            Trouble::Nothing | Trouble::Slow | Trouble::Unsynced | Trouble::UnsyncedFile | Trouble::Held => Ok(()),
            Trouble::Full => Err(Errno::ENOSPC),
            Trouble::ReadOnly => Err(Errno::EROFS),
            Trouble::Gone => Err(Errno::EIO),
        }
    }
}
