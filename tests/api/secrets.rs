//! Secrets: whatever a story does, none that lets anybody in is found in a log, in an answer that refuses, or in the store's
//! files when it ends.
//!
//! Most have a form that can be told ([`Secret`]), so that any is found, known or not. The others are remembered as they go by:
//! passwords, codes of moves and of authenticator apps.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;
use std::rc::Rc;
use std::sync::{Mutex, Once, PoisonError};

use backend::auth::secret::Secret;
use serde_json::Value;
use tempfile::TempDir;

use crate::shop::{Portal, is_on_postgres};

/// The letters of a secret before its `_`, and after.
const LETTERS: (usize, usize) = (3, 49);

/// What an Ed25519 key in PKCS#8 begins with: keys lie in the store sealed, so this is found nowhere.
const PRIVATE_KEY: &str = "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";

/// Names of members whose texts are secrets, in answers to requests for such.
const TOLD: [&str; 3] = ["secret", "code", "recovery_codes"];

/// Names of members whose texts are tokens: signed for whom they are sent to, and kept nowhere.
const TOKENS: [&str; 3] = ["pass", "lease", "slice"];

/// So many tokens of a story are remembered.
const TOKENS_KNOWN: usize = 16;

/// Everything that was logged by this process.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps what our own code logs, however little of it anybody reads.
fn keep_log() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        let filter = tracing_subscriber::EnvFilter::new("backend=trace,info");
        // A story may have a log of its own.
        let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| Log).with_ansi(false).try_init();
    });
}

/// Watches a portal's secrets, and looks for them when the portal goes.
pub(crate) struct Watch {
    folder: Rc<TempDir>,
    /// Where the log stood when it began.
    log: usize,
    known: RefCell<BTreeSet<String>>,
    /// Signatures of tokens.
    signatures: RefCell<Vec<String>>,
}

impl Watch {
    pub(crate) fn new(folder: &Rc<TempDir>, master_key: String) -> Self {
        keep_log();
        let log = LOG.lock().unwrap_or_else(PoisonError::into_inner).len();
        let known = RefCell::new(BTreeSet::from([master_key]));
        Self { folder: Rc::clone(folder), log, known, signatures: RefCell::default() }
    }

    /// A request goes out.
    pub(crate) fn note_request(&self, body: Option<&[u8]>) {
        let body: Option<Value> = body.and_then(|body| serde_json::from_slice(body).ok());
        if let Some(password) = body.as_ref().and_then(|body| body["password"].as_str()).filter(|word| word.len() >= 8)
        {
            self.known.borrow_mut().insert(password.to_owned());
        }
    }

    /// An answer comes in: one that refuses holds no secret.
    pub(crate) fn note_answer(&self, path: &str, status: u16, body: &[u8]) {
        if status >= 400 {
            self.check(&format!("the refusal of {path}"), body);
            return;
        }
        let Ok(body) = serde_json::from_slice::<Value>(body) else { return };
        let tokens = TOKENS.iter().filter_map(|name| body[*name].as_str()?.rsplit_once('.'));
        let mut signatures = self.signatures.borrow_mut();
        let room = TOKENS_KNOWN.saturating_sub(signatures.len());
        signatures.extend(tokens.map(|(_, signature)| signature.to_owned()).filter(|text| text.len() == 86).take(room));
        let is_told = path.starts_with("/api/v1/moves") || path.contains("/totp");
        if is_told {
            let members = TOLD.iter().map(|name| &body[*name]);
            let texts = members.flat_map(|member| member.as_array().cloned().unwrap_or_else(|| vec![member.clone()]));
            let texts = texts.filter_map(|text| text.as_str().map(str::to_owned)).filter(|text| text.len() >= 8);
            self.known.borrow_mut().extend(texts);
        }
    }

    #[track_caller]
    fn check(&self, place: &str, bytes: &[u8]) {
        // As text, which the standard library searches faster than a program that is not optimised searches bytes.
        let text = String::from_utf8_lossy(bytes);
        assert_eq!(find_secret(&text), None, "in {place}");
        assert!(!text.contains(PRIVATE_KEY), "a private key is in {place}");
        for known in self.known.borrow().iter().chain(self.signatures.borrow().iter()) {
            assert!(!text.contains(known.as_str()), "{known} is in {place}");
        }
    }

    fn check_file(&self, file: &Path) {
        if let Ok(bytes) = std::fs::read(file) {
            self.check(&file.display().to_string(), &bytes);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        for name in ["passgate.db", "passgate.db-wal"] {
            self.check_file(&self.folder.path().join(name));
        }
        let log = LOG.lock().unwrap_or_else(PoisonError::into_inner)[self.log..].to_vec();
        self.check("the log", &log);
    }
}

/// A secret in `text`, with or without something around it.
fn find_secret(text: &str) -> Option<String> {
    let places = text.match_indices('_').filter_map(|(place, _)| place.checked_sub(LETTERS.0));
    let words = places.filter_map(|start| text.get(start..start + LETTERS.0 + 1 + LETTERS.1));
    let is_secret = |word: &&str| word.get(..LETTERS.0).is_some_and(|prefix| Secret::parse(prefix, word).is_some());
    words.into_iter().find(is_secret).map(str::to_owned)
}

#[test]
fn a_secret_is_found_wherever_it_lies() {
    let secret = Secret::new("lid", &backend::rng::Rng::seeded(1));
    let found = Some(secret.reveal().to_owned());
    for (before, after) in [("", ""), ("x", "y"), ("{\"identifier\":\"", "\"}"), ("lea_01", "_"), ("\u{e9}_", "\u{0}")]
    {
        let text = format!("{before}{}{after}", secret.reveal());
        assert_eq!(find_secret(&text), found, "{text:?}");
    }
    assert_eq!(find_secret(&secret.hash()), None);
}

#[actix_web::test]
async fn the_store_s_files_and_the_log_are_looked_at() {
    let portal = Portal::open().await;
    let customer = portal.sign_up("a@example.com").await;
    drop(customer);
    let log = LOG.lock().unwrap_or_else(PoisonError::into_inner).len();
    if !is_on_postgres() {
        let file = portal.folder.path().join("passgate.db-wal");
        assert!(std::fs::metadata(file).expect("the store has a log").len() > 0);
    }
    tracing::info!("a word");
    assert!(LOG.lock().unwrap_or_else(PoisonError::into_inner).len() > log, "what is logged is kept");
}
