//! The checker is right: it takes every history that could have been, and none that could not.

use super::checker::{Deed, State, check};
use super::models::{Count, Counter, Lend, Lending, Move, Moving};

/// An act that was asked and answered at these times.
fn deed<A>(asked: u64, told: u64, act: A) -> Deed<A> {
    Deed { by: 0, act, asked, told: Some(told) }
}

/// An act of which nobody heard.
fn lost<A>(asked: u64, act: A) -> Deed<A> {
    Deed { by: 0, act, asked, told: None }
}

#[track_caller]
fn possible<S: State>(what: &str, start: S, history: &[Deed<S::Act>]) {
    assert_eq!(check(start, history), Ok(()), "{what}");
}

#[track_caller]
fn impossible<S: State>(what: &str, start: S, history: &[Deed<S::Act>]) {
    assert!(check(start, history).is_err(), "taken for possible: {what}");
}

const fn counted(left: u64) -> Count {
    Count::Counted { count: 1, left }
}

#[test]
fn of_counted_uses_exactly_the_possible_histories_are_taken() {
    let three = || Counter::new(3);
    let seen = |left| Count::Seen { left };
    let side_by_side = [deed(1, 6, counted(0)), deed(2, 5, counted(2)), deed(3, 4, counted(1))];
    possible("answers side by side, in another order than questions", three(), &side_by_side);
    impossible(
        "the same answers one after the other",
        three(),
        &[deed(1, 2, counted(0)), deed(3, 4, counted(2)), deed(5, 6, counted(1))],
    );
    impossible("one use granted twice", three(), &[deed(1, 4, counted(2)), deed(2, 3, counted(2))]);
    impossible("an acknowledged use that is lost", three(), &[deed(1, 2, counted(2)), deed(3, 4, seen(3))]);
    impossible("a use counted twice", three(), &[deed(1, 2, counted(1)), deed(3, 4, seen(1))]);
    impossible("more than there is", Counter::new(0), &[deed(1, 2, Count::Counted { count: 1, left: 0 })]);
    possible("what is seen meanwhile is old", three(), &[deed(1, 4, counted(2)), deed(2, 3, seen(3))]);
    possible("what is seen meanwhile is new", three(), &[deed(1, 4, counted(2)), deed(2, 3, seen(2))]);
    impossible(
        "two look, and the later one sees less",
        three(),
        &[deed(1, 6, counted(2)), deed(2, 3, seen(2)), deed(4, 5, seen(3))],
    );
    let refused = Count::TooFew { count: 4 };
    possible("too few", three(), &[deed(1, 2, refused.clone()), deed(3, 4, seen(3))]);
    impossible("refused though there are enough", Counter::new(4), &[deed(1, 2, refused)]);
}

#[test]
fn of_slices_exactly_the_possible_histories_are_taken() {
    let ten = || Counter::new(10);
    let sliced =
        |device, slice: &str, count, left| Count::Sliced { device, wanted: 6, slice: slice.into(), count, left };
    let settled = |spent, left| Count::Settled { slice: "a".into(), spent, left };
    let seen = |left| Count::Seen { left };
    let one = [deed(1, 2, sliced(1, "a", 6, 4))];
    let after = |acts: &[Deed<Count>]| [&one[..], acts].concat();
    possible("what is left goes to the next device", ten(), &after(&[deed(3, 4, sliced(2, "b", 4, 0))]));
    impossible("more than is left", ten(), &after(&[deed(3, 4, sliced(2, "b", 6, 0))]));
    impossible("less than is wanted and left", ten(), &[deed(1, 2, sliced(1, "a", 5, 5))]);
    impossible("two on one device", ten(), &after(&[deed(3, 4, sliced(1, "b", 4, 0))]));
    possible("one device has one", ten(), &after(&[deed(3, 4, Count::HasSlice { device: 1 })]));
    impossible("another has none", ten(), &after(&[deed(3, 4, Count::HasSlice { device: 2 })]));
    possible("settled, the rest is back", ten(), &after(&[deed(3, 4, settled(2, 8)), deed(5, 6, seen(8))]));
    possible(
        "settled again, nothing more is back",
        ten(),
        &after(&[deed(3, 4, settled(2, 8)), deed(5, 6, settled(2, 8))]),
    );
    impossible("the rest is back twice", ten(), &after(&[deed(3, 4, settled(2, 8)), deed(5, 6, settled(2, 12))]));
    impossible("the rest is lost", ten(), &after(&[deed(3, 4, settled(2, 4))]));
    let otherwise = |spent| Count::SettledOtherwise { slice: "a".into(), spent };
    possible("settled otherwise", ten(), &after(&[deed(3, 4, settled(2, 8)), deed(5, 6, otherwise(3))]));
    impossible(
        "refused, though it was settled so",
        ten(),
        &after(&[deed(3, 4, settled(2, 8)), deed(5, 6, otherwise(2))]),
    );
    let unheard = [lost(1, Count::LostSlice { device: 1, wanted: 6 }), deed(2, 3, seen(4))];
    possible("nobody heard of it, and it was granted", ten(), &unheard);
    impossible("as if it had not been", ten(), &[&unheard[..], &[deed(4, 5, sliced(1, "b", 4, 0))]].concat());
    let unsettled = lost(3, Count::LostSettle { slice: "a".into(), spent: 0 });
    possible("nobody heard that it was settled", ten(), &after(&[unsettled.clone(), deed(4, 5, seen(10))]));
    impossible("it was settled twice over", ten(), &after(&[unsettled, deed(4, 5, settled(2, 18))]));
}

