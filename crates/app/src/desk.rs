//! The desk of the console: judging mails, payout clocks, sentences, rules.
//!
//! The same examiner, rules and DNS answers as the keeper's; nothing is held twice.

use std::sync::Arc;

use sellkeep_console::{Asked, Clock, Desk, Prepared, RuleLine};
use sellkeep_detect::audit::known_now;
use sellkeep_detect::{AccountState, Rehearsal, payout_clock};
use sellkeep_knowledge::Knowledge;
use sellkeep_mail::{Examiner, Record};
use sellkeep_model::{
    Account, AlertLevel, Caution, Envelope, Event, Examination, State, StateGroup, Timestamp,
};

use crate::inputs;
use crate::prepare;
use crate::time;
use crate::watch::Flow;

/// A text longer than this is no message.
const TEXT_BYTES_MAX: usize = 1024 * 1024;

/// What the console asks of the rest of the program.
pub struct Bench {
    flow: Arc<Flow>,
    channels: usize,
}

impl Bench {
    /// A desk over a path, with so many ways out to people.
    pub fn new(flow: Arc<Flow>, channels: usize) -> Bench {
        Bench { flow, channels }
    }

    fn examiner(&self) -> &Examiner {
        self.flow.examiner()
    }

    fn examine(&self, mail: &[u8]) -> Examination {
        let record = Record {
            mail,
            envelope: &Envelope::default(),
            trust: &[],
            at: None,
            now: time::now(),
            recipient: None,
        };
        self.flow.answers().examine(self.examiner(), &record)
    }
}

impl Desk for Bench {
    fn knowledge(&self) -> &Knowledge {
        self.examiner().knowledge()
    }

    fn check_mail(&self, bytes: &[u8]) -> Examination {
        match inputs::unpacked(bytes) {
            None => self.examine(bytes),
            Some(rebuilt) => {
                let mut examination = self.examine(&rebuilt);
                examination.caution.push(Caution {
                    id: "outlook-msg".to_owned(),
                    says: "Outlook does not keep the bytes that were signed, so no signature can be verified. Save the mail as .eml for a sure answer.".to_owned(),
                });
                examination
            }
        }
    }

    fn check_text(&self, text: &str) -> Examination {
        let end = text.floor_char_boundary(TEXT_BYTES_MAX);
        self.examiner().examine_text(&text[..end], time::now())
    }

    fn check_link(&self, link: &str) -> Examination {
        self.examiner().examine_link(link, time::now())
    }

    fn clock(
        &self,
        account: &Account,
        state: &sellkeep_store::AccountState,
        now: Timestamp,
    ) -> Option<Clock> {
        let state = AccountState::restore(&state.hot, state.cold.as_deref()).ok()?;
        let clock = payout_clock(account, &state, now);
        Some(Clock {
            tail: clock.tail,
            attested: clock.attested,
            added: clock.added,
            hold_ends: clock.hold_ends,
            switched: clock.switched,
            next_payout: clock.next_payout,
            next_amount: clock.next_amount,
            balances: clock.balances,
            deadline: clock.deadline,
        })
    }

    fn tell(&self, event: &Event) -> String {
        sellkeep_detect::tell(event)
    }

    fn rules(&self) -> Vec<RuleLine> {
        let rules = self.flow.rules().rules().iter();
        rules
            .map(|rule| RuleLine {
                id: rule.id.clone(),
                theme: rule.theme.clone(),
                title: rule.title.clone(),
                why: rule.description.clone(),
                level: rule
                    .meta
                    .alert
                    .map_or("feeds the risk", AlertLevel::shown)
                    .to_owned(),
                false_positives: rule.false_positives.clone(),
            })
            .collect()
    }

    fn prepared(&self, asked: &Asked<'_>, now: Timestamp) -> Prepared {
        prepare::asked(self.knowledge(), asked, now)
    }

    fn known(&self, state: &sellkeep_store::AccountState, group: StateGroup) -> Vec<State> {
        let state = AccountState::restore(&state.hot, state.cold.as_deref());
        // A state that cannot be read tells nothing; the keeper says so where it works.
        state.map_or_else(|_| Vec::new(), |state| known_now(&state, group))
    }

    fn rehearse(&self, rule: &str, account: &Account, events: &[Event]) -> Option<Vec<Timestamp>> {
        self.flow.rules().get(rule)?;
        let mut host = Rehearsal::new(self.flow.rules(), account);
        for event in events {
            host.event(event);
        }
        let found = host.found.iter().filter(|found| found.rule == rule);
        Some(found.map(|found| found.at).collect())
    }

    fn channels(&self) -> usize {
        self.channels
    }
}
