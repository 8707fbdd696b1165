//! Times as a person reads them, in the account's own time zone.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sellkeep_model::Account;

/// The zone of the people who run the account; UTC where none is known.
pub fn zone(account: Option<&Account>) -> TimeZone {
    let name = account.and_then(|account| account.time_zone.as_deref());
    name.and_then(|name| TimeZone::get(name).ok())
        .unwrap_or(TimeZone::UTC)
}

/// A moment (`Tue 24 Nov 2026 14:05 CET`).
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%a %d %b %Y %H:%M %Z")
        .to_string()
}

/// What is left until a deadline.
pub fn left(deadline: Option<Timestamp>, now: Timestamp, zone: &TimeZone) -> String {
    match deadline {
        None => "no deadline is known; the sooner the better".to_owned(),
        Some(at) if at <= now => format!("none, the time ended on {}", moment(at, zone)),
        Some(at) => format!(
            "{} (until {})",
            length(at.duration_since(now)),
            moment(at, zone)
        ),
    }
}

/// A length of time in its two largest units (`2 days 3 h`, `14 min`).
pub fn length(length: SignedDuration) -> String {
    let minutes = length.as_mins().max(0);
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => "less than a minute".to_owned(),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (1, 0, _) => "1 day".to_owned(),
        (1, hours, _) => format!("1 day {hours} h"),
        (days, 0, _) => format!("{days} days"),
        (days, hours, _) => format!("{days} days {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::length;
    use jiff::SignedDuration;

    #[test]
    fn a_length_shows_its_two_largest_units() {
        for (minutes, shown) in [
            (0, "less than a minute"),
            (-5, "less than a minute"),
            (14, "14 min"),
            (120, "2 h"),
            (125, "2 h 5 min"),
            (1440, "1 day"),
            (1500, "1 day 1 h"),
            (2880, "2 days"),
            (3000, "2 days 2 h"),
        ] {
            assert_eq!(length(SignedDuration::from_mins(minutes)), shown);
        }
    }
}
