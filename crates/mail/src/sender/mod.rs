//! Whom the mail says it is from: the From field, read strictly.
//!
//! Anything that mail programs read in more than one way is a problem of its
//! own and is never repaired silently. Addresses that stand where none belongs
//! (in a display name, a comment, a quoted string) are kept, because a reader
//! may see them.

mod grammar;

use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;
use sellkeep_model::Domain;

use crate::headers::Headers;
use crate::names::fold;

/// A From field longer than this is not read to its end.
pub const FROM_BYTES_MAX: usize = 8 * 1024;

/// The From field of one mail, as far as it can be read without guessing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sender {
    /// The display name, decoded; all words that are not the address, where the field is broken.
    pub display: String,
    /// The address as written, where there is exactly one in the right place.
    pub address: Option<String>,
    /// The domain of that address, where it is one.
    pub domain: Option<Domain>,
    /// Domains of addresses that stand in the wrong place, in order.
    pub shown_domains: Vec<Domain>,
    /// What keeps the field from naming exactly one sender.
    pub problems: Vec<FromProblem>,
    /// The field as written, unfolded; several fields are joined by ` | `.
    pub raw: String,
}

/// What is wrong with a From field (RFC 5322 sections 3.4 and 3.6.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FromProblem {
    /// There is no From field.
    Missing,
    /// There is more than one.
    SeveralFields,
    /// It lists more than one address.
    SeveralAddresses,
    /// It holds no address.
    NoAddress,
    /// The address, or an address beside it, is quoted, commented or routed.
    OddSyntax,
    /// The domain is no host name, or ends in no known top-level domain.
    BadDomain,
    /// White space around the field's name: readers disagree whether it is From.
    OddFieldName,
    /// Characters that change the direction of reading or cannot be seen.
    HiddenCharacters,
    /// Longer than any honest one.
    TooLong,
}

impl FromProblem {
    /// The problem in plain words, to follow "The sender line".
    pub fn says(self) -> &'static str {
        match self {
            FromProblem::Missing => "is missing",
            FromProblem::SeveralFields => "stands there more than once",
            FromProblem::SeveralAddresses => "names more than one address",
            FromProblem::NoAddress => "holds no address",
            FromProblem::OddSyntax => "is written so that mail programs read it differently",
            FromProblem::BadDomain => "names a domain that cannot exist",
            FromProblem::OddFieldName => "has a name that only some mail programs recognise",
            FromProblem::HiddenCharacters => "holds characters that cannot be seen",
            FromProblem::TooLong => "is longer than any honest one",
        }
    }
}

impl Sender {
    /// Reads the From fields of a header.
    pub fn read(headers: &Headers<'_>) -> Sender {
        let fields: Vec<_> = headers.all("From").collect();
        let mut sender = match fields.as_slice() {
            [] => Sender {
                problems: vec![FromProblem::Missing],
                ..Sender::default()
            },
            [field] => read_value(&field.value()),
            several => read_several(several.iter().map(|field| field.value())),
        };
        if fields.iter().any(|field| field.odd_name) {
            sender.problems.push(FromProblem::OddFieldName);
        }
        sender.problems.sort_unstable();
        sender.problems.dedup();
        sender
    }

    /// Whether the field names exactly one address that can be judged. A domain
    /// that does not exist is a problem of its own and cannot be proven anyway.
    pub fn is_unambiguous(&self) -> bool {
        self.problems.is_empty() && self.domain.is_some()
    }

    /// The domain in From, and every other domain a reader may take for it.
    pub fn all_domains(&self) -> impl Iterator<Item = &Domain> {
        self.domain.iter().chain(&self.shown_domains)
    }
}

fn read_several(values: impl Iterator<Item = String>) -> Sender {
    let mut sender = Sender::default();
    for value in values {
        let one = read_value(&value);
        sender
            .shown_domains
            .extend(one.domain.into_iter().chain(one.shown_domains));
        sender.problems.extend(one.problems);
        join(&mut sender.raw, &one.raw, " | ");
        join(&mut sender.display, &one.display, " ");
    }
    sender.problems.push(FromProblem::SeveralFields);
    sender
}

fn join(text: &mut String, more: &str, between: &str) {
    if !text.is_empty() && !more.is_empty() {
        text.push_str(between);
    }
    text.push_str(more);
}

fn read_value(value: &str) -> Sender {
    let mut problems = Vec::new();
    let value = if value.len() > FROM_BYTES_MAX {
        problems.push(FromProblem::TooLong);
        &value[..value.floor_char_boundary(FROM_BYTES_MAX)]
    } else {
        value
    };
    let list = grammar::read(value);
    problems.extend(list.problems);
    let display = decode(&list.words);
    if display.chars().any(is_hidden) {
        problems.push(FromProblem::HiddenCharacters);
    }
    // Read as the eye does: marks and hidden characters inside an address fall off.
    let mut shown_domains = addresses_in(&fold(&display));
    let (address, domain) = match list.addresses.as_slice() {
        [] => {
            problems.push(FromProblem::NoAddress);
            (None, None)
        }
        [one] => (Some(one.clone()), domain_of(one)),
        several => {
            problems.push(FromProblem::SeveralAddresses);
            shown_domains.extend(several.iter().filter_map(|address| domain_of(address)));
            (None, None)
        }
    };
    if address.is_some() && !domain.as_ref().is_some_and(can_exist) {
        problems.push(FromProblem::BadDomain);
    }
    if address.is_none() {
        shown_domains.extend(addresses_in(value));
    }
    shown_domains.dedup();
    Sender {
        display,
        address,
        domain,
        shown_domains,
        problems,
        raw: value.to_owned(),
    }
}

