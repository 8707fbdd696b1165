//! States → events: what changed since the last one.
//!
//! The first state of a group is a baseline that the owner confirms, not news; what
//! contradicts the owner's own word is news even then. A state older than the newest
//! never turns anything back. A claimed state is compared and not remembered.

mod baseline;
mod compare;
mod late;
mod lines;
mod special;
mod table;
mod write;

use sellkeep_model::{Account, Event, ProofLevel, State};

pub use lines::Snapshot;
pub(crate) use table::row;

use lines::Group;

use write::Writer;

use crate::moment::millis;
use crate::origin::Origin;
use crate::state::AccountState;

/// Compares a state with the snapshot, notes it there, and gives the events.
pub fn observe(
    account: &Account,
    state: &mut AccountState,
    observed: &State,
    from: &Origin,
) -> Vec<Event> {
    let writer = Writer {
        account,
        observed,
        from,
        since: state.cold.facts.since,
    };
    if observed.proof == ProofLevel::Claimed {
        let mut aside = state.cold.snapshot.clone();
        return read(&writer, &mut aside);
    }
    state.cold_changed = true;
    state.cold.facts.watched_since(millis(observed.as_of));
    if let Some(operation) = &from.operation {
        let facts = &mut state.cold.facts;
        facts.answered(operation, millis(from.learned));
    }
    special::learn(&writer, &mut state.cold.facts);
    read(&writer, &mut state.cold.snapshot)
}

fn read(writer: &Writer<'_>, snapshot: &mut Snapshot) -> Vec<Event> {
    let observed = writer.observed;
    let ending = special::known_endings(snapshot);
    let group = snapshot.group_mut(observed.group, observed.store.as_deref());
    let as_of = writer.as_of();
    if !group.is_new() && as_of < group.newest {
        return late::fill(writer, group);
    }
    let mut events = if group.is_new() {
        let mut events = baseline::propose(writer);
        events.extend(compare::made_while_watched(writer, group));
        events
    } else {
        compare::changes(writer, group)
    };
    events.extend(special::changes(writer, group, &ending));
    note(writer, group);
    events
}

/// Notes a state that is not older than the newest.
fn note(writer: &Writer<'_>, group: &mut Group) {
    let observed = writer.observed;
    let as_of = writer.as_of();
    let row = row(observed.group);
    group.read(as_of, observed.complete);
    special::yield_default(writer, group);
    for item in &observed.items {
        group.put(item, as_of, row.passing);
    }
    if observed.complete && !row.passing {
        for id in compare::missing(writer, group) {
            group.take(&id, as_of);
        }
    }
}
