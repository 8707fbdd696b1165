//! Slack: an incoming webhook.
//!
//! Form: <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/>;
//! escaping: <https://docs.slack.dev/messaging/formatting-message-text/>. Words of alerts
//! stand in `plain_text` objects, where nothing is markup; the fallback text is escaped.

use jiff::Timestamp;
use sellkeep_model::Message;
use serde::Deserialize;
use serde_json::{Value, json};

use super::wire::address::Address;
use super::wire::text::clipped;
use super::{Answer, Channel, Kind, Request, Secret, Sending, SettingError, Trouble, read, wire};

/// The kind.
pub const KIND: Kind = Kind {
    name: "slack",
    title: "Slack",
    page: "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/",
    one_by_one: false,
    open,
};

/// Documented limits of a header and of a section's text.
const HEADER_CHARS_MAX: usize = 150;
const SECTION_CHARS_MAX: usize = 3_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    url: Secret,
    #[serde(default)]
    allow_private: bool,
}

struct Slack {
    address: Address,
}

fn open(settings: toml::Table) -> Result<Box<dyn Channel>, SettingError> {
    let settings: Settings = read(settings)?;
    Ok(Box::new(Slack {
        address: Address::new(&settings.url, settings.allow_private)?,
    }))
}

impl Channel for Slack {
    fn compose(&self, message: &Message, _at: Timestamp) -> Result<Sending, Trouble> {
        let mut blocks = vec![
            json!({"type": "header", "text": plain(&message.title, HEADER_CHARS_MAX)}),
            json!({"type": "section", "text": plain(&message.body_text, SECTION_CHARS_MAX)}),
        ];
        if let Some(link) = &message.link {
            let text = format!("<{}|Open in Sellkeep>", escaped(link));
            blocks.push(json!({"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": true}}));
        }
        let body = json!({
            "text": escaped(&clipped(&message.title, HEADER_CHARS_MAX)),
            "blocks": blocks,
            "unfurl_links": false,
            "unfurl_media": false,
        });
        Ok(Sending::Http(vec![Request::json(
            self.address.clone(),
            &body,
        )]))
    }

    fn understand(&self, answer: &Answer) -> Result<(), Trouble> {
        let says = match answer.body.as_slice() {
            b"no_service" | b"no_active_hooks" | b"invalid_token" => {
                "the webhook was switched off or deleted. Make a new one in Slack"
            }
            b"channel_not_found" | b"channel_is_archived" => {
                "the webhook's Slack channel is gone or archived. Choose another in Slack"
            }
            b"action_prohibited" | b"posting_to_general_channel_denied" | b"team_disabled" => {
                "the workspace does not allow it. Ask its administrator"
            }
            _ => return wire::send::by_status(answer),
        };
        Err(answer.refused(says))
    }
}

fn plain(text: &str, chars_max: usize) -> Value {
    json!({"type": "plain_text", "text": clipped(text, chars_max), "emoji": false})
}

/// The three characters that Slack reads as markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
