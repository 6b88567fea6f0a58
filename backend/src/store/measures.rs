//! What a store measures of itself, whichever database it is: atomics, read by whoever asks for the operator's figures.

use prometheus::core::Collector;
use prometheus::{Histogram, HistogramOpts, IntCounter, IntGauge};

/// How long a commit may take, in seconds: a disk that flushes at once, and one that is busy.
const COMMIT_SECONDS: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5];

/// How many writes share a commit.
const GROUP_SIZES: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 64.0, 128.0, 256.0];

/// The figures of one store; clones are the same ones.
#[derive(Clone, Debug)]
pub struct Measures {
    /// Writes that wait.
    pub waiting_writes: IntGauge,
    /// Reads that wait.
    pub waiting_reads: IntGauge,
    /// Jobs that were refused, since as many waited as may.
    pub refused: IntCounter,
    /// How long commits took, in seconds: waiting for the disk, most of it.
    pub commit_seconds: Histogram,
    /// How many writes were committed together.
    pub group_size: Histogram,
    /// How large SQLite's log is, in bytes, until it begins anew.
    pub log_bytes: IntGauge,
}

impl Default for Measures {
    fn default() -> Self {
        Self {
            waiting_writes: gauge("passgate_store_waiting_writes", "Writes that wait for the writer."),
            waiting_reads: gauge("passgate_store_waiting_reads", "Reads that wait for a reader."),
            refused: IntCounter::new("passgate_store_refused_total", "Jobs refused, since too many waited.")
                .expect(NAMED),
            commit_seconds: histogram("passgate_store_commit_seconds", "How long commits took.", &COMMIT_SECONDS),
            group_size: histogram("passgate_store_commit_writes", "Writes in one commit.", &GROUP_SIZES),
            log_bytes: gauge("passgate_store_log_bytes", "Size of SQLite's log until it begins anew; 0 on PostgreSQL."),
        }
    }
}

const NAMED: &str = "its name and help are constants of the form that Prometheus asks for";

impl Measures {
    /// All of them, to be registered.
    pub fn collectors(&self) -> Vec<Box<dyn Collector>> {
        vec![
            Box::new(self.waiting_writes.clone()),
            Box::new(self.waiting_reads.clone()),
            Box::new(self.refused.clone()),
            Box::new(self.commit_seconds.clone()),
            Box::new(self.group_size.clone()),
            Box::new(self.log_bytes.clone()),
        ]
    }
}

fn gauge(name: &str, help: &str) -> IntGauge {
    IntGauge::new(name, help).expect(NAMED)
}

fn histogram(name: &str, help: &str, buckets: &[f64]) -> Histogram {
    Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets.to_vec())).expect(NAMED)
}
