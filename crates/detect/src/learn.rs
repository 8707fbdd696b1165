//! What one event adds to the facts of its account.
//!
//! Facts are sets by event time: an event may come at any moment and any number of
//! times. A claimed event adds nothing but its mail to the count of the hour.

use sellkeep_model::{Event, EventKind, Field, Fields, ProofLevel};

use crate::moment::{Millis, millis};
use crate::state::{
    Balance, DefaultSwitched, Facts, Key, MethodAdded, PayoutDue, is_interface, note,
};

/// For how long what is known around later events has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Not at all.
    Nothing,
    /// Until a place.
    Until(Key),
    /// From then on.
    Open,
}

/// Adds an event to the facts; says which later events must be looked at again.
pub(crate) fn learn(facts: &mut Facts, event: &Event) -> Reach {
    let at = millis(event.happened);
    let claimed = event.proof == ProofLevel::Claimed;
    if let Some(count) = mails(event) {
        return mail(facts, at, count, claimed);
    }
    if claimed {
        return Reach::Nothing;
    }
    facts.watched_since(millis(event.learned));
    if let Some(operation) = answering(event) {
        facts.answered(operation, millis(event.learned));
    }
    if is_activity(event) {
        facts.active(at);
        return facts
            .next_active(at)
            .map_or(Reach::Open, |next| Reach::Until(Key::end_of(next)));
    }
    if noted(facts, event, at) {
        Reach::Open
    } else {
        Reach::Nothing
    }
}

/// The operation of an interface that an event shows to have answered.
fn answering(event: &Event) -> Option<&str> {
    let asked = is_interface(&event.source) && event.kind != EventKind::SourcePermissionLost;
    event.operation.as_deref().filter(|_| asked)
}

/// Whether an event is a deed, and not one of many that are only counted.
pub(crate) fn is_deed(event: &Event) -> bool {
    !matches!(
        event.kind,
        EventKind::OrderReceived
            | EventKind::OrderMetrics
            | EventKind::MailReceived
            | EventKind::MessageReceived
            | EventKind::ListingTraffic
            | EventKind::InventorySeen
            | EventKind::BalanceSeen
            | EventKind::TransactionPosted
            | EventKind::OfferChanged
            | EventKind::ListingQuantityChanged
    )
}

fn noted(facts: &mut Facts, event: &Event, at: Millis) -> bool {
    match event.kind {
        EventKind::PayoutMethodAdded => {
            let (method, tail) = (object(event), tail(event));
            note(
                &mut facts.methods,
                MethodAdded {
                    at,
                    method,
                    tail,
                    store: event.store.clone(),
                },
            )
        }
        EventKind::PayoutDefaultChanged => {
            let (method, tail) = (object(event), tail(event));
            note(&mut facts.defaults, DefaultSwitched { at, method, tail })
        }
        EventKind::PayoutScheduled => {
            due(event, at).is_some_and(|due| note(&mut facts.payouts, due))
        }
        EventKind::BalanceSeen => event.after.number(Field::Amount).is_some_and(|amount| {
            note(
                &mut facts.balances,
                Balance {
                    at,
                    store: event.store.clone(),
                    amount,
                    currency: currency(&event.after),
                },
            )
        }),
        EventKind::IncidentClosed => note(&mut facts.incidents, at),
        _ => false,
    }
}

fn mail(facts: &mut Facts, at: Millis, count: u32, claimed: bool) -> Reach {
    let hour = crate::moment::HOUR;
    let now = at.div_euclid(hour);
    let before = (facts.mail_flood(at), facts.mail_flood(at + hour));
    facts.mail(at, count, claimed);
    let same = before == (facts.mail_flood(at), facts.mail_flood(at + hour));
    match facts.flood_after(at) {
        Some(later) => Reach::Until(Key::end_of((later + 2) * hour - 1)),
        None if same => Reach::Nothing,
        None => Reach::Until(Key::end_of((now + 2) * hour - 1)),
    }
}

/// How many mails an event stands for, if it is one of mail.
fn mails(event: &Event) -> Option<u32> {
    let mail = matches!(
        event.kind,
        EventKind::MailReceived
            | EventKind::MailForged
            | EventKind::MailNotice
            | EventKind::MailUnclassifiedSecurity
    );
    let count = event.after.number(Field::Count).unwrap_or(1.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Clamped.
    mail.then_some(count.clamp(1.0, 1e6) as u32)
}

fn is_activity(event: &Event) -> bool {
    match event.kind {
        EventKind::OrderReceived | EventKind::ListingCreated | EventKind::ListingPriceChanged => {
            true
        }
        EventKind::OrderMetrics => {
            let count = event
                .after
                .number(Field::Count)
                .or(event.after.number(Field::Units));
            count.is_some_and(|count| count > 0.0)
        }
        _ => false,
    }
}

fn object(event: &Event) -> String {
    event
        .object
        .as_ref()
        .map(|object| object.id.clone())
        .unwrap_or_default()
}

fn tail(event: &Event) -> Option<String> {
    event.after.text(Field::Tail).map(str::to_owned)
}

fn due(event: &Event, known: Millis) -> Option<PayoutDue> {
    let due = event.after.text(Field::Scheduled)?.parse().ok()?;
    let amount = event.after.number(Field::Amount);
    Some(PayoutDue {
        known,
        what: object(event),
        due: millis(due),
        amount,
        currency: currency(&event.after),
    })
}

fn currency(fields: &Fields) -> Option<String> {
    fields.text(Field::Currency).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::event;

    const AT: &str = "2026-01-10T12:00:00Z";

    #[test]
    fn a_claim_teaches_nothing_but_that_mail_came() {
        let mut claim = event("payout.method_added", AT);
        claim.proof = ProofLevel::Claimed;
        let mut facts = Facts::default();
        assert_eq!(learn(&mut facts, &claim), Reach::Nothing);
        assert_eq!(facts, Facts::default());
    }

    #[test]
    fn the_same_twice_is_once() {
        let mut facts = Facts::default();
        let added = event("payout.method_added", AT);
        assert_eq!(learn(&mut facts, &added), Reach::Open);
        assert_eq!(learn(&mut facts, &added), Reach::Nothing);
        assert_eq!(facts.methods.len(), 1);
    }

    #[test]
    fn an_hour_without_orders_is_no_activity() {
        let mut facts = Facts::default();
        let mut metrics = event("order.metrics", AT);
        metrics.after.set(Field::Count, 0.0);
        learn(&mut facts, &metrics);
        assert_eq!(facts.last_active(i64::MAX / 2), None);
        metrics.after.set(Field::Count, 3.0);
        learn(&mut facts, &metrics);
        assert!(facts.last_active(i64::MAX / 2).is_some());
    }

    #[test]
    fn a_flood_reaches_the_events_of_its_hour() {
        let mut facts = Facts::default();
        let mut mail = event("mail.received", AT);
        assert_eq!(learn(&mut facts, &mail), Reach::Nothing);
        mail.after.set(Field::Count, 500.0);
        assert!(matches!(learn(&mut facts, &mail), Reach::Until(_)));
    }
}
