//! How well an account is prepared: what people said and what was read, put before the checks.
//!
//! The same for pages and for the keeper. Not here: asking the DNS (`keep`), the checks
//! themselves (`detect::audit`).

use std::collections::BTreeMap;

use sellkeep_console::{Asked, NextStep, Prepared};
use sellkeep_detect::AccountState;
use sellkeep_detect::audit::{
    Attestation, Excused, Facts, Known, Preparation, audit, score, snapshot_facts,
};
use sellkeep_knowledge::Knowledge;
use sellkeep_model::{Account, Exception, Timestamp};
use sellkeep_store::{ReadFact, ReadFacts, SaidOfAccount};

/// What is known of an account's preparation.
pub fn known(
    id: &str,
    account: Option<(&Account, &AccountState)>,
    said: &SaidOfAccount,
    read: &ReadFacts,
) -> Preparation {
    let mut facts: Facts = read
        .iter()
        .map(|(name, fact)| (name.clone(), fact_of(fact)))
        .collect();
    if let Some((account, state)) = account {
        facts.extend(snapshot_facts(account, state));
    }
    Preparation {
        account: id.to_owned(),
        marketplace: account.map(|(account, _)| account.marketplace.clone()),
        facts,
        attestations: said.attested.iter().map(attestation).collect(),
        exceptions: exceptions(said),
    }
}

/// What the checks find.
pub fn prepared(knowledge: &Knowledge, known: &Preparation, now: Timestamp) -> Prepared {
    let checks = audit(&knowledge.checks, known, now);
    let score = score(&checks);
    Prepared {
        points: score.points,
        points_max: score.of,
        next: score.next.map(|next| NextStep {
            check: next.check,
            action: next.action,
            minutes: next.minutes,
            points: next.points,
        }),
        checks,
    }
}

/// What the checks find, for a page.
pub fn asked(knowledge: &Knowledge, asked: &Asked<'_>, now: Timestamp) -> Prepared {
    let state = asked.account.and_then(|(_, state)| restored(state));
    // A state that cannot be read tells nothing; the keeper says so where it works.
    let state = state.unwrap_or_default();
    let account = asked.account.map(|(account, _)| (account, &state));
    prepared(
        knowledge,
        &known(asked.id, account, asked.said, asked.facts),
        now,
    )
}

fn restored(state: &sellkeep_store::AccountState) -> Option<AccountState> {
    AccountState::restore(&state.hot, state.cold.as_deref()).ok()
}

fn fact_of(fact: &ReadFact) -> Known {
    match fact {
        ReadFact::Number(number) => Known::Number(*number),
        ReadFact::Word(word) => Known::Word(word.clone()),
    }
}

/// A fact as it is kept.
pub fn kept(facts: Facts) -> ReadFacts {
    let fact = |fact: Known| match fact {
        Known::Number(number) => ReadFact::Number(number),
        Known::Word(word) => ReadFact::Word(word),
    };
    facts
        .into_iter()
        .map(|(name, known)| (name, fact(known)))
        .collect()
}

fn attestation(said: &sellkeep_store::Said<sellkeep_store::Attested>) -> Attestation {
    let evidence = &said.what.evidence;
    Attestation {
        check: said.check.clone(),
        yes: said.what.yes,
        by: said.by.clone(),
        at: said.at,
        evidence: (!evidence.is_empty()).then(|| evidence.clone()),
    }
}

/// The newest word on each check: an earlier exception that was taken back must not count.
fn exceptions(said: &SaidOfAccount) -> Vec<Excused> {
    let mut newest: BTreeMap<&str, Excused> = BTreeMap::new();
    for said in &said.excepted {
        newest.entry(&said.check).or_insert_with(|| Excused {
            check: said.check.clone(),
            exception: Exception {
                owner: said.what.owner.clone(),
                reason: said.what.reason.clone(),
                expires: said.what.expires,
            },
        });
    }
    newest.into_values().collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]
mod tests {
    use super::*;
    use sellkeep_model::Answered;
    use sellkeep_store::{Attested, Excepted, Said};

    fn at(day: u32) -> Timestamp {
        format!("2026-11-{day:02}T10:00:00Z").parse().unwrap()
    }

    fn said<T>(check: &str, day: u32, what: T) -> Said<T> {
        Said {
            check: check.to_owned(),
            by: "mia".to_owned(),
            at: at(day),
            what,
        }
    }

    fn found(said: &SaidOfAccount, facts: &ReadFacts, check: &str) -> (Answered, bool) {
        let knowledge = Knowledge::builtin().unwrap();
        let prepared = prepared(&knowledge, &known("", None, said, facts), at(25));
        let found = prepared.checks.iter().find(|one| one.check == check);
        let found = found.unwrap();
        (found.answer, found.exception.is_some())
    }

    #[test]
    fn words_and_facts_reach_the_checks() {
        let yes = Attested {
            yes: true,
            evidence: "seen".to_owned(),
            record: None,
        };
        let words = SaidOfAccount {
            attested: vec![said("access/two-step", 20, yes)],
            ..SaidOfAccount::default()
        };
        let facts =
            ReadFacts::from([("domain.dmarc".to_owned(), ReadFact::Word("none".to_owned()))]);
        assert_eq!(found(&words, &facts, "access/two-step").0, Answered::Pass);
        assert_eq!(found(&words, &facts, "domain/dmarc").0, Answered::Fail);
        assert_eq!(found(&words, &facts, "domain/spf").0, Answered::Unknown);
    }

    #[test]
    fn an_exception_that_was_taken_back_does_not_count() {
        let excepted = |day| Excepted {
            owner: "mia".to_owned(),
            reason: "later".to_owned(),
            expires: at(day),
        };
        let check = "access/two-step";
        let mut words = SaidOfAccount {
            excepted: vec![said(check, 1, excepted(30))],
            ..SaidOfAccount::default()
        };
        assert!(found(&words, &ReadFacts::new(), check).1);
        // Newest first, as the store gives them.
        words.excepted.insert(0, said(check, 2, excepted(2)));
        assert!(!found(&words, &ReadFacts::new(), check).1);
    }
}
