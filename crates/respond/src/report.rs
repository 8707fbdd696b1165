//! The mail that reports a fake, in the manner its recipient wants it.
//!
//! A draft: no sender is invented, and nothing is sent. What is low in
//! confidence is never taken by itself.

use mail_builder::MessageBuilder;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::{BodyPart, MimePart};
use sellkeep_knowledge::{Confidence, Contact, HowToSend, Knowledge};
use sellkeep_model::{Examination, Level};

/// What of the outside world a draft carries.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// Date as RFC 5322 has it.
    pub date: String,
    /// Message-ID without angle brackets.
    pub message_id: String,
}

/// A finished draft.
#[derive(Debug, Clone)]
pub struct Report {
    /// The contact's id.
    pub contact: String,
    /// The address it goes to.
    pub to: String,
    /// In what manner the original is given.
    pub manner: HowToSend,
    /// The mail.
    pub mail: Vec<u8>,
}

/// The contacts that take reports about the claimed brands: by mail, and as pages.
/// Low-confidence ones only with `low_too`.
pub fn contacts<'k>(
    knowledge: &'k Knowledge,
    brands: &[String],
    low_too: bool,
) -> (Vec<&'k Contact>, Vec<&'k Contact>) {
    let all = brands
        .iter()
        .flat_map(|brand| knowledge.contacts_for(brand, "report-phishing"));
    let sure = all.filter(|contact| low_too || contact.source.confidence > Confidence::Low);
    sure.partition(|contact| contact.channel == "email")
}

/// Writes the draft for one contact.
pub fn write(
    contact: &Contact,
    original: &[u8],
    examination: &Examination,
    stamp: &Stamp,
) -> std::io::Result<Report> {
    // Nothing known of the manner: the original as an attachment loses nothing.
    let manner = contact.how_to_send.unwrap_or(HowToSend::AttachOriginal);
    let original = Original::read(original);
    let text = cover(examination);
    let subject = &original.subject;
    let (subject, body) = match manner {
        HowToSend::AttachOriginal | HowToSend::AttachOrForwardFullMessage => (
            format!("Suspicious mail: {subject}"),
            original.among("multipart/mixed", vec![plain(text), original.attached()]),
        ),
        HowToSend::ForwardInlineNotAsAttachment | HowToSend::ForwardUnchanged => {
            (subject.clone(), original.content())
        }
        HowToSend::ForwardWithFullHeaders => {
            let header = plain(format!("{text}\r\n{}", original.header));
            let parts = vec![header, original.content()];
            (
                format!("Fwd: {subject}"),
                original.among("multipart/mixed", parts),
            )
        }
        HowToSend::Arf => (format!("Abuse report: {subject}"), original.arf(text)),
    };
    let message = MessageBuilder::new()
        .header("X-Unsent", Raw::new("1"))
        .header("Date", Raw::new(stamp.date.clone()))
        .message_id(stamp.message_id.clone())
        .to(contact.value.clone())
        .header("Subject", Raw::new(subject))
        .body(body);
    Ok(Report {
        contact: contact.id.clone(),
        to: contact.value.clone(),
        manner,
        mail: message.write_to_vec()?,
    })
}

/// What stands above the original: what was found, in plain words.
fn cover(examination: &Examination) -> String {
    let mut text =
        String::from("I received the mail below and believe that it is not from you.\r\n");
    for finding in examination
        .findings
        .iter()
        .filter(|finding| finding.level >= Level::Strong)
    {
        text.push_str("\r\n- ");
        text.push_str(&finding.says);
    }
    text.push_str("\r\n");
    text
}

fn plain(text: String) -> MimePart<'static> {
    MimePart::new("text/plain; charset=utf-8", BodyPart::Text(text.into()))
}

/// The reported mail, cut where its parts are needed; its bytes stay as they are.
struct Original<'a> {
    bytes: &'a [u8],
    header: String,
    body: &'a [u8],
    subject: String,
}

impl<'a> Original<'a> {
    fn read(bytes: &'a [u8]) -> Original<'a> {
        let end = body_start(bytes);
        let header = String::from_utf8_lossy(&bytes[..end]).into_owned();
        Original {
            bytes,
            subject: field(&header, "subject:").unwrap_or_default(),
            body: &bytes[end..],
            header,
        }
    }

    /// The whole mail as an attachment. Never encoded (RFC 2046 section 5.2.1),
    /// so that the receiver can verify its signatures.
    fn attached(&self) -> MimePart<'a> {
        MimePart::new("message/rfc822", BodyPart::Binary(self.bytes.into()))
            .attachment("original.eml")
            .transfer_encoding("8bit")
    }

    /// What the mail shows, with its own content type and encoding: a forward
    /// that changes nothing, links and pictures included.
    fn content(&self) -> MimePart<'a> {
        let kind = field(&self.header, "content-type:");
        let encoding = field(&self.header, "content-transfer-encoding:");
        MimePart::raw(BodyPart::Binary(self.body.into()))
            .header(
                "Content-Type",
                Raw::new(kind.unwrap_or_else(|| "text/plain".to_owned())),
            )
            .header(
                "Content-Transfer-Encoding",
                Raw::new(encoding.unwrap_or_else(|| "8bit".to_owned())),
            )
    }

    /// An abuse report (RFC 5965): text, machine-readable part, original.
    fn arf(&self, text: String) -> MimePart<'a> {
        let machine = feedback::write(&self.header);
        let machine = MimePart::new("message/feedback-report", BodyPart::Text(machine.into()));
        self.among(
            "multipart/report; report-type=feedback-report",
            vec![plain(text), machine, self.attached()],
        )
    }

    /// Parts under a boundary that does not stand in the original.
    fn among(&self, kind: &str, parts: Vec<MimePart<'a>>) -> MimePart<'a> {
        let mut boundary = BOUNDARY.to_owned();
        while contains(self.bytes, boundary.as_bytes()) {
            boundary.push('=');
        }
        let kind = format!("{kind}; boundary=\"{boundary}\"");
        MimePart::raw(BodyPart::Multipart(parts)).header("Content-Type", Raw::new(kind))
    }
}

/// The boundary of a draft; a mail that holds it makes it longer. A random one
/// would make the same report differ each time.
const BOUNDARY: &str = "=_sellkeep_report";

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// Where the body begins: after the first empty line, with either line break.
fn body_start(bytes: &[u8]) -> usize {
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        if matches!(line, b"\n" | b"\r\n") {
            break;
        }
    }
    at
}

/// The first field of one name (with its colon, lower case), unfolded. Control
/// characters are dropped: a stray line break would begin a field of its own.
fn field(header: &str, name: &str) -> Option<String> {
    let mut lines = header.lines().skip_while(|line| !starts_with(line, name));
    let mut value = lines.next()?.get(name.len()..)?.trim().to_owned();
    for line in lines.take_while(|line| line.starts_with([' ', '\t'])) {
        value.push(' ');
        value.push_str(line.trim());
    }
    value.retain(|c| !c.is_control());
    Some(value)
}

fn starts_with(line: &str, name: &str) -> bool {
    line.get(..name.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(name))
}

mod feedback;
#[cfg(test)]
mod tests;
