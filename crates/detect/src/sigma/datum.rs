//! Values of events, as patterns see them.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::Value as Json;

/// One value of an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Datum<'a> {
    /// There is a field, and it holds nothing.
    Null,
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
    /// Words.
    Text(&'a str),
    /// A point in time.
    Time(Timestamp),
    /// Several values: a pattern matches when it matches one of them.
    List(&'a [Json]),
    /// Fields within a field: only their own names have values.
    Map,
}

impl<'a> Datum<'a> {
    /// A JSON value.
    pub fn of(json: &'a Json) -> Datum<'a> {
        match json {
            Json::Null => Datum::Null,
            Json::Bool(flag) => Datum::Flag(*flag),
            Json::Number(number) => number.as_f64().map_or(Datum::Null, Datum::Number),
            Json::String(text) => Datum::Text(text),
            Json::Array(list) => Datum::List(list),
            Json::Object(_) => Datum::Map,
        }
    }

    /// The value as words.
    pub fn shown(&self) -> Cow<'a, str> {
        match self {
            Datum::Null | Datum::List(_) | Datum::Map => Cow::Borrowed(""),
            Datum::Flag(true) => Cow::Borrowed("true"),
            Datum::Flag(false) => Cow::Borrowed("false"),
            Datum::Number(number) => Cow::Owned(number.to_string()),
            Datum::Text(text) => Cow::Borrowed(text),
            Datum::Time(time) => Cow::Owned(time.to_string()),
        }
    }
}

/// Something whose values can be looked up by name.
pub trait Lookup {
    /// A name, read once when a pattern is read.
    type Name: Clone + PartialEq + std::fmt::Debug;

    /// The name that a word in a pattern stands for, or why there is none.
    fn name(word: &str) -> Result<Self::Name, String>;

    /// The value of a name; `None` where there is no such field.
    fn get(&self, name: &Self::Name) -> Option<Datum<'_>>;

    /// Whether any words in it pass a test: what a keyword searches.
    fn any_text(&self, test: &dyn Fn(&str) -> bool) -> bool;
}
