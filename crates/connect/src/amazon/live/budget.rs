//! How many calls may be made: a bucket for each account and operation.
//!
//! Amazon counts calls by account and application, not by connection, so one set of buckets
//! serves the whole process. A bucket never gives more than the burst at once, nor
//! more than the rate in the long run.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::operation::Operation;

/// A little less than we may: two clocks are never the same, and calls arrive bunched.
const SHARE: f64 = 0.9;
/// Told rates below this are read as "almost never", not as never.
const RATE_MIN: f64 = 0.0005;

/// A bucket of calls.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    rate: f64,
    burst: f64,
    left: f64,
    at: Timestamp,
}

impl Bucket {
    fn new(operation: Operation, now: Timestamp) -> Bucket {
        let facts = operation.facts();
        let burst = (f64::from(facts.burst) * SHARE).floor().max(1.0);
        Bucket {
            rate: facts.rate * SHARE,
            burst,
            left: burst,
            at: now,
        }
    }

    fn fill(&mut self, now: Timestamp) {
        let passed = now.duration_since(self.at).as_secs_f64().max(0.0);
        self.left = (self.left + passed * self.rate).min(self.burst);
        self.at = self.at.max(now);
    }

    /// Takes one call, or says when there will be one.
    fn take(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        self.fill(now);
        if self.left >= 1.0 {
            self.left -= 1.0;
            return Ok(());
        }
        let seconds = (1.0 - self.left) / self.rate;
        let wait = SignedDuration::try_from_secs_f64(seconds).unwrap_or(SignedDuration::MAX);
        Err(now.saturating_add(wait).unwrap_or(Timestamp::MAX))
    }
}

/// The buckets of all accounts.
#[derive(Debug, Default)]
pub struct Budgets(Mutex<HashMap<(String, Operation), Bucket>>);

impl Budgets {
    /// Takes one call of an account, or says when there will be one.
    pub fn take(
        &self,
        account: &str,
        operation: Operation,
        now: Timestamp,
    ) -> Result<(), Timestamp> {
        self.with(account, operation, now, |bucket| bucket.take(now))
    }

    /// Amazon told that we were too fast: nothing is left.
    pub fn empty(&self, account: &str, operation: Operation, now: Timestamp) {
        self.with(account, operation, now, |bucket| {
            bucket.fill(now);
            bucket.left = 0.0;
        });
    }

    /// Amazon told a rate (`x-amzn-RateLimit-Limit`). Only a lower one is believed:
    /// the higher one may be gone tomorrow.
    pub fn told(&self, account: &str, operation: Operation, rate: f64, now: Timestamp) {
        if rate.is_finite() && rate >= 0.0 {
            let most = operation.facts().rate;
            self.with(account, operation, now, |bucket| {
                bucket.rate = rate.clamp(RATE_MIN, most) * SHARE;
            });
        }
    }

    fn with<T>(
        &self,
        account: &str,
        operation: Operation,
        now: Timestamp,
        act: impl FnOnce(&mut Bucket) -> T,
    ) -> T {
        // A panic elsewhere leaves a bucket as it was: still a bucket.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = known
            .entry((account.to_owned(), operation))
            .or_insert_with(|| Bucket::new(operation, now));
        act(bucket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).expect("a time")
    }

    #[test]
    fn a_burst_then_the_rate_then_a_time_to_come_back() {
        let budgets = Budgets::default();
        let take = |seconds| budgets.take("a", Operation::SearchListingsItems, at(seconds));
        for _ in 0..4 {
            assert_eq!(take(0), Ok(()));
        }
        let next = take(0).expect_err("the burst is used up");
        assert!(next > at(0) && next <= at(1));
        assert_eq!(take(1), Ok(()));
        // Another account has its own.
        assert_eq!(
            budgets.take("b", Operation::SearchListingsItems, at(0)),
            Ok(())
        );
    }

    #[test]
    fn never_more_than_amazon_gives_whatever_the_times() {
        let facts = Operation::SearchOrders.facts();
        let budgets = Budgets::default();
        let (mut taken, mut second, mut dice) = (0_u32, 0, 7_u64);
        while second < 100_000 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            second += i64::try_from(dice >> 57).expect("small");
            if budgets
                .take("a", Operation::SearchOrders, at(second))
                .is_ok()
            {
                taken += 1;
            }
            let most = f64::from(facts.burst)
                + facts.rate * f64::from(i32::try_from(second).expect("small"));
            assert!(f64::from(taken) <= most, "{taken} after {second} s");
        }
        assert!(taken > 400, "{taken}");
    }

    #[test]
    fn a_lower_rate_is_believed_and_a_higher_one_is_not() {
        let budgets = Budgets::default();
        let operation = Operation::GetOrderMetrics;
        budgets.empty("a", operation, at(0));
        budgets.told("a", operation, 0.01, at(0));
        let next = budgets
            .take("a", operation, at(0))
            .expect_err("nothing is left");
        assert!(next >= at(100), "{next}");
        budgets.told("a", operation, 50.0, at(0));
        let next = budgets
            .take("a", operation, at(0))
            .expect_err("nothing is left");
        assert!(next >= at(2), "{next}");
        for odd in [f64::NAN, -1.0, f64::INFINITY] {
            budgets.told("a", operation, odd, at(0));
        }
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing() {
        let budgets = Budgets::default();
        let operation = Operation::SearchListingsItems;
        for _ in 0..4 {
            assert_eq!(budgets.take("a", operation, at(100)), Ok(()));
        }
        assert!(budgets.take("a", operation, at(0)).is_err());
        assert!(budgets.take("a", operation, at(100)).is_err());
    }
}
