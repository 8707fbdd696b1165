//! A place in an answer: the JSON there and the path to it.
//!
//! Asking for something that is not there gives nothing; finding something of the wrong
//! type gives nothing and a problem with the path, never with the value. Names are
//! found whatever their letter case, because Amazon writes them both ways.

use jiff::Timestamp;
use sellkeep_model::{Field, Fields};
use serde_json::Value as Json;

use super::frame::Frame;
use super::number::decimal;
use super::stamp::stamp;

/// Longer than any id, title or status; a longer text is not one of those.
pub(super) const TEXT_MAX: usize = 500;

/// Far more things than Amazon puts on one page (at most some hundreds).
pub(super) const ITEMS_MAX: usize = 5_000;

/// Far more words than any list of statuses, actions or attributes has.
const WORDS_MAX: usize = 200;

/// A place in an answer.
#[derive(Clone)]
pub(super) struct Node<'a> {
    pub frame: &'a Frame<'a>,
    value: &'a Json,
    path: String,
}

/// Things of a list.
pub(super) struct List<'a> {
    pub nodes: Vec<Node<'a>>,
    /// Whether all of them are here and are things.
    pub whole: bool,
}

/// An amount of money.
pub(super) struct Money {
    pub amount: f64,
    pub currency: Option<String>,
}

impl<'a> Node<'a> {
    /// The whole of an answer.
    pub fn root(frame: &'a Frame<'a>, value: &'a Json) -> Node<'a> {
        Node {
            frame,
            value,
            path: String::new(),
        }
    }

    /// What stands under a name, whatever it is.
    pub fn get(&self, name: &str) -> Option<Node<'a>> {
        let value = self.value_of(name)?;
        Some(Node {
            frame: self.frame,
            value,
            path: self.path_of(name),
        })
    }

