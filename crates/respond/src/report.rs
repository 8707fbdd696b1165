//! The mail that reports a fake, in the manner its recipient wants it.
//!
//! A draft: no sender is invented, and nothing is sent. What is low in
//! confidence is never taken by itself.

use mail_builder::MessageBuilder;
use mail_builder::headers::content_type::ContentType;
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
    let subject = subject(original);
    let text = cover(examination);
    let message = MessageBuilder::new()
        .header("X-Unsent", Raw::new("1"))
        .header("Date", Raw::new(stamp.date.clone()))
        .message_id(stamp.message_id.clone())
        .to(contact.value.clone());
    let message = match manner {
        HowToSend::AttachOriginal | HowToSend::AttachOrForwardFullMessage => message
            .subject(format!("Suspicious mail: {subject}"))
            .text_body(text)
            .attachment("message/rfc822", "original.eml", original.to_vec()),
        HowToSend::ForwardInlineNotAsAttachment => {
            message.subject(subject).text_body(inline(original, false))
        }
        HowToSend::ForwardUnchanged => message
            .subject(format!("Fwd: {subject}"))
            .text_body(inline(original, false)),
        HowToSend::ForwardWithFullHeaders => message
            .subject(format!("Fwd: {subject}"))
            .text_body(format!("{text}\r\n\r\n{}", inline(original, true))),
        HowToSend::Arf => message
            .subject(format!("Abuse report: {subject}"))
            .body(arf(text, original)),
    };
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

/// An abuse report (RFC 5965): text, machine-readable part, original.
fn arf(text: String, original: &[u8]) -> MimePart<'static> {
    let machine = "Feedback-Type: fraud\r\nUser-Agent: Sellkeep/1\r\nVersion: 1\r\n";
    MimePart::new(
        ContentType::new("multipart/report").attribute("report-type", "feedback-report"),
        BodyPart::Multipart(vec![
            MimePart::new("text/plain", BodyPart::Text(text.into())),
            MimePart::new("message/feedback-report", BodyPart::Text(machine.into())),
            MimePart::new("message/rfc822", BodyPart::Binary(original.to_vec().into())),
        ]),
    )
}

/// The original's subject as it is written in its header.
fn subject(original: &[u8]) -> String {
    let headers = header(original);
    let mut lines = headers
        .lines()
        .skip_while(|line| !starts_with(line, "subject:"));
    let mut subject = lines
        .next()
        .map(|line| line[8..].trim().to_owned())
        .unwrap_or_default();
    for line in lines.take_while(|line| line.starts_with([' ', '\t'])) {
        subject.push(' ');
        subject.push_str(line.trim());
    }
    subject
}

fn starts_with(line: &str, name: &str) -> bool {
    line.get(..name.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(name))
}

fn header(original: &[u8]) -> String {
    let text = String::from_utf8_lossy(original).replace("\r\n", "\n");
    text.split("\n\n").next().unwrap_or_default().to_owned()
}

/// The original as text: with all of its header, or with what a forward shows.
fn inline(original: &[u8], all: bool) -> String {
    let text = String::from_utf8_lossy(original).replace("\r\n", "\n");
    if all {
        return text;
    }
    let body = text.split_once("\n\n").map_or("", |(_, body)| body);
    let shown: Vec<&str> = header_lines(&text);
    format!(
        "---------- Forwarded message ----------\n{}\n\n{body}",
        shown.join("\n")
    )
}

fn header_lines(text: &str) -> Vec<&str> {
    let header = text.split("\n\n").next().unwrap_or_default();
    let shown = [
        "from:",
        "date:",
        "subject:",
        "to:",
        "content-type:",
        "content-transfer-encoding:",
    ];
    header
        .lines()
        .filter(|line| shown.iter().any(|name| starts_with(line, name)))
        .collect()
}
