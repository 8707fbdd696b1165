//! Reads what a rule waits for: one event, a Sigma correlation, or a block of our own.

use serde_json::{Map, Value as Json};

use super::block::Block;
use crate::flat::Name;
use crate::rule::{
    Body, Correlation, CorrelationKind, Grace, GroupKey, Metric, Missing, Part, PartIndex,
    RiskTrigger, Season,
};
use crate::sigma::{Figure, SigmaCorrelation};

/// The names of the blocks below `sellkeep:`.
pub(super) const BLOCKS: &[&str] = &[
    "sequence",
    "any",
    "first_seen",
    "dormant",
    "baseline",
    "share",
    "contradiction",
    "silence",
    "risk",
];

/// More fields taken together are a fingerprint of everything, and always new.
const FIRST_SEEN_FIELDS_MAX: usize = 3;

/// The block that a rule has, if any. Two of them are one too many.
pub(super) fn block(sellkeep: &Map<String, Json>) -> Result<Option<&'static str>, String> {
    let mut there = BLOCKS.iter().filter(|block| sellkeep.contains_key(**block));
    match (there.next(), there.next()) {
        (Some(one), Some(two)) => Err(format!(
            "`sellkeep`: `{one}` and `{two}` cannot both be waited for"
        )),
        (one, _) => Ok(one.copied()),
    }
}

/// Reads a block of our own.
pub(super) fn read(name: &'static str, json: &Json, parts: &[Part]) -> Result<Body, String> {
    let reader = Reader { name, json, parts };
    match name {
        "sequence" => reader.sequence(),
        "any" => reader.any(),
        "first_seen" => reader.first_seen(),
        "dormant" => reader.dormant(),
        "baseline" => reader.baseline(),
        "share" => reader.share(),
        "contradiction" => reader.contradiction(),
        "silence" => reader.silence(),
        _ => reader.risk(),
    }
}

struct Reader<'a> {
    name: &'a str,
    json: &'a Json,
    parts: &'a [Part],
}

impl<'a> Reader<'a> {
    fn fields(&self, known: &[&str]) -> Result<Block<'a>, String> {
        Block::new(self.name, self.json, known)
    }

    fn part(&self, block: &Block<'a>, field: &str) -> Result<PartIndex, String> {
        let name = block.text(field)?;
        place(self.parts, name).map_err(|reason| block.wrong(field, &reason))
    }

    fn several(&self, block: &Block<'a>, field: &str) -> Result<Vec<PartIndex>, String> {
        let names = block.texts(field)?;
        if names.len() < 2 {
            return Err(block.wrong(field, "needs two parts at least"));
        }
        let places = names.iter().map(|name| place(self.parts, name));
        let places: Result<Vec<PartIndex>, String> = places.collect();
        places.map_err(|reason| block.wrong(field, &reason))
    }

    fn sequence(&self) -> Result<Body, String> {
        let block = self.fields(&["steps", "within", "until"])?;
        let until = block.has("until").then(|| self.part(&block, "until"));
        Ok(Body::Sequence {
            steps: self.several(&block, "steps")?,
            within: block.length("within")?,
            until: until.transpose()?,
        })
    }

    fn any(&self) -> Result<Body, String> {
        let block = self.fields(&["rules", "at_least", "within"])?;
        let rules = self.several(&block, "rules")?;
        let at_least = usize::try_from(block.count("at_least")?).unwrap_or(usize::MAX);
        if at_least > rules.len() {
            return Err(block.wrong("at_least", "is more than there are parts"));
        }
        Ok(Body::Any {
            rules,
            at_least,
            within: block.length("within")?,
        })
    }

    fn first_seen(&self) -> Result<Body, String> {
        let block = self.fields(&["rule", "fields", "min_history"])?;
        let fields = block.names("fields")?;
        if fields.len() > FIRST_SEEN_FIELDS_MAX {
            let what = format!("holds more than {FIRST_SEEN_FIELDS_MAX} fields");
            return Err(block.wrong("fields", &what));
        }
        Ok(Body::FirstSeen {
            rule: self.part(&block, "rule")?,
            fields,
            min_history: block.length("min_history")?,
        })
    }

    fn dormant(&self) -> Result<Body, String> {
        let block = self.fields(&["idle", "then", "at_least", "within"])?;
        Ok(Body::Dormant {
            idle: block.length("idle")?,
            then: self.part(&block, "then")?,
            at_least: block.count("at_least")?,
            within: block.length("within")?,
        })
    }

    fn baseline(&self) -> Result<Body, String> {
        let block = self.fields(&[
            "rule",
            "metric",
            "every",
            "season",
            "factor",
            "at_least",
            "min_history",
        ])?;
        Ok(Body::Baseline {
            rule: self.part(&block, "rule")?,
            metric: metric(&block)?,
            every: block.length("every")?,
            season: season(&block)?,
            factor: block.number("factor", 1.0, f64::MAX)?,
            at_least: block.number("at_least", 0.0, f64::MAX)?,
            min_history: block.length("min_history")?,
        })
    }

    fn share(&self) -> Result<Body, String> {
        let block = self.fields(&["rule", "distinct", "at_least", "of_known", "within"])?;
        Ok(Body::Share {
            rule: self.part(&block, "rule")?,
            distinct: block.name("distinct")?,
            at_least: block.count("at_least")?,
            of_known: block.number("of_known", 0.0, 1.0)?,
            within: block.length("within")?,
        })
    }

    fn contradiction(&self) -> Result<Body, String> {
        let block = self.fields(&["fact", "notice", "within", "missing"])?;
        let missing = match block.text("missing")? {
            "notice" => Missing::Notice,
            "fact" => Missing::Fact,
            _ => return Err(block.wrong("missing", "is neither `notice` nor `fact`")),
        };
        Ok(Body::Contradiction {
            fact: self.part(&block, "fact")?,
            notice: self.part(&block, "notice")?,
            within: block.length("within")?,
            missing,
        })
    }

    fn silence(&self) -> Result<Body, String> {
        let block = self.fields(&["grace", "rule", "every"])?;
        if block.has("rule") {
            let block = self.fields(&["rule", "every"])?;
            return Ok(Body::Absence {
                rule: self.part(&block, "rule")?,
                every: block.length("every")?,
            });
        }
        let block = self.fields(&["grace"])?;
        let grace = match block.text("grace")? {
            "account" => Grace::Account,
            _ => Grace::Fixed(block.length("grace")?),
        };
        Ok(Body::Silence { grace })
    }

    fn risk(&self) -> Result<Body, String> {
        let block = self.fields(&["at_least", "families", "within"])?;
        if block.has("at_least") {
            let block = self.fields(&["at_least"])?;
            let figure = block.number("at_least", f64::MIN_POSITIVE, 1.0)?;
            return Ok(Body::Risk(RiskTrigger::AtLeast(figure)));
        }
        let count = usize::try_from(block.count("families")?).unwrap_or(usize::MAX);
        if count > crate::rule::Family::ALL.len() {
            return Err(block.wrong("families", "is more than there are"));
        }
        Ok(Body::Risk(RiskTrigger::Families {
            count,
            within: block.length("within")?,
        }))
    }
}

