//! The farm: its way to the portal, and the jobs that it has.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use passgate_client::{Client, Error};
use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::job::Job;
use crate::work::work;

/// How many jobs there are at once, finished ones among them; the oldest finished one makes room.
const MOST_JOBS: usize = 12;
/// For how long pictures are kept.
const KEPT: Duration = Duration::from_mins(10);
/// How many pages are drawn at the same time.
const CORES: usize = 4;

/// A render farm.
pub struct Farm {
    pub(crate) client: Client,
    /// Names the farm's API token: apps ask for identifiers that no other service can use.
    pub(crate) service: String,
    pub(crate) pace: Duration,
    pub(crate) cores: Semaphore,
    jobs: Mutex<Vec<(String, Arc<Job>)>>,
}

impl Farm {
    /// A farm that checks licenses out of the portal at `url`, with the API `token` whose id is `service`. Each page takes `pace`
    /// at least.
    ///
    /// Errors: those of [`Client::new`].
    pub fn new(url: &str, token: &str, service: &str, pace: Duration) -> Result<Arc<Self>, Error> {
        Ok(Arc::new(Self {
            client: Client::new(url, token)?,
            service: service.to_owned(),
            pace,
            cores: Semaphore::new(CORES),
            jobs: Mutex::default(),
        }))
    }

    /// Begins a job; gives the name by which whoever knows it sees and ends it. Nothing when there is no room or no randomness.
    pub(crate) fn begin(self: &Arc<Self>, job: Job) -> Option<String> {
        let id = format!("job_{:032x}", random_bits()?);
        let job = Arc::new(job);
        {
            let mut jobs = self.lock();
            if jobs.len() >= MOST_JOBS {
                let finished = jobs.iter().position(|(_, job)| job.state().is_final())?;
                jobs.remove(finished);
            }
            jobs.push((id.clone(), Arc::clone(&job)));
        }
        let (farm, name) = (Arc::clone(self), id.clone());
        actix_web::rt::spawn(async move {
            work(Arc::clone(&farm), job).await;
            sleep(KEPT).await;
            farm.lock().retain(|(id, _)| *id != name);
        });
        Some(id)
    }

    pub(crate) fn find(&self, id: &str) -> Option<Arc<Job>> {
        self.lock().iter().find(|(known, _)| known == id).map(|(_, job)| Arc::clone(job))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(String, Arc<Job>)>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The one door for randomness here.
#[expect(clippy::disallowed_methods, reason = "this is the door")]
fn random_bits() -> Option<u128> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(u128::from_ne_bytes(bytes))
}
