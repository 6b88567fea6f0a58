//! How often one may ask: by address for what anybody may write, by account as well for sign-in.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use shared::id::AccountId;
use shared::thumbprint::sha256_base64url;

use crate::clock::Clock;
use crate::config::Config;
use crate::error::Failure;

/// The limits of the installation; without `rate_limits` there are none.
pub struct Limits {
    clock: Clock,
    limiters: Option<Limiters>,
    checks: AtomicU64,
}

struct Limiters {
    sign_ins: Limiter<IpAddr>,
    sign_ins_by_account: Limiter<String>,
    sign_ups: Limiter<IpAddr>,
    public_writes: Limiter<IpAddr>,
    move_codes: Limiter<IpAddr>,
    second_steps: Limiter<AccountId>,
    mail_asked: Limiter<IpAddr>,
    mail_to: Limiter<String>,
    links: Limiter<IpAddr>,
}

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, Clock, NoOpMiddleware<Duration>>;

/// After so many checks, keys that are at rest are forgotten: bounds memory against many addresses.
const CHECKS_BETWEEN_SWEEPS: u64 = 4096;

impl governor::clock::Clock for Clock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(self.now_millis())
    }
}

impl Limits {
    /// The limits as the configuration wants them, by this clock.
    pub fn new(config: &Config, clock: &Clock) -> Self {
        let limiters = config.rate_limits.then(|| Limiters {
            sign_ins: limiter(20, Duration::from_secs(3), clock),
            // Guessing at one account from many addresses: ten at once, then one a minute.
            sign_ins_by_account: limiter(10, Duration::from_mins(1), clock),
            sign_ups: limiter(10, Duration::from_secs(30), clock),
            public_writes: limiter(120, Duration::from_millis(100), clock),
            // Guessing at moves' codes, and using up other people's tries: thirty at once, then one in four seconds.
            move_codes: limiter(30, Duration::from_secs(4), clock),
            // Guessing at codes of six digits; the store counts the wrong ones besides.
            second_steps: limiter(10, Duration::from_mins(1), clock),
            // Filling other people's mailboxes: ten at once, then one in half a minute; for one mailbox five, then one in ten
            // minutes.
            mail_asked: limiter(10, Duration::from_secs(30), clock),
            mail_to: limiter(5, Duration::from_mins(10), clock),
            links: limiter(30, Duration::from_secs(4), clock),
        });
        Self { clock: clock.clone(), limiters, checks: AtomicU64::new(0) }
    }

    /// Counts an attempt to sign in. Errors: `RATE_LIMITED` for the address or for the account.
    pub fn sign_in(&self, peer: IpAddr, email_key: &str) -> Result<(), Failure> {
        let Some(limiters) = &self.limiters else { return Ok(()) };
        self.check(&limiters.sign_ins, &network(peer))?;
        // Hashed: of one length, and no address in memory.
        self.check(&limiters.sign_ins_by_account, &sha256_base64url(email_key.as_bytes()))
    }

    /// Counts an attempt to sign up. Errors: `RATE_LIMITED`.
    pub fn sign_up(&self, peer: IpAddr) -> Result<(), Failure> {
        let Some(limiters) = &self.limiters else { return Ok(()) };
        self.check(&limiters.sign_ups, &network(peer))
    }

    /// Counts a request that anybody may send and that costs us work: quotes, verification. Errors: `RATE_LIMITED`.
    pub fn public_write(&self, peer: IpAddr) -> Result<(), Failure> {
        let Some(limiters) = &self.limiters else { return Ok(()) };
        self.check(&limiters.public_writes, &network(peer))
    }

    /// Counts an attempt to preview or redeem a move. Errors: `RATE_LIMITED`.
    pub fn move_code(&self, peer: IpAddr) -> Result<(), Failure> {
        let Some(limiters) = &self.limiters else { return Ok(()) };
        self.check(&limiters.move_codes, &network(peer))
    }

    /// Counts a code that somebody types for the account. Errors: `RATE_LIMITED`.
    pub fn second_step(&self, account_id: AccountId) -> Result<(), Failure> {
        let Some(limiters) = &self.limiters else { return Ok(()) };
        self.check(&limiters.second_steps, &account_id)
    }

    /// Counts a mail that somebody asks for, which goes to this address if it goes anywhere. Errors: `RATE_LIMITED`, for whoever
    /// asks or for the address, alike for every address.
    pub fn mail(&self, peer: IpAddr, email_key: &str) -> Result<(), Failure> {
        let Some(limiters) = &self.limiters else { return Ok(()) };
        self.check(&limiters.mail_asked, &network(peer))?;
        self.check(&limiters.mail_to, &sha256_base64url(email_key.as_bytes()))
    }

    /// Counts a link of a mail that is followed. Errors: `RATE_LIMITED`.
    pub fn link(&self, peer: IpAddr) -> Result<(), Failure> {
        let Some(limiters) = &self.limiters else { return Ok(()) };
        self.check(&limiters.links, &network(peer))
    }

    fn check<K: Hash + Eq + Clone>(&self, limiter: &Limiter<K>, key: &K) -> Result<(), Failure> {
        if self.checks.fetch_add(1, Ordering::Relaxed).is_multiple_of(CHECKS_BETWEEN_SWEEPS) {
            limiter.retain_recent();
        }
        limiter.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(governor::clock::Clock::now(&self.clock));
            Failure::rate_limited(wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX))
        })
    }
}

fn limiter<K: Hash + Eq + Clone>(burst: u32, one_per: Duration, clock: &Clock) -> Limiter<K> {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::with_period(one_per).unwrap_or_else(|| Quota::per_second(burst)).allow_burst(burst);
    RateLimiter::dashmap_with_clock(quota, clock.clone())
}

/// One customer of an access provider has a whole /64 of IPv6 addresses: it counts as one.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    }
}
