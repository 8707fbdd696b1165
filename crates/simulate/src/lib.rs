//! Simulated sellers and takeovers, as record lines in the marketplaces' own formats.
//!
//! Deterministic: the same wish gives the same lines. A crate of its own so that it
//! cannot know the rules it is used to try. Not here: anything that runs them.

mod amazon;
mod calendar;
mod dice;
mod notice;
mod seller;
mod takeover;
mod year;

pub use notice::{DemoZone, bank_notice, demo_zone};
pub use seller::{Seller, Size};
pub use takeover::{SCENARIOS, Scenario, scenario};
pub use year::{Wish, Year};
