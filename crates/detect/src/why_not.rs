//! Why a rule has found nothing on an account.

use sellkeep_model::Account;
use serde::Serialize;

use crate::evaluate::{View, why};
use crate::explain::time_shown;
use crate::moment::{DAY, stamp};
use crate::risk;
use crate::rule::{Body, Rule, RuleSet};
use crate::state::{AccountState, Key, RuleState};

/// What a rule has found on an account, or what it lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhyNot {
    /// The rule.
    pub rule: String,
    /// Whether it has found something that still stands.
    pub met: bool,
    /// What it has seen and what it lacks, a sentence each.
    pub reasons: Vec<String>,
}

/// What a rule has found on an account, or what it lacks; from the state it runs on.
pub fn why_not(rules: &RuleSet, account: &Account, state: &AccountState, rule_id: &str) -> WhyNot {
    let Some(rule) = rules.get(rule_id) else {
        let reason = format!("There is no rule `{rule_id}`; `sellkeep rules` lists them.");
        return WhyNot {
            rule: rule_id.to_owned(),
            met: false,
            reasons: vec![reason],
        };
    };
    let fresh = RuleState::default();
    let own = state.cold.rules.get(rule_id).unwrap_or(&fresh);
    let mut reasons = found(own);
    let met = !reasons.is_empty();
    reasons.extend(why(&view(account, state, rule, own)));
    reasons.extend(risk_now(rules, state, rule));
    WhyNot {
        rule: rule_id.to_owned(),
        met,
        reasons,
    }
}

fn view<'a>(
    account: &'a Account,
    state: &'a AccountState,
    rule: &'a Rule,
    own: &'a RuleState,
) -> View<'a> {
    View {
        account,
        rule,
        state: own,
        facts: &state.cold.facts,
        snapshot: &state.cold.snapshot,
        kept: &state.cold.kept,
        eyes: &state.hot.eyes,
        now: state.hot.now,
    }
}

fn found(own: &RuleState) -> Vec<String> {
    let newest = own.standing.all().iter().rev().take(3);
    let says = newest.map(|found| {
        let level = found
            .level
            .map_or("feeds the risk only", |level| level.shown());
        format!(
            "It was met on {} ({level}).",
            time_shown(stamp(found.anchor.0))
        )
    });
    says.collect()
}

fn risk_now(rules: &RuleSet, state: &AccountState, rule: &Rule) -> Vec<String> {
    if !matches!(rule.body, Body::Risk(_)) {
        return Vec::new();
    }
    let evidence = risk::evidence(rules, state);
    let parts = risk::parts(&evidence, Key::end_of(state.hot.now));
    let mut says = vec![format!("The risk is {:.2} of 1 now.", risk::figure(&parts))];
    says.extend(parts.iter().map(|part| {
        let age = (state.hot.now - part.at.0) / DAY;
        let family = part.rule.meta.family.as_str();
        format!(
            "{family}: {:.2} ({}, {age} days ago).",
            part.share, part.rule.title
        )
    }));
    says
}
