//! How the farm works under a license: check out, draw page after page, give back what was not drawn. All that has to do with
//! licensing is here.

use std::sync::Arc;

use passgate_client::{CheckOut, Client, Error, LeaseGuard, RefusalCode, Remedy};
use tokio::time::sleep;

use crate::farm::Farm;
use crate::job::{Job, Reason, State};

/// The function of the product that the farm offers.
pub(crate) const FEATURE: &str = "ai.render";
/// Short, so that a license that the vendor suspends stops the work within seconds: a lease is extended at half of its time.
const LEASE_SECONDS: u32 = 10;
/// How often a job queues for a seat, each time for as long as the portal lets it.
const ROUNDS: u32 = 5;
const WAIT_SECONDS: u32 = 60;

/// Does a job, whatever comes of it.
pub(crate) async fn work(farm: Arc<Farm>, job: Arc<Job>) {
    match check_out(&farm.client, &job).await {
        Ok(Some(lease)) => draw(&farm, &job, lease).await,
        Ok(None) => job.change(|progress| progress.state = State::Cancelled),
        Err(error) => fail(&job, reason_of(&error)),
    }
}

/// A lease for the pages; none when the job was cancelled before there was a seat.
async fn check_out(client: &Client, job: &Arc<Job>) -> Result<Option<LeaseGuard>, Error> {
    let holder = format!("Render farm, {} {}", job.pages, if job.pages == 1 { "page" } else { "pages" });
    let wish = CheckOut {
        feature: FEATURE.parse().ok(),
        count: Some(job.pages),
        ttl_seconds: LEASE_SECONDS,
        ..CheckOut::new(job.identifier.as_str(), holder)
    };
    let mut outcome = client.check_out(wish.clone()).await;
    for _ in 0..ROUNDS {
        let Err(Error::Refused(problem)) = &outcome else { break };
        if (problem.code, problem.remedy) != (RefusalCode::SeatsExhausted, Some(Remedy::FreeSeat)) {
            break;
        }
        job.change(|progress| {
            progress.state = State::Waiting;
            progress.holders.clone_from(&problem.holders);
            progress.opens_at = problem.opens_at;
        });
        let (asking, wish) = (client.clone(), CheckOut { wait_seconds: Some(WAIT_SECONDS), ..wish.clone() });
        let mut asked = actix_web::rt::spawn(async move { asking.check_out(wish).await });
        tokio::select! {
            answer = &mut asked => outcome = answer.unwrap_or_else(|error| Err(Error::Setup(error.to_string()))),
            () = job.cancelled() => {
                // The portal may grant it all the same: nothing was done, so all of it goes back.
                actix_web::rt::spawn(async move {
                    if let Ok(Ok(lease)) = asked.await {
                        lease.spent(0);
                    }
                });
                return Ok(None);
            }
        }
    }
    outcome.map(Some)
}

/// Draws as long as there is a lease and somebody wants it.
async fn draw(farm: &Farm, job: &Arc<Job>, lease: LeaseGuard) {
    lease.spent(0);
    job.change(|progress| {
        progress.state = State::Rendering;
        progress.holders = Vec::new();
        progress.opens_at = None;
        progress.left = lease.granted().left;
    });
    let drawn = lease.run(async {
        tokio::select! {
            () = job.cancelled() => State::Cancelled,
            () = draw_pages(farm, job, &lease) => State::Done,
        }
    });
    match drawn.await {
        Err(loss) => fail(job, Reason { code: loss.code, detail: loss.detail, remedy: loss.remedy }),
        Ok(state) => {
            let (unspent, left) = (lease.unspent(), lease.granted().left);
            // Failing, the lease ends by itself, and what was not drawn counts as spent.
            let returned = lease.give_back(unspent).await.ok().and_then(|ended| ended.returned);
            job.change(|progress| {
                progress.state = state;
                progress.returned = returned;
                progress.left = left.map(|left| left.saturating_add(returned.unwrap_or(0)));
            });
        }
    }
}

async fn draw_pages(farm: &Farm, job: &Arc<Job>, lease: &LeaseGuard) {
    for page in 1..=job.pages {
        let Ok(place) = farm.cores.acquire().await else { return };
        let here = Arc::clone(job);
        let picture = tokio::task::spawn_blocking(move || here.effect.draw(&here.drawing, page)).await;
        // A farm of one machine is in no hurry: what it does can be watched.
        sleep(farm.pace).await;
        drop(place);
        let Ok(picture) = picture else { return };
        lease.spent(1);
        job.add(picture);
    }
}

fn fail(job: &Job, reason: Reason) {
    job.change(|progress| {
        progress.state = State::Failed;
        progress.holders = Vec::new();
        progress.opens_at = None;
        progress.reason = Some(reason);
    });
}

fn reason_of(error: &Error) -> Reason {
    match error {
        Error::Refused(problem) if problem.code == RefusalCode::NotFound => Reason {
            code: problem.code,
            detail: "The license identifier is not good any more: ask for a new one.".to_owned(),
            remedy: None,
        },
        Error::Refused(problem) => Reason::of(problem),
        other => Reason { code: other.code(), detail: other.to_string(), remedy: other.remedy() },
    }
}
