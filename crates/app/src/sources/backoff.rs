//! How long to wait before a source is tried again.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use sellkeep_connect::connector::Trouble;

/// After the first failure: most are a connection that was cut.
const FIRST: Duration = Duration::from_secs(2);
/// A source that stays away is tried this often; a blindness alert comes long before a day.
const LAST: Duration = Duration::from_mins(15);
/// Where a person has to do something, trying often would only lock the account.
const FOR_PERSON: Duration = Duration::from_mins(5);

/// Doubles with every failure, and is spread so that a thousand mailboxes of one provider
/// do not come back in the same second.
pub fn wait(trouble: &Trouble, failures: u32) -> Duration {
    let doubled = FIRST.saturating_mul(1_u32.checked_shl(failures.min(20)).unwrap_or(1));
    let least = if trouble.needs_person() {
        FOR_PERSON
    } else {
        FIRST
    };
    spread(
        doubled.clamp(least, LAST),
        RandomState::new().hash_one(failures),
    )
}

/// Between half and the whole.
fn spread(whole: Duration, dice: u64) -> Duration {
    let part = u32::try_from(dice % 512).unwrap_or(0);
    whole * (512 + part) / 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_a_limit_and_is_spread() {
        let cut = Trouble::Unreachable;
        for (failures, least, most) in [(0, 1, 2), (3, 8, 16), (9, 450, 900), (u32::MAX, 450, 900)]
        {
            let waits: Vec<u64> = (0..50).map(|_| wait(&cut, failures).as_secs()).collect();
            assert!(
                waits.iter().all(|wait| (least..=most).contains(wait)),
                "{failures}: {waits:?}"
            );
        }
        let many: std::collections::BTreeSet<_> = (0..50).map(|_| wait(&cut, 9)).collect();
        assert!(many.len() > 10);
    }

    #[test]
    fn a_wrong_password_is_not_tried_often() {
        assert!(wait(&Trouble::Password, 0) >= FOR_PERSON / 2);
    }
}
