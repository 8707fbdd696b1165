//! What the reading of a notice needs of a mail, taken while it is examined, so that it
//! is parsed once.

use sellkeep_knowledge::MailRole;
use sellkeep_model::{Domain, Timestamp, id_of, sha256};

use super::page::NOTICE_OCTETS_MAX;
use super::senders;
use crate::facts::Facts;
use crate::headers::Header;
use crate::hops;

/// More recipients than a notice names; the rest is not compared.
const RECIPIENTS_MAX: usize = 64;

/// What was seen of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The address in From, where there is exactly one.
    pub address: Option<String>,
    /// Its domain.
    pub domain: Option<Domain>,
    /// What a brand does with that domain, where it is a brand's.
    pub role: Option<MailRole>,
    /// The brand also lets strangers fill fields of mails from this address.
    pub abused: bool,
    /// It does, and a telephone number to call stands in the mail.
    pub has_phone: bool,
    /// The subject as shown.
    pub subject: String,
    /// The beginning of the text as shown.
    pub text: String,
    /// Addresses in To and Cc, lower case.
    pub recipients: Vec<String>,
    /// When the newest server took it.
    pub received: Option<Timestamp>,
    /// When it says it was written.
    pub written: Option<Timestamp>,
    /// The first host that a reader would be led to and that is no brand's; else the first.
    pub link: Option<Domain>,
    /// The same for every copy of the same mail: Message-ID, Date, sender and content.
    pub identity: String,
}

impl Seen {
    pub(crate) fn of(facts: &Facts<'_>) -> Seen {
        let address = facts.sender.address.clone();
        let text = &facts.content.text;
        let start = text.floor_char_boundary(NOTICE_OCTETS_MAX);
        let abused = address
            .as_deref()
            .is_some_and(|address| is_abused(facts, address));
        Seen {
            domain: facts.sender.domain.clone(),
            role: facts.sender_brand.map(|(_, role)| role),
            abused,
            has_phone: abused && facts.phone().is_some(),
            subject: facts.subject.clone(),
            text: text[..start].to_owned(),
            recipients: recipients(facts),
            received: received(facts),
            written: value(facts, "Date").and_then(|date| hops::parse_date(&date)),
            link: link(facts),
            identity: identity(facts),
            address,
        }
    }

    /// Whether it is addressed to one of these; a tag behind `+` does not matter.
    pub(crate) fn is_addressed_to(&self, addresses: &[String]) -> bool {
        let own: Vec<String> = addresses.iter().map(|own| bare(own)).collect();
        self.recipients
            .iter()
            .any(|recipient| own.contains(&bare(recipient)))
    }
}

fn is_abused(facts: &Facts<'_>, address: &str) -> bool {
    facts.sender_brand.is_some_and(|(brand, _)| {
        let mut channels = brand.abused_channels.iter();
        channels.any(|channel| senders::is_abused(channel, address))
    })
}

fn link(facts: &Facts<'_>) -> Option<Domain> {
    let mut hosts = facts.followed_links().map(|(_, host)| host);
    let first = hosts.next()?;
    let mut all = std::iter::once(first).chain(hosts);
    let stranger = all.find(|host| facts.site_of(host).is_none());
    Some(stranger.unwrap_or(first).clone())
}

fn recipients(facts: &Facts<'_>) -> Vec<String> {
    let fields = facts.headers.all("To").chain(facts.headers.all("Cc"));
    let mut recipients = Vec::new();
    for field in fields {
        let value = field.value();
        let words = value.split(|c: char| c.is_whitespace() || "<>()[]\"',;:".contains(c));
        let addresses = words.filter(|word| word.contains('@'));
        recipients.extend(addresses.map(str::to_lowercase).take(RECIPIENTS_MAX));
    }
    recipients.truncate(RECIPIENTS_MAX);
    recipients
}

fn received(facts: &Facts<'_>) -> Option<Timestamp> {
    let envelope = facts.envelope.received_at;
    envelope.or_else(|| hops::received_at(facts.headers))
}

fn value(facts: &Facts<'_>, name: &str) -> Option<String> {
    facts.headers.first(name).map(Header::value)
}

fn identity(facts: &Facts<'_>) -> String {
    let header = |name| value(facts, name).unwrap_or_default();
    id_of(&[
        &header("Message-ID"),
        &header("Date"),
        &header("From"),
        &header("Subject"),
        &sha256(facts.content.text.as_bytes()),
    ])
}

fn bare(address: &str) -> String {
    let address = address.trim().to_lowercase();
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let local = local.split('+').next().unwrap_or_default();
            format!("{local}@{domain}")
        }
        None => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_behind_the_name_does_not_matter() {
        let seen = Seen {
            recipients: vec!["owner+amazon@shop.example".to_owned()],
            ..Seen::default()
        };
        assert!(seen.is_addressed_to(&["Owner@Shop.example".to_owned()]));
        assert!(!seen.is_addressed_to(&["other@shop.example".to_owned()]));
        assert!(!seen.is_addressed_to(&[]));
    }
}
