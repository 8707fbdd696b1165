//! What is done about it: reports to the right address.
//!
//! Pure: takes values, gives a finished mail as bytes, and never sends it.

pub mod raise;
mod report;

pub use report::{Report, Stamp, contacts, write};
