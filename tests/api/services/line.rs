//! The line between service and portal: what it carries may be lost, and it may be down.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A line; clones are the same one.
#[derive(Clone)]
pub(super) struct Line {
    address: SocketAddr,
    now: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// Nothing gets through.
    is_down: bool,
    /// How many answers are still to be lost, once the portal has given them.
    to_lose: u32,
    /// How many answers are still withheld: the connection stays, and nothing comes.
    to_withhold: u32,
    /// What is answered in the portal's place, the next first.
    instead: Vec<&'static str>,
    /// What services sent.
    sent: Vec<String>,
}

/// What becomes of a request.
enum Fate {
    Carried,
    /// In the portal's place.
    Answered(&'static str),
    Lost,
    /// The connection stays.
    Withheld,
}

impl Line {
    /// A line to the portal at `portal`.
    pub(super) async fn to(portal: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let line = Self { address: listener.local_addr().expect("it listens"), now: Arc::default() };
        let carrying = line.clone();
        actix_web::rt::spawn(async move {
            loop {
                let (service, _) = listener.accept().await.expect("services arrive");
                actix_web::rt::spawn(carrying.clone().carry(service, portal));
            }
        });
        line
    }

    /// Where services find the portal.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on nothing gets through.
    pub(super) fn go_down(&self) {
        self.lock().is_down = true;
    }

    /// From now on everything does.
    pub(super) fn come_back(&self) {
        self.lock().is_down = false;
    }

    /// The next answers are lost.
    pub(super) fn lose(&self, answers: u32) {
        self.lock().to_lose = answers;
    }

    /// The next answers never come, and nobody says so.
    pub(super) fn withhold(&self, answers: u32) {
        self.lock().to_withhold = answers;
    }

    /// The next requests are answered so, and do not reach the portal.
    pub(super) fn answer(&self, answers: &[&'static str]) {
        self.lock().instead = answers.to_vec();
    }

    /// What was sent, and not looked at before.
    pub(super) fn sent(&self) -> Vec<String> {
        std::mem::take(&mut self.lock().sent)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries between the two until one of them, or the line, is done. A request, and an answer, comes in one piece.
    async fn carry(self, mut service: TcpStream, portal: SocketAddr) {
        let mut portal = TcpStream::connect(portal).await.expect("the portal listens");
        let (mut there, mut back) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
        loop {
            tokio::select! {
                read = service.read(&mut there) => {
                    let Ok(count @ 1..) = read else { return };
                    let sent = match self.take_request(&there[..count]) {
                        Fate::Lost | Fate::Withheld => return,
                        Fate::Answered(answer) => service.write_all(answer.as_bytes()).await,
                        Fate::Carried => portal.write_all(&there[..count]).await,
                    };
                    if sent.is_err() { return }
                }
                read = portal.read(&mut back) => {
                    let Ok(count @ 1..) = read else { return };
                    let sent = match self.take_answer() {
                        Fate::Carried => service.write_all(&back[..count]).await,
                        Fate::Withheld => Ok(()),
                        _ => return,
                    };
                    if sent.is_err() { return }
                }
            }
        }
    }

    fn take_request(&self, bytes: &[u8]) -> Fate {
        let mut now = self.lock();
        now.sent.push(String::from_utf8_lossy(bytes).into_owned());
        match now.is_down {
            true => Fate::Lost,
            false if now.instead.is_empty() => Fate::Carried,
            false => Fate::Answered(now.instead.remove(0)),
        }
    }

    fn take_answer(&self) -> Fate {
        let mut now = self.lock();
        if now.to_lose > 0 {
            now.to_lose -= 1;
            return Fate::Lost;
        }
        if now.to_withhold > 0 {
            now.to_withhold -= 1;
            return Fate::Withheld;
        }
        if now.is_down { Fate::Lost } else { Fate::Carried }
    }
}
