//! The plain comparison: new, changed and missing things by their group's row.

use std::collections::BTreeSet;

use sellkeep_model::{Event, EventKind, Field, Fields, Item, Object, StateGroup, Value};

use super::lines::{Group, ITEMS_MAX, Line};
use super::row;
use super::write::{Deed, Writer, time, time_millis};
use crate::tails::same_tail;

/// Details that sources leave out when there is nothing: their coming is a change.
const ABSENT_IS_NONE: &[Field] = &[Field::Actions, Field::Suspended];

/// The events of a state that is not the first of its group.
pub fn changes(writer: &Writer<'_>, group: &Group) -> Vec<Event> {
    let mut events = Vec::new();
    for item in &writer.observed.items {
        match group.items.get(&item.id) {
            Some(line) => events.extend(changed(writer, item, line)),
            None if group.items.len() >= ITEMS_MAX => {}
            None => events.extend(added(writer, group, item)),
        }
    }
    if writer.observed.complete {
        let gone = missing(writer, group);
        events.extend(gone.iter().filter_map(|id| removed(writer, group, id)));
    }
    events
}

/// Listings and payouts of a group's first state that were made while we were watching
/// the account: a search or a notification shows a part only, so the first one may be
/// the intruder's.
pub fn made_while_watched(writer: &Writer<'_>, group: &Group) -> Vec<Event> {
    let Some(since) = writer.since.filter(|_| {
        let group = writer.observed.group;
        matches!(group, StateGroup::Listings | StateGroup::Payouts)
    }) else {
        return Vec::new();
    };
    let made = |item: &Item| time_millis(&item.fields, Field::Created);
    let items = writer.observed.items.iter();
    items
        .filter(|item| made(item).is_some_and(|made| made > since))
        .filter_map(|item| added(writer, group, item))
        .collect()
}

/// The things that are known and not in the state.
pub fn missing(writer: &Writer<'_>, group: &Group) -> Vec<String> {
    let told: BTreeSet<&str> = writer
        .observed
        .items
        .iter()
        .map(|item| item.id.as_str())
        .collect();
    let known = group.items.keys().filter(|id| !told.contains(id.as_str()));
    known.cloned().collect()
}

/// The event of a thing that was not there.
pub fn added(writer: &Writer<'_>, group: &Group, item: &Item) -> Option<Event> {
    let row = row(writer.observed.group);
    let kind = added_as(row.added?, item);
    if !is_new(writer, group, item) {
        return None;
    }
    Some(writer.event(Deed {
        kind,
        object: Object::new(row.object, &item.id),
        before: Fields::new(),
        after: item.fields.clone(),
        occasion: group.gone.get(&item.id).copied().unwrap_or(group.first),
        happened: time(&item.fields, Field::Created),
    }))
}

/// A person who has not answered yet is invited, not added.
fn added_as(kind: EventKind, item: &Item) -> EventKind {
    let status = item.fields.text(Field::Status).unwrap_or_default();
    let invited = ["invited", "pending"]
        .iter()
        .any(|word| status.eq_ignore_ascii_case(word));
    match kind {
        EventKind::UserAdded if invited => EventKind::UserInvited,
        kind => kind,
    }
}

/// Whether a thing that we had not seen is really new, and not only new to us.
fn is_new(writer: &Writer<'_>, group: &Group, item: &Item) -> bool {
    let row = row(writer.observed.group);
    let made = time_millis(&item.fields, Field::Created);
    if writer.observed.group == StateGroup::Listings {
        // Searches show a part of the catalogue: only its own date, or a complete
        // list that lacked it, proves a listing new.
        return made.map_or(group.complete.is_some(), |made| {
            made > group.first || writer.since.is_some_and(|since| made > since)
        });
    }
    let first_complete = writer.observed.complete && group.complete.is_none();
    if first_complete && !row.unattested {
        return made.is_some_and(|made| made > group.first);
    }
    !nothing_expected(item)
}

fn nothing_expected(item: &Item) -> bool {
    let status = item.fields.text(Field::Status).unwrap_or_default();
    status.eq_ignore_ascii_case("NO_PAYOUT_EXPECTED")
}

fn removed(writer: &Writer<'_>, group: &Group, id: &str) -> Option<Event> {
    let row = row(writer.observed.group);
    let line = group.items.get(id)?;
    let kind = row.removed.filter(|_| !row.passing)?;
    Some(writer.event(Deed {
        kind,
        object: Object::new(row.object, id),
        before: line.fields.clone(),
        after: Fields::new().with(Field::Status, "removed"),
        occasion: line.first,
        happened: None,
    }))
}

fn changed(writer: &Writer<'_>, item: &Item, line: &Line) -> Vec<Event> {
    let row = row(writer.observed.group);
    let deeds = row.changed.iter().filter_map(|(kind, fields)| {
        let before = differing(line, item, fields)?;
        (!is_back(*kind, item, &before)).then(|| changed_deed(writer, item, line, *kind, before))
    });
    deeds.map(|deed| writer.event(deed)).collect()
}

/// A subscription that is there again is no news, unless it leads elsewhere.
fn is_back(kind: EventKind, item: &Item, before: &Fields) -> bool {
    kind == EventKind::SubscriptionMissing
        && before.get(Field::Destination).is_none()
        && item.fields.text(Field::Status) == Some("PRESENT")
}

fn changed_deed(
    writer: &Writer<'_>,
    item: &Item,
    line: &Line,
    kind: EventKind,
    before: Fields,
) -> Deed {
    let mut after = line.fields.clone();
    for (field, value) in item.fields.iter() {
        after.set(field, value.clone());
    }
    let updated = time(&item.fields, Field::Updated);
    let since = line.seen;
    Deed {
        kind,
        object: Object::new(row(writer.observed.group).object, &item.id),
        before,
        after,
        occasion: line.changed,
        happened: updated.filter(|at| crate::moment::millis(*at) > since),
    }
}

/// The details that differ, as they were before; `None` if none does.
fn differing(line: &Line, item: &Item, fields: &[Field]) -> Option<Fields> {
    let mut before = Fields::new();
    let mut differs = false;
    for field in fields {
        let was = line.fields.get(*field);
        let is = item.fields.get(*field);
        match (was, is) {
            (Some(was), Some(is)) if unlike(*field, was, is) => {
                before.set(*field, was.clone());
                differs = true;
            }
            (None, Some(is)) if ABSENT_IS_NONE.contains(field) && says_something(is) => {
                differs = true;
            }
            _ => {}
        }
    }
    differs.then_some(before)
}

fn says_something(value: &Value) -> bool {
    !matches!(value, Value::Flag(false)) && !value.shown().is_empty()
}

/// Endings are compared as endings, words without regard to letter case.
fn unlike(field: Field, was: &Value, is: &Value) -> bool {
    match (was, is) {
        (Value::Text(was), Value::Text(is)) if field == Field::Tail => !same_tail(was, is),
        (Value::Text(was), Value::Text(is)) if field == Field::Status => {
            !was.eq_ignore_ascii_case(is)
        }
        _ => was != is,
    }
}
