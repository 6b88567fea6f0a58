//! The rules once more, as simply as they can be said.

use serde_json::{Value, json};

use super::acts::{Act, Carrier, Key};
use super::calendar::{add_months, period};
use super::reference::{Answered, Move, Offer, Paper, Pass, Plan, Sent, Settled, Slice, Standing, Token};

const WINDOW: i64 = 7 * 86_400;

/// A refusal's code.
type Refused = &'static str;

impl Paper {
    pub(super) fn new(plan: Plan, start: i64) -> Self {
        Self {
            plan,
            start,
            now: start,
            epoch: 0,
            left: plan.uses,
            resets_at: plan.resets.map(|months| add_months(start, months)),
            holders: 0,
            passes: Vec::new(),
            moves: Vec::new(),
            slices: Vec::new(),
            sent: Vec::new(),
            keys: 0,
            answered: Answered::Silence,
        }
    }

    /// What happens, and how the server must answer.
    pub(super) fn take(&mut self, act: &Act) -> Answered {
        let outcome = match *act {
            Act::Issue { holder } => self.issue(holder),
            Act::Refresh { pass, token, key, is_lost } => self.refresh(pass, token, key, is_lost),
            Act::Count { pass, token, count } => self.count(pass, token, count.into()),
            Act::TakeSlice { pass, token, count } => self.take_slice(pass, token, count.map(u64::from)),
            Act::Settle { slice, spent } => self.settle(slice, spent),
            Act::Offer { pass, token } => self.offer(pass, token),
            Act::Redeem { carrier, holder } => self.redeem(carrier, holder),
            Act::Race { carrier, .. } => self.redeem(carrier, self.holders),
            Act::Guess { of, times } => self.guess(of, times),
            Act::Cancel { of, .. } => self.cancel(of),
            Act::Recover { pass } => self.recover(pass),
            Act::Replay { .. } => return Answered::Silence,
            Act::Wait { seconds, .. } => {
                self.wait(seconds);
                return Answered::Silence;
            }
        };
        match outcome {
            Ok((status, members)) => Answered::Well(status, members),
            Err(code) => Answered::Refused(code),
        }
    }

    fn ends_at(&self) -> Option<i64> {
        self.plan.months.map(|months| add_months(self.start, months))
    }

    fn check_term(&self) -> Result<(), Refused> {
        if self.ends_at().is_some_and(|end| self.now >= end) { Err("TERM_ENDED") } else { Ok(()) }
    }

    /// Until when what is signed now is good.
    fn good_until(&self) -> i64 {
        self.ends_at().map_or(self.now + WINDOW, |end| end.min(self.now + WINDOW))
    }

    fn check_pass(&self, pass: usize) -> Result<(), Refused> {
        match self.passes[pass].standing {
            Standing::Valid => Ok(()),
            Standing::Moving => Err("BEING_MOVED"),
            Standing::Cloned => Err("SUSPENDED"),
            Standing::Over => Err("MOVED"),
        }
    }

    fn check_token(&self, pass: usize, token: usize) -> Result<(), Refused> {
        if self.now < self.passes[pass].tokens[token].expires_at { Ok(()) } else { Err("EXPIRED") }
    }

    pub(super) fn live(&self) -> impl Iterator<Item = (usize, &Pass)> {
        self.passes.iter().enumerate().filter(|(_, pass)| pass.standing != Standing::Over)
    }

    /// The moves of the present window that are redeemed, and those on offer.
    pub(super) fn moves_left(&self) -> u32 {
        let (since, _) = period(self.start, self.plan.per, self.now);
        let counts = |known: &&Move| match known.offer {
            Offer::Open => true,
            Offer::Redeemed { at, .. } => at >= since,
            Offer::Cancelled | Offer::Expired => false,
        };
        let counted = self.moves.iter().filter(counts).count();
        self.plan.moves.saturating_sub(u32::try_from(counted).unwrap_or(u32::MAX))
    }

    pub(super) fn recoveries_left(&self) -> u32 {
        let (since, _) = period(self.start, self.plan.per, self.now);
        let used = self.passes.iter().filter(|pass| pass.recovered_at.is_some_and(|at| at >= since)).count();
        self.plan.recoveries.saturating_sub(u32::try_from(used).unwrap_or(u32::MAX))
    }

