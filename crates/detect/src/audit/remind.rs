//! Reminders: what somebody signed off and must look at again.
//!
//! Users, applications and deposit accounts are looked through again and again, because an
//! intruder hides there. Only what was signed off once is asked again: what never was is
//! in the score. The same word that runs out gives the same reminder, however often it is
//! asked for.

use jiff::SignedDuration;
use sellkeep_model::{
    AlertLevel, Answered, Cause, CheckResult, Detection, Object, ProofLevel, Timestamp, id_of,
};

use super::{Attestation, Preparation};

/// The checks that are signed off at regular times.
pub const SIGN_OFFS: &[&str] = &[
    "access/users-reviewed",
    "access/apps-reviewed",
    "money/deposit-account",
];

/// The name of the rule in alerts.
pub const RULE: &str = "preparation/sign-off";

/// How long before a word runs out somebody is reminded: over a weekend.
const AHEAD: SignedDuration = SignedDuration::from_hours(3 * 24);

/// What must be signed off again, as detections of an account of a tenant.
pub fn remind(
    results: &[CheckResult],
    known: &Preparation,
    tenant: &str,
    now: Timestamp,
) -> Vec<Detection> {
    let asked = results
        .iter()
        .filter(|result| SIGN_OFFS.contains(&result.check.as_str()));
    let due = asked.filter_map(|result| {
        let word = last_word(&result.check, known, now)?;
        Some(detection(result, word, stage(result, now)?, known, tenant))
    });
    due.map(|detection| Detection {
        at: now,
        ..detection
    })
    .collect()
}

fn last_word<'k>(check: &str, known: &'k Preparation, now: Timestamp) -> Option<&'k Attestation> {
    let said = known.attestations.iter();
    said.filter(|word| word.check == check && word.at <= now)
        .max_by_key(|word| word.at)
}

/// `soon` or `over`; nothing where the word still holds for long, or a fact decides.
fn stage(result: &CheckResult, now: Timestamp) -> Option<&'static str> {
    match (result.answer, result.expires) {
        (Answered::AskThePerson, _) => Some("over"),
        (_, Some(expires)) if expires.duration_since(now) <= AHEAD => Some("soon"),
        _ => None,
    }
}

fn detection(
    result: &CheckResult,
    word: &Attestation,
    stage: &str,
    known: &Preparation,
    tenant: &str,
) -> Detection {
    let day = word.at.strftime("%Y-%m-%d").to_string();
    let says = format!("{} signed it off on {day}.", word.by);
    let first_step = result.steps.first();
    Detection {
        id: id_of(&[RULE, tenant, &known.account, &result.check]),
        rule: RULE.to_owned(),
        rule_version: id_of(&[RULE, "1"]),
        account: known.account.clone(),
        level: AlertLevel::CheckToday,
        title: format!("Sign off again: {}", result.question),
        happened: word.at,
        at: word.at,
        object: Some(Object::new("check", &result.check)),
        how_we_know: vec![says.clone(), result.why.clone()],
        first_step: first_step
            .map_or(&result.question, |step| &step.action)
            .clone(),
        deadline: result.expires,
        causes: vec![Cause {
            happened: word.at,
            event: id_of(&[RULE, &result.check, &word.at.to_string(), stage]),
            kind: "attestation.recorded".to_owned(),
            proof: ProofLevel::Observed,
            says,
        }],
        proof: ProofLevel::Observed,
        family: "preparation".to_owned(),
        weight: 0.0,
        playbook: None,
        tags: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::audit;
    use sellkeep_knowledge::Knowledge;

    fn at(day: u32) -> Timestamp {
        format!("2026-11-{day:02}T10:00:00Z")
            .parse()
            .expect("a time")
    }

    fn known(check: &str) -> Preparation {
        Preparation {
            account: "shop".to_owned(),
            marketplace: Some("amazon".to_owned()),
            attestations: vec![Attestation {
                check: check.to_owned(),
                yes: true,
                by: "mia".to_owned(),
                at: "2026-10-20T10:00:00Z".parse().expect("a time"),
                evidence: None,
            }],
            ..Preparation::default()
        }
    }

    /// What is asked again on a day; the word of 20 October holds for 30 days.
    fn check(known: &Preparation, day: u32, expected: &[(&str, Option<u32>)]) {
        let knowledge = Knowledge::builtin().expect("knowledge");
        let results = audit(&knowledge.checks, known, at(day));
        let found = remind(&results, known, "firm", at(day));
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.object.as_ref().expect("one").id.as_str(), one.deadline))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(check, day)| (*check, day.map(at)))
            .collect();
        assert_eq!(found, expected, "day {day}");
    }

    #[test]
    fn a_word_is_asked_again_three_days_before_it_runs_out_and_after() {
        let known = known("access/users-reviewed");
        check(&known, 15, &[]);
        check(&known, 17, &[("access/users-reviewed", Some(19))]);
        check(&known, 25, &[("access/users-reviewed", None)]);
    }

    #[test]
    fn what_is_no_sign_off_or_was_never_signed_is_not_asked() {
        check(&known("access/strong-password"), 25, &[]);
        check(&Preparation::default(), 25, &[]);
    }

    #[test]
    fn the_same_word_gives_the_same_reminder() {
        let knowledge = Knowledge::builtin().expect("knowledge");
        let known = known("access/users-reviewed");
        let ids = |day| {
            let results = audit(&knowledge.checks, &known, at(day));
            let found = remind(&results, &known, "firm", at(day));
            (found[0].id.clone(), found[0].causes[0].event.clone())
        };
        assert_eq!(ids(24), ids(25));
        let (soon, over) = (ids(17), ids(25));
        assert_eq!(soon.0, over.0);
        assert_ne!(soon.1, over.1);
    }
}
