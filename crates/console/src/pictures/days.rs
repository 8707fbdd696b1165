//! Counts a day: one number for each of the last days, those without any included.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, tz::TimeZone};

/// What happened on each of the last `days` days up to `now`, weighed; older and later
/// things are left out.
pub fn per_day(
    things: impl IntoIterator<Item = (Timestamp, f64)>,
    now: Timestamp,
    days: u16,
) -> Vec<(String, f64)> {
    let today = day(now);
    let mut sums = vec![0.0; usize::from(days)];
    for (at, weight) in things {
        let age = today.since(day(at)).map(|age| age.get_days());
        let place = age
            .ok()
            .and_then(|age| usize::try_from(i32::from(days) - 1 - age).ok());
        if let Some(sum) = place.and_then(|place| sums.get_mut(place)) {
            *sum += weight;
        }
    }
    let label = |back: u16| {
        let day = today.saturating_sub(i64::from(back).days());
        day.strftime("%-d %b").to_string()
    };
    (0..days).rev().map(label).zip(sums).collect()
}

/// The day of a time, as it stands under a picture.
pub fn shown(at: Timestamp) -> String {
    day(at).strftime("%-d %b %Y").to_string()
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_has_a_number_and_others_are_left_out() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let things = [
            (at("2026-10-30T23:59:00Z"), 1.0),
            (at("2026-11-30T00:00:00Z"), 1.0),
            (at("2026-11-30T23:00:00Z"), 2.0),
            (at("2026-12-01T08:00:00Z"), 1.0),
            (at("2026-12-02T08:00:00Z"), 1.0),
        ];
        let found = per_day(things, at("2026-12-01T10:00:00Z"), 3);
        let expected = [("29 Nov", 0.0), ("30 Nov", 3.0), ("1 Dec", 1.0)];
        let expected: Vec<_> = expected
            .iter()
            .map(|(day, sum)| ((*day).to_owned(), *sum))
            .collect();
        assert_eq!(found, expected);
        assert_eq!(shown(at("2026-12-01T10:00:00Z")), "1 Dec 2026");
    }
}