#[test]
fn what_nobody_heard_of_happens_once_at_any_time_or_never() {
    let three = || Counter::new(3);
    let gone = || lost(1, Count::Lost { count: 1 });
    possible("it never happened", three(), &[gone(), deed(2, 3, counted(2)), deed(4, 5, counted(1))]);
    possible("it happened first", three(), &[gone(), deed(2, 3, counted(1))]);
    possible("it happened long after", three(), &[gone(), deed(2, 3, counted(2)), deed(4, 5, counted(0))]);
    impossible("it happened twice", three(), &[gone(), deed(2, 3, counted(0))]);
    impossible(
        "it happened before it was asked for",
        three(),
        &[deed(1, 2, counted(1)), lost(3, Count::Lost { count: 1 })],
    );
    let two = [lost(1, Count::Lost { count: 1 }), lost(4, Count::Lost { count: 1 })];
    let first = [two[0].clone(), deed(2, 3, counted(1)), two[1].clone(), deed(5, 6, counted(0))];
    impossible(
        "one that happened happens again for another",
        three(),
        &[&first[..], &[deed(7, 8, Count::Seen { left: 1 })]].concat(),
    );
    possible("of two, one has happened", three(), &first);
}

/// Thirty acts of which nobody heard have 2³⁰ subsets: looked through one by one, nobody would see the end.
#[test]
fn many_acts_that_nobody_heard_of_are_looked_through_at_once() {
    let mut history: Vec<_> = (0..30).map(|time| lost(time, Count::Lost { count: 1 })).collect();
    history.extend((0..30).map(|n| deed(30 + 2 * n, 31 + 2 * n, counted(98 - n))));
    possible("one of thirty has happened", Counter::new(100), &history);
    history.push(deed(200, 201, Count::Seen { left: 40 }));
    possible("all of them in the end", Counter::new(100), &history);
    history.push(deed(202, 203, Count::Seen { left: 41 }));
    impossible("and one of them not after all", Counter::new(100), &history);
}

#[test]
fn of_leases_exactly_the_possible_histories_are_taken() {
    let two = || Lending::new(10, 2);
    let out = |lease: &str, left, seats_left| Lend::CheckedOut { lease: lease.to_owned(), count: 3, left, seats_left };
    let back = |lease: &str, unspent, returned| Lend::Returned { lease: lease.to_owned(), unspent, returned };
    let seen = |left, taken| Lend::Seen { left, taken };
    let lease = || "a".to_owned();
    let both = [deed(1, 4, out("a", 4, 0)), deed(2, 3, out("b", 7, 1))];
    let and = |rest: &[Deed<Lend>]| [&both[..], rest].concat();
    possible("two seats for two", two(), &both);
    impossible("a seat too many", two(), &and(&[deed(5, 6, out("c", 1, 0))]));
    possible("refused for want of a seat", two(), &and(&[deed(5, 6, Lend::NoSeat)]));
    impossible("refused though a seat is free", two(), &[deed(1, 2, out("a", 7, 1)), deed(3, 4, Lend::NoSeat)]);
    possible(
        "a seat that comes back meanwhile",
        two(),
        &and(&[deed(5, 8, back("a", 2, 2)), deed(6, 7, out("c", 3, 0))]),
    );
    impossible("a seat that comes back later", two(), &and(&[deed(5, 6, out("c", 3, 0)), deed(7, 8, back("a", 2, 2))]));
    impossible(
        "uses that come back twice",
        two(),
        &and(&[deed(5, 6, back("a", 2, 2)), deed(7, 8, back("a", 2, 2)), deed(9, 10, seen(8, 1))]),
    );
    possible(
        "returned again, and told the same",
        two(),
        &and(&[deed(5, 6, back("a", 2, 2)), deed(7, 8, back("a", 1, 2)), deed(9, 10, seen(6, 1))]),
    );
    impossible("one lease granted twice", two(), &[deed(1, 2, out("a", 7, 1)), deed(3, 4, out("a", 4, 0))]);
    impossible(
        "extended after it came back",
        two(),
        &and(&[deed(5, 6, back("a", 0, 0)), deed(7, 8, Lend::Extended { lease: lease() })]),
    );
    impossible("over before it came back", two(), &and(&[deed(5, 6, Lend::Over { lease: lease() })]));
    possible(
        "nobody heard that it came back",
        two(),
        &and(&[lost(5, Lend::LostReturn { lease: lease(), unspent: 3 }), deed(6, 7, out("c", 4, 0))]),
    );
    possible(
        "a seat is kept by a lease that nobody heard of",
        two(),
        &[lost(1, Lend::LostCheckOut { count: 3 }), deed(2, 3, out("a", 4, 0)), deed(4, 5, Lend::NoSeat)],
    );
    impossible("refused for want of uses, and there are enough", two(), &[deed(1, 2, Lend::NoUses { count: 10 })]);
}

