//! Random histories of a license with three seats, told to the real server and to a reference that counts by hand: both must
//! answer alike at every step, and there is never a lease too many.

use backend::http::leases::sweep_leases;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use shared::menu::{LimitChoice, Offer, UsesLimit};

use crate::farm::Farm;
use crate::shop::{Answer, NOW};

/// How many histories the suite tells.
const HISTORIES: usize = 60;

const SEATS: usize = 3;
const LIMIT: u64 = 12;

#[derive(Clone, Debug)]
enum Act {
    Out { count: u64, ttl: i64 },
    Extend { which: Index, ttl: i64 },
    Back { which: Index, unspent: u64 },
    Wait { seconds: u64, is_swept: bool },
    Replay { which: Index },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        5 => (1..4_u64, 10..4000_i64).prop_map(|(count, ttl)| Act::Out { count, ttl }),
        2 => (any::<Index>(), 10..4000_i64).prop_map(|(which, ttl)| Act::Extend { which, ttl }),
        3 => (any::<Index>(), 0..4_u64).prop_map(|(which, unspent)| Act::Back { which, unspent }),
        3 => (1..3000_u64, any::<bool>()).prop_map(|(seconds, is_swept)| Act::Wait { seconds, is_swept }),
        1 => any::<Index>().prop_map(|which| Act::Replay { which }),
    ]
}

/// A lease on paper.
struct Lease {
    id: String,
    count: u64,
    ends: i64,
    /// `returned`, or what it will be once its time is over.
    state: &'static str,
}

/// The reference.
struct Paper {
    now: i64,
    spent: u64,
    leases: Vec<Lease>,
}

impl Paper {
    fn stands(&self, lease: &Lease) -> bool {
        lease.state == "open" && self.now < lease.ends
    }

    fn taken(&self) -> usize {
        self.leases.iter().filter(|lease| self.stands(lease)).count()
    }
}

async fn tell(farm: &Farm, acts: Vec<Act>) {
    let mut paper = Paper { now: farm.portal().app.clock.now().as_unix(), spent: 0, leases: Vec::new() };
    let mut sent: Vec<(Value, String, Answer)> = Vec::new();
    for act in acts {
        let told = format!("{act:?}");
        match act {
            Act::Out { count, ttl } => {
                let (wish, key) = (json!({"count": count, "ttl_seconds": ttl}), farm.key());
                let answer = farm.check_out_once(&wish, &key).await;
                if paper.taken() >= SEATS {
                    answer.check_refused(409, "SEATS_EXHAUSTED", "");
                } else if paper.spent + count > LIMIT {
                    answer.check_refused(403, "USES_EXHAUSTED", "");
                } else {
                    paper.spent += count;
                    let ends = paper.now + ttl;
                    paper.leases.push(Lease { id: answer.text("lease_id"), count, ends, state: "open" });
                    let granted = answer.json();
                    assert_eq!(granted["left"], LIMIT - paper.spent, "{told}");
                    assert_eq!(granted["seats_left"], SEATS - paper.taken(), "{told}");
                    sent.push((wish, key, answer));
                }
            }
            Act::Extend { which, ttl } if !paper.leases.is_empty() => {
                let place = which.index(paper.leases.len());
                let answer = farm.extend(&paper.leases[place].id, ttl).await;
                match (paper.leases[place].state, paper.stands(&paper.leases[place])) {
                    ("returned", _) => answer.check_refused(409, "LEASE_RETURNED", ""),
                    (_, false) => answer.check_refused(409, "LEASE_EXPIRED", ""),
                    (_, true) => {
                        assert_eq!(answer.status, 200, "{told}: {answer:?}");
                        let ends = paper.leases[place].ends.max(paper.now + ttl);
                        paper.leases[place].ends = ends;
                    }
                }
            }
            Act::Back { which, unspent } if !paper.leases.is_empty() => {
                let place = which.index(paper.leases.len());
                let stands = paper.stands(&paper.leases[place]);
                let answer = farm.give_back(&paper.leases[place].id, unspent).await;
                let lease = &mut paper.leases[place];
                if stands && unspent > lease.count {
                    answer.check_refused(422, "INVALID_INPUT", "unspent");
                    continue;
                }
                assert_eq!(answer.status, 200, "{told}: {answer:?}");
                if stands {
                    lease.state = "returned";
                    paper.spent -= unspent;
                    assert_eq!(answer.json()["returned"], unspent, "{told}");
                } else {
                    let state = if lease.state == "open" { "expired" } else { lease.state };
                    assert_eq!(answer.json()["state"], state, "{told}");
                }
            }
            Act::Wait { seconds, is_swept } => {
                farm.portal().wait(seconds);
                paper.now += i64::try_from(seconds).expect("not long");
                if is_swept {
                    sweep_leases(&farm.portal().app).await.expect("the store works");
                }
            }
            Act::Replay { which } if !sent.is_empty() => {
                let (wish, key, answer) = &sent[which.index(sent.len())];
                assert_eq!(farm.check_out_once(wish, key).await.body, answer.body, "{told}: byte for byte");
            }
            _ => {}
        }
        assert!(paper.taken() <= SEATS);
        assert_eq!(farm.left().await, LIMIT - paper.spent, "{told}");
    }
}

#[actix_web::test]
async fn every_history_of_leases_is_answered_as_the_reference_says() {
    let selection =
        json!({"offer": "studio", "term": "perpetual", "uses": {"ai.render": LIMIT}, "terminals": 5, "seats": SEATS});
    let mut farm = Farm::with(selection.clone(), |offer: &mut Offer| {
        if offer.offer.as_str() == "studio" {
            offer.seats = vec![LimitChoice { limit: 3, price: 0 }];
            offer.uses[0].limits = vec![UsesLimit { limit: Some(LIMIT), price: 0 }];
            offer.uses[0].resets = None;
        }
    })
    .await;
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[3; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let histories = prop::collection::vec(act(), 5..40);
    for _ in 0..HISTORIES {
        let acts = histories.new_tree(&mut runner).expect("a history").current();
        let customer = farm.portal().sign_in("a@example.com").await;
        farm.bought.license_id = farm.portal().buy(&customer, selection.clone()).await;
        farm.identifier = farm.name(&json!({})).await.text("identifier");
        tell(&farm, acts).await;
    }
    assert!(farm.portal().app.clock.now() > NOW);
    farm.portal().check_sound().await;
}
