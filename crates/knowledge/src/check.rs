//! Checks of the preparation: what is asked, how it is decided, how it is set right.
//!
//! The fields are those of `knowledge/checks/<theme>/<check>/check.toml`. A check has a
//! sample that must pass and one that must fail. Not here: deciding (`detect::audit`).

use serde::Deserialize;

use sellkeep_model::FixStep;

use crate::source::Source;

/// Points of one check at most: no single thing is a fifth of the preparation.
pub const POINTS_MAX: u32 = 20;

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Check {
    /// Stable name: `theme/name`, also its place.
    pub id: String,
    /// What is asked; "yes" is always good.
    pub question: String,
    /// Marketplaces it is about; all where none is named.
    #[serde(default)]
    pub marketplaces: Vec<String>,
    /// What it is worth.
    pub points: u32,
    /// How long setting it right takes.
    pub minutes: u32,
    /// Why it matters.
    pub why: String,
    /// How it is decided.
    pub decided: Decided,
    /// How to set it right.
    #[serde(rename = "step")]
    pub steps: Vec<FixStep>,
    /// Source, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}

/// How a check is decided.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Decided {
    /// By a fact that we read ourselves; without it nobody knows.
    Automatic {
        /// The fact's name.
        fact: String,
        /// What it is, as a person says it: `Payouts to strangers`.
        shown: String,
        /// What it must be.
        must: Must,
    },
    /// By a person's word, for so many days.
    Attested {
        /// How long the word holds.
        days: u32,
    },
    /// By a fact where we have it, else by a person's word, for so many days.
    Either {
        /// The fact's name.
        fact: String,
        /// What it is, as a person says it: `Payouts to strangers`.
        shown: String,
        /// What it must be.
        must: Must,
        /// How long the word holds.
        days: u32,
    },
}

/// What a fact must be.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Must {
    /// This word.
    Be(String),
    /// One of these words.
    BeOneOf(Vec<String>),
    /// This number or less.
    BeAtMost(i64),
    /// This number or more.
    BeAtLeast(i64),
}

/// Everything wrong with a check's text, as sentences; an empty list is a good one.
pub fn mistakes(check: &Check, place: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut say = |wrong: bool, what: &str| {
        if wrong {
            found.push(what.to_owned());
        }
    };
    let blank = |text: &str| text.trim().is_empty();
    say(check.id != place, "`id` must be the place, `theme/name`");
    say(blank(&check.question), "`question` must ask something");
    say(blank(&check.why), "`why` must say something");
    say(blank(&check.source.source), "`source` must name a page");
    let points = check.points;
    say(
        points == 0 || points > POINTS_MAX,
        "`points` must be from 1 to 20",
    );
    say(check.minutes == 0, "`minutes` must be 1 or more");
    say(check.steps.is_empty(), "there must be at least one step");
    let silent = |step: &FixStep| blank(&step.action);
    say(check.steps.iter().any(silent), "a step must say what to do");
    let days = match check.decided {
        Decided::Automatic { .. } => 1,
        Decided::Attested { days } | Decided::Either { days, .. } => days,
    };
    say(days == 0, "`days` must be 1 or more");
    if let Decided::Automatic { shown, .. } | Decided::Either { shown, .. } = &check.decided {
        say(blank(shown), "`shown` must say what the fact is");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Check {
        toml::from_str(text).expect("a check")
    }

    const GOOD: &str = r#"
        id = "access/two-step"
        question = "Is it on?"
        points = 20
        minutes = 5
        why = "Passwords are stolen."
        source = "an official page"
        seen = "2026-11-22"
        confidence = "high"
        decided = { by = "attested", days = 90 }
        [[step]]
        action = "Switch it on."
    "#;

    #[test]
    fn a_good_check_has_no_mistakes() {
        assert_eq!(
            mistakes(&check(GOOD), "access/two-step"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn every_mistake_is_named() {
        let mut bad = check(GOOD);
        bad.question = " ".to_owned();
        bad.points = 21;
        bad.minutes = 0;
        bad.decided = Decided::Attested { days: 0 };
        bad.steps[0].action.clear();
        assert_eq!(mistakes(&bad, "access/other").len(), 6);
    }

    #[test]
    fn every_way_of_deciding_is_read() {
        let by = |text: &str| {
            let good = GOOD.replace("{ by = \"attested\", days = 90 }", text);
            toml::from_str::<Check>(&good).map(|check| check.decided)
        };
        let fact = r#"{ by = "automatic", fact = "a", shown = "A", must = { be-at-most = 3 } }"#;
        assert!(matches!(by(fact), Ok(Decided::Automatic { .. })));
        let either = r#"{ by = "either", fact = "a", shown = "A", must = { be = "b" }, days = 3 }"#;
        assert!(matches!(by(either), Ok(Decided::Either { .. })));
        assert!(by(r#"{ by = "guessing" }"#).is_err());
    }
}
