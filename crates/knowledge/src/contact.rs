//! Escalation routes: whom to tell, and how they want to be told.

use jiff::civil::Date;
use serde::Deserialize;

use crate::source::Source;

/// One way of reaching somebody.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Contact {
    /// Stable name.
    pub id: String,
    /// Who is reached.
    pub organisation: String,
    /// What kind of service it is (`marketplace`, `payments`, `authority`, `bank` …).
    pub service: String,
    /// Country code, list of them, or `global`.
    pub region: String,
    /// What for (`report-phishing`, `account-compromised` …).
    pub purpose: String,
    /// `email`, `phone`, `form` or `chat`.
    pub channel: String,
    /// The address, number or page.
    pub value: String,
    /// When somebody answers.
    pub hours: Option<String>,
    /// How the mail is to be sent; `None` where nothing is known.
    pub how_to_send: Option<HowToSend>,
    /// Remark.
    pub notes: Option<String>,
    /// Whether one must be signed in.
    #[serde(default)]
    pub requires_login: bool,
    /// Source, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}

impl Contact {
    /// Whether a person must check it again before anybody relies on it.
    pub fn is_stale(&self, today: Date) -> bool {
        self.source.is_stale(today)
    }
}

/// The manner in which a recipient wants a reported mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HowToSend {
    /// The original as an attachment (`message/rfc822`).
    AttachOriginal,
    /// Inline, subject unchanged, and not as an attachment.
    ForwardInlineNotAsAttachment,
    /// Forwarded without any change.
    ForwardUnchanged,
    /// With all headers in the text.
    ForwardWithFullHeaders,
    /// As an attachment or the complete message.
    AttachOrForwardFullMessage,
    /// As an abuse report (ARF, RFC 5965).
    Arf,
}
