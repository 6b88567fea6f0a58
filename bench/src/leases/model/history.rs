//! One history: what happens, told to both sides.

use std::path::PathBuf;

use actix_web::http::Method;
use backend::{auth::secret::Secret, clock::Clock, demo, http::leases::sweep_leases, rng::Rng};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use shared::time::Timestamp;

use super::{
    Told,
    dice::Dice,
    paper::{Expected, License, Standing},
    portal::{Answer, Ask, Lasting, Portal},
};
use crate::Outcome;

mod furnish;

const PASSWORD: &str = "a long enough password";
/// When histories begin.
const NOW: Timestamp = Timestamp::from_unix(1_795_312_800);
/// How many answers are remembered, to be asked for again.
const KEPT: usize = 16;
/// How long the portal keeps an answer, seconds.
const KEPT_SECONDS: i64 = 86_400;
/// Check-outs that come at once.
const RUSH: usize = 6;

/// The portal and the paper, and what lies between them.
pub(super) struct History {
    dice: Dice,
    lasting: Lasting,
    /// Of all stores that were left behind.
    folder: tempfile::TempDir,
    starts: usize,
    portal: Portal,
    /// The service's.
    token: String,
    paper: Vec<License>,
    answered: Vec<(Ask, Answer, i64)>,
    told: Told,
}

/// Fails with what was to be, unless it is so.
fn demand(is_so: bool, what: impl FnOnce() -> String) -> Outcome<()> {
    if is_so { Ok(()) } else { Err(what().into()) }
}

impl History {
    pub(super) async fn begin(mut dice: Dice) -> Outcome<Self> {
        let rng = Rng::seeded(dice.below(usize::MAX) as u64);
        let key = URL_SAFE_NO_PAD.encode(rng.bytes::<32>());
        let lasting = Lasting { key, clock: Clock::fixed(NOW), rng };
        let folder = tempfile::tempdir()?;
        let portal = Portal::start(&place(&folder, 0)?, &lasting).await?;
        demo::fill_store(&portal.app, PASSWORD).await.map_err(|failure| failure.to_string())?;
        let secret = Secret::new("pgt", &portal.app.rng);
        let paper = furnish::furnish(&portal.app, &secret).await?;
        let (token, answered, told) = (secret.reveal().to_owned(), Vec::new(), Told::default());
        Ok(Self { dice, lasting, folder, starts: 0, portal, token, paper, answered, told })
    }

    fn now(&self) -> i64 {
        self.lasting.clock.now().as_unix()
    }

    /// Lets one thing happen.
    pub(super) async fn step(&mut self) -> Outcome<()> {
        let place = self.dice.below(self.paper.len());
        match self.dice.below(100) {
            0..40 => self.check_out(place).await?,
            40..52 => self.extend(place).await?,
            52..74 => self.give_back(place).await?,
            74..90 => self.wait().await?,
            90..94 => self.rush(place).await?,
            94..96 => self.queue(place).await?,
            96..98 => self.ask_again().await?,
            98 => self.act(place).await?,
            _ => self.look(place).await?,
        }
        self.told.operations += 1.0;
        let now = self.now();
        for license in &self.paper {
            let taken = license.taken(now);
            demand(taken <= license.seats, || format!("{taken} of {} seats are taken", license.seats))?;
            #[expect(clippy::cast_precision_loss, reason = "licenses have few seats")]
            let share = taken as f64 / license.seats as f64;
            self.told.fullest = self.told.fullest.max(share);
        }
        Ok(())
    }

    /// The last look at everything.
    pub(super) async fn end(mut self) -> Outcome<Told> {
        for place in 0..self.paper.len() {
            self.look(place).await?;
        }
        self.check_sound().await?;
        Ok(self.told)
    }

    fn ask(&self, method: Method, path: String, body: &Value, key: Option<String>) -> Ask {
        let mut headers = vec![("authorization", format!("Bearer {}", self.token))];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        Ask { method, path, headers, body: body.to_string() }
    }

