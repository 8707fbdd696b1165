//! An SPF record as a list of directives (RFC 7208 section 4.6.1 and 12).
//!
//! The whole record is checked before any of it is evaluated: a mistake at its
//! end makes it void from the beginning.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::macros::MacroText;

/// Longer than any record that fits an answer; what follows makes it void.
const RECORD_OCTETS_MAX: usize = 16_384;

/// What a matching directive says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Qualifier {
    Pass,
    Fail,
    SoftFail,
    Neutral,
}

/// Bits of an address that must agree, for IPv4 and IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Prefixes {
    pub(super) v4: u8,
    pub(super) v6: u8,
}

/// One way to match the client (RFC 7208 section 5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mechanism {
    All,
    Include(MacroText),
    A(Option<MacroText>, Prefixes),
    Mx(Option<MacroText>, Prefixes),
    Ptr(Option<MacroText>),
    Ip(IpAddr, u8),
    Exists(MacroText),
}

/// A record that keeps to the grammar.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) directives: Vec<(Qualifier, Mechanism)>,
    pub(super) redirect: Option<MacroText>,
}

/// Whether a text record is an SPF record at all (RFC 7208 section 4.5).
pub(super) fn is_record(text: &str) -> bool {
    let head = text.get(..6).unwrap_or_default();
    let follows = text.as_bytes().get(6);
    head.eq_ignore_ascii_case("v=spf1") && follows.is_none_or(|byte| *byte == b' ')
}

impl Record {
    /// Reads a record; `None` where any part of it breaks the grammar.
    pub(super) fn parse(text: &str) -> Option<Record> {
        if text.len() > RECORD_OCTETS_MAX || !text.is_ascii() {
            return None;
        }
        let mut record = Record::default();
        let mut has_explanation = false;
        for term in text.split(' ').skip(1).filter(|term| !term.is_empty()) {
            match modifier(term) {
                None => record.directives.push(directive(term)?),
                Some((name, value)) if name.eq_ignore_ascii_case("redirect") => {
                    let target = MacroText::domain(value)?;
                    if record.redirect.replace(target).is_some() {
                        return None;
                    }
                }
                Some((name, value)) if name.eq_ignore_ascii_case("exp") => {
                    MacroText::domain(value)?;
                    if std::mem::replace(&mut has_explanation, true) {
                        return None;
                    }
                }
                Some((_, value)) => drop(MacroText::any(value)?),
            }
        }
        Some(record)
    }
}

/// Name and value of a modifier, such as `redirect=example.com`.
fn modifier(term: &str) -> Option<(&str, &str)> {
    let (name, value) = term.split_once('=')?;
    let mut bytes = name.bytes();
    let is_name = bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    is_name.then_some((name, value))
}

fn directive(term: &str) -> Option<(Qualifier, Mechanism)> {
    let (qualifier, rest) = match term.split_at_checked(1)? {
        ("+", rest) => (Qualifier::Pass, rest),
        ("-", rest) => (Qualifier::Fail, rest),
        ("~", rest) => (Qualifier::SoftFail, rest),
        ("?", rest) => (Qualifier::Neutral, rest),
        _ => (Qualifier::Pass, term),
    };
    let end = rest.find([':', '/']).unwrap_or(rest.len());
    let (name, arguments) = rest.split_at_checked(end)?;
    let mechanism = match name.to_ascii_lowercase().as_str() {
        "all" if arguments.is_empty() => Mechanism::All,
        "include" => Mechanism::Include(MacroText::domain(arguments.strip_prefix(':')?)?),
        "exists" => Mechanism::Exists(MacroText::domain(arguments.strip_prefix(':')?)?),
        "a" => host(arguments).map(|(domain, prefixes)| Mechanism::A(domain, prefixes))?,
        "mx" => host(arguments).map(|(domain, prefixes)| Mechanism::Mx(domain, prefixes))?,
        "ptr" if arguments.is_empty() => Mechanism::Ptr(None),
        "ptr" => Mechanism::Ptr(Some(MacroText::domain(arguments.strip_prefix(':')?)?)),
        "ip4" => network::<Ipv4Addr>(arguments, 32)?,
        "ip6" => network::<Ipv6Addr>(arguments, 128)?,
        _ => return None,
    };
    Some((qualifier, mechanism))
}

/// `[":" domain] ["/" v4] ["//" v6]` of `a` and `mx`.
fn host(arguments: &str) -> Option<(Option<MacroText>, Prefixes)> {
    // A slash may belong to the name, so the lengths are looked for at the end.
    let (rest, v6) = trailing_length(arguments, "//");
    let (domain, v4) = trailing_length(rest, "/");
    let domain = match domain {
        "" => None,
        _ => Some(MacroText::domain(domain.strip_prefix(':')?)?),
    };
    let v4 = v4.map_or(Some(32), |v4| prefix(v4, 32))?;
    let v6 = v6.map_or(Some(128), |v6| prefix(v6, 128))?;
    Some((domain, Prefixes { v4, v6 }))
}

/// Splits off a final number after slashes.
fn trailing_length<'t>(text: &'t str, slashes: &str) -> (&'t str, Option<&'t str>) {
    let is_number = |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit());
    match text.rsplit_once(slashes) {
        Some((rest, number)) if is_number(number) => (rest, Some(number)),
        _ => (text, None),
    }
}

fn network<A>(arguments: &str, bits: u8) -> Option<Mechanism>
where
    A: std::str::FromStr + Into<IpAddr>,
{
    let text = arguments.strip_prefix(':')?;
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, prefix(length, bits)?),
        None => (text, bits),
    };
    let address: A = address.parse().ok()?;
    Some(Mechanism::Ip(address.into(), length))
}

/// A prefix length without leading zeros, up to `max` bits.
fn prefix(text: &str, max: u8) -> Option<u8> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    text.parse().ok().filter(|length| *length <= max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_told_from_other_texts() {
        assert!(is_record("v=spf1") && is_record("V=SPF1 -all"));
        assert!(!is_record("v=spf10") && !is_record("v=spf1\t-all") && !is_record("x"));
    }

    #[test]
    fn mistakes_anywhere_void_the_record() {
        for text in [
            "v=spf1 -all moo",
            "v=spf1 a:foo",
            "v=spf1 ip4:1.2.3.4/33",
            "v=spf1 ip4:1.2.3.4/08",
            "v=spf1 ip4:1.2.3",
            "v=spf1 --all",
            "v=spf1 redirect=a.com redirect=b.com",
            "v=spf1 a/32//129",
            "v=spf1 include:",
        ] {
            assert_eq!(Record::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_record_is_read() {
        let record = Record::parse("v=spf1 a/24//64 ~ip6:::1 x=%{d} ?ALL").unwrap();
        let prefixes = Prefixes { v4: 24, v6: 64 };
        let expected = [
            (Qualifier::Pass, Mechanism::A(None, prefixes)),
            (
                Qualifier::SoftFail,
                Mechanism::Ip("::1".parse().unwrap(), 128),
            ),
            (Qualifier::Neutral, Mechanism::All),
        ];
        assert_eq!(record.directives, expected);
    }
}
