//! A test message on one channel, and what happened in plain words.

use jiff::Timestamp;
use sellkeep_model::{AlertLevel, Message, MessageState};

use super::wire::settings::Channels;
use super::{ANSWER_WITHIN, Patience, Wire, send};

/// What came of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Whether the service took the message.
    pub taken: bool,
    /// What happened, for a person.
    pub says: String,
}

/// Sends a test message on the channel of that name.
pub async fn test(name: &str, channels: &Channels) -> Trial {
    let Some(one) = channels.get(name) else {
        return failed(format!("There is no channel `{name}`. {}", known(channels)));
    };
    let wire = match Wire::new(ANSWER_WITHIN) {
        Ok(wire) => wire,
        Err(trouble) => return failed(trouble.to_string()),
    };
    let message = trial_message(name, Timestamp::now());
    let title = one.kind.title;
    match send(
        &wire,
        name,
        one.channel.as_ref(),
        &message,
        Patience::default(),
    )
    .await
    {
        Ok(receipt) => {
            let again = if receipt.tries > 1 {
                format!(" on try {}", receipt.tries)
            } else {
                String::new()
            };
            let millis = receipt.took.as_millis();
            Trial {
                taken: true,
                says: format!(
                    "{title} took the test message{again} after {millis} ms. Look whether it has arrived."
                ),
            }
        }
        Err(error) => failed(format!("{error}.")),
    }
}

fn failed(says: String) -> Trial {
    Trial { taken: false, says }
}

fn known(channels: &Channels) -> String {
    let names: Vec<&str> = channels
        .channels
        .iter()
        .map(|one| one.route.name.as_str())
        .collect();
    if names.is_empty() {
        return "The channels file has none yet; docs/channels.md shows how to add one.".to_owned();
    }
    format!("There are: {}.", names.join(", "))
}

/// The test message. It tells nothing about any account.
pub fn trial_message(name: &str, at: Timestamp) -> Message {
    let id = format!("test-{name}-{}", at.as_millisecond());
    Message {
        thread: id.clone(),
        id,
        state: MessageState::Open,
        level: AlertLevel::ForInformation,
        title: "Sellkeep: this is a test".to_owned(),
        body_text: format!(
            "Nothing happened. Somebody tests the channel \"{name}\". \
             An alert would come this way; one that says \"Act now\" may ring louder."
        ),
        body_html: None,
        link: None,
        actions: Vec::new(),
        at,
    }
}
