//! Transfer encodings and charsets of a part (RFC 2045 section 6).
//!
//! Nothing is decoded before somebody wants to see it: the kind of a file stands
//! in its first bytes, and most files are never opened. Broken encodings are
//! decoded as far as they go, as mail programs do; nothing here fails.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use mail_parser::decoders::charsets::map::charset_decoder;
use memchr::{memchr, memchr2_iter};

/// Encoded bytes that surely hold the first KiB of a file, line ends included.
const START_BYTES: usize = 4 * 1024;

/// How a part is wrapped for its way through the net.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// As it is.
    #[default]
    Identity,
    /// Quoted-printable.
    QuotedPrintable,
    /// Base64.
    Base64,
}

impl Encoding {
    /// The encoding that a header field names; unknown ones leave the bytes as they are.
    pub fn of(value: &str) -> Encoding {
        let value = value.trim();
        if value.eq_ignore_ascii_case("base64") {
            Encoding::Base64
        } else if value.eq_ignore_ascii_case("quoted-printable") {
            Encoding::QuotedPrintable
        } else {
            Encoding::Identity
        }
    }
}

/// The content of a part, still encoded.
#[derive(Debug, Clone, Copy)]
pub struct Encoded<'m> {
    /// The bytes as they stand in the mail.
    pub raw: &'m [u8],
    /// How they are wrapped.
    pub encoding: Encoding,
}

impl<'m> Encoded<'m> {
    /// All of it, decoded.
    pub fn decode(&self) -> Cow<'m, [u8]> {
        decode(self.raw, self.encoding)
    }

    /// The beginning, decoded: at least the first KiB where there is as much.
    pub fn start(&self) -> Cow<'m, [u8]> {
        decode(&self.raw[..self.raw.len().min(START_BYTES)], self.encoding)
    }

    /// Number of decoded bytes.
    pub fn len(&self) -> usize {
        match self.encoding {
            Encoding::Identity => self.raw.len(),
            Encoding::QuotedPrintable => self.decode().len(),
            Encoding::Base64 => {
                let letters = self
                    .raw
                    .iter()
                    .filter(|byte| **byte > b' ' && **byte != b'=');
                letters.count() * 3 / 4
            }
        }
    }

    /// All of it as text; what the charset does not know is replaced.
    pub fn text(&self, charset: Option<&str>) -> Cow<'m, str> {
        let bytes = self.decode();
        let decoder = charset
            .filter(|charset| !reads_as_utf8(charset, &bytes))
            .and_then(|charset| charset_decoder(charset.as_bytes()));
        match (decoder, bytes) {
            (Some(decoder), bytes) => Cow::Owned(decoder(&bytes)),
            (None, Cow::Borrowed(bytes)) => std::str::from_utf8(bytes)
                .map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed),
            (None, Cow::Owned(bytes)) => Cow::Owned(
                String::from_utf8(bytes)
                    .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
            ),
        }
    }
}

fn decode(raw: &[u8], encoding: Encoding) -> Cow<'_, [u8]> {
    match encoding {
        Encoding::Identity => Cow::Borrowed(raw),
        Encoding::QuotedPrintable => Cow::Owned(quoted_printable(raw)),
        Encoding::Base64 => Cow::Owned(base64(raw)),
    }
}

/// Whether the bytes mean the same in UTF-8: it is UTF-8, or plain ASCII in a
/// charset that agrees with ASCII where that has letters.
fn reads_as_utf8(charset: &str, bytes: &[u8]) -> bool {
    let charset = charset.trim().to_ascii_lowercase();
    let extends_ascii = ["iso-8859-", "windows-125", "us-ascii"]
        .iter()
        .any(|name| charset.starts_with(name));
    charset == "utf-8" || extends_ascii && bytes.is_ascii()
}

/// Blanks at a line's end are not meant (RFC 2045 section 6.7 rule 3), a `=` there
/// joins two lines. What is no code stays as it is written.
fn quoted_printable(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    // Up to `from` all is decoded; up to `kept` blanks of the output are meant.
    let (mut from, mut kept) = (0, 0);
    for at in memchr2_iter(b'=', b'\n', raw) {
        if at < from {
            continue;
        }
        out.extend_from_slice(&raw[from..at]);
        from = at + 1;
        if raw[at] == b'\n' {
            drop_blanks(&mut out, kept);
            out.extend_from_slice(line_end(&raw[..from]));
        } else if let Some(byte) = code(&raw[from..]) {
            out.push(byte);
            from += 2;
        } else if let Some(next) = joined(&raw[from..]) {
            from += next;
        } else {
            out.push(b'=');
        }
        kept = out.len();
    }
    out.extend_from_slice(&raw[from..]);
    drop_blanks(&mut out, kept);
    out
}

