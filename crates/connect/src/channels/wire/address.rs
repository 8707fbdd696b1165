//! An address that a user gave: https, and outside of private networks.
//!
//! Addresses of settings could be used to reach into the network that Sellkeep runs in
//! (server-side request forgery). A name is judged by what it resolves to at the moment
//! of connecting, so a name that changes its mind afterwards gains nothing.
//! `allow_private = true` opens both: private networks, and http within them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;

use super::secret::Secret;
use super::trouble::SettingError;

/// Which networks an address may lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Public ones only.
    Public,
    /// Any: https, and the setting allows it.
    Anywhere,
    /// Private ones only: http, and the setting allows it.
    Private,
}

impl Reach {
    /// Whether a machine at that number may be talked to.
    pub fn allows(self, ip: IpAddr) -> bool {
        match self {
            Reach::Public => is_public(ip),
            Reach::Anywhere => true,
            Reach::Private => !is_public(ip),
        }
    }
}

/// An address of a setting. Path and query may be secret, so it prints its host only.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    url: Url,
    reach: Reach,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Address({}, …)", self.host())
    }
}

impl Address {
    /// The address of a setting.
    pub fn new(text: &Secret, allow_private: bool) -> Result<Address, SettingError> {
        let url = Url::parse(text.reveal().trim_end_matches('/'))
            .map_err(|_| SettingError::Address("it is not an address such as https://host/path"))?;
        if !url.username().is_empty() || url.password().is_some() {
            let says = "a name and password do not belong into the address; use their own settings";
            return Err(SettingError::Address(says));
        }
        let reach = match (url.scheme(), allow_private) {
            ("https", false) => Reach::Public,
            ("https", true) => Reach::Anywhere,
            ("http", true) => Reach::Private,
            _ => return Err(SettingError::Address("it must begin with https://")),
        };
        let address = Address { url, reach };
        match address.number() {
            Some(ip) if !reach.allows(ip) => Err(SettingError::Address(forbidden(reach))),
            _ if address.url.host_str().is_none_or(str::is_empty) => {
                Err(SettingError::Address("it names no host"))
            }
            _ => Ok(address),
        }
    }

    /// The machine's number, where the host is one.
    fn number(&self) -> Option<IpAddr> {
        let host = self.url.host_str()?;
        host.trim_start_matches('[')
            .trim_end_matches(']')
            .parse()
            .ok()
    }

    /// The host, which is all that errors may name.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Which networks it may lead to.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// The whole address. Only for the wire.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// A page below it; every part is encoded on its own.
    #[must_use]
    pub fn below(&self, parts: &[&str]) -> Address {
        let mut below = self.clone();
        if let Ok(mut path) = below.url.path_segments_mut() {
            path.pop_if_empty().extend(parts);
        }
        below
    }

    /// The same with a query parameter more.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Address {
        let mut with = self.clone();
        with.url.query_pairs_mut().append_pair(name, value);
        with
    }
}

/// What to do where a network is not allowed.
pub fn forbidden(reach: Reach) -> &'static str {
    match reach {
        Reach::Private => {
            "it leads out of the private network, and http would be read on the way; use https"
        }
        _ => "it leads into a private network; if that is meant, set allow_private = true",
    }
}

/// Whether the number is one that the whole internet can reach (IANA special-purpose
/// address registries for IPv4 and IPv6, RFC 6890).
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_4(ip),
        IpAddr::V6(ip) => is_public_6(ip),
    }
}

fn is_public_4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_documentation();
    let special = special
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b));
    !special
}

fn is_public_6(ip: Ipv6Addr) -> bool {
    if let Some(inner) = inner_4(ip) {
        return is_public_4(inner);
    }
    let [first, second, ..] = ip.segments();
    let global = first & 0xe000 == 0x2000;
    // Teredo and the other protocol assignments (2001::/23), documentation.
    let special = (first == 0x2001 && (second < 0x200 || second == 0xdb8)) || first == 0x3fff;
    global && !special
}

/// The IPv4 number that an IPv6 number carries: mapped, NAT64, 6to4.
fn inner_4(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let four = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match ip.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(four(high, low))
        }
        [0x2002, high, low, ..] => Some(four(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &str, allow_private: bool) -> Result<Address, SettingError> {
        Address::new(&Secret::new(text), allow_private)
    }

    #[test]
    fn private_networks_are_closed() {
        for ip in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::",
            "::7f00:1",
            "fec0::1",
            "3fff::1",
        ] {
            assert!(!is_public(ip.parse().expect(ip)), "{ip}");
        }
        for ip in [
            "1.1.1.1",
            "192.0.1.1",
            "100.128.0.1",
            "2606:4700::1111",
            "64:ff9b::808:808",
            "2002:808:808::1",
        ] {
            assert!(is_public(ip.parse().expect(ip)), "{ip}");
        }
    }

    #[test]
    fn only_https_to_public_hosts_unless_the_setting_says_so() {
        for (text, allow, ok) in [
            ("https://hooks.example/x", false, true),
            ("http://hooks.example/x", false, false),
            ("http://hooks.example/x", true, true),
            ("https://127.0.0.1/", false, false),
            ("https://127.1/", false, false),
            ("https://2130706433/", false, false),
            ("https://0x7f.0.0.1/", false, false),
            ("https://[::1]:8443/", false, false),
            ("https://[::ffff:169.254.169.254]/", false, false),
            ("https://127.0.0.1/", true, true),
            ("http://127.0.0.1:80/", true, true),
            ("http://1.1.1.1/", true, false),
            ("ftp://hooks.example/", true, false),
            ("file:///etc/passwd", true, false),
            ("https://user:word@hooks.example/", false, false),
            ("hooks.example", false, false),
            ("https://", false, false),
        ] {
            assert_eq!(open(text, allow).is_ok(), ok, "{text} {allow}");
        }
    }

    #[test]
    fn it_prints_its_host_only() {
        let address = open(
            "https://hooks.example/services/T0/B0/secret?sig=secret",
            false,
        )
        .expect("an address");
        assert_eq!(format!("{address:?}"), "Address(hooks.example, …)");
        let wrong = open("ftp://hooks.example/secret", false).expect_err("ftp");
        assert!(!wrong.to_string().contains("secret"));
    }

    #[test]
    fn parts_below_cannot_climb_out() {
        let address = open("https://m.example/base/", false).expect("an address");
        let below = address.below(&["rooms", "!a/../b:m.example", "x y"]);
        assert_eq!(
            below.url().path(),
            "/base/rooms/!a%2F..%2Fb:m.example/x%20y"
        );
    }
}
