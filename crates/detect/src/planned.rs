//! Announced changes: what the owner said beforehand that he would do.

use sellkeep_model::{Account, Event, EventKind, Field, PlannedChange};

use crate::tails::same_tail;

/// Deeds that somebody might announce. What merely happens (a payout, an order) never
/// contradicts an announcement.
const DEEDS: &[EventKind] = &[
    EventKind::PayoutMethodAdded,
    EventKind::PayoutMethodRemoved,
    EventKind::PayoutMethodChanged,
    EventKind::PayoutDefaultChanged,
    EventKind::WalletAccountAdded,
    EventKind::WalletScheduleChanged,
    EventKind::ChargeMethodChanged,
    EventKind::UserInvited,
    EventKind::UserAdded,
    EventKind::UserPermissionsChanged,
    EventKind::AppAuthorized,
    EventKind::AppScopesChanged,
    EventKind::EmailChanged,
    EventKind::PhoneChanged,
    EventKind::PasswordChanged,
    EventKind::TwoStepDisabled,
    EventKind::TwoStepChanged,
];

/// The announcement that an event comes true of.
pub fn announced<'a>(account: &'a Account, event: &Event) -> Option<&'a PlannedChange> {
    let mut now = open(account, event);
    now.find(|planned| planned.kind == event.kind.as_str() && same_object(planned, event))
}

/// Whether something of the announced sort happened, but not as it was announced:
/// another account, or another deed upon the same sort of thing.
pub fn mismatch(account: &Account, event: &Event) -> bool {
    if !DEEDS.contains(&event.kind) || announced(account, event).is_some() {
        return false;
    }
    let mut now = open(account, event).filter(|planned| theme(&planned.kind) == theme_of(event));
    now.any(|planned| planned.object.is_none() || !same_object(planned, event))
}

fn open<'a>(account: &'a Account, event: &Event) -> impl Iterator<Item = &'a PlannedChange> {
    let at = event.happened;
    account
        .planned_changes
        .iter()
        .filter(move |planned| planned.from <= at && at <= planned.to)
}

fn theme(kind: &str) -> &str {
    kind.split_once('.').map_or(kind, |(thing, _)| thing)
}

fn theme_of(event: &Event) -> &'static str {
    theme(event.kind.as_str())
}

/// An announcement that names no thing covers any.
fn same_object(planned: &PlannedChange, event: &Event) -> bool {
    let Some(meant) = planned.object.as_deref() else {
        return true;
    };
    let named = |field| {
        event
            .after
            .text(field)
            .is_some_and(|text| text.eq_ignore_ascii_case(meant))
    };
    let tail = event
        .after
        .text(Field::Tail)
        .is_some_and(|tail| same_tail(tail, meant));
    let object = event
        .object
        .as_ref()
        .is_some_and(|object| object.id == meant);
    tail || object
        || [Field::User, Field::App, Field::Name, Field::Sku]
            .into_iter()
            .any(named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{account, event};

    fn planning(object: Option<&str>) -> Account {
        let planned = PlannedChange {
            kind: "payout.method_added".to_owned(),
            from: "2026-01-01T00:00:00Z".parse().expect("a time"),
            to: "2026-01-02T00:00:00Z".parse().expect("a time"),
            by: Some("Kai".to_owned()),
            object: object.map(str::to_owned),
        };
        Account {
            planned_changes: vec![planned],
            ..account()
        }
    }

    fn with_tail(kind: &str, at: &str, tail: &str) -> Event {
        let mut event = event(kind, at);
        event.after.set(Field::Tail, tail);
        event
    }

    const INSIDE: &str = "2026-01-01T12:00:00Z";

    #[test]
    fn what_was_announced_comes_true() {
        let event = with_tail("payout.method_added", INSIDE, "1677");
        assert!(announced(&planning(None), &event).is_some());
        assert!(announced(&planning(Some("677")), &event).is_some());
        assert!(!mismatch(&planning(Some("677")), &event));
        let later = with_tail("payout.method_added", "2026-01-03T00:00:00Z", "677");
        assert!(announced(&planning(None), &later).is_none());
        assert!(!mismatch(&planning(None), &later));
    }

    #[test]
    fn another_account_or_another_deed_is_not_what_was_announced() {
        let other = with_tail("payout.method_added", INSIDE, "999");
        assert!(announced(&planning(Some("677")), &other).is_none());
        assert!(mismatch(&planning(Some("677")), &other));
        let switch = with_tail("payout.default_changed", INSIDE, "999");
        assert!(mismatch(&planning(Some("677")), &switch));
        let ours = with_tail("payout.default_changed", INSIDE, "677");
        assert!(
            !mismatch(&planning(Some("677")), &ours),
            "the announced account itself"
        );
    }

    #[test]
    fn a_payout_contradicts_nothing() {
        assert!(!mismatch(
            &planning(None),
            &event("payout.scheduled", INSIDE)
        ));
        assert!(!mismatch(&planning(None), &event("user.added", INSIDE)));
    }
}
