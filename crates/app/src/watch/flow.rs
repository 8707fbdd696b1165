//! One record of one account: read, compared, detected.
//!
//! Everything here is a value in, a value out, but for the DNS that [`Answers`] may
//! ask. Invariant: the same records in the same order give the same detections.
//! Not here: where records come from, where alerts go.

use anyhow::{Context, Result};
use sellkeep_detect::rule::RuleSet;
use sellkeep_detect::{AccountState, Origin};
use sellkeep_knowledge::Knowledge;
use sellkeep_mail::notices::Read;
use sellkeep_mail::{Examiner, mailbox_rules};
use sellkeep_model::{
    Account, Detection, DigestKey, Event, Examination, Reading, Record, Timestamp,
};

use crate::answers::Answers;

/// The path with everything it knows.
pub struct Flow {
    examiner: Examiner,
    answers: Answers,
    rules: RuleSet,
    key: DigestKey,
}

/// One account and what is remembered of it.
pub struct Seat {
    /// The account.
    pub account: Account,
    /// What is remembered.
    pub state: AccountState,
}

/// What became of one record.
#[derive(Debug)]
pub struct Taken {
    /// When the record was learned.
    pub at: Timestamp,
    /// The verdict, for a mail.
    pub examination: Option<Examination>,
    /// What stood in it, with the changes found by comparing.
    pub reading: Reading,
    /// What the rules made of it.
    pub detections: Vec<Detection>,
}

impl Seat {
    /// An account of which nothing is remembered yet.
    pub fn new(account: Account) -> Seat {
        Seat {
            account,
            state: AccountState::default(),
        }
    }

    /// The account is watched from then on, though nothing was heard yet.
    pub fn watch_from(&mut self, at: Timestamp) {
        sellkeep_detect::watch_from(&mut self.state, at);
    }

    /// When time itself matters next.
    pub fn next_tick(&self) -> Option<Timestamp> {
        sellkeep_detect::next_tick(&self.account, &self.state)
    }
}

impl Flow {
    /// The path with this knowledge, these DNS answers and this key for private names.
    pub fn new(knowledge: Knowledge, answers: Answers, key: DigestKey) -> Result<Flow> {
        let rules = RuleSet::load(&knowledge.rule_files).context("reading the rules")?;
        Ok(Flow {
            examiner: Examiner::new(knowledge),
            answers,
            rules,
            key,
        })
    }

    /// The rules it detects by.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// What judges mails.
    pub fn examiner(&self) -> &Examiner {
        &self.examiner
    }

    /// Where DNS answers come from.
    pub fn answers(&self) -> &Answers {
        &self.answers
    }

    /// Names of techniques that rules carry as tags.
    pub fn techniques(&self) -> &[sellkeep_knowledge::Technique] {
        &self.examiner.knowledge().techniques
    }

    /// Takes one record of an account.
    pub fn take(&self, seat: &mut Seat, record: &Record) -> Taken {
        let Read {
            examination,
            mut reading,
        } = self.read(&seat.account, record);
        let mut detections = Vec::new();
        let heard = record.status.is_none_or(|status| status < 400);
        if heard && !record.clock {
            detections.extend(sellkeep_detect::heard(
                &self.rules,
                &seat.account,
                &mut seat.state,
                &record.source,
                record.at,
            ));
        }
        let events = events(seat, record, &mut reading);
        for event in &events {
            detections.extend(sellkeep_detect::step(
                &self.rules,
                &seat.account,
                &mut seat.state,
                event,
                record.at,
            ));
        }
        Taken {
            at: record.at,
            examination,
            reading,
            detections,
        }
    }

    /// Takes one record, with all that time alone told before it.
    pub fn live(&self, seat: &mut Seat, record: &Record) -> Vec<Detection> {
        let mut detections = self.until(seat, record.at);
        detections.extend(self.take(seat, record).detections);
        detections
    }

    /// Lets time pass up to a point.
    pub fn until(&self, seat: &mut Seat, now: Timestamp) -> Vec<Detection> {
        let mut detections = Vec::new();
        while let Some(due) = seat.next_tick().filter(|due| *due <= now) {
            detections.extend(self.tick(seat, due));
            if seat.next_tick().is_some_and(|next| next <= due) {
                break;
            }
        }
        detections
    }

    /// Lets time pass.
    pub fn tick(&self, seat: &mut Seat, now: Timestamp) -> Vec<Detection> {
        sellkeep_detect::tick(&self.rules, &seat.account, &mut seat.state, now)
    }

    /// Version hash of the knowledge it reads by.
    pub fn knowledge(&self) -> &str {
        &self.examiner.knowledge().version
    }

    fn read(&self, account: &Account, record: &Record) -> Read {
        if record.clock {
            return Read::default();
        }
        if record.source == mailbox_rules::SOURCE {
            return Read {
                examination: None,
                reading: mailbox_rules::read(record, &self.key),
            };
        }
        if record.eml.is_none() && record.eml_base64.is_none() {
            return Read {
                examination: None,
                reading: sellkeep_connect::read(record, &self.key),
            };
        }
        self.answers
            .read(&self.examiner, record, account, &self.key)
    }
}

/// The events of a record and of the changes it shows, in the order they happened.
fn events(seat: &mut Seat, record: &Record, reading: &mut Reading) -> Vec<Event> {
    let origin = Origin {
        source: record.source.clone(),
        operation: record.operation.clone(),
        record: None,
        learned: record.at,
    };
    let mut events = reading.events.clone();
    for state in &reading.states {
        let changes = sellkeep_detect::observe(&seat.account, &mut seat.state, state, &origin);
        events.extend(changes);
    }
    for event in &mut events {
        event.marketplace.clone_from(&seat.account.marketplace);
    }
    events.sort_by(|one, other| (one.happened, &one.id).cmp(&(other.happened, &other.id)));
    reading.events.clone_from(&events);
    events
}
