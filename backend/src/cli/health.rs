//! `passgate health`: does the server at the configured address answer? For containers, which have no other program to ask with.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::json;

use super::{CommandError, Outcome, Printer};
use crate::config::Settings;

/// How long connecting and answering may take, each.
const PATIENCE: Duration = Duration::from_secs(4);

/// Ends with status 0 when the server and its store answer.
pub(super) fn run(settings: &Settings, printer: &Printer) -> Outcome {
    let address = reachable(settings.listen);
    if is_ready(address) {
        return printer.answer(&format!("{address} is ready."), &json!({ "address": address, "ready": true }));
    }
    Err(CommandError::new(format!("the server at {address} does not answer that it is ready: look at its log")))
}

/// Whether a server with a store that can be read answers at this address.
pub(super) fn is_ready(address: SocketAddr) -> bool {
    ask(address).is_ok_and(|answer| answer.starts_with(b"HTTP/1.1 200"))
}

fn ask(address: SocketAddr) -> std::io::Result<Vec<u8>> {
    let mut connection = TcpStream::connect_timeout(&address, PATIENCE)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    write!(connection, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    connection.take(4096).read_to_end(&mut answer)?;
    Ok(answer)
}

/// Who listens everywhere is asked on this machine.
pub(super) const fn reachable(listen: SocketAddr) -> SocketAddr {
    let address = match listen.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        address => address,
    };
    SocketAddr::new(address, listen.port())
}