    /// The thing under a name.
    pub fn object(&self, name: &str) -> Option<Node<'a>> {
        let node = self.get(name)?;
        if node.value.is_object() {
            return Some(node);
        }
        node.problem("is not a thing with names; left out");
        None
    }

    /// The answer below `payload`, where Amazon wraps it so.
    pub fn payload(&self) -> Node<'a> {
        self.get("payload").unwrap_or_else(|| self.clone())
    }

    /// The things of the list under a name; none where there is no list.
    pub fn list(&self, name: &str) -> List<'a> {
        match self.get(name) {
            Some(node) => node.things(),
            None => List {
                nodes: Vec::new(),
                whole: true,
            },
        }
    }

    /// The things of the list that this answer is about.
    pub fn main_list(&self, name: &str) -> List<'a> {
        if let Some(node) = self.get(name) {
            return node.things();
        }
        self.frame
            .problems
            .note(self.path_of(name), "is missing; nothing was read");
        List {
            nodes: Vec::new(),
            whole: false,
        }
    }

    /// The things of the list that stands here.
    pub fn things(&self) -> List<'a> {
        let Json::Array(values) = self.value else {
            self.problem("is not a list; left out");
            return List {
                nodes: Vec::new(),
                whole: false,
            };
        };
        let mut whole = values.len() <= ITEMS_MAX;
        if !whole {
            self.problem("has more things than are read; the rest was left out");
        }
        let mut nodes = Vec::new();
        for (index, value) in values.iter().take(ITEMS_MAX).enumerate() {
            let node = Node {
                frame: self.frame,
                value,
                path: format!("{}[{index}]", self.path),
            };
            if value.is_object() {
                nodes.push(node);
            } else {
                node.problem("is not a thing with names; left out");
                whole = false;
            }
        }
        List { nodes, whole }
    }

    /// Words under a name. Numbers are taken as they are written: tails and ids.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.value_of(name)? {
            Json::String(text) if text.is_empty() => None,
            Json::String(text) => Some(self.cut(name, text)),
            Json::Number(number) => Some(number.to_string()),
            _ => self.wrong(name, "is not text; left out"),
        }
    }

    /// A number under a name, or a number written as text.
    pub fn number(&self, name: &str) -> Option<f64> {
        let number = match self.value_of(name)? {
            Json::Number(number) => number.as_f64().filter(|number| number.is_finite()),
            Json::String(text) if text.is_empty() => return None,
            Json::String(text) => decimal(text),
            _ => None,
        };
        number.or_else(|| self.wrong(name, "is not a number; left out"))
    }

    /// Yes or no under a name.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.value_of(name)? {
            Json::Bool(flag) => Some(*flag),
            Json::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Json::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => self.wrong(name, "is neither yes nor no; left out"),
        }
    }

    /// A time under a name.
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        let at = match self.value_of(name)? {
            Json::String(text) if text.is_empty() => return None,
            Json::String(text) => stamp(text),
            Json::Number(number) => stamp(&number.to_string()),
            _ => None,
        };
        at.or_else(|| self.wrong(name, "is not a time; left out"))
    }

    /// Words of the list under a name, each once, in alphabetical order.
    pub fn words(&self, name: &str) -> Option<Vec<String>> {
        let Json::Array(values) = self.value_of(name)? else {
            return self.wrong(name, "is not a list; left out");
        };
        let mut words = Vec::new();
        for value in values.iter().take(WORDS_MAX) {
            match value {
                Json::String(text) => words.push(self.cut(name, text)),
                _ => return self.wrong(name, "holds something that is not text; left out"),
            }
        }
        if values.len() > WORDS_MAX {
            self.wrong::<()>(name, "has more words than are read; the rest was left out");
        }
        words.sort();
        words.dedup();
        Some(words)
    }

    /// Money under a name, in either of Amazon's two ways of writing it.
    pub fn money(&self, name: &str) -> Option<Money> {
        let node = self.object(name)?;
        let amount = match node.value_of("currencyAmount") {
            Some(_) => node.number("currencyAmount"),
            None => node.number("amount"),
        };
        Some(Money {
            amount: amount?,
            currency: node.text("currencyCode"),
        })
    }

    /// Sets a field from words under a name.
    pub fn put(&self, fields: &mut Fields, field: Field, name: &str) {
        fields.set_if(field, self.text(name));
    }

    /// Sets a field from a time under a name.
    pub fn put_time(&self, fields: &mut Fields, field: Field, name: &str) {
        fields.set_if(field, self.time(name));
    }

    /// Sets amount and currency from money under a name.
    pub fn put_money(&self, fields: &mut Fields, name: &str) {
        if let Some(money) = self.money(name) {
            fields.set(Field::Amount, money.amount);
            fields.set_if(Field::Currency, money.currency);
        }
    }

    /// Whether something stands under a name.
    pub fn has(&self, name: &str) -> bool {
        self.value_of(name).is_some()
    }

    /// Whether a list stands here.
    pub fn is_list(&self) -> bool {
        self.value.is_array()
    }

    /// Says what is wrong here.
    pub fn problem(&self, says: &str) {
        let place = if self.path.is_empty() {
            "body"
        } else {
            &self.path
        };
        self.frame.problems.note(place, says);
    }

    fn value_of(&self, name: &str) -> Option<&'a Json> {
        member(self.value, name)
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            return name.to_owned();
        }
        format!("{}.{name}", self.path)
    }

    fn cut(&self, name: &str, text: &str) -> String {
        match text.char_indices().nth(TEXT_MAX) {
            None => text.to_owned(),
            Some((end, _)) => {
                self.wrong::<()>(name, "is longer than any real one; cut");
                text[..end].to_owned()
            }
        }
    }

    fn wrong<T>(&self, name: &str, says: &str) -> Option<T> {
        self.frame.problems.note(self.path_of(name), says);
        None
    }
}

/// What stands under a name in any letter case; nothing for `null`.
pub(super) fn member<'a>(value: &'a Json, name: &str) -> Option<&'a Json> {
    let object = value.as_object()?;
    let found = object.get(name).or_else(|| {
        let mut members = object.iter();
        members
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    });
    found.filter(|value| !value.is_null())
}
