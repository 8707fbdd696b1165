//! What is known of an account by time: what pays out where, when something last
//! happened, when incidents were closed, how much mail comes.
//!
//! Every list is a set ordered by event time, so that it is the same whatever order
//! it was filled in, and every question names the time it is asked for. Claimed events
//! add nothing here.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::moment::{HOUR, Millis};

/// Entries of a list: more deposit methods or due payouts than an account has at once.
const LIST_MAX: usize = 32;

/// Active hours that are remembered: as many as there are in the time in which events
/// may come late. A quiet account has few, however long ago.
const ACTIVE_HOURS_MAX: usize = 35 * 24;

/// Hours in which mail came that are remembered: four weeks.
const MAIL_HOURS_MAX: usize = 672;

/// A deposit method that was added.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MethodAdded {
    /// When.
    pub at: Millis,
    /// Its name in the source.
    pub method: String,
    /// Its ending, where that is known.
    pub tail: Option<String>,
    /// The store, where one is named.
    pub store: Option<String>,
}

/// Another method became the one that payouts go to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DefaultSwitched {
    /// When.
    pub at: Millis,
    /// The method's name in the source, or what stands for it.
    pub method: String,
    /// Its ending, where that is known.
    pub tail: Option<String>,
}

/// A payout that is due.
#[derive(Debug, Clone, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct PayoutDue {
    /// Since when we know.
    pub known: Millis,
    /// The store and account type.
    pub what: String,
    /// When it is due.
    pub due: Millis,
    /// How much.
    pub amount: Option<f64>,
    /// In what (ISO 4217).
    #[serde(default)]
    pub currency: Option<String>,
}

/// Far more operations than any marketplace's interface that we read has.
const OPERATIONS_MAX: usize = 64;

/// What lies on the account.
#[derive(Debug, Clone, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Balance {
    /// When.
    pub at: Millis,
    /// The store, where one is named.
    pub store: Option<String>,
    /// How much.
    pub amount: f64,
    /// In what (ISO 4217).
    #[serde(default)]
    pub currency: Option<String>,
}

/// What is known of an account by time.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// The first thing we know of it.
    pub since: Option<Millis>,
    /// Methods added.
    pub methods: Vec<MethodAdded>,
    /// Switches of the default method.
    pub defaults: Vec<DefaultSwitched>,
    /// Payouts due.
    pub payouts: Vec<PayoutDue>,
    /// Balances.
    pub balances: Vec<Balance>,
    /// Incidents closed.
    pub incidents: Vec<Millis>,
    /// Operations that have answered, by name in lower case, with the first time.
    pub worked: BTreeMap<String, Millis>,
    pub(crate) active: BTreeSet<i64>,
    pub(crate) mails: BTreeMap<i64, (u32, u32)>,
}

/// Adds to an ordered set that keeps its newest entries; says whether it was new.
pub fn note<T: PartialOrd>(list: &mut Vec<T>, entry: T) -> bool {
    let at = list.partition_point(|other| *other < entry);
    if list.get(at).is_some_and(|other| *other == entry) {
        return false;
    }
    list.insert(at, entry);
    if list.len() > LIST_MAX {
        list.remove(0);
    }
    true
}

impl Facts {
    /// We know of the account since then at the latest.
    pub fn watched_since(&mut self, at: Millis) {
        self.since = Some(self.since.map_or(at, |since| since.min(at)));
    }

    /// An operation answered: to be refused later is then a loss, and not a lack.
    pub fn answered(&mut self, operation: &str, at: Millis) {
        let name = operation.to_ascii_lowercase();
        if self.worked.len() < OPERATIONS_MAX || self.worked.contains_key(&name) {
            let first = self.worked.entry(name).or_insert(at);
            *first = at.min(*first);
        }
    }

    /// Whether an operation, or any where none is named, had answered before a time.
    pub fn had_answered(&self, operation: Option<&str>, before: Millis) -> bool {
        match operation {
            Some(name) => {
                let first = self.worked.get(&name.to_ascii_lowercase());
                first.is_some_and(|first| *first < before)
            }
            None => self.worked.values().any(|first| *first < before),
        }
    }

    /// Something happened on the account: an order, a listing, a price change.
    pub fn active(&mut self, at: Millis) {
        self.active.insert(at.div_euclid(HOUR));
        while self.active.len() > ACTIVE_HOURS_MAX {
            self.active.pop_first();
        }
    }

