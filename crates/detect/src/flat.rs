//! An event as rules see it: flat names, each with one value.
//!
//! A name becomes a [`Name`] once, when a rule is loaded; a rule that asks for a name
//! that does not exist is refused. Not here: what fills the [`Context`] (the account's
//! state does) and how values are compared (`sigma`).

mod context;
mod name;

use sellkeep_model::{Event, Fields, Value};

pub use context::{Context, ContextName};
pub use name::Name;

use crate::sigma::{Datum, Lookup};

/// An event together with what is known around it.
#[derive(Debug, Clone, Copy)]
pub struct FlatEvent<'a> {
    /// What happened.
    pub event: &'a Event,
    /// What is known of the account at that moment.
    pub context: &'a Context,
}

impl<'a> FlatEvent<'a> {
    /// The value of a name; `None` where the event has none.
    pub fn get(&self, name: Name) -> Option<Datum<'a>> {
        let event = self.event;
        match name {
            Name::Kind => Some(Datum::Text(event.kind.as_str())),
            Name::Proof => Some(Datum::Text(event.proof.as_str())),
            Name::Source => Some(Datum::Text(&event.source)),
            Name::Operation => event.operation.as_deref().map(Datum::Text),
            Name::Marketplace => Some(Datum::Text(&event.marketplace)),
            Name::Store => event.store.as_deref().map(Datum::Text),
            Name::Account => Some(Datum::Text(&event.account)),
            Name::Happened => Some(Datum::Time(event.happened)),
            Name::Learned => Some(Datum::Time(event.learned)),
            Name::ObjectType => event
                .object
                .as_ref()
                .map(|object| Datum::Text(&object.kind)),
            Name::ObjectId => event.object.as_ref().map(|object| Datum::Text(&object.id)),
            Name::After(field) => event.after.get(field).map(datum),
            Name::Before(field) => event.before.get(field).map(datum),
            Name::Context(name) => self.context.get(name),
        }
    }
}

impl Lookup for FlatEvent<'_> {
    type Name = Name;

    fn name(word: &str) -> Result<Name, String> {
        Name::of(word).ok_or_else(|| format!("there is no field {word:?}"))
    }

    fn get(&self, name: &Name) -> Option<Datum<'_>> {
        FlatEvent::get(self, *name)
    }

    fn any_text(&self, test: &dyn Fn(&str) -> bool) -> bool {
        let event = self.event;
        let words = [Some(event.source.as_str()), event.operation.as_deref()];
        words.into_iter().flatten().any(test)
            || event.object.as_ref().is_some_and(|object| test(&object.id))
            || texts(&event.after).any(test)
            || texts(&event.before).any(test)
    }
}

fn texts(fields: &Fields) -> impl Iterator<Item = &str> {
    fields.iter().filter_map(|(_, value)| value.as_text())
}

fn datum(value: &Value) -> Datum<'_> {
    match value {
        Value::Flag(flag) => Datum::Flag(*flag),
        Value::Number(number) => Datum::Number(*number),
        Value::Text(text) => Datum::Text(text),
    }
}
