//! Asking the DNS, and keeping what was asked.
//!
//! Every question is put to [`DnsAnswers`] once and recorded with its answer,
//! so that a verdict can be derived again from the record. Nothing here waits.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::IpAddr;

use sellkeep_model::{Answer, DnsAnswers, DnsQuestion, DnsUse, RecordType};

/// More questions than any honest mail leads to (8 signatures, 10 SPF terms with
/// 10 hosts each, a DMARC walk); beyond it the answer is "ask again later".
const QUESTIONS_MAX: usize = 300;
/// Longest name in octets (RFC 1035 section 2.3.4).
const NAME_OCTETS_MAX: usize = 253;
/// Longest label in octets (RFC 1035 section 2.3.4).
const LABEL_OCTETS_MAX: usize = 63;

/// The questions of one examination, each asked once.
pub(super) struct Lookup<'a> {
    dns: &'a dyn DnsAnswers,
    asked: RefCell<BTreeMap<DnsQuestion, Option<Answer>>>,
}

impl<'a> Lookup<'a> {
    /// Nothing asked yet.
    pub(super) fn new(dns: &'a dyn DnsAnswers) -> Lookup<'a> {
        Lookup {
            dns,
            asked: RefCell::default(),
        }
    }

    /// The answer to one question. A name that cannot exist is answered with
    /// "no such name" without asking; whatever nobody was asked counts as failed.
    pub(super) fn ask(&self, name: &str, kind: RecordType) -> Answer {
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        if !can_be_asked(&name) {
            return Answer::NoName;
        }
        let question = DnsQuestion { name, kind };
        let mut asked = self.asked.borrow_mut();
        if let Some(answer) = asked.get(&question) {
            return answer.clone().unwrap_or(Answer::Failed);
        }
        if asked.len() >= QUESTIONS_MAX {
            return Answer::Failed;
        }
        let answer = self.dns.answer(&question);
        asked.insert(question, answer.clone());
        answer.unwrap_or(Answer::Failed)
    }

    /// Everything that was asked, in the order of names.
    pub(super) fn into_uses(self) -> Vec<DnsUse> {
        let asked = self.asked.into_inner().into_iter();
        asked
            .map(|(question, answer)| DnsUse { question, answer })
            .collect()
    }
}

/// Whether a name keeps to the lengths of the DNS and holds only printable ASCII.
fn can_be_asked(name: &str) -> bool {
    name.len() <= NAME_OCTETS_MAX
        && name.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && name
            .split('.')
            .all(|label| (1..=LABEL_OCTETS_MAX).contains(&label.len()))
}

/// The name under which the names of an address are published (RFC 1035
/// section 3.5, RFC 3596 section 2.5).
pub(super) fn reverse_name(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(ip) => {
            let nibbles = ip.octets().into_iter().rev();
            let nibbles = nibbles.map(|octet| format!("{:x}.{:x}.", octet & 15, octet >> 4));
            nibbles.collect::<String>() + "ip6.arpa"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sellkeep_model::RecordedZone;

    #[test]
    fn a_question_is_kept_once() {
        let zone = RecordedZone::from_json(r#"{"example.com":{"TXT":["x"]}}"#).unwrap();
        let lookup = Lookup::new(&zone);
        assert_eq!(
            lookup.ask("Example.com.", RecordType::Txt),
            Answer::Records(vec!["x".into()])
        );
        assert_eq!(lookup.ask("example.com", RecordType::Mx), Answer::NoData);
        lookup.ask("example.com", RecordType::Txt);
        assert_eq!(lookup.ask("a..b", RecordType::Txt), Answer::NoName);
        assert_eq!(lookup.into_uses().len(), 2);
    }

    #[test]
    fn nobody_asked_is_no_answer() {
        struct Nobody;
        impl DnsAnswers for Nobody {
            fn answer(&self, _: &DnsQuestion) -> Option<Answer> {
                None
            }
        }
        let lookup = Lookup::new(&Nobody);
        assert_eq!(lookup.ask("example.com", RecordType::A), Answer::Failed);
        assert_eq!(lookup.into_uses()[0].answer, None);
    }

    #[test]
    fn addresses_are_turned_round() {
        assert_eq!(
            reverse_name("192.0.2.3".parse().unwrap()),
            "3.2.0.192.in-addr.arpa"
        );
        let name = reverse_name("2001:db8::1".parse().unwrap());
        assert!(name.starts_with("1.0.0.0.") && name.ends_with(".8.b.d.0.1.0.0.2.ip6.arpa"));
    }
}
