//! One field and what its value must be.

use regex::Regex;

use super::network::Network;
use super::text::{Place, TextTest, same};
use super::time::TimePart;
use super::{Datum, Lookup};
use crate::rule::Comparison;

/// A field and what its value must be.
#[derive(Debug, Clone)]
pub(crate) struct Item<N> {
    pub(super) name: N,
    pub(super) tests: Vec<Test<N>>,
    /// All tests must hold, not one of them.
    pub(super) all: bool,
    /// The answer is turned round.
    pub(super) neq: bool,
}

/// What one value must be.
#[derive(Debug, Clone)]
pub(super) enum Test<N> {
    Null,
    Flag(bool),
    Number(f64),
    Compare(Comparison, f64),
    Text(TextTest),
    Regex(Regex),
    Network(Network),
    Field(Place, N, bool),
    Time(TimePart, Comparison, f64),
}

impl<N> Item<N> {
    /// Whether the event's value is what it must be.
    pub(super) fn matches<E: Lookup<Name = N>>(&self, event: &E) -> bool {
        let holds = match event.get(&self.name) {
            // A field that is not there holds nothing.
            None => self.tests.iter().any(|test| matches!(test, Test::Null)),
            Some(datum) => self.holds(datum, event),
        };
        holds != self.neq
    }

    fn holds<E: Lookup<Name = N>>(&self, datum: Datum<'_>, event: &E) -> bool {
        let mut tests = self.tests.iter();
        if self.all {
            tests.all(|test| test.holds(datum, event))
        } else {
            tests.any(|test| test.holds(datum, event))
        }
    }

    /// The field.
    pub(crate) fn name(&self) -> &N {
        &self.name
    }

    /// Whether one of its values matches none of these words.
    pub(crate) fn has_a_value_for_none_of(&self, words: &[&str]) -> bool {
        let possible = |test: &Test<N>| {
            let mut words = words.iter();
            words.any(|word| test.alone(Datum::Text(word)).unwrap_or(true))
        };
        !self.tests.iter().all(possible)
    }

    /// Whether these words alone would match; `None` where that depends on other fields.
    pub(crate) fn of_words(&self, words: &str) -> Option<bool> {
        let alone = |test: &Test<N>| test.alone(Datum::Text(words));
        let results: Option<Vec<bool>> = self.tests.iter().map(alone).collect();
        let results = results?;
        let held = if self.all {
            results.iter().all(|held| *held)
        } else {
            results.iter().any(|held| *held)
        };
        Some(held != self.neq)
    }
}

impl<N> Test<N> {
    fn holds<E: Lookup<Name = N>>(&self, datum: Datum<'_>, event: &E) -> bool {
        if let Datum::List(list) = datum {
            return list.iter().any(|json| self.holds(Datum::of(json), event));
        }
        match self {
            Test::Field(place, name, cased) => match event.get(name) {
                Some(other) => equal(*place, datum, other, *cased),
                None => false,
            },
            test => test.alone(datum).unwrap_or(false),
        }
    }

    /// `None` where it depends on another field.
    fn alone(&self, datum: Datum<'_>) -> Option<bool> {
        Some(match self {
            Test::Null => datum == Datum::Null,
            Test::Flag(flag) => is_flag(datum, *flag),
            Test::Number(number) => {
                numeric(datum).is_some_and(|own| Comparison::Eq.holds(own, *number))
            }
            Test::Compare(comparison, number) => {
                numeric(datum).is_some_and(|own| comparison.holds(own, *number))
            }
            Test::Text(test) => in_words(datum, |words| test.matches(words)),
            Test::Regex(regex) => in_words(datum, |words| regex.is_match(words)),
            Test::Network(network) => in_words(datum, |words| network.holds(words)),
            Test::Time(part, comparison, number) => part
                .of(datum)
                .is_some_and(|own| comparison.holds(own, *number)),
            Test::Field(..) => return None,
        })
    }
}

/// A number, also where a log writes it as words.
fn numeric(datum: Datum<'_>) -> Option<f64> {
    match datum {
        Datum::Number(number) => Some(number),
        Datum::Text(text) => text
            .trim()
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

fn is_flag(datum: Datum<'_>, flag: bool) -> bool {
    match datum {
        Datum::Flag(own) => own == flag,
        Datum::Text(text) => text.eq_ignore_ascii_case(if flag { "true" } else { "false" }),
        _ => false,
    }
}

/// All values are words to a pattern of words; nothing, lists and fields are none.
fn in_words(datum: Datum<'_>, test: impl Fn(&str) -> bool) -> bool {
    match datum {
        Datum::Null | Datum::List(_) | Datum::Map => false,
        Datum::Text(words) => test(words),
        other => test(&other.shown()),
    }
}

fn equal(place: Place, datum: Datum<'_>, other: Datum<'_>, cased: bool) -> bool {
    if let Datum::List(list) = other {
        return list
            .iter()
            .any(|json| equal(place, datum, Datum::of(json), cased));
    }
    if let (Place::Whole, Datum::Number(own), Some(other)) = (place, datum, numeric(other)) {
        return Comparison::Eq.holds(own, other);
    }
    in_words(other, |other| {
        in_words(datum, |own| same(place, own, other, cased))
    })
}
