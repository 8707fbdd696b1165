//! Discord: a webhook of a text channel.
//!
//! Form: <https://docs.discord.com/developers/resources/webhook#execute-webhook>. No
//! mention is allowed to ring (`allowed_mentions`), and Markdown is escaped.

use jiff::Timestamp;
use sellkeep_model::Message;
use serde::Deserialize;
use serde_json::json;

use super::wire::address::Address;
use super::wire::text::{clipped, scale};
use super::{Channel, Kind, Request, Secret, Sending, SettingError, Trouble, read};

/// The kind.
pub const KIND: Kind = Kind {
    name: "discord",
    title: "Discord",
    page: "https://docs.discord.com/developers/resources/webhook#execute-webhook",
    one_by_one: false,
    open,
};

/// Documented limits of content and of an embed's description.
const CONTENT_CHARS_MAX: usize = 2_000;
const DESCRIPTION_CHARS_MAX: usize = 4_096;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    url: Secret,
    #[serde(default)]
    allow_private: bool,
}

struct Discord {
    address: Address,
}

fn open(settings: toml::Table) -> Result<Box<dyn Channel>, SettingError> {
    let settings: Settings = read(settings)?;
    let address = Address::new(&settings.url, settings.allow_private)?;
    Ok(Box::new(Discord {
        // Without it Discord answers before it has looked at the message.
        address: address.with("wait", "true"),
    }))
}

impl Channel for Discord {
    fn compose(&self, message: &Message, _at: Timestamp) -> Result<Sending, Trouble> {
        let mut embed = json!({
            "description": clipped(&escaped(&message.body_text), DESCRIPTION_CHARS_MAX),
            "color": scale(message, 0x00c6_2828, 0x00ef_6c00, 0x0015_65c0, 0x002e_7d32),
            "timestamp": message.at.to_string(),
        });
        if let Some(link) = &message.link {
            embed["title"] = json!("Open in Sellkeep");
            embed["url"] = json!(link);
        }
        let body = json!({
            "content": clipped(&escaped(&message.title), CONTENT_CHARS_MAX),
            "embeds": [embed],
            "allowed_mentions": {"parse": []},
        });
        Ok(Sending::Http(vec![Request::json(
            self.address.clone(),
            &body,
        )]))
    }
}

/// Characters that Discord reads as Markdown or as the begin of a mention.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if matches!(
            c,
            '\\' | '*'
                | '_'
                | '~'
                | '`'
                | '|'
                | '>'
                | '<'
                | '#'
                | '['
                | ']'
                | '('
                | ')'
                | '@'
                | ':'
        ) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn markdown_is_text() {
        assert_eq!(
            super::escaped("**a** <@1> [x](y)"),
            r"\*\*a\*\* \<\@1\> \[x\]\(y\)"
        );
    }
}