    fn send(&mut self, code_of: Option<usize>) {
        self.sent.push(Sent { at: self.now, code_of });
    }

    /// A device keeps a token of the pass as it is now.
    fn sign(&mut self, pass: usize) {
        let token = Token { count: self.passes[pass].refreshes, expires_at: self.good_until() };
        self.passes[pass].tokens.push(token);
    }

    fn new_pass(&mut self, holder: usize) {
        self.holders = self.holders.max(holder + 1);
        let token = Token { count: 0, expires_at: self.good_until() };
        self.passes.push(Pass {
            holder,
            standing: Standing::Valid,
            recovered_at: None,
            refreshes: 0,
            last_key: None,
            tokens: vec![token],
        });
    }

    fn issue(&mut self, holder: usize) -> Outcome {
        self.check_term()?;
        let own = self.live().find(|(_, pass)| pass.holder == holder).map(|(own, _)| own);
        if let Some(own) = own {
            self.check_pass(own)?;
            self.sign(own);
        } else if self.live().count() >= self.plan.devices as usize {
            return Err("DEVICES_EXHAUSTED");
        } else {
            self.new_pass(holder);
        }
        self.send(None);
        Ok((201, Vec::new()))
    }

    fn refresh(&mut self, pass: usize, token: usize, key: Key, is_lost: bool) -> Outcome {
        self.check_term()?;
        self.check_pass(pass)?;
        let presented = self.passes[pass].tokens[token].count;
        self.keys += 1;
        let key = match key {
            Key::New => Some(self.keys),
            Key::Last => self.passes[pass].last_key,
            Key::None => None,
        };
        let known = &mut self.passes[pass];
        if presented == known.refreshes {
            (known.refreshes, known.last_key) = (presented + 1, key);
        } else if presented + 1 < known.refreshes || key.is_none() || key != known.last_key {
            known.standing = Standing::Cloned;
            return Err("SUSPENDED");
        }
        let counted = known.refreshes;
        if !is_lost {
            self.sign(pass);
        }
        Ok((200, vec![("pass.refresh", json!(counted)), ("pass.exp", json!(self.good_until()))]))
    }

    fn count(&mut self, pass: usize, token: usize, count: u64) -> Outcome {
        self.check_token(pass, token)?;
        self.check_term()?;
        self.check_pass(pass)?;
        self.left = self.left.checked_sub(count).ok_or("USES_EXHAUSTED")?;
        self.send(None);
        Ok((200, vec![("spent", json!(count)), ("left", json!(self.left))]))
    }

    fn take_slice(&mut self, pass: usize, token: usize, wanted: Option<u64>) -> Outcome {
        self.check_token(pass, token)?;
        self.check_term()?;
        self.check_pass(pass)?;
        let is_open = |slice: &Slice| slice.pass == pass && slice.settled.is_none() && self.now < slice.ends_at;
        if self.slices.iter().any(is_open) {
            return Err("CONFLICT");
        }
        if self.left == 0 {
            return Err("USES_EXHAUSTED");
        }
        for ended in self.slices.iter_mut().filter(|slice| slice.pass == pass && slice.settled.is_none()) {
            ended.settled = Some(Settled::Late);
        }
        let fair = self.left.div_ceil(2 * u64::from(self.plan.devices));
        let count = wanted.unwrap_or(fair).min(self.plan.slice).min(self.left);
        self.left -= count;
        let ends_at = self.resets_at.map_or(self.good_until(), |resets_at| resets_at.min(self.good_until()));
        self.slices.push(Slice { pass, count, ends_at, settled: None });
        self.send(None);
        Ok((201, vec![("count", json!(count)), ("left", json!(self.left)), ("slice.exp", json!(ends_at))]))
    }

