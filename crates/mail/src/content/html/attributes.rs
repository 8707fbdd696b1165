//! The attributes of one tag (WHATWG HTML, sections 13.2.5.32 to 13.2.5.40).

use memchr::memchr;

/// Attributes of one tag beyond this are not read.
const ATTRIBUTES_MAX: usize = 200;

/// Name and value, both as written; entities undecoded.
pub type Attributes<'h> = Vec<(&'h str, &'h str)>;

/// Reads attributes up to the end of the tag and says where that is.
pub fn read_attributes<'h>(html: &'h str, at: usize, found: &mut Attributes<'h>) -> usize {
    let bytes = html.as_bytes();
    found.clear();
    let mut at = at;
    loop {
        at = past(bytes, at, |byte| byte.is_ascii_whitespace() || byte == b'/');
        match bytes.get(at) {
            None => return bytes.len(),
            Some(b'>') => return at + 1,
            Some(_) => {}
        }
        // Whatever stands first belongs to the name, even a `=`.
        let name_end = past(bytes, at + 1, is_of_name);
        let name = html.get(at..name_end).unwrap_or_default();
        at = past(bytes, name_end, |byte| byte.is_ascii_whitespace());
        let mut value = "";
        if bytes.get(at) == Some(&b'=') {
            at = past(bytes, at + 1, |byte| byte.is_ascii_whitespace());
            (value, at) = attribute_value(html, at);
        }
        if found.len() < ATTRIBUTES_MAX {
            found.push((name, value));
        }
    }
}

fn is_of_name(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>' | b'=')
}

fn attribute_value(html: &str, at: usize) -> (&str, usize) {
    let bytes = html.as_bytes();
    if let Some(quote @ (b'"' | b'\'')) = bytes.get(at) {
        let end = memchr(*quote, &bytes[at + 1..]).map_or(bytes.len(), |end| at + 1 + end);
        let value = html.get(at + 1..end).unwrap_or_default();
        return (value, (end + 1).min(bytes.len()));
    }
    let end = past(bytes, at, |byte| {
        !byte.is_ascii_whitespace() && byte != b'>'
    });
    (html.get(at..end).unwrap_or_default(), end)
}

/// Where something else stands first.
fn past(bytes: &[u8], at: usize, is_skipped: impl Fn(u8) -> bool) -> usize {
    let other = bytes[at..].iter().position(|byte| !is_skipped(*byte));
    other.map_or(bytes.len(), |other| at + other)
}

/// The value of the first attribute of a name.
pub fn attribute<'h>(attributes: &Attributes<'h>, name: &str) -> Option<&'h str> {
    attributes
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tag: &str, expected: &[(&str, &str)], rest: &str) {
        let mut found = Vec::new();
        let end = read_attributes(tag, 0, &mut found);
        assert_eq!((found.as_slice(), &tag[end..]), (expected, rest), "{tag:?}");
    }

    #[test]
    fn attributes_of_every_writing() {
        check(
            " a=1 B='2' c = \"3>\" d>x",
            &[("a", "1"), ("B", "2"), ("c", "3>"), ("d", "")],
            "x",
        );
        check("/ =x=y/z=>", &[("=x", "y/z=")], "");
        check(" \u{e4}=\u{f6}\n>", &[("\u{e4}", "\u{f6}")], "");
    }

    #[test]
    fn a_tag_without_an_end_ends_with_the_text() {
        check(" a=\"1", &[("a", "1")], "");
        check(" a=", &[("a", "")], "");
        check("", &[], "");
        let (many, mut found) = (" x".repeat(ATTRIBUTES_MAX + 1), Vec::new());
        read_attributes(&many, 0, &mut found);
        assert_eq!(found.len(), ATTRIBUTES_MAX);
    }
}
