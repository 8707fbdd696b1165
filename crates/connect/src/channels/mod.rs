//! The ways out to a person: one file each, one list.
//!
//! A channel turns a message into requests of its service's documented form and knows
//! what the service's answers mean. It neither connects nor waits ([`wire`] does) nor
//! decides what is told (`respond` does), so a channel is tested by what it writes.

mod apprise;
mod discord;
mod gotify;
mod matrix;
mod ntfy;
mod opsgenie;
mod pagerduty;
mod pushover;
mod slack;
mod smtp;
mod teams;
mod telegram;
mod trial;
mod twilio;
mod webhook;
pub mod wire;

use jiff::Timestamp;
use sellkeep_model::Message;
use serde::de::DeserializeOwned;

pub use trial::{Trial, test, trial_message};
pub use wire::http::{Answer, Request, Wire};
pub use wire::secret::Secret;
pub use wire::send::{ANSWER_WITHIN, Patience, Receipt, send};
pub use wire::settings::{ChannelSettings, Channels, file, parse};
pub use wire::trouble::{SendError, SettingError, Trouble};

/// One kind of channel.
pub struct Kind {
    /// The word in the channels file.
    pub name: &'static str,
    /// The service, for a person.
    pub title: &'static str,
    /// The documentation of its request form.
    pub page: &'static str,
    /// It keeps a list of open matters: one message for each alert, and one more to close it.
    pub one_by_one: bool,
    /// Reads the settings.
    pub open: fn(toml::Table) -> Result<Box<dyn Channel>, SettingError>,
}

/// All kinds; the order is that of the documentation.
pub const CHANNELS: &[&Kind] = &[
    &smtp::KIND,
    &webhook::KIND,
    &ntfy::KIND,
    &slack::KIND,
    &teams::KIND,
    &discord::KIND,
    &telegram::KIND,
    &matrix::KIND,
    &pagerduty::KIND,
    &opsgenie::KIND,
    &pushover::KIND,
    &gotify::KIND,
    &twilio::SMS,
    &twilio::VOICE,
    &apprise::KIND,
];

/// What a channel wants sent.
pub enum Sending {
    /// Requests, one after the other; each must be taken.
    Http(Vec<Request>),
    /// Mails, one for each recipient.
    Mail(Vec<wire::mail::Letter>),
}

impl Sending {
    /// How many parts there are.
    pub fn len(&self) -> usize {
        match self {
            Sending::Http(requests) => requests.len(),
            Sending::Mail(letters) => letters.len(),
        }
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A way out to a person, set up.
pub trait Channel: Send + Sync {
    /// The message in the service's form. `at` is the time of this try.
    fn compose(&self, message: &Message, at: Timestamp) -> Result<Sending, Trouble>;

    /// What the service's answer means.
    fn understand(&self, answer: &Answer) -> Result<(), Trouble> {
        wire::send::by_status(answer)
    }
}

/// The kind of that name.
pub fn kind(name: &str) -> Option<&'static Kind> {
    CHANNELS.iter().find(|kind| kind.name == name).copied()
}

/// Reads settings as a type. The reader's words are kept only where they cannot quote a value.
fn read<T: DeserializeOwned>(settings: toml::Table) -> Result<T, SettingError> {
    let read = settings.try_into();
    read.map_err(|error: toml::de::Error| SettingError::Channel {
        name: String::new(),
        says: wire::settings::without_values(error.message()),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::CHANNELS;

    /// Files beside the channels that are none.
    const OTHERS: &[&str] = &["mod", "trial"];

    #[test]
    fn every_file_is_on_the_list() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/channels");
        let mut found = 0;
        for entry in std::fs::read_dir(folder).expect("the folder") {
            let path = entry.expect("an entry").path();
            let stem = path
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            if path.is_dir() || OTHERS.contains(&stem.as_str()) {
                continue;
            }
            found += 1;
            let listed = CHANNELS
                .iter()
                .any(|kind| kind.name.split('_').next() == Some(&stem));
            assert!(listed, "{stem}.rs has no entry in CHANNELS");
        }
        assert!(found > 0);
    }

    #[test]
    fn names_are_told_apart_and_every_kind_names_its_page() {
        let names: BTreeSet<&str> = CHANNELS.iter().map(|kind| kind.name).collect();
        assert_eq!(names.len(), CHANNELS.len());
        assert!(
            CHANNELS
                .iter()
                .all(|kind| kind.page.starts_with("https://"))
        );
    }
}
