//! The client of Amazon against a marketplace of our own, whose clock is set by hand.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at once, in its helpers too"
)]

mod client;
mod hostile;
mod many;
mod official;
mod prism;
mod queue;
mod seat;
mod source;
