//! The sources that are read by themselves: one task each, until the shutdown.
//!
//! `serve` spawns [`run()`] once, beside a [`crate::keep::Worker`], and needs nothing else
//! from here: sources that are added, changed, paused or removed meanwhile are noticed
//! within `LOOK_EVERY`. No source waits for another, and a crash anywhere loses and
//! doubles nothing, because records and place are kept together.
//! Not here: what is read (`sellkeep_connect`), what comes of a record (`keep`).

pub mod add;
pub mod amazon;
#[cfg(test)]
mod amazon_proof;
mod backoff;
mod kinds;
mod reader;
mod run;
#[cfg(test)]
pub(crate) mod tests;

pub use kinds::{SecretName, connector, mailbox_of};
#[allow(unused_imports, reason = "for the server")]
pub use run::run;
