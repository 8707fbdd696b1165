//! What is done about it: reports to the right address.
//!
//! Pure: takes values, gives a finished mail as bytes, and never sends it.

pub mod delivery;
pub mod evidence;
pub mod grouping;
pub mod incident;
pub mod ladder;
pub mod message;
pub mod ocsf;
pub mod packet;
pub mod pdf;
pub mod playbook;
pub mod quiet;
pub mod raise;
mod report;
pub mod sheet;

pub use report::{Report, Stamp, contacts, write};
