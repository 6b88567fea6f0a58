//! Seats: never one too many, also when everybody wants the last one, and given in the order of coming.

use futures_util::future::join_all;
use serde_json::json;
use shared::license::LeaseState;
use shared::menu::{LimitChoice, Offer};

use crate::farm::{Farm, studio};
use crate::shop::demo_product;
use backend::http::leases::sweep_leases;

/// Waits until so many services wait for a seat.
pub(super) async fn until_waiting(farm: &Farm, count: u32) {
    while farm.portal().app.waiting.before(farm.bought.license_id, None) != count {
        tokio::task::yield_now().await;
    }
}

#[actix_web::test]
async fn of_sixty_four_services_one_gets_the_last_seat() {
    let farm = Farm::small().await;
    let wishes: Vec<_> = (0..64).map(|number| json!({"holder": format!("farm-{number}")})).collect();
    let answers = join_all(wishes.iter().map(|wish| farm.check_out(wish))).await;
    let got: Vec<_> = (0..64).filter(|place| answers[*place].status == 201).collect();
    let [winner] = got[..] else { panic!("{} have the one seat", got.len()) };
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        refused.check_refused(409, "SEATS_EXHAUSTED", "");
        let problem = refused.json();
        assert_eq!(
            (&problem["holders"], &problem["opens_at"], &problem["remedy"]),
            (&json!([format!("farm-{winner}")]), &json!("2026-11-22T03:00:00Z"), &json!("free_seat"))
        );
    }
    assert_eq!(farm.left().await, 9, "who got no seat has spent nothing");
    assert_eq!(farm.portal().events("license.denied").await.len(), 1, "told once in a while");
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn seats_go_to_those_who_wait_in_the_order_in_which_they_came() {
    let farm = Farm::small().await;
    let held = farm.lease(&json!({})).await;
    let wish = |number: u32| json!({"holder": format!("farm-{number}"), "wait_seconds": 60});
    let wishes: Vec<_> = (1..=3).map(wish).collect();
    let order = std::cell::RefCell::new(Vec::new());
    let wait = async |number: usize| {
        let answer = farm.check_out(&wishes[number]).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        order.borrow_mut().push(number);
        let back = farm.give_back(&answer.text("lease_id"), 0).await;
        assert_eq!(back.status, 200);
    };
    let all = async {
        let first = async {
            let after = async {
                until_waiting(&farm, 1).await;
                let after = async {
                    until_waiting(&farm, 2).await;
                    let free = async {
                        until_waiting(&farm, 3).await;
                        let hasty = farm.check_out(&json!({"holder": "hasty"})).await;
                        hasty.check_refused(409, "SEATS_EXHAUSTED", "");
                        assert_eq!(farm.give_back(&held, 0).await.status, 200);
                    };
                    futures_util::future::join(wait(2), free).await;
                };
                futures_util::future::join(wait(1), after).await;
            };
            futures_util::future::join(wait(0), after).await;
        };
        first.await;
    };
    all.await;
    assert_eq!(*order.borrow(), [0, 1, 2]);
    assert_eq!(farm.portal().app.waiting.before(farm.bought.license_id, None), 0, "nobody waits any more");
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn a_seat_that_is_over_goes_to_who_waits_for_it() {
    let farm = Farm::small().await;
    farm.lease(&json!({"ttl_seconds": 60})).await;
    let wish = json!({"holder": "patient", "wait_seconds": 60});
    let free = async {
        until_waiting(&farm, 1).await;
        farm.portal().wait(60);
        sweep_leases(&farm.portal().app).await.expect("the store works");
    };
    let (answer, ()) = futures_util::future::join(farm.check_out(&wish), free).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(farm.portal().events("lease.expired").await.len(), 1);
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn waiting_is_bounded_and_a_license_that_ends_meanwhile_ends_it() {
    let farm = Farm::small().await;
    farm.lease(&json!({})).await;
    let in_vain = farm.check_out(&json!({"wait_seconds": 1})).await;
    in_vain.check_refused(409, "SEATS_EXHAUSTED", "");
    assert_eq!(in_vain.json()["holders"], json!(["farm-1"]));
    let wish = json!({"wait_seconds": 60});
    let end = async {
        until_waiting(&farm, 1).await;
        farm.act("suspend").await;
    };
    let (answer, ()) = futures_util::future::join(farm.check_out(&wish), end).await;
    answer.check_refused(403, "SUSPENDED", "");
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn a_license_without_seats_is_not_waited_for() {
    let farm = Farm::with(json!({"offer": "solo", "term": "P1Y", "terminals": 1}), |_| {}).await;
    let wish = json!({"feature": "draw", "wait_seconds": 60});
    let answer = farm.check_out(&wish).await;
    answer.check_refused(409, "SEATS_EXHAUSTED", "");
    assert_eq!(answer.json()["remedy"], "renew");
}

#[actix_web::test]
async fn leases_that_end_in_the_same_second_are_swept_in_steps() {
    let selection =
        json!({"offer": "studio", "term": "P1Y", "uses": {"ai.render": 5000}, "terminals": 5, "seats": 500});
    let farm = Farm::with(selection, |offer: &mut Offer| {
        if offer.offer.as_str() == "studio" {
            offer.seats = vec![LimitChoice { limit: 500, price: 0 }];
        }
    })
    .await;
    let wish = json!({"count": 3, "ttl_seconds": 60});
    let taken = join_all((0..500).map(|_| farm.check_out(&wish))).await;
    assert!(taken.iter().all(|answer| answer.status == 201));
    farm.check_out(&wish).await.check_refused(409, "SEATS_EXHAUSTED", "");
    farm.portal().wait(60);
    assert_eq!(sweep_leases(&farm.portal().app).await.expect("the store works"), 500);
    assert_eq!(sweep_leases(&farm.portal().app).await.expect("the store works"), 0);
    assert_eq!(farm.portal().events("lease.expired").await.len(), 500);
    assert_eq!(farm.left().await, 3500);
    let license_id = farm.bought.license_id;
    let seats = farm.portal().app.store.read(move |tx| {
        let (vendor, _) = demo_product(tx)?;
        tx.seats(vendor.vendor_id, license_id)
    });
    assert_eq!(seats.await.expect("the store is read").taken, 0);
    farm.portal().check_sound().await;
}

#[actix_web::test]
async fn the_store_itself_gives_no_seat_that_is_not_there() {
    let farm = Farm::with(studio(), |_| {}).await;
    let lease_id: shared::id::LeaseId = farm.lease(&json!({})).await.parse().expect("an id");
    let forced = farm.portal().app.store.write(move |tx| {
        let (vendor, _) = demo_product(tx)?;
        let lease = tx.lease(vendor.vendor_id, lease_id)?.expect("it is there");
        for number in 0..5 {
            let lease_id = shared::id::LeaseId::new(1, number);
            tx.add_lease(&backend::store::leases::LeaseRecord { lease_id, ..lease.clone() })?;
        }
        Ok(())
    });
    assert!(forced.await.is_err(), "five seats, and six leases");
    let twice = farm.portal().app.store.write(move |tx| {
        let (vendor, _) = demo_product(tx)?;
        let lease = tx.lease(vendor.vendor_id, lease_id)?.expect("it is there");
        let ended = backend::store::leases::LeaseRecord {
            state: LeaseState::Returned,
            ended_at: Some(lease.checked_out_at),
            spent: Some(0),
            ..lease
        };
        tx.update_lease(&ended)?;
        tx.update_lease(&ended)
    });
    assert!(twice.await.is_err(), "a seat is freed once");
    farm.portal().check_sound().await;
}
