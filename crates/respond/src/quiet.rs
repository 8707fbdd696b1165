//! Quiet hours: when a message that can wait goes out.
//!
//! Invariant: *Act now* is never held back. A time zone that is not known holds nothing
//! back either: a message too early is better than none.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use sellkeep_model::{AlertLevel, QuietHours, Timestamp};

/// When a message of that level, due at `at`, goes out.
pub fn held_until(at: Timestamp, level: AlertLevel, quiet: Option<&QuietHours>) -> Timestamp {
    match quiet {
        Some(quiet) if level < AlertLevel::ActNow => end(at, quiet).unwrap_or(at),
        _ => at,
    }
}

/// The end of the quiet hours that `at` lies in.
fn end(at: Timestamp, quiet: &QuietHours) -> Option<Timestamp> {
    let zone = TimeZone::get(&quiet.time_zone).ok()?;
    let local = at.to_zoned(zone.clone());
    let day = last_day(local.date(), local.time(), quiet)?;
    let end = day.to_datetime(quiet.to).to_zoned(zone).ok()?.timestamp();
    // Where the clock is put back, the end may come a second time; the message has gone.
    (end > at).then_some(end)
}

/// The day on which the quiet hours end; `None` outside of them.
fn last_day(day: Date, time: Time, quiet: &QuietHours) -> Option<Date> {
    let over_midnight = quiet.from > quiet.to;
    if over_midnight && time >= quiet.from {
        return day.tomorrow().ok();
    }
    let inside = if over_midnight {
        time < quiet.to
    } else {
        quiet.from <= time && time < quiet.to
    };
    inside.then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn night(zone: &str) -> QuietHours {
        QuietHours {
            from: jiff::civil::time(22, 0, 0, 0),
            to: jiff::civil::time(7, 0, 0, 0),
            time_zone: zone.to_owned(),
        }
    }

    fn check(zone: &str, at: &str, until: &str) {
        let at: Timestamp = at.parse().expect("a time");
        let held = held_until(at, AlertLevel::CheckToday, Some(&night(zone)));
        assert_eq!(held.to_string(), until);
        assert_eq!(held_until(at, AlertLevel::ActNow, Some(&night(zone))), at);
    }

    #[test]
    fn the_night_is_that_of_the_owner() {
        check(
            "Europe/Berlin",
            "2026-11-24T21:30:00Z",
            "2026-11-25T06:00:00Z",
        );
        check(
            "Europe/Berlin",
            "2026-11-25T05:59:59Z",
            "2026-11-25T06:00:00Z",
        );
        check(
            "Europe/Berlin",
            "2026-11-25T06:00:00Z",
            "2026-11-25T06:00:00Z",
        );
        check(
            "Europe/Berlin",
            "2026-11-24T20:59:59Z",
            "2026-11-24T20:59:59Z",
        );
        check(
            "America/Los_Angeles",
            "2026-11-24T21:30:00Z",
            "2026-11-24T21:30:00Z",
        );
        check("Asia/Tokyo", "2026-11-24T21:30:00Z", "2026-11-24T22:00:00Z");
    }

    #[test]
    fn the_night_in_which_the_clock_is_put_on_or_back() {
        check(
            "Europe/Berlin",
            "2026-03-28T22:00:00Z",
            "2026-03-29T05:00:00Z",
        );
        check(
            "Europe/Berlin",
            "2026-10-24T21:00:00Z",
            "2026-10-25T06:00:00Z",
        );
    }

    #[test]
    fn hours_inside_one_day_and_hours_of_no_length() {
        let at: Timestamp = "2026-11-24T12:30:00Z".parse().expect("a time");
        let mut quiet = night("UTC");
        quiet.from = jiff::civil::time(12, 0, 0, 0);
        quiet.to = jiff::civil::time(13, 0, 0, 0);
        let held = held_until(at, AlertLevel::ForInformation, Some(&quiet));
        assert_eq!(held.to_string(), "2026-11-24T13:00:00Z");
        quiet.to = quiet.from;
        assert_eq!(held_until(at, AlertLevel::ForInformation, Some(&quiet)), at);
    }

    #[test]
    fn an_unknown_zone_holds_nothing_back() {
        check(
            "Mars/Olympus",
            "2026-11-24T23:30:00Z",
            "2026-11-24T23:30:00Z",
        );
    }
}
