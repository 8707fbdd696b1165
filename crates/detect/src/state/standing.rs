//! What a rule has found on an account, by the event that completed it.
//!
//! When something earlier becomes known late, the rule is met again around it: what
//! no longer holds is withdrawn, so that every order of arrival ends the same.

use sellkeep_model::{AlertLevel, ProofLevel};
use serde::{Deserialize, Serialize};

use super::Key;
use crate::moment::Millis;

/// Findings kept for a rule and an account; more than a person would ever read.
const STANDING_MAX: usize = 512;

/// One thing that a rule has found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The event that completed it.
    pub anchor: Key,
    /// The detection's id.
    pub id: String,
    /// How soon a person must look; `None` only feeds the risk.
    pub level: Option<AlertLevel>,
    /// Until when something can be done.
    pub deadline: Option<Millis>,
    /// The weakest proof it rests on.
    pub proof: ProofLevel,
    /// What it rests on, hashed.
    pub causes: u64,
}

/// What a rule has found, by anchor.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Standing(Vec<Found>);

/// What a finding changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nobody has been told.
    New,
    /// The same thing again.
    Again,
    /// It has been told otherwise.
    Other,
    /// It has been told like this.
    Same,
}

impl Standing {
    /// Notes what was found at an anchor and says what is new about it.
    pub fn put(&mut self, found: Found) -> Change {
        let place = |other: &Found| (other.anchor, &other.id).cmp(&(found.anchor, &found.id));
        match self.0.binary_search_by(place) {
            Ok(at) if self.0[at] == found => Change::Same,
            Ok(at) => {
                self.0[at] = found;
                Change::Other
            }
            Err(at) => {
                let known = self.0.iter().any(|other| other.id == found.id);
                self.0.insert(at, found);
                if self.0.len() > STANDING_MAX {
                    self.0.remove(0);
                }
                if known { Change::Again } else { Change::New }
            }
        }
    }

    /// Takes out what was found at an anchor but is not among `ids`; gives the ids that
    /// nothing supports any more.
    pub fn keep_only(&mut self, anchor: Key, ids: &[&str]) -> Vec<String> {
        let stays = |found: &Found| found.anchor != anchor || ids.contains(&found.id.as_str());
        let gone: Vec<String> = {
            let gone = self.0.iter().filter(|found| !stays(found));
            gone.map(|found| found.id.clone()).collect()
        };
        if !gone.is_empty() {
            self.0.retain(stays);
        }
        gone.into_iter()
            .filter(|id| !self.0.iter().any(|found| found.id == *id))
            .collect()
    }

    /// Ends a thing at every place but one; says whether it was found and stands nowhere now.
    pub fn end(&mut self, id: &str, but: Option<Key>) -> bool {
        let before = self.times(id);
        self.0
            .retain(|found| found.id != id || Some(found.anchor) == but);
        before > 0 && self.times(id) == 0
    }

    /// How many different things were found in a span that ends at a place.
    pub fn different(&self, until: Key, span: Millis) -> usize {
        let near = |found: &&Found| found.anchor <= until && found.anchor.0 > until.0 - span;
        let mut ids: Vec<&str> = self
            .0
            .iter()
            .filter(near)
            .map(|found| found.id.as_str())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids.len()
    }

    /// How often a thing was found.
    pub fn times(&self, id: &str) -> usize {
        self.0.iter().filter(|found| found.id == id).count()
    }

    /// Everything, by anchor.
    pub fn all(&self) -> &[Found] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(at: Millis, id: &str) -> Found {
        Found {
            anchor: Key::at(at),
            id: id.to_owned(),
            level: Some(AlertLevel::ActNow),
            deadline: None,
            proof: ProofLevel::Proven,
            causes: 0,
        }
    }

    #[test]
    fn the_same_is_told_once() {
        let mut standing = Standing::default();
        assert_eq!(standing.put(found(1, "a")), Change::New);
        assert_eq!(standing.put(found(1, "a")), Change::Same);
        assert_eq!(standing.put(found(2, "a")), Change::Again);
        let later = Found {
            deadline: Some(5),
            ..found(2, "a")
        };
        assert_eq!(standing.put(later), Change::Other);
        assert_eq!(standing.times("a"), 2);
        assert_eq!(standing.different(Key::end_of(2), 10), 1);
    }

    #[test]
    fn a_thing_is_withdrawn_when_its_last_anchor_goes() {
        let mut standing = Standing::default();
        standing.put(found(1, "a"));
        standing.put(found(2, "a"));
        assert!(standing.keep_only(Key::at(1), &[]).is_empty());
        assert_eq!(standing.keep_only(Key::at(2), &["b"]), ["a"]);
    }

    #[test]
    fn a_flood_keeps_the_newest() {
        let mut standing = Standing::default();
        for at in 0..2_000 {
            standing.put(found(at, &at.to_string()));
        }
        assert_eq!(standing.all().len(), STANDING_MAX);
        assert_eq!(
            standing.all().last().map(|found| found.id.as_str()),
            Some("1999")
        );
    }
}