    /// The last hour before that of a time in which something happened. What happens
    /// within one hour is one deed: it does not end its own quiet.
    pub fn last_active(&self, before: Millis) -> Option<Millis> {
        let earlier = self.active.range(..before.div_euclid(HOUR)).next_back();
        earlier.map(|hour| hour * HOUR)
    }

    /// The end of the next hour after that of a time in which something happened.
    pub fn next_active(&self, after: Millis) -> Option<Millis> {
        let later = self.active.range(after.div_euclid(HOUR) + 1..).next();
        later.map(|hour| (hour + 1) * HOUR - 1)
    }

    /// Mail came; claimed mail is counted apart and never teaches what is normal.
    pub fn mail(&mut self, at: Millis, count: u32, claimed: bool) {
        let hour = self.mails.entry(at.div_euclid(HOUR)).or_default();
        hour.0 = hour.0.saturating_add(count);
        hour.1 = hour.1.saturating_add(if claimed { 0 } else { count });
        while self.mails.len() > MAIL_HOURS_MAX {
            self.mails.pop_first();
        }
    }

    /// Whether a mail flood was running at a time: in its hour or the one before came
    /// far more mail than this mailbox is used to.
    pub fn mail_flood(&self, at: Millis) -> bool {
        let hour = at.div_euclid(HOUR);
        [hour - 1, hour].into_iter().any(|hour| self.flooded(hour))
    }

    /// The last hour after a time that a flood may have been in: what is usual there
    /// depends on all the hours before.
    pub fn flood_after(&self, at: Millis) -> Option<i64> {
        let later = self.mails.range(at.div_euclid(HOUR) + 1..).rev();
        let mut full = later.filter(|(_, (all, _))| *all >= FLOOD_MIN);
        full.next().map(|(hour, _)| *hour)
    }

    fn flooded(&self, hour: i64) -> bool {
        let came = self.mails.get(&hour).map_or(0, |(all, _)| *all);
        came >= FLOOD_MIN && f64::from(came) >= FLOOD_FACTOR * self.mail_usual(hour)
    }

    /// The median of the hours before in which mail came.
    fn mail_usual(&self, hour: i64) -> f64 {
        let before = self.mails.range(..hour - 1).map(|(_, (_, solid))| *solid);
        let mut counts: Vec<u32> = before.filter(|count| *count > 0).collect();
        counts.sort_unstable();
        counts
            .get(counts.len() / 2)
            .map_or(1.0, |median| f64::from(*median))
    }
}

/// Mails in one hour below which nobody loses sight of a notice.
const FLOOD_MIN: u32 = 50;
/// So many times the usual is a flood.
const FLOOD_FACTOR: f64 = 6.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::DAY;

    #[test]
    fn activity_is_asked_by_time() {
        let mut facts = Facts::default();
        for at in [10 * DAY, 10 * DAY + 5, 20 * DAY] {
            facts.active(at);
        }
        assert_eq!(facts.last_active(20 * DAY), Some(10 * DAY));
        assert_eq!(facts.last_active(10 * DAY + 5), None, "its own hour");
        assert_eq!(facts.last_active(10 * DAY + HOUR), Some(10 * DAY));
        assert_eq!(facts.next_active(10 * DAY), Some(20 * DAY + HOUR - 1));
        assert_eq!(facts.next_active(20 * DAY), None);
    }

    #[test]
    fn a_flood_stands_out_from_the_usual() {
        let mut facts = Facts::default();
        for hour in 0..100 {
            facts.mail(hour * HOUR, 4, false);
        }
        assert!(!facts.mail_flood(99 * HOUR));
        facts.mail(102 * HOUR, 300, true);
        assert!(facts.mail_flood(102 * HOUR + 5) && facts.mail_flood(103 * HOUR));
        assert!(!facts.mail_flood(105 * HOUR));
    }

    #[test]
    fn a_busy_mailbox_is_no_flood() {
        let mut facts = Facts::default();
        for hour in 0..100 {
            facts.mail(hour * HOUR, 60, false);
        }
        facts.mail(102 * HOUR, 80, false);
        assert!(!facts.mail_flood(102 * HOUR));
    }

    #[test]
    fn lists_are_ordered_sets_with_an_end() {
        let mut list = Vec::new();
        assert!(note(&mut list, 3) && note(&mut list, 1) && !note(&mut list, 3));
        assert_eq!(list, [1, 3]);
        for at in 0..100 {
            note(&mut list, at);
        }
        assert_eq!((list.len(), list[0]), (LIST_MAX, 100 - 32));
    }
}
