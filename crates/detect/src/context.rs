//! What was known of an account at the moment of an event.
//!
//! Only what had happened by then counts, whenever it became known, so that an event
//! that comes late is seen as it would have been in time.

use jiff::tz::TimeZone;
use sellkeep_model::{Account, Event, EventKind, Field};

use crate::flat::Context;
use crate::moment::{DAY, Millis, hours, millis};
use crate::payout_clock::{hold_left, next_due, open_balance};
use crate::planned::{announced, mismatch};
use crate::state::{Facts, is_interface};
use crate::tails::among;

/// An account that was entered once is entered again more easily within this time: the
/// published cases speak of days to weeks.
const RECENT_INCIDENT: Millis = 30 * DAY;

/// What was known at the moment of an event.
pub fn context(account: &Account, facts: &Facts, event: &Event) -> Context {
    let at = millis(event.happened);
    Context {
        attested_tail: attested_tail(account, event),
        baseline_confirmed: account.baseline_confirmed,
        planned: announced(account, event).is_some(),
        planned_mismatch: mismatch(account, event),
        foreign: foreign(account, event),
        hold_hours: hours(hold_left(account, facts, at)),
        payout_hours: next_due(facts, at).map(|due| hours(due.due - at)),
        open_balance: open_balance(facts, at),
        recent_incident: recent_incident(facts, at),
        worked_before: worked_before(facts, event),
        idle_days: idle_days(facts, at),
        mail_flood: facts.mail_flood(at),
        local_hour: local_hour(account, event),
        drop: drop(event),
    }
}

fn attested_tail(account: &Account, event: &Event) -> Option<bool> {
    let tail = event.after.text(Field::Tail)?;
    let tails = &account.deposit_tails;
    (!tails.is_empty()).then(|| among(tail, tails))
}

fn foreign(account: &Account, event: &Event) -> Option<bool> {
    let country = event.after.text(Field::Country)?;
    let home = account.country.as_deref()?;
    Some(!country.eq_ignore_ascii_case(home))
}

fn recent_incident(facts: &Facts, at: Millis) -> bool {
    let near = |closed: &Millis| *closed <= at && at - *closed < RECENT_INCIDENT;
    facts.incidents.iter().any(near)
}

/// Errors of the sign-in itself: everything is refused, whatever was asked
/// (RFC 6749 section 5.2).
const GRANT_ERRORS: &[&str] = &["invalid_grant", "unauthorized_client", "invalid_client"];

/// Whether a refusal takes away what had worked. A right that an application never had is
/// a gap in its set-up, not an attack. A source that is only pushed to us counts as having worked.
fn worked_before(facts: &Facts, event: &Event) -> Option<bool> {
    if event.kind != EventKind::SourcePermissionLost {
        return None;
    }
    if !is_interface(&event.source) {
        return Some(true);
    }
    let error = event.after.text(Field::Error).unwrap_or_default();
    let everything = GRANT_ERRORS
        .iter()
        .any(|word| word.eq_ignore_ascii_case(error));
    let operation = event.operation.as_deref().filter(|_| !everything);
    Some(facts.had_answered(operation, millis(event.learned)))
}

/// Days since something last happened, or at least since we watch.
fn idle_days(facts: &Facts, at: Millis) -> Option<f64> {
    let last = facts
        .last_active(at)
        .or(facts.since.filter(|since| *since < at))?;
    Some(hours(at - last) / 24.0)
}

fn local_hour(account: &Account, event: &Event) -> Option<f64> {
    let zone = TimeZone::get(account.time_zone.as_deref()?).ok()?;
    Some(f64::from(event.happened.to_zoned(zone).hour()))
}

fn drop(event: &Event) -> Option<f64> {
    if event.kind != EventKind::ListingPriceChanged {
        return None;
    }
    let before = event
        .before
        .number(Field::Price)
        .filter(|price| *price > 0.0)?;
    Some(1.0 - event.after.number(Field::Price)? / before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{account, event};

    const AT: &str = "2026-01-10T12:00:00Z";

    #[test]
    fn what_is_unknown_is_absent() {
        let context = context(&account(), &Facts::default(), &event("user.added", AT));
        assert_eq!(
            context,
            Context {
                baseline_confirmed: true,
                ..Context::default()
            }
        );
    }

    #[test]
    fn a_changed_bank_account_is_held_against_what_the_owner_said() {
        let mut account = account();
        account.deposit_tails = vec!["677".to_owned()];
        account.country = Some("DE".to_owned());
        let mut event = event("payout.method_added", AT);
        event.after.set(Field::Tail, "999");
        event.after.set(Field::Country, "hr");
        let seen = context(&account, &Facts::default(), &event);
        assert_eq!(
            (seen.attested_tail, seen.foreign),
            (Some(false), Some(true))
        );
    }

    #[test]
    fn hours_are_those_of_the_owners_clock() {
        let mut account = account();
        account.time_zone = Some("America/New_York".to_owned());
        let seen = context(&account, &Facts::default(), &event("user.added", AT));
        assert_eq!(seen.local_hour, Some(7.0));
        account.time_zone = Some("Nowhere/At_All".to_owned());
        let seen = context(&account, &Facts::default(), &event("user.added", AT));
        assert_eq!(seen.local_hour, None);
    }

    #[test]
    fn an_incident_is_remembered_for_thirty_days() {
        let at = millis(AT.parse().expect("a time"));
        let facts = |closed| Facts {
            incidents: vec![closed],
            ..Facts::default()
        };
        let recent = |closed| context(&account(), &facts(closed), &event("user.added", AT));
        assert!(recent(at - 29 * DAY).recent_incident);
        assert!(!recent(at - 30 * DAY).recent_incident);
        assert!(
            !recent(at + 1).recent_incident,
            "what is still to come does not count"
        );
    }

    #[test]
    fn idle_since_the_last_deed_or_since_we_watch() {
        let at = millis(AT.parse().expect("a time"));
        let mut facts = Facts::default();
        facts.watched_since(at - 9 * DAY);
        let idle = |facts: &Facts| context(&account(), facts, &event("user.added", AT)).idle_days;
        assert_eq!(idle(&facts), Some(9.0));
        facts.active(at - 2 * DAY);
        assert_eq!(idle(&facts), Some(2.0));
    }

    #[test]
    fn a_price_drop_is_a_share() {
        let mut event = event("listing.price_changed", AT);
        event.before.set(Field::Price, 20.0);
        event.after.set(Field::Price, 5.0);
        assert_eq!(drop(&event), Some(0.75));
        event.before.set(Field::Price, 0.0);
        assert_eq!(drop(&event), None);
    }
}
