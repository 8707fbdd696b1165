//! The names that rules may use, read once.
//!
//! `tail` means `after.tail`; the event's own words (`source`, `operation`) win over a
//! detail of the same name, which is then reached as `after.operation`.

use std::fmt;

use sellkeep_model::Field;

use super::ContextName;

/// The name of a value of a flat event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// The event's word.
    Kind,
    /// How it is known.
    Proof,
    /// The source's name.
    Source,
    /// The operation, notification type or notice it was read from.
    Operation,
    /// The marketplace.
    Marketplace,
    /// The store below the account.
    Store,
    /// The account.
    Account,
    /// When it happened.
    Happened,
    /// When we learned of it.
    Learned,
    /// What kind of thing it was done to.
    ObjectType,
    /// Which thing it was done to.
    ObjectId,
    /// A detail now.
    After(Field),
    /// A detail before.
    Before(Field),
    /// Something known around the event.
    Context(ContextName),
}

/// The names that stand for themselves.
const OWN: &[(&str, Name)] = &[
    ("kind", Name::Kind),
    ("proof", Name::Proof),
    ("source", Name::Source),
    ("operation", Name::Operation),
    ("marketplace", Name::Marketplace),
    ("store", Name::Store),
    ("account", Name::Account),
    ("happened", Name::Happened),
    ("learned", Name::Learned),
    ("object.type", Name::ObjectType),
    ("object.id", Name::ObjectId),
];

impl Name {
    /// The name that a word in a rule stands for.
    pub fn of(word: &str) -> Option<Name> {
        let own = OWN.iter().find(|(own, _)| *own == word);
        if let Some((_, name)) = own {
            return Some(*name);
        }
        match word.split_once('.') {
            Some(("after", field)) => Field::of(field).map(Name::After),
            Some(("before", field)) => Field::of(field).map(Name::Before),
            Some(("context", word)) => ContextName::of(word).map(Name::Context),
            Some(_) => None,
            None => Field::of(word).map(Name::After),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Name::After(field) => write!(f, "after.{}", field.as_str()),
            Name::Before(field) => write!(f, "before.{}", field.as_str()),
            Name::Context(name) => write!(f, "context.{}", name.as_str()),
            own => {
                let word = OWN.iter().find(|(_, name)| name == own);
                f.write_str(word.map_or("", |(word, _)| word))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_itself() {
        let fields = Field::ALL.iter();
        let details = fields.flat_map(|field| [Name::After(*field), Name::Before(*field)]);
        let around = ContextName::ALL.iter().map(|name| Name::Context(*name));
        let own = OWN.iter().map(|(_, name)| *name);
        for name in own.chain(details).chain(around) {
            assert_eq!(Name::of(&name.to_string()), Some(name), "{name}");
        }
    }

    #[test]
    fn a_bare_word_is_a_detail_now_unless_the_event_has_the_word_itself() {
        assert_eq!(Name::of("tail"), Some(Name::After(Field::Tail)));
        assert_eq!(Name::of("operation"), Some(Name::Operation));
        assert_eq!(Name::of("tails"), None);
        assert_eq!(Name::of("later.tail"), None);
    }
}
