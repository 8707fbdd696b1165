//! Any other service, through an Apprise API server.
//!
//! Form: <https://github.com/caronc/apprise-api#api-details> (stateful `/notify/{KEY}`).
//! What the server sends on is its own affair; we ask it to take the text as text.

use jiff::Timestamp;
use sellkeep_model::Message;
use serde::Deserialize;
use serde_json::json;

use super::wire::address::Address;
use super::wire::text::{clipped, scale};
use super::{Answer, Channel, Kind, Request, Secret, Sending, SettingError, Trouble, read, wire};

/// The kind.
pub const KIND: Kind = Kind {
    name: "apprise",
    title: "Any other, through Apprise API",
    page: "https://github.com/caronc/apprise-api#api-details",
    one_by_one: false,
    open,
};

/// The server cuts again to what the service behind it takes; this keeps the request small.
const TITLE_CHARS_MAX: usize = 250;
const TEXT_CHARS_MAX: usize = 16_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    server: Secret,
    key: Secret,
    tag: Option<Secret>,
    #[serde(default)]
    allow_private: bool,
}

struct Apprise {
    address: Address,
    tag: Option<Secret>,
}

fn open(settings: toml::Table) -> Result<Box<dyn Channel>, SettingError> {
    let settings: Settings = read(settings)?;
    let server = Address::new(&settings.server, settings.allow_private)?;
    Ok(Box::new(Apprise {
        address: server.below(&["notify", settings.key.reveal()]),
        tag: settings.tag,
    }))
}

impl Channel for Apprise {
    fn compose(&self, message: &Message, _at: Timestamp) -> Result<Sending, Trouble> {
        let text = clipped(&message.body_text, TEXT_CHARS_MAX);
        let link = message
            .link
            .as_ref()
            .map(|link| format!("\n\nOpen in Sellkeep: {link}"));
        let mut body = json!({
            "title": clipped(&message.title, TITLE_CHARS_MAX),
            "body": format!("{text}{}", link.unwrap_or_default()),
            "type": scale(message, "failure", "warning", "info", "success"),
            "format": "text",
        });
        if let Some(tag) = &self.tag {
            body["tag"] = json!(tag.reveal());
        }
        Ok(Sending::Http(vec![Request::json(
            self.address.clone(),
            &body,
        )]))
    }

    fn understand(&self, answer: &Answer) -> Result<(), Trouble> {
        match answer.status {
            204 => Err(answer.refused(
                "nothing is stored under that key. Save the services' addresses there first",
            )),
            424 => Err(answer.refused(
                "at least one of the services behind it was not reached. Look into its log",
            )),
            _ => wire::send::by_status(answer),
        }
    }
}
