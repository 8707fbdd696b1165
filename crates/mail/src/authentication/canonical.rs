//! Header fields and body in the form that is hashed (RFC 6376 section 3.4).
//!
//! Line ends are normalised first: a stored mail often has bare line feeds where
//! the wire had CR LF. A carriage return elsewhere stays what it is, so a mail
//! into which somebody slipped one no longer verifies.

use memchr::{memchr, memchr2_iter};

/// How tolerant the hashed form is of changes on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Canonical {
    /// Almost none.
    Simple,
    /// White space may change.
    Relaxed,
}

/// Reads `c=`: header and body form; both are simple where nothing is said.
pub(super) fn forms(value: Option<&str>) -> Option<(Canonical, Canonical)> {
    let form = |name: &str| match name {
        _ if name.eq_ignore_ascii_case("simple") => Some(Canonical::Simple),
        _ if name.eq_ignore_ascii_case("relaxed") => Some(Canonical::Relaxed),
        _ => None,
    };
    let Some(value) = value else {
        return Some((Canonical::Simple, Canonical::Simple));
    };
    match value.split_once('/') {
        Some((header, body)) => Some((form(header.trim())?, form(body.trim())?)),
        None => Some((form(value)?, Canonical::Simple)),
    }
}

impl Canonical {
    /// Appends one header field, its final CR LF included.
    pub(super) fn header_field(self, name: &str, value: &[u8], out: &mut Vec<u8>) {
        match self {
            Canonical::Simple => {
                out.extend_from_slice(name.as_bytes());
                out.push(b':');
                for line in lines(value) {
                    out.extend_from_slice(line);
                    out.extend_from_slice(b"\r\n");
                }
            }
            Canonical::Relaxed => {
                out.extend(name.bytes().map(|byte| byte.to_ascii_lowercase()));
                out.push(b':');
                let unfolded: Vec<u8> = lines(value).flatten().copied().collect();
                collapse(trim_start(&unfolded), &mut |piece| {
                    out.extend_from_slice(piece);
                });
                out.extend_from_slice(b"\r\n");
            }
        }
    }

    /// The whole body, handed on piece by piece so that no copy of it is made.
    pub(super) fn body(self, body: &[u8], mut emit: impl FnMut(&[u8])) {
        let mut empty_lines = 0;
        let mut is_empty = true;
        for line in lines(body) {
            let line = match self {
                Canonical::Simple => line,
                Canonical::Relaxed => trim_end(line),
            };
            if line.is_empty() {
                empty_lines += 1;
                continue;
            }
            (0..empty_lines).for_each(|_| emit(b"\r\n"));
            empty_lines = 0;
            is_empty = false;
            match self {
                Canonical::Simple => emit(line),
                Canonical::Relaxed => collapse(line, &mut emit),
            }
            emit(b"\r\n");
        }
        // An empty body is one line end in the simple form and nothing in the relaxed one.
        if is_empty && self == Canonical::Simple {
            emit(b"\r\n");
        }
    }
}

/// The lines of a text without their ends; a last line without an end counts.
fn lines(mut rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = memchr(b'\n', rest).unwrap_or(rest.len());
        let line = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    })
}

fn trim_start(line: &[u8]) -> &[u8] {
    let blank = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    &line[blank.count()..]
}

fn trim_end(line: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let kept = line.iter().rposition(|byte| !blank(byte));
    kept.map_or(&[], |last| &line[..=last])
}

/// Hands on a line with every run of white space as one space, none at the end.
fn collapse(line: &[u8], emit: &mut impl FnMut(&[u8])) {
    let mut rest = trim_end(line);
    while let Some(at) = odd_space(rest) {
        emit(&rest[..at]);
        emit(b" ");
        let run = rest[at..].iter();
        let length = run.take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        rest = &rest[at + length..];
    }
    emit(rest);
}

/// Where a run of white space begins that is not already a single space.
fn odd_space(text: &[u8]) -> Option<usize> {
    memchr2_iter(b' ', b'\t', text).find(|&at| {
        let next = text.get(at + 1);
        text[at] == b'\t' || matches!(next, Some(b' ' | b'\t'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_body(form: Canonical, body: &str, expected: &str) {
        let mut got = Vec::new();
        form.body(body.as_bytes(), |piece| got.extend_from_slice(piece));
        assert_eq!(
            String::from_utf8(got).unwrap(),
            expected,
            "{form:?} {body:?}"
        );
    }

    #[test]
    fn bodies_of_the_standard() {
        // RFC 6376 section 3.4.5.
        let body = " C \r\nD \t E\r\n\r\n\r\n";
        check_body(Canonical::Relaxed, body, " C\r\nD E\r\n");
        check_body(Canonical::Simple, body, " C \r\nD \t E\r\n");
        check_body(Canonical::Simple, "", "\r\n");
        check_body(Canonical::Relaxed, "", "");
    }

    #[test]
    fn lines_of_white_space_at_the_end_are_empty_lines() {
        check_body(Canonical::Relaxed, "a\r\n \r\n\t\r\n", "a\r\n");
        check_body(Canonical::Relaxed, " \t\r\n", "");
        check_body(Canonical::Simple, "a\r\n \r\n", "a\r\n \r\n");
    }

    #[test]
    fn line_ends_are_normalised_but_a_lone_carriage_return_stays() {
        check_body(Canonical::Simple, "a\nb", "a\r\nb\r\n");
        check_body(Canonical::Relaxed, "a\rb\n", "a\rb\r\n");
    }

    #[test]
    fn fields_of_the_standard() {
        let mut out = Vec::new();
        Canonical::Relaxed.header_field("A", b" X\r\n", &mut out);
        Canonical::Relaxed.header_field("B", b" Y\t\r\n\tZ  \r\n", &mut out);
        assert_eq!(out, b"a:X\r\nb:Y Z\r\n");
        out.clear();
        Canonical::Simple.header_field("B", b" Y\t\n\tZ  \n", &mut out);
        assert_eq!(out, b"B: Y\t\r\n\tZ  \r\n");
    }

    #[test]
    fn forms_are_read() {
        assert_eq!(
            forms(Some("relaxed")),
            Some((Canonical::Relaxed, Canonical::Simple))
        );
        assert_eq!(forms(Some("nofws")), None);
    }
}
