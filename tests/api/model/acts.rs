//! What may happen in a history, and how often.

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

use super::reference::{Answered, Offer, PLANS, Paper, STARTS, Standing};

/// One thing that happens. Passes, tokens, moves and slices are named by their number in the history.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// The customer connects a device: the holder with this number, or a new one.
    Issue {
        holder: usize,
    },
    /// A profile refreshes with one of the pass's tokens; the answer may be lost on its way.
    Refresh {
        pass: usize,
        token: usize,
        key: Key,
        is_lost: bool,
    },
    Count {
        pass: usize,
        token: usize,
        count: u32,
    },
    TakeSlice {
        pass: usize,
        token: usize,
        count: Option<u32>,
    },
    Settle {
        slice: usize,
        spent: u64,
    },
    /// By the device with this token, or by the customer.
    Offer {
        pass: usize,
        token: Option<usize>,
    },
    /// One device redeems: one that is known, or a new one.
    Redeem {
        carrier: Carrier,
        holder: usize,
    },
    /// So many devices that nobody has seen redeem at once, each of them twice.
    Race {
        carrier: Carrier,
        devices: usize,
    },
    /// Somebody guesses the secret letters, so many times.
    Guess {
        of: usize,
        times: u32,
    },
    Cancel {
        of: usize,
        token: Option<usize>,
    },
    Recover {
        pass: usize,
    },
    /// A request that was answered well is delivered again.
    Replay {
        sent: usize,
    },
    /// Time passes; the sweeper runs, or has not run yet.
    Wait {
        seconds: i64,
        is_swept: bool,
    },
}

/// What a move is redeemed by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Carrier {
    pub(super) of: usize,
    pub(super) is_code: bool,
}

/// The idempotency key of a refresh.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key {
    New,
    /// The last refresh's: a retry.
    Last,
    None,
}

impl ReferenceStateMachine for Paper {
    type State = Self;
    type Transition = Act;

