//! Many clients at once, each on a connection of its own that stays open: prepared requests, raw answers.
//!
//! Deliberately thin, so that on a small machine the client takes as little as possible from the server. It speaks only
//! the HTTP/1.1 that our server answers: a status line, headers with a `content-length`, a body.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::Outcome;

/// What a load came to.
pub(crate) struct Load {
    /// From the first byte sent to the last answer received.
    pub(crate) took: Duration,
    /// How many answers there were.
    pub(crate) answers: usize,
}

impl Load {
    /// Answers per second.
    #[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are small")]
    pub(crate) fn rate(&self) -> f64 {
        self.answers as f64 / self.took.as_secs_f64()
    }
}

/// Sends each client's requests one after the other, all clients at once. Every answer must have `status`.
pub(crate) async fn send(address: SocketAddr, clients: Vec<Vec<Vec<u8>>>, status: u16) -> Outcome<Load> {
    let mut ready = Vec::new();
    for requests in clients {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        ready.push((stream, requests));
    }
    let answers = ready.iter().map(|(_, requests)| requests.len()).sum();
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for (stream, requests) in ready {
        tasks.spawn(async move { run_client(stream, requests, status).await.map_err(|error| error.to_string()) });
    }
    while let Some(client) = tasks.join_next().await {
        client??;
    }
    Ok(Load { took: start.elapsed(), answers })
}

async fn run_client(mut stream: TcpStream, requests: Vec<Vec<u8>>, status: u16) -> Outcome<()> {
    let mut buffer = Vec::with_capacity(8192);
    for request in requests {
        stream.write_all(&request).await?;
        buffer.clear();
        loop {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
            if is_complete(&buffer)? {
                break;
            }
        }
        if status_of(&buffer) != Some(status) {
            return Err(format!("unexpected answer: {}", String::from_utf8_lossy(&buffer)).into());
        }
    }
    Ok(())
}

fn status_of(answer: &[u8]) -> Option<u16> {
    std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()
}

fn is_complete(answer: &[u8]) -> Outcome<bool> {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(false);
    };
    let head = String::from_utf8_lossy(answer.get(..end).unwrap_or_default()).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.ok_or("an answer without content-length")?.trim().parse()?;
    Ok(answer.len() >= end + 4 + length)
}
