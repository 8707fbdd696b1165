//! The `check_host` function (RFC 7208 section 4) over answers that are values.
//!
//! Its work is bounded by the limits of the standard itself, so a hostile
//! record ends in `permerror` after a few questions.

use std::net::IpAddr;

use sellkeep_model::{Answer, RecordType};

use super::macros::MacroText;
use super::record::{Mechanism, Prefixes, Qualifier, Record, is_record};
use crate::authentication::lookup::{Lookup, reverse_name};

/// Terms that ask the DNS in one check (RFC 7208 section 4.6.4).
const LOOKUPS_MAX: usize = 10;
/// Questions without a record as answer (RFC 7208 section 4.6.4).
const VOIDS_MAX: usize = 2;
/// Hosts of one MX or PTR answer that are looked at (RFC 7208 section 4.6.4).
const HOSTS_MAX: usize = 10;

/// Who sends.
pub(super) struct Sender<'a> {
    pub(super) ip: IpAddr,
    pub(super) local: &'a str,
    pub(super) domain: &'a str,
    pub(super) helo: &'a str,
}

/// Why a check has no qualifier as its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The domain publishes nothing.
    NoRecord,
    /// The DNS could not be asked.
    Temporary,
    /// The record cannot be evaluated.
    Permanent,
}

/// Evaluates the record of the sender's domain.
pub(super) fn check_host(sender: &Sender<'_>, lookup: &Lookup<'_>) -> Result<Qualifier, Trouble> {
    let mut check = Check {
        sender,
        lookup,
        lookups_left: LOOKUPS_MAX,
        voids_left: VOIDS_MAX,
    };
    check.host(sender.domain)
}

struct Check<'a> {
    sender: &'a Sender<'a>,
    lookup: &'a Lookup<'a>,
    lookups_left: usize,
    voids_left: usize,
}

