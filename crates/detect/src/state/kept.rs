//! The events that something still rests on, in the account's order.
//!
//! An event stays while a rule's hit refers to it; deeds stay a while besides, so
//! that they can be looked at again when something earlier becomes known late.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry::Vacant;

use sellkeep_model::Event;
use serde::{Deserialize, Serialize};

use super::Key;

/// How many deeds are kept that no rule has matched: a year of a quiet account.
const LOOSE_MAX: usize = 256;

/// Events in the account's order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Kept {
    events: BTreeMap<Key, Entry>,
    loose: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Entry {
    event: Event,
    hits: u32,
}

impl Kept {
    /// Keeps a deed though nothing refers to it yet.
    pub fn keep(&mut self, key: Key, event: &Event) {
        let Vacant(free) = self.events.entry(key) else {
            return;
        };
        free.insert(Entry {
            event: event.clone(),
            hits: 0,
        });
        self.loosened();
    }

    /// One more hit refers to an event.
    pub fn hold(&mut self, key: Key, event: &Event) {
        let fresh = || Entry {
            event: event.clone(),
            hits: 0,
        };
        let known = self.events.contains_key(&key);
        let entry = self.events.entry(key).or_insert_with(fresh);
        if known && entry.hits == 0 {
            self.loose = self.loose.saturating_sub(1);
        }
        entry.hits += 1;
    }

    /// One hit less refers to an event.
    pub fn release(&mut self, key: Key) {
        let Some(entry) = self.events.get_mut(&key) else {
            return;
        };
        entry.hits = entry.hits.saturating_sub(1);
        if entry.hits == 0 {
            self.loosened();
        }
    }

    /// Takes an event out altogether.
    pub fn remove(&mut self, key: Key) -> Option<Event> {
        let entry = self.events.remove(&key)?;
        if entry.hits == 0 {
            self.loose = self.loose.saturating_sub(1);
        }
        Some(entry.event)
    }

    /// One event.
    pub fn get(&self, key: Key) -> Option<&Event> {
        self.events.get(&key).map(|entry| &entry.event)
    }

    /// The events after a place and up to another, in order.
    pub fn between(&self, after: Key, until: Key) -> impl Iterator<Item = (Key, &Event)> {
        let bounds = (
            std::ops::Bound::Excluded(after),
            std::ops::Bound::Included(until),
        );
        let range = (after < until).then(|| self.events.range(bounds));
        range
            .into_iter()
            .flatten()
            .map(|(key, entry)| (*key, &entry.event))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    fn loosened(&mut self) {
        self.loose += 1;
        // Only every so often, so that a flood costs no search for each event.
        if self.loose > 2 * LOOSE_MAX {
            let surplus = self.loose - LOOSE_MAX;
            let oldest = self.events.iter().filter(|(_, entry)| entry.hits == 0);
            let oldest: Vec<Key> = oldest.map(|(key, _)| *key).take(surplus).collect();
            for key in oldest {
                self.remove(key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::event_at;

    #[test]
    fn what_nothing_rests_on_goes_first() {
        let mut kept = Kept::default();
        let held = event_at("user.added", 0);
        kept.hold(Key::of(&held), &held);
        for at in 1..2_000 {
            let event = event_at("user.added", at * 1_000);
            kept.keep(Key::of(&event), &event);
        }
        assert!(kept.len() <= 2 * LOOSE_MAX + 1, "{}", kept.len());
        assert!(kept.get(Key::of(&held)).is_some());
        kept.release(Key::of(&held));
        assert!(kept.get(Key::of(&held)).is_some(), "kept a while besides");
    }

    #[test]
    fn the_events_between_two_places() {
        let mut kept = Kept::default();
        let events = [1, 2, 3].map(|at| event_at("user.added", at * 1_000));
        for event in &events {
            kept.hold(Key::of(event), event);
        }
        let between = kept.between(Key::of(&events[0]), Key::of(&events[2]));
        assert_eq!(between.count(), 2);
        assert_eq!(
            kept.between(Key::of(&events[2]), Key::of(&events[0]))
                .count(),
            0
        );
    }
}
