//! Outlook's .msg: a compound file of properties (MS-OXMSG), rebuilt as a mail.
//!
//! Outlook does not keep the bytes that were sent, so signatures in the kept
//! header can no longer be verified and are set aside under another name.

use std::fmt::Write as _;
use std::io::{Cursor, Read};

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cfb::CompoundFile;

type File<'b> = CompoundFile<Cursor<&'b [u8]>>;

/// Attachments of one mail that are taken over.
const ATTACHMENTS_MAX: usize = 100;
/// Bytes of one property; larger ones are cut.
const PROPERTY_BYTES_MAX: u64 = 40 * 1024 * 1024;

// Property tags (MS-OXPROPS).
const HEADERS: &str = "007D";
const SUBJECT: &str = "0037";
const SENDER_NAME: &str = "0C1A";
const SENDER_SMTP: &str = "5D01";
const SENDER_ADDRESS: &str = "0C1F";
const BODY: &str = "1000";
const BODY_HTML: &str = "1013";
const DATA: &str = "3701";
const LONG_NAME: &str = "3707";
const MIME_TAG: &str = "370E";

/// Whether the bytes are a compound file.
pub fn is_msg(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
}

/// Rebuilds the mail.
pub fn rebuild(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut file =
        CompoundFile::open(Cursor::new(bytes)).context("the compound file is damaged")?;
    let header = match text(&mut file, "", HEADERS) {
        Some(kept) if kept.contains(':') => set_aside(&kept),
        _ => made_header(&mut file),
    };
    let boundary = "sellkeep-rebuilt";
    let mut mail = format!(
        "{header}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n"
    );
    let (kind, body) = body(&mut file);
    part(
        &mut mail,
        boundary,
        &format!("{kind}; charset=utf-8"),
        "",
        &body,
    );
    for number in 0..ATTACHMENTS_MAX {
        let folder = format!("/__attach_version1.0_#{number:08X}");
        if !file.is_storage(&folder) {
            break;
        }
        let name = text(&mut file, &folder, LONG_NAME).unwrap_or_default();
        let kind = text(&mut file, &folder, MIME_TAG)
            .unwrap_or_else(|| "application/octet-stream".to_owned());
        if let Some(data) = binary(&mut file, &folder, DATA) {
            part(&mut mail, boundary, &kind, &name, &data);
        }
    }
    let _ = write!(mail, "--{boundary}--\r\n");
    Ok(mail.into_bytes())
}

fn part(mail: &mut String, boundary: &str, kind: &str, name: &str, data: &[u8]) {
    let one_line = |text: &str| text.replace(['\r', '\n', '"'], " ");
    let _ = write!(mail, "--{boundary}\r\nContent-Type: {}\r\n", one_line(kind));
    if !name.is_empty() {
        let _ = write!(
            mail,
            "Content-Disposition: attachment; filename=\"{}\"\r\n",
            one_line(name)
        );
    }
    mail.push_str("Content-Transfer-Encoding: base64\r\n\r\n");
    for line in STANDARD.encode(data).as_bytes().chunks(76) {
        mail.push_str(&String::from_utf8_lossy(line));
        mail.push_str("\r\n");
    }
}

/// The kept header without what describes the lost body; signatures renamed.
fn set_aside(kept: &str) -> String {
    let mut out = String::new();
    let mut dropping = false;
    for line in kept
        .replace("\r\n", "\n")
        .lines()
        .filter(|line| !line.is_empty())
    {
        if !line.starts_with([' ', '\t']) {
            let lower = line.to_ascii_lowercase();
            dropping = lower.starts_with("content-") || lower.starts_with("mime-version:");
            if lower.starts_with("dkim-signature:") || lower.starts_with("arc-") {
                out.push_str("X-Kept-");
            }
        }
        if !dropping {
            out.push_str(line);
            out.push_str("\r\n");
        }
    }
    out
}

fn made_header(file: &mut File<'_>) -> String {
    let one_line = |text: Option<String>| text.unwrap_or_default().replace(['\r', '\n'], " ");
    let name = one_line(text(file, "", SENDER_NAME)).replace('"', "");
    let address = text(file, "", SENDER_SMTP).or_else(|| text(file, "", SENDER_ADDRESS));
    let subject = one_line(text(file, "", SUBJECT));
    format!(
        "From: \"{name}\" <{}>\r\nSubject: {subject}\r\n",
        one_line(address)
    )
}

fn body(file: &mut File<'_>) -> (&'static str, Vec<u8>) {
    if let Some(html) = binary(file, "", BODY_HTML) {
        return ("text/html", html);
    }
    if let Some(html) = text(file, "", BODY_HTML) {
        return ("text/html", html.into_bytes());
    }
    (
        "text/plain",
        text(file, "", BODY).unwrap_or_default().into_bytes(),
    )
}

/// A text property: UTF-16 (type 001F) or one byte a character (001E).
fn text(file: &mut File<'_>, folder: &str, tag: &str) -> Option<String> {
    if let Some(bytes) = stream(file, &format!("{folder}/__substg1.0_{tag}001F")) {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        return Some(
            String::from_utf16_lossy(&units)
                .trim_end_matches('\0')
                .to_owned(),
        );
    }
    let bytes = stream(file, &format!("{folder}/__substg1.0_{tag}001E"))?;
    Some(
        String::from_utf8_lossy(&bytes)
            .trim_end_matches('\0')
            .to_owned(),
    )
}

fn binary(file: &mut File<'_>, folder: &str, tag: &str) -> Option<Vec<u8>> {
    stream(file, &format!("{folder}/__substg1.0_{tag}0102"))
}

fn stream(file: &mut File<'_>, path: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let stream = file.open_stream(path).ok()?;
    stream
        .take(PROPERTY_BYTES_MAX)
        .read_to_end(&mut bytes)
        .ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn sample() -> Vec<u8> {
        let mut file = CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        let utf16 = |text: &str| {
            text.encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<u8>>()
        };
        let mut put =
            |path: &str, bytes: &[u8]| file.create_stream(path).unwrap().write_all(bytes).unwrap();
        put(
            "/__substg1.0_007D001F",
            &utf16(
                "From: Amazon <x@evil.example>\r\nDKIM-Signature: v=1;\r\n d=amazon.com\r\nContent-Type: multipart/x;\r\n boundary=b\r\n",
            ),
        );
        put("/__substg1.0_1000001F", &utf16("Your account is suspended"));
        file.into_inner().into_inner()
    }

    #[test]
    fn a_mail_is_rebuilt() {
        let bytes = sample();
        assert!(is_msg(&bytes));
        let mail = String::from_utf8(rebuild(&bytes).unwrap()).unwrap();
        assert!(mail.starts_with("From: Amazon <x@evil.example>\r\nX-Kept-DKIM-Signature: v=1;\r\n d=amazon.com\r\nMIME-Version"));
        assert!(mail.contains(&STANDARD.encode("Your account is suspended")));
    }

    #[test]
    fn a_damaged_one_is_an_error() {
        let mut bytes = sample();
        bytes.truncate(600);
        assert!(rebuild(&bytes).is_err());
    }
}
