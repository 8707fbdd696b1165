//! The words after `|` in a field's name, read in their order.
//!
//! Combinations that contradict each other are refused: the alternative is to let one
//! of them win without a word.

use rsigma_parser::Modifier;

use super::Refusal;
use super::encode::Encoding;
use super::text::Place;
use super::time::TimePart;
use crate::rule::Comparison;

/// How a field's values are compared.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::struct_excessive_bools)] // Four switches, as Sigma names them.
pub(super) struct Recipe {
    pub operator: Operator,
    pub encodings: Vec<Encoding>,
    /// Letter case counts.
    pub cased: bool,
    /// All values must match, not one of them.
    pub all: bool,
    /// The answer is turned round.
    pub neq: bool,
    /// Dashes that begin an option are any dash.
    pub windash: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Operator {
    Words(Place),
    Regex(RegexFlags),
    Network,
    Exists,
    Field(Place),
    Compare(Comparison),
    Time(TimePart, Comparison),
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct RegexFlags {
    pub ignore_case: bool,
    pub multi_line: bool,
    pub dot_all: bool,
}

impl Recipe {
    /// Reads the words in their order.
    pub(super) fn read(modifiers: &[Modifier]) -> Result<Recipe, Refusal> {
        let mut reading = Reading::default();
        for (at, modifier) in modifiers.iter().enumerate() {
            if modifiers[..at].contains(modifier) {
                return Err(format!("`{}` stands twice", word(*modifier)));
            }
            reading.take(*modifier)?;
        }
        reading.finish()
    }
}

#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // One switch for each of Sigma's words.
struct Reading {
    place: Option<Place>,
    kind: Option<Kind>,
    comparison: Option<Comparison>,
    time: Option<TimePart>,
    flags: RegexFlags,
    encodings: Vec<Encoding>,
    cased: bool,
    all: bool,
    neq: bool,
    windash: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Regex,
    Network,
    Exists,
    Field,
}

impl Reading {
    fn take(&mut self, modifier: Modifier) -> Result<(), Refusal> {
        match modifier {
            Modifier::Contains => self.place(Place::Anywhere),
            Modifier::StartsWith => self.place(Place::Start),
            Modifier::EndsWith => self.place(Place::End),
            Modifier::Base64 => self.encode(Encoding::Base64),
            Modifier::Base64Offset => self.encode(Encoding::Base64Offset),
            Modifier::Wide => self.encode(Encoding::Utf16Le),
            Modifier::Utf16be => self.encode(Encoding::Utf16Be),
            Modifier::Utf16 => self.encode(Encoding::Utf16),
            Modifier::Re => self.kind(Kind::Regex),
            Modifier::Cidr => self.kind(Kind::Network),
            Modifier::Exists => self.kind(Kind::Exists),
            Modifier::FieldRef => self.kind(Kind::Field),
            Modifier::Gt => self.compare(Comparison::Gt),
            Modifier::Gte => self.compare(Comparison::Gte),
            Modifier::Lt => self.compare(Comparison::Lt),
            Modifier::Lte => self.compare(Comparison::Lte),
            Modifier::Minute => self.time(TimePart::Minute),
            Modifier::Hour => self.time(TimePart::Hour),
            Modifier::Day => self.time(TimePart::Day),
            Modifier::Week => self.time(TimePart::Week),
            Modifier::Month => self.time(TimePart::Month),
            Modifier::Year => self.time(TimePart::Year),
            Modifier::Expand => {
                Err("`expand` needs a list of placeholders, and we have none".to_owned())
            }
            switch => {
                self.switch(switch);
                Ok(())
            }
        }
    }

    fn switch(&mut self, modifier: Modifier) {
        match modifier {
            Modifier::All => self.all = true,
            Modifier::Cased => self.cased = true,
            Modifier::Neq => self.neq = true,
            Modifier::WindAsh => self.windash = true,
            Modifier::IgnoreCase => self.flags.ignore_case = true,
            Modifier::Multiline => self.flags.multi_line = true,
            Modifier::DotAll => self.flags.dot_all = true,
            _ => {}
        }
    }

    fn place(&mut self, place: Place) -> Result<(), Refusal> {
        only(
            &mut self.place,
            place,
            "`contains`, `startswith` and `endswith`",
        )
    }

    fn kind(&mut self, kind: Kind) -> Result<(), Refusal> {
        if kind == Kind::Field && self.place.is_some() {
            return Err(
                "`fieldref` comes before `contains`, `startswith` or `endswith`".to_owned(),
            );
        }
        only(
            &mut self.kind,
            kind,
            "`re`, `cidr`, `exists` and `fieldref`",
        )
    }

    fn compare(&mut self, comparison: Comparison) -> Result<(), Refusal> {
        only(
            &mut self.comparison,
            comparison,
            "`lt`, `lte`, `gt` and `gte`",
        )
    }

    fn time(&mut self, part: TimePart) -> Result<(), Refusal> {
        if self.comparison.is_some() {
            return Err("a part of a time comes before its comparison: `hour|gte`".to_owned());
        }
        only(&mut self.time, part, "the parts of a time")
    }

    fn encode(&mut self, encoding: Encoding) -> Result<(), Refusal> {
        if self.place.is_some() || self.windash {
            return Err(
                "an encoding comes before `contains`, `startswith`, `endswith` and `windash`"
                    .to_owned(),
            );
        }
        self.encodings.push(encoding);
        Ok(())
    }

    fn finish(self) -> Result<Recipe, Refusal> {
        self.sound()?;
        let operator = match (self.kind, self.time, self.comparison) {
            (Some(Kind::Regex), ..) => Operator::Regex(self.flags),
            (Some(Kind::Network), ..) => Operator::Network,
            (Some(Kind::Exists), ..) => Operator::Exists,
            (Some(Kind::Field), ..) => Operator::Field(self.place.unwrap_or(Place::Whole)),
            (None, Some(part), comparison) => {
                Operator::Time(part, comparison.unwrap_or(Comparison::Eq))
            }
            (None, None, Some(comparison)) => Operator::Compare(comparison),
            (None, None, None) => Operator::Words(self.place.unwrap_or(Place::Whole)),
        };
        Ok(Recipe {
            operator,
            encodings: self.encodings,
            cased: self.cased,
            all: self.all,
            neq: self.neq,
            windash: self.windash,
        })
    }

    fn sound(&self) -> Result<(), Refusal> {
        let operators = [
            self.kind.is_some(),
            self.time.is_some() || self.comparison.is_some(),
            self.place.is_some() && self.kind != Some(Kind::Field),
        ];
        let wrong = if operators.iter().filter(|there| **there).count() > 1 {
            "these modifiers contradict each other: one says how to compare, another says it otherwise"
        } else if self.flags != RegexFlags::default() && self.kind != Some(Kind::Regex) {
            "`i`, `m` and `s` belong to `re`"
        } else if (self.windash || !self.encodings.is_empty()) && !self.is_words() {
            "`windash` and encodings are for words only"
        } else if self.cased && !(self.is_words() || self.kind == Some(Kind::Field)) {
            "`cased` is for words only (a `re` minds letter case by itself)"
        } else if self.kind == Some(Kind::Exists) && (self.all || self.neq) {
            "`exists` stands alone"
        } else if self.encodings.contains(&Encoding::Base64Offset)
            && self.place != Some(Place::Anywhere)
        {
            "`base64offset` finds a part of an encoded text: write `base64offset|contains`"
        } else {
            return Ok(());
        };
        Err(wrong.to_owned())
    }

    fn is_words(&self) -> bool {
        self.kind.is_none() && self.time.is_none() && self.comparison.is_none()
    }
}

fn only<T>(place: &mut Option<T>, value: T, which: &str) -> Result<(), Refusal> {
    if place.is_some() {
        return Err(format!("only one of {which}"));
    }
    *place = Some(value);
    Ok(())
}

fn word(modifier: Modifier) -> String {
    serde_json::to_value(modifier)
        .ok()
        .and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<Recipe, Refusal> {
        let modifiers: Vec<Modifier> = words
            .split('|')
            .map(|word| word.parse().expect("a modifier"))
            .collect();
        Recipe::read(&modifiers)
    }

    #[test]
    fn combinations_that_have_a_meaning() {
        for words in [
            "contains|all",
            "re|i",
            "re|m|s",
            "base64offset|contains",
            "wide|base64offset|contains",
            "utf16|base64|startswith",
            "windash|contains|all",
            "cased|endswith",
            "hour|gte",
            "fieldref|neq",
            "fieldref|startswith",
            "neq",
            "gte|neq",
            "cidr|neq",
        ] {
            assert!(read(words).is_ok(), "{words}: {:?}", read(words));
        }
    }

    #[test]
    fn combinations_that_contradict_themselves() {
        for words in [
            "contains|startswith",
            "re|contains",
            "cidr|contains",
            "contains|contains",
            "i|contains",
            "re|base64",
            "contains|base64",
            "exists|all",
            "gt|lt",
            "gte|hour",
            "cased|gt",
            "re|cased",
            "expand",
            "base64offset",
            "contains|fieldref",
            "windash|cidr",
            "re|cidr",
            "lt|re",
        ] {
            assert!(read(words).is_err(), "{words}");
        }
    }
}
