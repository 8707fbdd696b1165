//! Amazon: what a seller may read about his own account.
//!
//! Pure functions: a record goes in, events and states come out.

use sellkeep_model::{DigestKey, Reading, Record};

/// What stands in a record of Amazon.
pub fn read(record: &Record, _key: &DigestKey) -> Reading {
    let mut reading = Reading::default();
    reading.problem(
        "source",
        format!("no reader of Amazon knows the source `{}`", record.source),
    );
    reading
}
