//! Where the reading of an account stands: a value that is kept as the source's place.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::rhythm::Rhythm;

/// What a change of this form means for places that were kept before: they are begun anew.
const VERSION: u32 = 1;

/// Where the reading of an account stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    version: u32,
    /// Each watch by its name.
    #[serde(default)]
    rhythms: BTreeMap<String, Rhythm>,
    /// When the way of the money last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Timestamp>,
    /// The next payout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payout: Option<Timestamp>,
    /// When it was kept that the right to read is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shut: Option<Timestamp>,
}

impl Default for State {
    fn default() -> State {
        State {
            version: VERSION,
            rhythms: BTreeMap::new(),
            changed: None,
            payout: None,
            shut: None,
        }
    }
}

impl State {
    /// The state that a place is; `None` where it is none of ours.
    pub fn parse(text: &str) -> Option<State> {
        if text.is_empty() {
            return Some(State::default());
        }
        let state: State = serde_json::from_str(text).ok()?;
        (state.version == VERSION).then_some(state)
    }

    /// The place that it is kept as.
    pub fn text(&self) -> String {
        // A state has no map with keys other than text, which is all that could fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What is known of a watch.
    pub fn rhythm(&self, key: &str) -> &Rhythm {
        static NONE: std::sync::LazyLock<Rhythm> = std::sync::LazyLock::new(Rhythm::default);
        self.rhythms.get(key).unwrap_or(&NONE)
    }

    /// The same, to be changed.
    pub fn rhythm_mut(&mut self, key: &str) -> &mut Rhythm {
        self.rhythms.entry(key.to_owned()).or_default()
    }
}
