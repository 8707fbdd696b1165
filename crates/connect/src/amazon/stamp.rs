//! Times as Amazon writes them: RFC 3339, dates, seconds since 1970, and the tables'
//! local times with a zone's abbreviation.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use super::number::decimal;

/// Seconds since 1970 beyond this are milliseconds (as seconds it would be the year 5138).
const SECONDS_MAX: f64 = 1e11;

/// Zones by the abbreviations that Amazon's tables use, in minutes east of Greenwich.
/// `CST` and `IST` mean several zones; they are read as the one of an Amazon store
/// (Mexico and central America of the US: six hours west; India).
const ZONES: &[(&str, i32)] = &[
    ("AEDT", 660),
    ("AEST", 600),
    ("BRT", -180),
    ("BST", 60),
    ("CDT", -300),
    ("CEST", 120),
    ("CET", 60),
    ("CST", -360),
    ("EDT", -240),
    ("EEST", 180),
    ("EET", 120),
    ("EST", -300),
    ("GMT", 0),
    ("GST", 240),
    ("IST", 330),
    ("JST", 540),
    ("MDT", -360),
    ("MEST", 120),
    ("MET", 60),
    ("MST", -420),
    ("PDT", -420),
    ("PST", -480),
    ("SAST", 120),
    ("SGT", 480),
    ("TRT", 180),
    ("UTC", 0),
    ("WEST", 60),
    ("WET", 0),
    ("Z", 0),
];

/// A time of an answer or a notification; without a zone it is UTC.
pub(super) fn stamp(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    if let Ok(civil) = text.parse::<DateTime>() {
        return Offset::UTC.to_timestamp(civil).ok();
    }
    since_1970(text).or_else(|| table_stamp(text))
}

/// Seconds or milliseconds since 1970, as numbers that are far from being a year.
fn since_1970(text: &str) -> Option<Timestamp> {
    let number = text
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite())?;
    let seconds = if number.abs() > SECONDS_MAX {
        number / 1000.0
    } else {
        number
    };
    if seconds.abs() < 1e7 {
        return None;
    }
    let whole = jiff::SignedDuration::try_from_secs_f64(seconds).ok()?;
    Timestamp::from_duration(whole).ok()
}

/// A time of a table: `2022-05-31 17:21:53 PDT`, `31/05/2022 17:21:53 BST`, `07.02.2020 14:38 UTC`.
fn table_stamp(text: &str) -> Option<Timestamp> {
    let mut words = text.split_whitespace();
    let date = date(words.next()?)?;
    let time = words
        .next()
        .map_or(Some(Time::midnight()), |word| word.parse().ok())?;
    let offset = words.next().map_or(Some(Offset::UTC), zone)?;
    offset.to_timestamp(date.to_datetime(time)).ok()
}

/// A date, year first or day first. The month is first only where that alone is possible.
fn date(text: &str) -> Option<Date> {
    let parts: Vec<i16> = text
        .split(['-', '/', '.'])
        .map(|part| decimal(part).and_then(whole))
        .collect::<Option<_>>()?;
    let [first, second, third] = parts[..] else {
        return None;
    };
    let day_of = |year: i16, month: i16, day: i16| {
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    match (first, second) {
        (year, month) if year > 31 => day_of(year, month, third),
        (month, day) if day > 12 => day_of(third, month, day),
        (day, month) => day_of(third, month, day),
    }
}

fn whole(number: f64) -> Option<i16> {
    let fits = number.fract() == 0.0 && (0.0..=9999.0).contains(&number);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range was just checked"
    )]
    fits.then_some(number as i16)
}

fn zone(word: &str) -> Option<Offset> {
    let named = ZONES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word));
    if let Some((_, minutes)) = named {
        return Offset::from_seconds(minutes * 60).ok();
    }
    let (sign, digits) = match word.as_bytes().first()? {
        b'+' => (1, &word[1..]),
        b'-' => (-1, &word[1..]),
        _ => return None,
    };
    let digits: String = digits.chars().filter(|sign| *sign != ':').collect();
    let number: i32 = digits.parse().ok().filter(|_| digits.len() <= 4)?;
    let minutes = if digits.len() <= 2 {
        number * 60
    } else {
        number / 100 * 60 + number % 100
    };
    Offset::from_seconds(sign * minutes * 60).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_is_the_same_moment() {
        for (text, utc) in [
            ("2026-11-01T10:00:00Z", "2026-11-01T10:00:00Z"),
            ("2019-08-01T00:00-07:00", "2019-08-01T07:00:00Z"),
            ("2020-10-21T00:00Z", "2020-10-21T00:00:00Z"),
            ("2023-03-07", "2023-03-07T00:00:00Z"),
            ("1.569521782042E9", "2019-09-26T18:16:22.042Z"),
            ("1569521782042", "2019-09-26T18:16:22.042Z"),
            ("2022-05-31 17:21:53 PDT", "2022-06-01T00:21:53Z"),
            ("31/05/2022 17:21:53 BST", "2022-05-31T16:21:53Z"),
            ("05/31/2022 17:21:53 PDT", "2022-06-01T00:21:53Z"),
            ("2022/05/31 09:00:00 JST", "2022-05-31T00:00:00Z"),
            ("07.02.2020 14:38:42 UTC", "2020-02-07T14:38:42Z"),
            ("2022-05-31 17:21:53 +0530", "2022-05-31T11:51:53Z"),
            ("08/12/2024", "2024-12-08T00:00:00Z"),
        ] {
            let at = stamp(text).unwrap_or_else(|| panic!("{text} is a time"));
            let off = at.duration_since(utc.parse().expect("a time")).abs();
            assert!(off < jiff::SignedDuration::from_millis(1), "{text}: {at}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "soon",
            "12",
            "2026",
            "2022-05-31 17:21:53 XYZT",
            "99/99/2022",
            "1e999",
            "+",
            "-",
        ] {
            assert_eq!(stamp(text), None, "{text}");
        }
    }
}