    fn check_out_ask(&mut self, place: usize, count: u64, ttl: i64, wait: u32) -> Outcome<Ask> {
        let identifier = &self.paper.get(place).ok_or("no license")?.identifier;
        let mut body = json!({
            "identifier": identifier, "ttl_seconds": ttl, "holder": "farm", "wait_seconds": wait,
        });
        if count > 0
            && let Some(members) = body.as_object_mut()
        {
            members.insert("feature".to_owned(), "ai.render".into());
            members.insert("count".to_owned(), count.into());
        }
        let key = self.dice.key();
        Ok(self.ask(Method::POST, "/api/v1/leases".to_owned(), &body, Some(key)))
    }

    /// Sends it; once in a while the program is killed meanwhile, and the client asks again.
    async fn send(&mut self, ask: &Ask) -> Outcome<Answer> {
        if !self.dice.once_in(400) {
            return self.portal.send(ask).await;
        }
        let (from, into) = (place(&self.folder, self.starts)?, place(&self.folder, self.starts + 1)?);
        let patience = self.dice.below(12);
        let first = self.portal.leave(ask, patience, &from, &into).await?;
        self.starts += 1;
        self.portal = Portal::start(&into, &self.lasting).await?;
        std::fs::remove_dir_all(from)?;
        self.told.killed += 1.0;
        self.check_sound().await?;
        let again = self.portal.send(ask).await?;
        // A refusal is not kept; it may name other holders.
        if let Some(first) = first.filter(|first| first.status < 300) {
            demand(first.body == again.body, || format!("told {first:?}, and after the kill {again:?}"))?;
        }
        Ok(again)
    }

    async fn check_out(&mut self, place: usize) -> Outcome<()> {
        let count = [0, 1, 2, 3].get(self.dice.below(4)).copied().unwrap_or(0);
        let ttl = self.ttl();
        let ask = self.check_out_ask(place, count, ttl, 0)?;
        let answer = self.send(&ask).await?;
        self.note(place, &answer, count, ttl)?;
        if answer.status == 201 {
            self.answered.push((ask, answer, self.now()));
            if self.answered.len() > KEPT {
                self.answered.remove(0);
            }
        }
        Ok(())
    }

    fn ttl(&mut self) -> i64 {
        i64::try_from(self.dice.between(10, 4000)).unwrap_or(10)
    }

    /// Compares the answer to a check-out with what it must be, and writes it down.
    fn note(&mut self, place: usize, answer: &Answer, count: u64, ttl: i64) -> Outcome<()> {
        let now = self.now();
        let license = self.paper.get_mut(place).ok_or("no license")?;
        let (expected, got) = (license.expect_check_out(count, now), answer.json());
        match &expected {
            Expected::Granted { left, seats_left } => {
                let is_so = answer.status == 201 && got.get("seats_left") == Some(&json!(seats_left));
                let is_counted = count == 0 || got.get("left") == Some(&json!(left));
                demand(is_so && is_counted, || format!("{answer:?} instead of {expected:?}"))?;
                license.check_out(text(&got, "lease_id")?, count, now + ttl);
                self.told.granted += 1.0;
            }
            Expected::Refused { status, code } => {
                let is_so = answer.status == *status && got.get("code") == Some(&json!(code));
                demand(is_so, || format!("{answer:?} instead of {expected:?}"))?;
                if *code == "SEATS_EXHAUSTED" {
                    self.told.refused += 1.0;
                }
            }
        }
        Ok(())
    }

