//! What a mail shows and what it does: text, links, forms, attachments.
//!
//! Works on hostile bytes under named limits (`limits`); reaching one is
//! recorded, never hidden. Nothing is fetched.

mod attachments;
mod encoding;
mod entities;
mod forward;
mod html;
mod links;
mod mime;
mod parts;
mod pdf;
mod qr;
mod text;

use sellkeep_model::Domain;

use self::encoding::{Encoded, Encoding};
use self::links::Collector;
use self::mime::{Kind, Part};
use self::parts::Leaf;
use self::text::Text;
use crate::headers::Headers;
use crate::sender;

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
pub fn read(mail: &[u8]) -> Content {
    read_below(&Headers::read(mail), mail)
}

/// Reads what a mail shows whose header has been read already.
pub(crate) fn read_below<'m>(headers: &Headers<'m>, mail: &'m [u8]) -> Content {
    let mut reader = Reader::default();
    reader.content.ambiguous_mime = parts::ambiguity(headers);
    reader.mail(headers, mail);
    let subject = headers
        .first("Subject")
        .map(|field| sender::decode(&field.value()))
        .unwrap_or_default();
    reader.finish(&subject)
}

/// Reads a pasted text, an SMS or a call script.
pub fn read_text(text: &str) -> Content {
    let mut reader = Reader::default();
    reader.plain(text);
    reader.finish("")
}

/// Reads one link as it was pasted.
pub fn read_link(target: &str, shown: &str, place: LinkPlace) -> Option<Link> {
    links::read(target, shown, place)
}

/// Content under construction.
#[derive(Default)]
struct Reader {
    content: Content,
    text: Text,
    links: Collector,
    pictures: usize,
}

impl Reader {
    fn mail<'m>(&mut self, headers: &Headers<'m>, mail: &'m [u8]) {
        let mut limits = Vec::new();
        for leaf in parts::leaves(headers, mail, &mut limits) {
            self.leaf(&leaf);
        }
        self.content.limits_reached.extend(limits);
    }

    fn leaf(&mut self, leaf: &Leaf<'_>) {
        let part = &leaf.part;
        let text = || part.content.text(part.charset.as_deref());
        match part.kind {
            Kind::Plain if leaf.shown => self.plain(&text()),
            Kind::Html if leaf.shown => self.html(&text(), false),
            // The other half of an alternative; a reader of plain text sees it.
            Kind::Plain | Kind::OtherText if part.name.is_empty() => {
                self.links.add_from_text(&text(), LinkPlace::Text);
            }
            Kind::Plain | Kind::Html | Kind::OtherText => self.file(part, text().as_bytes()),
            Kind::Mail => self.attached_mail(&part.content.decode()),
            _ => self.file_in_transit(part),
        }
    }

    fn attached_mail(&mut self, mail: &[u8]) {
        if self.content.attached_mails.len() < parts::DEPTH_MAX {
            self.content.attached_mails.push(mail.to_vec());
        }
    }

    /// A file is decoded only when its first bytes say that there is something to see.
    fn file_in_transit(&mut self, part: &Part<'_>) {
        let start = part.content.start();
        let sniffed = attachments::sniff(&start, &part.name, &part.declared);
        if attachments::is_opened(sniffed) {
            return self.file(part, &part.content.decode());
        }
        self.attachment(part, sniffed, part.content.len(), Vec::new());
    }

    fn plain(&mut self, text: &str) {
        self.links.add_from_text(text, LinkPlace::Text);
        self.text.push_plain(text);
    }

    fn html(&mut self, html: &str, in_attachment: bool) {
        let from = self.text.len();
        let mut pictures = Vec::new();
        html::read(
            html,
            &mut html::Page {
                text: &mut self.text,
                hidden: &mut self.content.hidden_text,
                links: &mut self.links,
                pictures: &mut pictures,
                forms: &mut self.content.forms,
                has_script: &mut self.content.has_script,
                meta_refresh: &mut self.content.meta_refresh,
                in_attachment,
            },
        );
        let place = if in_attachment {
            LinkPlace::Attachment
        } else {
            LinkPlace::Text
        };
        let visible = self.text.since(from).to_owned();
        self.links.add_from_text(&visible, place);
        for picture in &pictures {
            self.inline_picture(picture);
        }
    }

    fn inline_picture(&mut self, base64: &str) {
        let encoded = Encoded {
            raw: base64.as_bytes(),
            encoding: Encoding::Base64,
        };
        for text in self.picture(&encoded.decode()) {
            self.links.add(&text, "", LinkPlace::Qr);
        }
    }

    fn file(&mut self, part: &Part<'_>, bytes: &[u8]) {
        let sniffed = attachments::sniff(bytes, &part.name, &part.declared);
        let mut qr = Vec::new();
        match sniffed {
            "png" | "jpeg" | "gif" => qr = self.picture(bytes),
            "pdf" => qr = self.pdf(bytes),
            "html" | "svg" => self.html(&String::from_utf8_lossy(bytes), true),
            "calendar" => self
                .links
                .add_from_text(&String::from_utf8_lossy(bytes), LinkPlace::Attachment),
            "mail" => self.attached_mail(bytes),
            _ => {}
        }
        for text in &qr {
            self.links.add(text, "", LinkPlace::Qr);
        }
        self.attachment(part, sniffed, bytes.len(), qr);
    }

    fn attachment(
        &mut self,
        part: &Part<'_>,
        sniffed: &'static str,
        bytes: usize,
        qr: Vec<String>,
    ) {
        self.content.attachments.push(Attachment {
            name: part.name.clone(),
            declared: part.declared.clone(),
            sniffed,
            bytes,
            qr,
        });
    }

    fn picture(&mut self, bytes: &[u8]) -> Vec<String> {
        self.pictures += 1;
        if self.pictures > qr::PICTURES_MAX {
            self.content.limits_reached.push(Limit::Images);
            return Vec::new();
        }
        qr::read(bytes, &mut self.content.limits_reached)
    }

    fn pdf(&mut self, bytes: &[u8]) -> Vec<String> {
        let pdf = pdf::read(bytes, &mut self.content.limits_reached);
        for link in &pdf.links {
            self.links.add(link, "", LinkPlace::Pdf);
        }
        self.links.add_from_text(&pdf.text, LinkPlace::Pdf);
        self.text.line_break();
        self.text.push_plain(&pdf.text);
        pdf.pictures
            .iter()
            .flat_map(|picture| self.picture(picture))
            .collect()
    }

    fn finish(self, subject: &str) -> Content {
        let mut content = self.content;
        if self.text.is_full() {
            content.limits_reached.push(Limit::Text);
        }
        if self.links.is_full() {
            content.limits_reached.push(Limit::Links);
        }
        content.limits_reached.dedup();
        content.text = self.text.finish();
        content.links = self.links.finish();
        content.forwarded_inline = forward::find(&content.text, subject);
        content
    }
}
