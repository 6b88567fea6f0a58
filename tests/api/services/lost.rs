//! Leases that are lost while somebody works: the work stops, and knows why.

use std::cell::Cell;
use std::future::pending;

use passgate_client::{LeaseGuard, LeaseState, Loss};
use shared::license::LicenseTerm;
use tokio::time::timeout;

use super::{LONG, Served};

/// Work that nobody ends but the loss of its lease.
async fn work(lease: &LeaseGuard) -> Loss {
    struct Stopped<'work>(&'work Cell<bool>);
    impl Drop for Stopped<'_> {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }
    let is_stopped = Cell::new(false);
    let working = async {
        let _stopped = Stopped(&is_stopped);
        pending::<()>().await;
    };
    let loss = timeout(LONG, lease.run(working)).await.expect("the work stops").expect_err("the lease is lost");
    assert!(is_stopped.get(), "what it held is let go");
    assert_eq!((lease.loss(), lease.lost().await), (Some(loss.clone()), loss.clone()), "it stays lost");
    assert_eq!(lease.run(async { 1 }).await, Err(loss.clone()), "nothing more is begun");
    loss
}

#[actix_web::test]
async fn work_stops_when_the_vendor_acts_on_the_license() {
    for (act, code) in [("suspend", "SUSPENDED"), ("revoke", "REVOKED")] {
        let served = Served::open().await;
        let lease = served.lease(3).await;
        let (loss, ()) = futures_util::future::join(work(&lease), served.farm.act(act)).await;
        assert_eq!(loss.code.as_str(), code);
        assert!(loss.request_id.is_some() && !loss.detail.is_empty(), "{loss:?}");
        assert_eq!(loss.to_string(), format!("{code}: {}", loss.detail));
        let back = lease.give_back(20).await.expect("it says what it came to");
        assert_eq!(back.state, LeaseState::Ended);
        served.farm.portal().check_sound().await;
    }
}

#[actix_web::test]
async fn work_stops_when_somebody_else_gave_the_lease_back() {
    let served = Served::open().await;
    let lease = served.lease(3).await;
    served.farm.give_back(&lease.lease_id().to_string(), 0).await;
    assert_eq!(work(&lease).await.code.as_str(), "LEASE_RETURNED");
}

#[actix_web::test]
async fn work_stops_when_the_term_ends() {
    let served = Served::open().await;
    let ends_at = served.farm.portal().app.clock.now().checked_add_seconds(4).expect("a time");
    let change = move |record: &mut backend::store::records::LicenseRecord| {
        if let LicenseTerm::Fixed { starts_at, .. } = record.license.term {
            record.license.term = LicenseTerm::Fixed { starts_at, ends_at };
        }
        record.revision += 1;
    };
    served.farm.portal().change_license(served.farm.bought.license_id, change).await;
    let lease = served.lease(60).await;
    assert_eq!(lease.granted().expires_at, ends_at);
    assert_eq!(work(&lease).await.code.as_str(), "TERM_ENDED");
    assert!(served.farm.portal().app.clock.now() <= ends_at, "never too late");
}

#[actix_web::test]
async fn work_stops_by_the_portals_clock_when_the_portal_is_out_of_reach() {
    let served = Served::open().await;
    let lease = served.lease(4).await;
    served.line.go_down();
    let loss = work(&lease).await;
    assert_eq!((loss.code.as_str(), loss.request_id), ("UNAVAILABLE", None));
    assert!(served.farm.portal().app.clock.now() <= lease.granted().expires_at, "never too late");
    served.line.come_back();
    // Dropped, it is left to end; nobody asks the portal.
    served.line.sent();
    drop(lease);
    served.client.settled().await;
    assert_eq!(served.line.sent(), Vec::<String>::new());
}

#[actix_web::test]
async fn work_stops_when_the_portals_clock_is_set_past_the_end() {
    let served = Served::open().await;
    let lease = served.lease(3).await;
    served.farm.portal().wait(3600);
    assert_eq!(work(&lease).await.code.as_str(), "LEASE_EXPIRED");
    let back = lease.give_back(0).await.expect("it says what it came to");
    assert_eq!(back.state, LeaseState::Expired);
    served.farm.portal().check_sound().await;
}

#[actix_web::test]
async fn work_stops_when_the_services_token_is_revoked() {
    let served = Served::open().await;
    let lease = served.lease(3).await;
    let path = format!("{}/tokens/{}", crate::farm::ACME, served.farm.token_id);
    let owner = served.farm.portal().sign_in("owner@example.com").await;
    let revoking = crate::shop::Ask::new(actix_web::http::Method::DELETE, &path).by(&owner);
    assert_eq!(served.farm.portal().send(revoking).await.status, 204);
    assert_eq!(work(&lease).await.code.as_str(), "SIGN_IN_REQUIRED");
}
