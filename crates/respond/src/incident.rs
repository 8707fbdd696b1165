//! An incident: what happened, who did what, and whether the intruder is out.
//!
//! Append-only. It cannot be closed before every question of the eviction list has an
//! answer: accounts that were cleaned in part were taken over again
//! (<https://www.worldfirst.com/us/blog/selling-online/amazon-locked-out/>).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::playbook::Run;

/// Where an intruder can still sit after the password was changed.
pub const EVICTION: &[(&str, &str)] = &[
    ("password", "Was the password changed, from a clean device?"),
    (
        "sessions",
        "Were all other devices and sessions signed out?",
    ),
    (
        "two-step",
        "Are second step, phone numbers, authenticators and passkeys only yours?",
    ),
    (
        "recovery",
        "Are recovery addresses, codes and contacts only yours?",
    ),
    (
        "users",
        "Does every user belong to you, with no more rights than needed?",
    ),
    ("apps", "Is every authorised application known and needed?"),
    (
        "deposit-method",
        "Do payouts go to your own account, and is no other one left?",
    ),
    (
        "mailbox-rules",
        "Is the mailbox free of rules, forwarding and delegates you do not know?",
    ),
    (
        "listings",
        "Are all listings, prices, handling times and promotions yours?",
    ),
    (
        "devices",
        "Were the devices that were used checked or set up anew?",
    ),
];

/// How long after closing a new sign is taken as the same intruder.
pub const WATCH_AFTER_CLOSING: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The answer to one question of the eviction list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evicted {
    /// It is so.
    Yes,
    /// It is not so yet: the incident stays open.
    No,
    /// There is no such thing on this account.
    DoesNotApply,
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What.
    pub what: Act,
}

/// What can be entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum Act {
    /// It was opened.
    Opened {
        /// Why, in one line.
        title: String,
    },
    /// An alert belongs to it.
    AlertJoined {
        /// The alert's id.
        alert: String,
    },
    /// Somebody notes something.
    Note {
        /// The words.
        text: String,
    },
    /// Evidence was saved.
    EvidenceSaved {
        /// SHA-256 of the bytes.
        sha256: String,
        /// What it is.
        title: String,
    },
    /// A question of the eviction list was answered.
    Answered {
        /// The question's name.
        question: String,
        /// The answer.
        answer: Evicted,
        /// What proves it.
        proof: String,
    },
    /// A playbook was begun.
    PlaybookBegun {
        /// Its id.
        playbook: String,
    },
    /// It was closed.
    Closed {
        /// What came of it.
        outcome: String,
    },
    /// It was opened again.
    Reopened {
        /// Why.
        reason: String,
    },
}

/// One incident of one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Stable name.
    pub id: String,
    /// The account.
    pub account: String,
    /// Everything that was entered, in order.
    pub log: Vec<Entry>,
    /// The playbooks that are run.
    pub runs: Vec<Run>,
}

/// Why something cannot be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// These questions of the eviction list have no answer, or are answered with no.
    StillInside(Vec<&'static str>),
    /// No such question.
    NoSuchQuestion(String),
    /// It is closed; reopen it first.
    IsClosed,
    /// It is not closed.
    IsOpen,
    /// Words are missing.
    SaysNothing,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refused::StillInside(questions) => write!(
                f,
                "the incident cannot be closed yet; these questions are open: {}",
                questions.join(", ")
            ),
            Refused::NoSuchQuestion(name) => {
                write!(f, "the eviction list has no question {name:?}")
            }
            Refused::IsClosed => f.write_str("the incident is closed; reopen it first"),
            Refused::IsOpen => f.write_str("the incident is open already"),
            Refused::SaysNothing => f.write_str("say something: an empty entry helps nobody later"),
        }
    }
}

impl std::error::Error for Refused {}

impl Incident {
    /// Opens an incident.
    pub fn open(id: &str, account: &str, title: &str, by: &str, at: Timestamp) -> Incident {
        let opened = Entry {
            at,
            by: by.to_owned(),
            what: Act::Opened {
                title: title.to_owned(),
            },
        };
        Incident {
            id: id.to_owned(),
            account: account.to_owned(),
            log: vec![opened],
            runs: Vec::new(),
        }
    }

