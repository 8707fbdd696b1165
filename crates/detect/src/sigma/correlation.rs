//! Correlation documents: read here, evaluated with the rest of the state.
//!
//! The official JSON schema lets almost everything pass (`timespan: banana`, a count
//! without a field, no rules at all), so that everything is checked here.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde_json::{Map, Value as Json};

use super::Refusal;
use super::document::{text, texts};
use crate::rule::Comparison;

/// Nothing is remembered for longer, so that no rule may ask for more.
const LENGTH_DAYS_MAX: i64 = 400;

/// A correlation document. Names are still words: what they mean depends on the events.
#[derive(Debug, Clone, PartialEq)]
pub struct SigmaCorrelation {
    /// What is counted.
    pub figure: Figure,
    /// The rules it looks at, by id or name, in their order.
    pub rules: Vec<String>,
    /// Events count together when all of these are the same.
    pub group_by: Vec<SigmaGroup>,
    /// In how long a time.
    pub timespan: SignedDuration,
    /// All of these must hold.
    pub conditions: Vec<(Comparison, f64)>,
    /// The rules also detect by themselves.
    pub generate: bool,
}

/// What is counted.
#[derive(Debug, Clone, PartialEq)]
pub enum Figure {
    /// Events.
    EventCount,
    /// Different values of fields.
    ValueCount(Vec<String>),
    /// All rules, in any order.
    Temporal,
    /// All rules, in their order.
    TemporalOrdered,
    /// The sum of a field.
    ValueSum(String),
    /// The mean of a field.
    ValueAvg(String),
    /// The value of a field below which that many per cent lie.
    ValuePercentile(String, f64),
}

/// A key of a group, with the field to read in each rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigmaGroup {
    /// The word in the document.
    pub word: String,
    /// The fields, one for each of the correlation's rules.
    pub fields: Vec<String>,
}

const KEYS: &[&str] = &[
    "type",
    "rules",
    "group-by",
    "timespan",
    "condition",
    "aliases",
    "generate",
];
const CONDITION_KEYS: &[&str] = &["field", "percentile", "gt", "gte", "lt", "lte", "eq", "neq"];

/// Reads a correlation document.
pub(super) fn read(fields: &Map<String, Json>) -> Result<SigmaCorrelation, Refusal> {
    block(fields).map_err(|reason| format!("`correlation`: {reason}"))
}

fn block(fields: &Map<String, Json>) -> Result<SigmaCorrelation, Refusal> {
    let block = fields.get("correlation").and_then(Json::as_object);
    let block = block.ok_or("it is no mapping")?;
    only_keys(block, KEYS)?;
    let rules = rules(block)?;
    let condition = Condition::read(block)?;
    let timespan = text(block, "timespan")?.ok_or("`timespan` is missing")?;
    Ok(SigmaCorrelation {
        figure: condition.figure(block, rules.len())?,
        group_by: group_by(block, &rules)?,
        timespan: length(timespan)?,
        conditions: condition.conditions,
        generate: generate(fields, block)?,
        rules,
    })
}

fn rules(block: &Map<String, Json>) -> Result<Vec<String>, Refusal> {
    let rules: Vec<String> = texts(block, "rules")?
        .into_iter()
        .map(str::to_owned)
        .collect();
    if rules.is_empty() {
        return Err("`rules` names no rule".to_owned());
    }
    Ok(rules)
}

struct Condition {
    conditions: Vec<(Comparison, f64)>,
    fields: Vec<String>,
    percentile: Option<f64>,
}

