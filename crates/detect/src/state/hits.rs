//! What one rule has met on one account, in the account's order.
//!
//! Capped for each part of the rule: a flood of one part never pushes out what
//! another part has met, let alone another rule or another account.

use serde::{Deserialize, Serialize};

use super::Key;
use crate::moment::Millis;

/// One event that met one part of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// The event's place.
    #[serde(rename = "k")]
    pub key: Key,
    /// The part.
    #[serde(rename = "p")]
    pub part: u16,
    /// The group it counts in; 0 for rules without groups.
    #[serde(rename = "g")]
    pub group: u64,
    /// What tells it apart, where different values are counted.
    #[serde(rename = "o")]
    pub of: u64,
    /// Its number, where numbers are summed.
    #[serde(rename = "v")]
    pub value: f64,
    /// It is merely claimed.
    #[serde(rename = "c")]
    pub claimed: bool,
}

/// Hits in the account's order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Hits(Vec<Hit>);

/// How much a rule keeps.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// So many hits of each part.
    pub each: usize,
    /// Nothing older than this before the newest.
    pub age: Millis,
}

impl Hits {
    /// Adds a hit; `None` if it is there already, else the events that lost a hit for it.
    pub fn insert(&mut self, hit: Hit, room: Room) -> Option<Vec<Key>> {
        let place = |other: &Hit| (other.key, other.part).cmp(&(hit.key, hit.part));
        let Err(at) = self.0.binary_search_by(place) else {
            return None;
        };
        self.0.insert(at, hit);
        let mut lost = Vec::new();
        let same = self.0.iter().filter(|other| other.part == hit.part);
        if same.count() > room.each {
            let oldest = self.0.iter().position(|other| other.part == hit.part);
            lost.extend(oldest.map(|oldest| self.0.remove(oldest).key));
        }
        let newest = self.0.last().map_or(hit.key.0, |hit| hit.key.0);
        let old = self
            .0
            .partition_point(|hit| hit.key.0 < newest.saturating_sub(room.age));
        lost.extend(self.0.drain(..old).map(|hit| hit.key));
        Some(lost)
    }

    /// Takes out the hits of an event that meet a condition; says how many.
    pub fn remove(&mut self, key: Key, gone: impl Fn(&Hit) -> bool) -> usize {
        let before = self.0.len();
        self.0.retain(|hit| hit.key != key || !gone(hit));
        before - self.0.len()
    }

    /// All of them.
    pub fn all(&self) -> &[Hit] {
        &self.0
    }

    /// The first index whose event is at or after a place.
    pub fn from(&self, key: Key) -> usize {
        self.0.partition_point(|hit| hit.key < key)
    }

    /// The hits in `(until.time − span, until]`.
    pub fn window(&self, until: Key, span: Millis) -> &[Hit] {
        let end = self.0.partition_point(|hit| hit.key <= until);
        let begin = self
            .0
            .partition_point(|hit| hit.key.0 <= until.0.saturating_sub(span));
        &self.0[begin.min(end)..end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(at: Millis, part: u16) -> Hit {
        Hit {
            key: Key::at(at),
            part,
            group: 0,
            of: 0,
            value: 0.0,
            claimed: false,
        }
    }

    const ROOM: Room = Room {
        each: 3,
        age: 1_000,
    };

    #[test]
    fn a_flood_of_one_part_leaves_the_other() {
        let mut hits = Hits::default();
        hits.insert(hit(0, 0), ROOM);
        let lost = (1..100).filter_map(|at| hits.insert(hit(at, 1), ROOM));
        assert_eq!(lost.flatten().count(), 96);
        assert_eq!(hits.all().first().map(|hit| hit.part), Some(0));
        assert_eq!(hits.all().len(), 4);
    }

    #[test]
    fn twice_is_once_and_old_ones_go() {
        let mut hits = Hits::default();
        assert!(hits.insert(hit(5, 0), ROOM).is_some());
        assert!(hits.insert(hit(5, 0), ROOM).is_none());
        assert_eq!(hits.insert(hit(2_000, 0), ROOM), Some(vec![Key::at(5)]));
    }

    #[test]
    fn a_window_is_open_at_its_begin() {
        let mut hits = Hits::default();
        for at in [10, 20, 30] {
            hits.insert(hit(at, 0), ROOM);
        }
        assert_eq!(hits.window(Key::end_of(30), 20).len(), 2);
        assert_eq!(hits.window(Key::at(20), 100).len(), 2);
    }
}
