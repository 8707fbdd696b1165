//! The answer to a person's mail, and the server that carries it.
//!
//! It is marked as written by a machine and has no return path (RFC 3834 sections 3.1.7
//! and 3.3), so nothing ever answers it, and a failure of it makes no further mail.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::address::Envelope;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::client::Certificate;
use serde::Deserialize;

use crate::channels::wire::address::Reach;
use crate::channels::wire::mail::{Letter, Security, Server, deliver};
use crate::channels::{Secret, SettingError, Trouble};

/// A server that has not answered by then is down.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// Most failures are a connection that was cut.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// The server that carries answers, as settings name it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutgoingSettings {
    host: String,
    port: u16,
    security: Security,
    user: Option<Secret>,
    password: Option<Secret>,
    ca_file: Option<String>,
    #[serde(default)]
    allow_private: bool,
    from: String,
}

/// The way of answers.
pub struct Outgoing {
    server: Arc<Server>,
    from: Mailbox,
}

/// What an answer says.
pub struct Words {
    /// To whom: one address.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// The Message-ID of what is answered, with its brackets; makes the answer's own.
    pub in_reply_to: Option<String>,
    /// Makes the answer's Message-ID: the same for the same mail.
    pub id: String,
    /// When.
    pub at: Timestamp,
}

impl Outgoing {
    /// The way that settings describe.
    pub fn new(settings: OutgoingSettings) -> Result<Outgoing, SettingError> {
        let login = match (settings.user, settings.password) {
            (Some(user), Some(password)) => Some((user, password)),
            (None, None) => None,
            _ => {
                return Err(SettingError::Value {
                    setting: "password",
                    says: "and `user` belong together",
                });
            }
        };
        let from = settings.from.parse().map_err(|_| SettingError::Value {
            setting: "from",
            says: "is no mail address",
        })?;
        let reach = if settings.allow_private {
            Reach::Anywhere
        } else {
            Reach::Public
        };
        let server = Server {
            host: settings.host,
            port: settings.port,
            security: settings.security,
            login,
            authority: settings.ca_file.as_deref().map(authority).transpose()?,
            reach,
        };
        Ok(Outgoing {
            server: Arc::new(server),
            from,
        })
    }

    /// Hands an answer to the server; it was taken when this returns. Tried twice, because
    /// the sender's server waits for us meanwhile; longer waits are its own to make.
    pub async fn send(&self, words: &Words) -> Result<(), Trouble> {
        let letter = self.letter(words)?;
        match deliver(&letter, ANSWER_WITHIN).await {
            Err(trouble) if trouble.is_passing() => {
                tokio::time::sleep(AGAIN_AFTER).await;
                deliver(&letter, ANSWER_WITHIN).await
            }
            other => other,
        }
    }

    fn letter(&self, words: &Words) -> Result<Letter, Trouble> {
        let unusable = |_| Trouble::Form("an answer could not be built");
        let to: Mailbox = words
            .to
            .parse()
            .map_err(|_| Trouble::Form("the address to answer is none"))?;
        let domain = self.from.email.domain();
        let mut builder = lettre::Message::builder()
            .from(self.from.clone())
            .to(to.clone())
            .subject(words.subject.clone())
            .date(SystemTime::from(words.at))
            .message_id(Some(format!("<{}@{domain}>", words.id)));
        if let Some(id) = &words.in_reply_to {
            builder = builder.in_reply_to(id.clone()).references(id.clone());
        }
        let mut mail = builder
            .header(ContentType::TEXT_PLAIN)
            .body(words.text.clone())
            .map_err(unusable)?;
        for (name, value) in [
            ("Auto-Submitted", "auto-replied"),
            ("X-Auto-Response-Suppress", "All"),
        ] {
            let name = HeaderName::new_from_ascii_str(name);
            mail.headers_mut()
                .insert_raw(HeaderValue::new(name, value.to_owned()));
        }
        let envelope = Envelope::new(None, vec![to.email]);
        Ok(Letter {
            server: Arc::clone(&self.server),
            envelope: envelope.map_err(unusable)?,
            bytes: mail.formatted(),
        })
    }
}

fn authority(path: &str) -> Result<Certificate, SettingError> {
    let wrong = |says| SettingError::Value {
        setting: "ca_file",
        says,
    };
    let pem = std::fs::read(path).map_err(|_| wrong("cannot be read"))?;
    Certificate::from_pem(&pem).map_err(|_| wrong("holds no certificate in PEM form"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing(more: &str) -> Result<Outgoing, SettingError> {
        let text = format!(
            "host = '127.0.0.1'\nport = 25\nsecurity = 'plain'\nfrom = 'check@shop.example'\n{more}"
        );
        Outgoing::new(toml::from_str(&text).expect("settings"))
    }

    #[test]
    fn an_answer_is_marked_and_has_no_return_path() {
        let words = Words {
            to: "ann@shop.example".to_owned(),
            subject: "FAKE: Your account\r\nBcc: x@evil.example".to_owned(),
            text: "It is a fake.\n".to_owned(),
            in_reply_to: Some("<1@shop.example>".to_owned()),
            id: "abc".to_owned(),
            at: Timestamp::UNIX_EPOCH,
        };
        let letter = outgoing("")
            .expect("a way")
            .letter(&words)
            .expect("a letter");
        assert_eq!(letter.envelope.from(), None);
        let text = String::from_utf8(letter.bytes).expect("ASCII");
        for line in [
            "Auto-Submitted: auto-replied",
            "In-Reply-To: <1@shop.example>",
            "Message-ID: <abc@shop.example>",
            "To: ann@shop.example",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert!(!text.contains("\nBcc:"), "{text}");
    }

    #[test]
    fn half_a_login_is_a_mistake() {
        assert!(outgoing("user = 'u'").is_err());
        assert!(outgoing("ca_file = '/nowhere.pem'").is_err());
    }
}