impl Condition {
    fn read(block: &Map<String, Json>) -> Result<Condition, Refusal> {
        let empty = Map::new();
        let condition = match block.get("condition") {
            None => &empty,
            Some(Json::Object(condition)) => condition,
            Some(Json::String(_)) => {
                return Err(
                    "`condition` in words is not part of Sigma 2.1; chain sequences instead"
                        .to_owned(),
                );
            }
            Some(_) => return Err("`condition` is no mapping".to_owned()),
        };
        only_keys(condition, CONDITION_KEYS).map_err(|reason| format!("`condition`: {reason}"))?;
        let mut conditions = Vec::new();
        for (word, value) in condition {
            if let Some(comparison) = comparison(word) {
                let number = value
                    .as_f64()
                    .ok_or_else(|| format!("`condition`: `{word}` is no number"))?;
                conditions.push((comparison, number));
            }
        }
        let percentile = condition.get("percentile").map(|value| {
            let rank = value.as_f64().filter(|rank| (0.0..=100.0).contains(rank));
            rank.ok_or("`percentile` is a number between 0 and 100")
        });
        Ok(Condition {
            conditions,
            fields: texts(condition, "field")?
                .into_iter()
                .map(str::to_owned)
                .collect(),
            percentile: percentile.transpose()?,
        })
    }

    fn figure(&self, block: &Map<String, Json>, rules: usize) -> Result<Figure, Refusal> {
        let kind = text(block, "type")?.ok_or("`type` is missing")?;
        let figure = match kind {
            "event_count" => Figure::EventCount,
            "value_count" => Figure::ValueCount(self.some_fields()?),
            "temporal" => Figure::Temporal,
            "temporal_ordered" => Figure::TemporalOrdered,
            "value_sum" => Figure::ValueSum(self.one_field()?),
            "value_avg" => Figure::ValueAvg(self.one_field()?),
            "value_percentile" => {
                let rank = self.percentile.ok_or(
                    "`value_percentile` says nowhere which percentile: add `percentile: 95` to its `condition`",
                )?;
                Figure::ValuePercentile(self.one_field()?, rank)
            }
            other => return Err(format!("`type`: there is no {other:?} in Sigma 2.1")),
        };
        self.sound(&figure, rules)?;
        Ok(figure)
    }

    fn some_fields(&self) -> Result<Vec<String>, Refusal> {
        if self.fields.is_empty() {
            return Err("`condition` needs a `field`".to_owned());
        }
        Ok(self.fields.clone())
    }

    fn one_field(&self) -> Result<String, Refusal> {
        match self.fields.as_slice() {
            [field] => Ok(field.clone()),
            _ => Err("`condition` needs one `field`".to_owned()),
        }
    }

    fn sound(&self, figure: &Figure, rules: usize) -> Result<(), Refusal> {
        let temporal = matches!(figure, Figure::Temporal | Figure::TemporalOrdered);
        let counts = matches!(figure, Figure::EventCount | Figure::ValueCount(_));
        if !temporal && self.conditions.is_empty() {
            return Err("`condition` needs a comparison".to_owned());
        }
        if (temporal || *figure == Figure::EventCount) && !self.fields.is_empty() {
            return Err("`condition`: `field` has no meaning here".to_owned());
        }
        if self.percentile.is_some() && !matches!(figure, Figure::ValuePercentile(..)) {
            return Err("`condition`: `percentile` has no meaning here".to_owned());
        }
        if temporal && rules < 2 {
            return Err("`rules` needs two rules at least".to_owned());
        }
        if *figure == Figure::TemporalOrdered && !self.conditions.is_empty() {
            return Err(
                "`condition` has no meaning where every rule must match in order".to_owned(),
            );
        }
        if temporal && !self.conditions.is_empty() && !self.reached_by(rules) {
            return Err("`condition` asks for more rules than there are".to_owned());
        }
        if (temporal || counts) && !self.conditions.is_empty() {
            self.countable()?;
        }
        Ok(())
    }

    fn reached_by(&self, rules: usize) -> bool {
        let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        (1..=rules).any(|rules| self.holds(count(rules)))
    }

    fn countable(&self) -> Result<(), Refusal> {
        if self
            .conditions
            .iter()
            .any(|(_, number)| number.fract() != 0.0 || *number < 0.0)
        {
            return Err("`condition`: a count is a whole number".to_owned());
        }
        if self.holds(0.0) {
            return Err("`condition` holds when nothing happens, and nothing that happens can tell; write `silence` for that".to_owned());
        }
        Ok(())
    }

