//! A place in a body: the JSON there and the path to it, read forgivingly.
//!
//! What is not there gives nothing; what is of the wrong type gives nothing and a problem
//! with the path, never with the value. A path is written with full stops: `amount.value`.

use std::cell::RefCell;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use sellkeep_model::{Field, Fields, Reading};
use serde_json::Value as Json;

/// Longer than any id, title or status; what is longer is cut.
const TEXT_MAX: usize = 500;

/// More things than any of these sources puts into one hook or on one page.
const ITEMS_MAX: usize = 2_000;

/// More problems than a person reads.
const PROBLEMS_MAX: usize = 20;

/// Problems noted so far.
#[derive(Default)]
pub(crate) struct Notes(RefCell<Reading>);

impl Notes {
    /// Notes a problem, up to a limit.
    pub fn problem(&self, place: impl Into<String>, says: &str) {
        let mut noted = self.0.borrow_mut();
        let place = place.into();
        let known = noted
            .problems
            .iter()
            .any(|known| known.place == place && known.says == says);
        if !known && noted.problems.len() < PROBLEMS_MAX {
            noted.problem(place, says);
        }
    }

    /// Notes something that was left out knowingly.
    pub fn remark(&self, place: &str, says: &str) {
        self.0.borrow_mut().remark(place, says);
    }

    /// Moves everything noted into a reading.
    pub fn move_into(self, reading: &mut Reading) {
        reading.problems.extend(self.0.into_inner().problems);
    }
}

/// A place in a body.
#[derive(Clone)]
pub(crate) struct Place<'a> {
    value: &'a Json,
    path: String,
    notes: &'a Notes,
}

impl<'a> Place<'a> {
    /// The whole body.
    pub fn root(value: &'a Json, notes: &'a Notes) -> Place<'a> {
        Place {
            value,
            path: String::new(),
            notes,
        }
    }

    /// What stands at a path; JSON's null is nothing.
    pub fn get(&self, path: &str) -> Option<Place<'a>> {
        let mut place = self.clone();
        for name in path.split('.') {
            place.value = place.value.get(name).filter(|value| !value.is_null())?;
            place.path = if place.path.is_empty() {
                name.to_owned()
            } else {
                format!("{}.{name}", place.path)
            };
        }
        Some(place)
    }

    /// Whether something stands at a path.
    pub fn has(&self, path: &str) -> bool {
        self.get(path).is_some()
    }

    /// The names of the things that stand here.
    pub fn names(&self) -> Vec<&'a str> {
        let names = self.value.as_object().into_iter().flatten();
        names
            .take(ITEMS_MAX)
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// Words, or a number as it is written (ids and endings).
    pub fn text(&self, path: &str) -> Option<String> {
        let place = self.get(path)?;
        match place.value {
            Json::String(text) if text.trim().is_empty() => None,
            Json::String(text) => Some(text.chars().take(TEXT_MAX).collect()),
            Json::Number(number) => Some(number.to_string()),
            _ => place.wrong("is not text; left out"),
        }
    }

    /// The words of the first path where some stand.
    pub fn text_of(&self, paths: &[&str]) -> Option<String> {
        paths.iter().find_map(|path| self.text(path))
    }

    /// A number, or one that is written as text.
    pub fn number(&self, path: &str) -> Option<f64> {
        let place = self.get(path)?;
        let number = match place.value {
            Json::Number(number) => number.as_f64(),
            Json::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number: &f64| number.is_finite());
        number.or_else(|| place.wrong("is not a number; left out"))
    }

    /// Yes or no.
    pub fn flag(&self, path: &str) -> Option<bool> {
        let place = self.get(path)?;
        place
            .value
            .as_bool()
            .or_else(|| place.wrong("is neither yes nor no; left out"))
    }

    /// A time: RFC 3339, a day, or seconds or milliseconds since 1970.
    pub fn time(&self, path: &str) -> Option<Timestamp> {
        let place = self.get(path)?;
        let at = match place.value {
            Json::String(text) => stamp(text),
            Json::Number(number) => number.as_i64().and_then(since_1970),
            _ => None,
        };
        at.or_else(|| place.wrong("is not a time; left out"))
    }

    /// The things of a list; also those of Shopify's `nodes` and `edges`.
    pub fn list(&self, path: &str) -> Vec<Place<'a>> {
        let Some(place) = self.get(path) else {
            return Vec::new();
        };
        for (inner, node) in [("nodes", None), ("edges", Some("node"))] {
            if let Some(list) = place.get(inner) {
                let things = list.things().into_iter();
                return match node {
                    None => things.collect(),
                    Some(node) => things.filter_map(|thing| thing.get(node)).collect(),
                };
            }
        }
        place.things()
    }

    /// Words of a list, sorted, each once, with a space between.
    pub fn words(&self, path: &str) -> Option<String> {
        let place = self.get(path)?;
        let Some(list) = place.value.as_array() else {
            return place.wrong("is not a list; left out");
        };
        let words = list.iter().take(ITEMS_MAX).filter_map(Json::as_str);
        let mut words: Vec<&str> = words.collect();
        words.sort_unstable();
        words.dedup();
        Some(words.join(" ").chars().take(TEXT_MAX).collect())
    }

    /// Sets a detail from words, where they stand.
    pub fn put(&self, fields: &mut Fields, field: Field, path: &str) {
        fields.set_if(field, self.text(path));
    }

    /// Sets a detail from a number, where one stands.
    pub fn put_number(&self, fields: &mut Fields, field: Field, path: &str) {
        fields.set_if(field, self.number(path));
    }

    /// Sets a detail from a time, where one stands.
    pub fn put_time(&self, fields: &mut Fields, field: Field, path: &str) {
        fields.set_if(field, self.time(path));
    }

    /// Sets a detail from several paths: the first where words stand.
    pub fn put_first(&self, fields: &mut Fields, field: Field, paths: &[&str]) {
        fields.set_if(field, self.text_of(paths));
    }

    /// The sum of a number in every thing of a list; nothing where there is none.
    pub fn sum(list: &[Place<'_>], path: &str) -> Option<f64> {
        let numbers = list.iter().filter_map(|place| place.number(path));
        numbers.reduce(|sum, number| sum + number)
    }

    /// The JSON that stands here.
    pub fn json(&self) -> &'a Json {
        self.value
    }

    /// Notes what is wrong here.
    pub fn wrong<T>(&self, says: &str) -> Option<T> {
        let place = if self.path.is_empty() {
            "body"
        } else {
            &self.path
        };
        self.notes.problem(place, says);
        None
    }

    /// Counts a topic, or a part of an answer, that no rule needs.
    pub fn passed_over(&self, why: &str) {
        self.notes.remark("topic", why);
    }

    /// The things of the list that stands here.
    pub fn things(&self) -> Vec<Place<'a>> {
        let Some(list) = self.value.as_array() else {
            self.wrong::<()>("is not a list; left out");
            return Vec::new();
        };
        if list.len() > ITEMS_MAX {
            self.wrong::<()>("has more things than are read; the rest was left out");
        }
        let thing = |(index, value)| Place {
            value,
            path: format!("{}[{index}]", self.path),
            notes: self.notes,
        };
        list.iter().take(ITEMS_MAX).enumerate().map(thing).collect()
    }
}

