//! The MIME structure of a mail: its parts, found and not yet decoded.
//!
//! Boundaries are searched as RFC 2046 section 5.1.1 has them: at the beginning of
//! a line, inside the parent's part only. Where none stands so, any place counts,
//! since mail programs forgive it. Every byte is looked at once per level; levels
//! and parts have limits. Not here: what a part shows (`parts`), its text (`encoding`).

use std::borrow::Cow;

use mail_parser::parsers::MessageStream;
use mail_parser::{ContentType, HeaderValue};
use memchr::memmem::Finder;

use super::encoding::{Encoded, Encoding};
use crate::headers::Headers;

/// What a part is, by its declared type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Several parts, of which one is shown.
    Alternative,
    /// Several parts, of which the first is shown with the help of the others.
    Related,
    /// Several mails.
    Digest,
    /// Any other set of parts.
    Mixed,
    /// A mail.
    Mail,
    /// Plain text.
    Plain,
    /// HTML.
    Html,
    /// Any other text.
    OtherText,
    /// Picture, sound or film.
    Media,
    /// Anything else.
    File,
}

/// One part with what its header says of it.
#[derive(Debug)]
pub struct Part<'m> {
    /// What it is.
    pub kind: Kind,
    /// Declared media type, lower case; empty where there is none.
    pub declared: String,
    /// Charset of its text.
    pub charset: Option<String>,
    /// File name, decoded; empty where there is none.
    pub name: String,
    /// A name stands in its type.
    pub is_named: bool,
    /// It is declared to be an attachment.
    pub is_attachment: bool,
    /// The line between its own parts.
    boundary: Option<String>,
    /// Its body.
    pub content: Encoded<'m>,
}

impl<'m> Part<'m> {
    /// The whole mail as a part.
    pub fn of_mail(headers: &Headers<'m>, mail: &'m [u8]) -> Part<'m> {
        let body = mail.get(headers.body_offset..).unwrap_or_default();
        Part::new(headers, body, Kind::Mixed)
    }

    /// A part inside another one.
    fn inside(bytes: &'m [u8], parent: Kind) -> Part<'m> {
        let headers = Headers::read(bytes);
        let has_none = headers.stray_lines > 0 && headers.iter().next().is_none();
        let body = if has_none {
            bytes
        } else {
            &bytes[headers.body_offset..]
        };
        Part::new(&headers, body, parent)
    }

    fn new(headers: &Headers<'m>, body: &'m [u8], parent: Kind) -> Part<'m> {
        let declared = Field::read(headers, "Content-Type");
        let disposition = Field::read(headers, "Content-Disposition").unwrap_or_default();
        let kind = declared.as_ref().map_or_else(|| undeclared(parent), kind);
        let declared = declared.unwrap_or_default();
        let encoding = headers.all("Content-Transfer-Encoding").next_back();
        Part {
            kind,
            is_named: declared.name.is_some(),
            name: disposition.name.or(declared.name).unwrap_or_default(),
            declared: declared.value,
            charset: declared.charset,
            boundary: declared.boundary.filter(|value| !value.is_empty()),
            is_attachment: disposition.value.eq_ignore_ascii_case("attachment"),
            content: Encoded {
                raw: body,
                encoding: encoding.map_or(Encoding::Identity, |field| Encoding::of(&field.value())),
            },
        }
    }

    /// Whether it consists of parts.
    pub fn is_multipart(&self) -> bool {
        matches!(
            self.kind,
            Kind::Alternative | Kind::Related | Kind::Digest | Kind::Mixed
        )
    }

    /// Its parts in order, at most as many as asked for. None where no boundary
    /// is named or none stands in it.
    pub fn parts(&self, max: usize) -> Vec<Part<'m>> {
        let Some(boundary) = self.boundary.as_deref().filter(|_| self.is_multipart()) else {
            return Vec::new();
        };
        let pieces = pieces(self.content.raw, boundary, max);
        let parts = pieces.into_iter();
        parts.map(|piece| Part::inside(piece, self.kind)).collect()
    }

    /// A boundary is named.
    pub fn has_boundary(&self) -> bool {
        self.boundary.is_some()
    }
}

