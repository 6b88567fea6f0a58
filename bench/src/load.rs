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
    send_to(&[address], clients, status).await
}

/// The same, the clients dealt out to several servers.
pub(crate) async fn send_to(servers: &[SocketAddr], clients: Vec<Vec<Vec<u8>>>, status: u16) -> Outcome<Load> {
    let mut ready = Vec::new();
    for (requests, server) in clients.into_iter().zip(servers.iter().cycle()) {
        ready.push((Client::connect(*server).await?, requests));
    }
    let answers = ready.iter().map(|(_, requests)| requests.len()).sum();
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for (client, requests) in ready {
        tasks.spawn(async move { run_client(client, requests, status).await.map_err(|error| error.to_string()) });
    }
    while let Some(client) = tasks.join_next().await {
        client??;
    }
    Ok(Load { took: start.elapsed(), answers })
}

/// A client on a connection that stays open.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(32 * 1024) })
    }

    /// Sends a request, and waits for its answer, which must have `status`: the answer, head and body.
    pub(crate) async fn ask(&mut self, request: &[u8], status: u16) -> Outcome<&[u8]> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        // Known as soon as the head is there.
        let mut length = None;
        while length.is_none_or(|length| self.buffer.len() < length) {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
            if length.is_none() {
                length = length_of(&self.buffer, status)?;
            }
        }
        if status_of(&self.buffer) != Some(status) {
            return Err(format!("unexpected answer: {}", String::from_utf8_lossy(&self.buffer)).into());
        }
        Ok(&self.buffer)
    }
}

async fn run_client(mut client: Client, requests: Vec<Vec<u8>>, status: u16) -> Outcome<()> {
    for request in requests {
        client.ask(&request, status).await?;
    }
    Ok(())
}

fn status_of(answer: &[u8]) -> Option<u16> {
    std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()
}

/// How long the answer is, head and body, once its head is there.
fn length_of(answer: &[u8], status: u16) -> Outcome<Option<usize>> {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = String::from_utf8_lossy(answer.get(..end).unwrap_or_default()).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length = match length {
        Some(length) => length.trim().parse()?,
        None if status == 304 => 0,
        None => return Err("an answer without content-length".into()),
    };
    Ok(Some(end + 4 + length))
}
