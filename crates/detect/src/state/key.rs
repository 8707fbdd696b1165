//! The place of an event in its account's order: time, then source, then deed, then id.
//!
//! Two events never share a place, so that every order of arrival leads to one order
//! of events. The deed stands before the id because several facts of one reading
//! have one time, and the list of kinds names causes before their effects.

use sellkeep_model::{Event, id_of};
use serde::{Deserialize, Serialize};

use crate::moment::{Millis, millis};

/// The place of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key(
    /// When it happened.
    pub Millis,
    /// The first eight letters of its source.
    u64,
    /// The place of its kind in the vocabulary.
    u16,
    /// Its id, shortened.
    pub u64,
);

impl Key {
    /// The place of an event.
    pub fn of(event: &Event) -> Key {
        let kind = event.kind as u16;
        Key(
            millis(event.happened),
            front(&event.source),
            kind,
            short(&event.id),
        )
    }

    /// The first place at a time.
    pub fn at(time: Millis) -> Key {
        Key(time, 0, 0, 0)
    }

    /// The last place at a time.
    pub fn end_of(time: Millis) -> Key {
        Key(time, u64::MAX, u16::MAX, u64::MAX)
    }
}

fn front(text: &str) -> u64 {
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().zip(text.bytes()) {
        *to = from;
    }
    u64::from_be_bytes(bytes)
}

/// An id in 64 bits. Ids of ours are hashes already; any other text is hashed.
pub fn short(id: &str) -> u64 {
    let digits = id.get(..16).filter(|_| id.len() == 32);
    digits
        .and_then(|digits| u64::from_str_radix(digits, 16).ok())
        .unwrap_or_else(|| hash(&[id]))
}

/// Words as 64 bits, for telling them apart.
pub fn hash(words: &[&str]) -> u64 {
    let id = id_of(words);
    id.get(..16)
        .and_then(|digits| u64::from_str_radix(digits, 16).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_ours_is_not_hashed_again() {
        assert_eq!(short("00000000000000ff00000000000000aa"), 255);
        assert_ne!(short("e1"), short("e2"));
    }

    #[test]
    fn a_time_begins_before_and_ends_after_its_events() {
        let event = crate::testing::event("payout.method_added", "2026-01-01T00:00:00Z");
        let key = Key::of(&event);
        assert!(Key::at(key.0) < key && key < Key::end_of(key.0));
    }
}
