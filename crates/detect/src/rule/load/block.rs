//! A mapping of a rule, read strictly: what is missing, wrong or unknown is said.

use jiff::SignedDuration;
use serde_json::{Map, Value as Json};

use crate::flat::Name;
use crate::sigma::length;

/// A mapping with a name for messages.
pub(super) struct Block<'a> {
    name: &'a str,
    fields: &'a Map<String, Json>,
}

impl<'a> Block<'a> {
    /// A mapping that holds nothing but the known fields.
    pub(super) fn new(name: &'a str, json: &'a Json, known: &[&str]) -> Result<Block<'a>, String> {
        let fields = json
            .as_object()
            .ok_or_else(|| format!("`{name}` is no mapping"))?;
        match fields.keys().find(|field| !known.contains(&field.as_str())) {
            Some(field) => Err(format!(
                "`{name}`: `{field}` has no meaning here; known are {}",
                known.join(", ")
            )),
            None => Ok(Block { name, fields }),
        }
    }

    /// Whether a field is there.
    pub(super) fn has(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    /// A field that must be there.
    pub(super) fn value(&self, field: &str) -> Result<&'a Json, String> {
        self.fields
            .get(field)
            .ok_or_else(|| self.wrong(field, "is missing"))
    }

    /// Words that must be there.
    pub(super) fn text(&self, field: &str) -> Result<&'a str, String> {
        let text = self.value(field)?.as_str().map(str::trim);
        text.filter(|text| !text.is_empty())
            .ok_or_else(|| self.wrong(field, "is no text"))
    }

    /// A list of words that must be there and hold something.
    pub(super) fn texts(&self, field: &str) -> Result<Vec<&'a str>, String> {
        let wrong = || self.wrong(field, "is no list of words");
        let list = self.value(field)?.as_array().ok_or_else(wrong)?;
        let texts: Option<Vec<&str>> = list.iter().map(Json::as_str).collect();
        texts.filter(|texts| !texts.is_empty()).ok_or_else(wrong)
    }

    /// A number within bounds.
    pub(super) fn number(&self, field: &str, least: f64, most: f64) -> Result<f64, String> {
        let number = self.value(field)?.as_f64();
        number
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| self.wrong(field, &format!("is no number between {least} and {most}")))
    }

    /// A whole number from 1.
    pub(super) fn count(&self, field: &str) -> Result<u64, String> {
        let number = self.value(field)?.as_u64();
        number
            .filter(|number| *number > 0)
            .ok_or_else(|| self.wrong(field, "is no whole number above 0"))
    }

    /// A length of time.
    pub(super) fn length(&self, field: &str) -> Result<SignedDuration, String> {
        let words = match self.value(field)? {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        length(words.trim()).map_err(|reason| self.wrong(field, &reason))
    }

    /// A field of events.
    pub(super) fn name(&self, field: &str) -> Result<Name, String> {
        self.named(field, self.text(field)?)
    }

    /// Fields of events.
    pub(super) fn names(&self, field: &str) -> Result<Vec<Name>, String> {
        let words = self.texts(field)?;
        words
            .into_iter()
            .map(|word| self.named(field, word))
            .collect()
    }

    fn named(&self, field: &str, word: &str) -> Result<Name, String> {
        Name::of(word).ok_or_else(|| self.wrong(field, &format!("there is no field {word:?}")))
    }

    /// One word of a closed list.
    pub(super) fn word<T: Copy>(
        &self,
        field: &str,
        all: &[T],
        as_str: fn(T) -> &'static str,
    ) -> Result<T, String> {
        let word = self.text(field)?;
        let found = all.iter().find(|known| as_str(**known) == word);
        found.copied().ok_or_else(|| {
            let words: Vec<&str> = all.iter().map(|known| as_str(*known)).collect();
            self.wrong(field, &format!("{word:?} is none of {}", words.join(", ")))
        })
    }

    /// A message about a field.
    pub(super) fn wrong(&self, field: &str, what: &str) -> String {
        format!("`{}`: `{field}`: {what}", self.name)
    }
}
