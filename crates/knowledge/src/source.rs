//! Where a fact comes from, when it was seen, how sure it is.

use jiff::civil::Date;
use serde::Deserialize;

/// A fact that nobody has looked at for this long must be checked by a person
/// before anybody relies on it: phone numbers and mailboxes change within a year.
pub const FRESH_DAYS_MAX: i32 = 180;

/// The proof of one fact; every record of the knowledge has one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Source {
    /// A page's address or a description of the copy read.
    pub source: String,
    /// `YYYY-MM-DD`, `YYYY-MM`, `YYYY`, or `unknown` where the copy carries no date.
    pub seen: String,
    /// How sure it is.
    pub confidence: Confidence,
}

/// How sure a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// One third party only: shown with a warning, never acted on by itself.
    Low,
    /// A maintained third party, or a dated official copy.
    Medium,
    /// An official page, a security.txt, or a register that cites it.
    High,
}

impl Source {
    /// Whether the fact was seen more than 180 days before `today`, or nobody
    /// knows when. A month or year without a day counts from its first day, so
    /// that a fact is never taken for fresher than it is.
    pub fn is_stale(&self, today: Date) -> bool {
        let Some(seen) = earliest_day(&self.seen) else {
            return true;
        };
        today
            .since(seen)
            .map_or(true, |age| age.get_days() > FRESH_DAYS_MAX)
    }
}

fn earliest_day(seen: &str) -> Option<Date> {
    let mut parts = seen.split('-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next().map_or(Some(1), |month| month.parse().ok())?;
    let day = parts.next().map_or(Some(1), |day| day.parse().ok())?;
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(seen: &str, today: &str, stale: bool) {
        let source = Source {
            source: "an official page".to_owned(),
            seen: seen.to_owned(),
            confidence: Confidence::High,
        };
        let today: Date = today.parse().unwrap();
        assert_eq!(source.is_stale(today), stale, "{seen} on {today}");
    }

    #[test]
    fn a_fact_is_fresh_for_180_days() {
        check("2026-01-01", "2026-06-30", false);
        check("2026-01-01", "2026-07-01", true);
    }

    #[test]
    fn a_date_without_a_day_counts_from_its_first_day() {
        check("2026-08", "2027-01-28", false);
        check("2026-08", "2027-01-29", true);
        check("2026", "2026-06-30", false);
        check("2026", "2026-11-24", true);
    }

    #[test]
    fn what_nobody_dated_is_stale_and_what_is_of_tomorrow_is_not() {
        check("unknown", "2026-11-24", true);
        check("2026-02-30", "2026-03-01", true);
        check("2026-12-01", "2026-11-24", false);
    }
}
