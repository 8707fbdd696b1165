//! Everything known of one message before anything is judged.
//!
//! Gathered once, then only read: every red flag, the claim, the proof and the
//! advice look at the same facts.

use std::cell::OnceCell;
use std::sync::OnceLock;

use sellkeep_knowledge::{Brand, Host, Knowledge, MailRole};
use sellkeep_model::{Domain, Envelope, Timestamp};

use crate::authentication::Authentication;
use crate::claims::Claimed;
use crate::content::{Content, Link, LinkPlace};
use crate::headers::Headers;
use crate::hosts::Hosts;
use crate::names::{Lookalike, LureHit, NameHit, NameIndex};
use crate::notices::Catalogue;
use crate::recipient::Recipient;
use crate::sender::{self, Sender};

/// What kind of input is examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A mail with its header.
    Mail,
    /// A pasted text, an SMS, a chat, a call script.
    Text,
    /// A link alone.
    Link,
}

/// The facts of one message.
pub struct Facts<'a> {
    /// What is examined.
    pub kind: Kind,
    /// All brands, zones, lures.
    pub knowledge: &'a Knowledge,
    /// All names, ready to be looked for.
    pub names: &'a NameIndex,
    /// All notices, once one was looked for.
    pub notices: &'a OnceLock<Catalogue>,
    /// The header; empty for a text or a link.
    pub headers: &'a Headers<'a>,
    /// The SMTP envelope, as far as it is known.
    pub envelope: &'a Envelope,
    /// Authserv-ids of the user's own providers.
    pub trust: &'a [String],
    /// The reader's own account, where it is known.
    pub recipient: Option<&'a Recipient>,
    /// The From field.
    pub sender: Sender,
    /// The brand whose domain stands in From, with that domain's role.
    pub sender_brand: Option<(&'a Brand, MailRole)>,
    /// The subject, decoded.
    pub subject: String,
    /// Who signed and who checked.
    pub authentication: Authentication,
    /// What it shows.
    pub content: Content,
    /// Brands named in the display name.
    pub display_names: Vec<NameHit>,
    /// Brands named in the subject.
    pub subject_names: Vec<NameHit>,
    /// Lures in the subject.
    pub subject_lures: Vec<LureHit>,
    /// Brands named in the text.
    pub text_names: Vec<NameHit>,
    /// Lures in the text.
    pub text_lures: Vec<LureHit>,
    /// The brands it claims to come from.
    pub claims: Vec<Claimed>,
    /// The moment as of which it is judged.
    pub at: Timestamp,
    /// A telephone number in the text, looked for once.
    pub(crate) phone: OnceCell<Option<String>>,
    /// The hosts met, each looked up once.
    pub(crate) hosts: Hosts<'a>,
}

impl<'a> Facts<'a> {
    /// All notices, ready to be met.
    pub fn catalogue(&self) -> &'a Catalogue {
        let knowledge = self.knowledge;
        self.notices.get_or_init(|| Catalogue::new(knowledge))
    }

    /// Whether some claim names this brand.
    pub fn claims_brand(&self, brand: &str) -> bool {
        self.claims
            .iter()
            .any(|claimed| claimed.claim.brand == brand)
    }

    /// Whether any brand is claimed at all.
    pub fn claims_any(&self) -> bool {
        !self.claims.is_empty()
    }

    /// Whether From lies in a domain of the brand or of its house.
    pub fn is_sender(&self, brand: &str) -> bool {
        self.sender_brand
            .is_some_and(|(sender, _)| is_of_house(sender, brand))
    }

    /// Whether From lies in a domain of any brand that is claimed.
    pub fn sender_is_claimed_brand(&self) -> bool {
        self.sender_brand
            .is_some_and(|(brand, _)| self.claims_brand(&brand.id))
    }

    /// The brand that owns a host, by any record that is not about strangers.
    pub fn owns(&self, host: &Domain) -> Option<&'a Brand> {
        self.hosts.of(host).owner
    }

    /// What a host is.
    pub fn host(&self, host: &Domain) -> Host<'a> {
        self.hosts.of(host).host
    }

    /// Whether a domain imitates a brand.
    pub fn imitates(&self, domain: &Domain) -> Option<Lookalike> {
        self.hosts.of(domain).alike
    }

    /// Links that a reader would follow, with a host.
    pub fn followed_links(&self) -> impl Iterator<Item = (&Link, &Domain)> {
        self.content
            .links
            .iter()
            .filter(|link| link.place != LinkPlace::Image)
            .filter_map(|link| link.host.as_ref().map(|host| (link, host)))
    }

    /// The official brand that a host belongs to.
    pub fn site_of(&self, host: &Domain) -> Option<&'a Brand> {
        match self.host(host) {
            Host::BrandSite { brand, .. }
            | Host::Shortener {
                brand: Some(brand), ..
            } => Some(brand),
            _ => None,
        }
    }

    /// Whether a host belongs to a brand that is claimed, or to the sender's own organisation.
    pub fn is_at_home(&self, host: &Domain) -> bool {
        self.site_of(host)
            .is_some_and(|brand| self.claims_brand(&brand.id))
            || self.sender_is_claimed_brand() && self.is_senders_own(host)
    }

    /// Whether a host and the sender's domain were registered by the same organisation.
    pub fn is_senders_own(&self, host: &Domain) -> bool {
        self.sender
            .domain
            .as_ref()
            .is_some_and(|domain| domain.organisation() == host.organisation())
    }

    /// The first hit of a lure, in the subject or in the text, with the words around it.
    pub fn lure(&self, lure: &str) -> Option<String> {
        let subject = self.subject_lures.iter().find(|hit| hit.lure == lure);
        if let Some(hit) = subject {
            return Some(around(&self.subject, &hit.range));
        }
        let text = self.text_lures.iter().find(|hit| hit.lure == lure);
        text.map(|hit| around(&self.content.text, &hit.range))
    }

    /// Whether any of these lures is met.
    pub fn has_lure(&self, lures: &[&str]) -> bool {
        let all = self.subject_lures.iter().chain(&self.text_lures);
        all.into_iter()
            .any(|hit| lures.contains(&hit.lure.as_str()))
    }

    /// A telephone number that the text asks to call.
    pub fn phone(&self) -> Option<&str> {
        self.phone
            .get_or_init(|| phone_in(&self.subject).or_else(|| phone_in(&self.content.text)))
            .as_deref()
    }

    /// Whether From is a mailbox that anybody can open.
    pub fn is_from_free_mailbox(&self) -> bool {
        self.sender.domain.as_ref().is_some_and(is_free_mailbox)
    }

    /// Domains in Reply-To.
    pub fn reply_to(&self) -> Vec<Domain> {
        self.headers
            .all("Reply-To")
            .flat_map(|field| sender::addresses_in(&field.value()))
            .collect()
    }
}

