//! The first state of a group: a proposal to the owner, not news.
//!
//! An account that is taken over already must not become the norm: what the owner has
//! attested is held against it at once.

use sellkeep_model::{Event, EventKind, Field, Fields, Item, Object, StateGroup};

use super::row;
use super::write::{Deed, Writer, time};
use crate::tails::among;

/// The events of a group's first state.
pub fn propose(writer: &Writer<'_>) -> Vec<Event> {
    let row = row(writer.observed.group);
    let mut events = Vec::new();
    // Nobody can confirm a list that is empty.
    let something = !writer.observed.items.is_empty();
    if something && !writer.account.baseline_confirmed && !row.unattested {
        events.push(proposal(writer));
    }
    if writer.observed.group == StateGroup::DepositMethods {
        let foreign = writer
            .observed
            .items
            .iter()
            .filter(|item| unattested(writer, item));
        events.extend(foreign.flat_map(|item| not_ours(writer, item)));
    }
    if writer.observed.group == StateGroup::QueuePolicy {
        let open = writer.observed.items.iter().filter(|item| item.id == "*");
        events.extend(open.map(|item| writer.event(found(item, EventKind::QueuePolicyWeak))));
    }
    events
}

/// Whether an ending is known and is none that the owner attests, though he attests some.
pub fn unattested(writer: &Writer<'_>, item: &Item) -> bool {
    let tails = &writer.account.deposit_tails;
    let tail = item.fields.text(Field::Tail);
    !tails.is_empty() && tail.is_some_and(|tail| !among(tail, tails))
}

fn proposal(writer: &Writer<'_>) -> Event {
    let observed = writer.observed;
    let word = row(observed.group).object;
    let in_use = observed
        .items
        .iter()
        .find(|item| item.fields.flag(Field::Default) == Some(true));
    let only = observed.items.first().filter(|_| observed.items.len() == 1);
    let mut after = Fields::new().with(Field::Type, word);
    #[allow(clippy::cast_precision_loss)] // Never near 2^52 things.
    after.set(Field::Count, observed.items.len() as f64);
    if let Some(item) = in_use.or(only) {
        for field in [Field::Tail, Field::Country, Field::Status, Field::Name] {
            after.set_if(field, item.fields.get(field).cloned());
        }
    }
    let store = observed.store.as_deref().unwrap_or("account");
    writer.event(Deed {
        kind: EventKind::BaselineProposed,
        object: Object::new("baseline", format!("{word} {store}")),
        before: Fields::new(),
        after,
        occasion: writer.as_of(),
        happened: None,
    })
}

/// A method that the owner does not know was added, whenever that was; if money goes
/// there, that was switched too.
fn not_ours(writer: &Writer<'_>, item: &Item) -> Vec<Event> {
    let mut events = vec![writer.event(found(item, EventKind::PayoutMethodAdded))];
    if item.fields.flag(Field::Default) == Some(true) {
        events.push(writer.event(found(item, EventKind::PayoutDefaultChanged)));
    }
    events
}

fn found(item: &Item, kind: EventKind) -> Deed {
    let group = match kind {
        EventKind::QueuePolicyWeak => StateGroup::QueuePolicy,
        _ => StateGroup::DepositMethods,
    };
    Deed {
        kind,
        object: Object::new(row(group).object, &item.id),
        before: Fields::new(),
        after: item.fields.clone(),
        occasion: 0,
        happened: time(&item.fields, Field::Created)
            .filter(|_| kind == EventKind::PayoutMethodAdded),
    }
}
