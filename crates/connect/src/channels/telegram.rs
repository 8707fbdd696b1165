//! Telegram: a bot that writes into a chat.
//!
//! Form: <https://core.telegram.org/bots/api#sendmessage>. No `parse_mode`, so nothing in
//! the text is markup; what Telegram would turn into links by itself was disarmed before.

use jiff::Timestamp;
use sellkeep_model::{AlertLevel, Message};
use serde::Deserialize;
use serde_json::{Value, json};

use super::wire::address::Address;
use super::wire::text::{clipped, whole};
use super::{Answer, Channel, Kind, Request, Secret, Sending, SettingError, Trouble, read, wire};

/// The kind.
pub const KIND: Kind = Kind {
    name: "telegram",
    title: "Telegram",
    page: "https://core.telegram.org/bots/api#sendmessage",
    one_by_one: false,
    open,
};

/// The documented limit is 4096 of UTF-16's units; half of it in characters always fits.
const TEXT_CHARS_MAX: usize = 2_048;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    token: Secret,
    chat: Secret,
    #[serde(default = "api")]
    api_url: Secret,
    #[serde(default)]
    allow_private: bool,
}

fn api() -> Secret {
    Secret::new("https://api.telegram.org")
}

struct Telegram {
    address: Address,
    chat: Secret,
}

fn open(settings: toml::Table) -> Result<Box<dyn Channel>, SettingError> {
    let settings: Settings = read(settings)?;
    let api = Address::new(&settings.api_url, settings.allow_private)?;
    let bot = format!("bot{}", settings.token.reveal());
    Ok(Box::new(Telegram {
        address: api.below(&[&bot, "sendMessage"]),
        chat: settings.chat,
    }))
}

impl Channel for Telegram {
    fn compose(&self, message: &Message, _at: Timestamp) -> Result<Sending, Trouble> {
        let link = message.link.iter().map(|link| ("Open in Sellkeep", link));
        let more = message
            .actions
            .iter()
            .map(|action| (action.label.as_str(), &action.link));
        let buttons: Vec<Value> = link
            .chain(more)
            .map(|(text, url)| json!([{"text": text, "url": url}]))
            .collect();
        let body = json!({
            "chat_id": self.chat.reveal(),
            "text": clipped(&whole(message), TEXT_CHARS_MAX),
            "link_preview_options": {"is_disabled": true},
            "disable_notification": message.level == AlertLevel::ForInformation,
            "reply_markup": {"inline_keyboard": buttons},
        });
        Ok(Sending::Http(vec![Request::json(
            self.address.clone(),
            &body,
        )]))
    }

    fn understand(&self, answer: &Answer) -> Result<(), Trouble> {
        match answer.status {
            401 | 404 => Err(answer.refused("the bot's token is not known to Telegram. Ask BotFather for a new one")),
            403 => Err(answer.refused("the bot may not write to that chat. Open the chat and press Start, or invite the bot")),
            400 => Err(answer.refused("the chat was not found or the message was not understood. Check `chat`")),
            _ => wire::send::by_status(answer),
        }
    }
}
