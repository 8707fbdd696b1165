//! The mails inside of a mail: attached as such, or as files of mail programs.

use mail_parser::{MessageParser, MessagePart, MimeHeaders, PartType};

use crate::inputs;

/// A person forwards one mail, or some; the rest is not looked at, which is said.
pub const ATTACHED_MAX: usize = 5;

/// A mail that was attached.
pub struct Attached {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// It was rebuilt from Outlook's format: signatures cannot be verified.
    pub rebuilt: bool,
}

/// The attached mails, and how many there are beyond the limit.
pub fn attached(mail: &[u8]) -> (Vec<Attached>, usize) {
    let Some(message) = MessageParser::default().parse(mail) else {
        return (Vec::new(), 0);
    };
    let mut found: Vec<Attached> = message.parts.iter().filter_map(one).collect();
    let beyond = found.len().saturating_sub(ATTACHED_MAX);
    found.truncate(ATTACHED_MAX);
    (found, beyond)
}

fn one(part: &MessagePart<'_>) -> Option<Attached> {
    if let PartType::Message(inner) = &part.body {
        let bytes = inner.raw_message().to_vec();
        return Some(Attached {
            bytes,
            rebuilt: false,
        });
    }
    let name = part.attachment_name()?;
    let ends = |ending: &str| {
        let (_, own) = name.rsplit_once('.').unwrap_or_default();
        own.eq_ignore_ascii_case(ending)
    };
    let bytes = part.contents();
    if ends("msg") {
        let rebuilt = inputs::unpacked(bytes)?;
        return Some(Attached {
            bytes: rebuilt,
            rebuilt: true,
        });
    }
    ends("eml").then(|| Attached {
        bytes: bytes.to_vec(),
        rebuilt: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    const INNER: &str =
        "From: a@b.example\r\nSubject: inner\r\nX-Odd:  two  spaces \r\n\r\nHello.\r\n";

    fn outer(parts: &[String]) -> Vec<u8> {
        let mut mail = "From: ann@shop.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nIs it real?\r\n".to_owned();
        for part in parts {
            mail.extend(["--b\r\n", part, "\r\n"]);
        }
        mail.push_str("--b--\r\n");
        mail.into_bytes()
    }

    #[test]
    fn however_it_is_attached_its_bytes_are_the_same() {
        let plain = format!(
            "Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n{INNER}"
        );
        let encoded = STANDARD.encode(INNER);
        let file = format!(
            "Content-Type: application/octet-stream; name=x.EML\r\nContent-Disposition: attachment; filename=x.EML\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}"
        );
        let odd = format!(
            "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}"
        );
        for part in [plain, file, odd] {
            let (found, beyond) = attached(&outer(std::slice::from_ref(&part)));
            assert_eq!((found.len(), beyond), (1, 0), "{part}");
            let text = String::from_utf8_lossy(&found[0].bytes).into_owned();
            assert_eq!(text.trim_end(), INNER.trim_end(), "{part}");
        }
    }

    #[test]
    fn a_photo_is_no_mail_and_many_mails_are_cut() {
        let photo = "Content-Type: image/png; name=x.png\r\n\r\nabc".to_owned();
        assert_eq!(attached(&outer(&[photo])).0.len(), 0);
        let one = format!("Content-Type: message/rfc822\r\n\r\n{INNER}");
        let (found, beyond) = attached(&outer(&vec![one; 7]));
        assert_eq!((found.len(), beyond), (ATTACHED_MAX, 2));
        assert_eq!(attached(b"\xff\x00").0.len(), 0);
    }
}
