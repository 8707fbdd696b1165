//! Runs a case through the whole engine, as a host runs an account's records.

use jiff::Timestamp;
use sellkeep_model::{Account, Detection, Event, State};

use crate::rule::RuleSet;
use crate::rule::case::{Case, Line};
use crate::{AccountState, Origin, heard, next_tick, observe, step, tick};

/// A host that takes in one account's events and states and lets time pass between.
#[derive(Debug)]
pub struct Rehearsal<'a> {
    rules: &'a RuleSet,
    account: &'a Account,
    /// What is remembered of the account.
    pub state: AccountState,
    /// What was found so far.
    pub found: Vec<Detection>,
}

impl<'a> Rehearsal<'a> {
    /// A host for an account of which nothing is known.
    pub fn new(rules: &'a RuleSet, account: &'a Account) -> Rehearsal<'a> {
        Rehearsal {
            rules,
            account,
            state: AccountState::default(),
            found: Vec::new(),
        }
    }

    /// An event arrives.
    pub fn event(&mut self, event: &Event) {
        self.until(event.learned);
        self.heard(&event.source, event.learned);
        self.take(event, event.learned);
    }

    /// A state is read.
    pub fn state(&mut self, observed: &State, from: &Origin) {
        self.until(from.learned);
        self.heard(&from.source, from.learned);
        for event in observe(self.account, &mut self.state, observed, from) {
            self.take(&event, from.learned);
        }
    }

    /// Time passes to a point.
    pub fn clock(&mut self, now: Timestamp) {
        self.until(now);
        let found = tick(self.rules, self.account, &mut self.state, now);
        self.found.extend(found);
    }

    fn heard(&mut self, source: &str, at: Timestamp) {
        let found = heard(self.rules, self.account, &mut self.state, source, at);
        self.found.extend(found);
    }

    fn take(&mut self, event: &Event, now: Timestamp) {
        let found = step(self.rules, self.account, &mut self.state, event, now);
        self.found.extend(found);
    }

    /// Everything that time alone tells before a point.
    fn until(&mut self, now: Timestamp) {
        while let Some(next) = next_tick(self.account, &self.state).filter(|next| *next <= now) {
            let found = tick(self.rules, self.account, &mut self.state, next);
            self.found.extend(found);
        }
    }
}

/// Everything that the rules find in a case, in the order it is found.
pub fn rehearse(rules: &RuleSet, case: &Case) -> Vec<Detection> {
    let mut host = Rehearsal::new(rules, &case.account);
    for line in &case.lines {
        match line {
            Line::Event(event) => host.event(event),
            Line::State {
                learned,
                source,
                state,
            } => {
                let from = Origin {
                    source: source.clone(),
                    operation: None,
                    record: None,
                    learned: *learned,
                };
                host.state(state, &from);
            }
            Line::Clock(now) => host.clock(*now),
        }
    }
    host.found
}
