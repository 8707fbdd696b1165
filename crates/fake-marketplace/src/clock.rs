//! A clock that is set by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// A clock that stands still until somebody moves it. Copies show the same time.
#[derive(Debug, Clone)]
pub struct HandClock(Arc<AtomicI64>);

impl HandClock {
    /// A clock that shows this time.
    pub fn at(start: Timestamp) -> HandClock {
        HandClock(Arc::new(AtomicI64::new(start.as_microsecond())))
    }

    /// What it shows.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).expect("a time")
    }

    /// Sets it, never back. It shows millionths of a second: what lies between is rounded up.
    pub fn set(&self, to: Timestamp) {
        let between = i64::from(to.subsec_nanosecond() % 1000 != 0);
        self.0
            .fetch_max(to.as_microsecond() + between, Ordering::SeqCst);
    }

    /// Moves it on.
    pub fn pass(&self, time: SignedDuration) {
        self.set(self.now() + time);
    }
}
