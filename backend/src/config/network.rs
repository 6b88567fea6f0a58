//! Networks, as in `10.0.0.0/8`: whose forwarding headers are believed.

use std::net::IpAddr;
use std::str::FromStr;

use serde::Deserialize;

/// An address, or all addresses with the same first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

/// The text is neither an address nor a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an address like 10.0.0.1 or a network like 10.0.0.0/8")]
pub struct NetworkError;

impl Network {
    /// Whether the address lies in the network.
    pub fn contains(&self, address: IpAddr) -> bool {
        let (left, width) = bits_of(self.address);
        let (right, other_width) = bits_of(address.to_canonical());
        let differing = (left ^ right).checked_shr(width - self.bits).unwrap_or(0);
        width == other_width && differing == 0
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| NetworkError)?;
        let (_, width) = bits_of(address);
        let bits = bits.map_or(Ok(width), str::parse).ok().filter(|bits| *bits <= width);
        Ok(Self { address, bits: bits.ok_or(NetworkError)? })
    }
}

impl TryFrom<String> for Network {
    type Error = NetworkError;

    fn try_from(text: String) -> Result<Self, NetworkError> {
        text.parse()
    }
}

fn bits_of(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (address.to_bits().into(), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

#[cfg(test)]
mod tests {
    use super::Network;

    #[track_caller]
    fn check(network: &str, address: &str, wanted: bool) {
        let network: Network = network.parse().expect("a network");
        assert_eq!(network.contains(address.parse().expect("an address")), wanted, "{network:?} {address}");
    }

    #[test]
    fn a_network_is_all_addresses_with_its_first_bits() {
        check("10.0.0.0/8", "10.255.0.1", true);
        check("10.0.0.0/8", "11.0.0.1", false);
        check("10.0.0.0/8", "::ffff:10.0.0.1", true);
        check("0.0.0.0/0", "192.0.2.1", true);
        check("0.0.0.0/0", "2001:db8::1", false);
        check("192.0.2.1", "192.0.2.1", true);
        check("192.0.2.1", "192.0.2.2", false);
        check("2001:db8::/32", "2001:db8:7::1", true);
        check("::/0", "2001:db8::1", true);
        for bad in ["", "x", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }
}
