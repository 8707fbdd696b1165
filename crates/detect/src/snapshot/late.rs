//! A state older than the newest: it fills history and never turns anything back.
//!
//! A thing that it lists and that neither the baseline nor the newest state knows was
//! there in between; that is news, and late. Everything else it says is overtaken.

use sellkeep_model::{Event, StateGroup};

use super::compare::added;
use super::lines::Group;
use super::row;
use super::write::Writer;

/// The events of an old state.
pub fn fill(writer: &Writer<'_>, group: &mut Group) -> Vec<Event> {
    let as_of = writer.as_of();
    let row = row(writer.observed.group);
    for item in &writer.observed.items {
        if let Some(line) = group.items.get_mut(&item.id) {
            line.first = line.first.min(as_of);
        }
    }
    if as_of < group.first || row.passing || writer.observed.group == StateGroup::Listings {
        return Vec::new();
    }
    let unknown =
        writer.observed.items.iter().filter(|item| {
            !group.items.contains_key(&item.id) && !group.gone.contains_key(&item.id)
        });
    let unknown: Vec<_> = unknown.collect();
    let events = unknown
        .iter()
        .filter_map(|item| added(writer, group, item))
        .collect();
    for item in unknown {
        group.gone.insert(item.id.clone(), as_of);
    }
    events
}
