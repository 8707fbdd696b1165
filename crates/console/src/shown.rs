//! Times and lengths as a person reads them.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

/// A time with its zone: `25 Nov 2026 10:00 UTC`.
pub fn time(at: &Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%-d %b %Y %H:%M UTC")
        .to_string()
}

/// A time seen from now: `3 hours ago`, `in 2 days`.
pub fn seen_from(at: Timestamp, now: Timestamp) -> String {
    let away = at.duration_since(now);
    let words = length(away.abs());
    if away.is_negative() {
        format!("{words} ago")
    } else {
        format!("in {words}")
    }
}

/// A length in its largest unit.
pub fn length(of: SignedDuration) -> String {
    let seconds = of.as_secs();
    let (count, unit) = match seconds {
        ..60 => return "less than a minute".to_owned(),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// What is left of a deadline.
pub fn left(until: Timestamp, now: Timestamp) -> String {
    if until <= now {
        return format!("over since {}", length(now.duration_since(until)));
    }
    format!("{} left", length(until.duration_since(now)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_told_in_their_largest_unit() {
        let told = |seconds| length(SignedDuration::from_secs(seconds));
        assert_eq!(told(5), "less than a minute");
        assert_eq!(told(60), "1 minute");
        assert_eq!(told(7_300), "2 hours");
        assert_eq!(told(200_000), "2 days");
    }

    #[test]
    fn a_time_is_seen_from_now() {
        let now: Timestamp = "2026-11-25T10:00:00Z".parse().unwrap();
        let hour = SignedDuration::from_hours(1);
        assert_eq!(seen_from(now - hour, now), "1 hour ago");
        assert_eq!(seen_from(now + hour, now), "in 1 hour");
        assert_eq!(left(now + hour, now), "1 hour left");
        assert_eq!(left(now - hour, now), "over since 1 hour");
        assert_eq!(time(&now), "25 Nov 2026 10:00 UTC");
    }
}
