//! The selling year: how much more or less is sold on a day than on an average one.

use jiff::civil::{Date, Weekday};

/// How many times the average day.
pub fn factor(date: Date) -> f64 {
    weekday(date.weekday()) * season(date) * feast(date)
}

fn weekday(day: Weekday) -> f64 {
    match day {
        Weekday::Monday => 1.15,
        Weekday::Sunday => 1.1,
        Weekday::Saturday => 0.85,
        _ => 0.98,
    }
}

fn season(date: Date) -> f64 {
    match date.month() {
        11 => 1.4,
        12 if date.day() <= 20 => 1.6,
        12 => 0.9,
        1 | 2 => 0.8,
        7 | 8 => 0.95,
        _ => 1.0,
    }
}

/// Sales that every marketplace advertises: a summer event, and the last week of November.
fn feast(date: Date) -> f64 {
    match (date.month(), date.day()) {
        (7, 11..=12) => 3.0,
        (11, 24..=30) => 2.2,
        _ => 1.0,
    }
}

/// Share of a day's orders in an hour (0 to 23); the 24 shares add up to 1.
pub fn hour_share(hour: i8) -> f64 {
    const WEIGHTS: [f64; 24] = [
        1.0, 0.6, 0.4, 0.3, 0.3, 0.4, 0.8, 1.5, 2.2, 2.8, 3.2, 3.4, 3.4, 3.2, 3.1, 3.1, 3.2, 3.4,
        3.8, 4.3, 4.6, 4.2, 3.2, 2.0,
    ];
    let total: f64 = WEIGHTS.iter().sum();
    let at = usize::try_from(hour).unwrap_or_default().min(23);
    WEIGHTS[at] / total
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_summer_event_sells_more_than_an_august_day() {
        assert!(factor(date(2026, 7, 11)) > 2.0 * factor(date(2026, 8, 11)));
    }

    #[test]
    fn the_hours_of_a_day_add_up() {
        let total: f64 = (0..24).map(hour_share).sum();
        assert!((total - 1.0).abs() < 1e-9);
    }
}