    fn holds(&self, figure: f64) -> bool {
        self.conditions
            .iter()
            .all(|(comparison, number)| comparison.holds(figure, *number))
    }
}

fn comparison(word: &str) -> Option<Comparison> {
    Some(match word {
        "gt" => Comparison::Gt,
        "gte" => Comparison::Gte,
        "lt" => Comparison::Lt,
        "lte" => Comparison::Lte,
        "eq" => Comparison::Eq,
        "neq" => Comparison::Neq,
        _ => return None,
    })
}

fn group_by(block: &Map<String, Json>, rules: &[String]) -> Result<Vec<SigmaGroup>, Refusal> {
    let aliases = aliases(block, rules)?;
    let words = texts(block, "group-by")?;
    if let Some(unused) = aliases
        .keys()
        .find(|alias| !words.contains(&alias.as_str()))
    {
        return Err(format!(
            "`aliases`: {unused:?} does not stand in `group-by`"
        ));
    }
    let group = |word: &str| SigmaGroup {
        word: word.to_owned(),
        fields: aliases
            .get(word)
            .cloned()
            .unwrap_or_else(|| vec![word.to_owned(); rules.len()]),
    };
    Ok(words.into_iter().map(group).collect())
}

/// The fields that stand for each alias, one for each rule.
fn aliases(
    block: &Map<String, Json>,
    rules: &[String],
) -> Result<BTreeMap<String, Vec<String>>, Refusal> {
    let Some(aliases) = block.get("aliases") else {
        return Ok(BTreeMap::new());
    };
    let aliases = aliases.as_object().ok_or("`aliases` is no mapping")?;
    let mut all = BTreeMap::new();
    for (alias, fields) in aliases {
        let fields = fields
            .as_object()
            .ok_or_else(|| format!("`aliases`: {alias:?} is no mapping"))?;
        if let Some(stranger) = fields.keys().find(|rule| !rules.contains(rule)) {
            return Err(format!(
                "`aliases`: {alias:?} names {stranger:?}, which is not among the rules"
            ));
        }
        let field = |rule: &String| {
            let field = fields.get(rule).and_then(Json::as_str);
            field
                .map(str::to_owned)
                .ok_or_else(|| format!("`aliases`: {alias:?} says no field for {rule:?}"))
        };
        let fields: Result<Vec<String>, Refusal> = rules.iter().map(field).collect();
        all.insert(alias.clone(), fields?);
    }
    Ok(all)
}

fn generate(fields: &Map<String, Json>, block: &Map<String, Json>) -> Result<bool, Refusal> {
    let value = fields.get("generate").or_else(|| block.get("generate"));
    match value {
        None => Ok(false),
        Some(Json::Bool(generate)) => Ok(*generate),
        Some(_) => Err("`generate` is either true or false".to_owned()),
    }
}

fn only_keys(fields: &Map<String, Json>, known: &[&str]) -> Result<(), Refusal> {
    match fields.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(format!(
            "`{key}` has no meaning here; known are {}",
            known.join(", ")
        )),
        None => Ok(()),
    }
}

/// Reads a length of time: a whole number with `s`, `m`, `h` or `d`.
pub fn length(text: &str) -> Result<SignedDuration, Refusal> {
    let wrong = || format!("{text:?} is no length of time; write 30s, 15m, 72h or 14d");
    let (number, unit) = text
        .split_at_checked(text.len().saturating_sub(1))
        .ok_or_else(wrong)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    if !number.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(wrong());
    }
    let number: i64 = number.parse().map_err(|_| wrong())?;
    let length = number.checked_mul(seconds).ok_or_else(wrong)?;
    if length == 0 {
        return Err("a length of time is more than nothing".to_owned());
    }
    if length > LENGTH_DAYS_MAX * 86_400 {
        return Err(format!("{text:?} is longer than {LENGTH_DAYS_MAX} days"));
    }
    Ok(SignedDuration::from_secs(length))
}
