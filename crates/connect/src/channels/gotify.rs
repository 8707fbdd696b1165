//! Gotify: push messages of a server of one's own.
//!
//! Form: <https://gotify.net/docs/pushmsg> and <https://gotify.net/docs/msgextras>.

use jiff::Timestamp;
use sellkeep_model::Message;
use serde::Deserialize;
use serde_json::json;

use super::wire::address::Address;
use super::wire::text::{clipped, scale};
use super::{Channel, Kind, Request, Secret, Sending, SettingError, Trouble, read};

/// The kind.
pub const KIND: Kind = Kind {
    name: "gotify",
    title: "Gotify",
    page: "https://gotify.net/docs/pushmsg",
    one_by_one: false,
    open,
};

/// No limit is documented; a phone shows less.
const TITLE_CHARS_MAX: usize = 250;
const TEXT_CHARS_MAX: usize = 4_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    server: Secret,
    token: Secret,
    #[serde(default)]
    allow_private: bool,
}

struct Gotify {
    address: Address,
    token: Secret,
}

fn open(settings: toml::Table) -> Result<Box<dyn Channel>, SettingError> {
    let settings: Settings = read(settings)?;
    let server = Address::new(&settings.server, settings.allow_private)?;
    Ok(Box::new(Gotify {
        address: server.below(&["message"]),
        token: settings.token,
    }))
}

impl Channel for Gotify {
    fn compose(&self, message: &Message, _at: Timestamp) -> Result<Sending, Trouble> {
        let mut extras = json!({"client::display": {"contentType": "text/plain"}});
        if let Some(link) = &message.link {
            extras["client::notification"] = json!({"click": {"url": link}});
        }
        let body = json!({
            "title": clipped(&message.title, TITLE_CHARS_MAX),
            "message": clipped(&message.body_text, TEXT_CHARS_MAX),
            "priority": scale(message, 10, 5, 2, 2),
            "extras": extras,
        });
        let request = Request::json(self.address.clone(), &body);
        let request = request.with("x-gotify-key", self.token.reveal().to_owned());
        Ok(Sending::Http(vec![request]))
    }
}