    /// Enters something.
    pub fn enter(&mut self, entry: Entry) -> Result<(), Refused> {
        let closed = self.closed_at().is_some();
        match &entry.what {
            Act::Reopened { reason } if reason.trim().is_empty() => {
                return Err(Refused::SaysNothing);
            }
            Act::Reopened { .. } if !closed => return Err(Refused::IsOpen),
            Act::Reopened { .. } => {}
            _ if closed => return Err(Refused::IsClosed),
            Act::Note { text } if text.trim().is_empty() => return Err(Refused::SaysNothing),
            Act::Answered {
                question, proof, ..
            } => {
                if !EVICTION.iter().any(|(name, _)| name == question) {
                    return Err(Refused::NoSuchQuestion(question.clone()));
                }
                if proof.trim().is_empty() {
                    return Err(Refused::SaysNothing);
                }
            }
            Act::Closed { .. } => {
                let open = self.open_questions();
                if !open.is_empty() {
                    return Err(Refused::StillInside(open));
                }
            }
            _ => {}
        }
        self.log.push(entry);
        Ok(())
    }

    /// Questions of the eviction list that stand in the way of closing.
    pub fn open_questions(&self) -> Vec<&'static str> {
        let answers = self.answers();
        EVICTION
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| matches!(answers.get(*name), None | Some(Evicted::No)))
            .collect()
    }

    /// The last answer to each question since it was opened or reopened: an intruder who
    /// came back makes all earlier answers worthless.
    pub fn answers(&self) -> BTreeMap<&str, Evicted> {
        let mut answers = BTreeMap::new();
        for entry in &self.log {
            match &entry.what {
                Act::Reopened { .. } => answers.clear(),
                Act::Answered {
                    question, answer, ..
                } => {
                    answers.insert(question.as_str(), *answer);
                }
                _ => {}
            }
        }
        answers
    }

    /// When it was closed, if it is.
    pub fn closed_at(&self) -> Option<Timestamp> {
        let last = self
            .log
            .iter()
            .rev()
            .find(|entry| matches!(entry.what, Act::Closed { .. } | Act::Reopened { .. }))?;
        matches!(last.what, Act::Closed { .. }).then_some(last.at)
    }

    /// Whether a new sign now is taken as the same intruder.
    pub fn is_watched(&self, now: Timestamp) -> bool {
        self.closed_at()
            .is_some_and(|closed| now.duration_since(closed) < WATCH_AFTER_CLOSING)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: u32) -> Timestamp {
        format!("2026-11-{day:02}T10:00:00Z")
            .parse()
            .expect("a time")
    }

    fn entry(day: u32, what: Act) -> Entry {
        Entry {
            at: at(day),
            by: "mia".to_owned(),
            what,
        }
    }

    fn answered(question: &str, answer: Evicted) -> Act {
        Act::Answered {
            question: question.to_owned(),
            answer,
            proof: "seen".to_owned(),
        }
    }

    fn close() -> Act {
        Act::Closed {
            outcome: "out".to_owned(),
        }
    }

    fn answered_all(day: u32) -> Incident {
        let mut incident = Incident::open("i1", "shop", "taken over", "mia", at(1));
        for (name, _) in EVICTION {
            incident
                .enter(entry(day, answered(name, Evicted::Yes)))
                .expect("accepted");
        }
        incident
    }

    #[test]
    fn it_cannot_be_closed_before_every_question_has_an_answer() {
        let mut incident = Incident::open("i1", "shop", "taken over", "mia", at(1));
        let refused = incident.enter(entry(2, close())).expect_err("refused");
        assert!(matches!(&refused, Refused::StillInside(open) if open.len() == EVICTION.len()));
        assert!(refused.to_string().contains("mailbox-rules"));
        let mut incident = answered_all(2);
        incident
            .enter(entry(2, answered("apps", Evicted::No)))
            .expect("accepted");
        assert_eq!(
            incident.enter(entry(2, close())),
            Err(Refused::StillInside(vec!["apps"]))
        );
        incident
            .enter(entry(3, answered("apps", Evicted::DoesNotApply)))
            .expect("accepted");
        incident.enter(entry(3, close())).expect("closed");
    }

    #[test]
    fn after_closing_it_is_watched_for_thirty_days() {
        let mut incident = answered_all(2);
        incident.enter(entry(3, close())).expect("closed");
        assert!(incident.is_watched(at(20)));
        assert!(!incident.is_watched(at(3) + SignedDuration::from_hours(31 * 24)));
        assert_eq!(
            incident.enter(entry(
                4,
                Act::Note {
                    text: "late".to_owned()
                }
            )),
            Err(Refused::IsClosed)
        );
    }

    #[test]
    fn an_intruder_who_came_back_makes_earlier_answers_worthless() {
        let mut incident = answered_all(2);
        incident.enter(entry(3, close())).expect("closed");
        let again = Act::Reopened {
            reason: "a new user".to_owned(),
        };
        incident.enter(entry(5, again)).expect("reopened");
        assert_eq!(incident.open_questions().len(), EVICTION.len());
        assert_eq!(incident.closed_at(), None);
    }
}
