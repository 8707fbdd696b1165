//! A host name as it is compared: lower case, A-labels, without a final dot.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest host name in octets (RFC 1035 section 2.3.4).
const NAME_OCTETS_MAX: usize = 253;
/// Longest label in octets (RFC 1035 section 2.3.4).
const LABEL_OCTETS_MAX: usize = 63;

/// A host or domain name in its comparable form (RFC 5890 A-labels).
///
/// Invariant: lower-case ASCII letters, digits, hyphens and underscores in
/// labels of 1 to 63 octets, 253 octets at most, no leading or final dot.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Domain(Box<str>);

/// Why a text is not a domain name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DomainError {
    /// Nothing stood there.
    #[error("the domain name is empty")]
    Empty,
    /// More than 253 octets in all or more than 63 in one label.
    #[error("the domain name or one of its labels is too long")]
    TooLong,
    /// A character that no host name holds, or two dots in a row.
    #[error("the domain name holds a character or an empty label that no host name may hold")]
    Malformed,
}

impl Domain {
    /// Reads a host name; Unicode labels are mapped by UTS 46 as browsers do.
    pub fn parse(text: &str) -> Result<Domain, DomainError> {
        let text = text.strip_suffix('.').unwrap_or(text);
        if text.is_empty() {
            return Err(DomainError::Empty);
        }
        if is_plain(text.as_bytes()) {
            return check(text).map(|()| Domain(text.into()));
        }
        let ascii = idna::domain_to_ascii_cow(text.as_bytes(), idna::AsciiDenyList::EMPTY)
            .map_err(|_| DomainError::Malformed)?;
        let ascii = ascii.strip_suffix('.').unwrap_or(&ascii);
        check(ascii).map(|()| Domain(ascii.into()))
    }

    /// The name as text, for example `sellercentral.amazon.com`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as people see it: A-labels turned into Unicode where they can be.
    pub fn to_unicode(&self) -> String {
        idna::domain_to_unicode(&self.0).0
    }

    /// The labels from left to right; never empty.
    pub fn labels(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('.')
    }

    /// The name somebody registered: public suffix plus one label, or the whole
    /// name where it is itself a public suffix (Public Suffix List, private part
    /// included, so that `shop.myshopify.com` is its own organisation).
    pub fn organisation(&self) -> &str {
        psl::domain_str(&self.0).unwrap_or(&self.0)
    }

    /// The public suffix, for example `co.uk` or `myshopify.com`.
    pub fn public_suffix(&self) -> &str {
        psl::suffix_str(&self.0).unwrap_or(&self.0)
    }

    /// Whether the last label is a registered top-level domain.
    pub fn has_known_suffix(&self) -> bool {
        psl::suffix(self.0.as_bytes()).is_some_and(|suffix| suffix.is_known())
    }

    /// Whether this name is `parent` or lies below it.
    pub fn is_within(&self, parent: &Domain) -> bool {
        self.is_within_str(parent.as_str())
    }

    /// Whether this name is `parent` or lies below it; `parent` in comparable form.
    pub fn is_within_str(&self, parent: &str) -> bool {
        self.0
            .strip_suffix(parent)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

/// Whether UTS 46 mapping would change nothing (the usual case, so it is spared).
fn is_plain(name: &[u8]) -> bool {
    name.iter()
        .all(|&byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._".contains(&byte))
        && !name.windows(4).any(|window| window == b"xn--")
}

fn check(name: &str) -> Result<(), DomainError> {
    if name.len() > NAME_OCTETS_MAX {
        return Err(DomainError::TooLong);
    }
    for label in name.split('.') {
        if label.len() > LABEL_OCTETS_MAX {
            return Err(DomainError::TooLong);
        }
        if label.is_empty() || !is_label(label) {
            return Err(DomainError::Malformed);
        }
    }
    Ok(())
}

fn is_label(label: &str) -> bool {
    label
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
}

impl fmt::Display for Domain {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for Domain {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Domain({})", self.0)
    }
}

impl TryFrom<String> for Domain {
    type Error = DomainError;

    fn try_from(text: String) -> Result<Domain, DomainError> {
        Domain::parse(&text)
    }
}

impl From<Domain> for String {
    fn from(domain: Domain) -> String {
        domain.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let got = match Domain::parse(text) {
            Ok(domain) => format!("{domain} of {}", domain.organisation()),
            Err(error) => error.to_string(),
        };
        assert_eq!(got, expected, "for {text:?}");
    }

    #[test]
    fn names_become_comparable() {
        check("WWW.Amazon.COM.", "www.amazon.com of amazon.com");
        check(
            "sellercentral.amazon.co.uk",
            "sellercentral.amazon.co.uk of amazon.co.uk",
        );
        check("b\u{fc}cher.de", "xn--bcher-kva.de of xn--bcher-kva.de");
        check(
            "shop.myshopify.com",
            "shop.myshopify.com of shop.myshopify.com",
        );
    }

    #[test]
    fn what_is_no_name_is_refused() {
        check("", "the domain name is empty");
        for text in [
            "amazon..com",
            "example.com'a.example.net",
            "a b.com",
            "amazon,de",
            "ex%61mple.com",
        ] {
            check(
                text,
                "the domain name holds a character or an empty label that no host name may hold",
            );
        }
        check(
            &"a".repeat(64),
            "the domain name or one of its labels is too long",
        );
        check(
            &"a.".repeat(200),
            "the domain name or one of its labels is too long",
        );
    }

    #[test]
    fn within_keeps_to_label_borders() {
        let amazon = Domain::parse("amazon.com").unwrap();
        assert!(Domain::parse("www.amazon.com").unwrap().is_within(&amazon));
        assert!(!Domain::parse("notamazon.com").unwrap().is_within(&amazon));
    }
}
