//! Plain JSON as an event: what Sigma rules for other log sources are matched on.

use serde_json::Value as Json;

use super::{Datum, Lookup};

/// A JSON object as an event.
#[derive(Debug, Clone, Copy)]
pub struct JsonEvent<'a>(pub &'a Json);

/// A field's name: a key, or keys of objects within objects, joined by dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonName {
    whole: String,
    path: Vec<String>,
}

impl Lookup for JsonEvent<'_> {
    type Name = JsonName;

    fn name(word: &str) -> Result<JsonName, String> {
        // The parser writes a backslash before brackets, which are no selectors in Sigma 2.
        let whole = word.replace("\\[", "[").replace("\\]", "]");
        let path = whole.split('.').map(str::to_owned).collect();
        Ok(JsonName { whole, path })
    }

    fn get(&self, name: &JsonName) -> Option<Datum<'_>> {
        if let Some(json) = self.0.get(&name.whole) {
            return Some(Datum::of(json));
        }
        if name.path.len() == 1 {
            return None;
        }
        let mut keys = name.path.iter();
        let found = keys.try_fold(self.0, |json, key| json.get(key))?;
        Some(Datum::of(found))
    }

    fn any_text(&self, test: &dyn Fn(&str) -> bool) -> bool {
        any_text(self.0, test)
    }
}

fn any_text(json: &Json, test: &dyn Fn(&str) -> bool) -> bool {
    match json {
        Json::String(words) => test(words),
        Json::Number(number) => test(&number.to_string()),
        Json::Array(list) => list.iter().any(|json| any_text(json, test)),
        Json::Object(fields) => fields.values().any(|json| any_text(json, test)),
        Json::Null | Json::Bool(_) => false,
    }
}
