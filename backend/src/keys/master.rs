//! The master key: what the signing keys in the store are sealed under.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::KeyFault;
use crate::rng::Rng;

/// 32 secret bytes; wiped from memory when dropped, never shown.
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// A new key.
    pub fn generate(rng: &Rng) -> Self {
        Self(Zeroizing::new(rng.bytes()))
    }

    /// Reads the form that [`MasterKey::load_or_create`] writes: 43 characters of base64url; white space around it is
    /// ignored.
    pub fn parse(text: &str) -> Result<Self, KeyFault> {
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| KeyFault::MasterKeyForm)?);
        let key = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| KeyFault::MasterKeyForm)?;
        Ok(Self(Zeroizing::new(key)))
    }

    /// The key in this file; when there is none, a new key is written there first, readable by its owner only.
    ///
    /// Errors: the file's; `InvalidData` when it holds something else.
    pub fn load_or_create(path: &Path, rng: &Rng) -> io::Result<Self> {
        match File::open(path) {
            Ok(mut file) => {
                let mut text = Zeroizing::new(String::new());
                file.read_to_string(&mut text)?;
                Self::parse(&text).map_err(|fault| io::Error::new(io::ErrorKind::InvalidData, fault))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = Self::generate(rng);
                key.write_new(path)?;
                Ok(key)
            }
            Err(error) => Err(error),
        }
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn write_new(&self, path: &Path) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        let text = Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0.as_slice()));
        file.write_all(text.as_bytes())?;
        file.write_all(b"\n")?;
        // A store whose keys were sealed must not lose their master key to a power cut.
        file.sync_all()
    }
}