/// Seconds since 1970 beyond this are milliseconds (as seconds it would be the year 5138).
const SECONDS_MAX: u64 = 100_000_000_000;

fn since_1970(number: i64) -> Option<Timestamp> {
    if number.unsigned_abs() > SECONDS_MAX {
        return Timestamp::from_millisecond(number).ok();
    }
    Timestamp::from_second(number).ok()
}

/// A time as these sources write it; without a zone it is UTC.
pub(crate) fn stamp(text: &str) -> Option<Timestamp> {
    let text = text.trim().trim_end_matches(" UTC");
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let civil = text.parse::<DateTime>().ok().or_else(|| {
        let day = text.parse::<Date>().ok()?;
        Some(day.to_datetime(Time::midnight()))
    });
    Offset::UTC.to_timestamp(civil?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn problems(notes: Notes) -> Vec<String> {
        let mut reading = Reading::default();
        notes.move_into(&mut reading);
        let problems = reading.problems.into_iter();
        problems
            .map(|problem| format!("{} {}", problem.place, problem.says))
            .collect()
    }

    #[test]
    fn wrong_types_are_named_by_their_path_without_their_value() {
        let body = json!({"a": {"b": ["secret"], "n": "x", "t": true, "f": 1}, "list": {"no": 1}});
        let notes = Notes::default();
        let root = Place::root(&body, &notes);
        assert_eq!(root.text("a.b"), None);
        assert_eq!(root.number("a.n"), None);
        assert_eq!(root.time("a.t"), None);
        assert_eq!(root.flag("a.f"), None);
        assert_eq!(root.words("a.n"), None);
        assert!(root.list("list").is_empty());
        assert_eq!(root.text("a.missing.deeper"), None);
        let problems = problems(notes);
        assert_eq!(problems.len(), 6);
        assert_eq!(problems[0], "a.b is not text; left out");
        assert!(problems.iter().all(|problem| !problem.contains("secret")));
    }

    #[test]
    fn lists_come_plain_as_nodes_and_as_edges() {
        let body = json!({"plain": [{"id": 1}], "nodes": {"nodes": [{"id": 2}]},
            "edges": {"edges": [{"node": {"id": 3}}, {"cursor": "x"}]}});
        let notes = Notes::default();
        let root = Place::root(&body, &notes);
        let ids = |path| -> Vec<String> {
            root.list(path)
                .iter()
                .filter_map(|place| place.text("id"))
                .collect()
        };
        assert_eq!(
            (ids("plain"), ids("nodes"), ids("edges")),
            (
                vec!["1".to_owned()],
                vec!["2".to_owned()],
                vec!["3".to_owned()],
            )
        );
    }

    #[test]
    fn times_in_every_way_they_are_written() {
        let at = |text: &str| stamp(text).map(|at| at.to_string()).unwrap_or_default();
        assert_eq!(at("2026-11-01T10:00:00-05:00"), "2026-11-01T15:00:00Z");
        assert_eq!(at("2026-11-01"), "2026-11-01T00:00:00Z");
        assert_eq!(at("2025-09-10 12:52:36 UTC"), "2025-09-10T12:52:36Z");
        assert_eq!(at("soon"), "");
        let seconds = since_1970(1_700_000_000);
        assert_eq!(seconds, since_1970(1_700_000_000_000));
        assert_eq!(since_1970(i64::MIN), None);
    }

    #[test]
    fn lists_and_problems_end() {
        let body = json!({"list": vec![json!({"n": []}); ITEMS_MAX + 5]});
        let notes = Notes::default();
        let list = Place::root(&body, &notes).list("list");
        assert_eq!(list.len(), ITEMS_MAX);
        for place in &list {
            assert_eq!(place.text("n"), None);
        }
        assert_eq!(problems(notes).len(), PROBLEMS_MAX);
    }
}