    async fn extend(&mut self, place: usize) -> Outcome<()> {
        let ttl = self.ttl();
        let Some((at, lease_id)) = self.pick(place) else { return Ok(()) };
        let path = format!("/api/v1/leases/{lease_id}/extend");
        let ask = self.ask(Method::POST, path, &json!({ "ttl_seconds": ttl }), None);
        let (answer, now) = (self.send(&ask).await?, self.now());
        let license = self.paper.get_mut(place).ok_or("no license")?;
        let (is_suspended, lease) = (license.is_suspended, license.leases.get_mut(at).ok_or("no lease")?);
        let expected = match lease.standing {
            _ if is_suspended => (403, Some("SUSPENDED")),
            Standing::Returned => (409, Some("LEASE_RETURNED")),
            Standing::Open if now < lease.ends => (200, None),
            Standing::Open | Standing::Expired | Standing::Ended => (409, Some("LEASE_EXPIRED")),
        };
        let (status, code) = expected;
        let is_so = answer.status == status && code.is_none_or(|code| answer.json().get("code") == Some(&json!(code)));
        demand(is_so, || format!("extending {lease:?}: {answer:?} instead of {expected:?}"))?;
        if status == 200 {
            lease.ends = lease.ends.max(now + ttl);
        }
        Ok(())
    }

    async fn give_back(&mut self, place: usize) -> Outcome<()> {
        let unspent = self.dice.below(4) as u64;
        let Some((at, lease_id)) = self.pick(place) else { return Ok(()) };
        let ask = self.ask(Method::DELETE, format!("/api/v1/leases/{lease_id}"), &json!({ "unspent": unspent }), None);
        let (answer, now) = (self.send(&ask).await?, self.now());
        let license = self.paper.get_mut(place).ok_or("no license")?;
        license.settle_one(at, now);
        let lease = license.leases.get(at).ok_or("no lease")?.clone();
        if lease.standing == Standing::Open && unspent > lease.count {
            return demand(answer.status == 422, || format!("returning {lease:?}: {answer:?}"));
        }
        license.end(at, Standing::Returned, unspent);
        let standing = license.leases.get(at).ok_or("no lease")?.standing.word();
        let is_so = answer.status == 200 && answer.json().get("state") == Some(&json!(standing));
        demand(is_so, || format!("returning {lease:?}: {answer:?} instead of {standing}"))
    }

    fn pick(&mut self, place: usize) -> Option<(usize, String)> {
        let leases = &self.paper.get(place)?.leases;
        let at = self.dice.below(leases.len());
        leases.get(at).map(|lease| (at, lease.id.clone()))
    }

    /// Time passes; mostly somebody sweeps.
    async fn wait(&mut self) -> Outcome<()> {
        let seconds = self.dice.between(1, 900) as u64;
        self.lasting.clock.advance(std::time::Duration::from_secs(seconds));
        if self.dice.once_in(3) {
            return Ok(());
        }
        self.sweep().await
    }

    async fn sweep(&mut self) -> Outcome<()> {
        sweep_leases(&self.portal.app).await?;
        let now = self.now();
        self.paper.iter_mut().for_each(|license| license.settle(now));
        Ok(())
    }

    /// Many check-outs at once: as many are granted as there are seats.
    async fn rush(&mut self, place: usize) -> Outcome<()> {
        let ttl = self.ttl();
        let mut asks = Vec::new();
        for _ in 0..RUSH {
            asks.push(self.check_out_ask(place, 0, ttl, 0)?);
        }
        let answers = futures_util::future::join_all(asks.iter().map(|ask| self.portal.send(ask))).await;
        let mut answers = answers.into_iter().collect::<Outcome<Vec<_>>>()?;
        // Whoever got a seat was there before those who got none; of them, who left more.
        let left = |answer: &Answer| answer.json().get("seats_left").and_then(Value::as_u64);
        answers.sort_by_key(|answer| std::cmp::Reverse(left(answer)));
        answers.iter().try_for_each(|answer| self.note(place, answer, 0, ttl))
    }

