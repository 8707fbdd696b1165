//! Events → detections, snapshots → findings.
//!
//! Pure: rules, time and state are arguments, and the same input gives the same output.
//! States become events by comparison ([`observe`]); an event goes through all rules
//! ([`step`]); time itself tells what no event does ([`tick`]). A host hands in every
//! record's source ([`heard`]) and calls [`tick`] whenever [`next_tick`] has come.
//! Not here: what a person is told about a detection twice (`respond`), and where
//! anything is stored.

pub mod audit;
mod context;
mod evaluate;
mod explain;
pub mod flat;
mod judge;
mod learn;
mod moment;
mod origin;
mod payout_clock;
mod planned;
mod rehearse;
mod risk;
pub mod rule;
pub mod sigma;
mod snapshot;
mod state;
mod step;
mod tails;
#[cfg(test)]
mod testing;
mod tick;
mod why_not;

pub use explain::tell;
pub use judge::judge;
pub use origin::Origin;
pub use payout_clock::{PayoutClock, payout_clock};
pub use rehearse::{Rehearsal, rehearse};
pub use risk::{NOTIFY_AT, PAGE_AT};
pub use rule::RuleSet;
pub use snapshot::observe;
pub use state::{AccountState, Checkpoint, Found, Key, StateError};
pub use step::step;
pub use tails::same_tail;
pub use tick::{heard, next_tick, tick, watch_from};
pub use why_not::{WhyNot, why_not};
