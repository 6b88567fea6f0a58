//! Many at once: one successor, whoever else asks.

use futures_util::future::{join, join_all, join3};
use serde_json::json;
use shared::pass::PassStatus;

use super::{Bought, bought, by_code, by_portable, pro};
use crate::shop::{Device, claims};

#[actix_web::test]
async fn of_64_devices_that_redeem_one_move_at_once_one_becomes_the_successor() {
    for by in [by_code, by_portable] {
        let bought = bought(pro()).await;
        let Bought { portal, customer, license_id, pass, .. } = &bought;
        let offer = bought.offer().await;
        let carrier = by(&offer);
        let devices: Vec<_> = (101..=164).map(Device::new).collect();
        let asks = devices.iter().map(|device| portal.redeem(&carrier, device));
        let answers = join_all(asks).await;
        let won: Vec<_> = (0..64).filter(|number| answers[*number].status == 201).collect();
        assert_eq!(won.len(), 1, "exactly one successor");
        for (number, answer) in answers.iter().enumerate().filter(|(number, _)| *number != won[0]) {
            assert_eq!(answer.json()["code"], "MOVE_USED", "device {number}");
        }
        let (winner, first) = (&devices[won[0]], &answers[won[0]]);
        let again = portal.redeem(&carrier, winner).await;
        assert_eq!((again.status, again.text("pass_id")), (201, first.text("pass_id")), "the winner's retry");
        assert_eq!(portal.stands(pass).await, PassStatus::Invalid);
        let license = portal.license(customer, *license_id).await;
        assert_eq!(license["terminals"]["items"].as_array().map(Vec::len), Some(1));
        let moved = portal.happened().await.iter().filter(|kind| *kind == "pass.move.redeemed").count();
        assert_eq!(moved, 1);
        portal.check_store().await;
    }
}

#[actix_web::test]
async fn one_device_that_asks_64_times_at_once_gets_one_pass() {
    let bought = bought(pro()).await;
    let portal = &bought.portal;
    let offer = bought.offer().await;
    let (carrier, device) = (by_code(&offer), Device::new(2));
    let keys: Vec<_> = (0..64).map(|number| format!("key {}", number % 8)).collect();
    let asks = keys.iter().map(|key| portal.redeem_once(&carrier, &device, key));
    let answers = join_all(asks).await;
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.text("pass_id") == answers[0].text("pass_id")));
    for (number, answer) in answers.iter().enumerate() {
        assert_eq!(answer.body, answers[number % 8].body, "one key, one answer");
    }
    portal.check_store().await;
}

#[actix_web::test]
async fn redeeming_while_it_is_cancelled_ends_one_way_or_the_other() {
    let (mut redeemed, mut cancelled) = (0, 0);
    for round in 0..12 {
        let bought = bought(pro()).await;
        let Bought { portal, device, pass, .. } = &bought;
        let offer = bought.offer().await;
        let (carrier, move_id) = (by_portable(&offer), offer.text("move_id"));
        let next = Device::new(2);
        // Futures start in this order, and the answers come as the store's one writer takes them.
        let (received, withdrawn) = if round % 2 == 0 {
            join(portal.redeem(&carrier, &next), portal.withdraw(&move_id, pass, device)).await
        } else {
            let (withdrawn, received) =
                join(portal.withdraw(&move_id, pass, device), portal.redeem(&carrier, &next)).await;
            (received, withdrawn)
        };
        if received.status == 201 {
            redeemed += 1;
            withdrawn.check_refused(409, "MOVE_USED", "");
            portal.refresh(pass, device).await.check_refused(403, "MOVED", "");
            bought.check_good(&received.text("pass"), &next).await;
        } else {
            cancelled += 1;
            received.check_refused(409, "MOVE_EXPIRED", "");
            assert_eq!(withdrawn.status, 204);
            bought.check_good(pass, device).await;
        }
        portal.check_store().await;
    }
    assert_eq!(redeemed + cancelled, 12);
    assert!(cancelled > 0, "the race is run both ways");
}

#[actix_web::test]
async fn using_while_it_moves_counts_before_or_is_refused() {
    let bought = bought(pro()).await;
    let Bought { portal, customer, license_id, device, pass } = &bought;
    let uses = join_all((0..32).map(|_| portal.use_once(pass, device)));
    let (counted, offer, more) =
        join3(uses, portal.offer(pass, device), join_all((0..32).map(|_| portal.use_once(pass, device)))).await;
    assert_eq!(offer.status, 201);
    let mut spent = 0;
    for answer in counted.iter().chain(&more) {
        match answer.status {
            200 => spent += 1,
            _ => answer.check_refused(403, "BEING_MOVED", ""),
        }
    }
    let left = portal.license(customer, *license_id).await["features"]["ai.render"]["uses"]["left"].clone();
    assert_eq!(left, json!(100 - spent), "what was granted was counted, and nothing else");
    let moved = portal.redeem(&by_code(&offer), &Device::new(2)).await;
    assert_eq!(claims(&moved.text("pass"))["lic"]["features"]["ai.render"]["uses"]["left"], json!(100 - spent));
    portal.check_store().await;
}

#[actix_web::test]
async fn a_pass_that_is_offered_many_times_at_once_is_offered_once() {
    let bought = bought(pro()).await;
    let Bought { portal, customer, pass, device, .. } = &bought;
    let (by_device, by_customer) = join(
        join_all((0..16).map(|_| portal.offer(pass, device))),
        join_all((0..16).map(|_| portal.offer_by(customer, pass))),
    )
    .await;
    let answers: Vec<_> = by_device.into_iter().chain(by_customer).collect();
    let offered = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(offered, 1);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        refused.check_refused(403, "BEING_MOVED", "");
    }
    portal.check_store().await;
}