#[test]
fn of_moves_exactly_the_possible_histories_are_taken() {
    let by = |by: &str| by.to_owned();
    let redeemed = |device, pass: &str| Move::Redeemed { by: by("m"), device, pass: pass.to_owned() };
    let offered = || deed(1, 2, Move::Offered { by: by("m") });
    let check_after = |is_possible: bool, what: &str, rest: &[Deed<Move>]| {
        let history = [&[offered()], rest].concat();
        if is_possible { possible(what, Moving::Here, &history) } else { impossible(what, Moving::Here, &history) }
    };
    check_after(
        true,
        "one of two is the successor",
        &[deed(3, 6, redeemed(1, "p")), deed(4, 5, Move::Used { by: by("m"), device: 2 })],
    );
    check_after(false, "two successors", &[deed(3, 6, redeemed(1, "p")), deed(4, 5, redeemed(2, "q"))]);
    check_after(false, "two passes for one successor", &[deed(3, 6, redeemed(1, "p")), deed(4, 5, redeemed(1, "q"))]);
    check_after(true, "the successor asks again", &[deed(3, 4, redeemed(1, "p")), deed(5, 6, redeemed(1, "p"))]);
    check_after(
        false,
        "cancelled and redeemed",
        &[deed(3, 6, Move::Cancelled { by: by("m") }), deed(4, 5, redeemed(1, "p"))],
    );
    check_after(
        true,
        "redeemed, so too late to cancel",
        &[deed(3, 6, Move::TooLate { by: by("m") }), deed(4, 5, redeemed(1, "p"))],
    );
    check_after(
        true,
        "cancelled, so nobody redeems it",
        &[
            deed(3, 6, Move::Cancelled { by: by("m") }),
            deed(4, 7, Move::Over { by: by("m") }),
            deed(8, 9, Move::SeenHere),
        ],
    );
    check_after(false, "refused to everybody", &[deed(3, 4, Move::Used { by: by("m"), device: 1 })]);
    check_after(
        false,
        "the old pass works after the move",
        &[deed(3, 4, redeemed(1, "p")), deed(5, 6, Move::SeenHere)],
    );
    check_after(false, "the old pass works while it moves", &[deed(3, 4, Move::SeenHere)]);
    check_after(
        true,
        "nobody heard who it was",
        &[
            lost(3, Move::LostRedeem { by: by("m"), device: 1 }),
            deed(4, 5, Move::Used { by: by("m"), device: 2 }),
            deed(6, 7, Move::SeenSuccessor { pass: by("p") }),
            deed(8, 9, redeemed(1, "p")),
        ],
    );
    check_after(
        false,
        "another than was seen",
        &[
            lost(3, Move::LostRedeem { by: by("m"), device: 1 }),
            deed(6, 7, Move::SeenSuccessor { pass: by("q") }),
            deed(8, 9, redeemed(1, "p")),
        ],
    );
    check_after(false, "offered twice", &[deed(3, 4, Move::Offered { by: by("n") })]);
    possible(
        "nobody heard that it was offered",
        Moving::Here,
        &[lost(1, Move::LostOffer), deed(2, 3, Move::SeenMoving)],
    );
}
