//! What a mail shows and what it does: text, links, forms, attachments.
//!
//! Works on hostile bytes under named limits (`limits`); reaching one is
//! recorded, never hidden. Nothing is fetched.

use sellkeep_model::Domain;

/// What a mail shows, decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// The text a reader sees: plain parts, visible HTML text, PDF text; at most [`TEXT_BYTES_MAX`].
    pub text: String,
    /// HTML text that a reader cannot see (zero size, colour of the ground, `display:none`), shortened.
    pub hidden_text: String,
    /// All links, in order of appearance, each (target, shown) once; at most [`LINKS_MAX`].
    pub links: Vec<Link>,
    /// Forms inside the mail or in HTML attachments.
    pub forms: Vec<Form>,
    /// Attachments and inline parts other than the text.
    pub attachments: Vec<Attachment>,
    /// Byte ranges (in the mail) of attached mails, decoded if they were encoded.
    pub attached_mails: Vec<Vec<u8>>,
    /// How a forwarded mail was pasted in, where one was.
    pub forwarded_inline: Option<ForwardedInline>,
    /// `<script>` or an event handler stands in the HTML.
    pub has_script: bool,
    /// `<meta http-equiv=refresh>` leads elsewhere.
    pub meta_refresh: Option<String>,
    /// Limits that were reached, each once.
    pub limits_reached: Vec<Limit>,
    /// Two readings of the MIME structure disagree; the reason in plain words.
    pub ambiguous_mime: Option<String>,
}

/// More text than a notice has; the rest is not read.
pub const TEXT_BYTES_MAX: usize = 512 * 1024;
/// More links than any newsletter carries.
pub const LINKS_MAX: usize = 2_000;

/// A named bound that the mail reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// MIME parts.
    Parts,
    /// Depth of nesting.
    Depth,
    /// Text.
    Text,
    /// Links.
    Links,
    /// HTML bytes.
    Html,
    /// Pixels or bytes of an image, or number of images.
    Images,
    /// Bytes, pages or objects of a PDF.
    Pdf,
    /// Bytes of the whole mail.
    Size,
}

/// One link with the words that lead to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The target as written (HTML entities decoded), at most 2,048 bytes.
    pub target: String,
    /// The words or image text shown for it, white space folded.
    pub shown: String,
    /// Where it stands.
    pub place: LinkPlace,
    /// The host as a browser would go to it; `None` for `mailto:`, `data:` and broken ones.
    pub host: Option<Domain>,
    /// The host is a bare IP address, in any notation.
    pub ip_host: bool,
    /// `http`, `https`, `mailto`, `tel`, `data`, `javascript` …; empty where it is none.
    pub scheme: String,
    /// User name or password stands before the host (`https://amazon.com@evil.example/`).
    pub has_userinfo: bool,
    /// The link itself carries another address in its query or path (an open redirect's shape).
    pub inner_hosts: Vec<Domain>,
}

/// Where a link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkPlace {
    /// `<a href>` or `<area href>`.
    Anchor,
    /// `<form action>`.
    Form,
    /// `<img src>`, background images and other loaded things.
    Image,
    /// Written out in text.
    Text,
    /// Inside a QR code.
    Qr,
    /// Inside a PDF.
    Pdf,
    /// Inside an HTML or SVG attachment.
    Attachment,
    /// `<meta refresh>`.
    Refresh,
}

/// A form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Where it sends, as written.
    pub action: String,
    /// It has a password field, or a field named like one.
    pub asks_password: bool,
    /// It has a field named like a card number or security code.
    pub asks_card: bool,
    /// It stands in an attachment.
    pub in_attachment: bool,
}

/// One attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// File name, decoded.
    pub name: String,
    /// Declared media type, lower case.
    pub declared: String,
    /// What the first bytes say: `pdf`, `html`, `png`, `jpeg`, `gif`, `zip`, `svg`, `calendar`, `mail`, `executable`, `other`.
    pub sniffed: &'static str,
    /// Decoded size in bytes.
    pub bytes: usize,
    /// What a QR code in it says.
    pub qr: Vec<String>,
}

/// The sign by which a forwarded mail was recognised in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForwardedInline {
    /// The line that introduces it.
    pub marker: String,
    /// The From line inside, as written.
    pub from: Option<String>,
    /// The Subject line inside, as written.
    pub subject: Option<String>,
}

/// Reads what a mail shows.
pub fn read(_mail: &[u8]) -> Content {
    Content::default()
}

/// Reads a pasted text, an SMS or a call script.
pub fn read_text(_text: &str) -> Content {
    Content::default()
}

/// Reads one link as it was pasted.
pub fn read_link(_target: &str, _shown: &str, _place: LinkPlace) -> Option<Link> {
    None
}
