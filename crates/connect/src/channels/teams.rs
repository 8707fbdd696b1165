//! Microsoft Teams: a workflow that posts what it receives ("When a Teams webhook request
//! is received"), in the form of an Adaptive Card.
//!
//! Form: <https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using>.
//! Words of alerts stand in text runs, which know no Markdown (Adaptive Cards schema 1.4,
//! TextRun), so that no link can be written into them.

use jiff::Timestamp;
use sellkeep_model::Message;
use serde::Deserialize;
use serde_json::{Value, json};

use super::wire::address::Address;
use super::wire::text::{clipped, clipped_bytes, scale};
use super::{Channel, Kind, Request, Secret, Sending, SettingError, Trouble, read};

/// The kind.
pub const KIND: Kind = Kind {
    name: "teams",
    title: "Microsoft Teams (Workflows)",
    page: "https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using",
    one_by_one: false,
    open,
};

/// A post of more than 28 KB is refused (documented). Half of it for the words leaves room
/// for what stands around every line.
const TEXT_BYTES_MAX: usize = 12_000;
const TITLE_CHARS_MAX: usize = 250;
const LINES_MAX: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    url: Secret,
    #[serde(default)]
    allow_private: bool,
}

struct Teams {
    address: Address,
}

fn open(settings: toml::Table) -> Result<Box<dyn Channel>, SettingError> {
    let settings: Settings = read(settings)?;
    Ok(Box::new(Teams {
        address: Address::new(&settings.url, settings.allow_private)?,
    }))
}

impl Channel for Teams {
    fn compose(&self, message: &Message, _at: Timestamp) -> Result<Sending, Trouble> {
        let color = scale(message, "Attention", "Warning", "Default", "Good");
        let title = json!({"type": "TextRun", "text": clipped(&message.title, TITLE_CHARS_MAX), "weight": "Bolder", "size": "Medium", "color": color});
        let mut body = vec![rich(&title)];
        let text = clipped_bytes(&message.body_text, TEXT_BYTES_MAX);
        for line in text.lines().filter(|line| !line.is_empty()).take(LINES_MAX) {
            body.push(rich(&json!({"type": "TextRun", "text": line})));
        }
        let link = message.link.iter().map(|link| ("Open in Sellkeep", link));
        let more = message
            .actions
            .iter()
            .map(|action| (action.label.as_str(), &action.link));
        let actions: Vec<Value> = link
            .chain(more)
            .map(|(title, url)| json!({"type": "Action.OpenUrl", "title": title, "url": url}))
            .collect();
        let card = json!({
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": body,
            "actions": actions,
        });
        let post = json!({
            "type": "message",
            "attachments": [{
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": null,
                "content": card,
            }],
        });
        Ok(Sending::Http(vec![Request::json(
            self.address.clone(),
            &post,
        )]))
    }
}

fn rich(run: &Value) -> Value {
    json!({"type": "RichTextBlock", "inlines": [run]})
}
