//! PagerDuty: Events API v2.
//!
//! Form: <https://developer.pagerduty.com/docs/events-api-v2/trigger-events/>. The alert's
//! id is the `dedup_key`, so every message about one alert joins one incident, and the
//! last one resolves it.

use jiff::Timestamp;
use sellkeep_model::{Message, MessageState};
use serde::Deserialize;
use serde_json::{Value, json};

use super::wire::address::Address;
use super::wire::text::{clipped, scale};
use super::{Answer, Channel, Kind, Request, Secret, Sending, SettingError, Trouble, read, wire};

/// The kind.
pub const KIND: Kind = Kind {
    name: "pagerduty",
    title: "PagerDuty",
    page: "https://developer.pagerduty.com/docs/events-api-v2/trigger-events/",
    one_by_one: true,
    open,
};

/// The documented limit of a summary.
const SUMMARY_CHARS_MAX: usize = 1_024;

/// An event may have 512 KB; nobody on duty reads that.
const TEXT_CHARS_MAX: usize = 16_000;

/// An integration key has 32 characters.
const KEY_CHARS: usize = 32;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    routing_key: Secret,
    #[serde(default = "api")]
    api_url: Secret,
    #[serde(default)]
    allow_private: bool,
}

fn api() -> Secret {
    Secret::new("https://events.pagerduty.com")
}

struct PagerDuty {
    address: Address,
    key: Secret,
}

fn open(settings: toml::Table) -> Result<Box<dyn Channel>, SettingError> {
    let settings: Settings = read(settings)?;
    if settings.routing_key.reveal().chars().count() != KEY_CHARS {
        return Err(SettingError::Value {
            setting: "routing_key",
            says: "must have 32 characters: the integration key of an Events API v2 integration",
        });
    }
    let api = Address::new(&settings.api_url, settings.allow_private)?;
    Ok(Box::new(PagerDuty {
        address: api.below(&["v2", "enqueue"]),
        key: settings.routing_key,
    }))
}

impl Channel for PagerDuty {
    fn compose(&self, message: &Message, _at: Timestamp) -> Result<Sending, Trouble> {
        let body = match message.state {
            MessageState::Open => self.trigger(message),
            MessageState::Resolved => json!({
                "routing_key": self.key.reveal(),
                "event_action": "resolve",
                "dedup_key": message.thread,
            }),
        };
        Ok(Sending::Http(vec![Request::json(
            self.address.clone(),
            &body,
        )]))
    }

    fn understand(&self, answer: &Answer) -> Result<(), Trouble> {
        match answer.status {
            400 => Err(answer
                .refused("the integration key or the event was not accepted. Check `routing_key`")),
            _ => wire::send::by_status(answer),
        }
    }
}

impl PagerDuty {
    fn trigger(&self, message: &Message) -> Value {
        let links: Vec<Value> = message
            .link
            .iter()
            .map(|link| json!({"href": link, "text": "Open in Sellkeep"}))
            .collect();
        json!({
            "routing_key": self.key.reveal(),
            "event_action": "trigger",
            "dedup_key": message.thread,
            "client": "Sellkeep",
            "links": links,
            "payload": {
                "summary": clipped(&message.title, SUMMARY_CHARS_MAX),
                "source": "sellkeep",
                "severity": scale(message, "critical", "warning", "info", "info"),
                "timestamp": message.at.to_string(),
                "custom_details": {"text": clipped(&message.body_text, TEXT_CHARS_MAX)},
            },
        })
    }
}
