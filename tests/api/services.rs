//! Services that are written in Rust: the client, over a real connection, against a portal whose clock is not the machine's.
//!
//! The portal's clock goes at the pace of the machine's and shows another day; whatever the client believed of the machine's
//! wall clock would fail these stories.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::http::header::{DATE, HttpDate, TryIntoHeaderValue as _};
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use backend::app::App;
use backend::clock::Clock;
use backend::http::edge::edge;
use backend::http::routes;
use passgate_client::{CheckOut, Client, LeaseGuard};
use serde_json::Value;
use shared::menu::Offer;
use tokio::time::{Instant, interval, timeout};

use self::line::Line;
use crate::farm::{Farm, studio};
use crate::shop::Portal;

mod faults;
mod lent;
mod line;
mod lost;

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(30);

/// A farm whose portal is reached through a line that may be cut.
struct Served {
    farm: Farm,
    line: Line,
    client: Client,
}

impl Served {
    /// Leases last two seconds or more.
    async fn open() -> Self {
        Self::with(studio(), |_| {}).await
    }

    /// One seat.
    async fn narrow() -> Self {
        let mut selection = studio();
        selection["seats"] = 1.into();
        Self::with(selection, |offer| offer.seats.push(shared::menu::LimitChoice { limit: 1, price: 0 })).await
    }

    async fn with(selection: Value, change: impl Fn(&mut Offer)) -> Self {
        let server = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let line = Line::to(server.local_addr().expect("it listens")).await;
        let url = line.url();
        let portal = Portal::with(|config| config.public_url.clone_from(&url)).await;
        actix_web::rt::spawn(keep_going(portal.app.clock.clone()));
        serve(server, portal.app.clone());
        let farm = Farm::at(portal, selection, |offer| {
            offer.leasing.min_seconds = 1;
            change(offer);
        });
        let farm = farm.await;
        let client = Client::new(&url, &farm.token).expect("an address and a token");
        Self { farm, line, client }
    }

    /// Twenty renders for `ttl_seconds`.
    fn wish(&self, ttl_seconds: u32) -> CheckOut {
        let feature = Some("ai.render".parse().expect("a feature"));
        CheckOut { feature, count: Some(20), ttl_seconds, ..CheckOut::new(&self.farm.identifier, "farm-1") }
    }

    async fn lease(&self, ttl_seconds: u32) -> LeaseGuard {
        self.client.check_out(self.wish(ttl_seconds)).await.expect("the license is checked out")
    }

    /// How the lease stands.
    async fn state(&self, lease_id: &str) -> String {
        self.farm.look(lease_id).await["state"].as_str().expect("a state").to_owned()
    }

    /// Waits until the portal's clock shows this many seconds more.
    async fn pass_seconds(&self, seconds: i64) {
        let until = self.farm.portal().app.clock.now().as_unix() + seconds;
        wait_until(async || self.farm.portal().app.clock.now().as_unix() >= until).await;
    }
}

/// The portal's clock goes on: by as much as has passed, and from another hour.
async fn keep_going(clock: Clock) {
    let (mut ticks, mut seen) = (interval(Duration::from_millis(10)), Instant::now());
    loop {
        ticks.tick().await;
        clock.advance(seen.elapsed());
        seen = Instant::now();
    }
}

/// Answers at `listener`, dated by the portal's clock, until the story ends.
fn serve(listener: TcpListener, app: App) {
    let server = actix_web::HttpServer::new(move || {
        let (clock, app) = (app.clock.clone(), app.clone());
        actix_web::App::new().app_data(Data::new(app)).configure(routes).wrap(from_fn(edge)).wrap_fn(
            move |request, service| {
                let clock = clock.clone();
                let answer = actix_web::dev::Service::call(service, request);
                async move {
                    let mut answer = answer.await?;
                    let now = Duration::from_millis(clock.now_millis());
                    let date = HttpDate::from(std::time::UNIX_EPOCH + now).try_into_value().expect("a date");
                    answer.headers_mut().insert(DATE, date);
                    Ok(answer)
                }
            },
        )
    });
    let server = server.workers(1).disable_signals().listen(listener).expect("it listens").run();
    actix_web::rt::spawn(server);
}

/// Waits until it is so.
async fn wait_until(is_so: impl AsyncFn() -> bool) {
    let looking = async {
        let mut ticks = interval(Duration::from_millis(20));
        while !is_so().await {
            ticks.tick().await;
        }
    };
    timeout(LONG, looking).await.expect("it comes about");
}
