//! All rules, and which parts of them an event matches.
//!
//! What an event's kind already decides is decided once, when the rules are loaded:
//! for each kind there is a list of the parts that it can match, with what is left to
//! look at. Matching allocates nothing.

use std::collections::BTreeMap;

use sellkeep_knowledge::Problems;
use sellkeep_model::EventKind;

use super::{PartIndex, Rule, load};
use crate::flat::{FlatEvent, Name};
use crate::sigma::{Item, Matcher, Pattern};

/// All rules, sorted by id.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    /// By the place of the kind in the vocabulary.
    by_kind: Vec<Vec<Candidate>>,
}

#[derive(Debug, Clone)]
struct Candidate {
    hit: Hit,
    rest: Pattern<Name>,
}

/// A part of a rule that an event matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hit {
    /// The rule's place in [`RuleSet::rules`].
    pub rule: usize,
    /// The part's place in [`Rule::parts`](super::Rule).
    pub part: PartIndex,
}

/// The parts that an event matches, in the order of rules and parts.
#[derive(Debug, Clone)]
pub struct Matched<'a> {
    candidates: std::slice::Iter<'a, Candidate>,
    event: FlatEvent<'a>,
}

impl RuleSet {
    /// Reads rules from files by their path below the knowledge folder. A rule's cases only
    /// have to be there: their text is not looked at. Files that belong to no rule are left out.
    pub fn load(files: &BTreeMap<String, String>) -> Result<RuleSet, Problems> {
        load::load(files)
    }

    /// Rules with the patterns of their parts.
    pub(super) fn new(rules: Vec<(Rule, Vec<Pattern<Name>>)>) -> RuleSet {
        let mut by_kind = vec![Vec::new(); EventKind::ALL.len()];
        for (rule, (_, patterns)) in rules.iter().enumerate() {
            for (part, pattern) in patterns.iter().enumerate() {
                for (kind, candidates) in EventKind::ALL.iter().zip(&mut by_kind) {
                    let hit = Hit { rule, part };
                    let rest = pattern.given_kind(*kind);
                    candidates.extend(rest.map(|rest| Candidate { hit, rest }));
                }
            }
        }
        RuleSet {
            rules: rules.into_iter().map(|(rule, _)| rule).collect(),
            by_kind,
        }
    }

    /// Every rule, sorted by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// A rule by its id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        let at = self.rules.binary_search_by(|rule| rule.id.as_str().cmp(id));
        at.ok().and_then(|at| self.rules.get(at))
    }

    /// The parts that an event matches.
    pub fn matches<'a>(&'a self, event: &FlatEvent<'a>) -> Matched<'a> {
        let candidates = self.by_kind.get(event.event.kind as usize);
        Matched {
            candidates: candidates.map(Vec::as_slice).unwrap_or_default().iter(),
            event: *event,
        }
    }
}

impl Iterator for Matched<'_> {
    type Item = Hit;

    fn next(&mut self) -> Option<Hit> {
        let event = &self.event;
        let found = self
            .candidates
            .find(|candidate| candidate.rest.matches(event));
        found.map(|candidate| candidate.hit)
    }
}

impl Pattern<Name> {
    /// What is left of the pattern for events of a kind; `None` where none can match.
    pub(super) fn given_kind(&self, kind: EventKind) -> Option<Pattern<Name>> {
        self.given(&|item: &Item<Name>| match item.name() {
            Name::Kind => item.of_words(kind.as_str()),
            _ => None,
        })
    }
}
