//! What follows from more than one thing: which method is in use, what is due to be
//! paid where, what lies on the account.

use sellkeep_model::{Event, EventKind, Field, Fields, Item, Object, StateGroup};

use super::baseline::unattested;
use super::lines::{Group, Line, Snapshot};
use super::write::{Deed, Writer, time_millis};
use crate::state::{Balance, Facts, PayoutDue, note};
use crate::tails::same_tail;

/// Words by which sources say that a payout is held back.
const BLOCKED: &[&str] = &["DISABLED", "AT_RISK"];

/// A balance that changes by less than this share is only noted.
const BALANCE_JUMP: f64 = 0.5;

/// Endings of known deposit methods with their names.
pub type Endings = Vec<(String, String)>;

/// The endings of all known deposit methods.
pub fn known_endings(snapshot: &Snapshot) -> Endings {
    let groups = snapshot.groups(StateGroup::DepositMethods);
    let lines = groups.flat_map(|(_, group)| &group.items);
    let endings = lines.filter_map(|(id, line)| {
        let tail = line.fields.text(Field::Tail)?;
        Some((tail.to_owned(), id.clone()))
    });
    endings.collect()
}

/// The events that a group's row does not give.
pub fn changes(writer: &Writer<'_>, group: &Group, endings: &Endings) -> Vec<Event> {
    match writer.observed.group {
        StateGroup::DepositMethods if !group.is_new() => {
            default_moved(writer, group).into_iter().collect()
        }
        StateGroup::ExpectedPayouts => {
            let items = writer.observed.items.iter();
            items
                .flat_map(|item| payout_due(writer, group, item, endings))
                .collect()
        }
        StateGroup::Balances => {
            let items = writer.observed.items.iter();
            items
                .filter_map(|item| balance_jumped(writer, group, item))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Where a state names another method in use, the one known so far no longer is.
pub fn yield_default(writer: &Writer<'_>, group: &mut Group) {
    let Some(now) = in_use(&writer.observed.items) else {
        return;
    };
    for (id, line) in &mut group.items {
        if *id != now.id && line.fields.flag(Field::Default) == Some(true) {
            line.fields.set(Field::Default, false);
            line.changed = writer.as_of();
        }
    }
}

/// What a state adds to the facts.
pub fn learn(writer: &Writer<'_>, facts: &mut Facts) {
    let observed = writer.observed;
    match observed.group {
        StateGroup::ExpectedPayouts => {
            let due = observed.items.iter().filter_map(|item| due(writer, item));
            due.for_each(|due| {
                note(&mut facts.payouts, due);
            });
        }
        StateGroup::Balances => {
            if let Some((amount, currency)) = open_balance(&observed.items) {
                let store = observed.store.clone();
                note(
                    &mut facts.balances,
                    Balance {
                        at: writer.as_of(),
                        store,
                        amount,
                        currency,
                    },
                );
            }
        }
        StateGroup::Listings => {
            let made = observed
                .items
                .iter()
                .filter_map(|item| time_millis(&item.fields, Field::Created));
            made.filter(|made| *made <= writer.as_of())
                .for_each(|made| facts.active(made));
        }
        _ => {}
    }
}

fn in_use(items: &[Item]) -> Option<&Item> {
    items
        .iter()
        .find(|item| item.fields.flag(Field::Default) == Some(true))
}

/// Another method than before is the one in use.
fn default_moved(writer: &Writer<'_>, group: &Group) -> Option<Event> {
    let now = in_use(&writer.observed.items)?;
    let before = group.default_item();
    if before.is_some_and(|(id, _)| id == now.id) {
        return None;
    }
    // A source that began to say which one is in use has told nothing new, as long as
    // there was only one that it could have been.
    let only = group.items.len() == 1 && group.items.contains_key(&now.id);
    if before.is_none() && only {
        return None;
    }
    Some(writer.event(Deed {
        kind: EventKind::PayoutDefaultChanged,
        object: Object::new("deposit-method", &now.id),
        before: before.map(|(_, line)| shown_of(line)).unwrap_or_default(),
        after: now.fields.clone(),
        occasion: before.map_or(group.first, |(_, line)| line.changed),
        happened: None,
    }))
}

fn shown_of(line: &Line) -> Fields {
    let lasting = [
        Field::Tail,
        Field::Country,
        Field::Holder,
        Field::Bank,
        Field::Default,
    ];
    let mut fields = Fields::new();
    for field in lasting {
        fields.set_if(field, line.fields.get(field).cloned());
    }
    fields
}

/// What a payout that is due says beyond its date: held back, or going elsewhere.
fn payout_due(writer: &Writer<'_>, group: &Group, item: &Item, endings: &Endings) -> Vec<Event> {
    let line = group.items.get(&item.id);
    let blocked = became_blocked(item, line).then(|| {
        let object = Object::new("payout-schedule", &item.id);
        about(
            writer,
            item,
            line,
            EventKind::PayoutBlocked,
            object,
            &[Field::Status],
        )
    });
    let elsewhere = goes_elsewhere(writer, item, line).then(|| {
        let object = method_of(item, endings);
        about(
            writer,
            item,
            line,
            EventKind::PayoutDefaultChanged,
            object,
            &[Field::Tail],
        )
    });
    blocked.into_iter().chain(elsewhere).collect()
}

fn became_blocked(item: &Item, line: Option<&Line>) -> bool {
    let status = |fields: &Fields| {
        fields
            .text(Field::Status)
            .unwrap_or_default()
            .to_uppercase()
    };
    let is = status(&item.fields);
    let was = line.map(|line| status(&line.fields)).unwrap_or_default();
    BLOCKED.contains(&is.as_str()) && is != was
}

fn goes_elsewhere(writer: &Writer<'_>, item: &Item, line: Option<&Line>) -> bool {
    let was = line.and_then(|line| line.fields.text(Field::Tail));
    match (was, item.fields.text(Field::Tail)) {
        (Some(was), Some(is)) => !same_tail(was, is),
        (None, Some(_)) => unattested(writer, item),
        (_, None) => false,
    }
}

/// The deposit method of that ending, so that all that is known of one is one thread.
fn method_of(item: &Item, endings: &Endings) -> Object {
    let tail = item.fields.text(Field::Tail).unwrap_or_default();
    let known = endings.iter().find(|(other, _)| same_tail(tail, other));
    let id = known.map_or_else(|| format!("ending {tail}"), |(_, id)| id.clone());
    Object::new("deposit-method", id)
}

fn about(
    writer: &Writer<'_>,
    item: &Item,
    line: Option<&Line>,
    kind: EventKind,
    object: Object,
    fields: &[Field],
) -> Event {
    let mut before = Fields::new();
    for field in fields {
        before.set_if(
            *field,
            line.and_then(|line| line.fields.get(*field).cloned()),
        );
    }
    let occasion = line.map_or(0, |line| line.changed);
    let after = item.fields.clone();
    writer.event(Deed {
        kind,
        object,
        before,
        after,
        occasion,
        happened: None,
    })
}

fn due(writer: &Writer<'_>, item: &Item) -> Option<PayoutDue> {
    Some(PayoutDue {
        known: writer.as_of(),
        what: item.id.clone(),
        due: time_millis(&item.fields, Field::Scheduled)?,
        amount: item.fields.number(Field::Amount),
        currency: item.fields.text(Field::Currency).map(str::to_owned),
    })
}

/// What lies on the account: the total where the source gives one, else the sum of what
/// is in the first item's currency.
fn open_balance(items: &[Item]) -> Option<(f64, Option<String>)> {
    let total = items
        .iter()
        .find(|item| item.id.to_uppercase().contains("TOTAL"));
    let amount = |item: &Item| item.fields.number(Field::Amount);
    let currency = total.or(items.first())?.fields.text(Field::Currency);
    let sum = match total {
        Some(total) => amount(total),
        None => items
            .iter()
            .filter(|item| item.fields.text(Field::Currency) == currency)
            .filter_map(amount)
            .reduce(|sum, amount| sum + amount),
    };
    Some((sum?, currency.map(str::to_owned)))
}

fn balance_jumped(writer: &Writer<'_>, group: &Group, item: &Item) -> Option<Event> {
    let line = group.items.get(&item.id)?;
    let was = line.fields.number(Field::Amount)?;
    let is = item.fields.number(Field::Amount)?;
    if (is - was).abs() <= BALANCE_JUMP * was.abs().max(1.0) {
        return None;
    }
    let object = Object::new("balance", &item.id);
    Some(about(
        writer,
        item,
        Some(line),
        EventKind::BalanceSeen,
        object,
        &[Field::Amount],
    ))
}
