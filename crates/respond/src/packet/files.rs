//! The files of a packet as bytes, and which pieces a reader is handed.

use sellkeep_model::{Record, sha256};

use super::reader::Reader;
use super::report::{report, title};
use super::timeline::{csv, timeline};
use super::{Case, Original, readme};
use crate::evidence::{Head, Link, bytes};
use crate::pdf::{Paper, write};

/// The folder of the pieces.
pub const ORIGINALS: &str = "originals/";
/// The chain of evidence, a link a line.
pub const CHAIN: &str = "chain.jsonl";
/// The signed ends of the chain, one a line.
pub const HEADS: &str = "heads.jsonl";
/// Hashes of all other files.
pub const SUMS: &str = "SHA256SUMS";

/// Type size of the report, in points.
const SIZE: f32 = 9.5;
/// An Ed25519 public key as SubjectPublicKeyInfo (RFC 8410 section 4): all but the key.
const KEY_PREFIX: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its place in the packet.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The pieces that a reader is handed, by their hashes.
pub fn wanted(originals: &[Original], reader: Reader) -> Vec<&str> {
    let view = reader.view();
    // A piece of several themes is handed over only where all of them may be seen.
    let may = |one: &&Original| {
        let seen = |theme| view.originals.contains(theme);
        let by_person = one.by_person && !view.originals.is_empty();
        by_person || (!one.themes.is_empty() && one.themes.iter().all(seen))
    };
    let wanted = originals.iter().filter(may);
    wanted.map(|one| one.sha256.as_str()).collect()
}

/// All files of the packet for a reader. `content` gives a piece by its hash.
pub fn files(
    case: &Case<'_>,
    reader: Reader,
    content: impl Fn(&str) -> Option<Vec<u8>>,
) -> Vec<File> {
    let lines = timeline(case.events, &reader.view());
    let mut files = Vec::new();
    let mut put = |path: &str, bytes: Vec<u8>| {
        files.push(File {
            path: path.to_owned(),
            bytes,
        });
    };
    for (path, paper) in [
        ("report-a4.pdf", Paper::A4),
        ("report-letter.pdf", Paper::Letter),
    ] {
        put(path, write(&report(case, reader, &lines, paper), SIZE));
    }
    put("timeline.csv", csv(&lines).into_bytes());
    put(CHAIN, json_lines(case.chain));
    put(HEADS, json_lines(case.heads));
    let given = pieces(case, reader, content);
    let held = case.chain.len().saturating_sub(given.0);
    let title = title(case, reader);
    let made = case.made.to_string();
    put(
        "README.txt",
        readme::text(&title, &made, given.0, held).into_bytes(),
    );
    files.extend(given.1);
    files.extend(case.heads.last().and_then(signed_end).into_iter().flatten());
    files.push(sums(&files));
    files
}

fn json_lines(values: &[impl serde::Serialize]) -> Vec<u8> {
    let line = |value| {
        let mut line = serde_json::to_vec(value).unwrap_or_default();
        line.push(b'\n');
        line
    };
    values.iter().flat_map(line).collect()
}

/// How many pieces are handed over, and their files.
fn pieces(
    case: &Case<'_>,
    reader: Reader,
    content: impl Fn(&str) -> Option<Vec<u8>>,
) -> (usize, Vec<File>) {
    let wanted = wanted(case.originals, reader);
    let mut files = Vec::new();
    let mut count = 0;
    for link in case.chain {
        if !wanted.contains(&link.sha256.as_str()) {
            continue;
        }
        let Some(bytes) = content(&link.sha256) else {
            continue;
        };
        count += 1;
        files.extend(mail_in(link, &bytes));
        files.push(File {
            path: place(link, "record", ending(&link.media_type)),
            bytes,
        });
    }
    (count, files)
}

fn place(link: &Link, what: &str, ending: &str) -> String {
    format!("{ORIGINALS}{:03}-{what}.{ending}", link.number)
}

fn ending(media_type: &str) -> &'static str {
    match media_type {
        "application/json" => "json",
        "message/rfc822" => "eml",
        "application/pdf" => "pdf",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "text/plain" => "txt",
        _ => "bin",
    }
}

/// The mail in a record, as it was received.
fn mail_in(link: &Link, bytes: &[u8]) -> Option<File> {
    let record: Record = serde_json::from_slice(bytes).ok()?;
    let mail = match (record.eml, record.eml_base64) {
        (Some(text), _) => text.into_bytes(),
        (None, Some(text)) => base64(&text)?,
        (None, None) => return None,
    };
    Some(File {
        path: place(link, "mail", "eml"),
        bytes: mail,
    })
}

/// RFC 4648 section 4, line breaks passed over; `None` for anything that is none.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' | b'\r' | b'\n' => continue,
            _ => return None,
        };
        held = (held << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from((held >> bits) & 255).ok()?);
        }
    }
    Some(out)
}

fn base64_of(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or_default());
        let held = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for place in 0..4 {
            let digit = DIGITS[(held >> (18 - 6 * place)) as usize & 63];
            let filled = place <= three.len();
            out.push(if filled { char::from(digit) } else { '=' });
        }
    }
    out
}

/// The last signed end, in the form that other tools read.
fn signed_end(head: &Head) -> Option<[File; 3]> {
    let file = |path: &str, bytes: Vec<u8>| File {
        path: path.to_owned(),
        bytes,
    };
    let mut key = KEY_PREFIX.to_vec();
    key.extend(bytes(&head.key)?);
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        base64_of(&key)
    );
    Some([
        file("head.txt", head.signed_text()),
        file("head.sig", bytes(&head.signature)?),
        file("head.pem", pem.into_bytes()),
    ])
}

fn sums(files: &[File]) -> File {
    let line = |file: &File| format!("{}  {}\n", sha256(&file.bytes), file.path);
    let text: String = files.iter().map(line).collect();
    File {
        path: SUMS.to_owned(),
        bytes: text.into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64_of(plain.as_bytes()), coded);
            assert_eq!(base64(coded), Some(plain.as_bytes().to_vec()));
        }
        assert_eq!(base64("a*b"), None);
    }
}
