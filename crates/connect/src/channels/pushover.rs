//! Pushover: push messages; *Act now* rings until somebody confirms.
//!
//! Form: <https://pushover.net/api>; emergency priority and receipts:
//! <https://pushover.net/api/receipts>. An emergency carries the alert's id as a tag, and
//! the message that it is over stops the ringing by that tag.

use jiff::Timestamp;
use sellkeep_model::{AlertLevel, Message, MessageState};
use serde::Deserialize;

use super::wire::address::Address;
use super::wire::text::{clipped, scale};
use super::{Answer, Channel, Kind, Request, Secret, Sending, SettingError, Trouble, read, wire};

/// The kind.
pub const KIND: Kind = Kind {
    name: "pushover",
    title: "Pushover",
    page: "https://pushover.net/api",
    one_by_one: true,
    open,
};

/// Documented limits.
const TITLE_CHARS_MAX: usize = 250;
const TEXT_CHARS_MAX: usize = 1_024;
const RETRY_SECONDS_MIN: u32 = 30;
const EXPIRE_SECONDS_MAX: u32 = 10_800;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    token: Secret,
    user: Secret,
    #[serde(default = "retry_seconds")]
    retry_seconds: u32,
    #[serde(default = "expire_seconds")]
    expire_seconds: u32,
    #[serde(default = "api")]
    api_url: Secret,
    #[serde(default)]
    allow_private: bool,
}

fn api() -> Secret {
    Secret::new("https://api.pushover.net")
}

/// Once a minute wakes a sleeper.
fn retry_seconds() -> u32 {
    60
}

/// An hour; then the ladder has told somebody else.
fn expire_seconds() -> u32 {
    3_600
}

struct Pushover {
    api: Address,
    token: Secret,
    user: Secret,
    retry: String,
    expire: String,
}

fn open(settings: toml::Table) -> Result<Box<dyn Channel>, SettingError> {
    let settings: Settings = read(settings)?;
    if settings.retry_seconds < RETRY_SECONDS_MIN {
        return Err(SettingError::Value {
            setting: "retry_seconds",
            says: "must be at least 30",
        });
    }
    if settings.expire_seconds > EXPIRE_SECONDS_MAX {
        return Err(SettingError::Value {
            setting: "expire_seconds",
            says: "must be at most 10800",
        });
    }
    Ok(Box::new(Pushover {
        api: Address::new(&settings.api_url, settings.allow_private)?,
        token: settings.token,
        user: settings.user,
        retry: settings.retry_seconds.to_string(),
        expire: settings.expire_seconds.to_string(),
    }))
}

impl Channel for Pushover {
    fn compose(&self, message: &Message, _at: Timestamp) -> Result<Sending, Trouble> {
        let over = message.state == MessageState::Resolved;
        let mut requests = Vec::new();
        if over && message.level == AlertLevel::ActNow {
            requests.push(self.stop(message));
        }
        requests.push(self.push(message));
        Ok(Sending::Http(requests))
    }

    fn understand(&self, answer: &Answer) -> Result<(), Trouble> {
        wire::send::by_status(answer)?;
        match answer.json().unwrap_or_default()["status"].as_i64() {
            Some(1) => Ok(()),
            _ => {
                Err(answer
                    .refused("the token or user key was not accepted. Check `token` and `user`"))
            }
        }
    }
}

impl Pushover {
    fn push(&self, message: &Message) -> Request {
        let title = clipped(&message.title, TITLE_CHARS_MAX);
        let text = clipped(&message.body_text, TEXT_CHARS_MAX);
        let seconds = message.at.as_second().to_string();
        let priority = scale(message, "2", "0", "-1", "-1");
        let tag = tag(message);
        let mut fields = vec![
            ("token", self.token.reveal()),
            ("user", self.user.reveal()),
            ("title", &title),
            ("message", &text),
            ("timestamp", &seconds),
            ("priority", priority),
        ];
        if priority == "2" {
            fields.extend([
                ("retry", self.retry.as_str()),
                ("expire", &self.expire),
                ("tags", &tag),
            ]);
        }
        if let Some(link) = &message.link {
            fields.extend([("url", link.as_str()), ("url_title", "Open in Sellkeep")]);
        }
        Request::form(self.api.below(&["1", "messages.json"]), &fields)
    }

    fn stop(&self, message: &Message) -> Request {
        let file = format!("{}.json", tag(message));
        let address = self.api.below(&["1", "receipts", "cancel_by_tag", &file]);
        Request::form(address, &[("token", self.token.reveal())])
    }
}

fn tag(message: &Message) -> String {
    format!("sellkeep-{}", message.thread)
}
