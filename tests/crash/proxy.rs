//! What lies between client and server, and loses what it carries when it is told to.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier, Mutex, PoisonError};
use std::thread;

use crate::client::{connect, read_all};
use crate::server::Server;

/// What happens to a request on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The server is killed before the request reaches it.
    KilledBefore,
    /// The server is killed at the first sign of a commit, when the store's log changes.
    KilledAtCommit,
    /// The server is killed when it begins to answer, and the answer is lost.
    KilledAfter,
    /// The answer is lost; the server lives.
    AnswerLost,
    /// The request arrives twice at once; one of the answers comes back.
    Twice,
}

/// The proxy, at one address however often the server is started.
pub(crate) struct Proxy {
    pub(crate) address: String,
    next: Arc<Mutex<Option<Fault>>>,
    withheld: Receiver<Vec<Vec<u8>>>,
}

impl Proxy {
    /// A new proxy, and the address that it has.
    pub(crate) fn listen() -> (TcpListener, String) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = listener.local_addr().expect("it listens").to_string();
        (listener, address)
    }

    /// Carries what comes to `listener` to the server and back.
    pub(crate) fn run(listener: TcpListener, address: String, server: Server) -> Self {
        let next = Arc::new(Mutex::new(None));
        let (sender, withheld) = channel();
        let faults = Arc::clone(&next);
        // Ends with the process: nothing of it outlives a story.
        thread::spawn(move || {
            for client in listener.incoming() {
                let fault = faults.lock().unwrap_or_else(PoisonError::into_inner).take();
                carry(client.expect("clients arrive"), fault, &server, &sender);
            }
        });
        Self { address, next, withheld }
    }

    /// Does this to the next request.
    pub(crate) fn spoil_next(&self, fault: Fault) {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
    }

    /// The answers that the server gave to the spoiled request, as far as it came.
    pub(crate) fn withheld(&self) -> Vec<Vec<u8>> {
        self.withheld.recv().expect("the proxy runs")
    }
}

fn carry(mut client: TcpStream, fault: Option<Fault>, server: &Server, withheld: &Sender<Vec<Vec<u8>>>) {
    let request = read_request(&mut client);
    let Some(fault) = fault else {
        let answer = forward(&request, &server.address());
        // A client that went away is a client's affair.
        let _ = client.write_all(&answer);
        return;
    };
    let answers = match fault {
        Fault::KilledBefore => {
            server.kill();
            Vec::new()
        }
        Fault::KilledAtCommit => {
            let mut upstream = connect(&server.address());
            let before = server.log();
            upstream.write_all(&request).expect("the server reads");
            // It has committed for certain when it answers.
            while server.log() == before && !has_arrived(&upstream) {
                thread::yield_now();
            }
            server.kill();
            vec![rest(upstream, Vec::new())]
        }
        Fault::KilledAfter => {
            let mut upstream = connect(&server.address());
            upstream.write_all(&request).expect("the server reads");
            let mut first = vec![0; 1];
            upstream.read_exact(&mut first).expect("the server answers");
            server.kill();
            vec![rest(upstream, first)]
        }
        Fault::AnswerLost => vec![forward(&request, &server.address())],
        Fault::Twice => {
            let (address, barrier) = (server.address(), Barrier::new(2));
            let answers = thread::scope(|scope| {
                let twice = [(); 2].map(|()| {
                    scope.spawn(|| {
                        let mut upstream = connect(&address);
                        barrier.wait();
                        upstream.write_all(&request).expect("the server reads");
                        rest(upstream, Vec::new())
                    })
                });
                twice.map(|answer| answer.join().expect("both arrive")).to_vec()
            });
            let _ = client.write_all(&answers[0]);
            answers
        }
    };
    withheld.send(answers).expect("the story waits");
}

fn has_arrived(upstream: &TcpStream) -> bool {
    upstream.set_nonblocking(true).expect("a connection can be asked");
    let arrived = upstream.peek(&mut [0]).is_ok();
    upstream.set_nonblocking(false).expect("a connection can be waited for");
    arrived
}

fn forward(request: &[u8], address: &str) -> Vec<u8> {
    let mut upstream = connect(address);
    upstream.write_all(request).expect("the server reads");
    rest(upstream, Vec::new())
}

fn rest(mut upstream: TcpStream, mut answer: Vec<u8>) -> Vec<u8> {
    read_all(&mut upstream, &mut answer);
    answer
}

/// A whole request: head and as much body as it says.
fn read_request(client: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let count = client.read(&mut piece).expect("the client sends");
        request.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&request);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
            let length: usize = length.expect("every request says its length").parse().expect("a number");
            if body.len() >= length {
                return request;
            }
        }
        assert!(count > 0, "the client sends whole requests");
    }
}
