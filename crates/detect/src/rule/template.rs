//! Texts with places for fields: `A bank account ending {after.tail} can now receive payouts.`
//!
//! Read once, when the rule is loaded; a place for a field that does not exist is refused.

use std::borrow::Cow;

use crate::flat::{FlatEvent, Name};
use crate::sigma::Datum;

/// What stands where a field has no value.
pub const UNKNOWN: &str = "(unknown)";

/// A text with places.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Words(String),
    Field(Name),
    Figure(Figure),
}

/// What a rule over several events has counted, below `seen.`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Seen {
    /// How many events made the detection.
    pub count: Option<f64>,
    /// The figure that was compared (a sum, a number of different things).
    pub value: Option<f64>,
    /// What is normal for this account.
    pub usual: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Figure {
    Count,
    Value,
    Usual,
}

impl Template {
    /// Reads a text; says what is wrong with it.
    pub fn parse(text: &str) -> Result<Template, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, behind)) = after.split_once('}') else {
                return Err("a `{` is never closed".to_owned());
            };
            words(&mut pieces, before)?;
            pieces.push(place(name)?);
            rest = behind;
        }
        words(&mut pieces, rest)?;
        Ok(Template(pieces))
    }

    /// The text for an event. Where a field has no value, it says so.
    pub fn render(&self, event: &FlatEvent<'_>, seen: Seen) -> String {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Words(words) => text.push_str(words),
                Piece::Field(name) => text.push_str(&shown(event.get(*name))),
                Piece::Figure(figure) => text.push_str(&shown(seen.get(*figure))),
            }
        }
        text
    }

    /// The fields that it has places for.
    pub fn names(&self) -> impl Iterator<Item = Name> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Field(name) => Some(*name),
            Piece::Words(_) | Piece::Figure(_) => None,
        })
    }
}

impl Seen {
    fn get(self, figure: Figure) -> Option<Datum<'static>> {
        let number = match figure {
            Figure::Count => self.count,
            Figure::Value => self.value,
            Figure::Usual => self.usual,
        };
        number.map(Datum::Number)
    }
}

fn words(pieces: &mut Vec<Piece>, text: &str) -> Result<(), String> {
    if text.contains('}') {
        return Err("a `}` has no `{`".to_owned());
    }
    if !text.is_empty() {
        pieces.push(Piece::Words(text.to_owned()));
    }
    Ok(())
}

fn place(word: &str) -> Result<Piece, String> {
    match word {
        "seen.count" => Ok(Piece::Figure(Figure::Count)),
        "seen.value" => Ok(Piece::Figure(Figure::Value)),
        "seen.usual" => Ok(Piece::Figure(Figure::Usual)),
        _ => Name::of(word)
            .map(Piece::Field)
            .ok_or_else(|| format!("there is no field {word:?} for `{{{word}}}`")),
    }
}

fn shown(datum: Option<Datum<'_>>) -> Cow<'_, str> {
    match datum {
        Some(Datum::Text("")) | None => Cow::Borrowed(UNKNOWN),
        Some(Datum::Number(number)) => Cow::Owned(figure(number)),
        Some(datum) => datum.shown(),
    }
}

/// A number as a person reads it: no more than two decimals.
fn figure(number: f64) -> String {
    let text = format!("{number:.2}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    short.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_named() {
        let wrong = |text| Template::parse(text).err().unwrap_or_default();
        assert!(wrong("ending {after.tale}").contains("after.tale"));
        assert!(wrong("ending {after.tail").contains("never closed"));
        assert!(wrong("ending after.tail}").contains("no `{`"));
    }

    #[test]
    fn figures_are_short() {
        assert_eq!(figure(37.0), "37");
        assert_eq!(figure(100.0), "100");
        assert_eq!(figure(12.3456), "12.35");
        assert_eq!(figure(0.5), "0.5");
    }
}
