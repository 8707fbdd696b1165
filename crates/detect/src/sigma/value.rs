//! From a field's values in a rule to tests.

use regex::RegexBuilder;
use rsigma_parser::{SigmaString, SigmaValue};

use super::encode::encode;
use super::item::Test;
use super::modifiers::{Operator, Recipe, RegexFlags};
use super::network::Network;
use super::text::{Place, TextTest};
use super::{Lookup, Refusal};

/// Far more than any readable expression needs; a rule must not eat the memory.
const REGEX_BYTES_MAX: usize = 1 << 20;

/// All tests for one value; several where it may be written in several ways.
pub(super) fn tests<E: Lookup>(
    value: &SigmaValue,
    recipe: &Recipe,
) -> Result<Vec<Test<E::Name>>, Refusal> {
    let test = match recipe.operator {
        Operator::Words(place) => return words(value, place, recipe),
        Operator::Regex(flags) => regex(value, flags)?,
        Operator::Network => Test::Network(Network::parse(&plain(value, "cidr")?)?),
        Operator::Field(place) => {
            let name = E::name(&plain(value, "fieldref")?)?;
            Test::Field(place, name, recipe.cased)
        }
        Operator::Compare(comparison) => Test::Compare(comparison, number(value)?),
        Operator::Time(part, comparison) => Test::Time(part, comparison, number(value)?),
        Operator::Exists => return Err("`exists` is no comparison".to_owned()),
    };
    Ok(vec![test])
}

/// What `exists` asks.
pub(super) fn exists(values: &[SigmaValue]) -> Result<bool, Refusal> {
    match values {
        [SigmaValue::Bool(there)] => Ok(*there),
        _ => Err("`exists` is either true or false".to_owned()),
    }
}

fn words<N>(value: &SigmaValue, place: Place, recipe: &Recipe) -> Result<Vec<Test<N>>, Refusal> {
    let changed = place != Place::Whole || !recipe.encodings.is_empty() || recipe.windash;
    let text = match value {
        SigmaValue::String(text) => return text_tests(text, place, recipe),
        SigmaValue::Integer(_) | SigmaValue::Float(_) if !changed && !recipe.cased => {
            return Ok(vec![Test::Number(number(value)?)]);
        }
        SigmaValue::Integer(number) => number.to_string(),
        SigmaValue::Float(number) => number.to_string(),
        SigmaValue::Bool(flag) if !changed && !recipe.cased => return Ok(vec![Test::Flag(*flag)]),
        SigmaValue::Null if !changed && !recipe.cased => return Ok(vec![Test::Null]),
        SigmaValue::Bool(_) => return Err("true and false are no words".to_owned()),
        SigmaValue::Null => return Err("null is no words".to_owned()),
    };
    text_tests(&SigmaString::from_raw(&text), place, recipe)
}

fn text_tests<N>(
    text: &SigmaString,
    place: Place,
    recipe: &Recipe,
) -> Result<Vec<Test<N>>, Refusal> {
    if recipe.encodings.is_empty() {
        let pattern = TextTest::sigma(text, place, recipe.cased, recipe.windash)?;
        return Ok(vec![Test::Text(pattern)]);
    }
    let plain = text
        .as_plain()
        .ok_or("a value with wildcards cannot be encoded")?;
    if plain.is_empty() {
        return Err("an empty value cannot be encoded".to_owned());
    }
    let codes = encode(&plain, &recipe.encodings)?;
    let pattern = |code: &String| TextTest::plain(code, place, recipe.cased);
    Ok(codes.iter().map(pattern).map(Test::Text).collect())
}

fn regex<N>(value: &SigmaValue, flags: RegexFlags) -> Result<Test<N>, Refusal> {
    let SigmaValue::String(pattern) = value else {
        return Err("`re` needs a text".to_owned());
    };
    if pattern.original.is_empty() {
        return Err("an empty expression would match everything".to_owned());
    }
    let regex = RegexBuilder::new(&pattern.original)
        .case_insensitive(flags.ignore_case)
        .multi_line(flags.multi_line)
        .dot_matches_new_line(flags.dot_all)
        .size_limit(REGEX_BYTES_MAX)
        .build();
    regex.map(Test::Regex).map_err(|error| {
        let error = error.to_string();
        let reason = error.lines().last().unwrap_or_default();
        let reason = reason.trim_start_matches("error: ");
        format!("the expression cannot be used: {reason}")
    })
}

fn plain(value: &SigmaValue, modifier: &str) -> Result<String, Refusal> {
    match value {
        SigmaValue::String(text) => text
            .as_plain()
            .filter(|text| !text.is_empty())
            .ok_or_else(|| format!("`{modifier}` cannot have wildcards or be empty")),
        _ => Err(format!("`{modifier}` needs a text")),
    }
}

fn number(value: &SigmaValue) -> Result<f64, Refusal> {
    match value {
        // Beyond 2^53 numbers are rounded, in the rule and in the event alike.
        #[allow(clippy::cast_precision_loss)]
        SigmaValue::Integer(number) => Ok(*number as f64),
        SigmaValue::Float(number) if number.is_finite() => Ok(*number),
        _ => Err("a number is needed".to_owned()),
    }
}
