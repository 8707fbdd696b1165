//! Which events have been here, so that one that comes twice counts once.
//!
//! Not here: events that a rule has matched (`kept`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::moment::{DAY, Millis};

/// A copy that comes later than this counts again: no source repeats itself after
/// so long (queues keep 14 days, mailboxes are read by cursor).
pub const REPEAT_MAX: Millis = 35 * DAY;

/// More than any account has within the time in which queues repeat themselves, and
/// no more memory than a small picture.
const RECENT_MAX: usize = 4_096;

/// Below that nothing is gained by pruning.
const PRUNE_MIN: usize = 8;

/// Entries of a full node of the standard library's tree, and its size with ids and times.
const NODE_FULL: usize = 11;
const NODE_BYTES: usize = NODE_FULL * 16 + 16;

/// The ids of recent events with their times.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Recent {
    ids: BTreeMap<u64, Millis>,
    /// How many there were after the last pruning: the next one comes at twice as many.
    pruned_to: usize,
}

/// What is known of an id that arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It has not been here.
    New,
    /// It has been here, and nothing about its time is new.
    Known,
    /// It has been here with a later time: it happened earlier than we thought.
    Later(Millis),
}

impl Recent {
    /// Notes an id and its time.
    pub fn note(&mut self, id: u64, at: Millis, newest: Millis) -> Seen {
        let seen = match self.ids.get(&id) {
            None => Seen::New,
            Some(known) if *known <= at => return Seen::Known,
            Some(known) => Seen::Later(*known),
        };
        self.ids.insert(id, at);
        if self.ids.len() > 2 * self.pruned_to.max(PRUNE_MIN) {
            self.prune(newest);
        }
        seen
    }

    /// Forgets what is too old to come again.
    pub fn prune(&mut self, newest: Millis) {
        self.ids.retain(|_, at| *at > newest - REPEAT_MAX);
        if self.ids.len() > RECENT_MAX {
            let mut times: Vec<Millis> = self.ids.values().copied().collect();
            let cut = times.len() - RECENT_MAX;
            let (_, oldest, _) = times.select_nth_unstable(cut);
            let oldest = *oldest;
            self.ids.retain(|_, at| *at >= oldest);
        }
        self.pruned_to = self.ids.len();
    }

    /// The memory behind the list.
    pub fn heap_bytes(&self) -> usize {
        match self.ids.len() {
            0 => 0,
            1..=NODE_FULL => NODE_BYTES,
            more => more.div_ceil(NODE_FULL / 2) * NODE_BYTES,
        }
    }

    /// How many are known.
    pub fn len(&self) -> usize {
        self.ids.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_known_and_an_earlier_time_moves_it() {
        let mut recent = Recent::default();
        assert_eq!(recent.note(1, 50, 50), Seen::New);
        assert_eq!(recent.note(1, 50, 50), Seen::Known);
        assert_eq!(recent.note(1, 60, 60), Seen::Known);
        assert_eq!(recent.note(1, 40, 60), Seen::Later(50));
        assert_eq!(recent.note(1, 50, 60), Seen::Known);
    }

    #[test]
    fn a_flood_does_not_grow_it_for_ever() {
        let mut recent = Recent::default();
        for id in 0..100_000_u64 {
            recent.note(id, i64::try_from(id).unwrap_or_default(), 100_000);
        }
        assert!(recent.len() <= 2 * RECENT_MAX);
        assert_eq!(recent.note(99_999, 99_999, 100_000), Seen::Known);
    }
}