impl Check<'_> {
    /// One domain and those it redirects to. It is called again by `include`,
    /// at most [`LOOKUPS_MAX`] deep, because each call spends a look-up.
    fn host(&mut self, domain: &str) -> Result<Qualifier, Trouble> {
        let mut domain = domain.to_owned();
        let mut record = self.record(&domain)?;
        loop {
            for (qualifier, mechanism) in &record.directives {
                if self.matches(mechanism, &domain)? {
                    return Ok(*qualifier);
                }
            }
            let Some(target) = &record.redirect else {
                return Ok(Qualifier::Neutral);
            };
            self.spend()?;
            domain = self.expand(target, &domain);
            record = self.record(&domain).map_err(must_exist)?;
        }
    }

    fn record(&self, domain: &str) -> Result<Record, Trouble> {
        let texts = match self.lookup.ask(domain, RecordType::Txt) {
            Answer::Records(texts) => texts,
            Answer::NoData | Answer::NoName => return Err(Trouble::NoRecord),
            Answer::Failed => return Err(Trouble::Temporary),
        };
        let mut records = texts.iter().filter(|text| is_record(text));
        let text = records.next().ok_or(Trouble::NoRecord)?;
        if records.next().is_some() {
            return Err(Trouble::Permanent);
        }
        Record::parse(text).ok_or(Trouble::Permanent)
    }

    fn matches(&mut self, mechanism: &Mechanism, domain: &str) -> Result<bool, Trouble> {
        match mechanism {
            Mechanism::All => return Ok(true),
            Mechanism::Ip(network, bits) => return Ok(in_network(self.sender.ip, *network, *bits)),
            _ => self.spend()?,
        }
        match mechanism {
            Mechanism::Include(target) => {
                let target = self.expand(target, domain);
                let included = self.host(&target).map_err(must_exist)?;
                Ok(included == Qualifier::Pass)
            }
            Mechanism::A(target, prefixes) => {
                let target = self.target(target.as_ref(), domain);
                self.a(&target, *prefixes)
            }
            Mechanism::Mx(target, prefixes) => {
                let target = self.target(target.as_ref(), domain);
                self.mx(&target, *prefixes)
            }
            Mechanism::Ptr(target) => {
                let target = self.target(target.as_ref(), domain).to_ascii_lowercase();
                let names = self.validated_names();
                Ok(names.iter().any(|name| is_within(name, &target)))
            }
            Mechanism::Exists(target) => {
                let target = self.expand(target, domain);
                Ok(!self.records(&target, RecordType::A)?.is_empty())
            }
            Mechanism::All | Mechanism::Ip(..) => Ok(false),
        }
    }

    fn a(&mut self, host: &str, prefixes: Prefixes) -> Result<bool, Trouble> {
        let addresses = self.records(host, self.address_type())?;
        Ok(self.any_matches(&addresses, prefixes))
    }

    fn mx(&mut self, domain: &str, prefixes: Prefixes) -> Result<bool, Trouble> {
        let exchanges = self.records(domain, RecordType::Mx)?;
        if exchanges.len() > HOSTS_MAX {
            return Err(Trouble::Permanent);
        }
        for exchange in exchanges {
            let host = exchange.split_ascii_whitespace().nth(1).unwrap_or_default();
            match self.lookup.ask(host, self.address_type()) {
                Answer::Records(addresses) if self.any_matches(&addresses, prefixes) => {
                    return Ok(true);
                }
                Answer::Failed => return Err(Trouble::Temporary),
                _ => {}
            }
        }
        Ok(false)
    }

    /// Records of a name; empty answers are counted (RFC 7208 section 4.6.4).
    fn records(&mut self, name: &str, kind: RecordType) -> Result<Vec<String>, Trouble> {
        match self.lookup.ask(name, kind) {
            Answer::Records(records) => Ok(records),
            Answer::Failed => Err(Trouble::Temporary),
            Answer::NoData | Answer::NoName => {
                let left = self.voids_left.checked_sub(1);
                self.voids_left = left.ok_or(Trouble::Permanent)?;
                Ok(Vec::new())
            }
        }
    }

    fn spend(&mut self) -> Result<(), Trouble> {
        let left = self.lookups_left.checked_sub(1);
        self.lookups_left = left.ok_or(Trouble::Permanent)?;
        Ok(())
    }

    fn address_type(&self) -> RecordType {
        match self.sender.ip {
            IpAddr::V4(_) => RecordType::A,
            IpAddr::V6(_) => RecordType::Aaaa,
        }
    }

    fn any_matches(&self, addresses: &[String], prefixes: Prefixes) -> bool {
        let ip = self.sender.ip;
        let bits = if ip.is_ipv4() {
            prefixes.v4
        } else {
            prefixes.v6
        };
        addresses
            .iter()
            .filter_map(|address| address.parse().ok())
            .any(|network| in_network(ip, network, bits))
    }

    /// Names of the client's address that lead back to it (RFC 7208 section 5.5);
    /// trouble with the DNS only makes them fewer.
    fn validated_names(&self) -> Vec<String> {
        let ip = self.sender.ip;
        let Answer::Records(names) = self.lookup.ask(&reverse_name(ip), RecordType::Ptr) else {
            return Vec::new();
        };
        let leads_back = |name: &String| match self.lookup.ask(name, self.address_type()) {
            Answer::Records(addresses) => addresses.iter().any(|address| address.parse() == Ok(ip)),
            _ => false,
        };
        names
            .into_iter()
            .take(HOSTS_MAX)
            .map(|name| name.trim_end_matches('.').to_ascii_lowercase())
            .filter(leads_back)
            .collect()
    }

    fn target(&self, target: Option<&MacroText>, domain: &str) -> String {
        target.map_or_else(|| domain.to_owned(), |target| self.expand(target, domain))
    }

    fn expand(&self, text: &MacroText, domain: &str) -> String {
        text.expand(|letter| self.value(letter, domain))
    }

    fn value(&self, letter: char, domain: &str) -> String {
        let sender = self.sender;
        match letter {
            's' => format!("{}@{}", sender.local, sender.domain),
            'l' => sender.local.to_owned(),
            'o' => sender.domain.to_owned(),
            'd' => domain.to_owned(),
            'i' => dotted(sender.ip),
            'p' => self.best_name(domain),
            'v' if sender.ip.is_ipv4() => "in-addr".to_owned(),
            'v' => "ip6".to_owned(),
            'h' => sender.helo.to_owned(),
            _ => String::new(),
        }
    }

    /// `%{p}`: the domain itself, else a name below it, else any, else "unknown".
    fn best_name(&self, domain: &str) -> String {
        let names = self.validated_names();
        let domain = domain.to_ascii_lowercase();
        let best = names
            .iter()
            .find(|name| **name == domain)
            .or_else(|| names.iter().find(|name| is_within(name, &domain)))
            .or_else(|| names.first());
        best.map_or_else(|| "unknown".to_owned(), Clone::clone)
    }
}

/// A domain that another record points to must have a record (RFC 7208 sections 5.2 and 6.1).
fn must_exist(trouble: Trouble) -> Trouble {
    match trouble {
        Trouble::NoRecord => Trouble::Permanent,
        other => other,
    }
}

fn is_within(name: &str, parent: &str) -> bool {
    name.strip_suffix(parent)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The address in the form of `%{i}`: IPv6 as nibbles with dots.
fn dotted(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let nibbles: Vec<String> = ip
                .octets()
                .iter()
                .flat_map(|octet| [octet >> 4, octet & 15])
                .map(|nibble| format!("{nibble:x}"))
                .collect();
            nibbles.join(".")
        }
    }
}

/// Whether the first `bits` of both addresses agree; never across families.
fn in_network(ip: IpAddr, network: IpAddr, bits: u8) -> bool {
    match (ip, network) {
        (IpAddr::V4(ip), IpAddr::V4(network)) => {
            let shift = 32u32.saturating_sub(bits.into());
            let differs = u32::from(ip) ^ u32::from(network);
            differs.checked_shr(shift).unwrap_or(0) == 0
        }
        (IpAddr::V6(ip), IpAddr::V6(network)) => {
            let shift = 128u32.saturating_sub(bits.into());
            let differs = u128::from(ip) ^ u128::from(network);
            differs.checked_shr(shift).unwrap_or(0) == 0
        }
        _ => false,
    }
}
