//! A disk that can be full, read-only, slow or gone, and that forgets at a power cut what nobody had it keep: a file system in this
//! process (FUSE), on which the real program has its data.
//!
//! What was written since the last `fsync` of a file is lost at a cut, or kept, or torn: each sector by itself.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fuser::{BackgroundSession, Config, MountOption};
use tempfile::TempDir;

use content::Content;
pub(crate) use content::{DATABASE, Trouble};

mod content;
mod served;

/// The disk, mounted.
pub(crate) struct Disk {
    content: Arc<Mutex<Content>>,
    mounted: Mutex<Option<BackgroundSession>>,
    folder: TempDir,
}

impl Disk {
    /// An empty disk; none where the machine has no FUSE, as in some containers.
    #[expect(clippy::print_stderr, reason = "who runs the tests should know what was left out")]
    pub(crate) fn mount() -> Option<Self> {
        if !Path::new("/dev/fuse").exists() {
            eprintln!("Nothing was tried: this machine has no /dev/fuse.");
            return None;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let content = Arc::new(Mutex::new(Content::new(folder.path())));
        let disk = Self { content, mounted: Mutex::default(), folder };
        disk.serve();
        Some(disk)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// From now on, writing and reading go like this.
    pub(crate) fn set(&self, trouble: Trouble) {
        let mut content = self.lock();
        content.trouble = trouble;
        if trouble != Trouble::Held {
            for (number, reply) in std::mem::take(&mut content.held) {
                served::end(content.sync(number), reply);
            }
        }
    }

    /// Whether somebody waits for a file to be synced, before so long is over: while that is held.
    pub(crate) fn waits_for_sync(&self, patience: Duration) -> bool {
        let pause = Duration::from_millis(5);
        let looks = patience.as_millis() / pause.as_millis();
        (0..looks).any(|_| {
            std::thread::sleep(pause);
            !self.lock().held.is_empty()
        })
    }

    /// The power is cut and comes back: what was not synced is lost, kept or torn, as `seed` has it. Nobody may use it meanwhile.
    pub(crate) fn cut(&self, seed: u64) {
        let mounted = self.mounted.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Err(error) = mounted.expect("it is mounted").umount_and_join() {
            // So Linux says, now and then, to who serves a file system that has just been unmounted.
            assert_eq!(error.kind(), ErrorKind::ConnectionAborted, "nobody uses it: {error}");
        }
        self.lock().cut(seed);
        self.serve();
    }

    /// What a cut at this moment would leave, in a folder of its own; whoever uses the disk goes on.
    pub(crate) fn left_by_cut(&self, seed: u64) -> TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, bytes) in self.lock().left_by_cut(seed) {
            std::fs::write(folder.path().join(name), bytes).expect("it is written");
        }
        folder
    }

    fn serve(&self) {
        let mut config = Config::default();
        config.mount_options = vec![MountOption::FSName("passgate-tests".to_owned()), MountOption::NoAtime];
        let served = served::Served(Arc::clone(&self.content));
        let session = fuser::spawn_mount(served, self.folder.path(), &config)
            .expect("FUSE mounts it: as root, or by fusermount3");
        *self.mounted.lock().unwrap_or_else(PoisonError::into_inner) = Some(session);
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
