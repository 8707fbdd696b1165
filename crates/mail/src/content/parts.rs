//! The MIME parts of a mail, under limits.
//!
//! Structure and decoding come from the parser; what is shown, what is an
//! attachment and where two readings differ is decided here.

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::Limit;
use crate::headers::Headers;

/// Far more parts than any genuine notice carries. A mail beyond this is built
/// to exhaust its reader, which is worth saying in the verdict.
pub const PARTS_MAX: usize = 200;
/// A mail in a mail in a mail: deeper than this nobody forwards.
pub const DEPTH_MAX: usize = 8;
/// Bytes of one mail that are read at most; providers refuse larger ones.
pub const MAIL_BYTES_MAX: usize = 60 * 1024 * 1024;
/// Boundary lines in the raw bytes beyond which the structure is not even parsed.
const BOUNDARIES_MAX: usize = 2_000;

/// One leaf of the structure, decoded.
#[derive(Debug)]
pub struct Leaf<'m> {
    /// Declared media type, lower case.
    pub declared: String,
    /// File name, decoded; empty where there is none.
    pub name: String,
    /// Decoded content.
    pub body: Body<'m>,
    /// It is shown as part of the mail and not as a file.
    pub shown: bool,
}

/// What a leaf holds.
#[derive(Debug)]
pub enum Body<'m> {
    /// Plain text.
    Plain(&'m str),
    /// HTML.
    Html(&'m str),
    /// Bytes of a file.
    File(&'m [u8]),
    /// A mail.
    Mail(&'m [u8]),
}

/// Parses a mail; `None` where it holds nothing that can be read.
pub fn parse<'m>(mail: &'m [u8], limits: &mut Vec<Limit>) -> Option<Message<'m>> {
    if mail.len() > MAIL_BYTES_MAX {
        limits.push(Limit::Size);
        return None;
    }
    // Thousands of boundary lines make deep structures that only cost time.
    let lines = memchr::memmem::find_iter(mail, b"\n--")
        .take(BOUNDARIES_MAX + 1)
        .count();
    if lines > BOUNDARIES_MAX
        && memchr::memmem::find_iter(mail, b"ontent-")
            .take(BOUNDARIES_MAX + 1)
            .count()
            > BOUNDARIES_MAX
    {
        limits.push(Limit::Parts);
        return None;
    }
    // Only what the structure needs: From, Received and the rest are read elsewhere, strictly.
    MessageParser::new()
        .with_mime_headers()
        .default_header_ignore()
        .parse(mail)
}

/// The leaves of a parsed mail, in order.
pub fn leaves<'m>(message: &'m Message<'_>, limits: &mut Vec<Limit>) -> Vec<Leaf<'m>> {
    if message.parts.len() > PARTS_MAX {
        limits.push(Limit::Parts);
    }
    let has_html = message.html_body.iter().any(|id| {
        message
            .part(*id)
            .is_some_and(mail_parser::MessagePart::is_text_html)
    });
    let mut leaves = Vec::new();
    for (id, part) in message.parts.iter().enumerate().take(PARTS_MAX) {
        let id = u32::try_from(id).unwrap_or(u32::MAX);
        let in_html = message.html_body.contains(&id);
        let in_text = message.text_body.contains(&id) && !has_html;
        leaves.extend(leaf(part, in_html || in_text));
    }
    leaves
}

fn leaf<'m>(part: &'m MessagePart<'_>, shown: bool) -> Option<Leaf<'m>> {
    let body = match &part.body {
        PartType::Text(text) => Body::Plain(text),
        PartType::Html(text) => Body::Html(text),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => Body::File(bytes),
        PartType::Message(inner) => Body::Mail(inner.raw_message()),
        PartType::Multipart(_) => return None,
    };
    let declared = part.content_type().map_or_else(String::new, |kind| {
        let sub = kind.subtype().unwrap_or_default();
        format!("{}/{sub}", kind.ctype()).to_ascii_lowercase()
    });
    let name = part.attachment_name().unwrap_or_default().to_owned();
    Some(Leaf {
        declared,
        name,
        body,
        shown,
    })
}

/// Header fields that decide how the body is read: two of one kind are read differently.
const DECIDING: &[&str] = &["Content-Type", "Content-Transfer-Encoding", "MIME-Version"];

/// Why mail programs could show this mail differently, in plain words.
pub fn ambiguity(headers: &Headers<'_>) -> Option<String> {
    if let Some(name) = DECIDING.iter().find(|name| headers.count(name) > 1) {
        return Some(format!("the field {name} stands there more than once"));
    }
    let value = headers.first("Content-Type")?.value().to_ascii_lowercase();
    if value.matches("boundary").count() > 1 {
        return Some("the boundary between its parts is given more than once".to_owned());
    }
    let encoding = headers
        .first("Content-Transfer-Encoding")
        .map(|field| field.value().to_ascii_lowercase());
    let known = ["", "7bit", "8bit", "binary", "quoted-printable", "base64"];
    if let Some(encoding) = encoding
        && !known.contains(&encoding.split_whitespace().next().unwrap_or_default())
    {
        return Some(format!("its encoding {encoding:?} is none that is known"));
    }
    None
}
