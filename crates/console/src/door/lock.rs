//! Tries at a sign-in: after a few that failed, each further one must wait longer.

use jiff::{SignedDuration, Timestamp};
use sellkeep_store::Person;

/// Failures that cost nothing: people mistype.
const FREE: u32 = 4;
/// The first wait; it doubles from then on.
const WAIT_SECONDS: i64 = 15;
/// The longest wait: a stranger must not be able to lock an owner out for a day.
const WAIT_SECONDS_MAX: i64 = 15 * 60;

/// Whether a sign-in must wait.
pub fn is_locked(person: &Person, now: Timestamp) -> bool {
    person.locked_until.is_some_and(|until| now < until)
}

/// Notes a failure, and from when on another try is taken.
pub fn failed(person: &mut Person, now: Timestamp) {
    person.failures = person.failures.saturating_add(1);
    if person.failures > FREE {
        let doubled = WAIT_SECONDS.saturating_mul(1 << (person.failures - FREE - 1).min(20));
        let wait = SignedDuration::from_secs(doubled.min(WAIT_SECONDS_MAX));
        person.locked_until = Some(now + wait);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sellkeep_store::Role;

    #[test]
    fn every_further_failure_waits_longer_up_to_a_limit() {
        let now = Timestamp::UNIX_EPOCH;
        let mut person = Person {
            id: "1".to_owned(),
            name: "mia".to_owned(),
            role: Role::Owner,
            password: String::new(),
            second_step: true,
            last_code: 0,
            recovery: Vec::new(),
            failures: 0,
            locked_until: None,
            since: now,
        };
        let mut waits = Vec::new();
        for _ in 0..40 {
            failed(&mut person, now);
            let until = person.locked_until.unwrap_or(now);
            waits.push(until.duration_since(now).as_secs());
        }
        assert_eq!(&waits[3..7], &[0, 15, 30, 60]);
        assert_eq!(waits[39], 900);
        assert!(is_locked(&person, now));
        assert!(!is_locked(&person, now + SignedDuration::from_secs(900)));
    }
}
