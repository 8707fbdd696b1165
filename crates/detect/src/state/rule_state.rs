//! What one rule remembers of one account.
//!
//! Everything here is bounded for each account and rule by itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Buckets, Hits, Key, Standing};

/// Values that a first-seen rule remembers. The oldest stay: a flood of new values
/// never makes an old one look new.
const VALUES_MAX: usize = 4_096;

/// What one rule remembers.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RuleState {
    /// The part of the rule that this depends on, hashed; another one starts afresh.
    #[serde(rename = "v")]
    pub version: String,
    /// What met its parts.
    #[serde(rename = "h", default, skip_serializing_if = "is_default")]
    pub hits: Hits,
    /// Values with the first event that had them.
    #[serde(rename = "f", default, skip_serializing_if = "is_default")]
    pub first: First,
    /// Counters.
    #[serde(rename = "b", default, skip_serializing_if = "is_default")]
    pub buckets: Buckets,
    /// What it has found.
    #[serde(rename = "s", default, skip_serializing_if = "is_default")]
    pub standing: Standing,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Values with the first event that had them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct First {
    values: BTreeMap<u64, Key>,
    /// Once there is no room: nothing that began after this gets in.
    full_at: Option<Key>,
}

impl First {
    /// An event has a value.
    pub fn note(&mut self, value: u64, key: Key) {
        if let Some(first) = self.values.get_mut(&value) {
            *first = (*first).min(key);
        } else if self.full_at.is_none_or(|last| key < last) {
            self.values.insert(value, key);
        }
        if self.values.len() > VALUES_MAX {
            self.drop_newest();
        }
    }

    fn drop_newest(&mut self) {
        let newest = self.values.iter().max_by_key(|(_, key)| **key);
        if let Some((value, key)) = newest.map(|(value, key)| (*value, *key)) {
            self.values.remove(&value);
            self.full_at = Some(key);
        }
    }

    /// The first event that had a value.
    pub fn get(&self, value: u64) -> Option<Key> {
        self.values.get(&value).copied()
    }

    /// An event is no longer at its place.
    pub fn moved(&mut self, from: Key) {
        self.values.retain(|_, key| *key != from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_values_never_makes_an_old_one_look_new() {
        let mut first = First::default();
        first.note(u64::MAX, Key::at(0));
        for value in 0..6_000 {
            first.note(
                value,
                Key::at(1_000 + i64::try_from(value).unwrap_or_default()),
            );
        }
        assert_eq!(first.get(u64::MAX), Some(Key::at(0)));
        assert!(first.values.len() <= VALUES_MAX);
    }

    #[test]
    fn the_earliest_counts() {
        let mut first = First::default();
        first.note(1, Key::at(9));
        first.note(1, Key::at(5));
        first.note(1, Key::at(7));
        assert_eq!(first.get(1), Some(Key::at(5)));
    }
}
