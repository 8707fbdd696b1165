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

use super::rtf;

type File<'b> = CompoundFile<Cursor<&'b [u8]>>;

/// Attachments of one mail that are taken over.
const ATTACHMENTS_MAX: usize = 100;
/// Messages attached to messages attached to …; honest forwards are two deep.
const DEPTH_MAX: usize = 8;
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
const BODY_RTF: &str = "1009";
const DISPLAY_TO: &str = "0E04";
const DATA: &str = "3701";
const SHORT_NAME: &str = "3704";
/// A storage that holds an attached message (MS-OXMSG section 2.2.2.1).
const EMBEDDED: &str = "__substg1.0_3701000D";
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
    Ok(message(&mut file, "", 0))
}

/// The message whose properties lie in one storage: the file's own, or one
/// that was attached to another (MS-OXMSG section 2.2.2.1).
fn message(file: &mut File<'_>, folder: &str, depth: usize) -> Vec<u8> {
    let header = match text(file, folder, HEADERS) {
        Some(kept) if kept.contains(':') => set_aside(&kept),
        _ => made_header(file, folder),
    };
    // No line of base64 can hold an underscore, and attached mails have their own depth.
    let boundary = format!("sellkeep_rebuilt_{depth}");
    let mut mail = format!(
        "{header}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n"
    )
    .into_bytes();
    let (kind, text) = body(file, folder);
    let kind = format!("{kind}; charset=utf-8");
    part(&mut mail, &boundary, &kind, "", &text);
    for number in 0..ATTACHMENTS_MAX {
        let folder = format!("{folder}/__attach_version1.0_#{number:08X}");
        if !file.is_storage(&folder) {
            break;
        }
        attachment(file, &mut mail, &boundary, &folder, depth);
    }
    mail.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    mail
}

fn attachment(file: &mut File<'_>, mail: &mut Vec<u8>, boundary: &str, folder: &str, depth: usize) {
    let embedded = format!("{folder}/{EMBEDDED}");
    if file.is_storage(&embedded) && depth < DEPTH_MAX {
        let inner = message(file, &embedded, depth + 1);
        // A mail inside a mail must not be encoded (RFC 2046 section 5.2.1).
        mail.extend_from_slice(
            format!("--{boundary}\r\nContent-Type: message/rfc822\r\n\r\n").as_bytes(),
        );
        mail.extend_from_slice(&inner);
        mail.extend_from_slice(b"\r\n");
        return;
    }
    let name = text(file, folder, LONG_NAME)
        .or_else(|| text(file, folder, SHORT_NAME))
        .unwrap_or_default();
    let kind =
        text(file, folder, MIME_TAG).unwrap_or_else(|| "application/octet-stream".to_owned());
    if let Some(data) = binary(file, folder, DATA) {
        part(mail, boundary, &kind, &name, &data);
    }
}

fn part(mail: &mut Vec<u8>, boundary: &str, kind: &str, name: &str, data: &[u8]) {
    let one_line = |text: &str| text.replace(['\r', '\n', '"'], " ");
    let mut header = format!("--{boundary}\r\nContent-Type: {}\r\n", one_line(kind));
    if !name.is_empty() {
        let name = one_line(name);
        let _ = write!(
            header,
            "Content-Disposition: attachment; filename=\"{name}\"\r\n"
        );
    }
    header.push_str("Content-Transfer-Encoding: base64\r\n\r\n");
    mail.extend_from_slice(header.as_bytes());
    for line in STANDARD.encode(data).as_bytes().chunks(76) {
        mail.extend_from_slice(line);
        mail.extend_from_slice(b"\r\n");
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

fn made_header(file: &mut File<'_>, folder: &str) -> String {
    let mut line = |tag: &str| text(file, folder, tag).map(|text| text.replace(['\r', '\n'], " "));
    let name = line(SENDER_NAME)
        .unwrap_or_default()
        .replace(['"', '\\'], "");
    let address = line(SENDER_SMTP)
        .or_else(|| line(SENDER_ADDRESS))
        .unwrap_or_default();
    let subject = line(SUBJECT).unwrap_or_default();
    let mut header = format!("From: \"{name}\" <{address}>\r\nSubject: {subject}\r\n");
    if let Some(to) = line(DISPLAY_TO) {
        let to = to.replace(['"', '\\'], "");
        let _ = write!(header, "X-Kept-To: {to}\r\n");
    }
    header
}

fn body(file: &mut File<'_>, folder: &str) -> (&'static str, Vec<u8>) {
    if let Some(html) = binary(file, folder, BODY_HTML) {
        return ("text/html", html);
    }
    if let Some(html) = text(file, folder, BODY_HTML) {
        return ("text/html", html.into_bytes());
    }
    if let Some(plain) = text(file, folder, BODY).filter(|plain| !plain.is_empty()) {
        return ("text/plain", plain.into_bytes());
    }
    let packed = binary(file, folder, BODY_RTF);
    let shown = packed
        .and_then(|packed| rtf::unpack(&packed))
        .map(|rtf| rtf::read(&rtf));
    match shown {
        Some(shown) if shown.is_html => ("text/html", shown.text.into_bytes()),
        Some(shown) => ("text/plain", shown.text.into_bytes()),
        None => ("text/plain", Vec::new()),
    }
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
    fn a_body_kept_as_compressed_text_only_is_read() {
        let mut file = CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        let rtf = b"{\\rtf1 Your account is suspended}";
        let size = u32::try_from(rtf.len()).unwrap().to_le_bytes();
        let packed = [&size[..], &size, b"MELA", &[0; 4], rtf].concat();
        file.create_stream("/__substg1.0_10090102")
            .unwrap()
            .write_all(&packed)
            .unwrap();
        let mail = rebuild(&file.into_inner().into_inner()).unwrap();
        let mail = String::from_utf8(mail).unwrap();
        assert!(mail.contains(&STANDARD.encode("Your account is suspended")));
    }

    #[test]
    fn a_mail_forwarded_as_attachment_stays_a_mail() {
        let mut file = CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        let inside = format!("/__attach_version1.0_#00000000/{EMBEDDED}");
        file.create_storage_all(&inside).unwrap();
        let header = "From: inner@evil.example\0".encode_utf16();
        let header: Vec<u8> = header.flat_map(u16::to_le_bytes).collect();
        file.create_stream(format!("{inside}/__substg1.0_007D001F"))
            .unwrap()
            .write_all(&header)
            .unwrap();
        let mail = rebuild(&file.into_inner().into_inner()).unwrap();
        let mails = sellkeep_mail::content::read(&mail).attached_mails;
        assert_eq!(mails.len(), 1);
        assert!(mails[0].starts_with(b"From: inner@evil.example\r\n"));
    }

    #[test]
    fn a_damaged_one_is_an_error() {
        let mut bytes = sample();
        bytes.truncate(600);
        assert!(rebuild(&bytes).is_err());
    }
}
