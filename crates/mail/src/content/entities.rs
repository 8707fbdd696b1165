//! Character references of HTML (`&amp;`, `&#233;`).
//!
//! Numbers and the few names that real mail uses are decoded here; each
//! rarer one goes through a full tokenizer, which knows all 2,231 names.

use std::borrow::Cow;

use html5gum::{Token, Tokenizer};
use memchr::memchr;

/// Decodes all references of a text.
pub fn decode(text: &str) -> String {
    decode_cow(text).into_owned()
}

/// Decodes all references; borrows where there is none.
pub fn decode_cow(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'&', text.as_bytes()) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let used = if let Some((c, used)) = common(rest) {
            out.push(c);
            used
        } else if let Some(used) = rare(rest) {
            out.push_str(&by_the_book(&rest[..used]));
            used
        } else {
            // Links are full of them.
            out.push('&');
            1
        };
        rest = &rest[used..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// A reference is at most this long (`&CounterClockwiseContourIntegral;`).
const REFERENCE_BYTES_MAX: usize = 34;

fn common(rest: &str) -> Option<(char, usize)> {
    let window = &rest.as_bytes()[..rest.len().min(REFERENCE_BYTES_MAX)];
    let end = memchr(b';', window)?;
    let name = rest.get(1..end)?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "zwnj" => '\u{200c}',
        "zwj" => '\u{200d}',
        "shy" => '\u{ad}',
        "copy" => '\u{a9}',
        "reg" => '\u{ae}',
        "auml" => '\u{e4}',
        "ouml" => '\u{f6}',
        "uuml" => '\u{fc}',
        "szlig" => '\u{df}',
        "eacute" => '\u{e9}',
        "euro" => '\u{20ac}',
        "ndash" => '\u{2013}',
        "mdash" => '\u{2014}',
        "rsquo" => '\u{2019}',
        "hellip" => '\u{2026}',
        "bull" => '\u{2022}',
        _ => number(name)?,
    };
    Some((c, end + 1))
}

fn number(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    // The C1 range stands for Windows-1252 (section 13.2.5.80): left to the tokenizer.
    (code != 0 && !(0x80..=0x9f).contains(&code))
        .then(|| char::from_u32(code))
        .flatten()
}

/// How long the text is that may be any other reference.
fn rare(rest: &str) -> Option<usize> {
    let name = &rest.as_bytes()[1..];
    if let Some(number) = name.strip_prefix(b"#") {
        let digits = number
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric());
        return Some(with_end(rest, 2 + digits.count()));
    }
    let letters = name.iter().take(REFERENCE_BYTES_MAX);
    let end = 1 + letters
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    let ends = end > 1 && rest.as_bytes().get(end) == Some(&b';');
    (ends || begins_unended(name)).then(|| with_end(rest, end))
}

fn with_end(rest: &str, end: usize) -> usize {
    end + usize::from(rest.as_bytes().get(end) == Some(&b';'))
}

fn begins_unended(name: &[u8]) -> bool {
    let first = name.first();
    UNENDED
        .iter()
        .any(|known| known.as_bytes().first() == first && name.starts_with(known.as_bytes()))
}

/// Names that also stand for their character without `;` (WHATWG HTML, section 13.5).
#[rustfmt::skip]
const UNENDED: &[&str] = &[
    "AElig", "AMP", "Aacute", "Acirc", "Agrave", "Aring", "Atilde", "Auml", "COPY", "Ccedil",
    "ETH", "Eacute", "Ecirc", "Egrave", "Euml", "GT", "Iacute", "Icirc", "Igrave", "Iuml", "LT",
    "Ntilde", "Oacute", "Ocirc", "Ograve", "Oslash", "Otilde", "Ouml", "QUOT", "REG", "THORN",
    "Uacute", "Ucirc", "Ugrave", "Uuml", "Yacute", "aacute", "acirc", "acute", "aelig", "agrave",
    "amp", "aring", "atilde", "auml", "brvbar", "ccedil", "cedil", "cent", "copy", "curren", "deg",
    "divide", "eacute", "ecirc", "egrave", "eth", "euml", "frac12", "frac14", "frac34", "gt",
    "iacute", "icirc", "iexcl", "igrave", "iquest", "iuml", "laquo", "lt", "macr", "micro",
    "middot", "nbsp", "not", "ntilde", "oacute", "ocirc", "ograve", "ordf", "ordm", "oslash",
    "otilde", "ouml", "para", "plusmn", "pound", "quot", "raquo", "reg", "sect", "shy", "sup1",
    "sup2", "sup3", "szlig", "thorn", "times", "uacute", "ucirc", "ugrave", "uml", "uuml",
    "yacute", "yen", "yuml",
];

fn by_the_book(text: &str) -> String {
    let escaped = text.replace('<', "&lt;");
    let mut out = String::with_capacity(text.len());
    for token in Tokenizer::new(&escaped).flatten() {
        if let Token::String(words) = token {
            out.push_str(&String::from_utf8_lossy(&words));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn references() {
        assert_eq!(decode("a &amp; b &#65;&#x42; &eacute;"), "a & b AB \u{e9}");
        assert_eq!(
            decode("&Zfr; &notit; & x &; &#128;"),
            "\u{2128} \u{ac}it; & x &; \u{20ac}"
        );
        assert_eq!(
            decode("https://x.example/?a=1&b=2"),
            "https://x.example/?a=1&b=2"
        );
        assert_eq!(decode("1 < 2 &Zfr; <b>"), "1 < 2 \u{2128} <b>");
        assert_eq!(decode("&Zfr;&nbsp;x&nbsp;"), "\u{2128} x ");
    }

    #[test]
    fn references_without_an_end() {
        assert_eq!(decode("a&copy b &amp"), "a\u{a9} b &");
        assert_eq!(decode("&notin &#65x &#x41"), "\u{ac}in Ax A");
        assert_eq!(decode("&#; &# &#x; &"), "&#; &# &#x; &");
        assert_eq!(decode("?a=1&utm_source=b&e=&"), "?a=1&utm_source=b&e=&");
        let long = "&".to_owned() + &"a".repeat(200) + ";";
        assert_eq!(decode(&long), long);
    }
}
