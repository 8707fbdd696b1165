//! What to ask next: a pure function of what is known and the time.
//!
//! Each thing that is watched has a rhythm of its own, tighter for three days after the money's
//! way changed and in the day before a payout. Times lie on a grid that an account's name
//! shifts, so that ten thousand accounts are spread over every interval. Nothing here
//! touches the network. Invariant: whatever happened, every watch is due again some time.

mod marks;
mod rhythm;
mod state;
mod watch;

pub use marks::{Marks, marks};
pub use rhythm::{About, Rhythm, Told};
pub use state::State;
pub use watch::{Kind, ROWS, Row, Watch};

use jiff::{SignedDuration, Timestamp};

/// The marketplace holds money for three days after a change; that is when it can be saved.
const HOT_AFTER_CHANGE: SignedDuration = SignedDuration::from_hours(72);
/// The day before money leaves.
const HOT_BEFORE_PAYOUT: SignedDuration = SignedDuration::from_hours(24);

/// Everything that is watched of an account, the most urgent first.
pub fn watches(stores: &[String]) -> Vec<Watch> {
    let mut watches = Vec::new();
    for row in ROWS {
        if row.by_store {
            let each = stores.iter().map(|store| Watch {
                kind: row.kind,
                store: Some(store.clone()),
            });
            watches.extend(each);
        } else {
            watches.push(Watch {
                kind: row.kind,
                store: None,
            });
        }
    }
    watches
}

/// When a watch is due.
pub fn due(account: &str, state: &State, watch: &Watch, now: Timestamp) -> Timestamp {
    let key = watch.key();
    let rhythm = state.rhythm(&key);
    let wait = rhythm.wait.unwrap_or(Timestamp::UNIX_EPOCH);
    let Some(heard) = rhythm.heard.filter(|_| rhythm.is_at_rest()) else {
        return wait;
    };
    let every = every(state, watch.row(), now);
    grid(heard, every, phase(account, &key)).max(wait)
}

/// The most urgent watch that is due now.
pub fn first_due(account: &str, stores: &[String], state: &State, now: Timestamp) -> Option<Watch> {
    let mut watches = watches(stores).into_iter();
    watches.find(|watch| due(account, state, watch, now) <= now)
}

/// When something will be due.
pub fn next_due(account: &str, stores: &[String], state: &State, now: Timestamp) -> Timestamp {
    let times = watches(stores)
        .into_iter()
        .map(|watch| due(account, state, &watch, now));
    times.min().unwrap_or(Timestamp::MAX)
}

/// Whether an account is looked at more closely.
pub fn is_hot(state: &State, now: Timestamp) -> bool {
    let changed = state
        .changed
        .is_some_and(|at| now.duration_since(at) < HOT_AFTER_CHANGE && now >= at);
    let paid = state.payout.is_some_and(|at| {
        let left = at.duration_since(now);
        left <= HOT_BEFORE_PAYOUT && left > -HOT_BEFORE_PAYOUT
    });
    changed || paid
}

/// How often a thing is asked for at the moment.
pub fn every(state: &State, row: &Row, now: Timestamp) -> SignedDuration {
    if is_hot(state, now) {
        row.tight
    } else {
        row.every
    }
}

/// The first point of the grid after a time: never later than one interval.
fn grid(after: Timestamp, every: SignedDuration, phase: u64) -> Timestamp {
    let every = every.as_secs().max(1);
    let phase = i64::try_from(phase % every.unsigned_abs()).unwrap_or_default();
    let passed = after.as_second() - phase;
    let next = (passed.div_euclid(every) + 1) * every + phase;
    Timestamp::from_second(next).unwrap_or(Timestamp::MAX)
}

/// A number that an account and a watch always have (FNV-1a, 64 bits).
fn phase(account: &str, key: &str) -> u64 {
    let bytes = account.bytes().chain([0]).chain(key.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests;
