//! Links and words of a PDF, and the pictures in it, without rendering it.
//!
//! Reads what stands in the bytes and in their compressed streams: link
//! targets, shown strings, JPEG pictures. Bounded in streams and bytes, without
//! recursion: a PDF is a graph made for exhausting its readers.

use flate2::read::ZlibDecoder;
use memchr::memmem;
use std::io::Read;

use super::Limit;

/// Bytes of one PDF that are looked at.
const PDF_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Streams that are unpacked.
const STREAMS_MAX: usize = 400;
/// Bytes that all streams of one PDF may unpack to.
const UNPACKED_BYTES_MAX: usize = 8 * 1024 * 1024;

/// What a PDF holds.
#[derive(Debug, Default)]
pub struct Pdf {
    /// Targets of links.
    pub links: Vec<String>,
    /// Words, as far as their font needs no table to be read.
    pub text: String,
    /// JPEG pictures.
    pub pictures: Vec<Vec<u8>>,
}

/// Reads a PDF.
pub fn read(bytes: &[u8], limits: &mut Vec<Limit>) -> Pdf {
    let mut pdf = Pdf::default();
    if bytes.len() > PDF_BYTES_MAX {
        limits.push(Limit::Pdf);
        return pdf;
    }
    links(bytes, &mut pdf.links);
    let mut left = UNPACKED_BYTES_MAX;
    for (count, (dictionary, stream)) in streams(bytes).enumerate() {
        if count >= STREAMS_MAX || left == 0 {
            limits.push(Limit::Pdf);
            break;
        }
        if stream.starts_with(b"\xff\xd8") {
            pdf.pictures.push(stream.to_vec());
        } else if memmem::find(dictionary, b"FlateDecode").is_some()
            && memmem::find(dictionary, b"/Image").is_none()
        {
            let unpacked = unpack(stream, left);
            left -= unpacked.len().min(left);
            links(&unpacked, &mut pdf.links);
            shown_text(&unpacked, &mut pdf.text);
        }
    }
    pdf
}

/// Each stream with the bytes of its dictionary.
fn streams(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + memmem::find(&bytes[from..], b"stream")?;
        let start = at
            + 6
            + bytes[at + 6..]
                .iter()
                .take(2)
                .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                .count();
        let end =
            memmem::find(&bytes[start..], b"endstream").map_or(bytes.len(), |end| start + end);
        from = (end + 9).min(bytes.len());
        let dictionary = &bytes[at.saturating_sub(600)..at];
        let own = memmem::rfind(dictionary, b"obj").map_or(dictionary, |obj| &dictionary[obj..]);
        Some((own, &bytes[start..end]))
    })
}

fn unpack(stream: &[u8], limit: usize) -> Vec<u8> {
    let mut out = Vec::new();
    // A damaged end still leaves what was unpacked before it.
    let _ = ZlibDecoder::new(stream)
        .take(limit as u64)
        .read_to_end(&mut out);
    out
}

/// Link annotations of one PDF that are read.
const LINKS_MAX: usize = 200;

fn links(bytes: &[u8], found: &mut Vec<String>) {
    for at in memmem::find_iter(bytes, b"/URI") {
        let rest = &bytes[at + 4..];
        let skip = rest
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let text = match rest.get(skip) {
            Some(b'(') => literal(&rest[skip..]).0,
            Some(b'<') => hexadecimal(&rest[skip..]),
            _ => continue,
        };
        if !text.is_empty() && found.len() < LINKS_MAX && !found.contains(&text) {
            found.push(text);
        }
    }
}

/// A literal string (ISO 32000-1 section 7.3.4.2) and its length in the bytes.
fn literal(bytes: &[u8]) -> (String, usize) {
    let (mut out, mut depth, mut at) = (Vec::new(), 0_usize, 0);
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'\\' => {
                if let Some(next) = bytes.get(at) {
                    out.push(*next);
                    at += 1;
                }
            }
            b'(' => {
                depth += 1;
                if depth > 1 {
                    out.push(b'(');
                }
            }
            b')' if depth <= 1 => break,
            b')' => {
                depth -= 1;
                out.push(b')');
            }
            byte => out.push(*byte),
        }
    }
    (String::from_utf8_lossy(&out).into_owned(), at)
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits: Vec<u32> = bytes[1..]
        .iter()
        .take_while(|byte| **byte != b'>')
        .filter_map(|byte| char::from(*byte).to_digit(16))
        .collect();
    let decoded = digits
        .chunks_exact(2)
        .map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap_or_default())
        .collect::<Vec<u8>>();
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Text of one PDF that is kept.
const TEXT_BYTES_MAX: usize = 64 * 1024;

/// Strings inside the text objects of a content stream (`BT … ET`).
fn shown_text(stream: &[u8], out: &mut String) {
    let mut from = 0;
    while let Some(start) = memmem::find(&stream[from..], b"BT").map(|at| from + at) {
        let end = memmem::find(&stream[start..], b"ET").map_or(stream.len(), |end| start + end);
        let mut at = start;
        while at < end && out.len() < TEXT_BYTES_MAX {
            if stream[at] == b'(' {
                let (text, used) = literal(&stream[at..end]);
                out.extend(text.chars().filter(|c| !c.is_control()));
                at += used.max(1);
            } else {
                at += 1;
            }
        }
        out.push('\n');
        from = end.max(start + 2);
    }
}
