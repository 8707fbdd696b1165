//! The form of each field: what may stand in it, and what to say when something else does.
//!
//! Invariant: a table without a mistake can be read into its record. Every
//! mistake of a table is found, not only the first. Not here: which fields a
//! record has (`fields`), what records say of each other (`sound`).

use sellkeep_model::{Domain, EventKind};
use toml::{Table, Value};

/// What may stand in a field.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// Words, at least one.
    Text,
    /// `true` or `false`.
    Flag,
    /// A list of words.
    Texts,
    /// A host name.
    Domain,
    /// `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `unknown`.
    Date,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A word of the vocabulary of events.
    EventKind,
    /// The name of an event's detail.
    EventField,
    /// Tables of their own with these fields.
    Tables(&'static [Field]),
    /// Records of their own, checked where they are read.
    Records,
}

/// One field of a record.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name in the file.
    pub name: &'static str,
    form: Form,
    required: bool,
}

/// A field that must be there.
pub const fn must(name: &'static str, form: Form) -> Field {
    Field {
        name,
        form,
        required: true,
    }
}

/// A field that may be there.
pub const fn may(name: &'static str, form: Form) -> Field {
    Field {
        name,
        form,
        required: false,
    }
}

/// The proof of a fact, in every record.
pub const SOURCE: &[Field] = &[
    must("source", Form::Text),
    must("seen", Form::Date),
    must("confidence", Form::OneOf(&["low", "medium", "high"])),
];

/// Every mistake of a table, in words.
pub fn mistakes(table: &Table, fields: &[&[Field]]) -> Vec<String> {
    let known = || fields.iter().copied().flatten();
    let strangers = table
        .keys()
        .filter(|key| known().all(|field| field.name != *key))
        .map(|key| format!("`{key}` is no field of it"));
    let wrong = known().flat_map(|field| field.mistakes(table.get(field.name)));
    strangers.chain(wrong).collect()
}

impl Field {
    fn mistakes(&self, value: Option<&Value>) -> Vec<String> {
        let name = self.name;
        let Some(value) = value else {
            return self.missing().into_iter().collect();
        };
        if let (Form::Tables(fields), Value::Array(tables)) = (self.form, value) {
            return inner_mistakes(name, fields, tables);
        }
        self.form
            .mistake(value)
            .map(|what| format!("`{name}` {what}"))
            .into_iter()
            .collect()
    }

    fn missing(&self) -> Option<String> {
        let proof = SOURCE.iter().any(|field| field.name == self.name);
        let why = if proof {
            ": no fact without a source and a date"
        } else {
            ""
        };
        self.required
            .then(|| format!("`{}` is missing{why}", self.name))
    }
}

fn inner_mistakes(name: &str, fields: &'static [Field], tables: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, value) in tables.iter().enumerate() {
        let place = at + 1;
        match value {
            Value::Table(table) => {
                let inner = mistakes(table, &[fields]);
                found.extend(
                    inner
                        .into_iter()
                        .map(|what| format!("`{name}` {place}: {what}")),
                );
            }
            _ => found.push(format!("`{name}` {place} must be written as [[{name}]]")),
        }
    }
    found
}

impl Form {
    /// What is wrong with a value, to be read after the field's name.
    fn mistake(self, value: &Value) -> Option<String> {
        match self {
            Form::Flag => (!value.is_bool()).then(|| "must be true or false".to_owned()),
            Form::Texts => (!is_texts(value)).then(|| "must be a list of texts".to_owned()),
            Form::Records | Form::Tables(_) => {
                (!is_tables(value)).then(|| "must be written as [[…]]".to_owned())
            }
            Form::Text => text_mistake(value, empty),
            Form::Domain => text_mistake(value, |text| empty(text).or_else(|| no_domain(text))),
            Form::Date => text_mistake(value, |text| empty(text).or_else(|| no_date(text))),
            Form::OneOf(words) => {
                text_mistake(value, |text| empty(text).or_else(|| none_of(words, text)))
            }
            Form::EventKind => text_mistake(value, no_event),
            Form::EventField => text_mistake(value, no_event_field),
        }
    }
}

fn text_mistake(value: &Value, wrong: impl Fn(&str) -> Option<String>) -> Option<String> {
    match value.as_str() {
        Some(text) => wrong(text),
        None => Some("must be a text".to_owned()),
    }
}

fn is_texts(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|values| values.iter().all(Value::is_str))
}

fn is_tables(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|values| values.iter().all(Value::is_table))
}

fn empty(text: &str) -> Option<String> {
    text.trim().is_empty().then(|| "is empty".to_owned())
}

/// Must be written as it is compared, so that a search of the files finds it.
fn no_domain(text: &str) -> Option<String> {
    match Domain::parse(text) {
        Err(error) => Some(format!("is no domain name ({error}): {text:?}")),
        Ok(domain) if domain.as_str() != text => {
            Some(format!("must be written {domain}: {text:?}"))
        }
        Ok(_) => None,
    }
}

fn none_of(words: &[&str], text: &str) -> Option<String> {
    (!words.contains(&text)).then(|| format!("must be one of {}: {text:?}", words.join(", ")))
}

fn no_event(text: &str) -> Option<String> {
    let known = EventKind::of(text).is_some();
    (!known).then(|| format!("names no event of the vocabulary: {text:?}"))
}

fn no_event_field(text: &str) -> Option<String> {
    let known = sellkeep_model::Field::of(text).is_some();
    (!known).then(|| format!("names no detail of an event: {text:?}"))
}

fn no_date(text: &str) -> Option<String> {
    (!is_date(text)).then(|| format!("is no date (YYYY, YYYY-MM, YYYY-MM-DD or unknown): {text:?}"))
}

fn is_date(text: &str) -> bool {
    if text == "unknown" {
        return true;
    }
    let parts: Vec<Option<u16>> = text.split('-').map(digits).collect();
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    let month_and_day = parts.iter().skip(1).zip([12, 31]);
    lengths.len() <= 3
        && parts.first().is_some_and(Option::is_some)
        && lengths
            .iter()
            .zip([4, 2, 2])
            .all(|(len, want)| *len == want)
        && month_and_day
            .into_iter()
            .all(|(part, max)| part.is_some_and(|part| (1..=max).contains(&part)))
}

fn digits(part: &str) -> Option<u16> {
    let all_digits = part.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| part.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for text in ["2026", "2026-01", "2026-12-31", "unknown"] {
            assert_eq!(no_date(text), None, "{text}");
        }
        for text in [
            "",
            "26",
            "2026-1",
            "2026-13",
            "2026-00-01",
            "2026-01-32",
            "2026-01-01-01",
            "+026",
            "soon",
            "2026/01",
        ] {
            assert!(no_date(text).is_some(), "{text}");
        }
    }
}
