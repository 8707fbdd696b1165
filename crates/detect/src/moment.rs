//! Points and lengths of time as whole milliseconds: small in a checkpoint, exact in a window.

use jiff::{SignedDuration, Timestamp};

/// Milliseconds since 1970, or a length in milliseconds.
pub type Millis = i64;

/// One hour.
pub const HOUR: Millis = 3_600_000;
/// One day of 24 hours.
pub const DAY: Millis = 24 * HOUR;

/// A point in time in milliseconds.
pub fn millis(at: Timestamp) -> Millis {
    at.as_millisecond()
}

/// A point in time from milliseconds. What no calendar holds becomes its nearest end.
pub fn stamp(at: Millis) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap_or(if at < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// A length in milliseconds.
pub fn length(length: SignedDuration) -> Millis {
    i64::try_from(length.as_millis()).unwrap_or(Millis::MAX)
}

/// A length in hours.
#[allow(clippy::cast_precision_loss)] // Ten thousand years of milliseconds fit an f64 exactly.
pub fn hours(length: Millis) -> f64 {
    length as f64 / HOUR as f64
}

/// A length as people say it: `3 days`, `5 hours`, `20 minutes`.
pub fn shown(length: Millis) -> String {
    let (number, unit) = match length {
        _ if length >= 2 * DAY => (length / DAY, "days"),
        _ if length >= 2 * HOUR => (length / HOUR, "hours"),
        _ => (length / 60_000, "minutes"),
    };
    format!("{number} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_survives() {
        let at = stamp(1_700_000_000_123);
        assert_eq!(millis(at), 1_700_000_000_123);
        assert_eq!(stamp(Millis::MIN), Timestamp::MIN);
    }

    #[test]
    fn lengths_are_said_in_the_unit_that_fits() {
        assert_eq!(shown(3 * DAY), "3 days");
        assert_eq!(shown(36 * HOUR), "36 hours");
        assert_eq!(shown(30 * 60_000), "30 minutes");
    }
}
