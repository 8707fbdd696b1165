//! Whether the work goes on: what the watch outside is told.
//!
//! A program that runs without watching must not look alive, so a sign of life needs a
//! round of every kind that ended well not long ago.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// Longer than a full round over a slow network takes, shorter than any watch's grace.
const FRESH: SignedDuration = SignedDuration::from_mins(3);

/// When each kind of round last ended well.
#[derive(Debug)]
pub struct Pulse {
    read: AtomicI64,
    told: AtomicI64,
}

/// A kind of round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// Records are read, time passes.
    Read,
    /// People are told.
    Told,
}

impl Pulse {
    /// Just started.
    pub fn new(now: Timestamp) -> Pulse {
        Pulse {
            read: AtomicI64::new(now.as_second()),
            told: AtomicI64::new(now.as_second()),
        }
    }

    /// A round ended well.
    pub fn beat(&self, beat: Beat, now: Timestamp) {
        let kept = match beat {
            Beat::Read => &self.read,
            Beat::Told => &self.told,
        };
        kept.store(now.as_second(), Ordering::Relaxed);
    }

    /// Whether every kind of round ended well not long ago.
    pub fn is_well(&self, now: Timestamp) -> bool {
        let fresh =
            |kept: &AtomicI64| now.as_second() - kept.load(Ordering::Relaxed) <= FRESH.as_secs();
        fresh(&self.read) && fresh(&self.told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_kind_of_round_that_stops_is_enough_to_be_unwell() {
        let at = |minutes: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        let pulse = Pulse::new(at(0));
        assert!(pulse.is_well(at(3)));
        assert!(!pulse.is_well(at(4)));
        pulse.beat(Beat::Read, at(10));
        assert!(!pulse.is_well(at(10)), "nobody was told for ten minutes");
        pulse.beat(Beat::Told, at(10));
        assert!(pulse.is_well(at(12)));
    }
}