    fn init_state() -> BoxedStrategy<Self> {
        (0..PLANS.len(), 0..STARTS.len()).prop_map(|(plan, start)| Self::new(PLANS[plan], STARTS[start])).boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Act> {
        let mut acts = vec![(3, issue(state)), (3, wait())];
        if !state.passes.is_empty() {
            acts.extend([(4, refresh(state)), (4, count(state)), (3, take_slice(state)), (4, offer(state))]);
            acts.push((2, any_of(state.passes.len()).prop_map(|pass| Act::Recover { pass }).boxed()));
        }
        if !state.moves.is_empty() {
            acts.extend([(6, redeem(state)), (2, race(state)), (2, cancel(state)), (1, guess(state))]);
        }
        if !state.slices.is_empty() {
            acts.push((3, settle(state)));
        }
        if !state.sent.is_empty() {
            acts.push((3, any_of(state.sent.len()).prop_map(|sent| Act::Replay { sent }).boxed()));
        }
        proptest::strategy::Union::new_weighted(acts).boxed()
    }

    fn preconditions(state: &Self, act: &Act) -> bool {
        let has_token = |pass: usize, token: usize| token < state.passes[pass].tokens.len();
        match *act {
            Act::Issue { holder } => holder <= state.holders,
            Act::Refresh { pass, token, .. } | Act::Count { pass, token, .. } | Act::TakeSlice { pass, token, .. } => {
                pass < state.passes.len() && has_token(pass, token)
            }
            Act::Settle { slice, .. } => slice < state.slices.len(),
            Act::Offer { pass, token } => pass < state.passes.len() && token.is_none_or(|token| has_token(pass, token)),
            Act::Redeem { carrier, holder } => carrier.of < state.moves.len() && holder <= state.holders,
            Act::Race { carrier, .. } => carrier.of < state.moves.len(),
            Act::Guess { of, .. } => of < state.moves.len() && state.moves[of].offer == Offer::Open,
            Act::Cancel { of, token } => {
                of < state.moves.len() && token.is_none_or(|token| has_token(state.moves[of].pass, token))
            }
            Act::Recover { pass } => pass < state.passes.len(),
            Act::Replay { sent } => state.sent.get(sent).is_some_and(|sent| {
                // Answers are kept for a day.
                let is_kept = state.now - sent.at < 86_400;
                is_kept && sent.code_of.is_none_or(|of| state.moves[of].tries > 0)
            }),
            Act::Wait { .. } => true,
        }
    }

    fn apply(mut state: Self, act: &Act) -> Self {
        state.answered = Answered::Silence;
        state.answered = state.take(act);
        state
    }
}

/// A number below `length`; the later ones more often, since that is where things happen.
fn any_of(length: usize) -> BoxedStrategy<usize> {
    prop_oneof![2 => Just(length - 1), 1 => 0..length].boxed()
}

fn any_token(state: &Paper) -> BoxedStrategy<(usize, usize)> {
    let tokens: Vec<_> = state.passes.iter().map(|pass| pass.tokens.len()).collect();
    let live: Vec<_> = (0..tokens.len()).filter(|pass| state.passes[*pass].standing != Standing::Over).collect();
    let pass = match live.len() {
        0 => any_of(tokens.len()),
        live_count => prop_oneof![4 => (0..live_count).prop_map(move |at| live[at]), 1 => any_of(tokens.len())].boxed(),
    };
    pass.prop_flat_map(move |pass| {
        let newest = tokens[pass] - 1;
        (Just(pass), prop_oneof![5 => Just(newest), 1 => 0..=newest])
    })
    .boxed()
}

fn issue(state: &Paper) -> BoxedStrategy<Act> {
    (0..=state.holders).prop_map(|holder| Act::Issue { holder }).boxed()
}

fn refresh(state: &Paper) -> BoxedStrategy<Act> {
    let key = prop_oneof![5 => Just(Key::New), 2 => Just(Key::Last), 1 => Just(Key::None)];
    let is_lost = prop::bool::weighted(0.25);
    (any_token(state), key, is_lost)
        .prop_map(|((pass, token), key, is_lost)| Act::Refresh { pass, token, key, is_lost })
        .boxed()
}

fn count(state: &Paper) -> BoxedStrategy<Act> {
    (any_token(state), 1..8u32).prop_map(|((pass, token), count)| Act::Count { pass, token, count }).boxed()
}

fn take_slice(state: &Paper) -> BoxedStrategy<Act> {
    (any_token(state), prop::option::of(1..8u32))
        .prop_map(|((pass, token), count)| Act::TakeSlice { pass, token, count })
        .boxed()
}

fn settle(state: &Paper) -> BoxedStrategy<Act> {
    (any_of(state.slices.len()), 0..7u64).prop_map(|(slice, spent)| Act::Settle { slice, spent }).boxed()
}

fn offer(state: &Paper) -> BoxedStrategy<Act> {
    (any_token(state), any::<bool>())
        .prop_map(|((pass, token), by_device)| Act::Offer { pass, token: by_device.then_some(token) })
        .boxed()
}

fn carrier(state: &Paper) -> impl Strategy<Value = Carrier> + use<> {
    (any_of(state.moves.len()), any::<bool>()).prop_map(|(of, is_code)| Carrier { of, is_code })
}

fn redeem(state: &Paper) -> BoxedStrategy<Act> {
    let new = state.holders;
    let holder = prop_oneof![2 => Just(new), 3 => 0..=new];
    (carrier(state), holder).prop_map(|(carrier, holder)| Act::Redeem { carrier, holder }).boxed()
}

fn race(state: &Paper) -> BoxedStrategy<Act> {
    (carrier(state), 2..5usize).prop_map(|(carrier, devices)| Act::Race { carrier, devices }).boxed()
}

fn guess(state: &Paper) -> BoxedStrategy<Act> {
    (any_of(state.moves.len()), 1..7u32).prop_map(|(of, times)| Act::Guess { of, times }).boxed()
}

fn cancel(state: &Paper) -> BoxedStrategy<Act> {
    let tokens: Vec<_> = state.moves.iter().map(|known| state.passes[known.pass].tokens.len()).collect();
    any_of(tokens.len())
        .prop_flat_map(move |of| (Just(of), prop::option::of(0..tokens[of])))
        .prop_map(|(of, token)| Act::Cancel { of, token })
        .boxed()
}

/// From a second to a season, the ends of things among them: a move's quarter of an hour, a pass's week, a day of answers.
fn wait() -> BoxedStrategy<Act> {
    let seconds = prop::sample::select(vec![
        1,
        60,
        899,
        900,
        3600,
        86_399,
        86_400,
        3 * 86_400,
        7 * 86_400 - 1,
        7 * 86_400,
        28 * 86_400,
        31 * 86_400,
        92 * 86_400,
    ]);
    (seconds, any::<bool>()).prop_map(|(seconds, is_swept)| Act::Wait { seconds, is_swept }).boxed()
}
