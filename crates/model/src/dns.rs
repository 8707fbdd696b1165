//! DNS answers as values: what was asked, what was said, and a recorded zone.
//!
//! The examination of a mail asks a [`DnsAnswers`]; whether the answers come
//! from a file or from a resolver is decided where files and sockets live.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The record types that mail authentication asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RecordType {
    /// Text: SPF, DKIM keys, DMARC policies.
    Txt,
    /// Mail exchangers, as `10 mx.example.com`.
    Mx,
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
    /// Names of an address; the question's name is the reverse name (`in-addr.arpa`, `ip6.arpa`).
    Ptr,
}

/// One question: a name (lower case, no final dot) and a record type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DnsQuestion {
    /// The name asked for.
    pub name: String,
    /// The type asked for.
    pub kind: RecordType,
}

/// What the DNS said to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The records, in presentation form; TXT strings joined. Never empty.
    Records(Vec<String>),
    /// The name exists but has no such record (RFC 2308 NODATA).
    NoData,
    /// The name does not exist (RFC 2308 NXDOMAIN).
    NoName,
    /// The servers could not answer, or none could be asked: ask again later.
    Failed,
}

/// Whoever can answer DNS questions about names in lower case without a final dot.
pub trait DnsAnswers {
    /// The answer, or `None` where this question was never asked of anybody.
    fn answer(&self, question: &DnsQuestion) -> Option<Answer>;
}

/// The recorded records of one name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "UPPERCASE")]
pub struct ZoneEntry {
    /// TXT records, each with its strings joined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub txt: Vec<String>,
    /// MX records, as `10 mx.example.com`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mx: Vec<String>,
    /// IPv4 addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub a: Vec<String>,
    /// IPv6 addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aaaa: Vec<String>,
    /// Names of a reverse name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ptr: Vec<String>,
    /// `NXDOMAIN`, `SERVFAIL` or `TIMEOUT` where the name was asked for and that came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rcode: Option<String>,
}

impl ZoneEntry {
    fn of(&self, kind: RecordType) -> &[String] {
        match kind {
            RecordType::Txt => &self.txt,
            RecordType::Mx => &self.mx,
            RecordType::A => &self.a,
            RecordType::Aaaa => &self.aaaa,
            RecordType::Ptr => &self.ptr,
        }
    }
}

/// A recorded zone: name → records. Names may begin with `*.`; whatever is not
/// in it does not exist, so it has an answer to every question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordedZone {
    names: BTreeMap<String, ZoneEntry>,
}

/// Why a file is not a recorded zone.
#[derive(Debug, thiserror::Error)]
#[error(
    "not a recorded zone: a JSON object of names, each with TXT, MX, A, AAAA, PTR lists or RCODE, was expected"
)]
pub struct ZoneError(#[from] serde_json::Error);

impl RecordedZone {
    /// Reads the JSON object form of a recorded zone.
    pub fn from_json(text: &str) -> Result<RecordedZone, ZoneError> {
        let names: BTreeMap<String, ZoneEntry> = serde_json::from_str(text)?;
        Ok(names.into_iter().collect())
    }

    /// Adds or replaces the records of one name.
    pub fn insert(&mut self, name: &str, entry: ZoneEntry) {
        self.names.insert(comparable(name), entry);
    }

    /// The recorded records of one name, to add to them.
    pub fn entry(&mut self, name: &str) -> &mut ZoneEntry {
        self.names.entry(comparable(name)).or_default()
    }

    /// All names with their records, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ZoneEntry)> {
        self.names
            .iter()
            .map(|(name, entry)| (name.as_str(), entry))
    }

    /// Whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The entry of the name itself, or of the nearest wildcard above it (RFC 4592;
    /// a recorded name does not hide a wildcard further up, which real zones would).
    fn find(&self, name: &str) -> Option<&ZoneEntry> {
        if let Some(entry) = self.names.get(name) {
            return Some(entry);
        }
        let mut rest = name;
        while let Some((_, parent)) = rest.split_once('.') {
            if let Some(entry) = self.names.get(&format!("*.{parent}")) {
                return Some(entry);
            }
            rest = parent;
        }
        None
    }

    /// Whether some recorded name lies below this one (an empty non-terminal).
    fn has_names_below(&self, name: &str) -> bool {
        let suffix = format!(".{name}");
        self.names
            .keys()
            .any(|recorded| recorded.ends_with(&suffix))
    }
}

impl FromIterator<(String, ZoneEntry)> for RecordedZone {
    fn from_iter<I: IntoIterator<Item = (String, ZoneEntry)>>(pairs: I) -> RecordedZone {
        let names = pairs
            .into_iter()
            .map(|(name, entry)| (comparable(&name), entry))
            .collect();
        RecordedZone { names }
    }
}

impl DnsAnswers for RecordedZone {
    fn answer(&self, question: &DnsQuestion) -> Option<Answer> {
        let Some(entry) = self.find(&question.name) else {
            let exists = self.has_names_below(&question.name);
            return Some(if exists {
                Answer::NoData
            } else {
                Answer::NoName
            });
        };
        Some(match (entry.of(question.kind), entry.rcode.as_deref()) {
            ([], Some("NXDOMAIN")) => Answer::NoName,
            ([], Some("SERVFAIL" | "TIMEOUT")) => Answer::Failed,
            ([], _) => Answer::NoData,
            (records, _) => Answer::Records(records.to_vec()),
        })
    }
}

fn comparable(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(zone: &str, name: &str, kind: RecordType, expected: Answer) {
        let zone = RecordedZone::from_json(zone).unwrap();
        let question = DnsQuestion {
            name: name.into(),
            kind,
        };
        assert_eq!(zone.answer(&question), Some(expected), "for {name}");
    }

    #[test]
    fn what_is_not_recorded_does_not_exist() {
        let zone =
            r#"{"Example.com.":{"TXT":["v=spf1 -all"]},"gone.example.com":{"RCODE":"NXDOMAIN"}}"#;
        check(
            zone,
            "example.com",
            RecordType::Txt,
            Answer::Records(vec!["v=spf1 -all".into()]),
        );
        check(zone, "example.com", RecordType::Mx, Answer::NoData);
        check(zone, "other.example", RecordType::Txt, Answer::NoName);
        check(zone, "gone.example.com", RecordType::A, Answer::NoName);
    }

    #[test]
    fn wildcards_answer_for_names_below_them() {
        let zone =
            r#"{"*.example.net":{"A":["203.0.113.66"]},"a.b.example.org":{"A":["192.0.2.1"]}}"#;
        check(
            zone,
            "x.y.example.net",
            RecordType::A,
            Answer::Records(vec!["203.0.113.66".into()]),
        );
        check(zone, "example.net", RecordType::A, Answer::NoData);
        check(zone, "b.example.org", RecordType::A, Answer::NoData);
    }
}
