//! What was last known of every thing, by group and store.
//!
//! A thing keeps a detail that a later state does not mention: states of one group
//! come from operations that tell more or less. Claimed states never get here.

use std::collections::BTreeMap;

use sellkeep_model::{Field, Fields, Item, StateGroup};
use serde::{Deserialize, Serialize};

use crate::moment::Millis;

/// Things of one group and store that are followed; large catalogues have fewer. What
/// comes beyond is not followed at all, so that it is never called new.
pub const ITEMS_MAX: usize = 100_000;

/// Things of a passing list that are remembered: years of payouts.
const PASSING_MAX: usize = 512;

/// Things that are gone and remembered as such, so that their return is another event.
const GONE_MAX: usize = 256;

/// What was last known of every thing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Snapshot(BTreeMap<(StateGroup, Option<String>), Group>);

/// What was last known of the things of one group and store.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Group {
    /// When it was first told.
    pub first: Millis,
    /// When everything was first listed.
    pub complete: Option<Millis>,
    /// The newest state.
    pub newest: Millis,
    /// The things.
    pub items: BTreeMap<String, Line>,
    /// Things that are gone, with the time since when.
    pub gone: BTreeMap<String, Millis>,
}

/// What was last known of one thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Its details.
    pub fields: Fields,
    /// When it was first told.
    pub first: Millis,
    /// When it was last told.
    pub seen: Millis,
    /// Since when its details are as they are.
    pub changed: Millis,
}

impl Snapshot {
    /// One group of one store, for changing it.
    pub fn group_mut(&mut self, group: StateGroup, store: Option<&str>) -> &mut Group {
        self.0.entry((group, store.map(str::to_owned))).or_default()
    }

    /// One group of all stores.
    pub fn groups(&self, group: StateGroup) -> impl Iterator<Item = (Option<&str>, &Group)> {
        let own = self.0.iter().filter(move |((other, _), _)| *other == group);
        own.map(|((_, store), lines)| (store.as_deref(), lines))
    }

    /// How many things of a group were known at a time.
    pub fn known(&self, group: StateGroup, at: Millis) -> usize {
        let groups = self.groups(group);
        groups
            .map(|(_, lines)| lines.items.values().filter(|line| line.first <= at).count())
            .sum()
    }
}

impl Group {
    /// Whether nothing was told yet.
    pub fn is_new(&self) -> bool {
        self.newest == 0 && self.items.is_empty()
    }

    /// A state was read.
    pub fn read(&mut self, as_of: Millis, complete: bool) {
        if self.is_new() {
            self.first = as_of;
        }
        self.newest = self.newest.max(as_of);
        if complete {
            self.complete.get_or_insert(as_of);
        }
    }

    /// Notes what is told of a thing.
    pub fn put(&mut self, item: &Item, as_of: Millis, passing: bool) {
        let full = self.items.len() >= ITEMS_MAX;
        match self.items.get_mut(&item.id) {
            Some(line) => line.update(&item.fields, as_of),
            None if full => {}
            None => {
                let fields = item.fields.clone();
                let line = Line {
                    fields,
                    first: as_of,
                    seen: as_of,
                    changed: as_of,
                };
                self.items.insert(item.id.clone(), line);
                self.gone.remove(&item.id);
            }
        }
        if passing && self.items.len() > 2 * PASSING_MAX {
            self.forget_oldest();
        }
    }

    /// A thing is gone.
    pub fn take(&mut self, id: &str, as_of: Millis) -> Option<Line> {
        let line = self.items.remove(id)?;
        self.gone.insert(id.to_owned(), as_of);
        if self.gone.len() > GONE_MAX {
            let oldest = self.gone.iter().min_by_key(|(_, at)| **at);
            if let Some(oldest) = oldest.map(|(id, _)| id.clone()) {
                self.gone.remove(&oldest);
            }
        }
        Some(line)
    }

    /// The thing that is in use, and its details.
    pub fn default_item(&self) -> Option<(&str, &Line)> {
        let mut items = self.items.iter();
        let found = items.find(|(_, line)| line.fields.flag(Field::Default) == Some(true));
        found.map(|(id, line)| (id.as_str(), line))
    }

    fn forget_oldest(&mut self) {
        let mut times: Vec<Millis> = self.items.values().map(|line| line.seen).collect();
        let cut = times.len() - PASSING_MAX;
        let (_, oldest, _) = times.select_nth_unstable(cut);
        let oldest = *oldest;
        self.items.retain(|_, line| line.seen >= oldest);
    }
}

impl Line {
    fn update(&mut self, told: &Fields, as_of: Millis) {
        self.seen = self.seen.max(as_of);
        for (field, value) in told.iter() {
            if self.fields.get(field) != Some(value) {
                self.fields.set(field, value.clone());
                self.changed = as_of;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, fields: Fields) -> Item {
        Item {
            id: id.to_owned(),
            fields,
        }
    }

    #[test]
    fn what_is_not_mentioned_stays() {
        let mut group = Group::default();
        group.put(&item("a", Fields::new().with(Field::Tail, "677")), 1, false);
        group.put(
            &item("a", Fields::new().with(Field::Country, "DE")),
            2,
            false,
        );
        let line = &group.items["a"];
        assert_eq!(line.fields.text(Field::Tail), Some("677"));
        assert_eq!((line.first, line.seen, line.changed), (1, 2, 2));
    }

    #[test]
    fn passing_lists_and_graves_have_an_end() {
        let mut group = Group::default();
        for at in 0..5_000 {
            let id = at.to_string();
            group.put(&item(&id, Fields::new()), at, true);
        }
        assert!(group.items.len() <= 2 * PASSING_MAX);
        assert!(group.items.contains_key("4999"));
        for at in 4_990..5_000 {
            assert!(group.take(&at.to_string(), 9).is_some());
        }
        assert_eq!(group.gone.len(), 10);
        assert!(group.take("nothing", 9).is_none());
    }

    #[test]
    fn a_catalogue_beyond_the_limit_is_not_followed() {
        let mut group = Group::default();
        for at in 0..=ITEMS_MAX {
            group.put(&item(&at.to_string(), Fields::new()), 1, false);
        }
        assert_eq!(group.items.len(), ITEMS_MAX);
    }
}
