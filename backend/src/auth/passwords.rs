//! Passwords: argon2id, off the threads that serve requests, and as slow for unknown accounts as for known ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::web;
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::config::PasswordCost;
use crate::error::Failure;
use crate::rng::Rng;

/// Hashes and checks passwords, a few at a time: each takes the configured memory.
pub struct Passwords {
    argon2: Argon2<'static>,
    /// A hash of nothing in particular, checked when an account is unknown: finding out takes as long either way.
    dummy: Arc<str>,
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    rng: Rng,
}

/// How many hashes at once: bounds memory, and leaves a core to everybody else.
const AT_ONCE: usize = 2;

/// How many may wait for their turn: a few seconds' worth.
const MAX_WAITING: usize = 100;

impl Passwords {
    /// Hashes at this cost.
    pub fn new(cost: PasswordCost, rng: &Rng) -> Self {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).unwrap_or_default();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let dummy = hash(&argon2, "", rng.bytes()).unwrap_or_default().into();
        Self {
            argon2,
            dummy,
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: AtomicUsize::new(0),
            rng: rng.clone(),
        }
    }

    /// The password's hash as a PHC string.
    pub async fn hash(&self, password: String) -> Result<String, Failure> {
        let (argon2, salt) = (self.argon2.clone(), self.rng.bytes());
        self.run(move || hash(&argon2, &password, salt)).await?.map_err(Failure::fault)
    }

    /// Whether `password` is the one of `stored`; `None` for an unknown account is never, after the same time.
    pub async fn check(&self, password: String, stored: Option<String>) -> Result<bool, Failure> {
        let (argon2, dummy) = (self.argon2.clone(), Arc::clone(&self.dummy));
        self.run(move || {
            let is_known = stored.is_some();
            let is_right = is_password(&argon2, &password, stored.as_deref().unwrap_or(&dummy));
            is_known && is_right
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let turn = Turn::queue(&self.waiting).ok_or_else(|| Failure::unavailable("too many passwords at once"))?;
        let permit =
            Arc::clone(&self.permits).acquire_owned().await.map_err(|error| Failure::fault(error.to_string()))?;
        drop(turn);
        let work = web::block(move || {
            let result = work();
            drop(permit);
            result
        });
        work.await.map_err(|error| Failure::fault(error.to_string()))
    }
}

/// A place in the queue, given back also when the client goes away.
struct Turn<'a>(&'a AtomicUsize);

impl<'a> Turn<'a> {
    fn queue(waiting: &'a AtomicUsize) -> Option<Self> {
        let turn = Self(waiting);
        (waiting.fetch_add(1, Ordering::Relaxed) < MAX_WAITING).then_some(turn)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn hash(argon2: &Argon2<'_>, password: &str, salt: [u8; 16]) -> Result<String, String> {
    let salt = SaltString::encode_b64(&salt).map_err(|error| error.to_string())?;
    let hash = argon2.hash_password(password.as_bytes(), &salt).map_err(|error| error.to_string())?;
    Ok(hash.to_string())
}

fn is_password(argon2: &Argon2<'_>, password: &str, stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|stored| argon2.verify_password(password.as_bytes(), &stored).is_ok())
}
