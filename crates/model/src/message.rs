//! A message: what a channel carries to a person, and how much it may say.
//!
//! Values only. `respond` writes messages, `connect` carries them; neither imports the other.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::AlertLevel;

/// How much a channel may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Detail {
    /// What, where, since when, how we know, what to do, time left.
    Full,
    /// What kind of thing, since when, time left: no amount, ending, address or name.
    #[default]
    Short,
    /// Only that there is something, and its level.
    Console,
}

/// Whether a message opens a matter or closes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageState {
    /// Somebody should look.
    Open,
    /// It is over; services that keep a list close the matter.
    Resolved,
}

/// Something that a person can open from a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// The words on the button.
    pub label: String,
    /// The page of the console behind it.
    pub link: String,
}

/// What a channel carries to a person.
///
/// Every text is printable and holds no link but [`Message::link`] and the actions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The same for every try to send this message; letters, digits, `-` and `_` only.
    pub id: String,
    /// The same for every message about one matter: the alert's id.
    pub thread: String,
    /// Whether it opens or closes the matter.
    pub state: MessageState,
    /// How soon a person must look.
    pub level: AlertLevel,
    /// One line.
    pub title: String,
    /// The text, in lines.
    pub body_text: String,
    /// The same as HTML, for mails.
    pub body_html: Option<String>,
    /// The page of the console to open.
    pub link: Option<String>,
    /// More pages of the console.
    pub actions: Vec<Action>,
    /// When it was written.
    pub at: Timestamp,
}
