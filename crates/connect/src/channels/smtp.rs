//! Mail, through an SMTP server.
//!
//! Form: RFC 5321 and RFC 8314 (<https://www.rfc-editor.org/rfc/rfc8314>); marked as
//! written by a machine (RFC 3834). Every recipient gets a mail of his own, so that one
//! wrong address silences nobody, and no recipient learns of another. The Message-ID is
//! made of the message's id: a mail that arrives twice is seen to be one.

use std::sync::Arc;
use std::time::SystemTime;

use jiff::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::client::Certificate;
use sellkeep_model::{AlertLevel, Message, MessageState};
use serde::Deserialize;

use super::wire::address::Reach;
use super::wire::mail::{Letter, Security, Server};
use super::wire::text::xml;
use super::{Channel, Kind, Secret, Sending, SettingError, Trouble, read};

/// The kind.
pub const KIND: Kind = Kind {
    name: "smtp",
    title: "Mail (SMTP)",
    page: "https://www.rfc-editor.org/rfc/rfc8314",
    one_by_one: false,
    open,
};

/// More people than this want a mailing list.
const RECIPIENTS_MAX: usize = 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    host: String,
    port: Option<u16>,
    #[serde(default = "tls")]
    security: Security,
    user: Option<Secret>,
    password: Option<Secret>,
    from: String,
    to: Vec<String>,
    ca_file: Option<String>,
    #[serde(default)]
    allow_private: bool,
}

fn tls() -> Security {
    Security::Tls
}

struct Smtp {
    server: Arc<Server>,
    from: Mailbox,
    to: Vec<Mailbox>,
}

fn open(settings: toml::Table) -> Result<Box<dyn Channel>, SettingError> {
    let settings: Settings = read(settings)?;
    let to: Result<Vec<Mailbox>, SettingError> =
        settings.to.iter().map(|to| mailbox("to", to)).collect();
    let to = to?;
    if to.is_empty() || to.len() > RECIPIENTS_MAX {
        return Err(SettingError::Value {
            setting: "to",
            says: "must name one to twenty addresses",
        });
    }
    Ok(Box::new(Smtp {
        from: mailbox("from", &settings.from)?,
        to,
        server: Arc::new(server(settings)?),
    }))
}

fn server(settings: Settings) -> Result<Server, SettingError> {
    let login = match (settings.user, settings.password) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        _ => {
            let says = "and `user` belong together";
            return Err(SettingError::Value {
                setting: "password",
                says,
            });
        }
    };
    let port = match settings.security {
        Security::Tls => 465,
        Security::Starttls => 587,
        Security::Plain => 25,
    };
    Ok(Server {
        host: settings.host,
        port: settings.port.unwrap_or(port),
        security: settings.security,
        login,
        authority: settings.ca_file.as_deref().map(authority).transpose()?,
        reach: if settings.allow_private {
            Reach::Anywhere
        } else {
            Reach::Public
        },
    })
}

fn mailbox(setting: &'static str, text: &str) -> Result<Mailbox, SettingError> {
    text.parse().map_err(|_| SettingError::Value {
        setting,
        says: "holds something that is no mail address",
    })
}

fn authority(path: &str) -> Result<Certificate, SettingError> {
    let wrong = |says| SettingError::Value {
        setting: "ca_file",
        says,
    };
    let pem = std::fs::read(path).map_err(|_| wrong("cannot be read"))?;
    Certificate::from_pem(&pem).map_err(|_| wrong("holds no certificate in PEM form"))
}

impl Channel for Smtp {
    fn compose(&self, message: &Message, _at: Timestamp) -> Result<Sending, Trouble> {
        let letters: Result<Vec<Letter>, Trouble> =
            self.to.iter().map(|to| self.letter(message, to)).collect();
        Ok(Sending::Mail(letters?))
    }
}

impl Smtp {
    fn letter(&self, message: &Message, to: &Mailbox) -> Result<Letter, Trouble> {
        let domain = self.from.email.domain();
        let thread = format!("<{}@{domain}>", message.thread);
        let mut mail = lettre::Message::builder()
            .from(self.from.clone())
            .to(to.clone())
            .subject(message.title.clone())
            .date(SystemTime::from(message.at))
            .message_id(Some(format!("<{}@{domain}>", message.id)))
            .in_reply_to(thread.clone())
            .references(thread)
            .multipart(MultiPart::alternative_plain_html(
                text(message),
                html(message),
            ))
            .map_err(|_| Trouble::Form("a mail could not be built of it"))?;
        let mut headers = vec![
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "All"),
        ];
        if message.level == AlertLevel::ActNow && message.state == MessageState::Open {
            headers.extend([("Importance", "high"), ("X-Priority", "1")]);
        }
        for (name, value) in headers {
            let name = HeaderName::new_from_ascii_str(name);
            mail.headers_mut()
                .insert_raw(HeaderValue::new(name, value.to_owned()));
        }
        Ok(Letter {
            server: self.server.clone(),
            envelope: mail.envelope().clone(),
            bytes: mail.formatted(),
        })
    }
}

fn text(message: &Message) -> String {
    let mut text = message.body_text.clone();
    for (label, link) in links(message) {
        text = format!("{text}\n\n{label}: {link}");
    }
    text
}

fn html(message: &Message) -> String {
    let words = message.body_html.clone();
    let words = words.unwrap_or_else(|| format!("<pre>{}</pre>", xml(&message.body_text)));
    let links = links(message)
        .map(|(label, link)| format!("<p><a href=\"{}\">{}</a></p>", xml(link), xml(label)));
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"></head>\
         <body style=\"font:16px/1.5 sans-serif;max-width:40em\">{words}{}</body></html>",
        links.collect::<String>(),
    )
}

/// The pages of the console, and nothing else.
fn links(message: &Message) -> impl Iterator<Item = (&str, &str)> {
    let link = message
        .link
        .iter()
        .map(|link| ("Open in Sellkeep", link.as_str()));
    let more = message
        .actions
        .iter()
        .map(|action| (action.label.as_str(), action.link.as_str()));
    link.chain(more)
}
