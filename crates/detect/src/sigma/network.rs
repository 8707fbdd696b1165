//! Address ranges (`cidr`), IPv4 and IPv6.

use std::net::IpAddr;

use super::Refusal;

/// A range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Network {
    base: IpAddr,
    prefix: u32,
}

impl Network {
    /// Reads `10.0.0.0/8`. An address alone is a range of one.
    pub(super) fn parse(text: &str) -> Result<Network, Refusal> {
        let wrong = || format!("{text:?} is no address range");
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let base: IpAddr = address.parse().map_err(|_| wrong())?;
        let longest = if base.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) => prefix.parse().map_err(|_| wrong())?,
            None => longest,
        };
        if prefix > longest {
            return Err(wrong());
        }
        Ok(Network { base, prefix })
    }

    /// Whether a text is an address in the range.
    pub(super) fn holds(&self, text: &str) -> bool {
        match (self.base, text.parse::<IpAddr>()) {
            (IpAddr::V4(base), Ok(IpAddr::V4(address))) => same(
                u128::from(base.to_bits()),
                u128::from(address.to_bits()),
                32 - self.prefix,
            ),
            (IpAddr::V6(base), Ok(IpAddr::V6(address))) => {
                same(base.to_bits(), address.to_bits(), 128 - self.prefix)
            }
            _ => false,
        }
    }
}

fn same(base: u128, address: u128, free_bits: u32) -> bool {
    (base ^ address).checked_shr(free_bits).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(range: &str, inside: &[&str], outside: &[&str]) {
        let network = Network::parse(range).expect("a range");
        assert!(
            inside.iter().all(|address| network.holds(address)),
            "{range}"
        );
        assert!(
            !outside.iter().any(|address| network.holds(address)),
            "{range}"
        );
    }

    #[test]
    fn ranges_of_both_kinds() {
        check(
            "10.0.0.0/8",
            &["10.1.2.3"],
            &["11.0.0.1", "::1", "10.1", ""],
        );
        check("10.1.2.3/8", &["10.200.0.1"], &["9.0.0.1"]);
        check("0.0.0.0/0", &["8.8.8.8"], &["::1"]);
        check("192.0.2.1", &["192.0.2.1"], &["192.0.2.2"]);
        check(
            "fe80::/10",
            &["fe80::1", "FEBF::1"],
            &["fec0::1", "10.0.0.1"],
        );
        check("::/0", &["2001:db8::1"], &["1.1.1.1"]);
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in [
            "",
            "10.0.0.0/33",
            "10.0.0/8",
            "::/129",
            "10.0.0.0/x",
            "10.0.0.0/",
        ] {
            assert!(Network::parse(text).is_err(), "{text}");
        }
    }
}
