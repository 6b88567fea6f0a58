//! Who is at the other end of the connection: the client's address, as far as it can be known.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use crate::app::App;
use crate::config::Network;

/// The client's address: the connection's, or what a trusted proxy says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

impl FromRequest for Peer {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let connected = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip());
        let trusted = request.app_data::<web::Data<App>>().map(|app| app.config.trusted_proxies.as_slice());
        let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
        ready(Ok(Self(client(connected, &forwarded.collect::<Vec<_>>(), trusted.unwrap_or_default()))))
    }
}

/// Goes back from the connection through the proxies that are trusted: each appended whom it saw, and whatever stands
/// before the first stranger is that stranger's own invention.
fn client(connected: IpAddr, forwarded: &[&str], trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = connected;
    for hop in forwarded.iter().flat_map(|line| line.split(',')).rev() {
        match hop.trim().parse() {
            Ok(before) if is_trusted(client) => client = before,
            _ => break,
        }
    }
    client
}

#[cfg(test)]
mod tests {
    use super::client;

    #[track_caller]
    fn check(connected: &str, forwarded: &[&str], wanted: &str) {
        let trusted = ["10.0.0.0/8".parse().expect("a network"), "::1".parse().expect("an address")];
        let found = client(connected.parse().expect("an address"), forwarded, &trusted);
        assert_eq!(found.to_string(), wanted, "{connected} {forwarded:?}");
    }

    #[test]
    fn only_a_trusted_proxy_says_whom_it_speaks_for() {
        check("192.0.2.1", &[], "192.0.2.1");
        check("192.0.2.1", &["198.51.100.7"], "192.0.2.1");
        check("10.1.2.3", &["198.51.100.7"], "198.51.100.7");
        check("::1", &["198.51.100.7"], "198.51.100.7");
        check("10.1.2.3", &["203.0.113.9, 198.51.100.7"], "198.51.100.7");
        check("10.1.2.3", &["203.0.113.9", "198.51.100.7, 10.9.9.9"], "198.51.100.7");
        check("10.1.2.3", &["198.51.100.7, nonsense"], "10.1.2.3");
    }
}
