//! Whether a history is linearizable: whether everybody was told what they would have been told had each act happened at one
//! moment between asking and answer, one after the other (Herlihy and Wing). Pure; knows nothing of what acts are.
//!
//! Wing and Gong's search in the form of Lowe ("Testing for linearizability", 2017): the history is read forwards, and what is
//! kept is every way in which things may have gone so far. A way that was seen before is not gone again.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Debug;
use std::hash::Hash;

/// What a thing is between two acts.
pub(super) trait State: Clone + Eq + Hash + Debug {
    /// What was asked and answered. One that nobody heard the answer of is an act too.
    type Act: Eq + Debug;

    /// What it is after an act that was answered so; `None` where it would not have been.
    fn after(&self, act: &Self::Act) -> Option<Self>;
}

/// An act of a history; times are places in one order of all that clients did and heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Deed<A> {
    pub(super) by: usize,
    pub(super) act: A,
    pub(super) asked: u64,
    /// Absent for an act whose answer nobody heard: it took effect at any time since, or never will.
    pub(super) told: Option<u64>,
}

/// The most ways that are looked at: a history with more of them has too many acts without an answer.
const MOST_WAYS: usize = 500_000;

/// How many acts before the one that is wrong are shown.
const SHOWN: usize = 16;

/// One way in which things may have gone.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Way<S> {
    state: S,
    /// Acts that have taken effect, though their answers are still to come.
    early: BTreeSet<usize>,
}

#[derive(Clone, Copy)]
enum News {
    Asked(usize),
    Told(usize),
}

/// Whether `history` is linearizable for a thing that begins as `start`.
///
/// Errors: words about the first answer that no order of acts explains.
pub(super) fn check<S: State>(start: S, history: &[Deed<S::Act>]) -> Result<(), String> {
    let asked = history.iter().enumerate().map(|(number, deed)| (deed.asked, News::Asked(number)));
    let told = history.iter().enumerate().filter_map(|(number, deed)| Some((deed.told?, News::Told(number))));
    let mut news: Vec<_> = asked.chain(told).collect();
    news.sort_by_key(|(time, _)| *time);
    let mut ways = HashSet::from([Way { state: start, early: BTreeSet::new() }]);
    let mut open = Vec::new();
    for (time, news) in news {
        match news {
            News::Asked(number) => open.push(number),
            News::Told(number) => {
                let after = explain(&ways, number, &open, history)?;
                if after.is_empty() {
                    return Err(describe(&ways, number, time, history));
                }
                ways = after;
                open.retain(|other| *other != number);
            }
        }
    }
    Ok(())
}

/// The ways on from `ways` in which the act `number` has taken effect, and others before it only.
fn explain<S: State>(
    ways: &HashSet<Way<S>>,
    number: usize,
    open: &[usize],
    history: &[Deed<S::Act>],
) -> Result<HashSet<Way<S>>, String> {
    let mut left: Vec<_> = ways.iter().cloned().collect();
    let (mut seen, mut explained) = (HashSet::new(), HashSet::new());
    while let Some(way) = left.pop() {
        let mut way = settle(way, open, history);
        if !seen.insert(way.clone()) {
            continue;
        }
        if seen.len() > MOST_WAYS {
            return Err("too many acts without an answer: there are too many ways in which things may have gone".into());
        }
        if way.early.remove(&number) {
            explained.insert(way);
            continue;
        }
        for next in open {
            if way.early.contains(next) || has_elder(&way, *next, open, history) {
                continue;
            }
            if let Some(state) = way.state.after(&history[*next].act) {
                let mut early = way.early.clone();
                early.insert(*next);
                left.push(Way { state, early });
            }
        }
    }
    Ok(explained)
}

/// The way with every open act in it that fits and changes nothing: taking it now closes no way on.
fn settle<S: State>(mut way: Way<S>, open: &[usize], history: &[Deed<S::Act>]) -> Way<S> {
    for number in open {
        let deed = &history[*number];
        if deed.told.is_some() && way.state.after(&deed.act).as_ref() == Some(&way.state) {
            way.early.insert(*number);
        }
    }
    way
}

/// Whether the same act was asked for before, and nobody heard of either: then that one may as well go first.
fn has_elder<S: State>(way: &Way<S>, number: usize, open: &[usize], history: &[Deed<S::Act>]) -> bool {
    let deed = &history[number];
    deed.told.is_none()
        && open.iter().take_while(|elder| **elder != number).any(|elder| {
            history[*elder].told.is_none() && !way.early.contains(elder) && history[*elder].act == deed.act
        })
}

fn describe<S: State>(ways: &HashSet<Way<S>>, number: usize, time: u64, history: &[Deed<S::Act>]) -> String {
    let states: HashSet<_> = ways.iter().map(|way| &way.state).collect();
    let mut before: Vec<_> = history.iter().filter(|deed| deed.asked < time).collect();
    before.sort_by_key(|deed| deed.told.unwrap_or(u64::MAX));
    let open = before.iter().position(|deed| deed.told.is_none_or(|told| told >= time)).unwrap_or(before.len());
    let shown: Vec<_> = before[open.saturating_sub(SHOWN)..].iter().map(|deed| format!("  {deed:?}")).collect();
    let wrong = &history[number];
    format!("nothing explains {wrong:?}; before, it was one of {states:?}, after\n{}", shown.join("\n"))
}
