//! A server that stops lets nobody wait: neither for streams that never end, nor for a client that went away. It closes its store.

use std::io::{Read as _, Write as _};

use crate::client::{connect, read_all};
use crate::world::World;

#[test]
#[expect(clippy::disallowed_methods, reason = "the program under test has the machine's clock")]
fn a_server_that_stops_ends_its_event_streams_at_once() {
    let world = World::open();
    let holder = world.holder();
    let mut stream = connect(&world.server.address());
    let request = holder.request("GET", "/api/v1/passes/events").bytes(&world.url);
    stream.write_all(&request).expect("the server reads");
    let mut arrived = Vec::new();
    while !String::from_utf8_lossy(&arrived).contains("event: keys") {
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).expect("events arrive");
        assert!(count > 0, "{}", String::from_utf8_lossy(&arrived));
        arrived.extend_from_slice(&piece[..count]);
    }
    let start = std::time::Instant::now();
    assert!(world.server.stop(), "it stops in order");
    let took = start.elapsed();
    let mut rest = Vec::new();
    read_all(&mut stream, &mut rest);
    assert!(rest.ends_with(b"0\r\n\r\n"), "the stream ends whole: {}", String::from_utf8_lossy(&rest));
    // It gives requests ten seconds to end.
    assert!(took.as_secs() < 10, "{took:?}");
    assert_eq!(world.server.log(), None, "what the log held is in the file");
    world.server.check_store();
}
