//! Parts of points in time (`minute` … `year`).
//!
//! A text is taken as it is written: the specification says that these are "not
//! designed to handle timezone or format conversions". Our own times are in UTC.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Datum;

/// Which part of a point in time is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimePart {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl TimePart {
    /// The part of a value; `None` where it is no point in time.
    pub(super) fn of(self, datum: Datum<'_>) -> Option<f64> {
        let time = match datum {
            Datum::Time(time) => time.to_zoned(TimeZone::UTC).datetime(),
            Datum::Text(text) => written(text)?,
            _ => return None,
        };
        let part = match self {
            TimePart::Minute => i16::from(time.minute()),
            TimePart::Hour => i16::from(time.hour()),
            TimePart::Day => i16::from(time.day()),
            TimePart::Week => i16::from(time.date().iso_week_date().week()),
            TimePart::Month => i16::from(time.month()),
            TimePart::Year => time.year(),
        };
        Some(f64::from(part))
    }
}

fn written(text: &str) -> Option<DateTime> {
    let plain = text.trim().trim_end_matches(['Z', 'z']);
    plain.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_as_written() {
        let hour = |text| TimePart::Hour.of(Datum::Text(text));
        assert_eq!(hour("2026-11-01T23:15:00Z"), Some(23.0));
        assert_eq!(hour("2026-11-01 23:15:00"), Some(23.0));
        assert_eq!(hour("2026-11-01T23:15:00+02:00"), Some(23.0));
        assert_eq!(hour("yesterday"), None);
        assert_eq!(TimePart::Hour.of(Datum::Number(1_700_000_000.0)), None);
    }

    #[test]
    fn all_parts() {
        let part = |part: TimePart| part.of(Datum::Text("2026-01-02T03:04:05Z"));
        assert_eq!(part(TimePart::Minute), Some(4.0));
        assert_eq!(part(TimePart::Day), Some(2.0));
        assert_eq!(part(TimePart::Week), Some(1.0));
        assert_eq!(part(TimePart::Month), Some(1.0));
        assert_eq!(part(TimePart::Year), Some(2026.0));
    }
}
