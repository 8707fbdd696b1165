//! Risk of an account: what all rules have found, weighed together.
//!
//! Within an evidence family only the strongest finding counts, and each fades with
//! time: ten copies of a weak one weigh no more than one. Families are combined as
//! independent chances (noisy-OR). A finding of weight 1 is certain by itself.

use sellkeep_model::{AlertLevel, ProofLevel};

use crate::evaluate::{Figures, Outcome};
use crate::moment::{DAY, Millis, hours, length};
use crate::rule::{Body, Family, RiskTrigger, Rule, RuleSet, Seen};
use crate::state::{AccountState, Found, Key};

/// A page is due at this risk unless a rule says otherwise.
pub const PAGE_AT: f64 = 0.85;
/// A note is due at this risk.
pub const NOTIFY_AT: f64 = 0.6;

/// What has faded to less than this is not told as a part of the risk.
const TOLD_MIN: f64 = 0.05;

/// After so long nothing weighs anything, whatever its family.
const FORGOTTEN: Millis = 90 * DAY;

/// One finding that weighs in the risk.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Evidence<'a> {
    pub at: Key,
    pub rule: &'a Rule,
}

/// What a family adds to the risk at a moment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part<'a> {
    pub rule: &'a Rule,
    pub share: f64,
    pub at: Key,
}

/// How fast findings of a family fade: half of the weight is left after so long.
fn half_life(family: Family) -> Millis {
    match family {
        Family::Payout | Family::People => 14 * DAY,
        Family::Access | Family::Credential | Family::Standing => 7 * DAY,
        Family::Catalogue | Family::Evasion => 3 * DAY,
        Family::Price | Family::Orders => 2 * DAY,
        Family::Mail | Family::Watch => DAY,
    }
}

/// Everything that weighs, in the account's order.
pub(crate) fn evidence<'a>(rules: &'a RuleSet, state: &AccountState) -> Vec<Evidence<'a>> {
    let mut all = Vec::new();
    for rule in rules.rules() {
        let weighs = rule.meta.weight > 0.0 && !matches!(rule.body, Body::Risk(_));
        let remembered = state.cold.rules.get(&rule.id).filter(|_| weighs);
        let found = remembered.into_iter().flat_map(|own| own.standing.all());
        let counts = found.filter(|found| weighs_in(rule, found));
        all.extend(counts.map(|found| Evidence {
            at: found.anchor,
            rule,
        }));
    }
    all.sort_by(|one, other| (one.at, &one.rule.id).cmp(&(other.at, &other.rule.id)));
    all
}

/// What was announced weighs nothing. What is merely claimed weighs as mail alone:
/// letters of a stranger must never page anybody about the account's money.
fn weighs_in(rule: &Rule, found: &Found) -> bool {
    let lowered = rule.meta.alert > Some(AlertLevel::ForInformation)
        && found.level == Some(AlertLevel::ForInformation);
    let claimed = found.proof == ProofLevel::Claimed && rule.meta.family != Family::Mail;
    !lowered && !claimed
}

/// The strongest of each family at a place, strongest first.
pub(crate) fn parts<'a>(evidence: &[Evidence<'a>], place: Key) -> Vec<Part<'a>> {
    let mut parts: Vec<Part<'a>> = Vec::new();
    for one in evidence.iter().filter(|one| one.at <= place) {
        let age = place.0 - one.at.0;
        if age > FORGOTTEN {
            continue;
        }
        let half_lives = hours(age) / hours(half_life(one.rule.meta.family));
        let share = one.rule.meta.weight * (-half_lives).exp2();
        let part = Part {
            rule: one.rule,
            share,
            at: one.at,
        };
        let family = one.rule.meta.family;
        match parts
            .iter_mut()
            .find(|other| other.rule.meta.family == family)
        {
            Some(other) if other.share < share => *other = part,
            Some(_) => {}
            None => parts.push(part),
        }
    }
    parts.sort_by(|one, other| other.share.total_cmp(&one.share));
    parts
}

/// The risk from its parts, between 0 and 1.
pub(crate) fn figure(parts: &[Part<'_>]) -> f64 {
    1.0 - parts
        .iter()
        .map(|part| 1.0 - part.share.clamp(0.0, 1.0))
        .product::<f64>()
}

/// What a risk rule finds at each piece of evidence from a place on.
pub(crate) fn at(
    trigger: RiskTrigger,
    evidence: &[Evidence<'_>],
    from: Key,
) -> Vec<(Key, Outcome)> {
    let mut places: Vec<Key> = evidence.iter().map(|one| one.at).collect();
    places.dedup();
    let begin = places.partition_point(|place| *place < from);
    let mut before = begin
        .checked_sub(1)
        .and_then(|last| places.get(last))
        .copied();
    let mut found = Vec::new();
    for place in &places[begin..] {
        let measured = measure(trigger, evidence, *place);
        let earlier = before.filter(|before| place.0 - before.0 < 7 * DAY);
        let earlier = earlier.and_then(|before| measure(trigger, evidence, before));
        before = Some(*place);
        if measured.is_some_and(|now| earlier.is_none_or(|earlier| now > earlier)) {
            found.push((*place, outcome(evidence, *place)));
        }
    }
    found
}

/// How many families make the risk high; `None` while it is not.
fn measure(trigger: RiskTrigger, evidence: &[Evidence<'_>], place: Key) -> Option<usize> {
    match trigger {
        RiskTrigger::AtLeast(at_least) => {
            let parts = parts(evidence, place);
            let told = parts.iter().filter(|part| part.share >= TOLD_MIN).count();
            // One family alone has a rule of its own that speaks for it; here signs of
            // different kinds add up. Rounded, so that the same risk added up in another
            // way is the same.
            (told > 1 && figure(&parts) >= at_least - 1e-9).then_some(told)
        }
        RiskTrigger::Families { count, within } => {
            let families = families(evidence, place, length(within));
            (families >= count).then_some(families)
        }
    }
}

fn families(evidence: &[Evidence<'_>], place: Key, within: Millis) -> usize {
    let near = evidence
        .iter()
        .filter(|one| one.at <= place && place.0 - one.at.0 < within);
    let mut families: Vec<Family> = near.map(|one| one.rule.meta.family).collect();
    families.sort_unstable();
    families.dedup();
    families.len()
}

fn outcome(evidence: &[Evidence<'_>], place: Key) -> Outcome {
    let parts = parts(evidence, place);
    let told: Vec<&Part<'_>> = parts.iter().filter(|part| part.share >= TOLD_MIN).collect();
    let mut says: Vec<String> = told.iter().map(|part| contribution(part, place)).collect();
    says.push(format!("Together: {:.2} of 1.", figure(&parts)));
    let mut causes: Vec<Key> = told.iter().map(|part| part.at).collect();
    causes.sort_unstable();
    causes.dedup();
    let seen = Seen {
        count: Some(Figures::of(told.len())),
        value: Some((figure(&parts) * 100.0).round() / 100.0),
        usual: None,
    };
    let print = u64::try_from(told.len()).unwrap_or(u64::MAX);
    Outcome {
        causes,
        seen,
        says,
        anchor: Some((place, print)),
        ..Outcome::default()
    }
}

fn contribution(part: &Part<'_>, place: Key) -> String {
    let age = place.0 - part.at.0;
    let when = if age < DAY {
        "today".to_owned()
    } else {
        format!("{} before", crate::moment::shown(age))
    };
    format!(
        "{}: {:.2} ({}, {when})",
        part.rule.meta.family.as_str(),
        part.share,
        part.rule.title
    )
}
