//! The one place that reads the clock.

use sellkeep_model::Timestamp;

/// The present.
pub fn now() -> Timestamp {
    Timestamp::now()
}
