//! Who watches a server: a collector that takes its traces, and a Prometheus that reads its figures.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::{Outcome, issue::since};

/// Between two readings: far oftener than anybody reads.
const BETWEEN: Duration = Duration::from_millis(200);

/// Takes every trace and keeps none.
pub(super) struct Collector {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
}

impl Collector {
    /// Listens until the benchmarks end.
    pub(super) fn start() -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let collector = Self { address: listener.local_addr()?, requests: Arc::default() };
        let requests = Arc::clone(&collector.requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if take(&stream).is_ok() {
                    requests.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        Ok(collector)
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests with traces came.
    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}

/// One request of a connection: the server makes a new one for each.
fn take(stream: &TcpStream) -> Outcome<()> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    std::io::copy(&mut reader.take(length), &mut std::io::sink())?;
    let mut stream = stream;
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")?;
    Ok(())
}

/// Reads figures again and again.
pub(super) struct Reader {
    stop: mpsc::Sender<()>,
    thread: JoinHandle<Result<Vec<f64>, String>>,
}

impl Reader {
    /// Reads until it is stopped.
    pub(super) fn start(address: SocketAddr, token: &'static str) -> Self {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::spawn(move || {
            let mut took = Vec::new();
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(BETWEEN) {
                took.push(read(address, token).map_err(|error| error.to_string())?);
            }
            Ok(took)
        });
        Self { stop, thread }
    }

    /// How long each reading took, in milliseconds.
    pub(super) fn stop(self) -> Outcome<Vec<f64>> {
        let _ = self.stop.send(());
        Ok(self.thread.join().map_err(|_| "the reader of figures died")??)
    }
}

fn read(address: SocketAddr, token: &str) -> Outcome<f64> {
    let start = Instant::now();
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "GET /metrics HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if !answer.starts_with("HTTP/1.1 200") {
        return Err(format!("/metrics answered {answer}").into());
    }
    Ok(since(start).as_secs_f64() * 1e3)
}