/// Drops blanks from the end, as far as they are not meant.
fn drop_blanks(out: &mut Vec<u8>, kept: usize) {
    let blanks = out[kept..].len() - out[kept..].trim_ascii_end().len();
    out.truncate(out.len() - blanks);
}

/// The line end that closes these bytes.
fn line_end(bytes: &[u8]) -> &'static [u8] {
    if bytes.ends_with(b"\r\n") {
        b"\r\n"
    } else {
        b"\n"
    }
}

/// The byte that two hexadecimal digits stand for.
fn code(text: &[u8]) -> Option<u8> {
    let [high, low, ..] = *text else { return None };
    Some(digit(high)? << 4 | digit(low)?)
}

/// Where the next line begins, if nothing but blanks stands on this one.
fn joined(rest: &[u8]) -> Option<usize> {
    let ink = rest
        .iter()
        .position(|byte| *byte == b'\n' || !byte.is_ascii_whitespace());
    match ink {
        None => Some(rest.len()),
        Some(end) => (rest[end] == b'\n').then_some(end + 1),
    }
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

/// Takes padding or none, and bits that stand for nothing.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn base64(raw: &[u8]) -> Vec<u8> {
    let mut letters = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while !rest.is_empty() {
        let next = memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let (line, after) = rest.split_at(next);
        letters.extend_from_slice(line.trim_ascii());
        rest = after;
    }
    BASE64
        .decode(&letters)
        .unwrap_or_else(|_| broken_base64(&letters))
}

/// Foreign characters are skipped, padding ends a group (RFC 2045 section 6.8).
fn broken_base64(letters: &[u8]) -> Vec<u8> {
    let foreign = |byte: &u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b'+' | b'/' | b'=');
    let kept: Vec<u8> = letters
        .iter()
        .copied()
        .filter(|byte| !foreign(byte))
        .collect();
    let groups = kept.split(|byte| *byte == b'=');
    let groups = groups.map(|group| {
        // A single letter left over stands for no byte.
        let whole = group.len() - usize::from(group.len() % 4 == 1);
        BASE64.decode(&group[..whole]).unwrap_or_default()
    });
    groups.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(encoding: Encoding, raw: &str, expected: &str) {
        let encoded = Encoded {
            raw: raw.as_bytes(),
            encoding,
        };
        assert_eq!(encoded.text(None), expected, "for {raw:?}");
        assert_eq!(encoded.len(), expected.len(), "length of {raw:?}");
    }

    #[test]
    fn quoted_printable_of_the_standard() {
        let check = |raw, expected| check(Encoding::QuotedPrintable, raw, expected);
        check("Now's the time =\r\nfor all", "Now's the time for all");
        check("a=3D=e4=B8=ad", "a=\u{4e2d}");
        check("blanks go \t\r\nhere", "blanks go\r\nhere");
        check("joined=  \nline", "joinedline");
        check("=XY = =4", "=XY = =4");
        check("kept=20 \nhere=20", "kept \nhere ");
        check("a==\nb= \t", "a=b");
        check(" \r\r\n", "\r\n");
        check("=4\n1=", "=4\n1");
        check("", "");
    }

    #[test]
    fn base64_however_it_is_broken() {
        let check = |raw, expected| check(Encoding::Base64, raw, expected);
        check("aGVs\r\nbG8=\r\n", "hello");
        check("aGVsbG8", "hello");
        check("  aGVs bG8=", "hello");
        check("aGU=bGxv", "hello");
        check("", "");
    }

    #[test]
    fn foreign_characters_in_base64_are_skipped() {
        let encoded = Encoded {
            raw: b"aG!Vs*bG8=A",
            encoding: Encoding::Base64,
        };
        assert_eq!(encoded.text(None), "hello");
    }

    #[test]
    fn charsets() {
        let check = |charset, raw: &[u8], expected: &str| {
            let encoding = Encoding::Identity;
            assert_eq!(Encoded { raw, encoding }.text(charset), expected);
        };
        check(Some("iso-8859-1"), b"M\xfcll", "M\u{fc}ll");
        check(Some("ISO-8859-1"), b"plain", "plain");
        check(Some("UTF-8"), "M\u{fc}ll".as_bytes(), "M\u{fc}ll");
        check(Some("utf-7"), b"+APw-", "\u{fc}");
        check(Some("no-such"), b"\xff", "\u{fffd}");
        check(None, b"x", "x");
    }

    #[test]
    fn the_start_is_enough_to_know_a_file() {
        let raw = "QUJD".repeat(4_000);
        let encoded = Encoded {
            raw: raw.as_bytes(),
            encoding: Encoding::of(" BASE64 "),
        };
        assert!(encoded.start().len() >= 1024 && encoded.start().starts_with(b"ABCABC"));
        assert_eq!(encoded.len(), 12_000);
    }
}
