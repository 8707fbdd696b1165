//! How often one sender may knock: a bucket of permits that fills up again.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Senders that are told apart; all beyond share one bucket, so that memory has an end.
const SENDERS_MAX: usize = 10_000;

/// A bucket for each sender.
pub struct Limit<K> {
    burst: u32,
    each: Duration,
    buckets: Mutex<HashMap<Option<K>, Bucket>>,
}

struct Bucket {
    permits: u32,
    since: Instant,
}

impl<K: Eq + Hash> Limit<K> {
    /// So many at once, and one more each so long.
    pub fn new(burst: u32, each: Duration) -> Limit<K> {
        Limit {
            burst,
            each,
            buckets: Mutex::default(),
        }
    }

    /// Takes one permit of a sender's; whether there was one.
    pub fn take(&self, sender: K, now: Instant) -> bool {
        let Ok(mut buckets) = self.buckets.lock() else {
            return false;
        };
        let mut sender = Some(sender);
        if buckets.len() >= SENDERS_MAX && !buckets.contains_key(&sender) {
            let full = self.each * self.burst;
            buckets.retain(|_, bucket| now.duration_since(bucket.since) < full);
            if buckets.len() >= SENDERS_MAX {
                sender = None;
            }
        }
        let bucket = buckets.entry(sender).or_insert(Bucket {
            permits: self.burst,
            since: now,
        });
        self.refill(bucket, now);
        let taken = bucket.permits.checked_sub(1);
        bucket.permits = taken.unwrap_or(0);
        taken.is_some()
    }

    fn refill(&self, bucket: &mut Bucket, now: Instant) {
        let waited = now.duration_since(bucket.since);
        let more = waited.as_nanos() / self.each.as_nanos().max(1);
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        bucket.permits = bucket.permits.saturating_add(more).min(self.burst);
        // What is left of the wait counts on.
        let used = self.each.checked_mul(more).unwrap_or(waited);
        bucket.since = if bucket.permits == self.burst {
            now
        } else {
            bucket.since + used
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_one_at_a_time() {
        let limit = Limit::new(3, Duration::from_millis(100));
        let begin = Instant::now();
        let at = |ms| begin + Duration::from_millis(ms);
        let taken = |ms| limit.take("a", at(ms));
        assert!(taken(0) && taken(0) && taken(1) && !taken(2));
        assert!(taken(150) && !taken(160));
        // The half interval before counts.
        assert!(taken(210));
        assert!(limit.take("b", at(210)), "another sender is not held up");
        assert!(taken(9_000) && taken(9_000) && taken(9_000) && !taken(9_000));
    }

    #[test]
    fn senders_without_end_share_one_bucket() {
        let limit = Limit::new(1, Duration::from_mins(1));
        let now = Instant::now();
        let taken = (0..2 * SENDERS_MAX)
            .filter(|sender| limit.take(*sender, now))
            .count();
        assert_eq!(taken, SENDERS_MAX + 1);
        let later = now + Duration::from_mins(2);
        assert!(limit.take(3 * SENDERS_MAX, later), "idle ones make room");
    }
}
