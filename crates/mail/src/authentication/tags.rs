//! Tag lists such as `v=1; a=rsa-sha256` (RFC 6376 section 3.2).
//!
//! One strict reading for signatures, key records and DMARC records. A list
//! with a tag that stands twice is refused: readers would disagree about it.

use std::ops::Range;

/// More tags than any published field has.
const TAGS_MAX: usize = 64;

/// A tag list that keeps to the grammar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tags<'a> {
    tags: Vec<(&'a str, &'a str)>,
    /// Where the value of `b=` stands, white space around it included.
    pub(super) signature_range: Option<Range<usize>>,
}

impl<'a> Tags<'a> {
    /// Reads the tag list of a field; the reason in plain words where it is none.
    pub(super) fn parse(text: &'a [u8]) -> Result<Tags<'a>, &'static str> {
        let mut parts = text.split(|byte| *byte == b';').rev().skip(1);
        if parts.any(|part| part.trim_ascii().is_empty()) {
            return Err("a part of it is empty");
        }
        Tags::parse_record(text)
    }

    /// Reads the tag list of a DNS record, where empty parts are a common slip
    /// that no two readers understand differently.
    pub(super) fn parse_record(text: &'a [u8]) -> Result<Tags<'a>, &'static str> {
        let text = std::str::from_utf8(text).map_err(|_| "it holds bytes that are not text")?;
        let mut list = Tags {
            tags: Vec::new(),
            signature_range: None,
        };
        let mut start = 0;
        for spec in text.split(';') {
            list.take(spec, start)?;
            start += spec.len() + 1;
        }
        Ok(list)
    }

    fn take(&mut self, spec: &'a str, start: usize) -> Result<(), &'static str> {
        if spec.trim().is_empty() {
            return Ok(());
        }
        let (name, value) = spec.split_once('=').ok_or("a part of it has no `=`")?;
        let value_start = start + name.len() + 1;
        let name = name.trim();
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !is_name {
            return Err("a tag in it has no proper name");
        }
        if self.get(name).is_some() {
            return Err("a tag stands twice in it");
        }
        if self.tags.len() >= TAGS_MAX {
            return Err("it has too many tags");
        }
        if name == "b" {
            self.signature_range = Some(value_start..value_start + value.len());
        }
        self.tags.push((name, value.trim()));
        Ok(())
    }

    /// The value of a tag, white space around it removed.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.tags
            .iter()
            .find(|(tag, _)| *tag == name)
            .map(|(_, value)| *value)
    }

    /// The name of the first tag.
    pub(super) fn first_name(&self) -> Option<&'a str> {
        self.tags.first().map(|(name, _)| *name)
    }

    /// The value of a tag with all white space removed.
    pub(super) fn compact(&self, name: &str) -> Option<String> {
        let value = self.get(name)?;
        Some(value.split_ascii_whitespace().collect())
    }

    /// The parts of a value between colons, lower case, without white space.
    pub(super) fn items(&self, name: &str) -> Option<Vec<String>> {
        let value = self.compact(name)?.to_ascii_lowercase();
        Some(value.split(':').map(str::to_owned).collect())
    }

    /// The bytes of a Base64 value; folding white space inside is ignored.
    pub(super) fn base64(&self, name: &str) -> Option<Vec<u8>> {
        decode_base64(&self.compact(name)?)
    }
}

/// Decodes Base64 with or without final padding, which publishers often lose.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    LENIENT.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found() {
        let tags = Tags::parse(b" v=1; a = rsa-sha256;b=AA\r\n BB ;h=From : To").unwrap();
        assert_eq!(tags.get("a"), Some("rsa-sha256"));
        assert_eq!(tags.items("h").unwrap(), ["from", "to"]);
        assert_eq!(tags.base64("b").unwrap(), [0, 0, 65]);
        assert_eq!(tags.signature_range, Some(23..31));
        assert_eq!(tags.first_name(), Some("v"));
    }

    #[test]
    fn what_readers_disagree_about_is_refused() {
        for text in ["d=a; d=b", "d=a;; s=b", "v=1; rubbish", "=x", "a b=c"] {
            assert!(Tags::parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(Tags::parse_record(b"d=a;; s=b;").is_ok());
        assert!(Tags::parse(b"d=\xff").is_err());
        assert!(Tags::parse("a=1;".repeat(2).as_bytes()).is_err());
    }
}