    fn settle(&mut self, slice: usize, spent: u64) -> Outcome {
        let known = self.slices[slice].clone();
        let counted = match known.settled {
            Some(Settled::InTime(counted)) if counted != spent => return Err("CONFLICT"),
            Some(Settled::InTime(counted)) => counted,
            // Any number is as good: none of them counts.
            Some(Settled::Late) => known.count,
            None if spent > known.count => return Err("INVALID_INPUT"),
            None if self.now >= known.ends_at => {
                self.slices[slice].settled = Some(Settled::Late);
                known.count
            }
            None => {
                self.slices[slice].settled = Some(Settled::InTime(spent));
                self.left += known.count - spent;
                spent
            }
        };
        self.send(None);
        let returned = known.count - counted;
        Ok((200, vec![("spent", json!(counted)), ("returned", json!(returned)), ("left", json!(self.left))]))
    }

    fn offer(&mut self, pass: usize, token: Option<usize>) -> Outcome {
        if let Some(token) = token {
            self.check_token(pass, token)?;
        }
        self.check_term()?;
        self.check_pass(pass)?;
        if self.moves_left() == 0 {
            return Err("MOVE_LIMIT_REACHED");
        }
        self.passes[pass].standing = Standing::Moving;
        self.moves.push(Move { pass, offer: Offer::Open, expires_at: self.now + 900, tries: 5 });
        self.send(None);
        Ok((201, Vec::new()))
    }

    fn redeem(&mut self, carrier: Carrier, holder: usize) -> Outcome {
        let known = self.moves[carrier.of].clone();
        if carrier.is_code && known.tries == 0 {
            return Err("NOT_FOUND");
        }
        match known.offer {
            Offer::Redeemed { by, .. } if self.passes[by].holder == holder => {
                self.check_term()?;
                self.check_pass(by)?;
                self.sign(by);
            }
            Offer::Redeemed { .. } => return Err("MOVE_USED"),
            Offer::Cancelled | Offer::Expired => return Err("MOVE_EXPIRED"),
            Offer::Open => {
                self.check_term()?;
                if self.live().any(|(_, pass)| pass.holder == holder) {
                    return Err("SAME_DEVICE");
                }
                self.passes[known.pass].standing = Standing::Over;
                self.epoch += 1;
                self.moves[carrier.of].offer = Offer::Redeemed { by: self.passes.len(), at: self.now };
                self.new_pass(holder);
            }
        }
        self.send(carrier.is_code.then_some(carrier.of));
        Ok((201, Vec::new()))
    }

    fn guess(&mut self, of: usize, times: u32) -> Outcome {
        self.moves[of].tries = self.moves[of].tries.saturating_sub(times);
        Err("NOT_FOUND")
    }

    fn cancel(&mut self, of: usize) -> Outcome {
        match self.moves[of].offer {
            Offer::Redeemed { .. } => return Err("MOVE_USED"),
            Offer::Cancelled | Offer::Expired => {}
            Offer::Open => {
                self.moves[of].offer = Offer::Cancelled;
                self.passes[self.moves[of].pass].standing = Standing::Valid;
            }
        }
        Ok((204, Vec::new()))
    }

    fn recover(&mut self, pass: usize) -> Outcome {
        if self.passes[pass].standing == Standing::Over {
            return Err("MOVED");
        }
        if self.recoveries_left() == 0 {
            return Err("MOVE_LIMIT_REACHED");
        }
        let open = self.moves.iter_mut().find(|known| known.pass == pass && known.offer == Offer::Open);
        if let Some(open) = open {
            open.offer = Offer::Cancelled;
        }
        self.epoch += 1;
        self.passes[pass].standing = Standing::Over;
        self.passes[pass].recovered_at = Some(self.now);
        self.send(None);
        Ok((200, vec![("recoveries_left", json!(self.recoveries_left()))]))
    }

    fn wait(&mut self, seconds: i64) {
        self.now += seconds;
        for known in self.moves.iter_mut().filter(|known| known.offer == Offer::Open && self.now >= known.expires_at) {
            known.offer = Offer::Expired;
            self.passes[known.pass].standing = Standing::Valid;
        }
        if let (Some(months), Some(resets_at)) = (self.plan.resets, self.resets_at)
            && self.now >= resets_at
        {
            self.left = self.plan.uses;
            self.resets_at = Some(period(self.start, months, self.now).1);
        }
    }
}

type Outcome = Result<(u16, Vec<(&'static str, Value)>), Refused>;
