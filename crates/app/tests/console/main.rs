//! The console as people and attackers meet it: the real program over a data folder of
//! its own, asked by HTTP and by a real browser.
//!
//! Nothing is replaced: what is tested here is what `sellkeep serve` does.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at once, in its helpers too"
)]

mod browser;
mod http;
mod people;
mod place;
mod server;
mod site;
mod tls;

mod bombs;
mod doors;
mod forms;
mod headers;
mod hosts;
mod live;
mod moments;
mod outward;
mod pictures;
mod routes;
mod triage;
mod walk;
mod weight;
