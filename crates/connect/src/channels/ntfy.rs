//! ntfy: push messages to phones, hosted or self-hosted.
//!
//! Form: <https://docs.ntfy.sh/publish/#publish-as-json>. The topic is as good as a
//! password, so it is a secret. `sequence_id` replaces the alert's earlier notification
//! (servers from 2.16; older ones ignore it).

use jiff::Timestamp;
use sellkeep_model::Message;
use serde::Deserialize;
use serde_json::json;

use super::wire::address::Address;
use super::wire::text::{clipped, clipped_bytes, scale};
use super::{Channel, Kind, Request, Secret, Sending, SettingError, Trouble, read};

/// The kind.
pub const KIND: Kind = Kind {
    name: "ntfy",
    title: "ntfy",
    page: "https://docs.ntfy.sh/publish/",
    one_by_one: false,
    open,
};

/// Longer texts are turned into an attachment by the server (4096 bytes, documented limit).
const TEXT_BYTES_MAX: usize = 4_000;

/// Long titles are cut by phones anyway.
const TITLE_CHARS_MAX: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default = "hosted")]
    server: Secret,
    topic: Secret,
    token: Option<Secret>,
    #[serde(default)]
    allow_private: bool,
}

fn hosted() -> Secret {
    Secret::new("https://ntfy.sh")
}

struct Ntfy {
    server: Address,
    topic: Secret,
    token: Option<Secret>,
}

fn open(settings: toml::Table) -> Result<Box<dyn Channel>, SettingError> {
    let settings: Settings = read(settings)?;
    Ok(Box::new(Ntfy {
        server: Address::new(&settings.server, settings.allow_private)?,
        topic: settings.topic,
        token: settings.token,
    }))
}

impl Channel for Ntfy {
    fn compose(&self, message: &Message, _at: Timestamp) -> Result<Sending, Trouble> {
        let buttons = message
            .actions
            .iter()
            .map(|action| json!({"action": "view", "label": action.label, "url": action.link}));
        let mut body = json!({
            "topic": self.topic.reveal(),
            "title": clipped(&message.title, TITLE_CHARS_MAX),
            "message": clipped_bytes(&message.body_text, TEXT_BYTES_MAX),
            "priority": scale(message, 5, 4, 2, 2),
            "tags": [scale(message, "rotating_light", "warning", "information_source", "white_check_mark")],
            "actions": buttons.collect::<Vec<_>>(),
            "sequence_id": message.thread,
        });
        if let Some(link) = &message.link {
            body["click"] = json!(link);
        }
        let mut request = Request::json(self.server.clone(), &body);
        if let Some(token) = &self.token {
            request = request.with("authorization", format!("Bearer {}", token.reveal()));
        }
        Ok(Sending::Http(vec![request]))
    }
}