/// Providers where anybody can open a mailbox (their own sign-up pages say so).
const FREE_MAILBOXES: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "yahoo.com",
    "ymail.com",
    "aol.com",
    "icloud.com",
    "me.com",
    "proton.me",
    "protonmail.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "mail.com",
    "mail.ru",
    "yandex.ru",
    "yandex.com",
    "zoho.com",
    "tutanota.com",
    "163.com",
    "126.com",
    "qq.com",
    "t-online.de",
    "orange.fr",
    "libero.it",
    "uol.com.br",
    "bol.com.br",
    "terra.com.br",
];

/// Whether a brand is the named one, or of the same house.
pub fn is_of_house(owner: &Brand, brand: &str) -> bool {
    owner.id == brand || owner.sister_brands.iter().any(|sister| sister == brand)
}

/// Whether anybody can open a mailbox there.
pub fn is_free_mailbox(domain: &Domain) -> bool {
    FREE_MAILBOXES.contains(&domain.as_str())
}

/// How many bytes before and after a hit are quoted.
const AROUND_BYTES: usize = 40;

/// The words around a hit, cut at spaces.
pub fn around(text: &str, range: &std::ops::Range<usize>) -> String {
    let start = text.floor_char_boundary(range.start.saturating_sub(AROUND_BYTES));
    let end = text.ceil_char_boundary((range.end + AROUND_BYTES).min(text.len()));
    let start = start.min(end);
    let words: Vec<&str> = text[start..end].split_whitespace().collect();
    words.join(" ")
}

/// Digits of a telephone number, with country code (ITU-T E.164: at most 15).
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 10..=15;
/// A number wider than this on the page is a table, not a telephone number.
const PHONE_BYTES_MAX: usize = 28;

/// The first thing that is written like a telephone number: `+1 (888) 555-0100`,
/// `0800 555 0100`. Digits in one run (order numbers, tracking codes) are none.
fn phone_in(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let starts = (bytes[at].is_ascii_digit() || bytes[at] == b'+' || bytes[at] == b'(')
            && (at == 0
                || !bytes[at - 1].is_ascii_alphanumeric() && !b"-/.#_=".contains(&bytes[at - 1]));
        if !starts {
            at += 1;
            continue;
        }
        let len = bytes[at..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit() || b"+() -.".contains(byte))
            .count();
        let candidate = text[at..at + len].trim_end_matches(['(', ' ', '-', '.', '+']);
        if is_phone(candidate, bytes.get(at + candidate.len()).copied()) {
            return Some(candidate.to_owned());
        }
        at += len.max(1);
    }
    None
}

fn is_phone(text: &str, next: Option<u8>) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let groups: Vec<usize> = text
        .split(|c: char| !c.is_ascii_digit())
        .map(str::len)
        .filter(|len| *len > 0)
        .collect();
    let is_iso_date = text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    let is_date_or_address = is_iso_date
        || (text.matches('.').count() == 3 && groups.last() != Some(&4))
        || text.matches("  ").count() > 0;
    let grouped = text.starts_with('+')
        || (3..=6).contains(&groups.len()) && groups.iter().all(|len| *len <= 5);
    PHONE_DIGITS.contains(&digits)
        && text.len() <= PHONE_BYTES_MAX
        && grouped
        && !is_date_or_address
        && !next.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_are_told_from_other_numbers() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(phone_in(text).as_deref(), expected, "{text}");
        };
        check("call +1 (888) 555-0100 now", Some("+1 (888) 555-0100"));
        check("Call us: 1-808-555-0123.", Some("1-808-555-0123"));
        check("Toll free (808) 555 0123", Some("(808) 555 0123"));
        check("call 1.808.631.7590.", Some("1.808.631.7590"));
        check("order 112-4462187-9932217", None);
        check("tracking 1234567890123", None);
        check("on 2026-03-02 10:00:00 at 192.168.100.200", None);
        check("", None);
    }

    #[test]
    fn quotes_never_cut_a_character() {
        let text = "\u{e4}".repeat(100);
        assert!(!around(&text, &(51..53)).is_empty());
        assert_eq!(around("a b c", &(0..5)), "a b c");
    }
}
