//! What was read from one record: events, states, and what could not be understood.

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::state::State;

/// Something in a record that could not be understood. Nothing is lost: the record stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadProblem {
    /// Where in the record: a path of field names, without values.
    pub place: String,
    /// What is wrong and what was done about it, in plain words, without values.
    pub says: String,
    /// Counted, but nothing to mend: a topic that no rule needs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub harmless: bool,
}

/// What was read from one record.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Reading {
    /// Facts that the source tells as such.
    pub events: Vec<Event>,
    /// What the source says is so now; events come from comparing it with the snapshot.
    pub states: Vec<State>,
    /// What could not be understood.
    pub problems: Vec<ReadProblem>,
}

impl Reading {
    /// Notes something that could not be understood.
    pub fn problem(&mut self, place: impl Into<String>, says: impl Into<String>) {
        self.problems.push(ReadProblem {
            place: place.into(),
            says: says.into(),
            harmless: false,
        });
    }

    /// Notes something that was left out knowingly and needs no mending.
    pub fn remark(&mut self, place: impl Into<String>, says: impl Into<String>) {
        self.problems.push(ReadProblem {
            place: place.into(),
            says: says.into(),
            harmless: true,
        });
    }
}
