//! A flood of mails: hundreds of sign-ups within an hour bury the one notice
//! that matters.

use std::collections::BTreeMap;

use sellkeep_model::{Examination, Verdict};

/// Unrelated mails within one hour that no honest mailbox gets.
const FLOOD_MAILS_MIN: usize = 100;
/// Against this many times the usual hour.
const TIMES_USUAL: usize = 10;

/// Mails per hour.
#[derive(Default)]
pub struct Flood {
    hours: BTreeMap<i64, usize>,
}

impl Flood {
    /// Counts one mail.
    pub fn see(&mut self, examination: &Examination) {
        if matches!(examination.verdict, Verdict::Unrelated | Verdict::Unproven) {
            *self
                .hours
                .entry(examination.judged_as_of.as_second() / 3600)
                .or_default() += 1;
        }
    }

    /// What to say, where one hour stands out.
    pub fn note(&self) -> Option<String> {
        let (hour, most) = self.hours.iter().max_by_key(|(_, count)| **count)?;
        let mut counts: Vec<usize> = self.hours.values().copied().collect();
        counts.sort_unstable();
        let usual = counts[counts.len() / 2];
        let stands_out = self.hours.len() == 1 || *most >= usual * TIMES_USUAL;
        if *most < FLOOD_MAILS_MIN || !stands_out {
            return None;
        }
        let at = sellkeep_model::Timestamp::from_second(hour * 3600).ok()?;
        Some(format!(
            "{most} mails arrived in the hour from {at}. A flood is often sent to bury a genuine notice: look for one in between, and look into your account"
        ))
    }
}