    /// Somebody waits for a seat of a license that has none, and gets the one that becomes free.
    async fn queue(&mut self, place: usize) -> Outcome<()> {
        let now = self.now();
        let license = self.paper.get_mut(place).ok_or("no license")?;
        if license.is_suspended || license.taken(now) < license.seats {
            return self.check_out(place).await;
        }
        let license_id = license.id;
        // Those that are over would be ended by whoever asks.
        license.settle(now);
        let first = license.leases.iter().position(|lease| lease.standing == Standing::Open).ok_or("no lease")?;
        let lease_id = license.leases.get(first).ok_or("no lease")?.id.clone();
        let ttl = self.ttl();
        let ask = self.check_out_ask(place, 0, ttl, 60)?;
        let freeing = self.ask(Method::DELETE, format!("/api/v1/leases/{lease_id}"), &json!({}), None);
        let portal = &self.portal;
        let free = async {
            while portal.app.waiting.before(license_id, None) == 0 {
                tokio::task::yield_now().await;
            }
            portal.send(&freeing).await
        };
        let (answer, freed) = tokio::join!(portal.send(&ask), free);
        let freed = freed?;
        demand(freed.status == 200, || format!("{freed:?}"))?;
        self.paper.get_mut(place).ok_or("no license")?.end(first, Standing::Returned, 0);
        self.note(place, &answer?, 0, ttl)
    }

    /// A check-out that was granted is asked for again: the same answer, byte for byte.
    async fn ask_again(&mut self) -> Outcome<()> {
        let now = self.now();
        self.answered.retain(|(_, _, at)| now - at < KEPT_SECONDS);
        let at = self.dice.below(self.answered.len());
        let Some((ask, first, _)) = self.answered.get(at).cloned() else { return Ok(()) };
        let again = self.send(&ask).await?;
        demand(again == first, || format!("told {first:?}, and then {again:?}"))
    }

    /// The vendor's team suspends a license, or reinstates it.
    async fn act(&mut self, place: usize) -> Outcome<()> {
        let now = self.now();
        let license = self.paper.get(place).ok_or("no license")?;
        let act = if license.is_suspended { "reinstate" } else { "suspend" };
        let path = format!("/api/v1/admin/vendors/acme/licenses/{}/{act}", license.id);
        let body = json!({ "email": "owner@example.com", "password": PASSWORD });
        let headers = Vec::new();
        let signing_in =
            Ask { method: Method::POST, path: "/api/v1/session".to_owned(), headers, body: body.to_string() };
        let cookie = self.portal.send(&signing_in).await?.cookie.ok_or("nobody signed in")?;
        let body = json!({ "reason": "A history." }).to_string();
        let ask = Ask { method: Method::POST, path, headers: vec![("cookie", cookie)], body };
        let answer = self.send(&ask).await?;
        demand(answer.status == 200, || format!("{act}: {answer:?}"))?;
        let license = self.paper.get_mut(place).ok_or("no license")?;
        if license.is_suspended {
            license.is_suspended = false;
        } else {
            license.suspend(now);
        }
        Ok(())
    }

    /// Looks at what the store holds of a license.
    async fn look(&mut self, place: usize) -> Outcome<()> {
        let license = self.paper.get(place).ok_or("no license")?;
        let license_id = license.id;
        let found = self.portal.app.store.read(move |tx| furnish::look(tx, license_id));
        let (open, left) = found.await?;
        let expected = license.open();
        demand(open == expected, || format!("{open:?} stand instead of {expected:?}"))?;
        demand(open.len() <= license.seats, || format!("{} of {} seats are taken", open.len(), license.seats))?;
        demand(left == Some(license.left()), || format!("{left:?} uses are left instead of {}", license.left()))
    }

    async fn check_sound(&self) -> Outcome<()> {
        let faults = self.portal.app.store.read(|tx| tx.find_faults()).await?;
        demand(faults.is_empty(), || faults.join("; "))
    }
}

fn text(answer: &Value, member: &str) -> Outcome<String> {
    Ok(answer.get(member).and_then(Value::as_str).ok_or_else(|| format!("no {member} in {answer}"))?.to_owned())
}

/// The folder of the store after so many starts.
fn place(folder: &tempfile::TempDir, starts: usize) -> Outcome<PathBuf> {
    let place = folder.path().join(starts.to_string());
    std::fs::create_dir_all(&place)?;
    Ok(place)
}
