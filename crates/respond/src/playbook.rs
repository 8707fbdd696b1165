//! A playbook being run: which step is next, what was done, how much time is left.
//!
//! Append-only: an answer is never taken back, a later one stands beside it. Zero hour is
//! when the thing happened or was noticed, not when somebody opened the page.
//! Not here: the text of the steps (`knowledge`).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use sellkeep_knowledge::{Playbook, Step};
use serde::{Deserialize, Serialize};

/// What was said about one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "said", rename_all = "kebab-case")]
pub enum Said {
    /// Somebody is on it.
    Taken,
    /// It is done, and this proves it.
    Done {
        /// What proves it.
        proof: String,
    },
    /// It does not apply: the question of the step was answered with no.
    NotSo,
    /// It could not be done.
    Failed {
        /// Why, and what was done instead.
        reason: String,
    },
}

/// One thing that was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The step's number.
    pub step: u32,
    /// What was said.
    #[serde(flatten)]
    pub said: Said,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// One run of a playbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The playbook's id.
    pub playbook: String,
    /// From when deadlines count.
    pub zero_hour: Timestamp,
    /// Everything that was said, in order.
    pub entries: Vec<Entry>,
}

/// Why something cannot be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The playbook has no step of that number.
    NoSuchStep(u32),
    /// A step is done only with what proves it.
    ProofMissing,
    /// The step asks no question that could be answered with no.
    NoQuestion(u32),
    /// A run that would never end.
    TooManyEntries,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refused::NoSuchStep(number) => write!(f, "this playbook has no step {number}"),
            Refused::ProofMissing => {
                f.write_str("say what proves that it worked, or why it could not be done")
            }
            Refused::NoQuestion(number) => {
                write!(
                    f,
                    "step {number} applies always: mark it as done, or say why it could not be done"
                )
            }
            Refused::TooManyEntries => {
                f.write_str("too much was said in this run; begin another one")
            }
        }
    }
}

impl std::error::Error for Refused {}

/// More than any team says in one incident.
const ENTRIES_MAX: usize = 10_000;

/// How one step stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing<'a> {
    /// The step.
    pub step: &'a Step,
    /// The last thing said about it.
    pub last: Option<&'a Entry>,
    /// Until when it should be done.
    pub due: Timestamp,
    /// Time left; negative when it is late.
    pub left: SignedDuration,
}

impl Standing<'_> {
    /// Whether nothing more is to be done.
    pub fn is_settled(&self) -> bool {
        self.last.is_some_and(|entry| entry.said != Said::Taken)
    }
}

impl Run {
    /// A run of a playbook from a zero hour.
    pub fn new(playbook: &Playbook, zero_hour: Timestamp) -> Run {
        Run {
            playbook: playbook.id.clone(),
            zero_hour,
            entries: Vec::new(),
        }
    }

    /// Says something about a step.
    pub fn advance(&mut self, playbook: &Playbook, entry: Entry) -> Result<(), Refused> {
        let step = playbook
            .steps
            .iter()
            .find(|step| step.number == entry.step)
            .ok_or(Refused::NoSuchStep(entry.step))?;
        let says_nothing = match &entry.said {
            Said::Done { proof } => proof.trim().is_empty(),
            Said::Failed { reason } => reason.trim().is_empty(),
            Said::Taken | Said::NotSo => false,
        };
        if says_nothing {
            return Err(Refused::ProofMissing);
        }
        if entry.said == Said::NotSo && step.condition.is_none() {
            return Err(Refused::NoQuestion(entry.step));
        }
        if self.entries.len() >= ENTRIES_MAX {
            return Err(Refused::TooManyEntries);
        }
        self.entries.push(entry);
        Ok(())
    }

    /// Every step with how it stands.
    pub fn standings<'a>(&'a self, playbook: &'a Playbook, now: Timestamp) -> Vec<Standing<'a>> {
        let mut last: BTreeMap<u32, &Entry> = BTreeMap::new();
        for entry in &self.entries {
            last.insert(entry.step, entry);
        }
        let standing = |step: &'a Step| {
            let due = self.due(step);
            Standing {
                step,
                last: last.get(&step.number).copied(),
                due,
                left: due.duration_since(now),
            }
        };
        playbook.steps.iter().map(standing).collect()
    }

    /// The step that should be done next: the first one that nobody has settled.
    pub fn next<'a>(&'a self, playbook: &'a Playbook, now: Timestamp) -> Option<Standing<'a>> {
        self.standings(playbook, now)
            .into_iter()
            .find(|standing| !standing.is_settled())
    }

    fn due(&self, step: &Step) -> Timestamp {
        let minutes = SignedDuration::from_mins(i64::from(step.deadline_minutes));
        self.zero_hour
            .checked_add(minutes)
            .unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sellkeep_knowledge::Knowledge;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn said(step: u32, said: Said) -> Entry {
        Entry {
            step,
            said,
            by: "mia".to_owned(),
            at: at("2026-11-24T10:00:00Z"),
        }
    }

    fn done(step: u32) -> Entry {
        said(
            step,
            Said::Done {
                proof: "seen".to_owned(),
            },
        )
    }

    #[test]
    fn every_step_of_every_playbook_is_reached_with_every_question_answered_both_ways() {
        let knowledge = Knowledge::builtin().expect("knowledge");
        assert!(knowledge.playbooks.len() >= 12);
        let now = at("2026-11-24T10:00:00Z");
        for playbook in &knowledge.playbooks {
            for yes in [true, false] {
                let mut run = Run::new(playbook, now);
                let mut reached = Vec::new();
                while let Some(standing) = run.next(playbook, now) {
                    let number = standing.step.number;
                    reached.push(number);
                    let entry = match (&standing.step.condition, yes) {
                        (Some(_), false) => said(number, Said::NotSo),
                        _ => done(number),
                    };
                    run.advance(playbook, entry).expect("accepted");
                }
                let all: Vec<u32> = playbook.steps.iter().map(|step| step.number).collect();
                assert_eq!(reached, all, "{}", playbook.id);
            }
        }
    }

    #[test]
    fn a_step_is_done_only_with_proof_and_only_a_question_can_be_answered_with_no() {
        let knowledge = Knowledge::builtin().expect("knowledge");
        let playbook = &knowledge.playbooks[0];
        let mut run = Run::new(playbook, at("2026-11-24T10:00:00Z"));
        let empty = said(
            1,
            Said::Done {
                proof: " ".to_owned(),
            },
        );
        assert_eq!(run.advance(playbook, empty), Err(Refused::ProofMissing));
        assert_eq!(
            run.advance(playbook, done(999)),
            Err(Refused::NoSuchStep(999))
        );
        let plain = playbook
            .steps
            .iter()
            .find(|step| step.condition.is_none())
            .expect("a plain step");
        assert_eq!(
            run.advance(playbook, said(plain.number, Said::NotSo)),
            Err(Refused::NoQuestion(plain.number))
        );
    }

    #[test]
    fn time_left_counts_from_zero_hour() {
        let knowledge = Knowledge::builtin().expect("knowledge");
        let playbook = knowledge
            .playbooks
            .iter()
            .find(|playbook| playbook.id == "password-entered")
            .expect("the playbook");
        let run = Run::new(playbook, at("2026-11-24T10:00:00Z"));
        let next = run
            .next(playbook, at("2026-11-24T10:03:00Z"))
            .expect("a step");
        assert_eq!(next.step.number, 1);
        assert_eq!(next.left, SignedDuration::from_mins(2));
    }
}