fn metric(block: &Block<'_>) -> Result<Metric, String> {
    let word = block.text("metric")?;
    let field = |name: &str| {
        Name::of(name).ok_or_else(|| block.wrong("metric", &format!("there is no field {name:?}")))
    };
    match word.split_once(':') {
        None if word == "count" => Ok(Metric::Count),
        Some(("sum", name)) => field(name).map(Metric::Sum),
        Some(("distinct", name)) => field(name).map(Metric::Distinct),
        _ => Err(block.wrong(
            "metric",
            "is neither `count`, `sum:FIELD` nor `distinct:FIELD`",
        )),
    }
}

fn season(block: &Block<'_>) -> Result<Season, String> {
    match block.text("season")? {
        "none" => Ok(Season::None),
        "day" => Ok(Season::Day),
        "week" => Ok(Season::Week),
        _ => Err(block.wrong("season", "is neither `none`, `day` nor `week`")),
    }
}

fn place(parts: &[Part], name: &str) -> Result<PartIndex, String> {
    let place = parts.iter().position(|part| part.name == name);
    place.ok_or_else(|| format!("there is no part {name:?} in this file"))
}

/// Gives a correlation's words their meaning.
pub(super) fn correlation(read: SigmaCorrelation, parts: &[Part]) -> Result<Body, String> {
    let rules: Result<Vec<PartIndex>, String> =
        read.rules.iter().map(|name| place(parts, name)).collect();
    let rules = rules.map_err(|reason| format!("`correlation`: `rules`: {reason}"))?;
    let group_by: Result<Vec<GroupKey>, String> = read
        .group_by
        .into_iter()
        .map(|group| {
            let names: Result<Vec<Name>, String> = group
                .fields
                .iter()
                .map(|word| named("group-by", word))
                .collect();
            Ok(GroupKey {
                word: group.word,
                names: names?,
            })
        })
        .collect();
    Ok(Body::Correlation(Correlation {
        kind: kind(read.figure)?,
        rules,
        group_by: group_by?,
        timespan: read.timespan,
        conditions: read.conditions,
        generate: read.generate,
    }))
}

fn kind(figure: Figure) -> Result<CorrelationKind, String> {
    let field = |word: &str| named("condition", word);
    Ok(match figure {
        Figure::EventCount => CorrelationKind::EventCount,
        Figure::ValueCount(words) => {
            let names: Result<Vec<Name>, String> = words.iter().map(|word| field(word)).collect();
            CorrelationKind::ValueCount(names?)
        }
        Figure::Temporal => CorrelationKind::Temporal,
        Figure::TemporalOrdered => CorrelationKind::TemporalOrdered,
        Figure::ValueSum(word) => CorrelationKind::ValueSum(field(&word)?),
        Figure::ValueAvg(word) => CorrelationKind::ValueAvg(field(&word)?),
        Figure::ValuePercentile(word, rank) => {
            CorrelationKind::ValuePercentile(field(&word)?, rank)
        }
    })
}

fn named(place: &str, word: &str) -> Result<Name, String> {
    Name::of(word).ok_or_else(|| format!("`correlation`: `{place}`: there is no field {word:?}"))
}

impl Body {
    /// The parts it refers to.
    pub fn parts(&self) -> Vec<PartIndex> {
        match self {
            Body::Plain { part } => vec![*part],
            Body::Correlation(correlation) => correlation.rules.clone(),
            Body::Sequence { steps, until, .. } => steps.iter().chain(until).copied().collect(),
            Body::Any { rules, .. } => rules.clone(),
            Body::FirstSeen { rule, .. }
            | Body::Baseline { rule, .. }
            | Body::Share { rule, .. }
            | Body::Absence { rule, .. }
            | Body::Dormant { then: rule, .. } => vec![*rule],
            Body::Contradiction { fact, notice, .. } => vec![*fact, *notice],
            Body::Silence { .. } | Body::Risk(_) => Vec::new(),
        }
    }
}
