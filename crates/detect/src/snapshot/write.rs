//! Writes the events that a comparison gives.
//!
//! An event's id is made of what it says and of the state that it changes, so that
//! one change read twice is one event, and the way there and back again are two.

use jiff::Timestamp;
use sellkeep_model::{Account, Event, EventKind, Field, Fields, Object, State, TimeQuality, id_of};

use crate::moment::{Millis, millis};
use crate::origin::Origin;
use crate::state::REPEAT_MAX;

/// Everything that the events of one comparison have in common.
#[derive(Debug, Clone, Copy)]
pub struct Writer<'a> {
    /// The account.
    pub account: &'a Account,
    /// What was read.
    pub observed: &'a State,
    /// Where it was read.
    pub from: &'a Origin,
    /// Since when we have watched the account.
    pub since: Option<Millis>,
}

/// What happened to a thing.
#[derive(Debug, Clone)]
pub struct Deed {
    /// The word.
    pub kind: EventKind,
    /// The thing.
    pub object: Object,
    /// What was so before: the changed details only.
    pub before: Fields,
    /// What is so now.
    pub after: Fields,
    /// Since when it had been as it was before: tells repeated changes apart.
    pub occasion: Millis,
    /// When the source says that it happened, if it says so.
    pub happened: Option<Timestamp>,
}

impl Writer<'_> {
    /// When the state was so.
    pub fn as_of(&self) -> Millis {
        millis(self.observed.as_of)
    }

    /// The event of a deed.
    pub fn event(&self, deed: Deed) -> Event {
        let happened = deed.happened.filter(|at| self.believable(*at));
        Event {
            id: self.id(&deed),
            kind: deed.kind,
            account: self.account.id.clone(),
            marketplace: self.account.marketplace.clone(),
            store: self.observed.store.clone(),
            happened: happened.unwrap_or(self.observed.as_of),
            learned: self.from.learned,
            time_quality: happened.map_or(TimeQuality::Learned, |_| TimeQuality::Source),
            source: self.from.source.clone(),
            operation: self.from.operation.clone(),
            proof: self.observed.proof,
            object: Some(deed.object),
            before: deed.before,
            after: deed.after,
            record: self.from.record.clone(),
        }
    }

    /// A time that the source names is believed if it is not long past: a thing that we
    /// had not seen for weeks did not come then, whatever its papers say.
    fn believable(&self, at: Timestamp) -> bool {
        let age = self.as_of() - millis(at);
        (0..REPEAT_MAX).contains(&age)
    }

    fn id(&self, deed: &Deed) -> String {
        id_of(&[
            &self.account.id,
            deed.kind.as_str(),
            &deed.object.kind,
            &deed.object.id,
            self.observed.store.as_deref().unwrap_or_default(),
            &told(&deed.before),
            &told(&changed_now(deed)),
            &deed.occasion.to_string(),
        ])
    }
}

/// Of a changed thing only what changed; of a new one everything that stays.
fn changed_now(deed: &Deed) -> Fields {
    let lasting = |field: Field| !matches!(field, Field::Updated | Field::Amount);
    let pairs = deed.after.iter();
    if deed.before.is_empty() {
        let pairs = pairs.filter(|(field, _)| lasting(*field));
        return pairs.map(|(field, value)| (field, value.clone())).collect();
    }
    let pairs = pairs.filter(|(field, _)| deed.before.get(*field).is_some());
    pairs.map(|(field, value)| (field, value.clone())).collect()
}

fn told(fields: &Fields) -> String {
    let pairs = fields
        .iter()
        .map(|(field, value)| format!("{}={}", field.as_str(), value.shown()));
    pairs.collect::<Vec<_>>().join("\n")
}

/// The time in a detail, as far as it is one.
pub fn time(fields: &Fields, field: Field) -> Option<Timestamp> {
    fields.text(field)?.parse().ok()
}

/// A time in milliseconds in a detail.
pub fn time_millis(fields: &Fields, field: Field) -> Option<Millis> {
    time(fields, field).map(millis)
}
