//! Uploads: what a person has as a table (CSV) or a list (JSON), with our words as names.
//!
//! Its form stands in the `README.md` beside.

mod read;

pub use read::read;