fn domain_of(address: &str) -> Option<Domain> {
    let (_, domain) = address.rsplit_once('@')?;
    Domain::parse(domain).ok()
}

/// Whether mail could come from there: two labels at least and a registered last one.
fn can_exist(domain: &Domain) -> bool {
    domain.labels().count() > 1 && domain.has_known_suffix()
}

/// The domains of everything in a text that looks like an address.
pub fn addresses_in(text: &str) -> Vec<Domain> {
    let is_border = |c: char| c.is_whitespace() || "<>()[]\"',;:".contains(c);
    text.split(is_border)
        .filter_map(|word| word.rsplit_once('@'))
        .filter_map(|(_, domain)| Domain::parse(domain.trim_end_matches('.')).ok())
        .collect()
}

/// Decodes encoded words (RFC 2047) in a header value.
pub fn decode(value: &str) -> String {
    if !value.contains("=?") {
        return value.trim().to_owned();
    }
    let line = format!("{value}\n");
    match MessageStream::new(line.as_bytes()).parse_unstructured() {
        HeaderValue::Text(text) => text.trim().to_owned(),
        _ => String::new(),
    }
}

/// Whether a character is there to mislead the eye: direction marks and overrides
/// (UAX 9), zero-width characters, tags. Joiners are part of honest emoji and scripts.
pub fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, expected: &str) {
        let mail = format!("From: {value}\r\n\r\n");
        let sender = Sender::read(&Headers::read(mail.as_bytes()));
        let domain = sender.domain.as_ref().map_or("-", Domain::as_str);
        let got = format!("{} | {domain} | {:?}", sender.display, sender.problems);
        assert_eq!(got, expected, "for {value}");
    }

    #[test]
    fn honest_sender_lines() {
        check("a@example.com", " | example.com | []");
        check("<a@example.com>", " | example.com | []");
        check(
            "Amazon.com <no-reply@amazon.com>",
            "Amazon.com | amazon.com | []",
        );
        check(
            "\"Doe, Jane\" <jane@example.com>",
            "Doe, Jane | example.com | []",
        );
        check(
            "=?utf-8?q?M=C3=BCller?= <m@example.com> (at work)",
            "M\u{fc}ller at work | example.com | []",
        );
        check(
            "J. R. \"Bob\" Dobbs <bob.dobbs@example.com>",
            "J. R. Bob Dobbs | example.com | []",
        );
    }

    #[test]
    fn what_readers_disagree_about_is_named() {
        check("", " | - | [NoAddress]");
        check("a@example.com, b@example.net", " | - | [SeveralAddresses]");
        check("a@example.com,<b@example.net>", " | - | [SeveralAddresses]");
        check(
            "<@x.org,@y.org:a@example.com>",
            " | example.com | [OddSyntax]",
        );
        check(
            "\"Market \"<\"no-reply@example.com\">",
            "Market no-reply@example.com | - | [NoAddress, OddSyntax]",
        );
        check(
            "Market (no-reply@example.com) <x@example.net>",
            "Market no-reply@example.com | example.net | []",
        );
        check(
            "Market <no-reply@example,com>",
            "Market no-reply@example,com | - | [NoAddress, OddSyntax]",
        );
        check(
            "Market <no-reply@example.com",
            "Market | example.com | [OddSyntax]",
        );
        check(
            "Market <no-reply@example.com> junk@x.net",
            "Market junk@x.net | example.com | [OddSyntax]",
        );
        check(
            "Market, <no-reply@example.com>",
            "Market | example.com | [OddSyntax]",
        );
        check("Market <a@b%c.com>", "Market | - | [BadDomain]");
        check(
            "Market <a@mercadolivre>",
            "Market | mercadolivre | [BadDomain]",
        );
        check(
            "Mar\u{202e}ket <a@example.com>",
            "Mar\u{202e}ket | example.com | [HiddenCharacters]",
        );
    }

    #[test]
    fn a_stray_parenthesis_ends() {
        check("Shop) <a@example.com>", "Shop | example.com | [OddSyntax]");
        check(")", " | - | [NoAddress, OddSyntax]");
    }

    #[test]
    fn two_fields_are_a_problem_and_both_are_seen() {
        let mail = b"From: a@example.com\nFrom: b@example.net\n\n";
        let sender = Sender::read(&Headers::read(mail));
        assert_eq!(sender.problems, [FromProblem::SeveralFields]);
        assert_eq!(sender.all_domains().count(), 2);
        assert!(sender.address.is_none());
    }
}
