//! Opsgenie, and services of its form (Jira Service Management operations).
//!
//! Form: <https://docs.opsgenie.com/docs/alert-api>. The alert's id is the `alias`; the
//! last message closes by it.

use jiff::Timestamp;
use sellkeep_model::{Message, MessageState};
use serde::Deserialize;
use serde_json::json;

use super::wire::address::Address;
use super::wire::text::{clipped, scale};
use super::{Channel, Kind, Request, Secret, Sending, SettingError, Trouble, read};

/// The kind.
pub const KIND: Kind = Kind {
    name: "opsgenie",
    title: "Opsgenie",
    page: "https://docs.opsgenie.com/docs/alert-api",
    one_by_one: true,
    open,
};

/// Documented limits of message and description.
const MESSAGE_CHARS_MAX: usize = 130;
const DESCRIPTION_CHARS_MAX: usize = 15_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    key: Secret,
    #[serde(default = "api")]
    api_url: Secret,
    #[serde(default)]
    allow_private: bool,
}

fn api() -> Secret {
    Secret::new("https://api.opsgenie.com")
}

struct Opsgenie {
    api: Address,
    key: Secret,
}

fn open(settings: toml::Table) -> Result<Box<dyn Channel>, SettingError> {
    let settings: Settings = read(settings)?;
    Ok(Box::new(Opsgenie {
        api: Address::new(&settings.api_url, settings.allow_private)?,
        key: settings.key,
    }))
}

impl Channel for Opsgenie {
    fn compose(&self, message: &Message, _at: Timestamp) -> Result<Sending, Trouble> {
        let request = match message.state {
            MessageState::Open => self.create(message),
            MessageState::Resolved => self.close(message),
        };
        let key = format!("GenieKey {}", self.key.reveal());
        Ok(Sending::Http(vec![request.with("authorization", key)]))
    }
}

impl Opsgenie {
    fn create(&self, message: &Message) -> Request {
        let mut body = json!({
            "message": clipped(&message.title, MESSAGE_CHARS_MAX),
            "alias": message.thread,
            "description": clipped(&message.body_text, DESCRIPTION_CHARS_MAX),
            "priority": scale(message, "P1", "P3", "P5", "P5"),
            "source": "Sellkeep",
        });
        if let Some(link) = &message.link {
            body["details"] = json!({"console": link});
        }
        Request::json(self.api.below(&["v2", "alerts"]), &body)
    }

    fn close(&self, message: &Message) -> Request {
        let address = self.api.below(&["v2", "alerts", &message.thread, "close"]);
        let body =
            json!({"source": "Sellkeep", "note": clipped(&message.title, MESSAGE_CHARS_MAX)});
        Request::json(address.with("identifierType", "alias"), &body)
    }
}
