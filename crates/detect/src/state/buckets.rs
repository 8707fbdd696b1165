//! Counters of a rule by spans of event time: what is normal for an account.
//!
//! Only spans in which something happened are kept. A span that was found unusual is
//! quarantined: it never teaches what is normal. What is merely claimed is counted
//! apart: it may be unusual, and it teaches nothing either.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::moment::{DAY, Millis};

/// So far back reaches what is normal: eight weeks, so that every hour of the week
/// has been seen often enough for a median.
pub const LEARN_SPAN: Millis = 56 * DAY;

/// Different values that one span tells apart; beyond that it is unusual anyway.
const DIFFERENT_MAX: usize = 2_048;

/// What came in one span.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Tally {
    #[serde(rename = "s")]
    sum: f64,
    #[serde(rename = "d", default, skip_serializing_if = "BTreeSet::is_empty")]
    different: BTreeSet<u64>,
}

/// One span.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Bucket {
    #[serde(rename = "k", default, skip_serializing_if = "Tally::is_empty")]
    known: Tally,
    #[serde(rename = "c", default, skip_serializing_if = "Tally::is_empty")]
    claimed: Tally,
}

/// Spans by number since 1970.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Buckets {
    spans: BTreeMap<i64, Bucket>,
    quarantined: BTreeSet<i64>,
}

/// What an event adds to its span.
#[derive(Debug, Clone, Copy)]
pub enum Added {
    /// A number.
    Number(f64),
    /// One of several values, hashed.
    Different(u64),
}

impl Buckets {
    /// Counts something in a span.
    pub fn add(&mut self, span: i64, added: Added, claimed: bool) {
        let bucket = self.spans.entry(span).or_default();
        let tally = if claimed {
            &mut bucket.claimed
        } else {
            &mut bucket.known
        };
        tally.add(added);
    }

    /// Forgets what is older than [`LEARN_SPAN`] before a span.
    pub fn prune(&mut self, newest: i64, every: Millis) {
        let oldest = newest - LEARN_SPAN / every.max(1);
        if self
            .spans
            .first_key_value()
            .is_some_and(|(first, _)| *first < oldest)
        {
            self.spans = self.spans.split_off(&oldest);
            self.quarantined = self.quarantined.split_off(&oldest);
        }
    }

    /// What was counted in a span, claims and all.
    pub fn figure(&self, span: i64) -> f64 {
        let bucket = self.spans.get(&span);
        bucket.map_or(0.0, |bucket| {
            bucket.known.figure() + bucket.claimed.figure()
        })
    }

    /// What a span teaches; nothing where it is quarantined.
    pub fn taught(&self, span: i64) -> Option<f64> {
        if self.quarantined.contains(&span) {
            return None;
        }
        Some(
            self.spans
                .get(&span)
                .map_or(0.0, |bucket| bucket.known.figure()),
        )
    }

    /// What the spans before one teach in which something came.
    pub fn busy_before(&self, span: i64) -> Vec<f64> {
        let before = self
            .spans
            .range(..span)
            .filter(|(at, _)| !self.quarantined.contains(at));
        let figures = before.map(|(_, bucket)| bucket.known.figure());
        figures.filter(|figure| *figure > 0.0).collect()
    }

    /// Marks a span as unusual or not.
    pub fn quarantine(&mut self, span: i64, unusual: bool) {
        if unusual {
            self.quarantined.insert(span);
        } else {
            self.quarantined.remove(&span);
        }
    }

    /// The spans from one on in which something happened.
    pub fn from(&self, span: i64) -> Vec<i64> {
        self.spans.range(span..).map(|(span, _)| *span).collect()
    }
}

impl Tally {
    fn is_empty(&self) -> bool {
        self.sum == 0.0 && self.different.is_empty()
    }

    fn add(&mut self, added: Added) {
        match added {
            Added::Number(number) => self.sum += number,
            Added::Different(value) => {
                if self.different.len() < DIFFERENT_MAX {
                    self.different.insert(value);
                }
            }
        }
    }

    #[allow(clippy::cast_precision_loss)] // At most 2,048 different values.
    fn figure(&self) -> f64 {
        self.sum + self.different.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_values_are_counted_once() {
        let mut buckets = Buckets::default();
        for value in [1, 2, 2] {
            buckets.add(7, Added::Different(value), false);
        }
        buckets.add(8, Added::Number(2.5), false);
        assert!((buckets.figure(7) - 2.0).abs() < 1e-9);
        assert!((buckets.figure(8) - 2.5).abs() < 1e-9);
        assert!(buckets.figure(9).abs() < 1e-9);
    }

    #[test]
    fn what_is_old_or_too_much_does_not_stay() {
        let mut buckets = Buckets::default();
        for value in 0..100_000 {
            buckets.add(0, Added::Different(value), false);
        }
        assert!(buckets.figure(0) <= 2_048.0);
        buckets.quarantine(0, true);
        assert_eq!(buckets.taught(0), None);
        buckets.add(57, Added::Number(1.0), false);
        buckets.prune(57, DAY);
        assert_eq!(buckets.from(0), [57]);
        assert_eq!(buckets.taught(0), Some(0.0));
    }

    #[test]
    fn a_claim_counts_and_teaches_nothing() {
        let mut buckets = Buckets::default();
        buckets.add(1, Added::Number(9.0), true);
        buckets.add(1, Added::Number(2.0), false);
        assert!((buckets.figure(1) - 11.0).abs() < 1e-9);
        assert_eq!(buckets.taught(1), Some(2.0));
        assert_eq!(buckets.busy_before(2), [2.0]);
    }
}
