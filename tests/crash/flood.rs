//! Clients that are slow, that send too much, or that never stop: they get nothing by it, and whoever behaves is answered as ever.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::client::{Answer, connect, exchange};
use crate::world::{Holder, World};

/// Connections that hang.
const HANGING: usize = 400;

/// Far above what an answer takes, and far below what a client that hangs is given.
const SOON: Duration = Duration::from_secs(3);

/// Memory that the server may have, whatever is sent to it.
const MEMORY_KILOBYTES: u64 = 400_000;

/// Counts uses as anybody would; each is answered soon.
#[expect(clippy::disallowed_methods, reason = "the program under test has the machine's clock")]
fn check_served(world: &World, holder: &Holder, times: usize, name: &str) {
    for _ in 0..times {
        let count = holder.request("POST", "/api/v1/uses").body(json!({"feature": "ai.render", "count": 1}));
        let start = std::time::Instant::now();
        let bytes = exchange(&world.server.address(), &count.once(world.key()).bytes(&world.url));
        let took = start.elapsed();
        let answer = Answer::read(&bytes).expect("a whole answer");
        assert_eq!(answer.status, 200, "{name}: {answer:?}");
        assert!(took < SOON, "{name}: {took:?}");
    }
}

/// A connection that has sent so much and says no more.
fn hang(world: &World, sent: &[u8]) -> TcpStream {
    let mut connection = connect(&world.server.address());
    connection.write_all(sent).expect("the server reads");
    connection
}

#[test]
fn clients_that_hang_keep_nobody_waiting_and_are_let_go() {
    let world = World::open();
    let holder = world.holder();
    let head = "POST /api/v1/session HTTP/1.1\r\nHost: passgate\r\nContent-Type: application/json\r\n";
    let bodies = format!("{head}Content-Length: 60\r\n\r\n{{\"email\":");
    let hanging: Vec<_> = (0..HANGING)
        .map(|number| hang(&world, if number % 2 == 0 { head.as_bytes() } else { bodies.as_bytes() }))
        .collect();
    check_served(&world, &holder, 20, "while others hang");
    // Each is told or cut off; none is kept for longer than clients are given.
    for (number, mut connection) in hanging.into_iter().enumerate() {
        connection.set_read_timeout(Some(Duration::from_secs(40))).expect("a time-out can be set");
        let mut told = Vec::new();
        let read = connection.read_to_end(&mut told);
        assert!(read.is_ok(), "connection {number} is still held: {read:?}");
        let told = String::from_utf8_lossy(&told);
        assert!(told.is_empty() || told.starts_with("HTTP/1.1 408 "), "connection {number}: {told}");
    }
    check_served(&world, &holder, 5, "after others hung");
    assert!(world.server.stop(), "it stops in order");
}

#[test]
fn what_is_too_large_is_refused_and_costs_no_memory() {
    let world = World::open();
    let holder = world.holder();
    let address = world.server.address();
    let large = vec![b' '; 8 * 1024 * 1024];
    for chunked in [false, true] {
        let length =
            if chunked { "Transfer-Encoding: chunked".to_owned() } else { format!("Content-Length: {}", large.len()) };
        let head = format!(
            "POST /api/v1/session HTTP/1.1\r\nHost: passgate\r\nContent-Type: application/json\r\n{length}\r\n\r\n{}",
            if chunked { format!("{:x}\r\n", large.len()) } else { String::new() }
        );
        for _ in 0..8 {
            let mut connection = connect(&address);
            connection.write_all(head.as_bytes()).expect("the server reads");
            // It may stop reading at any byte: that is the point.
            let _ = connection.write_all(&large);
            let mut told = vec![0; 12];
            if connection.read_exact(&mut told).is_ok() {
                assert_eq!(told, b"HTTP/1.1 413", "{}", String::from_utf8_lossy(&told));
            }
        }
    }
    let heads = format!("GET / HTTP/1.1\r\nHost: passgate\r\nX-Long: {}\r\n\r\n", "x".repeat(1024 * 1024));
    let mut connection = connect(&address);
    let _ = connection.write_all(heads.as_bytes());
    let mut told = vec![0; 10];
    assert!(connection.read_exact(&mut told).is_err() || told.starts_with(b"HTTP/1.1 4"), "{told:?}");
    let memory = world.server.memory_kilobytes();
    assert!(memory < MEMORY_KILOBYTES, "{memory} kB");
    check_served(&world, &holder, 5, "after large bodies");
    assert!(world.server.stop(), "it stops in order");
}

#[test]
fn a_flood_of_bad_requests_leaves_the_others_their_answers() {
    let world = World::open();
    let holder = world.holder();
    let address = world.server.address();
    let bad = [
        "GET /api/v1/leases/lea_nothing HTTP/1.1\r\nHost: passgate\r\nAuthorization: Bearer pgt_bad\r\n\r\n",
        "POST /api/v1/passes/verify HTTP/1.1\r\nHost: passgate\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{\"pass\":\"a.b\"}",
        "GET /nothing HTTP/1.1\r\nHost: passgate\r\n\r\n",
        "NONSENSE\r\n\r\n",
    ];
    thread::scope(|scope| {
        for number in 0..16 {
            let address = &address;
            scope.spawn(move || {
                for turn in 0..40 {
                    let mut connection = connect(address);
                    let request = bad[(number + turn) % bad.len()];
                    // Several at once, and nobody reads to the end.
                    let _ = connection.write_all(request.repeat(8).as_bytes());
                    let _ = connection.read(&mut [0; 256]);
                }
            });
        }
        check_served(&world, &holder, 20, "in the flood");
    });
    check_served(&world, &holder, 5, "after the flood");
    assert!(world.server.stop(), "it stops in order");
    world.server.check_store();
}