/// A header field with a value and parameters.
#[derive(Default)]
struct Field {
    /// Lower case; a type with its subtype behind a slash.
    value: String,
    charset: Option<String>,
    boundary: Option<String>,
    /// A file's name, under whichever name it is given.
    name: Option<String>,
}

impl Field {
    /// Reads a field; continued and encoded parameters are joined (RFC 2231).
    fn read(headers: &Headers<'_>, name: &str) -> Option<Field> {
        let raw = headers.all(name).next_back()?.raw;
        // The parser wants the end of the line.
        let raw = if raw.ends_with(b"\n") {
            Cow::Borrowed(raw)
        } else {
            Cow::Owned([raw, b"\n"].concat())
        };
        match MessageStream::new(&raw).parse_content_type() {
            HeaderValue::ContentType(read) => Some(Field::of(&read)),
            _ => None,
        }
    }

    fn of(read: &ContentType<'_>) -> Field {
        let attribute = |name: &str| read.attribute(name).map(str::to_owned);
        let value = match read.subtype() {
            Some(sub) => format!("{}/{sub}", read.ctype()),
            None => read.ctype().to_owned(),
        };
        Field {
            value: value.to_ascii_lowercase(),
            charset: attribute("charset"),
            boundary: attribute("boundary"),
            name: attribute("filename").or_else(|| attribute("name")),
        }
    }
}

/// What a part without a declared type is.
fn undeclared(parent: Kind) -> Kind {
    if parent == Kind::Digest {
        Kind::Mail
    } else {
        Kind::Plain
    }
}

fn kind(declared: &Field) -> Kind {
    let (main, sub) = declared
        .value
        .split_once('/')
        .unwrap_or((&declared.value, ""));
    match (main, sub) {
        ("multipart", "alternative") => Kind::Alternative,
        ("multipart", "related") => Kind::Related,
        ("multipart", "digest") => Kind::Digest,
        ("multipart", _) => Kind::Mixed,
        ("text", "plain") => Kind::Plain,
        ("text", "html") => Kind::Html,
        ("text", _) => Kind::OtherText,
        ("image" | "audio" | "video", _) => Kind::Media,
        ("message", "rfc822" | "global") => Kind::Mail,
        _ => Kind::File,
    }
}

/// What stands between the boundaries of a body.
fn pieces<'m>(body: &'m [u8], boundary: &str, max: usize) -> Vec<&'m [u8]> {
    let line = [b"--", boundary.as_bytes()].concat();
    let finder = Finder::new(&line);
    let mut lines = finder
        .find_iter(body)
        .filter(|at| stands_alone(body, *at, line.len()))
        .peekable();
    if lines.peek().is_some() {
        between(body, lines, line.len(), max)
    } else {
        between(body, finder.find_iter(body), line.len(), max)
    }
}

/// At the beginning of a line, with nothing but `--` and blanks behind it.
fn stands_alone(body: &[u8], at: usize, len: usize) -> bool {
    let begins = at == 0 || body[at - 1] == b'\n';
    let rest = &body[at + len..];
    let rest = rest.strip_prefix(b"--").unwrap_or(rest);
    let end = rest
        .iter()
        .find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
    begins && matches!(end, None | Some(b'\n'))
}

fn between(body: &[u8], lines: impl Iterator<Item = usize>, len: usize, max: usize) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    let mut open: Option<usize> = None;
    for at in lines {
        pieces.extend(
            open.take()
                .map(|from| without_line_end(&body[from.min(at)..at])),
        );
        let rest = &body[at + len..];
        if rest.starts_with(b"--") || pieces.len() >= max {
            return pieces;
        }
        let next = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        open = Some(at + len + next);
    }
    // The last boundary is missing: a cut-off mail is still shown.
    pieces.extend(open.map(|from| &body[from..]));
    pieces
}

/// The line end before a boundary belongs to the boundary.
fn without_line_end(piece: &[u8]) -> &[u8] {
    let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
    piece.strip_suffix(b"\r").unwrap_or(piece)
}
