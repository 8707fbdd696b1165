//! What a rule waits for: one event, or a shape over several.
//!
//! A part is named by its place in [`Rule::parts`](super::Rule), so that nothing can
//! be missing when the rule runs. Lengths of time are exact; a day has 24 hours.

use jiff::SignedDuration;

use crate::flat::Name;

/// The place of a part in [`Rule::parts`](super::Rule).
pub type PartIndex = usize;

/// What a rule waits for.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// One event that matches.
    Plain {
        /// The part.
        part: PartIndex,
    },
    /// A Sigma correlation.
    Correlation(Correlation),
    /// Parts in this order.
    Sequence {
        /// The parts, first to last.
        steps: Vec<PartIndex>,
        /// The last may come so long after the first.
        within: SignedDuration,
        /// This one ends the wait.
        until: Option<PartIndex>,
    },
    /// So many different parts, in any order.
    Any {
        /// The parts.
        rules: Vec<PartIndex>,
        /// How many of them.
        at_least: usize,
        /// The last may come so long after the first.
        within: SignedDuration,
    },
    /// Values never seen before.
    FirstSeen {
        /// The part.
        rule: PartIndex,
        /// The fields whose values are taken together.
        fields: Vec<Name>,
        /// How long we must have watched before anything counts as new.
        min_history: SignedDuration,
    },
    /// Quiet, then busy.
    Dormant {
        /// How long it must have been quiet.
        idle: SignedDuration,
        /// What then comes.
        then: PartIndex,
        /// How often it must come.
        at_least: u64,
        /// In how long a time.
        within: SignedDuration,
    },
    /// Far above this account's own normal.
    Baseline {
        /// The part that is measured.
        rule: PartIndex,
        /// What is measured.
        metric: Metric,
        /// Over how long a time.
        every: SignedDuration,
        /// What an hour is compared with.
        season: Season,
        /// How many times the normal.
        factor: f64,
        /// Below that nothing is unusual.
        at_least: f64,
        /// How long we must have watched before there is a normal.
        min_history: SignedDuration,
    },
    /// Many different things, and that share of all that are known.
    Share {
        /// The part.
        rule: PartIndex,
        /// What tells things apart.
        distinct: Name,
        /// How many at least.
        at_least: u64,
        /// Which share of those known, between 0 and 1.
        of_known: f64,
        /// In how long a time.
        within: SignedDuration,
    },
    /// A fact without its notice, or a notice without its fact.
    Contradiction {
        /// What the marketplace's records say.
        fact: PartIndex,
        /// What its mail says.
        notice: PartIndex,
        /// How far apart they may come.
        within: SignedDuration,
        /// Which of them is missing.
        missing: Missing,
    },
    /// A source has not been heard for too long.
    Silence {
        /// How long is too long.
        grace: Grace,
    },
    /// It happened once, and not again for so long.
    Absence {
        /// The part.
        rule: PartIndex,
        /// How often it should happen.
        every: SignedDuration,
    },
    /// The account's risk is high.
    Risk(RiskTrigger),
}

/// A Sigma correlation. Grouping by account is always added: state never spans accounts.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlation {
    /// What is counted.
    pub kind: CorrelationKind,
    /// The parts it looks at; their order counts for `temporal_ordered`.
    pub rules: Vec<PartIndex>,
    /// Events count together when all of these are the same.
    pub group_by: Vec<GroupKey>,
    /// In how long a time.
    pub timespan: SignedDuration,
    /// All of these must hold; empty for the temporal kinds, where every part must have matched.
    pub conditions: Vec<(Comparison, f64)>,
    /// The parts also detect by themselves.
    pub generate: bool,
}

/// What a correlation counts.
#[derive(Debug, Clone, PartialEq)]
pub enum CorrelationKind {
    /// Matching events.
    EventCount,
    /// Different values (taken together) of fields.
    ValueCount(Vec<Name>),
    /// All parts, in any order; with conditions: how many different parts.
    Temporal,
    /// All parts, in the order they are listed.
    TemporalOrdered,
    /// The sum of a number.
    ValueSum(Name),
    /// The mean of a number.
    ValueAvg(Name),
    /// The value below which that many per cent of a number lie.
    ValuePercentile(Name, f64),
}

/// One key of a group: a field, or an alias that is another field in each part.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupKey {
    /// The word in the rule.
    pub word: String,
    /// The field to read in each part of the correlation, by the part's place in `rules`.
    pub names: Vec<Name>,
}

/// How a figure is compared with a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Below.
    Lt,
    /// Not above.
    Lte,
    /// Above.
    Gt,
    /// Not below.
    Gte,
    /// The same.
    Eq,
    /// Another.
    Neq,
}

impl Comparison {
    /// Whether a figure stands so to a threshold.
    #[allow(clippy::float_cmp)] // Rules compare counts and sums with what they say, exactly.
    pub fn holds(self, figure: f64, threshold: f64) -> bool {
        match self {
            Comparison::Lt => figure < threshold,
            Comparison::Lte => figure <= threshold,
            Comparison::Gt => figure > threshold,
            Comparison::Gte => figure >= threshold,
            Comparison::Eq => figure == threshold,
            Comparison::Neq => figure != threshold,
        }
    }
}

/// What a baseline measures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Metric {
    /// How many events.
    Count,
    /// The sum of a number.
    Sum(Name),
    /// How many different values.
    Distinct(Name),
}

/// What a span is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Season {
    /// All spans.
    None,
    /// The same hours of other days.
    Day,
    /// The same hours of the week.
    Week,
}

/// Which half of a contradiction is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The marketplace says nothing of what its records show.
    Notice,
    /// The records do not show what a mail says.
    Fact,
}

/// How long a source may be silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grace {
    /// As the account says for each source.
    Account,
    /// So long beyond what the account expects, for every source.
    Fixed(SignedDuration),
}

/// When a risk is high.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RiskTrigger {
    /// The figure, between 0 and 1.
    AtLeast(f64),
    /// So many evidence families in so long a time.
    Families {
        /// How many.
        count: usize,
        /// In how long a time.
        within: SignedDuration,
    },
}
