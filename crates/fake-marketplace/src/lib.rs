//! A marketplace of one's own for tests: Amazon's seller interface, stateful, on loopback.
//!
//! Its clock is set by hand, so that three days pass in a second. It knows nothing of the
//! product: paths, budgets and answers are written after Amazon's models, and each
//! answer can be held against them. It counts what a good client never does: calls beyond a
//! budget, calls without a token, calls that would write.
//! Only tests use it; it stands outside the product like `xtask`.

#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a fake that fails makes the test fail, which is what it is for"
)]

mod answers;
mod clock;
mod fault;
mod limits;
mod market;
mod models;
mod scenario;
mod seller;
mod server;
mod tables;
mod tokens;

pub use clock::HandClock;
pub use fault::{Fault, Faults};
pub use market::{Counts, Market};
pub use models::Models;
pub use scenario::{SCENARIOS, Scenario};
pub use seller::{Listing, Loan, Method, Order, Payout, Seller, Shop};
